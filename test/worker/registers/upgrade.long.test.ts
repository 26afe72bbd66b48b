/** From the schema before registers were bound (migration 0047): what was there is bound as it is, by the first runs. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { blockDigest, blockOf, numberOf, pack } from "../../../shared/registers/blocks.ts";
import { sha256Hex } from "../../../worker/core/hash.ts";
import { countContents } from "../../../worker/registers/content.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { call, daysAgo, DAY, push } from "../helpers.ts";
import { namesColumn, run } from "../trail/kit.ts";
import { deep } from "./kit.ts";

const ago = (days: number) => new Date(Date.now() - days * DAY).toISOString();
const BEFORE = ["+442079460001", "+442079560001"];

/** As a Worker of before wrote them: a version of two blocks, a second one that changed the first, and one given up. */
async function asBefore(): Promise<void> {
  await reset();
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => name < "0047"),
  );
  await run(
    "INSERT INTO people (id, name, email, role, created_at) VALUES ('ada', 'Ada', 'a@x', 'admin', ?)",
    ago(90),
  );
  await run(
    "INSERT INTO tokens (id, person, hash, device, created_at) VALUES ('t', 'ada', ?, '', ?)",
    ...[sha256Hex("secret"), ago(1)],
  );
  const [a, b] = BEFORE.map((number) => blockOf(numberOf(number))) as [number, number];
  const rows = [
    [a, pack([1])],
    [b, pack([1])],
  ] as const;
  for (const [block, data] of rows)
    await run("INSERT INTO blocks VALUES (?, 1, ?, ?)", block * 64 + 1, blockDigest(block, data), data);
  await run("INSERT INTO block_undo VALUES ((? << 26) | (1 << 20) | 2, ?)", a, pack([7]));
  for (const [ver, state] of [
    [1, "committed"],
    [2, "committed"],
    [3, "abandoned"],
  ] as const)
    await run(
      `INSERT INTO versions (list, ver, upload, parent, state, as_of, committed_at, blocks, numbers, high, low, source, by, at)
       SELECT 1, ?1, ?1, ?1 - 1, ?2, ?3, ?4, COUNT(*), SUM(n), SUM(digest >> 24), SUM(digest & 16777215), 'f.txt', 'ada', ?4 FROM blocks`,
      ...[ver, state, daysAgo(20 - ver), ago(20 - ver)],
    );
  await run("DROP TRIGGER lists_head");
  await run("UPDATE lists SET head = 2 WHERE num = 1");
  await adopt(env).catch(() => null);
}

it("binds what was there, once, and what comes then; blocks a few in each run", async () => {
  await asBefore();
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  expect((await deep()).found).toEqual([]);
  // Two registers and their versions, two blocks and the undo of one.
  expect((await deep()).bound).toEqual({ every: 0, none: 2 + 2 + 2 + 1 });

  await adopt(env);
  await adopt(env);
  const events = async (code: string) =>
    (
      await env.DB.prepare("SELECT subject FROM audit WHERE code = ? ORDER BY seq")
        .bind(code)
        .all<{ subject: string }>()
    ).results.map(({ subject }) => subject);
  expect(await events("evidence.later-adopted")).toHaveLength(1);
  const token = "secret";
  for (const runs of [1, 2]) {
    await countContents(env, Date.now(), { page: 1, pages: 1 });
    expect(await events("list.content-bound"), String(runs)).toEqual([]);
  }
  await countContents(env, Date.now(), { page: 1, pages: 1 });
  expect(await events("list.content-bound")).toEqual(["tps/2"]);
  expect(await env.DB.prepare("SELECT * FROM marks WHERE name GLOB 'content-*'").first()).toBe(null);
  const { found, bound } = await deep();
  expect(found).toEqual([]);
  // The undo of before stays as it is.
  expect(bound).toEqual({ every: 2 + 2 + 1 + 2, none: 1 });

  expect((await push(token, "tps", [...BEFORE, "+442079460009"])).status).toBe(200);
  const back = await call("POST", "/v1/lists/tps/rollback", {
    token,
    body: { to: 2, parent: 4, why: "a mistake" },
  });
  expect(back.status, JSON.stringify(back.data)).toBe(201);
  expect(await deep()).toMatchObject({ found: [], bound: { none: 1 } });
  // From now on none may be unbound.
  await run(
    `INSERT INTO versions (list, ver, upload, parent, state, as_of, committed_at, source, by, at)
     SELECT list, 9, 99, parent, state, as_of, committed_at, source, by, at FROM versions WHERE ver = 1`,
  );
  expect((await deep()).found).toContain("versions tps/9: extra");
});

it("another version that comes while blocks of before are counted begins the count again", async () => {
  await asBefore();
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await adopt(env);
  await countContents(env, Date.now(), { page: 1, pages: 1 });
  expect(
    (await push("secret", "tps", ["+442079560001", "+442079660001"], { allowShrink: true })).status,
  ).toBe(200);
  expect((await deep()).bound.none).toBeGreaterThan(1);
  for (let n = 0; n < 4; n++) await countContents(env, Date.now(), { page: 1, pages: 1 });
  expect((await deep()).found).toEqual([]);
  await run("UPDATE blocks SET data = data || '' , n = 2");
  expect((await deep()).found).toContainEqual(namesColumn("blocks tps", "numbers"));
});
