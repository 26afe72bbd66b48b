/** Packed indexes in the database: found by key in all months, changed in one batch that refuses where a block is another by then. */
import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { prepare, type Statement } from "../../../../worker/core/sql.ts";
import {
  type BlockKind,
  changed,
  dropped,
  entriesFrom,
  entriesOf,
  monthAt,
  monthsWith,
  sifted,
  startOf,
} from "../../../../worker/storage/closed/blocks.ts";
import type { Entry } from "../../../../worker/storage/closed/pack.ts";

const KIND: BlockKind = { kind: 99, valueBits: 13 };
const [JULY, AUGUST] = [202607, 202608] as const;
const write = (statements: readonly Statement[]) =>
  env.DB.batch(statements.map((statement) => prepare(env.DB, statement)));
const add = async (entries: readonly Entry[], month: number = AUGUST, kind = KIND) =>
  write(await changed(env.DB, kind, month, { add: entries }));
const remove = async (entries: readonly Entry[]) =>
  write(await changed(env.DB, KIND, AUGUST, { remove: entries }));
/** Every seventh key. */
const some = (from: number, n: number): Entry[] =>
  Array.from({ length: n }, (_, i) => ({ key: (from + i) * 7, value: (from + i) % 8192 }));
const all = async (kind = KIND): Promise<Entry[]> => {
  const found: Entry[] = [];
  for (let least: number | null = 0; least !== null;) {
    const page = await entriesFrom(env.DB, kind, least, 2 ** 50);
    found.push(...page.entries.map(({ key, value }) => ({ key, value })));
    least = page.next;
  }
  return found;
};
const rows = async () =>
  (await env.DB.prepare("SELECT month, first, n FROM closed_blocks ORDER BY month, first").all()).results;

beforeEach(async () => {
  await env.DB.exec("DELETE FROM closed_blocks");
});

test("months are of UTC", () => {
  expect([monthAt(Date.UTC(2026, 7, 31, 23, 59)), monthAt(Date.UTC(2026, 11, 1))]).toEqual([202608, 202612]);
  expect(startOf(202612)).toBe(Date.UTC(2026, 11, 1));
});

test("slice after slice, each entry once, and found by its key", async () => {
  for (let from = 0; from < 9000; from += 1500) await add(some(from, 1500));
  expect(await all()).toEqual(some(0, 9000));
  expect((await rows()).length).toBeGreaterThan(10);
  expect(await entriesOf(env.DB, KIND, [0, 7, 8, 7 * 4711, 7 * 8999, 7 * 9000])).toEqual(
    [0, 1, 4711, 8999].map((n) => ({ month: AUGUST, key: 7 * n, value: n % 8192 })),
  );
});

test("the same slice a second time changes nothing", async () => {
  await add(some(0, 900));
  const before = await rows();
  await add(some(100, 300));
  expect(await rows()).toEqual(before);
});

test("what comes between, before and behind finds its place", async () => {
  await add(some(1000, 2000));
  const late = [1, 7 * 1000 + 3, 7 * 2500 + 3, 7 * 2999 + 1, 10 ** 9].map((key) => ({ key, value: 9 }));
  await add(late);
  expect(await all()).toEqual([...some(1000, 2000), ...late].sort((a, b) => a.key - b.key));
  expect(
    (
      await entriesOf(
        env.DB,
        KIND,
        late.map(({ key }) => key),
      )
    ).map(({ key }) => key),
  ).toEqual(late.map(({ key }) => key));
});

test("a key in several months, and of some of them", async () => {
  await add(some(0, 300));
  await add(some(100, 300), JULY);
  expect(await monthsWith(env.DB, KIND)).toEqual([JULY, AUGUST]);
  expect((await entriesOf(env.DB, KIND, [7 * 200])).map(({ month }) => month).sort()).toEqual([JULY, AUGUST]);
  expect((await entriesOf(env.DB, KIND, [7 * 200], [JULY, JULY])).map(({ month }) => month)).toEqual([JULY]);
  expect(await entriesOf(env.DB, { ...KIND, kind: 98 }, [7 * 200])).toEqual([]);
  expect((await all()).length).toBe(600);
});

test("a beginning is found from the middle of a block, page after page", async () => {
  await add(some(0, 3000));
  await add(some(2000, 3000), JULY);
  const found: number[] = [];
  for (let least: number | null = 7 * 2500 + 1; least !== null;) {
    const page = await entriesFrom(env.DB, KIND, least, 7 * 4000);
    found.push(...page.entries.map(({ key }) => key));
    least = page.next;
  }
  expect(found).toEqual(
    [...some(2501, 499), ...some(2501, 1500)].map(({ key }) => key).sort((a, b) => a - b),
  );
});

test("of a key the greatest value alone, where a kind says so", async () => {
  const kind = { ...KIND, greatest: true } as const;
  await add(
    [
      { key: 5, value: 3 },
      { key: 5, value: 9 },
      { key: 6, value: 1 },
    ],
    AUGUST,
    kind,
  );
  await add(
    [
      { key: 5, value: 4 },
      { key: 6, value: 2 },
    ],
    AUGUST,
    kind,
  );
  expect(await all(kind)).toEqual([
    { key: 5, value: 9 },
    { key: 6, value: 2 },
  ]);
});

test("entries go, and a block without any", async () => {
  await add(some(0, 2000));
  await remove([
    ...some(0, 400),
    { key: 7 * 1000, value: 1000 },
    { key: 7 * 1500, value: 1 },
    { key: 4, value: 4 },
  ]);
  expect(await all()).toEqual(some(400, 1600).filter(({ key }) => key !== 7 * 1000));
  await remove(some(0, 2000));
  expect(await rows()).toEqual([]);
});

test("what was planned is refused once a block is another, or another begins", async () => {
  await add(some(0, 1000));
  const planned = await changed(env.DB, KIND, AUGUST, { add: some(1000, 500) });
  const removal = await changed(env.DB, KIND, AUGUST, { remove: some(999, 1) });
  await add(some(1000, 500));
  await expect(write(planned)).rejects.toThrow("NOT NULL");
  await expect(write(removal)).rejects.toThrow("NOT NULL");
  expect(await all()).toEqual(some(0, 1500));
  await env.DB.exec("DELETE FROM closed_blocks");
  const first = await changed(env.DB, KIND, AUGUST, { add: some(10, 5) });
  await add(some(12, 1));
  await expect(write(first)).rejects.toThrow("NOT NULL");
  expect(await all()).toEqual(some(12, 1));
});

test("of a month what is over goes, and then all of it", async () => {
  await add(some(0, 3000));
  await add(some(0, 10), JULY);
  const { statements, next } = await sifted(env.DB, KIND, AUGUST, -1, ({ value }) => value >= 1234);
  expect(next).toBeNull();
  await write(statements);
  expect((await all()).filter(({ value }) => value >= 1234)).toEqual(some(1234, 1766));
  expect((await entriesOf(env.DB, KIND, [7 * 5])).map(({ month }) => month)).toEqual([JULY]);
  expect((await sifted(env.DB, KIND, AUGUST, -1, ({ value }) => value >= 1234)).statements).toEqual([]);
  await write([dropped(KIND, AUGUST)]);
  expect(await monthsWith(env.DB, KIND)).toEqual([JULY]);
});
