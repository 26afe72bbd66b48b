/** When a recording is erased. Calendar dates are YYYY-MM-DD in the policy's zone. Not for content scripts: core/calendar.ts. */
import { dayOf } from "../core/calendar.ts";

/** Erasure is due once its day has begun in the zone. */
export const erasureDue = (eraseAfter: string, zone: string, now: number): boolean =>
  dayOf(now, zone) >= eraseAfter;
