/** From the schema before names of requests' files and who a log's agent is were bound (migration 0134), and back. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { adopt } from "../../../worker/trail/adopt.ts";
import { dump } from "../helpers.ts";
import { deepOf, run } from "../trail/kit.ts";
import { olderFacts, olderNames, olderStart } from "../trail/older.ts";

const at = "2026-10-01T09:00:00.000Z";
/** One of each, with the request that a file is of. */
const older = (n: number) => [...olderFacts(n, at.replace("09", `0${n}`)), ...olderNames(n, at)];
const exec = (...queries: string[]) => env.DB.batch(queries.map((query) => env.DB.prepare(query)));
const TABLES = ["request_file_names", "call_agents"];

it("rows of before stay as they are and are bound once, as they are then; an older Worker goes on writing", async () => {
  await reset();
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => name < "0134"),
  );
  await exec(...olderStart(at), ...older(1), ...older(2));
  await exec("UPDATE request_files SET erased_at = 'x', name = '' WHERE id = 'g2'");
  const before = [await dump("request_files"), await dump("call_agents")];
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  expect([await dump("request_files"), await dump("call_agents")]).toMatchObject(before);
  await exec(...older(3));
  expect((await deepOf(TABLES)).bound).toEqual({ every: 0, none: 6 });
  await adopt(env);
  expect(await deepOf(TABLES)).toEqual({ found: [], bound: { every: 6, none: 0 } });
  // The earlier release's own comparison is of other columns, and goes on.
  expect((await deepOf(["request_files"])).found).toEqual([]);
});

it("back at an older Worker: what it says, takes back and erases is named until an officer says that it was this", async () => {
  const [one] = (await dump("call_agents")) as { id: string; agent: string }[];
  await exec("DELETE FROM call_agents WHERE agent = 'ext 1'", ...older(4));
  await run("UPDATE request_files SET erased_at = 'x', name = '' WHERE id = 'g1'");
  const four = ((await dump("call_agents")) as { id: string; agent: string }[]).find(
    ({ agent }) => agent === "ext 4",
  )!;
  expect(one!.agent).toBe("ext 1");
  expect((await deepOf(TABLES)).found).toEqual([
    expect.stringMatching(/^request_file_names w1\/g1: altered (\w+,)*name/),
    "request_file_names w4/g4: extra",
    `call_agents ${one!.id}: missing`,
    `call_agents ${four.id}: extra`,
  ]);
});
