/** How a recording is registered and found again. */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { dayOf, monthsLater } from "../../../shared/core/calendar.ts";
import type {
  ImportAnswer,
  Recording,
  RecordingArrived,
  RecordingsAnswer,
  RecordingsState,
} from "../../../shared/recordings/api.ts";
import { problemDetails as details } from "../../../shared/texts/core/problems.en.ts";
import type { Env } from "../../../worker/env.ts";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import { asOwner, aTeam, call, daysAgo, dump, push, roles, setPolicy, under } from "../helpers.ts";
import { aged, arrive, diallerOf, laid, sample, saveRecording, withS3 } from "./kit.ts";
import { redated } from "../registers/redated.ts";

const tokens = aTeam();
afterEach(() => vi.useRealTimers());

const post = async (body: unknown, own: Env = env) =>
  under(own, "POST", "/v1/recordings", { token: await diallerOf(tokens.admin), body });
const rows = () => dump("recordings");

describe("no person registers a recording", () => {
  it.each(roles)("an old call that names a stored object erases nothing: %s", async (role) => {
    const key = `evidence/${role}.mp3`;
    await env.RECORDINGS!.put(key, "audio of a call");
    const body = sample({ startedAt: "2019-01-01T10:00:00.000Z", storage: { kind: "r2", key } });
    const { status, data } = await call("POST", "/v1/recordings", { token: tokens[role], body });
    await eraseDue(env, Date.now());
    expect(await env.RECORDINGS!.head(key)).not.toBeNull();
    expect([await rows(), await dump("certificates")]).toEqual([[], []]);
    expect([status, data]).toMatchObject([403, { code: "role-not-allowed", detail: details.integrations }]);
  });
});

