/** How long a dialler may go by a list of callable numbers. Pure. */
import { MINUTE } from "../core/time.ts";
import { HOLDS } from "../dials/gate.ts";
import type { Policy } from "../policy/policy.ts";
import type { RegisterHead } from "../registers/api.ts";
import { expiresAt, maxAgeOf } from "../registers/age.ts";

/**
 * Until when a list that was judged at `now` stands, exclusive (both in milliseconds): as long as policy lets a clear answer stand
 * without the server, or where it lets none, as an answer of the gate. No longer than each register's copy may be relied on.
 */
export function standsUntil(now: number, policy: Policy, lists: readonly RegisterHead[]): number {
  const ends = lists
    .filter(({ id, lookup }) => lookup === undefined && policy.registers[id] !== "off")
    .flatMap((list) => (list.asOf === null ? [] : [expiresAt(list.asOf, maxAgeOf(list, policy))]));
  const longest = now + Math.max(policy.screening.offlineMinutes * MINUTE, HOLDS);
  return Math.min(longest, ...ends.filter((end) => end > now));
}
