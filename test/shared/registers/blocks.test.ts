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
  blocksHash,
  numberOf,
  offsetOf,
  pack,
  packAll,
  unpack,
} from "../../../shared/registers/blocks.ts";

const sorted = (set: Iterable<number>) => [...new Set(set)].sort((a, b) => a - b);
const same = (a: Uint16Array, b: Uint16Array) => Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
const bytesOf = (a: Uint16Array) => Buffer.from(a.buffer, a.byteOffset, a.byteLength);
const offset = fc.integer({ min: 0, max: 9999 });
const full = Uint16Array.from({ length: 10_000 }, (_, i) => i);

/** A block of each form: empty, one number, gaps, a bitmap, full, and full but for one number. */
function* thin(share: number, seed: number): Generator<number> {
  // Drawing thousands of numbers one by one would take a second for a thousand blocks.
  for (let i = 0, s = seed | 0; i < 10_000; i++) {
    s = (Math.imul(s, 1_664_525) + 1_013_904_223) | 0;
    if ((s >>> 8) / 2 ** 24 < share) yield i;
  }
}
const thinned = (min: number, max: number) =>
  fc
    .tuple(fc.double({ min, max, noNaN: true }), fc.nat())
    .map(([share, seed]) => Uint16Array.from(thin(share, seed)));
const offsets = fc.oneof(
  fc.constant(new Uint16Array(0)),
  offset.map((n) => Uint16Array.of(n)),
  fc.array(offset, { maxLength: 12 }).map((list) => Uint16Array.from(sorted(list))),
  thinned(0.001, 0.1),
  thinned(0.1, 0.999),
  fc.constant(full),
  offset.map((n) => full.filter((i) => i !== n)),
);
const formOf = (list: Uint16Array) => {
  if (list.length < 2) return list.length === 0 ? "empty" : "single";
  if (list.length === 10_000) return "full";
  return atob(pack(list)).length === 1250 ? "bitmap" : "gaps";
};
const CASES = 2500;

describe("blocks against a plain Set", () => {
  it("round trip, has and size, in every form", () => {
    const forms: Record<string, number> = {};
    fc.assert(
      fc.property(offsets, fc.array(offset, { minLength: 20, maxLength: 20 }), (list, probes) => {
        const form = formOf(list);
        forms[form] = (forms[form] ?? 0) + 1;
        const set = new Set(list);
        const data = pack(list);
        expect(same(unpack(data), list)).toBe(true);
        for (const p of [...probes, ...list.subarray(0, 20)])
          if (has(data, p) !== set.has(p)) expect.fail(`has(${p}) is ${has(data, p)}`);
        expect(atob(data).length).toBeLessThanOrEqual(1250);
      }),
      { numRuns: CASES },
    );
    expect(Object.keys(forms).sort()).toEqual(["bitmap", "empty", "full", "gaps", "single"]);
    for (const n of Object.values(forms)) expect(n).toBeGreaterThan(250);
  });

  it("a difference is a plain set's, goes both ways, and is empty only between equals", () => {
    fc.assert(
      fc.property(offsets, offsets, (x, y) => {
        const undo = difference(x, y);
        const odd = new Uint8Array(10_000);
        for (const n of x) odd[n]! ^= 1;
        for (const n of y) odd[n]! ^= 1;
        const plain = full.filter((n) => odd[n]);
        expect(same(undo, plain)).toBe(true);
        expect(same(difference(x, undo), y)).toBe(true);
        expect(same(difference(y, undo), x)).toBe(true);
        expect(same(unpack(pack(undo)), undo)).toBe(true);
      }),
      { numRuns: CASES },
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
    expect(blocksHash(there)).toBe(blocksHash(back));
    for (const [, d] of blocks) addBlock(there, 1, d, -1);
    expect(there).toEqual(emptySums());
  });
});

it("numbers and blocks", () => {
  expect(numberOf("+442079460123")).toBe(442079460123);
  expect(e164Of(442079460123)).toBe("+442079460123");
  expect([blockOf(442079460123), offsetOf(442079460123)]).toEqual([44207946, 123]);
});
