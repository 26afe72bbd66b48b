/** Packed entries: what goes in comes out, in blocks of a size, whatever the differences are. */
import { expect, test } from "vitest";
import { BLOCK, cut, type Entry, inOrder, unpacked } from "../../../../worker/storage/closed/pack.ts";

/** Numbers as of chance, the same each time. */
function drawn(seed: number): (below: number) => number {
  let at = seed;
  return (below) => {
    at = (Math.imul(at, 1_664_525) + 1_013_904_223) >>> 0;
    const high = at;
    at = (Math.imul(at, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(((high * 2 ** 21 + (at >>> 11)) / 2 ** 53) * below);
  };
}
const some = (n: number, key: number, bits: number): Entry[] => {
  const draw = drawn(n + bits);
  return Array.from({ length: n }, () => ({ key: draw(key), value: draw(2 ** bits) })).sort(inOrder);
};

test.each([
  ["numbers", some(5000, 1e8, 39).map(({ key, value }) => ({ key: key + 442_000_000_000, value })), 39],
  ["hashes of 48 bits", some(5000, 2 ** 48, 13), 13],
  ["keys and values of 53 bits", some(500, 2 ** 53, 53), 53],
  ["values of no bits", some(3000, 1e12, 0), 0],
  ["neighbours", Array.from({ length: 4000 }, (_, key) => ({ key, value: 1 })), 1],
  [
    "most near each other, some far",
    [...some(900, 5000, 8), { key: 2 ** 50, value: 255 }, { key: 2 ** 53 - 1, value: 0 }],
    8,
  ],
  ["one", [{ key: 0, value: 0 }], 13],
] as [string, Entry[], number][])("%s come out as they went in", (_, entries, bits) => {
  const blocks = cut(entries, bits);
  expect(blocks.flatMap((block) => unpacked(block, bits))).toEqual(entries);
  expect(blocks.reduce((sum, { n }) => sum + n, 0)).toBe(entries.length);
  expect(Math.max(...blocks.map(({ bytes }) => bytes.length))).toBeLessThanOrEqual(BLOCK);
  for (const [n, { first }] of blocks.entries()) {
    const before = blocks[n - 1];
    if (before) expect(unpacked(before, bits).at(-1)!.key).toBeLessThan(first);
  }
});

test("entries of a key are in one block, however many they are", () => {
  const many = Array.from({ length: 3000 }, (_, value) => ({ key: 500, value }));
  const entries = [
    ...some(300, 500, 12),
    ...many,
    ...some(300, 500, 12).map(({ key, value }) => ({ key: key + 501, value })),
  ];
  const blocks = cut(entries, 12);
  expect(blocks.filter((block) => unpacked(block, 12).some(({ key }) => key === 500))).toHaveLength(1);
  expect(blocks.flatMap((block) => unpacked(block, 12))).toEqual(entries);
});

test("none are no block", () => {
  expect(cut([], 13)).toEqual([]);
});

test.each([
  ["nothing", new Uint8Array()],
  ["zeros", new Uint8Array(100)],
  ["ones", new Uint8Array(100).fill(255)],
  ["noise", Uint8Array.from({ length: 100 }, (_, n) => (n * 89 + 31) & 255)],
])("bytes that nobody packed (%s) end, in no more entries than the row says", (_, bytes) => {
  for (const n of [0, 3, 2 ** 40]) {
    const entries = unpacked({ first: 7, n, bytes }, 13);
    expect(entries.length).toBeLessThanOrEqual(Math.min(n, bytes.length * 8));
    for (const { key } of entries) expect(key).toBeGreaterThanOrEqual(7);
  }
});
