/** From the Worker's word on what changed to what the cache keeps, drops and tells. Pure. */
import { makes } from "../../../shared/check/verdict.ts";
import type { ChangesAnswer, Stamp } from "../../../shared/check/api.ts";
import type { Campaign, Policy } from "../../../shared/policy/policy.ts";
import { ofAnyRelease } from "../../../shared/policy/older.ts";
import type { ToPage } from "../../messages.ts";
import type { PolicyContext } from "../../policy-context.ts";
import type { Timed } from "../worker-client.ts";
import type { Change } from "./changelog.ts";

/** What every cached fact is good under. */
export interface Held {
  context: PolicyContext;
  /** When everything held was last known to be current, by the device's clock. */
  confirmedAt: number;
}

export interface Applied {
  held: Held;
  /** Numbers whose facts are dropped. */
  drop: string[] | "all";
  /** For pages that poll later; null where nothing was held before. */
  change: Change | null;
  /** For open pages; null where nothing changed for them. */
  message: ToPage["facts.stale"] | null;
}

/** `policy`: the one in force, of `version`. `purpose`: what this person said their calls are for. */
export function applyChanges(
  before: Held | null,
  { data, from, to }: Timed<ChangesAnswer>,
  { version, policy: said }: { version: number; policy: Policy },
  purpose: Campaign | undefined,
): Applied {
  const policy = ofAnyRelease(said);
  const samePolicy = before?.context.stamp.policy === data.stamp.policy;
  // With other days of grace, the Worker states other facts about the same listings.
  const grace = policy.screening.graceDays !== before?.context.policy.screening.graceDays;
  const all =
    data.reset || data.lists.length > 0 || !before || grace || listsMoved(before.context.stamp, data.stamp);
  const numbers = all ? [] : data.numbers;
  const context = withPurpose(
    {
      // Pages get the context, and who may sign in is not their business.
      policy: { ...policy, access: { ...policy.access, signIn: [] } },
      stamp: { ...data.stamp, seq: data.seq, policy: version },
      // The Worker read its clock about halfway between question and answer.
      clockOffset: Math.round(Date.parse(data.at) - (from + to) / 2),
    },
    purpose,
  );
  return {
    held: { context, confirmedAt: from },
    drop: all ? "all" : numbers,
    change: before && {
      ...{ from: before.context.stamp.seq, to: data.seq },
      ...{ numbers, lists: data.lists, all },
    },
    message: before && (all || numbers.length > 0 || !samePolicy) ? { numbers, all, context } : null,
  };
}

/** The context with this purpose, if the company makes such calls; else without one. */
export function withPurpose(
  { purpose: _, ...context }: PolicyContext,
  purpose: Campaign | undefined,
): PolicyContext {
  return purpose && makes(context.policy, purpose) ? { ...context, purpose } : context;
}

/** True where two version vectors are of different states of the database. */
export const stampMoved = (a: Stamp, b: Stamp): boolean =>
  a.seq !== b.seq || a.policy !== b.policy || listsMoved(a, b);

const listsMoved = (a: Stamp, b: Stamp): boolean =>
  a.lists.length !== b.lists.length ||
  b.lists.some((list) => a.lists.find((l) => l.id === list.id)?.version !== list.version);
