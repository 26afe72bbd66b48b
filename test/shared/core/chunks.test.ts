/** Rows in pieces. */
import { describe, expect, it } from "vitest";
import { chunks, jsonChunks } from "../../../shared/core/chunks.ts";

it("items in chunks of at most so many", () => {
  expect([...chunks([1, 2, 3, 4, 5], 2)]).toEqual([[1, 2], [3, 4], [5]]);
  expect([...chunks([], 2)]).toEqual([]);
});

describe("items as JSON arrays", () => {
  it("are split before they are too long, and together are the items", () => {
    const items = Array.from({ length: 100 }, (_, n) => ({ n, text: "x".repeat(n) }));
    const all = jsonChunks(items, 500);
    expect(all.length).toBeGreaterThan(5);
    expect(all.flatMap((chunk) => JSON.parse(chunk) as object[])).toEqual(items);
    for (const chunk of all) expect(chunk.length).toBeLessThan(502);
  });
  it("of no items are none", () => expect(jsonChunks([], 10)).toEqual([]));
  it("hold a larger item alone", () => expect(jsonChunks(["a", "bbbbbbbbbb", "c"], 5)).toHaveLength(3));
});
