/**
 * A backup that somebody altered, with sums and a manifest that fit: the folder alone does not tell (test/cli/backup), and the restore
 * takes it. What `verify --deep` asks of the restored database names what was altered.
 */
import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { Rows } from "../../../worker/cli/backup/cloud.ts";
import {
  countersOf,
  linesOf,
  type Schema,
  schemaOf,
  writeCounters,
  writeTable,
} from "../../../worker/cli/backup/tables.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { aTeam, call, daysAgo, push } from "../helpers.ts";
import { deep } from "../registers/kit.ts";
import { deepOf } from "./kit.ts";

const tokens = aTeam();
const [STAYS, GOES] = ["+442079460958", "+442079560958"];
const db: Rows = {
  all: async <T>(sql: string, ...params: string[]) =>
    (
      await env.DB.prepare(sql)
        .bind(...params)
        .all<T>()
    ).results,
  run: async (sql, ...params) => {
    await env.DB.prepare(sql)
      .bind(...params)
      .run();
  },
};
type Row = Record<string, unknown>;
let schema: Schema;
let counters: Record<string, number>;
/** By table, each row as a line of the backup. */
const kept = new Map<string, string[]>();
beforeAll(async () => {
  await adopt(env);
  await push(tokens.admin, "tps", [STAYS, GOES], { asOf: daysAgo(1) });
  const body = { number: STAYS, reason: "asked" };
  expect((await call("POST", "/v1/suppressions", { token: tokens.agent, body })).status).toBe(201);
  [schema, counters] = [await schemaOf(db), await countersOf(db)];
  for (const table of schema.tables) {
    const lines: string[] = [];
    for await (const slice of linesOf(db, table)) lines.push(...slice);
    kept.set(table.name, lines);
  }
});

async function* each(lines: readonly string[]) {
  for (const line of await Promise.resolve(lines)) yield line;
}
/** Restores the backup, with these tables' rows in place of those that it had; answers what is found in it. */
async function restored(altered: Readonly<Record<string, (rows: Row[]) => Row[]>> = {}) {
  await reset();
  for (const table of schema.tables) {
    const lines = kept.get(table.name)!;
    const { [table.name]: alter } = altered;
    const rows = () =>
      lines.map((line) =>
        Object.fromEntries((JSON.parse(line) as unknown[]).map((value, i) => [table.columns[i]!, value])),
      );
    await writeTable(
      db,
      table,
      each(alter ? alter(rows()).map((row) => JSON.stringify(Object.values(row))) : lines),
    );
  }
  await writeCounters(db, counters);
  for (const sql of schema.rest) await db.run(sql);
  const [{ found }, entries] = [await deep(), await deepOf(["suppressions"])];
  return [...found, ...entries.found];
}

it("as it was, nothing is found", async () => {
  expect(await restored()).toEqual([]);
  expect(await verify(env)).toMatchObject({ ok: true });
});

it("a number that was taken out of a register, with figures of its version that fit, is missed", async () => {
  const goes = (row: Row) =>
    Math.floor(Number(row["id"]) / 64) === Math.floor(Number(GOES.slice(1)) / 10_000);
  let left: Row[] = [];
  const sum = (of: (row: Row) => number) => left.reduce((all, row) => all + of(row), 0);
  const found = await restored({
    blocks: (rows) => {
      left = rows.filter((row) => !goes(row));
      expect(left).toHaveLength(rows.length - 1);
      return left;
    },
    versions: (rows) =>
      rows.map((row) => ({
        ...row,
        numbers: sum(({ n }) => Number(n)),
        high: sum(({ digest }) => Math.floor(Number(digest) / 2 ** 24)),
        low: sum(({ digest }) => Number(digest) % 2 ** 24),
      })),
  });
  expect(found.filter((line) => line.startsWith("versions tps/1: altered"))).toHaveLength(1);
});

it("an entry that was taken out, or that says another word, is named", async () => {
  const [one] = (await env.DB.prepare("SELECT id FROM suppressions").all<{ id: string }>()).results;
  expect(await restored({ suppressions: () => [] })).toEqual([`suppressions ${one!.id}: missing`]);
  const said = await restored({
    suppressions: (rows) => rows.map((row) => ({ ...row, reason: "a mistake" })),
  });
  expect(said).toEqual([`suppressions ${one!.id}: altered`]);
});
