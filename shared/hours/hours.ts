/**
 * Calling hours: policy's, by the clock where the called party is, and public holidays. Neither is law in the United
 * Kingdom (PECR has no hours). What cannot be told, as a zone that is not known, is outside.
 */
import type { Reason } from "../check/api.ts";
import { holidays } from "./holidays.ts";
import type { HolidayPart, Hours, Policy } from "../policy/policy.ts";

/** The last year of the table of holidays. After it no day is known to be one, and policy's clause does nothing. */
export const lastHolidayYear = Math.max(...Object.keys(holidays["GB-ENG"]).map(Number));

/**
 * Why no call should be made to a number of `region` at `now` (milliseconds since the epoch), or null.
 * `zones` are those that the number may be in: it must be inside hours in all of them.
 */
export function closedAt(
  policy: Policy,
  region: string,
  zones: readonly string[],
  now: number,
): Reason | null {
  const holiday = zones
    .map((zone) => holidayAt(policy.holidays, region, zone, now))
    .find((day) => day !== null);
  if (holiday !== undefined) return { code: "holiday", asOf: holiday };
  const hours = policy.hours[region];
  if (!hours) return null;
  const open = zones.length > 0 && zones.every((zone) => isInside(hours, clockIn(zone, now)));
  return open ? null : { code: "out-of-hours" };
}

/**
 * The date of a public holiday in one of the parts that policy names. A number does not tell for certain which part it
 * is in (a mobile tells nothing, a landline may be diverted): a holiday of any of them counts for the whole region.
 */
function holidayAt(parts: readonly HolidayPart[], region: string, zone: string, now: number): string | null {
  const its = parts.filter((part) => part.startsWith(`${region}-`));
  const date = its.length > 0 ? (clockIn(zone, now)?.date ?? null) : null;
  return date !== null && its.some((part) => isHoliday(part, date)) ? date : null;
}

/** `date` is YYYY-MM-DD. */
export const isHoliday = (part: HolidayPart, date: string): boolean =>
  holidays[part][date.slice(0, 4)]?.split(" ").includes(date.slice(5)) ?? false;

/** From the first minute to before the last; 24:00 is the end of the day. */
function isInside(hours: Hours, clock: Clock | null): boolean {
  const open = clock && hours[clock.day];
  return !!open && clock.time >= open[0] && clock.time < open[1];
}

interface Clock {
  day: keyof Hours;
  date: string;
  /** HH:MM, from 00:00 to 23:59. */
  time: string;
}

/** Making a formatter costs far more than using it. Null: this browser does not know the zone. */
const formats = new Map<string, Intl.DateTimeFormat | null>();

function clockIn(zone: string, now: number): Clock | null {
  let format = formats.get(zone);
  if (format === undefined) formats.set(zone, (format = formatOf(zone)));
  if (!format) return null;
  const at = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
  return {
    day: at["weekday"]!.toLowerCase() as keyof Hours,
    date: `${at["year"]}-${at["month"]}-${at["day"]}`,
    time: `${at["hour"]}:${at["minute"]}`,
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      weekday: "short",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
  } catch {
    return null;
  }
}
