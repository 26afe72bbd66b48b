/** Calls that no layer saw: beside what the providers count, where a missing log is no zero. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Call, CallsAnswer, CallsUnseen } from "../../../shared/call-logs/api.ts";
import { matchLate } from "../../../worker/call-logs/notify.ts";
import type { Env } from "../../../worker/env.ts";
import { aTeam, call, daysAgo, dump, integration, push, today, under } from "../helpers.ts";

const tokens = aTeam();
const free = "+441632960002";
let system = "";
/** Twilio's list is configured: its log is expected every day. */
const own: Env = { ...env, TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`, TWILIO_AUTH_TOKEN: "token" };
beforeAll(async () => {
  for (const list of ["tps", "ctps"]) await push(tokens.admin, list, ["+441632960999"]);
  system = await integration(tokens.admin, ["gate"], "The exchange");
});

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
let ids = 0;
const log = async (more: object) => {
  const row = {
    provider: "3cx",
    providerId: `p${++ids}`,
    number: free,
    startedAt: ago(0),
    seconds: 9,
    ...more,
  };
  const { data } = await call("POST", "/v1/calls/import", {
    token: tokens.manager,
    body: { rows: [row], dryRun: false },
  });
  expect(data).toMatchObject({ results: [{ status: "added" }] });
  return `p${ids}`;
};
const calls = async (query = ""): Promise<Call[]> =>
  ((await call("GET", `/v1/calls?${query}`, { token: tokens.manager })).data as CallsAnswer).calls;
const one = async (id: string) => (await calls()).find(({ providerId }) => providerId === id)!;
const gate = async (to: string, agent?: string) => {
  const body = { to, callId: `g${++ids}`, ...(agent && { agent }) };
  expect((await call("POST", "/v1/gate", { token: system, body })).status).toBe(200);
};
const page = async (number: string) => {
  const body = {
    ...{ number, e164: number, action: "passed", verdict: "clear", reasons: [], seen: null },
    ...{ host: "crm.example", at: ago(0) },
  };
  expect((await call("POST", "/v1/dials", { token: tokens.agent, body })).status).toBe(201);
};

describe("a logged call", () => {
  it("names the layers that saw it, or those that would have", async () => {
    await page("+441632960010");
    await gate("+441632960010", "agent@example.com");
    const both = await log({ number: "+441632960010", agent: "agent@example.com" });
    expect(await one(both)).toMatchObject({ layers: ["page", "server"], missedBy: [] });
    // The exchange did not say whose call it was.
    await gate("+441632960011");
    const seen = await log({ number: "+441632960011", agent: "agent@example.com" });
    expect(await one(seen)).toMatchObject({ layers: ["server"], missedBy: [] });
    const none = await log({ number: "+441632960012", agent: "agent@example.com" });
    expect(await one(none)).toMatchObject({ layers: [], missedBy: ["server"], dial: null });
    const inbound = await log({ number: "+441632960013", direction: "inbound" });
    expect(await one(inbound)).toMatchObject({ layers: null, missedBy: [] });
    expect((await calls("unseen=true")).map(({ providerId }) => providerId)).toEqual([none]);
  });
  it("that the gate alone saw says nothing of the agent's browser", async () => {
    await gate("+441632960014", "compliance@example.com");
    // A log that came before its call was seen: the daily job finds it.
    const id = await log({ number: "+441632960014", agent: "compliance@example.com" });
    expect((await one(id)).extension).not.toBe("on");
    await env.DB.exec("UPDATE calls SET dial = NULL, extension = 'off' WHERE number = 441632960014");
    await matchLate(env, Date.now());
    expect(await one(id)).toMatchObject({ layers: ["server"], extension: "off" });
  });
  it("whose dial was by somebody else is another call", async () => {
    await gate("+441632960015", "manager@example.com");
    const id = await log({ number: "+441632960015", agent: "agent@example.com" });
    expect(await one(id)).toMatchObject({ layers: [] });
  });
});

describe("by day", () => {
  const unseen = async (bindings = env as Env): Promise<CallsUnseen> => {
    const path = `/v1/calls/unseen?from=${daysAgo(2)}&to=${today()}`;
    const { status, data } = await under(bindings, "GET", path, { token: tokens.manager });
    expect(status).toBe(200);
    return data as CallsUnseen;
  };
  it("a log that was brought is counted, and a day without one is not known", async () => {
    const { days } = await unseen();
    expect(days.map(({ day }) => day)).toEqual([today(), daysAgo(1), daysAgo(2)]);
    expect(days[0]!.logs).toMatchObject([{ provider: "3cx", log: "part" }]);
    const [{ calls: n, unseen: missed, missedBy: by }] = days[0]!.logs as [CallsUnseen["days"][0]["logs"][0]];
    expect([n! > missed!, missed, by.server]).toEqual([true, 2, 2]);
    expect(days[1]).toMatchObject({ logs: [], through: 0 });
    // Two rows of one call are one.
    expect(days[0]!.through).toBe(4);
  });
  it("a configured list that was not read is missing, and not zero; one that was read and is empty is zero", async () => {
    const twilio = async () =>
      (await unseen(own)).days.map(({ logs }) => logs.find((l) => l.provider === "twilio"));
    for (const log of await twilio())
      expect(log).toMatchObject({ log: "missing", calls: null, unseen: null });
    const read = async (began: string, since: string) =>
      env.DB.prepare(
        "INSERT OR REPLACE INTO call_lists (provider, since, failures, ran_at, began) VALUES ('twilio', ?, 0, ?, ?)",
      )
        .bind(since, since, began)
        .run();
    await read(daysAgo(2), `${today()}T00:00:00.000Z`);
    expect(await twilio()).toMatchObject([
      { log: "missing", calls: null },
      { log: "whole", calls: 0, unseen: 0 },
      { log: "whole", calls: 0, unseen: 0 },
    ]);
    // It began within the day, and its last hours were not read.
    await read(`${daysAgo(2)}T10:00:00.000Z`, `${daysAgo(1)}T23:59:00.000Z`);
    expect((await twilio()).map((log) => log!.calls)).toEqual([null, null, null]);
  });
  it("is for the office, at most a year, and each query is on the trail", async () => {
    const codes = async () =>
      ((await dump("audit")) as { code: string }[]).filter((r) => r.code === "opened.calls");
    const before = (await codes()).length;
    await unseen();
    expect((await codes()).length).toBe(before + 1);
    const path = `/v1/calls/unseen?from=2020-01-01&to=${today()}`;
    const { data } = await call("GET", path, { token: tokens.manager });
    expect((data as CallsUnseen).days).toHaveLength(366);
    expect((await call("GET", "/v1/calls/unseen", { token: tokens.agent })).status).toBe(403);
  });
});
