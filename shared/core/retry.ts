/** When to try again: a pause that doubles with each failure in a row, and the server's own Retry-After. */

/** The pause after the n-th failure in a row (n from 1): `first`, doubled each time, up to `longest`. Milliseconds. */
export const pauseAfter = (failures: number, first: number, longest: number): number =>
  Math.min(first * 2 ** (failures - 1), longest);

/** When to try again, in milliseconds since the epoch: after the pause, and not before the moment that the server named. */
export const retryAt = (now: number, pause: number, notBefore: number | null): number =>
  Math.max(now + pause, notBefore ?? 0);

/** The last moment that ISO 8601 writes with four digits of year. */
const LAST = Date.UTC(9999, 11, 31);

/**
 * A Retry-After header (RFC 9110, 10.2.3) in milliseconds since the epoch: it gives seconds from now, or a date. Null
 * where it is neither. Capped at `longest` milliseconds from now.
 */
export function retryAfter(header: string | null, now: number, longest = LAST): number | null {
  const text = header ?? "";
  const at = /^\d+(\.\d+)?$/.test(text) ? now + Number(text) * 1000 : Date.parse(text);
  return Number.isNaN(at) ? null : Math.min(at, LAST, now + longest);
}
