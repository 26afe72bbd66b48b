/** Deadlines as pure predicates. Dates are YYYY-MM-DD in UTC, `now` is milliseconds since the epoch. */

const DAY = 86_400_000;

/** Whole days from the register's own date to now; a register dated today is 0 days old. */
export const listAgeDays = (asOf: string, now: number): number => Math.floor((now - Date.parse(asOf)) / DAY);

/** A list may be relied on up to and including the day on which it is `maxAgeDays` old. */
export const listExpired = (asOf: string, maxAgeDays: number, now: number): boolean =>
  listAgeDays(asOf, now) > maxAgeDays;

/** An end date is inclusive: what lasts until 2026-11-30 is over on 2026-12-01. */
export const isOver = (until: string | null, now: number): boolean =>
  until !== null && now >= Date.parse(until) + DAY;
