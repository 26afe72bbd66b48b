/**
 * Between which days a recording goes, by the day of its call, which is bound, and the policies since it came. No policy counts that is
 * not as the trail has it.
 */
import { monthsLater } from "../../../shared/core/calendar.ts";
import { DAY } from "../../../shared/core/time.ts";
import type { Env } from "../../env.ts";
import { policyHistory } from "../../policy/current.ts";
import { unlikeOf } from "../../policy/in-force.ts";
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
}

/** Whose policy was read before another was saved: it came a moment later. */
const before = (at: string): string => new Date(Date.parse(at) - DAY).toISOString();

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
  return ({ startedOn, startedAt, region, at }) => {
    const policies = history
      .filter(({ version }, n) => !unlike.has(version) && (history[n + 1]?.from ?? "9") >= before(at))
      .map(({ policy }) => policy);
    if (policies.length === 0) return null;
    const months = policies.map(({ recording }) => monthsFor(startedAt, recording.retentionMonths, times));
    return {
      first: monthsLater(startedOn, Math.min(...months)),
      last: monthsLater(startedOn, Math.max(...months)),
      months,
      isOutside: policies.some((policy) => !isAllowed(policy, region)),
    };
  };
}
