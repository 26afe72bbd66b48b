/**
 * Calls are found by eight bytes of their ids (migration 0168). From the state before: nothing of one changes, and what a foreign key did,
 * triggers do; by the step of docs/deploy.md a Worker of before finds them as it did.
 */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { idIn, idIs } from "../../../worker/core/sql.ts";
import { dump, newTeam } from "../helpers.ts";
import { logged } from "../overview/reports/kit.ts";
import { deepOf, run } from "../trail/kit.ts";

const IDS = "0168";
const UUID = "9e5f0b7a-02c1-4d6e-8f90-a1b2c3d4e5f6";
const LIKE = "9e5f0b7a-02c1-4d6e-8f90-000000000000";
const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
const put = (id: string) =>
  run(
    `INSERT INTO calls (id, ref, via, provider, number, direction, started_at, verdict, reasons, by, at)
     VALUES (?, ?, 'import', 'x', 441632960077, 'outbound', '2026-11-01T10:00:00Z', 'clear', '[]', 'system', '2026-11-01')`,
    id,
    `ref of ${id}`,
  );
const ids = async () => ((await dump("calls")) as { id: string }[]).map(({ id }) => id).sort();
const all = async () => [await dump("calls"), await dump("call_said"), await dump("call_said_more")];
const plan = async (where: string, ...params: string[]) =>
  (
    await env.DB.prepare(`EXPLAIN QUERY PLAN SELECT by FROM calls WHERE ${where}`)
      .bind(...params)
      .all<{ detail: string }>()
  ).results
    .map(({ detail }) => detail)
    .join("; ");

let before: unknown[];
beforeAll(async () => {
  await reset();
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => !/^(?:0168|0176)/.test(name)),
  );
  await newTeam();
  await logged(ago(3), { outcome: "silent" }, { id: UUID });
  await logged(ago(2), { campaign: "Spring" }, { replaces: UUID });
  await put("odd");
  before = await all();
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
});

it("each call and what was said of it is as it was, and is bound", async () => {
  expect(await all()).toEqual(before);
  expect(
    (await deepOf(["calls", "call_said", "call_said_more"])).found.filter((one) => !/odd/.test(one)),
  ).toEqual([]);
});

it("is found by the first bytes of its id, compared as a whole, and is one", async () => {
  const found = async (id: string) =>
    (
      await env.DB.prepare(`SELECT id FROM calls WHERE ${idIs("id", "?1")}`)
        .bind(id)
        .all()
    ).results;
  for (const id of [UUID, "odd"]) expect(await found(id)).toEqual([{ id }]);
  for (const id of [LIKE, UUID.toUpperCase(), "od", "", "9e5f0b7a"]) expect(await found(id)).toEqual([]);
  expect(await plan(idIs("id", "?1"), UUID)).toContain("SEARCH call_rows USING INDEX call_rows_id");
  expect(await plan(idIn("id", "?1"), JSON.stringify([UUID, LIKE]))).toContain(
    "SEARCH call_rows USING INDEX call_rows_id",
  );
  const those = await env.DB.prepare(`SELECT id FROM calls WHERE ${idIn("id", "?1")} ORDER BY id`)
    .bind(JSON.stringify([UUID, LIKE, "odd", null, 7]))
    .all();
  expect(those.results).toEqual([{ id: UUID }, { id: "odd" }]);
  for (const id of [UUID, "odd"]) await expect(put(id)).rejects.toThrow("UNIQUE constraint failed");
});

it("what is said of a call is of one that is there, and goes with it", async () => {
  for (const table of [
    "call_said (call, by, at) VALUES (?, 'x', 'x')",
    "call_said_more (call, place, otherwise, by, at) VALUES (?, '1', 0, 'x', 'x')",
  ])
    await expect(run(`INSERT INTO ${table}`, LIKE)).rejects.toThrow("FOREIGN KEY constraint failed");
  await run("INSERT INTO call_said_more (call, place, otherwise, by, at) VALUES (?, '1', 0, 'x', 'x')", UUID);
  const said = await dump("call_said");
  await run("DELETE FROM calls WHERE id = ?", UUID);
  expect(await ids()).toHaveLength(2);
  expect(await dump("call_said")).toEqual((said as { call: string }[]).filter(({ call }) => call !== UUID));
  expect(await dump("call_said_more")).toEqual([]);
});

it("going back: found by whole ids again, and the next upgrade is as the first", async () => {
  const now = await all();
  const back = env.TEST_MIGRATIONS_BACK.find(({ name }) => name.startsWith(IDS))!;
  await env.DB.batch(back.queries.map((query) => env.DB.prepare(query)));
  expect(await plan("id = ?", "odd")).toContain("SEARCH call_rows USING INDEX calls_ids (id=?)");
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  expect(await all()).toEqual(now);
  expect(await plan("id = ?", "odd")).not.toContain("calls_ids");
  await expect(put("odd")).rejects.toThrow("UNIQUE constraint failed");
});

it.each([
  [UUID, "blob"],
  [`call-${UUID}`, "blob"],
  [`CA${"0a".repeat(16)}`, "text"],
  [`-${"0a".repeat(16)}`, "text"],
  [UUID.toUpperCase(), "text"],
  ["9e5f0b7a0-2c1-4d6e-8f90-a1b2c3d4e5f6", "text"],
  [`\0${UUID}`, "text"],
  ["7", "text"],
  [null, "null"],
])("a provider's name for one, %j, comes back letter by letter", async (name, type) => {
  const id = `named ${name}`;
  await put(id);
  const named = async (value: string | null) => {
    await run("UPDATE calls SET provider_id = ?2 WHERE id = ?1", id, value);
    return env.DB.prepare(
      "SELECT c.provider_id AS name, typeof(x.sid) AS type FROM calls c JOIN call_rows x ON x.num = c.rowid WHERE c.id = ?",
    )
      .bind(id)
      .first();
  };
  expect(await named(name)).toEqual({ name, type });
  expect(await named(`x${UUID}`)).toEqual({ name: `x${UUID}`, type: "blob" });
  expect(await named(name)).toEqual({ name, type });
});
