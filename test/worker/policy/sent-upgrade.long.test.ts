/** From the schema before what was sent to whom was bound (migration 0145), and back. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { adopt } from "../../../worker/trail/adopt.ts";
import { startOf } from "../../../worker/trail/start.ts";
import { dump } from "../helpers.ts";
import { deepOf, run } from "../trail/kit.ts";
import { olderSent, olderStart } from "../trail/older.ts";

const at = "2026-10-01T09:00:00.000Z";
const exec = (...queries: string[]) => env.DB.batch(queries.map((query) => env.DB.prepare(query)));
/** As a Worker of before counts it. */
const sentOn = (day: string) =>
  run(
    `INSERT INTO disclosures (day, kind, host, what, times, items) VALUES (?, 'webhook', 'a.example.com', 'turned', 1, 3)
     ON CONFLICT DO UPDATE SET times = times + 1, items = items + excluded.items`,
    day,
  );

it("rows of before stay as they are and are bound once; those of a day without a statement count on", async () => {
  await reset();
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => name < "0145"),
  );
  await exec(...olderStart(at), ...olderSent(1, at), ...olderSent(2, at));
  await sentOn("2026-10-01");
  const before = await dump("disclosures");
  expect(before).toHaveLength(5);
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  expect(await dump("disclosures")).toMatchObject(before);
  expect((await deepOf(["disclosures"])).bound).toEqual({ every: 0, none: 4 });
  // What no count is holds up neither the others nor what is adopted behind them.
  const bent = "FROM disclosures WHERE host = '' AND day = '2025-01-01'";
  await run(
    `INSERT INTO disclosures (day, kind, host, what, times, items) SELECT day, kind, 'real', what, 1.5, 1 ${bent}`,
  );
  await run(
    `INSERT INTO disclosures (day, kind, host, what, times, items) SELECT day, kind, CAST(x'ff' AS TEXT), what, 1, 1 ${bent}`,
  );
  await adopt(env);
  expect((await startOf(env)).sent).not.toBeNull();
  await sentOn("2026-10-01");
  expect(await deepOf(["disclosures"])).toEqual({
    found: ["real", "\uFFFD"].map((host) => `disclosures 2025-01-01/export/${host}/copy: extra`),
    bound: { every: 4, none: 2 },
  });
  await run("DELETE FROM disclosures WHERE host NOT IN ('', 'crm.example.com', 'a.example.com')");
});

it("back at an older Worker: a day that it closed, and what it counts to one that is bound, are named", async () => {
  await exec(...olderSent(3, new Date().toISOString()));
  await run("UPDATE disclosures SET times = times + 1 WHERE day = '2025-01-01' AND host <> ''");
  expect((await deepOf(["disclosures"])).found).toEqual([
    expect.stringMatching(/^disclosures 2025-01-01\/export\/crm.example.com\/copy: altered (\w+,)*times/),
    "disclosures 2025-01-03/export//copy: extra",
    "disclosures 2025-01-03/export/crm.example.com/copy: extra",
  ]);
});
