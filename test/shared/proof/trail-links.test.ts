import { describe, expect, it } from "vitest";
import { planLinks } from "../../../shared/proof/trail-links.ts";

describe("the way of rows to heads", () => {
  const plan = (quoted: number[], heads: number[], most: number) => {
    const { starts, unlinked } = planLinks(quoted, heads, most);
    return [[...starts.entries()].sort(([a], [b]) => a - b), unlinked];
  };
  it("one way a head, from its first row on; a head that nothing leads to has none", () => {
    expect(plan([3, 5, 12], [6, 9, 14], 100)).toEqual([
      [
        [6, 3],
        [14, 12],
      ],
      [],
    ]);
  });
  it("where there is no room the first named have it, and a row that a way passes costs nothing", () => {
    expect(plan([5, 3, 12], [6, 14], 5)).toEqual([[[6, 3]], [12]]);
    expect(plan([3, 5], [6], 4)).toEqual([[[6, 3]], []]);
    expect(plan([7], [6], 100)).toEqual([[], [7]]);
  });
});
