import { describe, expect, it } from "vitest";
import { findPhones } from "../../../shared/phone/phone.ts";
import { corpus } from "../../corpus/index.ts";
import type { Sample } from "../../corpus/sample.ts";

const found = ({ text, region }: Sample) =>
  findPhones(text, region).map(({ start, end, written, first: _first, by: _by, fit: _fit, ...rest }) => {
    const at = text.slice(start, end);
    return { at, ...(written !== at && { written }), ...rest };
  });

/** Where the quoted numbers are, each searched for after the one before. */
function offsets({ text, numbers }: Sample): [number, number][] {
  let from = 0;
  return numbers.map(({ at }) => {
    const start = text.indexOf(at, from);
    expect(start, `"${at}" stands in the text`).toBeGreaterThanOrEqual(0);
    from = start + at.length;
    return [start, from];
  });
}

for (const [room, samples] of Object.entries(corpus))
  describe(`numbers in text: ${room}`, () => {
    it.each(samples.map((s) => [s.region, s.text, s] as const))("%s %j", (_region, _text, sample) => {
      expect(found(sample)).toEqual(sample.numbers);
      expect(findPhones(sample.text, sample.region).map((p) => [p.start, p.end])).toEqual(offsets(sample));
    });
  });

describe("the corpus", () => {
  it("holds at least 150 texts, a third of them traps or without a number", () => {
    const all = Object.values(corpus).flat();
    expect(all.length).toBeGreaterThanOrEqual(150);
    expect(all.filter((s) => s.numbers.length === 0).length).toBeGreaterThanOrEqual(50);
  });

  it("gives no text twice", () => {
    const keys = Object.values(corpus)
      .flat()
      .map((s) => `${s.region} ${s.text}`);
    expect(keys.filter((k, i) => keys.indexOf(k) !== i)).toEqual([]);
  });
});