describe("arrival", () => {
  it("is registered with the day on which it is erased, and once however often it is sent", async () => {
    const body = sample();
    const day = dayOf(body.startedAt, "Europe/London");
    const first = await post(body);
    expect([first.status, first.data]).toMatchObject([
      201,
      { eraseAfter: monthsLater(day, 12), flag: null, quarantined: false },
    ]);
    const again = await post({ ...body, seconds: 3 });
    expect([again.status, again.data]).toEqual([200, first.data]);
    const both = sample();
    const [one, other] = await Promise.all([post(both), post(both)]);
    expect([one.status, other.status].sort()).toEqual([200, 201]);
    expect(one.data).toEqual(other.data);
    const { id } = first.data as RecordingArrived;
    expect((await under(env, "GET", `/v1/recordings/${id}`, { token: tokens.manager })).data).toMatchObject({
      ...body,
      storage: { kind: "r2", key: `recordings/${day.slice(0, 7)}/${id}` },
      region: "GB",
      state: "kept",
      rule: "retention",
      months: 12,
    });
  });

  it("the day is counted where the policy is: in summer half an hour before midnight in UTC is the next day", async () => {
    const days = { "2026-02-28": "2027-02-28", "2026-08-30": "2027-08-31", "2026-10-31": "2027-10-31" };
    const calls = Object.keys(days).map((day) =>
      sample({ startedAt: `${day}T23:30:00.000Z`, storage: { kind: "r2", key: `calls/${day}` } }),
    );
    for (const one of calls) await laid(env, one);
    const tried = await under(aged(env), "POST", "/v1/recordings/import", {
      ...{ token: tokens.compliance, body: { rows: calls } },
    });
    expect((tried.data as ImportAnswer).results.map(({ eraseAfter }) => eraseAfter)).toEqual(
      Object.values(days),
    );
  });

  it("a store outside the policy's regions is refused, whatever the sender says of it", async () => {
    const before = await rows();
    const lying = { ...sample(), storage: { kind: "r2", region: "GB" }, region: "GB" };
    const inTheStates = { ...env, LOCAL_REGION: "US" };
    expect((await post(lying, inTheStates)).data).toMatchObject({ status: 422, code: "storage-region" });
    const { LOCAL_REGION: _, ...production } = env;
    expect((await post(lying, production)).data).toMatchObject({ status: 422, code: "storage-region" });
    expect((await post(sample({ storage: { kind: "s3" } }))).data).toMatchObject({ code: "store-unknown" });
    const there = { kind: "twilio" as const, key: `RE${"a".repeat(32)}` };
    const twilio = { ...env, TWILIO_ACCOUNT_SID: "AC1", TWILIO_AUTH_TOKEN: "t" };
    expect((await post(sample({ storage: there }), twilio)).data).toMatchObject({
      code: "invalid",
      errors: [{ path: "storage.kind" }],
    });
    expect(await rows()).toEqual(before);
    expect((await post(sample({ storage: { kind: "s3" } }), withS3())).status).toBe(201);
  });

  it("an object belongs to one recording, and a key leads nowhere else", async () => {
    const storage = { kind: "r2", key: "calls/one.mp3" } as const;
    expect((await post(await laid(env, sample({ storage })))).status).toBe(201);
    expect((await post(sample({ storage }))).data).toMatchObject({
      status: 409,
      code: "recording-object-taken",
    });
    for (const key of ["../other/x", "a//b", "/a", "a/", "a/./b", "a/...", "ü"])
      expect((await post(sample({ storage: { kind: "r2", key } }))).status, key).toBe(422);
    expect((await post(sample({ storage: { kind: "twilio", key: "../Calls" } }))).status).toBe(422);
  });

  it("what is registered in one place is in no other, and a provider with a webhook speaks for itself", async () => {
    const body = sample({ storage: { kind: "r2", key: "calls/here.mp3" } });
    await laid(env, body);
    const first = await post(body);
    expect((await post(body)).data).toEqual(first.data);
    const moved = { ...body, storage: { kind: "r2", key: "calls/there.mp3" } };
    expect((await post(moved)).data).toMatchObject({ status: 409, code: "recording-elsewhere" });
    const aircall = sample({ provider: "aircall" });
    expect((await post(aircall, { ...env, AIRCALL_HOOK_TOKEN: "t" })).data).toMatchObject({
      errors: [{ path: "provider" }],
    });
    expect((await post(aircall)).status).toBe(201);
  });

  it("one that begins in the future, or with a number that is none, is refused", async () => {
    const startedAt = new Date(Date.now() + 2 * 86_400_000).toISOString();
    expect((await post(sample({ startedAt }))).data).toMatchObject({ errors: [{ path: "startedAt" }] });
    const message = "a time such as 2026-11-25T14:30:00Z";
    expect((await post(sample({ startedAt: "on Tuesday" }))).data).toMatchObject({
      errors: [{ path: "startedAt", message }],
    });
    expect((await post(sample({ number: "12" }))).data).toMatchObject({ code: "not-a-number" });
  });

  it("nothing of the call stands on the trail, which may be kept for longer", async () => {
    const body = sample({ agent: "agent-on-no-trail", number: "+442079460777" });
    await arrive(env, tokens.admin, body);
    const trail = JSON.stringify(await dump("audit_payload"));
    for (const personal of [body.agent!, "2079460777", body.providerId, body.startedAt])
      expect(trail).not.toContain(personal);
  });
});

