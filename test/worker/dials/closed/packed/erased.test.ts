/** What packed blocks keep of people who were erased: nothing by their number. And a number with very many dials. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { prepare } from "../../../../../worker/core/sql.ts";
import { closeDials } from "../../../../../worker/dials/closed/close.ts";
import {
  endEntry,
  firstOf,
  LAST_DIGITS,
  listedOf,
  NUMBERS,
} from "../../../../../worker/dials/closed/packed/entries.ts";
import { unpackSome } from "../../../../../worker/dials/closed/packed/unpacking.ts";
import { packDials } from "../../../../../worker/dials/closed/packed/packing.ts";
import { recall } from "../../../../../worker/dials/closed/read.ts";
import { rewriteFiles } from "../../../../../worker/dials/closed/rewrite.ts";
import {
  type BlockKind,
  blocksBehind,
  changed,
  monthsWith,
} from "../../../../../worker/storage/closed/blocks.ts";
import { call, DAY } from "../../../helpers.ts";
import { august, compliance, day, erase, FIRST, LATER, named } from "../kit.ts";

august();
const NOW = LATER + 40 * DAY;
const keys = async (kind: BlockKind) => {
  const all: number[] = [];
  for (const month of await monthsWith(env.DB, kind))
    all.push(...(await blocksBehind(env.DB, kind, month, -1, 1000)).entries.map(({ key }) => key));
  return all;
};
const endOf = (n: number) => endEntry({ number: FIRST + n, num: day(n) * 64 }).key;
const has = async (n: number) => [
  (await keys(NUMBERS)).includes(FIRST + n),
  (await keys(LAST_DIGITS)).includes(endOf(n)),
];
async function erased(...some: number[]): Promise<void> {
  for (const n of some) {
    await recall(env, [`+${FIRST + n}`]);
    await erase(n);
  }
  await rewriteFiles(env, 0, NOW);
}

it.each([
  ["in the middle of its file", [3]],
  ["first in its file", [0]],
  ["the first two of it", [0, 1]],
  ["last in its file", [5]],
])("a number that was erased is in no block: %s", async (_, some) => {
  await closeDials(env, NOW);
  await packDials(env, NOW);
  for (const n of some) expect(await has(n)).toEqual([true, true]);
  await erased(...some);
  await packDials(env, NOW);
  for (const n of some) expect(await has(n)).toEqual([false, false]);
});

it("numbers of a file that was erased as a whole are in no block of its month", async () => {
  await closeDials(env, NOW, { rows: 2 });
  await packDials(env, NOW);
  expect(await named()).toHaveLength(3);
  await erased(2, 3);
  await packDials(env, NOW);
  expect(await named()).toHaveLength(2);
  for (const n of [2, 3]) expect(await has(n)).toEqual([false, false]);
});

it("nor where it was erased between two nights that pack its month", async () => {
  await closeDials(env, NOW);
  let reads = 0;
  await packDials(env, NOW, { clock: () => (++reads > 3 ? Infinity : 0) });
  expect(await has(3)).toEqual([false, true]);
  await erased(3);
  await packDials(env, NOW);
  expect(await keys(NUMBERS)).toHaveLength(5);
  expect(await has(3)).toEqual([false, false]);
});

it("nor one that was first in a file behind the month's first", async () => {
  await closeDials(env, NOW, { rows: 2 });
  await packDials(env, NOW);
  await erased(4);
  await packDials(env, NOW);
  expect(await named()).toHaveLength(3);
  expect(await has(4)).toEqual([false, false]);
  expect(await has(5)).toEqual([true, true]);
});

it("nor one that goes while the step that packs last digits is under way", async () => {
  await closeDials(env, NOW);
  let isDue = true;
  const batch: D1Database["batch"] = async (statements) => {
    if (isDue && statements.length > 3) {
      isDue = false;
      await erased(3);
    }
    return env.DB.batch(statements);
  };
  const DB = { prepare: (text: string) => env.DB.prepare(text), batch } as unknown as D1Database;
  await packDials({ ...env, DB }, NOW).catch(() => undefined);
  expect(isDue).toBe(false);
  await packDials(env, NOW);
  expect(await keys(NUMBERS)).toHaveLength(5);
  expect(await has(3)).toEqual([false, false]);
});

it("nor does one come back into its table that goes while the index is unpacked", async () => {
  await closeDials(env, NOW);
  await packDials(env, NOW);
  let isDue = true;
  const batch: D1Database["batch"] = async (statements) => {
    if (isDue && (await keys(NUMBERS)).length > 0 && (await isAtNumbers())) {
      isDue = false;
      await erased(3);
    }
    return env.DB.batch(statements);
  };
  const isAtNumbers = async () =>
    (
      await env.DB.prepare("SELECT value FROM marks WHERE name = 'dials-unpacking'").first<string>("value")
    )?.includes('"file":null') === true;
  const DB = { prepare: (text: string) => env.DB.prepare(text), batch } as unknown as D1Database;
  for (let left = 1; left > 0;) left = await unpackSome({ ...env, DB }).catch(() => 1);
  expect(isDue).toBe(false);
  const { results } = await env.DB.prepare("SELECT number FROM closed_numbers").all<{ number: number }>();
  expect(results.map(({ number }) => number - FIRST)).toEqual([0, 1, 2, 4, 5]);
});

it("nor one into the database that goes with its line while it is recalled", async () => {
  await closeDials(env, NOW);
  await packDials(env, NOW);
  let isDue = true;
  const get = async (key: string, options: R2GetOptions) => {
    const bytes = await (await env.ARCHIVE.get(key, options))!.arrayBuffer();
    if (isDue) {
      isDue = false;
      await erased(3);
    }
    return { arrayBuffer: () => Promise.resolve(bytes) };
  };
  const own = { ...env, ARCHIVE: { get } as unknown as R2Bucket };
  await recall(own, [`+${FIRST + 3}`, `+${FIRST + 4}`]);
  expect(isDue).toBe(false);
  const { results } = await env.DB.prepare("SELECT number FROM dials WHERE num < ?")
    .bind(day(6) * 64)
    .all<{ number: number }>();
  expect(results.map(({ number }) => number - FIRST)).toEqual([4]);
  expect(await has(3)).toEqual([false, false]);
});

it("a number that is dialled 5,000 times a month is found", async () => {
  const months = [
    202501, 202502, 202503, 202504, 202505, 202506, 202507, 202508, 202509, 202510, 202511, 202512,
  ];
  for (const [n, month] of [
    ...months,
    202601,
    202602,
    202603,
    202604,
    202605,
    202606,
    202607,
    202608,
  ].entries()) {
    const nums = Array.from({ length: 7000 }, (_, i) => firstOf(month) + i * 64);
    await env.DB.prepare(
      "INSERT INTO closed_files (first, last, key, rows, bytes, sha256, members, at) VALUES (?, ?, ?, ?, 1, 'x', ?, 'x')",
    )
      .bind(
        nums[0],
        nums.at(-1),
        `dials/${n}`,
        nums.length,
        JSON.stringify([[nums[0], nums.at(-1), 0, 1, "x"]]),
      )
      .run();
    const add = nums.map((num) => ({ key: FIRST, value: (num - firstOf(month)) * 2 }));
    await env.DB.batch((await changed(env.DB, NUMBERS, month, { add })).map((s) => prepare(env.DB, s)));
  }
  const { status, data } = await call("GET", `/v1/find?number=${encodeURIComponent(`+${FIRST}`)}`, {
    token: compliance,
  });
  expect([status, (data as { numbers: unknown[] }).numbers]).toEqual([
    200,
    // One is in the database.
    [expect.objectContaining({ dials: 140_001 })],
  ]);
  expect(await listedOf(env.DB, [FIRST])).toHaveLength(140_000);
});
