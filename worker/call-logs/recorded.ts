/** Calls of recordings: the commit that registers a recording also inserts its call. */
import type { Policy } from "../../shared/policy/policy.ts";
import type { Statement } from "../core/sql.ts";
import { planCalls } from "./plan.ts";
import { insertCalls, type LoggedCall, oldest } from "./rows.ts";
import type { Env } from "../env.ts";
import type { RecordingReport } from "../../shared/recordings/api.ts";

/** A report with `call`, the provider's id of the call where it is known: the provider's list of calls has it too. */
export interface Recorded extends RecordingReport {
  call?: string | undefined;
  /** The number is not judged: whoever brought it asked about too many. */
  unjudged?: boolean;
}

/** Statements that insert the calls of recordings (numbers in E.164). A recording without a known number has none. */
export async function callsOf(
  env: Env,
  recorded: readonly Recorded[],
  policy: Policy,
  by: string,
  now: number,
): Promise<Statement[]> {
  const logged = recorded.flatMap(({ number, direction, call, unjudged = false, ...rest }): LoggedCall[] => {
    const startedAt = new Date(Math.min(Date.parse(rest.startedAt), now)).toISOString();
    if (number === null || direction === null || startedAt < oldest(policy, now)) return [];
    const { provider, seconds, agent = null, campaign } = rest;
    return [
      {
        via: "recording",
        provider,
        providerId: call ?? null,
        number,
        agent,
        direction,
        startedAt,
        seconds,
        campaign,
        unjudged,
      },
    ];
  });
  const { rows: planned, guard } = await planCalls(env, logged, policy);
  const rows = planned.filter((row) => row !== null);
  return rows.length === 0
    ? []
    : [guard, ...(await insertCalls(env.DB, rows, by, new Date(now).toISOString()))];
}
