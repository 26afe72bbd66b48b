/** From the schema before ends were bound (migration 0146 and those behind it), and back. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { startOf } from "../../../../worker/trail/start.ts";
import { dump } from "../../helpers.ts";
import { deepOf, run } from "../kit.ts";
import { olderEnds, olderFacts, olderStart } from "../older.ts";

const at = "2026-10-01T09:00:00.000Z";
const exec = (...queries: string[]) => env.DB.batch(queries.map((query) => env.DB.prepare(query)));
const TABLES = ["screenings", "request_files", "connector_runs", "request_asked", "canary_results"];
const SETS = ["screening_ends", "request_asked", "request_file_opened", "connector_runs", "canary_results"];

it("rows of before stay as they are and are bound once", async () => {
  await reset();
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => name < "0146"),
  );
  const later = at.replace(":00.", ":01.");
  await exec(...olderStart(at), ...olderFacts(1, at), ...olderEnds(1, at));
  await exec(...olderFacts(3, later), ...olderEnds(3, later));
  const before = await Promise.all(TABLES.map(dump));
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  expect(await Promise.all(TABLES.map(dump))).toMatchObject(before);
  expect((await deepOf(SETS)).bound).toEqual({ every: 0, none: 2 * SETS.length });
  await adopt(env);
  expect((await startOf(env)).ends).not.toBeNull();
  expect(await deepOf(SETS)).toEqual({ found: [], bound: { every: 2 * SETS.length, none: 0 } });
  // Of each day's results one event.
  expect(await dump("canary_batches")).toHaveLength(2);
  // What has ended stays as it is.
  await expect(run("UPDATE screenings SET rows = 9")).rejects.toThrow("screening_over");
  await expect(run("UPDATE screenings SET ended_code = 9")).rejects.toThrow("screening_over");
  for (const set of ["written = 9", "ended_code = 9"])
    await expect(run(`UPDATE connector_runs SET ${set}`)).rejects.toThrow("connector_run_moved");
});

it("back at an older Worker: what it ends is named", async () => {
  const now = new Date().toISOString();
  await exec(...olderFacts(2, now), ...olderEnds(2, now));
  expect((await deepOf(SETS)).found).toEqual([
    "screening_ends z2: extra",
    expect.stringMatching(/^request_asked w2\/[0-9a-f]{32}: extra$/),
    "request_file_opened w2/o2: extra",
    "connector_runs 1/v2: extra",
    "canary_results 3: extra",
  ]);
});
