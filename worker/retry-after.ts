/** When somebody who is busy says that they may be asked again: Retry-After (RFC 9110, 10.2.3) and its like. */

/** Nobody is waited for longer: what says a year, or what no date can say, is asked again on the next day. */
const LONGEST = 86_400_000;

/** Seconds from now on, or a date; in milliseconds, null where it is neither. */
export function retryAfter(said: string | null, now: number): number | null {
  const text = said ?? "";
  const at = /^\d+(\.\d+)?$/.test(text) ? now + Number(text) * 1000 : Date.parse(text);
  return Number.isNaN(at) ? null : Math.min(at, now + LONGEST);
}
