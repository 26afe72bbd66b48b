/** From a log's calls to rows: which of them are not stored yet, and what is to be said of each. */
import type { Campaign, Policy } from "../../shared/policy/policy.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import { NOT_JUDGED } from "../check/budget.ts";
import { decideAt } from "../check/decide-at.ts";
import { sha256Hex } from "../core/hash.ts";
import type { Env } from "../env.ts";
import { evidenceOf } from "./evidence.ts";
import { personsOf } from "./persons.ts";
import { isCurrent, type LoggedCall, type NewCall, type Said, SAME_CALL } from "./rows.ts";

/** Begins what `by` says of calls of a provider's list. */
export const LISTED = "list:";

interface Plan {
  /** A row for each call; null where it is stored already, or was erased at a requester's request. */
  rows: (NewCall | null)[];
  /** The stored calls of which no log said yet what one of these says: each once. */
  lacking: Map<LoggedCall, Stored>;
}
/** `by`: who brought it. */
interface Stored {
  id: string;
  by: string;
}

export async function planCalls(env: Env, logged: readonly LoggedCall[], policy: Policy): Promise<Plan> {
  const { fresh: instead, lacking } = await newOnes(env.DB, logged);
  const fresh = [...instead.keys()];
  const outbound = fresh.filter(({ direction }) => direction === "outbound");
  // A provider's list names no kind: what a log said of the call makes the verdict stricter, and never milder.
  const heardOf = (one: LoggedCall): Campaign | undefined => instead.get(one)?.campaign ?? undefined;
  const personOf = await personsOf(
    env.DB,
    fresh.flatMap(({ agent }) => agent ?? []),
  );
  const judged = await decideAt(
    env.DB,
    outbound.map((one) => ({
      ...{ number: one.number, at: one.startedAt, campaign: one.campaign, heard: heardOf(one) },
      person: personOf(one.agent),
    })),
  );
  for (const [i, { unjudged }] of outbound.entries())
    if (unjudged === true)
      judged[i] = {
        ...judged[i]!,
        verdict: "unknown",
        reasons: [NOT_JUDGED],
        overridden: false,
        bars: [],
        rests: [],
      };
  const evidence = await evidenceOf(
    env.DB,
    outbound.map((a, i) => ({
      ...a,
      person: personOf(a.agent),
      verdict: judged[i]!.verdict,
      dial: judged[i]!.dial,
    })),
    policy.screening.maxListAgeDays,
  );
  const rows = new Map(
    fresh.map((one): [LoggedCall, NewCall] => {
      const i = outbound.indexOf(one);
      const then = judged[i];
      const found = evidence[i] ?? { dial: null, screened: null, extension: null };
      return [
        one,
        {
          ...one,
          ...found,
          id: crypto.randomUUID(),
          ref: refOf(one),
          replaces: instead.get(one)?.id ?? null,
          campaign: one.campaign ?? heardOf(one),
          said: one.said ?? instead.get(one)?.said ?? undefined,
          judgedAs: then && one.unjudged !== true ? then.judgedAs : null,
          person: personOf(one.agent),
          verdict: then?.verdict ?? null,
          reasons: then ? (then.verdict === "blocked" ? then.bars : then.reasons) : [],
          overridden: then?.overridden ?? false,
          rests: then?.rests ?? [],
        },
      ];
    }),
  );
  return { rows: logged.map((one) => rows.get(one) ?? null), lacking };
}

const refOf = ({ provider, providerId, number, agent, startedAt, owner }: LoggedCall): string =>
  sha256Hex(
    providerId === null
      ? `\n${number}\n${startedAt}\n${agent ?? ""}`
      : [...(owner === undefined ? [] : [owner]), provider, providerId].join("\n"),
  );
/** Of an integration's call from before its ids were its own. */
const oldRefOf = (call: LoggedCall): string => refOf({ ...call, owner: undefined });

/**
 * The calls that are not stored yet, each once, with the stored one that it is instead of. Two are the same call by their provider's id; unless both have an id of the
 * same provider, by number, direction, agent and time. What a provider's own list says is always stored: a log or a recording
 * that came before it, and may blame nobody or a moment before an objection, is replaced by it.
 */
