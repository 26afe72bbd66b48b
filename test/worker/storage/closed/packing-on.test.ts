/** A large company's month is packed over many runs: a night begins, and each five minutes go on, by so many slices that no run takes too many calls. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { packDials } from "../../../../worker/dials/closed/packed/packing.ts";
import { packOn } from "../../../../worker/jobs/archive.ts";
import { packNames } from "../../../../worker/recordings/closed/names/pack.ts";
import { dump } from "../../helpers.ts";

const ROWS = 30;
const FROM = Date.UTC(2026, 0, 5);
const NOW = Date.UTC(2026, 4, 20);

/** Closed rows of January, without the objects that only readers need. */
async function closed(): Promise<void> {
  const row = `WITH RECURSIVE r (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM r WHERE n < ${ROWS - 1})`;
  const num = (unit: number) => `(${FROM} + n) * ${unit}`;
  const file = (table: string, unit: number) =>
    `INSERT INTO ${table} (first, last, key, rows, bytes, sha256, members, at)
     VALUES (${FROM * unit}, ${(FROM + ROWS) * unit}, '${table}', ${ROWS}, 0, '', '[[${FROM * unit}]]', '')`;
  await env.DB.batch(
    [
      file("closed_files", 64),
      file("closed_kept_files", 1024),
      `INSERT INTO closed_numbers (number, num, calls) ${row} SELECT 442079460000 + n, ${num(64)}, 1 FROM r`,
      `INSERT INTO closed_logged (name, num, id) ${row} SELECT (n - 15) << 40, ${num(64)}, 0 FROM r`,
      `INSERT INTO closed_kept (name, num) ${row} SELECT (n - 15) << 40, ${num(1024)} FROM r`,
      `INSERT INTO closed_kept_numbers (number, num) ${row} SELECT 442079460000 + n, ${num(1024)} FROM r`,
    ].map((text) => env.DB.prepare(text)),
  );
}

const count = async (table: string) => (await dump(table)).length;
const packed = async () => {
  const sums = new Map<number, number>();
  for (const { kind, n } of (await dump("closed_blocks")) as { kind: number; n: number }[])
    sums.set(kind, (sums.get(kind) ?? 0) + n);
  return Object.fromEntries(sums);
};

/** How often a database is asked. */
function counted() {
  let calls = 0;
  const DB = {
    prepare: (text: string) => (calls++, env.DB.prepare(text)),
    batch: (some: D1PreparedStatement[]) => (calls++, env.DB.batch(some)),
  } as unknown as D1Database;
  return { own: { ...env, DB }, calls: () => calls };
}

it("what a night began is gone on with until all is packed, each entry once; then nothing is asked but whether there is more", async () => {
  await closed();
  const idle = counted();
  await packOn(idle.own, NOW);
  expect(await packed()).toEqual({});
  expect(idle.calls()).toBe(1);

  await packDials(env, NOW, { rows: { behind: 10, between: 10 }, slices: 5 });
  await packNames(env, NOW, { rows: 10, slices: 1 });
  // Three slices of last digits and their end, and one of numbers.
  expect(await packed()).toEqual({ 1: 10, 2: ROWS, 21: 10 });
  expect(await count("closed_numbers")).toBe(ROWS - 10);
  expect(await count("closed_kept")).toBe(ROWS - 10);

  for (let runs = 0; runs < 3; runs++) await packOn(env, NOW);
  expect(await packed()).toEqual({ 1: ROWS, 2: ROWS, 3: ROWS, 21: ROWS, 23: ROWS, 24: ROWS });
  for (const table of ["closed_numbers", "closed_logged", "closed_kept", "closed_kept_numbers"])
    expect(await count(table), table).toBe(0);

  const over = counted();
  await packOn(over.own, NOW);
  expect(over.calls()).toBe(1);
});
