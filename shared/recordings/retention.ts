/**
 * How long recordings are kept. Pure: the clock and the zone are arguments. Calendar dates are YYYY-MM-DD in the policy's
 * zone, moments ISO 8601 in UTC. It stands beside check/deadlines.ts as it brings Temporal, which no page should load.
 */
import { Temporal } from "temporal-polyfill";
import type { Policy } from "../policy/policy.ts";

/** The day that a moment (ISO 8601, or milliseconds since the epoch) falls on in a zone. */
export const dayOf = (moment: string | number, zone: string): string =>
  (typeof moment === "number"
    ? Temporal.Instant.fromEpochMilliseconds(moment)
    : Temporal.Instant.from(moment)
  )
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .toString();

/** Calendar months later; a month's last day where it is shorter: 31 August and six months are 28 or 29 February. */
export const monthsLater = (day: string, months: number): string =>
  Temporal.PlainDate.from(day).add({ months }, { overflow: "constrain" }).toString();

/** The day on which what was recorded on `day` is erased. */
export const eraseAfter = (day: string, { recording }: Policy): string =>
  monthsLater(day, recording.retentionMonths);

/** Erasure is due once its day has begun in the zone. */
export const erasureDue = (eraseAfter: string, zone: string, now: number): boolean =>
  dayOf(now, zone) >= eraseAfter;

/**
 * From when to when a call is looked for that somebody remembers by its day, and perhaps by its approximate time (HH:MM):
 * the whole day, as long as it is in the zone, or so many minutes before and after.
 */
export function around(
  day: string,
  time: string | undefined,
  minutes: number,
  zone: string,
): [string, string] {
  const date = Temporal.PlainDate.from(day);
  const moment = (at: Temporal.ZonedDateTime) => at.toInstant().toString({ smallestUnit: "millisecond" });
  if (time === undefined) {
    const midnight = (of: Temporal.PlainDate) => moment(of.toZonedDateTime(zone));
    return [midnight(date), midnight(date.add({ days: 1 }))];
  }
  // When the clocks change there are two such times.
  const at = (disambiguation: "earlier" | "later") =>
    date.toPlainDateTime(time).toZonedDateTime(zone, { disambiguation });
  return [moment(at("earlier").subtract({ minutes })), moment(at("later").add({ minutes }))];
}
