/** Public holidays on which a law allows no calls. After the table's last year no holiday is known. */
import { legalHolidays } from "./legal-holidays-table.ts";

/** The first of some days (YYYY-MM-DD) that is a holiday by a law's key; undefined where none is. */
export const legalHoliday = (key: string, days: readonly string[]): string | undefined =>
  days.find((day) => legalHolidays[key]?.[day.slice(0, 4)]?.split(" ").includes(day.slice(5)));
