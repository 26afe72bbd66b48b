/** Public holidays as the tables have them (scripts/tables.ts): a day that is one in every year stands once. */
import Holidays from "date-holidays";
import { DAY } from "../shared/core/time.ts";

/** The years in the tables. No day after them is a holiday. */
export const YEARS = { from: 2026, to: 2036 };
export const years = Array.from({ length: YEARS.to - YEARS.from + 1 }, (_, i) => YEARS.from + i);
/** Their Easter Sundays. */
export const easters = years.map((year) =>
  new Holidays("AU")
    .getHolidays(year)
    .find(({ rule }) => rule === "easter")!
    .date.slice(0, 10),
);

/** Ways to name the day with which an entry begins, as shared/hours/legal-holidays.ts reads them. */
const namings: readonly ((entry: string, i: number) => string)[] = [
  (entry) => entry,
  (entry, i) =>
    `e${(Date.parse(`${years[i]}-${entry.slice(0, 5)}`) - Date.parse(easters[i]!)) / DAY}${entry.slice(5)}`,
  (entry, i) => {
    const date = new Date(`${years[i]}-${entry.slice(0, 5)}`);
    const nth = date.getUTCDate() < 8 ? "a" : date.getUTCDate() > 24 ? "z" : "";
    return date.getUTCDay() === 1 && nth ? entry.slice(0, 3) + nth + entry.slice(5) : entry;
  },
];

/** Entries: first those that are in every year by one of their names, then the others of each year. */
export function holidayRows(days: string[][]): string[] {
  const every: string[] = [];
  let rest = days;
  for (const naming of namings) {
    const named = rest.map((its, i) => its.map((day) => naming(day, i)));
    const common = named[0]!.filter((one) => named.every((its) => its.includes(one)));
    rest = rest.map((its, i) => its.filter((day) => !common.includes(naming(day, i))));
    every.push(...common);
  }
  return [every, ...rest].map((all) => all.join(" "));
}
