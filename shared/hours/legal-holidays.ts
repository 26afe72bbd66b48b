/** Public holidays on which a law allows no calls. Of years that the table lacks only those of every year are known. */
import { legalHolidays } from "./legal-holidays-table.ts";

/** The first of some days (YYYY-MM-DD) that is a holiday by a law's key; undefined where none is. */
export function legalHoliday(key: string, days: readonly string[]): string | undefined {
  const { every = "", ...years } = legalHolidays[key] ?? {};
  return days.find((day) => `${every} ${years[day.slice(0, 4)] ?? ""}`.split(" ").includes(day.slice(5)));
}

/** Whether the table has the years of some days. */
export const hasHolidaysOf = (key: string, days: readonly string[]): boolean =>
  days.every((day) => legalHolidays[key]?.[day.slice(0, 4)] !== undefined);
