import fc from "fast-check";
import { expect, it } from "vitest";
import {
  addContent,
  addSum,
  addUndo,
  emptyContent,
  sumOf,
  sumText,
} from "../../../shared/registers/content.ts";

const change = fc.record({
  block: fc.integer({ min: 0, max: 4 }),
  data: fc.constantFrom("", "AA==", "AQ==", "Ag=="),
});

it("whatever changes came, in whatever parts, the sum is that of the blocks there are", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), fc.nat(12), (changes, cut) => {
      const blocks = new Map<number, string>();
      const parts = [emptyContent(), emptyContent()];
      changes.forEach(({ block, data }, i) => {
        const part = parts[i < cut ? 0 : 1]!;
        addContent(part, block, blocks.get(block) ?? "", -1);
        addContent(part, block, data);
        blocks.set(block, data);
      });
      const sum = emptyContent();
      for (const part of parts) addSum(sum, part);
      const whole = emptyContent();
      for (const [block, data] of [...blocks].reverse()) addContent(whole, block, data);
      return sumText(sum) === sumText(whole);
    }),
    { numRuns: 50 },
  );
});

it("no block stands for another, nor its undo for it or for another version's", () => {
  const texts = [
    (sum: Uint16Array) => addContent(sum, 1, "AA=="),
    (sum: Uint16Array) => addContent(sum, 2, "AA=="),
    (sum: Uint16Array) => addContent(sum, 1, "AQ=="),
    (sum: Uint16Array) => addUndo(sum, 1, 1, "AA=="),
    (sum: Uint16Array) => addUndo(sum, 1, 2, "AA=="),
    // The same one twice is not it once.
    (sum: Uint16Array) => [0, 1].forEach(() => addContent(sum, 1, "AA==")),
  ].map((fill) => {
    const sum = emptyContent();
    fill(sum);
    return sumText(sum);
  });
  expect(new Set(texts).size).toBe(texts.length);
});

it("a sum as text is that sum, and no other text is one", () => {
  const sum = emptyContent();
  addContent(sum, 44_207_946, "AAE=");
  expect(sumOf(sumText(sum))).toEqual(sum);
  for (const text of ["", "AA==", sumText(sum).slice(4)]) expect(() => sumOf(text)).toThrow(RangeError);
});
