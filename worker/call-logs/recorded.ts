/** Each recorded call is a call as well: its row is written in the commit of its recording. */
import type { Policy } from "../../shared/policy/policy.ts";
import type { Statement } from "../core/sql.ts";
import { type Arrival as CallArrival, insertCalls, oldest, planCalls } from "./rows.ts";
import type { Env } from "../env.ts";
import type { RecordingReport } from "../../shared/recordings/api.ts";

/** `call` is the provider's id of the call, where that is known: its list of calls names it too. */
export interface Recorded extends RecordingReport {
  call?: string | undefined;
}

/** Statements for the calls of recordings whose numbers are in E.164; none for one whose number nobody knows. */
export async function callsOf(
  env: Env,
  recorded: readonly Recorded[],
  policy: Policy,
  by: string,
  now: number,
): Promise<Statement[]> {
  const arrivals = recorded.flatMap(({ number, direction, call, ...rest }): CallArrival[] => {
    const startedAt = new Date(Math.min(Date.parse(rest.startedAt), now)).toISOString();
    if (number === null || direction === null || startedAt < oldest(policy, now)) return [];
    const { provider, seconds, agent = null } = rest;
    return [
      { via: "recording", provider, providerId: call ?? null, number, agent, direction, startedAt, seconds },
    ];
  });
  const rows = (await planCalls(env, arrivals, policy)).filter((row) => row !== null);
  // Whoever writes the same call at the same moment must not keep the recording out.
  return rows.length === 0 ? [] : [insertCalls(rows, by, new Date(now).toISOString(), "OR IGNORE")];
}
