import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { around, dayOf, monthsLater } from "../../../shared/core/calendar.ts";
import { defaultPolicy } from "../../../shared/policy/policy.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";

const london = "Europe/London";

describe("calendar months", () => {
  const cases: [day: string, months: number, then: string][] = [
    ["2026-08-31", 6, "2027-02-28"],
    ["2027-08-31", 6, "2028-02-29"],
    ["2028-02-29", 12, "2029-02-28"],
    ["2028-02-29", 48, "2032-02-29"],
    ["2026-02-28", 12, "2027-02-28"],
    ["2027-02-28", 12, "2028-02-28"],
    ["2026-12-31", 2, "2027-02-28"],
    ["2026-11-30", 1, "2026-12-30"],
    ["2026-01-01", 84, "2033-01-01"],
    ["2026-11-25", 12, "2027-11-25"],
    ["2027-11-30", 3, "2028-02-29"],
  ];
  it.each(cases)("%s and %i months", (day, months, then) => {
    expect(monthsLater(day, months)).toBe(then);
  });
  it("fall in the month that is so many later, on the same day or its last", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true }),
        fc.integer({ min: 1, max: 84 }),
        (date, months) => {
          const [y, m, d] = date.toISOString().slice(0, 10).split("-").map(Number) as [
            number,
            number,
            number,
          ];
          const [y2, m2, d2] = monthsLater(date.toISOString().slice(0, 10), months).split("-").map(Number);
          expect(y2! * 12 + m2!).toBe(y * 12 + m + months);
          expect(d2).toBe(Math.min(d, new Date(Date.UTC(y2!, m2, 0)).getUTCDate()));
        },
      ),
    );
  });
});

describe("days of the policy's zone", () => {
  it("begin and end with the clocks there", () => {
    expect(zoneOfPolicy(defaultPolicy)).toBe(london);
    expect(dayOf("2026-03-28T23:59:59Z", london)).toBe("2026-03-28");
    // Summer time begins on 29 March 2026 at 1:00 UTC, and ends on 25 October.
    expect(dayOf("2026-03-29T23:00:00Z", london)).toBe("2026-03-30");
    expect(dayOf("2026-10-24T23:00:00Z", london)).toBe("2026-10-25");
    expect(dayOf("2026-10-25T23:59:59Z", london)).toBe("2026-10-25");
  });
  it("are 23, 24 and 25 hours long, and a time stands between its minutes", () => {
    const hours = (day: string) => {
      const [from, to] = around(day, undefined, 60, london).map((at) => Date.parse(at));
      return (to! - from!) / 3_600_000;
    };
    expect(["2026-03-29", "2026-06-01", "2026-10-25"].map(hours)).toEqual([23, 24, 25]);
    expect(around("2026-06-01", "14:30", 60, london)).toEqual([
      "2026-06-01T12:30:00.000Z",
      "2026-06-01T14:30:00.000Z",
    ]);
  });
  it("a time that the clocks show twice, or skip, is looked for at both", () => {
    expect(around("2026-10-25", "01:45", 15, london)).toEqual([
      "2026-10-25T00:30:00.000Z",
      "2026-10-25T02:00:00.000Z",
    ]);
    expect(around("2026-03-29", "01:45", 15, london)).toEqual([
      "2026-03-29T00:30:00.000Z",
      "2026-03-29T02:00:00.000Z",
    ]);
  });
});
