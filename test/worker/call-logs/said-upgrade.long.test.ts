/** From the version before logs said how calls ended: calls stay as they are and learn it, and a Worker of before still keeps them. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { CallsAnswer, CallsImported } from "../../../shared/call-logs/api.ts";
import type { Role } from "../../../shared/people/api.ts";
import { call, dump, migrationsBefore, migrationsSince, newTeam } from "../helpers.ts";
import { logged, NUMBER } from "../overview/reports/kit.ts";
import { deepOf, namesColumn, run } from "../trail/kit.ts";

let tokens: Record<Role, string>;
const send = async (row: object) =>
  (
    (
      await call("POST", "/v1/calls/import", {
        token: tokens.manager,
        body: { rows: [{ provider: "other", number: NUMBER, startedAt, ...row }], dryRun: false },
      })
    ).data as CallsImported
  ).results;
const startedAt = new Date(Date.now() - 60_000).toISOString();
const verified = async () => (await deepOf(["calls", "call_said", "call_said_more"])).found;
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
  expect(await send({ outcome: "silent" })).toMatchObject([{ status: "there", learnt: true }]);
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

describe("from the version that kept one word of a call", () => {
  const FURTHER = "0088_said_more.sql";
  // It names both tables of what logs say.
  const SLIM = "0125";
  let id: string;
  const more = () => dump("call_said_more");
  beforeAll(async () => {
    await reset();
    const [further, others] = [true, false].map((isIt) =>
      migrationsBefore(SLIM).filter(({ name }) => (name === FURTHER) === isIt),
    );
    await applyD1Migrations(env.DB, others!);
    tokens = await newTeam();
    id = await logged(startedAt, { outcome: "silent" });
    await applyD1Migrations(env.DB, further!);
    await applyD1Migrations(env.DB, migrationsSince(SLIM));
  });

  it("a call keeps what was said of it, verifies, and learns what further logs say", async () => {
    expect(await calls()).toMatchObject([{ outcome: "silent", campaignName: null }]);
    expect(await verified()).toEqual([]);
    expect(await send({ outcome: "answered", campaignName: "Spring" })).toMatchObject([
      { status: "there", learnt: true, findings: ["contradicted"] },
    ]);
    expect(await calls()).toMatchObject([{ outcome: "silent", campaignName: "Spring" }]);
    expect(await verified()).toEqual([]);
    await run("UPDATE call_said_more SET campaign = 'Autumn'");
    expect(await verified()).toEqual([namesColumn(`call_said_more ${id}/001`, "campaign")]);
  });

  it("a Worker of before, which is put back, erases calls, and nothing of them stays", async () => {
    expect(await more()).toHaveLength(1);
    await run("DELETE FROM calls");
    expect([await more(), (await deepOf(["call_said", "call_said_more"])).found]).toEqual([[], []]);
  });
});
