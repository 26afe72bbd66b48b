/** The weeks of the chart of upcoming erasures. */
import { describe, expect, it } from "vitest";
import { mondayOf, spans } from "../../../../extension/desk/charts/weeks.ts";

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
});
