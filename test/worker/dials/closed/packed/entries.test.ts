/** Many packed dials, of several months: found by number, by beginnings and by ends as a list of all would have them, without what counts no more. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { prepare } from "../../../../../worker/core/sql.ts";
import {
  byMonth,
  endEntry,
  firstOf,
  LAST_DIGITS,
  listedIn,
  type Listed,
  listedOf,
  numberEntry,
  NUMBERS,
  packedEnding,
  packedFrom,
  placesOf,
  refEntry,
  REFS,
} from "../../../../../worker/dials/closed/packed/entries.ts";
import { changed } from "../../../../../worker/storage/closed/blocks.ts";
import { DAY } from "../../../helpers.ts";

const MONTHS = [202511, 202512, 202601];
const EACH = 1500;
const numberOf = (n: number): number => 442_070_000_000 + ((n * 7919) % 100_003) * 97;
const all: Listed[] = [];
/** Of these a file has no time any more, or they are in `dials` again. */
const gone = new Set<number>();

beforeAll(async () => {
  for (const [m, month] of MONTHS.entries())
    for (let n = 0; n < EACH; n++) {
      // A third of them in each month, the others in one.
      const number = numberOf(n % 3 === 0 ? n : n + m * EACH);
      all.push({
        number,
        num: firstOf(month) + ((n * 104_729) % 2_500_000) * 1000 * 64 + (n % 64),
        calls: n % 2,
      });
    }
  for (const [kind, entryOf] of [
    [NUMBERS, numberEntry],
    [LAST_DIGITS, endEntry],
  ] as const)
    for (const [month, add] of byMonth(all.map(entryOf)))
      await env.DB.batch((await changed(env.DB, kind, month, { add })).map((one) => prepare(env.DB, one)));
  for (const month of MONTHS) {
    const first = firstOf(month);
    // Its first two days are over.
    const least = first + 2 * DAY * 64;
    for (const { num } of all) if (num >= first && num < least) gone.add(num);
    await env.DB.prepare("INSERT INTO closed_files VALUES (?, ?, ?, 1, 1, '', ?, '')")
      .bind(first, first + 31 * DAY * 64 - 1, `dials/${month}`, JSON.stringify([[least, least, 0, 1, ""]]))
      .run();
  }
  for (const { num } of all.filter((_, n) => n % 50 === 0)) {
    gone.add(num);
    await env.DB.prepare("INSERT INTO closed_out (num) VALUES (?)").bind(num).run();
  }
});
const there = () => all.filter(({ num }) => !gone.has(num));
const inOrder = (some: readonly number[]) => [...new Set(some)].sort((a, b) => a - b);

it("each entry says its dial again", () => {
  for (const one of all) expect(listedIn(numberEntry(one))).toEqual(one);
});

it("by number: in all months, and in a span of time", async () => {
  const numbers = [0, 1, 3, 150, 300, 4000, 4499].map(numberOf);
  const named = (some: readonly Listed[]) => some.map(({ num, calls }) => `${num} ${calls}`).sort();
  const wanted = there().filter(({ number }) => numbers.includes(number));
  expect(wanted.length).toBeGreaterThan(3);
  expect(named(await listedOf(env.DB, [...numbers, 1]))).toEqual(named(wanted));
  const span = [firstOf(202512), firstOf(202601) - 1] as const;
  expect(named(await listedOf(env.DB, numbers, span))).toEqual(
    named(wanted.filter(({ num }) => num >= span[0] && num <= span[1])),
  );
});

it("by a beginning: the smallest first, as many as are asked for", async () => {
  for (const [least, most] of [
    [442_070_000_000, 442_079_999_999],
    [442_073_000_000, 442_073_099_999],
    [442_079_700_000, 442_079_999_999],
    [1, 99_999_999],
  ] as const)
    for (const limit of [1, 21, 500])
      expect(await packedFrom(env.DB, [least, most], limit)).toEqual(
        inOrder(there().flatMap(({ number }) => (number >= least && number <= most ? [number] : []))).slice(
          0,
          limit,
        ),
      );
});

it("by an end, of five digits or more", async () => {
  const of = (n: number, digits: number) => String(numberOf(n)).slice(-digits);
  for (const digits of [of(3, 5), of(3, 7), of(4, 5), of(4, 12), of(300, 6), "00000", "12345678"])
    for (const limit of [1, 21])
      expect(await packedEnding(env.DB, digits, limit)).toEqual(
        inOrder(
          there().flatMap(({ number }) => (number % 10 ** digits.length === Number(digits) ? [number] : [])),
        ).slice(0, limit),
      );
});

it("a number of fifteen digits, and one that ends with zeros, by their ends", async () => {
  const num = firstOf(202601) + 9 * DAY * 64;
  const numbers = [999_999_999_999_999, 100_000_000_000_000, 123_456_700_000];
  const add = numbers.map((number) => ({ number, num, calls: 0 }));
  for (const [kind, entries] of [
    [NUMBERS, add.map(numberEntry)],
    [LAST_DIGITS, add.map(endEntry)],
  ] as const)
    for (const [month, its] of byMonth(entries))
      await env.DB.batch(
        (await changed(env.DB, kind, month, { add: its })).map((one) => prepare(env.DB, one)),
      );
  expect(await packedEnding(env.DB, "999999999", 5)).toEqual(numbers.slice(0, 1));
  expect(await packedEnding(env.DB, "700000", 5)).toEqual(numbers.slice(2));
  expect(await packedFrom(env.DB, [1e14, 1e15], 5)).toEqual([100_000_000_000_000, 999_999_999_999_999]);
});

it("by a call's name, whatever its sign: the span has its dial", async () => {
  const names = ["-9223372036854775808", "-1", "0", "9223372036854775807", "-4611686018427387904"];
  const nums = names.map((_, n) => firstOf(202512) + n * 7 * DAY * 64 + 33);
  for (const [month, add] of byMonth(names.map((name, n) => refEntry(name, nums[n]!))))
    await env.DB.batch((await changed(env.DB, REFS, month, { add })).map((one) => prepare(env.DB, one)));
  const places = await placesOf(env.DB, REFS, [...names, "12345678901234567"]);
  expect([...places.keys()].sort()).toEqual([...names].sort());
  for (const [n, name] of names.entries()) {
    const [[from, to]] = places.get(name)! as [readonly [number, number]];
    expect([from <= nums[n]!, to >= nums[n]!, to - from < DAY * 64]).toEqual([true, true, true]);
  }
});
