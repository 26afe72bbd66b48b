/** From the schema before folders of integrations were bound (migration 0074), and back. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { record } from "../../../worker/core/commit.ts";
import { givePrefix } from "../../../worker/people/access.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { archivesBehind } from "../../../worker/trail/events.ts";
import { dump } from "../helpers.ts";
import { deepOf, lostArchives, noLostArchives, run } from "./kit.ts";
import { olderStart } from "./older.ts";

const at = "2026-10-01T09:00:00.000Z";
const exec = (...queries: string[]) => env.DB.batch(queries.map((query) => env.DB.prepare(query)));
/** As an older Worker writes one. */
const older = (id: string) => `INSERT INTO owners (id, prefix, at) VALUES ('${id}', '${id}/', '${at}')`;
const give = async (id: string, prefix: string) =>
  record(env, {
    actor: "system",
    event: { code: "person.changed", subject: id, payload: { prefix } },
    statements: await givePrefix(env.DB, id, prefix, new Date().toISOString()),
  });
const behind = async (table: string) => (await archivesBehind(env, table)).left.map(({ key }) => key);

it("rows of before stay as they are and are bound once; an older Worker goes on writing", async () => {
  await reset();
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => name < "0074"),
  );
  await exec(...olderStart(at), older("one"), older("guessed"));
  await exec("INSERT INTO owners_guessed VALUES ('guessed')");
  await exec("INSERT OR REPLACE INTO marks VALUES ('last-bound', '7')");
  await lostArchives([6, 8]);
  const before = await dump("owners");
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  expect(await dump("owners")).toMatchObject(before);
  await exec(older("meanwhile"));
  expect(await deepOf(["owners"])).toMatchObject({ bound: { every: 0, none: 4 } });
  expect([await behind("consents"), await behind("owners")]).toEqual([["lost/8"], []]);
  await noLostArchives();
  await adopt(env);
  expect(await deepOf(["owners"])).toEqual({ found: [], bound: { every: 4, none: 0 } });
});

it("what the release before has read of the archives is not read again; who says so without the key is not believed", async () => {
  await lostArchives([6, 8]);
  expect([await behind("consents"), await behind("owners")]).toEqual([["lost/8"], []]);
  await run("UPDATE marks SET value = '99' WHERE name IN ('last-bound', 'last-bound-folders')");
  for (const table of ["consents", "owners"]) expect(await behind(table)).toEqual(["lost/6", "lost/8"]);
  await noLostArchives();
});

it("none changes, but one that was guessed, once, where nobody else is", async () => {
  for (const prefix of ["one/", "one/more/", "recordings/x/"])
    await expect(give("guessed", prefix), prefix).rejects.toThrow("owner_prefix");
  await give("guessed", "theirs/");
  expect(await dump("owners")).toContainEqual(
    expect.objectContaining({ id: "guessed", prefix: "theirs/", rev: 2 }),
  );
  expect(await deepOf(["owners"])).toEqual({ found: [], bound: { every: 4, none: 0 } });
  for (const text of [
    "UPDATE owners SET prefix = 'x/' WHERE id = 'guessed'",
    "UPDATE owners SET prefix = 'x/' WHERE id = 'one'",
    "UPDATE owners SET id = 'x' WHERE id = 'one'",
    "UPDATE owners SET at = 'x' WHERE id = 'one'",
  ])
    await expect(exec(text), text).rejects.toThrow("owner_prefix");
});

it("back at an older Worker: what it gives is named until an officer says that it was this", async () => {
  await exec(older("younger"));
  expect((await deepOf(["owners"])).found).toEqual(["owners younger: extra"]);
});
