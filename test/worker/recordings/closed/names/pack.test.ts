/** Packed names: what goes in comes out, in blocks of a size, and SQL finds by the last bytes which block may have a key. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { bytesToHex } from "@noble/hashes/utils.js";
import { expect, it } from "vitest";
import {
  byName,
  hitsOf,
  keyOf,
  packedErased,
  packedKept,
  partOf,
  rangeOf,
} from "../../../../../worker/recordings/closed/names/hits.ts";
import { numbersEnding } from "../../../../../worker/recordings/closed/names/numbers.ts";
import { packNames } from "../../../../../worker/recordings/closed/names/pack.ts";
import { type Entry, lastOf, pack, unpack } from "../../../../../worker/recordings/closed/names/packed.ts";
import { siftNumbers } from "../../../../../worker/recordings/closed/names/sift.ts";
import { dump, migrationsBefore, migrationsSince } from "../../../helpers.ts";

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

it("a block that somebody altered stops neither other kinds nor is it written over, and the job fails each night", async () => {
  await reset();
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  const num = (day: number) => Date.UTC(2026, 0, day) * 1024;
  for (const files of ["closed_kept_files", "closed_certificates"])
    await env.DB.prepare(
      `INSERT INTO ${files} (first, last, key, rows, bytes, sha256, members, at) VALUES (?, ?, 'k', 1, 1, '', '[]', '')`,
    )
      .bind(num(3), num(5))
      .run();
  await env.DB.batch([
    env.DB.prepare("INSERT INTO closed_kept (name, num) VALUES (7, ?)").bind(num(3)),
    env.DB.prepare("INSERT INTO closed_recordings (name, num) VALUES (8, ?)").bind(num(3)),
    env.DB.prepare("INSERT INTO closed_kept_numbers (number, num) VALUES (442079460000, ?)").bind(num(3)),
  ]);
  const put = (first: number, n: number, entries: string) =>
    env.DB.prepare(
      "INSERT OR REPLACE INTO closed_blocks (kind, month, first, n, entries) VALUES (21, 202601, ?, ?, unhex(?))",
    )
      .bind(first, n, entries)
      .run();
  const left = () =>
    Promise.all(
      ["closed_kept", "closed_recordings", "closed_kept_numbers"].map(
        async (index) => (await dump(index)).length,
      ),
    );
  const broken = () =>
    env.DB.prepare("SELECT hex(entries) AS entries FROM closed_blocks WHERE kind = 21 ORDER BY first")
      .all<{ entries: string }>()
      .then(({ results }) => results.map(({ entries }) => entries));
  const night = () => packNames(env, Date.UTC(2026, 3, 5));
  // More entries than it has room for; and fewer than it had.
  for (const entries of ["00000000FF", "0000000000"]) {
    await put(1, 2, entries);
    await expect(night(), entries).rejects.toThrow("somebody altered");
    expect([await left(), await broken()], entries).toEqual([[1, 0, 0], [entries]]);
  }
  const [block] = pack([
    { key: 1, place: 0 },
    { key: 9, place: 0 },
  ]);
  await put(1, 2, bytesToHex(block!.bytes));
  await night();
  expect(await left()).toEqual([0, 0, 0]);
  expect(await hitsOf(env.DB, packedKept, [byName("7")])).toHaveLength(1);
});

it("nor does it keep numbers of other months, whose files went, in their blocks", async () => {
  await reset();
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  const [block] = pack([0, 1].map((place) => ({ key: 442079460000 + place, place: place * 16 })));
  for (const month of [1, 2]) {
    const [first, last] = [Date.UTC(2026, month - 1, 3), Date.UTC(2026, month, 0)].map((ms) => ms * 1024);
    await env.DB.batch([
      env.DB.prepare(
        `INSERT INTO closed_places (kind, month, place, first, last, done, gone) VALUES (23, ?1, 0, ?2, ?2, 1, 1), (23, ?1, 1, ?3, ?3, 1, 0)`,
      ).bind(202600 + month, first, last),
      env.DB.prepare(
        "INSERT INTO closed_blocks (kind, month, first, n, entries) VALUES (23, ?, ?, 2, unhex(?))",
      ).bind(202600 + month, block!.first, month === 1 ? "00000000FF" : bytesToHex(block!.bytes)),
    ]);
  }
  await expect(siftNumbers(env)).rejects.toThrow();
  const left = (await dump("closed_blocks")) as { month: number; n: number }[];
  expect(left.map(({ month, n }) => [month, n])).toEqual([
    [202601, 2],
    [202602, 1],
  ]);
});

it("from the version before (migration 0173): what closed is packed, and nothing else changes", async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0173"));
  const num = (day: number) => Date.UTC(2026, 0, day) * 1024;
  await env.DB.batch([
    env.DB.prepare(
      "INSERT INTO closed_kept_files (first, last, key, rows, bytes, sha256, members, at) VALUES (?, ?, 'k', 2, 1, '', '[]', '')",
    ).bind(num(3), num(5)),
    env.DB.prepare(
      "INSERT INTO closed_kept (name, num) VALUES (-7, ?1), (9223372036854775807, ?1), (1, ?2)",
    ).bind(...[num(3), num(5)]),
    env.DB.prepare(
      "INSERT INTO closed_kept_numbers (number, num) VALUES (442079460000, ?), (442079460001, ?)",
    ).bind(...[num(3), num(5)]),
    env.DB.prepare("INSERT INTO closed_kept_out (num, id, gone) VALUES (?, 'x', 1)").bind(num(4)),
    // Of no file: it stays where it is.
    env.DB.prepare("INSERT INTO closed_kept (name, num) VALUES (1099511627776, ?)").bind(num(20)),
  ]);
  await applyD1Migrations(env.DB, migrationsSince("0173"));
  const left = async () =>
    [await dump("closed_kept"), await dump("closed_kept_numbers")].map((rows) => rows.length);
  expect(await left()).toEqual([4, 2]);
  await packNames(env, Date.UTC(2026, 3, 4) - 1);
  expect(await left()).toEqual([4, 2]);
  await packNames(env, Date.UTC(2026, 3, 5));
  expect(await left()).toEqual([1, 0]);
  const found = async (name: string) => (await hitsOf(env.DB, packedKept, [byName(name)])).length;
  expect([await found("-7"), await found("9223372036854775807"), await found("1099511627776")]).toEqual([
    1, 1, 0,
  ]);
  expect(await numbersEnding(env.DB, "60001", 5)).toEqual([442079460001]);
  expect(await dump("closed_kept_out")).toMatchObject([{ id: "x", gone: 1, number: null }]);
});
