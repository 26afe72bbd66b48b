/** From the version before logs said how calls ended: calls stay as they are and learn it, and a Worker of before still keeps them. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { CallsAnswer, CallsImported } from "../../../shared/call-logs/api.ts";
import type { Role } from "../../../shared/people/api.ts";
import { call, migrationsBefore, migrationsSince, newTeam } from "../helpers.ts";
import { logged, NUMBER } from "../overview/reports/kit.ts";
import { deepOf, run } from "../trail/kit.ts";

let tokens: Record<Role, string>;
const startedAt = new Date(Date.now() - 60_000).toISOString();
const verified = async () => (await deepOf(["calls", "call_said"])).found;
const calls = async () =>
  ((await call("GET", "/v1/calls", { token: tokens.manager })).data as CallsAnswer).calls;
beforeAll(async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0107"));
  tokens = await newTeam();
  await logged(startedAt, null);
  await applyD1Migrations(env.DB, migrationsSince("0107"));
});

it("a call of before says nothing of it, verifies, and learns it", async () => {
  expect(await calls()).toMatchObject([{ number: NUMBER, outcome: null, presentation: null }]);
  expect(await verified()).toEqual([]);
  const row = { provider: "other", number: NUMBER, startedAt, outcome: "silent" };
  const { data } = await call("POST", "/v1/calls/import", {
    token: tokens.manager,
    body: { rows: [row], dryRun: false },
  });
  expect((data as CallsImported).results).toMatchObject([{ status: "there", learnt: true }]);
  expect(await calls()).toMatchObject([{ outcome: "silent" }]);
  expect(await verified()).toEqual([]);
});

it("a Worker of before, which is put back, stores calls and erases them, and nothing of them stays", async () => {
  await logged(startedAt, null, { number: "+441632960002" });
  expect(await calls()).toHaveLength(2);
  await run("DELETE FROM calls");
  expect((await deepOf(["call_said"])).found).toEqual([]);
  expect(await env.DB.prepare("SELECT COUNT(*) AS n FROM call_said").first("n")).toBe(0);
});
