/** The holidays of the tables, against the library that they are made from: each day of their years. */
import Holidays from "date-holidays";
import { describe, expect, it } from "vitest";
import { isHoliday } from "../../../shared/hours/hours.ts";
import { hasHolidaysOf, legalHoliday } from "../../../shared/hours/legal-holidays.ts";
import { DAY } from "../../../shared/core/time.ts";

const days = Array.from({ length: 11 * 366 }, (_, i) =>
  new Date(Date.UTC(2026, 0, 1) + i * DAY).toISOString().slice(0, 10),
).filter((day) => day < "2037");

const publicDays = (library: Holidays) =>
  new Set(
    [...new Set(days.map((day) => Number(day.slice(0, 4))))].flatMap((year) =>
      library
        .getHolidays(year)
        .filter(({ type }) => type === "public")
        .map(({ date }) => date.slice(0, 10)),
    ),
  );

it.each([
  ["GB-ENG", "WLS"],
  ["GB-ENG", "ENG"],
  ["GB-SCT", "SCT"],
  ["GB-NIR", "NIR"],
] as const)(
  "the holidays of %s are the library's of %s, each day of the years that are known",
  (part, of) => {
    const its = publicDays(new Holidays("GB", of));
    expect(its.size).toBeGreaterThan(80);
    expect(days.filter((day) => isHoliday(part, day))).toEqual(days.filter((day) => its.has(day)));
    expect(isHoliday(part, "2037-12-25")).toBe(false);
  },
);

describe.each(["AU", "ES", "FR"])("the holidays of %s", (region) => {
  it("are the library's, each day of the years that are known", () => {
    const its = publicDays(new Holidays(region));
    expect(its.size).toBeGreaterThan(100);
    expect(days.filter((day) => legalHoliday(region, [day]) !== undefined)).toEqual(
      days.filter((day) => its.has(day)),
    );
    expect(days.every((day) => hasHolidaysOf(region, [day]))).toBe(true);
  });

  it("of later years are those with a date alone, and not known", () => {
    expect(legalHoliday(region, ["2037-12-25"])).toBe("2037-12-25");
    // Good Friday, Easter Monday.
    expect(legalHoliday(region, ["2037-04-03", "2037-04-06"])).toBeUndefined();
    expect(hasHolidaysOf(region, ["2036-12-31", "2037-01-01"])).toBe(false);
  });
});

it("no other region has any", () => {
  expect(legalHoliday("GB", ["2026-12-25"])).toBeUndefined();
  expect(hasHolidaysOf("GB", ["2026-12-25"])).toBe(false);
});
