/**
 * Calling hours, in the called party's local time, and public holidays: both are the company's policy, not law in the
 * United Kingdom (PECR sets no hours). Where the local time cannot be told, as in an unknown zone, a call is outside
 * hours.
 */
import type { Reason } from "../check/api.ts";
import { always, holidays } from "./holidays.ts";
import { namesOf, yearAt } from "./legal-holidays.ts";
import { MINUTE } from "../core/time.ts";
import type { LegalHours } from "../law/rules.ts";
import type { HolidayPart, Hours, Policy } from "../policy/policy.ts";

/**
 * Why a number of `region` should not be called at `now` (milliseconds since the epoch); null where it may be.
 * `zones` are the IANA zones that the number may be in: all of them must be inside hours.
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
 * The local date (YYYY-MM-DD), if it is a public holiday in one of the parts that policy names. A number does not tell
 * for certain which part it is in (a mobile tells nothing, a landline may be diverted), so a holiday in any of them
 * counts for the whole region.
 */
function holidayAt(parts: readonly HolidayPart[], region: string, zone: string, now: number): string | null {
  const its = parts.filter((part) => part.startsWith(`${region}-`));
  const date = its.length > 0 ? (clockIn(zone, now)?.date ?? null) : null;
  return date !== null && its.some((part) => isHoliday(part, date)) ? date : null;
}

/** `date` is YYYY-MM-DD. */
export function isHoliday(part: HolidayPart, date: string): boolean {
  const its = holidays[yearAt(date)];
  const is = (one: string) =>
    namesOf(date).some((day) => one.startsWith(day) && (one === day || one.includes(part[3]!)));
  return its !== undefined && `${always} ${its}`.split(" ").some(is);
}

/** The local dates of a moment. */
export interface Days {
  zones: readonly string[];
  /** In each zone, and in UTC. */
  all: readonly string[];
  /** The latest of them. */
  last: string;
}
export function daysAt(zones: readonly string[], now: number): Days {
  const utc = clockIn("UTC", now)!.date;
  const all = [...new Set(zones.map((zone) => clockIn(zone, now)?.date ?? utc))];
  return { zones, all: all.length > 0 ? all : [utc], last: [utc, ...all].sort().at(-1)! };
}

/** The earliest local date of a moment; the clock must be a time. */
export const dayIn = (zones: readonly string[], time: number): string =>
  Number.isNaN(time) ? "" : [...daysAt(zones, time).all].sort()[0]!;

/** Whether law's hours are closed in any zone, or none is known. */
export const closedByLaw = (hours: LegalHours, zones: readonly string[], now: number): boolean =>
  zones.length === 0 ||
  zones.some((zone) => {
    const clock = clockIn(zone, now);
    return !clock || !(hours[clock.day] ?? []).some(([from, to]) => clock.time >= from && clock.time < to);
  });

/** The opening minute is inside, the closing minute is not; 24:00 is the end of the day. */
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

/** By zone, as making a formatter costs far more than using it. Null: the runtime does not know the zone. */
const formats = new Map<string, Intl.DateTimeFormat | null>();

/** The clock of each zone at the minute that was asked for last: a page asks for thousands of numbers at once. */
const clocks = new Map<string, { minute: number; clock: Clock | null }>();

/** Null: the runtime does not know the zone. */
export function clockIn(zone: string, now: number): Clock | null {
  const minute = Math.floor(now / MINUTE);
  const known = clocks.get(zone);
  if (known?.minute === minute) return known.clock;
  const clock = readClock(zone, now);
  clocks.set(zone, { minute, clock });
  return clock;
}

function readClock(zone: string, now: number): Clock | null {
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
