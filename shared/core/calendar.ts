/**
 * Calendar arithmetic. Pure: the clock and the zone are arguments. Calendar dates are YYYY-MM-DD, moments ISO 8601 in UTC.
 * Imports Temporal, so content scripts must not import it.
 */
import { Temporal } from "temporal-polyfill";

/** The day of a moment (ISO 8601, or milliseconds since the epoch) in a zone. */
export const dayOf = (moment: string | number, zone: string): string =>
  (typeof moment === "number"
    ? Temporal.Instant.fromEpochMilliseconds(moment)
    : Temporal.Instant.from(moment)
  )
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .toString();

/** Days later; earlier where `days` is negative. */
export const daysLater = (day: string, days: number): string =>
  Temporal.PlainDate.from(day).add({ days }).toString();

export { monthsLater } from "./months.ts";

/** Whole days from one day to another; negative where `to` is earlier. */
export const daysBetween = (from: string, to: string): number =>
  Temporal.PlainDate.from(from).until(to, { largestUnit: "day" }).days;

/**
 * The time to search for a call that somebody remembers by its day and perhaps its approximate time (HH:MM): the whole day
 * in the zone, or `minutes` before and after. From and to; without a time, `to` is exclusive.
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
  // When the clocks go back there are two such times: search around both.
  const at = (disambiguation: "earlier" | "later") =>
    date.toPlainDateTime(time).toZonedDateTime(zone, { disambiguation });
  return [moment(at("earlier").subtract({ minutes })), moment(at("later").add({ minutes }))];
}
