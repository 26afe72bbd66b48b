/** A sieve has every text that it was made of, and few others. */
import { expect, it } from "vitest";
import { codesIn, type Kind, mayHave, numberOf, sieveOf, subjectIn } from "../../../shared/trail/sieve.ts";

const has = (blocks: Uint8Array[], kind: Kind, text: string): boolean =>
  mayHave(blocks[numberOf(text, kind) % blocks.length]!, kind, text);

it.each([
  ["codes", 60, 0.002],
  ["actors", 1000, 0.05],
  ["subjects", 8571, 0.17],
] as const)("%s: each of %i, and of others a share of at most %d", (kind, count, most) => {
  const texts = (of: string) => Array.from({ length: count }, (_, n) => `${of}${n}`);
  const blocks = sieveOf(kind, new Set(texts("is")));
  expect(texts("is").filter((text) => !has(blocks, kind, text))).toEqual([]);
  expect(texts("not").filter((text) => has(blocks, kind, text)).length).toBeLessThanOrEqual(count * most);
});

it("of nothing it has nothing, and says so", () => {
  const blocks = sieveOf("subjects", new Set());
  expect([blocks.length, has(blocks, "subjects", "a")]).toEqual([1, false]);
});

it("rows about the same thing are one text: a key, however rows that bind it name it", () => {
  const id = "6f1c2d3e-4a5b-4c6d-8e7f-9a0b1c2d3e4f";
  for (const subject of [id, `recordings/${id}`, `audio/${id}@1`, `calls/${id}@12`])
    expect(subjectIn(subject)).toBe(id);
  expect(subjectIn("people_held/a/b/code/2026-01-01@2")).toBe("people_held/a/b/code/2026-01-01");
  expect([subjectIn(""), subjectIn("policies/5"), subjectIn("5")]).toEqual(["", "5", "5"]);
});

it("dials of a quarter of an hour are one text, and of another day another", () => {
  const dial = (ms: number) => subjectIn(String(ms * 64));
  const began = Date.UTC(2027, 2, 1, 10);
  expect(new Set(Array.from({ length: 3600 }, (_, n) => dial(began + n * 1000))).size).toBeLessThan(6);
  expect(dial(began)).not.toBe(dial(began + 86_400_000));
  expect(dial(began)).toBe(subjectIn(`dials/${began * 64}`));
});

it("a code is found by each of its beginnings that end with a dot", () => {
  expect(codesIn("opened.recording-audio")).toEqual(["opened.recording-audio", "opened."]);
  expect(codesIn("a.b.c")).toEqual(["a.b.c", "a.", "a.b."]);
  expect(codesIn("genesis")).toEqual(["genesis"]);
});
