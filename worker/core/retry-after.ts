/** When somebody who is busy says that they may be asked again: Retry-After (RFC 9110, 10.2.3) and its like. */

/** The last moment that a date in ISO 8601 has four digits for: beyond it nothing can be written down. */
const LAST = Date.UTC(9999, 11, 31);

/** Seconds from now on, or a date; in milliseconds, null where it is neither. Nobody is waited for longer than `longest`. */
export function retryAfter(said: string | null, now: number, longest = LAST): number | null {
  const text = said ?? "";
  const at = /^\d+(\.\d+)?$/.test(text) ? now + Number(text) * 1000 : Date.parse(text);
  return Number.isNaN(at) ? null : Math.min(at, LAST, now + longest);
}