async function newOnes(
  db: D1Database,
  logged: readonly LoggedCall[],
): Promise<{ fresh: Map<LoggedCall, Replaced | null>; lacking: Plan["lacking"] }> {
  const fresh = new Map<LoggedCall, Replaced | null>();
  const lacking: Plan["lacking"] = new Map();
  if (logged.length === 0) return { fresh, lacking };
  const times = logged.map(({ startedAt }) => startedAt).sort();
  const edge = (at: string, ms: number) => new Date(Date.parse(at) + ms).toISOString();
  const [refs, near] = (await db.batch([
    db
      .prepare(
        `SELECT c.ref, c.by, IIF(s.call IS NULL, COALESCE(n.id, c.id), NULL) AS lacks
         FROM calls c LEFT JOIN calls n ON n.replaces = c.id LEFT JOIN call_said s ON s.call = COALESCE(n.id, c.id)
         WHERE c.ref IN (SELECT value FROM json_each(?1))
         UNION ALL SELECT ref, NULL, NULL FROM calls_erased WHERE ref IN (SELECT value FROM json_each(?1))`,
      )
      .bind(JSON.stringify(logged.flatMap((one) => [refOf(one), oldRefOf(one)]))),
    db
      .prepare(
        `SELECT c.id, c.via, c.number, c.provider, c.provider_id AS providerId, c.agent, c.direction,
           c.started_at AS startedAt, c.campaign, c.by, s.call IS NULL AS bare, s.outcome, s.presentation,
           s.campaign AS campaignName
         FROM calls c LEFT JOIN call_said s ON s.call = c.id
         WHERE c.number IN (SELECT value FROM json_each(?1)) AND c.started_at BETWEEN ?2 AND ?3 AND ${isCurrent}`,
      )
      .bind(
        JSON.stringify([...new Set(logged.map(({ number }) => numberOf(number)))]),
        edge(times[0]!, -SAME_CALL),
        edge(times.at(-1)!, SAME_CALL),
      ),
  ])) as [D1Result<Ref>, D1Result<Known & { number: number }>];
  const known = new Map(refs.results.map(({ ref, by }) => [ref, by]));
  const lacks = new Map(refs.results.map((row) => [row.ref, row]));
  const taken = new Set<string>();
  const lack = (one: LoggedCall, id: string | null | undefined, by: string | null | undefined): void => {
    if (!one.said || id == null || by == null || taken.has(id)) return;
    taken.add(id);
    lacking.set(one, { id, by });
  };
  const isKnown = (one: LoggedCall): boolean => {
    const by = known.get(oldRefOf(one));
    if (known.has(refOf(one)) || by === null) return true;
    return by !== undefined && (by === one.owner || by.startsWith(LISTED));
  };
  const byNumber = Map.groupBy<string, Known>(near.results, (row) =>
    e164Of((row as Known & { number: number }).number),
  );
  for (const one of logged) {
    const others = byNumber.get(one.number) ?? [];
    if (isKnown(one)) {
      const row = lacks.get(refOf(one)) ?? lacks.get(oldRefOf(one));
      lack(one, row?.lacks, row?.by);
      continue;
    }
    const same = others.find((other) => isSame(one, other));
    const replaced = one.via === "fetch" && same?.via !== "fetch" ? same?.id : undefined;
    if (same && replaced === undefined) {
      lack(one, same.bare === 1 ? same.id : null, same.by);
      continue;
    }
    known.set(refOf(one), one.owner ?? "");
    byNumber.set(one.number, [...others.filter((other) => other !== same), one]);
    fresh.set(
      one,
      replaced === undefined
        ? null
        : { id: replaced, campaign: same?.campaign ?? null, said: same && saidOf(same) },
    );
  }
  return { fresh, lacking };
}

interface Ref {
  ref: string;
  by: string | null;
  /** The id of the row that counts, where no log said anything of it yet. */
  lacks: string | null;
}

type Known = Pick<
  LoggedCall,
  "via" | "provider" | "providerId" | "agent" | "direction" | "startedAt" | "said"
> & {
  /** Of a stored one. */
  id?: string;
  campaign?: Campaign | null | undefined;
  by?: string;
  /** 1: no log said more of it. */
  bare?: number;
  outcome?: Said["outcome"];
  presentation?: string | null;
  campaignName?: string | null;
};
interface Replaced {
  id: string;
  campaign: Campaign | null;
  said: Said | undefined;
}

/** What a log said of a stored call; of one in the same file, what its line says. */
const saidOf = ({ bare, outcome, presentation, campaignName, said }: Known): Said | undefined =>
  bare === 0
    ? { outcome: outcome ?? null, presentation: presentation ?? null, campaign: campaignName ?? null }
    : said;

function isSame(a: Known, b: Known): boolean {
  // Two ids of one provider are two calls, even if all else is the same. One id is one call where its own list has it.
  if (a.providerId !== null && b.providerId !== null && a.provider === b.provider)
    return a.providerId === b.providerId && (a.via === "fetch" || b.via === "fetch");
  const sameAgent = a.agent === null || b.agent === null || a.agent.toLowerCase() === b.agent.toLowerCase();
  const apart = Math.abs(Date.parse(a.startedAt) - Date.parse(b.startedAt));
  return a.direction === b.direction && sameAgent && apart <= SAME_CALL;
}
