/** Deadlines as pure functions. Dates are YYYY-MM-DD in UTC, `now` is milliseconds since the epoch. */
import { DAY } from "../core/time.ts";

/** Whole days from a register's own date to now; a register dated today is 0 days old. */
export const listAgeDays = (asOf: string, now: number): number => Math.floor((now - Date.parse(asOf)) / DAY);

/** A list may be relied on up to and including the day on which it is `maxAgeDays` old. */
export const listExpired = (asOf: string, maxAgeDays: number, now: number): boolean =>
  listAgeDays(asOf, now) > maxAgeDays;

/** An end date is inclusive: an entry until 2026-11-30 is over on 2026-12-01. Null: it has no end. */
export const isOver = (until: string | null, now: number): boolean =>
  until !== null && now >= Date.parse(until) + DAY;

/**
 * The day from which a listing counts: `graceDays` after `since`, the date of the version before the one that added the
 * number. It may have been registered on that day already, and PECR 2003 reg 21(3) gives a caller 28 days from the
 * registration.
 */
export const countsFrom = (since: string, graceDays: number): string =>
  new Date(Date.parse(since) + graceDays * DAY).toISOString().slice(0, 10);

/** The day by which a policy last reviewed on `lastReviewed` is due again; in a shorter month, its last day. */
export function reviewDue(lastReviewed: string, everyMonths: number): string {
  const [year = 0, month = 1, day = 1] = lastReviewed.split("-").map(Number);
  const last = new Date(Date.UTC(year, month - 1 + everyMonths + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + everyMonths, Math.min(day, last))).toISOString().slice(0, 10);
}
