/** How long recordings are kept. Calendar dates are YYYY-MM-DD in the policy's zone. Not for content scripts: core/calendar.ts. */
import { dayOf, monthsLater } from "../core/calendar.ts";
import type { Policy } from "../policy/policy.ts";

/** The day on which a recording of `day` is erased. */
export const eraseAfter = (day: string, { recording }: Policy): string =>
  monthsLater(day, recording.retentionMonths);

/** Erasure is due once its day has begun in the zone. */
export const erasureDue = (eraseAfter: string, zone: string, now: number): boolean =>
  dayOf(now, zone) >= eraseAfter;
