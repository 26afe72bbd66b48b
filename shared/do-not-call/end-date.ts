import { DAY } from "../core/time.ts";

/**
 * Whether an entry or a consent is over, at `now` in milliseconds. Its last day (`until`, YYYY-MM-DD in UTC) is inclusive:
 * until 2026-11-30 is over on 2026-12-01. Null: it has no end.
 */
export const isOver = (until: string | null, now: number): boolean =>
  until !== null && now >= Date.parse(until) + DAY;
