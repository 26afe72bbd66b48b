/** Public holidays on which a law allows no calls. Of years that the table lacks only those of every year are known. */
import { DAY } from "../core/time.ts";
import { easters, firstYear, legalHolidays } from "./legal-holidays-table.ts";

/** The place of a day's year (YYYY-MM-DD) in tables of holidays. */
export const yearAt = (day: string): number => Number(day.slice(0, 4)) - firstYear;

/**
 * A day as tables may name it: by its date, by its days from Easter (`e-2` is Good Friday), as the first or the last Monday
 * of a long month (`05-a`, `05-z`).
 */
export function namesOf(day: string): string[] {
  const [date, time] = [day.slice(8), Date.parse(day)];
  const easter = Date.UTC(Number(day.slice(0, 4)), 2, easters.charCodeAt(yearAt(day)) - 36);
  // The epoch began on a Thursday.
  const monday = (time / DAY) % 7 === 4 && (date < "08" ? "a" : date > "24" && "z");
  return [day.slice(5), `e${(time - easter) / DAY}`, day.slice(5, 8) + (monday || date)];
}

/** The first of some days that is a holiday by a law's key; undefined where none is. */
export function legalHoliday(key: string, days: readonly string[]): string | undefined {
  const [every, ...years] = legalHolidays[key] ?? [];
  return days.find((day) => {
    const its = `${every} ${years[yearAt(day)]}`.split(" ");
    return namesOf(day).some((name) => its.includes(name));
  });
}

/** Whether the table has the years of some days. */
export const hasHolidaysOf = (key: string, days: readonly string[]): boolean =>
  key in legalHolidays && days.every((day) => easters[yearAt(day)] !== undefined);
