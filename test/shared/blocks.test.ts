import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addBlock,
  blockDigest,
  blockOf,
  difference,
  e164Of,
  emptySums,
  has,
  listHash,
  numberOf,
  offsetOf,
  pack,
  packAll,
  unpack,
} from "../../shared/blocks.ts";

const sorted = (set: Iterable<number>) => [...new Set(set)].sort((a, b) => a - b);
const offset = fc.integer({ min: 0, max: 9999 });
/** Sparse, dense and full blocks alike, so that both packed forms are met. */
const offsets = fc.oneof(
  fc.array(offset, { maxLength: 400 }),
  fc.array(offset, { minLength: 2000, maxLength: 6000 }),
  fc.constant(Array.from({ length: 10_000 }, (_, i) => i)),
);

describe("blocks against a plain Set", () => {
  it("round trip, has and size", () => {
    fc.assert(
      fc.property(offsets, fc.array(offset, { minLength: 20, maxLength: 20 }), (list, probes) => {
        const set = new Set(list);
        const data = pack(sorted(set));
        expect([...unpack(data)]).toEqual(sorted(set));
        for (const p of [...probes, ...list.slice(0, 20)]) expect(has(data, p)).toBe(set.has(p));
        expect(atob(data).length).toBeLessThanOrEqual(1250);
      }),
      { numRuns: 300 },
    );
  });

  it("a difference goes both ways, and is empty only between equals", () => {
    fc.assert(
      fc.property(offsets, offsets, (a, b) => {
        const [x, y] = [Uint16Array.from(sorted(a)), Uint16Array.from(sorted(b))];
        const undo = difference(x, y);
        expect(difference(x, undo)).toEqual(y);
        expect(difference(y, undo)).toEqual(x);
        expect(sorted(undo)).toEqual([...undo]);
      }),
      { numRuns: 300 },
    );
  });

  it("packs the edges: empty, one number, the last, a full block", () => {
    expect(pack([])).toBe("");
    expect([...unpack("")]).toEqual([]);
    expect([...unpack(pack([9999]))]).toEqual([9999]);
    expect(unpack(pack(Array.from({ length: 10_000 }, (_, i) => i))).length).toBe(10_000);
    expect(has(pack([0]), 0)).toBe(true);
    expect(has(pack([]), 0)).toBe(false);
  });

  it("refuses what is not sorted, distinct and in range, packed or unpacked", () => {
    expect(() => pack([2, 1])).toThrow(RangeError);
    expect(() => pack([1, 1])).toThrow(RangeError);
    expect(() => pack([10_000])).toThrow(RangeError);
    expect(() => unpack(btoa("\x80"))).toThrow(RangeError);
    expect(() => unpack(btoa("\x80\x80"))).toThrow(RangeError);
    expect(() => unpack(btoa("\xff\x7f"))).toThrow(RangeError);
    expect(() => unpack(btoa("\x80\x00"))).toThrow(RangeError);
  });

  it("splits numbers into blocks that hold them all", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 441_000_000_000, max: 441_000_200_000 })), (list) => {
        const numbers = Float64Array.from(sorted(list));
        const back = [...packAll(numbers)].flatMap(({ block, n, data }) => {
          const offsets = unpack(data);
          expect(offsets.length).toBe(n);
          return [...offsets].map((o) => block * 10_000 + o);
        });
        expect(back).toEqual([...numbers]);
      }),
    );
  });
});

describe("digests and sums", () => {
  it("tell content, and the block that it stands in", () => {
    const data = pack([1, 2, 3]);
    expect(blockDigest(5, data)).not.toBe(blockDigest(6, data));
    expect(blockDigest(5, data)).not.toBe(blockDigest(5, pack([1, 2, 4])));
    expect(blockDigest(5, data)).toBeLessThan(2 ** 48);
  });

  it("do not depend on order, and take away what was added", () => {
    const blocks = [1, 2, 3].map((b) => [b, blockDigest(b, pack([b]))] as const);
    const there = emptySums();
    for (const [, d] of blocks) addBlock(there, 1, d);
    const back = emptySums();
    for (const [, d] of [...blocks].reverse()) addBlock(back, 1, d);
    expect(listHash(there)).toBe(listHash(back));
    for (const [, d] of blocks) addBlock(there, 1, d, -1);
    expect(there).toEqual(emptySums());
  });
});

it("numbers and blocks", () => {
  expect(numberOf("+442079460123")).toBe(442079460123);
  expect(e164Of(442079460123)).toBe("+442079460123");
  expect([blockOf(442079460123), offsetOf(442079460123)]).toEqual([44207946, 123]);
});