describe("a number that was blocked at the time", () => {
  const objected = "+442079460101";
  const flagOf = async (own: Parameters<typeof sample>[0]) => {
    const { id, flag } = (await post(sample(own))).data as RecordingArrived;
    expect(flag).toBeNull();
    const { data } = await call("GET", `/v1/recordings/${id}`, { token: tokens.manager });
    return (data as Recording).flag?.map(({ code }) => code) ?? null;
  };

  it("is flagged from the moment on at which it was, and until it was not", async () => {
    const minutesAgo = (n: number) => new Date(Date.now() - n * 60_000).toISOString();
    await call("POST", "/v1/suppressions", {
      token: tokens.agent,
      body: { number: objected, reason: "stop" },
    });
    await asOwner(["suppressions"], () =>
      env.DB.prepare("UPDATE suppressions SET at = ?").bind(minutesAgo(30)).run(),
    );
    expect(await flagOf({ number: objected, startedAt: minutesAgo(20) })).toEqual(["objection"]);
    expect(await flagOf({ number: objected, startedAt: minutesAgo(40) })).toBeNull();
    // An inbound call breaks no rule about calling.
    expect(await flagOf({ number: objected, startedAt: minutesAgo(20), direction: "inbound" })).toBeNull();
    await call("DELETE", `/v1/suppressions/${objected}`, {
      token: tokens.manager,
      body: { reason: "mistake" },
    });
    expect(await flagOf({ number: objected, startedAt: minutesAgo(20) })).toEqual(["objection"]);
    expect(await flagOf({ number: objected, startedAt: new Date().toISOString() })).toBeNull();
  });

  it("by a register as it stood then, unless a consent or an override is on record", async () => {
    const [listed, consented, overridden, later] = [
      "+442079460201",
      "+442079460202",
      "+442079460203",
      "+442079460204",
    ];
    // Dated yesterday, as ten hours ago may have been yesterday.
    const asOf = daysAgo(1);
    await push(tokens.admin, "tps", [listed, consented, overridden], { asOf });
    // What is not known can be overridden by nobody.
    await push(tokens.admin, "ctps", ["+442079460299"], { asOf });
    const hour = 3_600_000;
    const at = (h: number) => new Date(Date.now() + h * hour).toISOString();
    await push(tokens.admin, "tps", [consented, overridden, later], { asOf, allowShrink: true });
    // As if the first version had come ten hours ago, and the second five.
    await redated("committed_at = ?", "ver = 1", at(-10));
    await redated("committed_at = ?", "ver = 2", at(-5));
    expect(await flagOf({ number: listed, startedAt: at(-11) })).toBeNull();
    expect(await flagOf({ number: listed, startedAt: at(-7) })).toEqual(["tps"]);
    expect(await flagOf({ number: listed, startedAt: at(-1) })).toBeNull();
    expect(await flagOf({ number: later, startedAt: at(-7) })).toBeNull();
    expect(await flagOf({ number: later, startedAt: at(-1) })).toEqual(["tps"]);

    const consent = {
      ...{ kind: "notification", words: "yes", how: "web", proof: "form" },
      giver: "subscriber",
      givenBy: "A",
      givenAt: at(-8),
    };
    await call("POST", "/v1/consents", { token: tokens.manager, body: { ...consent, number: consented } });
    // Entered now, so not known then.
    expect(await flagOf({ number: consented, startedAt: at(-7) })).not.toBeNull();
    // What was said cannot change, but for a test.
    await env.DB.exec("DROP TRIGGER consents_fixed");
    await env.DB.prepare("UPDATE consents SET at = ?").bind(at(-8)).run();
    expect(await flagOf({ number: consented, startedAt: at(-9) })).not.toBeNull();
    expect(await flagOf({ number: consented, startedAt: at(-7) })).toBeNull();

    const dial = {
      ...{ number: overridden, e164: overridden, action: "overridden", verdict: "blocked" },
      ...{ reasons: [{ code: "tps" }], seen: null, host: "crm.example", at: at(-2) },
      ...{ basis: "service", reason: "their order" },
    };
    expect((await call("POST", "/v1/dials", { token: tokens.agent, body: dial })).status).toBe(201);
    expect(await flagOf({ number: overridden, startedAt: at(-2) })).toBeNull();
    expect(await flagOf({ number: overridden, startedAt: at(-4) })).not.toBeNull();
  });

  it("by the policy of that time", async () => {
    const number = "+442079460205";
    const own = { name: "Ours", regions: ["GB"], maxAgeDays: 28, daysUntilEffective: 0 };
    await call("PUT", "/v1/lists/own", { token: tokens.admin, body: own });
    await push(tokens.admin, "own", [number]);
    await vi.waitFor(async () =>
      expect(await flagOf({ number, startedAt: new Date().toISOString() })).toEqual(["own"]),
    );
    const before = new Date().toISOString();
    // A policy of the same millisecond would count already.
    await vi.waitUntil(() => new Date().toISOString() > before);
    await setPolicy(() => ({ registers: { own: "off" } }));
    expect(await flagOf({ number, startedAt: before })).toEqual(["own"]);
    await vi.waitFor(async () =>
      expect(await flagOf({ number, startedAt: new Date().toISOString() })).toBeNull(),
    );
  });
});

