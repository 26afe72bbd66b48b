/** Which files of requests are past their time. */
import { dayOf, daysLater, monthsLater } from "../../../shared/core/calendar.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { DAY } from "../../../shared/core/time.ts";
import { policiesSince } from "../../policy/current.ts";
import { isThere, momentOf } from "../rows.ts";

/** A shorter retention counts a week after its save, as in housekeeping.ts. */
const WEEK = 7 * DAY;

/**
 * SQL of files whose time is over, and since when: those whose day has come, all files of requests whose own time is over, and unchecked
 * proofs of requests that were closed policy's days ago. What is on its way to its store is left for an hour. `?1` to `?4` as of `timesAt`.
 */
export const over = (only = "TRUE"): string => {
  const since = (closed: string) =>
    `date(r.closed_at, (julianday(?2) - julianday(${closed}) + 1) || ' days') || 'T00:00:00.000Z'`;
  const left = `f.erased_at IS NULL AND ${only}`;
  return `SELECT f.id, f.request, f.store, f.erase_after || 'T00:00:00.000Z' AS since FROM request_files f
      WHERE f.erase_after <= ?2 AND (f.${isThere} OR f.at <= strftime('%Y-%m-%dT%H:%M:%fZ', ?1, '-1 hour')) AND ${left}
    UNION ALL SELECT f.id, f.request, f.store, ${since("?3")} FROM requests r CROSS JOIN request_files f ON f.request = r.id
      WHERE r.closed_at < ?3 AND ${left}
    UNION ALL SELECT f.id, f.request, f.store, ${since("?4")} FROM request_files f CROSS JOIN requests r ON r.id = f.request
      WHERE f.purpose = 'proof' AND r.closed_at < ?4 AND ${left}`;
};

/** The moment, the day where the policy is, and the days before which a request was closed whose files, or unchecked proofs, go. */
export async function timesAt(db: D1Database, now: number): Promise<[string, string, string, string]> {
  const { policy } = await momentOf(db, now);
  const today = dayOf(now, zoneOfPolicy(policy));
  const lately = await policiesSince(db, new Date(now - WEEK).toISOString());
  const months = Math.max(...lately.map(({ retention }) => retention.requestMonths));
  const after = (day: string) => daysLater(day, 1);
  return [
    new Date(now).toISOString(),
    today,
    after(monthsLater(today, -months)),
    after(daysLater(today, -policy.requests.proofKeptDays)),
  ];
}

/** References of requests with files whose time was over at a moment, some of them. */
export async function requestsOver(db: D1Database, now: number): Promise<string[]> {
  const { results } = await db
    .prepare(`SELECT ref FROM requests WHERE id IN (SELECT request FROM (${over()})) LIMIT 100`)
    .bind(...(await timesAt(db, now)))
    .all<{ ref: string }>();
  return results.map(({ ref }) => ref).sort();
}
