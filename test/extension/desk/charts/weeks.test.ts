/** The weeks of the chart of upcoming erasures. */
import { describe, expect, it } from "vitest";
import { mondayOf, monthsNamed, spans } from "../../../../extension/desk/charts/weeks.ts";

describe("weeks", () => {
  const wednesday = "2026-11-25";
  const week = (monday: string, recordings: number, held = 0) => ({ week: monday, recordings, held });
  it("begin on Mondays", () => {
    expect(["2026-11-23", "2026-11-25", "2026-11-29"].map(mondayOf)).toEqual(Array(3).fill("2026-11-23"));
  });
  it("have no gaps; what is past and what is far off stand in one each", () => {
    const all = [
      week("2024-01-01", 1, 1),
      week("2026-11-16", 2),
      week("2026-11-23", 3),
      week("2026-12-07", 4),
    ];
    expect(spans([...all, week("2028-01-03", 5)], wednesday, 4)).toEqual([
      { when: "past", week: "2026-11-16", recordings: 3, held: 1 },
      { when: "week", week: "2026-11-23", recordings: 3, held: 0 },
      { when: "week", week: "2026-11-30", recordings: 0, held: 0 },
      { when: "week", week: "2026-12-07", recordings: 4, held: 0 },
      { when: "later", week: "2026-12-21", recordings: 5, held: 0 },
    ]);
  });
  it("have the name of their month where it begins, unless a label beside it would lie on it", () => {
    const named = (today: string, last: string, past: boolean) => {
      const all = [...(past ? [week("2026-01-05", 1)] : []), week(last, 1), week("2029-01-01", 1)];
      const of = spans(all, today, 20);
      return of.flatMap((span, i) => (monthsNamed(of)[i] ? [span.week] : []));
    };
    // The last week of November is beside the first of December.
    expect(named("2026-11-30", "2027-02-22", false)).toEqual(["2026-12-07", "2027-01-04", "2027-02-01"]);
    expect(named("2026-11-25", "2027-01-18", false)).toEqual(["2026-12-07", "2027-01-04"]);
    expect(named("2026-11-11", "2027-01-04", false)).toEqual(["2026-11-09", "2026-12-07"]);
    expect(named("2026-11-11", "2027-01-18", true)).toEqual(["2026-12-07", "2027-01-04"]);
  });
});