describe("finding", () => {
  const find = async (query: Record<string, string>) => {
    const { status, data } = await under(
      env,
      "GET",
      `/v1/recordings?${new URLSearchParams(query).toString()}`,
      {
        token: tokens.compliance,
      },
    );
    expect(status, JSON.stringify(data)).toBe(200);
    return (data as RecordingsAnswer).recordings.map((r) => r.providerId);
  };

  it("by number, day and about what time, where the policy is, and by agent", async () => {
    const number = "+442079460555";
    const at = (providerId: string, startedAt: string, agent = "bob") =>
      arrive(env, tokens.admin, sample({ provider: "find", providerId, number, startedAt, agent }));
    // On 25 October 2026 the clocks go back at 1:00 UTC: the day has 25 hours in London.
    await at("eve", "2026-10-24T22:59:00.000Z");
    await at("midnight", "2026-10-24T23:00:00.000Z");
    await at("noon", "2026-10-25T12:00:00.000Z", "cat");
    await at("last", "2026-10-25T23:59:00.000Z");
    await at("next", "2026-10-26T00:00:00.000Z");
    expect(await find({ number, date: "2026-10-25" })).toEqual(["last", "noon", "midnight"]);
    expect(await find({ number: "020 7946 0555", date: "2026-10-25", time: "12:50" })).toEqual(["noon"]);
    expect(await find({ number, date: "2026-10-25", time: "13:01" })).toEqual([]);
    expect(await find({ number, agent: "cat" })).toEqual(["noon"]);
    expect(await find({ provider: "find", limit: "2" })).toEqual(["next", "last"]);
    const first = await under(env, "GET", "/v1/recordings?provider=find&limit=2", {
      token: tokens.compliance,
    });
    expect(await find({ provider: "find", after: (first.data as RecordingsAnswer).next! })).toEqual([
      ...["noon", "midnight", "eve"],
    ]);
    const { status } = await under(env, "GET", "/v1/recordings?time=12:00", { token: tokens.compliance });
    expect(status).toBe(422);
  });

  it("what needs an eye is counted, and the set-up of the stores is said", async () => {
    const state = async (own: Env = env) =>
      (await under(own, "GET", "/v1/recordings/state", { token: tokens.manager })).data as RecordingsState;
    const now = await state();
    expect(now).toMatchObject({ quarantined: 0, failing: 0, held: 0, holdsToReview: 0 });
    expect(now.flagged).toBe((await find({ show: "flagged", limit: "200" })).length);
    expect(now.flagged).toBeGreaterThan(0);
    const { LOCAL_REGION: _, ...production } = withS3();
    const stores = Object.fromEntries((await state(production)).stores.map((s) => [s.kind, s]));
    expect(stores["r2"]).toMatchObject({ configured: true, region: null, allowed: false });
    expect(stores["r2"]!.text).toContain("United Kingdom");
    expect(stores["s3"]).toMatchObject({ configured: true, region: "GB", allowed: true });
    expect(stores["twilio"]).toMatchObject({ configured: false, allowed: false });
    // A region that policy no longer names is in quarantine from then on.
    await saveRecording({ regions: ["IE"] });
    expect((await state()).quarantined).toBe((await rows()).length);
    await saveRecording({ regions: ["GB"] });
  });
});
