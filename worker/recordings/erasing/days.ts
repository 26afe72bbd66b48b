/**
 * Between which days a recording goes, by the day of its call, which is bound, and the policies since it came. No policy counts that is
 * not as the trail has it.
 */
import { monthsLater } from "../../../shared/core/calendar.ts";
import { MINUTE } from "../../../shared/core/time.ts";
import type { Env } from "../../env.ts";
import { policiesBound } from "../../policy/bound.ts";
import { policyHistory } from "../../policy/current.ts";
import { unlikeOf } from "../../policy/in-force.ts";
import { compared } from "../../trail/agreed.ts";
import { claimsTimes, monthsFor } from "../claims.ts";
import { isAllowed } from "../rows.ts";

export interface Dated {
  startedOn: string;
  startedAt: string;
  region: string | null;
  /** When it came. */
  at: string;
}
interface Days {
  /** By the shortest and by the longest time that a policy since had. */
  first: string;
  last: string;
  /** Those that policies since give it. */
  months: readonly number[];
  /** A policy since did not allow its region: then it may go at once. */
  isOutside: boolean;
  /** False: whether a policy since is as the trail has it cannot be told, as an archive cannot be read. */
  isWhole: boolean;
}

/** Whose policy was read before another was saved came a moment later. */
const before = (at: string): string => new Date(Date.parse(at) - 10 * MINUTE).toISOString();

/** Null where no policy counts. */
export async function daysOf(env: Env, rows: readonly Dated[]): Promise<(row: Dated) => Days | null> {
  if (rows.length === 0) return () => null;
  const since = before(rows.map(({ at }) => at).sort()[0]!);
  const [history, times] = await Promise.all([policyHistory(env.DB, since), claimsTimes(env.DB)]);
  const unlike = await unlikeOf(
    env,
    history.map(({ version, from }) => ({ version, at: from })),
    Date.now(),
  );
  const unread = await unreadOf(env, [...unlike]);
  return ({ startedOn, startedAt, region, at }) => {
    const since = history.filter((_, n) => (history[n + 1]?.from ?? "9") >= before(at));
    const policies = since.filter(({ version }) => !unlike.has(version)).map(({ policy }) => policy);
    if (policies.length === 0) return null;
    const months = policies.map(({ recording }) => monthsFor(startedAt, recording.retentionMonths, times));
    return {
      first: monthsLater(startedOn, Math.min(...months)),
      last: monthsLater(startedOn, Math.max(...months)),
      months,
      isOutside: policies.some((policy) => !isAllowed(policy, region)),
      isWhole: !since.some(({ version }) => unread.has(version)),
    };
  };
}

/** Those of these versions of which an archive that cannot be read may say that they are as they were. */
async function unreadOf(env: Env, versions: readonly number[]): Promise<Set<number>> {
  if (versions.length === 0) return new Set();
  const { rows } = await compared(env, [{ table: policiesBound, keys: versions.map(String) }]);
  return new Set([...rows.values()].flatMap(({ key, isUnread }) => (isUnread ? [Number(key)] : [])));
}
