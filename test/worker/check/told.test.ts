/** What tells of numbers by the way counts, or tells nothing: recordings that are registered, changes, entries, dials, runs. */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { tellMuch } from "../../../worker/check/told.ts";
import { aTeam, call, dump, integration, push, setPolicy, under } from "../helpers.ts";
import { diallerOf, sample } from "../recordings/kit.ts";

const BARRED = "+442079460199";
const BARRED_TOO = "+442079460197";
const tokens = aTeam();
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date().setMinutes(30) });
  await push(tokens.admin, "tps", [BARRED, BARRED_TOO]);
  await push(tokens.admin, "ctps", ["+442079460198"]);
  await setPolicy(({ access }) => ({ access: { ...access, numbersPerHour: 1000 } }));
});
afterAll(() => void vi.useRealTimers());
beforeEach(() => env.DB.exec("DELETE FROM asked"));

const idOf = async (name: string) =>
  (await env.DB.prepare("SELECT id FROM people WHERE name = ?").bind(name).first<{ id: string }>())!.id;
const spent = async () =>
  ((await dump("asked")) as { numbers: number }[]).reduce((sum, { numbers }) => sum + numbers, 0);
/** Leaves so many numbers of somebody's hour. */
const leave = (person: string, left: number) =>
  env.DB.prepare("INSERT INTO asked (person, hour, numbers) VALUES (?, ?, ?)")
    .bind(person, new Date().toISOString().slice(0, 13), 1000 - left)
    .run();
const mails = async (template: string) =>
  ((await dump("outbox")) as { template: string }[]).filter((m) => m.template === template).length;

describe("a recording that is registered", () => {
  const flags = async () =>
    ((await dump("recordings")) as { flag: string | null }[]).flatMap(({ flag }) =>
      flag === null ? [] : [(JSON.parse(flag) as { code: string }[])[0]!.code],
    );

  it("counts against whoever brings it, and beyond the budget is registered without being judged", async () => {
    const token = await diallerOf(tokens.admin);
    await leave(await idOf("The dialler"), 1);
    const register = (number: string) =>
      call("POST", "/v1/recordings", {
        token,
        body: sample({ number, startedAt: new Date().toISOString() }),
      });
    for (const number of [BARRED, BARRED_TOO, BARRED_TOO]) expect((await register(number)).status).toBe(201);
    expect((await flags()).sort()).toEqual(["not-judged", "not-judged", "tps"]);
    const calls = (await dump("calls")) as { verdict: string; reasons: string }[];
    expect(calls.map(({ verdict }) => verdict).sort()).toEqual(["blocked", "unknown"]);
    expect(calls.filter(({ reasons }) => reasons.includes("tps"))).toHaveLength(1);
    expect(await mails("budget")).toBe(2);
  });

  it("so does one that a webhook brings", async () => {
    const own = { ...env, AIRCALL_HOOK_TOKEN: "t", AIRCALL_ID: "id", AIRCALL_TOKEN: "t", HOOK_SECRET: "s" };
    const before = await spent();
    const report = JSON.stringify(sample({ number: BARRED, storage: { kind: "r2", key: "generic/a.mp3" } }));
    await env.RECORDINGS!.put("generic/a.mp3", "abc", { httpMetadata: { contentType: "audio/mpeg" } });
    const at = Math.floor(Date.now() / 1000);
    const key = await crypto.subtle.importKey(
      "raw",
      new TextEncoder().encode("s"),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign"],
    );
    const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`${at}.${report}`));
    const signature = `sha256=${[...new Uint8Array(mac)].map((b) => b.toString(16).padStart(2, "0")).join("")}`;
    const { status } = await under(own, "POST", "/v1/hooks/generic", {
      raw: report,
      headers: { "x-cleardial-timestamp": String(at), "x-cleardial-signature": signature },
    });
    expect([status, (await spent()) - before]).toEqual([201, 1]);
    expect(await dump("asked")).toMatchObject([{ person: "hook:generic" }]);
  });
});

describe("what changed", () => {
  it("counts once for each asker, and beyond the budget is not named", async () => {
    const since = (
      (await call("GET", "/v1/changes?since=0", { token: tokens.agent })).data as { seq: number }
    ).seq;
    for (const number of ["+442079460101", "+442079460102"])
      await call("POST", "/v1/suppressions", { token: tokens.admin, body: { number, reason: "asked" } });
    await env.DB.exec("DELETE FROM asked");
    const ask = async (token: string) =>
      (await call("GET", `/v1/changes?since=${since}`, { token })).data as {
        reset: boolean;
        numbers: string[];
      };
    expect((await ask(tokens.agent)).numbers).toHaveLength(2);
    expect((await ask(tokens.agent)).numbers).toHaveLength(2);
    expect(await spent()).toBe(2);
    await leave(await idOf("The manager"), 0);
    await setPolicy(({ access }) => ({ access: { ...access, officeNumbersPerHour: 1000 } }));
    expect(await ask(tokens.manager)).toMatchObject({ reset: true, numbers: [] });
  });
});

it("an entry of somebody else's is not told to a system", async () => {
  const number = "+442079460103";
  await call("POST", "/v1/suppressions", {
    token: tokens.manager,
    body: { number, kind: "objection", reason: "Their lawyer wrote.", source: "letter" },
  });
  const token = await integration(tokens.admin, ["check"], "A CRM");
  const { status, data } = await call("POST", "/v1/suppressions", {
    token,
    body: { number, kind: "objection", reason: "asked" },
  });
  expect(status).toBe(200);
  expect(data).toMatchObject({ number, reason: "asked", by: await idOf("A CRM") });
  expect(JSON.stringify(data)).not.toMatch(/lawyer|letter/);
});

it("a dial that may be several numbers counts each", async () => {
  const body = {
    ...{ number: "0113 496 0142", e164: "+911134960142", action: "held", verdict: "blocked", reasons: [] },
    ...{ seen: null, host: "crm.example", at: new Date().toISOString() },
  };
  expect((await call("POST", "/v1/dials", { token: tokens.agent, body })).status).toBe(201);
  expect(await spent()).toBe(2);
});

it("all that the company was told counts, with an alarm at half of the largest register, once", async () => {
  const told = () => env.DB.prepare("SELECT SUM(numbers) AS n FROM asked_days").first<{ n: number }>();
  const before = (await told())?.n ?? 0;
  await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [BARRED, "+442079460150"] } });
  expect((await told())!.n).toBe(before + 2);
  await tellMuch(env, Date.now());
  expect(await mails("much-told")).toBe(0);
  const day = new Date(Date.now() - 20 * 86_400_000).toISOString().slice(0, 10);
  await env.DB.prepare("INSERT INTO asked_days (day, numbers) VALUES (?, 100000)").bind(day).run();
  await tellMuch(env, Date.now());
  await tellMuch(env, Date.now());
  expect(await mails("much-told")).toBe(2);
});
