/**
 * From the version before reviews say whose words a consent is, and before what is filtered has its indexes (migrations 0081, 0092,
 * 0093, 0115 to 0118): what was reviewed stays, what waits is reviewed by the new rule, and an earlier Worker goes on.
 */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { spreadAll } from "../../../worker/do-not-call/spread.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { call, newTeam } from "../helpers.ts";
import { deepOf, run } from "../trail/kit.ts";

const FRESH = /^(?:0081|0092|0093|011[5-8])_/;
const AT = new Date(Date.now() - 3_600_000).toISOString();
const indexes = async () =>
  (
    await env.DB.prepare("SELECT name FROM sqlite_schema WHERE type = 'index' ORDER BY name").all<{
      name: string;
    }>()
  ).results.map(({ name }) => name);
const stateOf = (id: string) =>
  env.DB.prepare("SELECT state, giver, how, proof FROM consents WHERE id = ?").bind(ids.get(id)!).first();
const review = (id: string, body: object) =>
  call("POST", `/v1/consents/${ids.get(id)!}/review`, { token, body });
/** As the Worker of before wrote it. */
const reviewedBefore = (name: string) =>
  run(
    `UPDATE consents SET state = 'good', reviewed_at = ?, review = 'ok',
       reviewed_by = (SELECT id FROM people WHERE role = 'compliance') WHERE id = ?`,
    ...[AT, ids.get(name)!],
  );
const ids = new Map<string, string>();
let token: string;
let before: string[];

beforeAll(async () => {
  await reset();
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => !FRESH.test(name)),
  );
  const team = await newTeam();
  token = team.compliance;
  for (const [name, number] of [
    ["reviewed", "+442079460601"],
    ["waits", "+442079460602"],
    ["older", "+442079460603"],
  ] as const) {
    const body = { number, kind: "notification", givenBy: "Jo", givenAt: AT, evidence: "x" };
    const { status, data } = await call("POST", "/v1/consents", { token: team.agent, body });
    expect(status, JSON.stringify(data)).toBe(201);
    ids.set(name, (data as { id: string }).id);
  }
  await reviewedBefore("reviewed");
  before = await indexes();
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
});

it("adds indexes, and takes none but the one that it makes again", async () => {
  const now = await indexes();
  expect(before.filter((name) => !now.includes(name))).toEqual([]);
  expect(now.filter((name) => !before.includes(name))).toEqual(
    expect.arrayContaining(["consents_done", "consents_open", "consents_refused", "consents_refused_at"]),
  );
  expect(now).toContain("suppressions_wide");
  expect(now).toContain("requests_open_received");
});

it("what was reviewed keeps what it had, and what waits is reviewed by the new rule", async () => {
  expect(await stateOf("reviewed")).toMatchObject({ state: "good", giver: null, how: "", proof: "" });
  expect((await review("waits", { verdict: "good", review: "heard it" })).status).toBe(422);
  const said = { giver: "subscriber", how: "web", proof: "form 7" };
  expect((await review("waits", { verdict: "good", review: "heard it", ...said })).status).toBe(200);
  expect(await stateOf("waits")).toMatchObject({ state: "good", ...said });
  const { found } = await deepOf(["consents"]);
  expect(found.filter((one) => one.includes(ids.get("waits")!))).toEqual([]);
});

it("an earlier Worker's review goes on, and nothing that was said is changed", async () => {
  await reviewedBefore("older");
  expect(await stateOf("older")).toMatchObject({ state: "good", giver: null });
  for (const change of ["how = 'web'", "proof = 'y'", "giver = 'subscriber'", "words = 'z'"])
    await expect(run(`UPDATE consents SET ${change} WHERE id = ?`, ids.get("older")!)).rejects.toThrow(
      "consent_fixed",
    );
});

it("the jobs that go by the new indexes run on what was there", async () => {
  await spreadAll(env, Date.now());
  await sweep(env, Date.now());
  expect(await stateOf("waits")).not.toBeNull();
});
