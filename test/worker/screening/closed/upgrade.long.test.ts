/** From the version before (migration 0177): its screenings close, are told as before, and come back as they were, before somebody goes back. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import { dump, newTeam } from "../../helpers.ts";
import { close, deeply, files, here, listsHere, past, years } from "./kit.ts";

const TABLES = ["screenings", "screening_parts"];
const since = (name: string) => name >= "0177";
const all = async (text: string) => (await env.DB.prepare(text).all()).results;
/** All that the version before has of screenings. Ids and salts are beyond 2^53. */
const tables = async () => [
  ...(await Promise.all(TABLES.map((name) => dump(name)))),
  await all("SELECT CAST(id AS TEXT) AS id, n, data FROM screened ORDER BY id"),
  await all(
    `SELECT screening, part, at, n, rows, CAST(salt_high AS TEXT) AS high, CAST(salt_low AS TEXT) AS low, CAST(code AS TEXT) AS code
     FROM screened_bound ORDER BY screening, part`,
  ),
];
const schema = () =>
  all(
    `SELECT name, sql FROM sqlite_master
     WHERE tbl_name NOT IN ('closed_screenings', 'closed_parts', 'closed_screened', 'd1_migrations') ORDER BY name`,
  );
let was: { tables: unknown[]; schema: unknown[] };

beforeAll(async () => {
  await reset();
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => !since(name)),
  );
  await newTeam();
  await years();
  was = { tables: await tables(), schema: await schema() };
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => since(name)),
  );
});

it("nothing changes by it", async () => {
  expect({ tables: await tables(), schema: await schema() }).toEqual(was);
  expect(await files()).toEqual([]);
});

it("months of before close, and are told and verified as before", async () => {
  const [told, deep, rows] = [await past(), await deeply(), await here()];
  expect([told.flat().length > 0, deep.found]).toEqual([true, []]);
  await close();
  expect((await files()).length).toBeGreaterThan(3);
  expect(await here()).toBeLessThan(rows);
  expect(await past()).toEqual(told);
  expect(await deeply()).toEqual(deep);
});

it("to go back, all is put where the version before looks for it, as it was", async () => {
  for (let left = 1; left > 0;) ({ files: left } = await reopen(env, "x", Date.now()));
  expect({ tables: await tables(), schema: await schema() }).toEqual(was);
  for (const name of ["closed_screenings", "closed_parts", "closed_screened", "closed_left"])
    expect(await dump(name), name).toEqual([]);
  // A run in between closes nothing.
  await close();
  expect(await listsHere()).toBeGreaterThan(0);
  expect(await files()).toEqual([]);
});
