/** Packed names: what goes in comes out, in blocks of a size, and SQL finds by the last bytes which block may have a key. */
import { env } from "cloudflare:workers";
import { bytesToHex } from "@noble/hashes/utils.js";
import { expect, it } from "vitest";
import {
  keyOf,
  packedErased,
  packedKept,
  partOf,
  rangeOf,
} from "../../../../worker/recordings/closed/names/hits.ts";
import { type Entry, lastOf, pack, unpack } from "../../../../worker/recordings/closed/names/packed.ts";

/** Numbers as of chance, the same each time. */
function drawn(seed: number): (below: number) => number {
  let at = seed;
  const next = () => (at = (Math.imul(at, 1_664_525) + 1_013_904_223) >>> 0);
  return (below) => Math.floor(((next() * 2 ** 21 + (next() >>> 11)) / 2 ** 53) * below);
}
const some = (n: number, key: number, places: number): Entry[] => {
  const draw = drawn(n + places);
  return Array.from({ length: n }, () => ({ key: draw(key), place: draw(places) }));
};
const sorted = (entries: readonly Entry[]) => entries.toSorted((a, b) => a.key - b.key || a.place - b.place);

it.each([
  ["a large month", some(20_000, 2 ** 44, 1760)],
  ["a small one", some(90, 2 ** 48, 16)],
  ["neighbours", Array.from({ length: 3000 }, (_, key) => ({ key, place: key % 5 }))],
  ["most near each other, some far", [...some(900, 50_000, 3), { key: 2 ** 48 - 1, place: 16_777_215 }]],
  ["one", [{ key: 0, place: 0 }]],
  ["the same many times", Array.from({ length: 2000 }, (_, n) => ({ key: 7, place: n >> 1 }))],
] as [string, Entry[]][])("%s: come out as they went in", (_, entries) => {
  for (const even of [false, true]) {
    const blocks = pack(entries, even);
    expect(blocks.flatMap(({ first, bytes }) => unpack(first, bytes))).toEqual(sorted(entries));
    expect(blocks.reduce((sum, { n }) => sum + n, 0)).toBe(entries.length);
    const firsts = blocks.map(({ first }) => first);
    expect(firsts).toEqual([...new Set(firsts)].sort((a, b) => a - b));
    if (new Set(entries.map(({ key }) => key)).size > 1)
      expect(Math.max(...blocks.map(({ bytes }) => bytes.length))).toBeLessThanOrEqual(988);
  }
});

it("no entries are no block", () => {
  expect(pack([])).toEqual([]);
});

it("of 1,000 agents a name takes less than five bytes, and one of a certificate less than 4.7", () => {
  const bytes = (entries: Entry[]) =>
    pack(entries).reduce((sum, { bytes: { length } }) => sum + length, 0) / entries.length;
  // As dense as 6.6 million in a month are.
  expect(bytes(some(33_000, 2 ** 48 / 200, 110 * packedKept.parts))).toBeLessThan(5);
  expect(bytes(some(22_000, 2 ** 48 / 200, 110 * packedErased.parts))).toBeLessThan(4.7);
});

it("SQL sees the last bytes of each key in its block", async () => {
  const blocks = pack(some(900, 2 ** 48, 100));
  const rows = blocks.map(({ first, bytes }) => [
    bytesToHex(bytes),
    unpack(first, bytes).map(({ key }) => lastOf(key)),
  ]);
  const { results } = await env.DB.prepare(
    `SELECT SUM(instr(unhex(j.value ->> 0), unhex(k.value)) > 0) AS found, COUNT(*) AS n
     FROM json_each(?) j CROSS JOIN json_each(j.value, '$[1]') k`,
  )
    .bind(JSON.stringify(rows))
    .all();
  expect(results).toEqual([{ found: 900, n: 900 }]);
});

it("names are in the order of their keys, and a row number is in the range of its part", () => {
  const names = [
    (-(2n ** 63n)).toString(),
    "-65537",
    "-1",
    "0",
    "65535",
    "65536",
    (2n ** 63n - 1n).toString(),
  ];
  const keys = names.map(keyOf);
  expect(keys).toEqual(keys.toSorted((a, b) => a - b));
  expect([keys[0], keys.at(-1)]).toEqual([0, 2 ** 48 - 1]);
  const draw = drawn(5);
  for (const kind of [packedKept, packedErased])
    for (const span of [1, 2, 15, 17, 1000, 31 * 86_400_000 * 1024].map((n) => ({
      first: 1_790_000_000_000 * 1024,
      last: 1_790_000_000_000 * 1024 + n - 1,
    })))
      for (const num of [
        span.first,
        span.last,
        ...[1, 2, 3].map(() => span.first + draw(span.last - span.first)),
      ]) {
        const { lo, hi } = rangeOf(kind, span, partOf(kind, span, num));
        expect([lo <= num && num <= hi, lo >= span.first && hi <= span.last]).toEqual([true, true]);
      }
});
