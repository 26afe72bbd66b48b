/** From a recording's day to its certificate, with stores that fail, are slow, lie or put it off; and holds. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { FailedAnswer, WorkAnswer } from "../../../shared/jobs/api.ts";
import type { Certificate, HoldsAnswer, Recording } from "../../../shared/recordings/api.ts";
import { daysLater, monthsLater } from "../../../shared/core/calendar.ts";
import { commitmentOf } from "../../../shared/trail/chain.ts";
import { record } from "../../../worker/core/commit.ts";
import { changeRows, statesOf } from "../../../worker/core/states.ts";
import type { Env } from "../../../worker/env.ts";
import { holdsBound } from "../../../worker/recordings/bound.ts";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { remind } from "../../../worker/jobs/reminders.ts";
import { scheduled } from "../../../worker/jobs/scheduled.ts";
import { storeOf } from "../../../worker/storage/index.ts";
import { aTeam, call, DAY, daysAgo, dump, under } from "../helpers.ts";
import { arrive, broughtForward, diallerOf, sample, standIn, withS3 } from "./kit.ts";

const HOUR = 3_600_000;
const MP3 = new TextEncoder().encode("audio of a call");

const tokens = aTeam();
let s3: Env;
beforeAll(() => {
  s3 = withS3();
});
beforeEach(() => env.DB.exec("DELETE FROM outbox"));
afterEach(() => vi.unstubAllGlobals());

const get = async (id: string) =>
  (await under(s3, "GET", `/v1/recordings/${id}`, { token: tokens.compliance })).data as Recording;
const post = (id: string, what: string, body: object) =>
  under(s3, "POST", `/v1/recordings/${id}/${what}`, { token: tokens.compliance, body });
const listen = (id: string) =>
  under(s3, "GET", `/v1/recordings/${id}/audio?purpose=quality`, { token: tokens.compliance });
/** A recording that starts now, with its audio in the store. */
async function stored(own: Parameters<typeof sample>[0] = {}): Promise<string> {
  const id = await arrive(s3, tokens.admin, sample({ storage: { kind: "s3" }, ...own }));
  const { status } = await under(s3, "PUT", `/v1/recordings/${id}/audio`, {
    token: await diallerOf(tokens.admin),
    raw: MP3,
    headers: { "content-type": "audio/mpeg", "content-length": String(MP3.length) },
  });
  expect(status).toBe(200);
  return id;
}
/** 03:17 UTC, `days` after a recording's day. */
const morning = ({ eraseAfter }: Recording, days = 0) => Date.parse(`${eraseAfter}T03:17:00Z`) + days * DAY;
const codes = async (id: string) =>
  ((await dump("audit")) as { code: string; subject: string }[])
    .filter((row) => row.subject === id)
    .map(({ code }) => code);

describe("on its day", () => {
  it("the audio goes, the row is emptied, and a certificate commits to what it was", async () => {
    const body = sample({ storage: { kind: "s3" }, agent: "cert" });
    const id = await stored(body);
    const before = await get(id);
    const key = before.storage.key!;
    await eraseDue(s3, morning(before) - DAY);
    expect(await get(id)).toEqual(before);
    expect((await listen(id)).status).toBe(200);

    await eraseDue(s3, morning(before));
    expect(await storeOf(s3, "s3")!.head(key)).toBeNull();
    const [row] = ((await dump("recordings")) as Record<string, unknown>[]).filter((r) => r["id"] === id);
    for (const personal of [body.agent, "442079460958", body.providerId, body.startedAt, key])
      expect(JSON.stringify(Object.values(row!))).not.toContain(personal);
    expect(await get(id)).toMatchObject({
      state: "erased",
      number: null,
      storage: { kind: "s3", key: null },
    });

    const certificates = async (query: string) => {
      const path = `/v1/recordings/certificates${query}`;
      const { data } = await under(s3, "GET", path, { token: tokens.compliance });
      return (data as { certificates: Certificate[] }).certificates;
    };
    const [certificate] = await certificates(`?recording=${id}`);
    expect(await certificates("")).toContainEqual(certificate);
    expect(await certificates("?recording=another")).toEqual([]);
    expect(certificate).toMatchObject({
      recording: id,
      ...{ provider: "dialler", storage: "s3", region: "GB", rule: "retention", months: 12 },
      ...{ eraseAfter: before.eraseAfter, erasedAt: new Date(morning(before)).toISOString() },
    });
    // With the salt, an earlier copy of the row proves that it was this one.
    const { salt } = (await env.DB.prepare(
      "SELECT salt FROM audit_payload JOIN audit USING (seq) WHERE code = 'recording.erased' AND subject = ?",
    )
      .bind(id)
      .first<{ salt: string }>())!;
    const was = (seconds: number) =>
      commitmentOf(
        salt,
        JSON.stringify({
          ...{ id, provider: "dialler", providerId: body.providerId, number: 442079460958, agent: "cert" },
          ...{ direction: "outbound", startedAt: body.startedAt, seconds, store: "s3", object: key },
          ...{ region: "GB", bytes: MP3.length, sha256: before.sha256, announced: 1, purpose: "quality" },
          ...{ flag: null, eraseAfter: before.eraseAfter, rule: "retention", months: 12, why: "" },
        }),
      );
    expect(was(252)).toBe(certificate!.commitment);
    expect(was(253)).not.toBe(certificate!.commitment);

    // An erased recording cannot be read, stored, held or reported again; asking again erases nothing twice.
    expect((await listen(id)).data).toMatchObject({ status: 410, code: "recording-erased" });
    expect((await post(id, "hold", { reason: "late", reviewOn: "2030-01-01" })).data).toMatchObject({
      code: "recording-erased",
    });
    const token = await diallerOf(tokens.admin);
    expect((await under(s3, "POST", "/v1/recordings", { token, body })).data).toMatchObject({ id });
    expect((await post(id, "erase", { why: "again" })).status).toBe(200);
    expect(await get(id)).toMatchObject({ state: "erased", number: null });
    await expect(
      env.DB.prepare("UPDATE recordings SET number = 1 WHERE id = ?").bind(id).run(),
    ).rejects.toThrow("recording_erased");
  });

  it("nothing is opened once its time is over, though the run is still to come", async () => {
    const id = await stored();
    await broughtForward(id, "2026-01-01");
    expect((await listen(id)).data).toMatchObject({ code: "recording-erased" });
    await eraseDue(s3, Date.now());
    expect(await get(id)).toMatchObject({ state: "erased" });
  });
});

it("the clock asks every few minutes, and once a day with all else", async () => {
  for (const cron of ["*/5 * * * *", "17 3 * * *"]) {
    const id = await stored();
    const scheduledTime = morning(await get(id));
    await scheduled({ cron, scheduledTime: scheduledTime - DAY }, s3);
    expect(await get(id)).toMatchObject({ state: "kept" });
    await scheduled({ cron, scheduledTime }, s3);
    expect(await get(id), cron).toMatchObject({ state: "erased" });
  }
});

describe("a store that does not do it", () => {
  const cases: [string, (request: Request) => Response | Promise<Response> | null, string][] = [
    ["fails", ({ method }) => (method === "DELETE" ? new Response("no", { status: 500 }) : null), "s3: 500"],
    [
      "says that it is erased, and has it still",
      ({ method }) => (method === "DELETE" ? new Response(null, { status: 204 }) : null),
      "s3: still there",
    ],
    [
      "erases, and cannot say whether it is gone",
      ({ method }) => (method === "HEAD" ? new Response(null, { status: 500 }) : null),
      "s3: 500",
    ],
    [
      "never answers",
      ({ method }) => (method === "DELETE" ? new Promise<Response>(() => {}) : null),
      "s3: no answer in time",
    ],
    ["is away", () => Promise.reject(new Error("connection refused")), "s3: connection refused"],
  ];
  it.each(cases)(
    "%s: it is seen, tried again after a while, and told at the third time",
    async (_, answer, error) => {
      const id = await stored();
      const row = await get(id);
      standIn(answer);
      const run = (at: number) =>
        eraseDue(s3, at, { only: id, ...(error.endsWith("in time") && { patience: 50 }) });
      let now = morning(row);
      // Retries after one, two, four … hours, a day at most; never earlier.
      for (const [n, hours] of [1, 2, 4, 8, 16, 24, 24].entries()) {
        await run(now);
        const failed = await get(id);
        const next = new Date(now + hours * HOUR).toISOString();
        expect(failed).toMatchObject({ state: "kept", failures: n + 1, error, due: next });
        await run(now + hours * HOUR - 1000);
        expect((await get(id)).failures).toBe(n + 1);
        const mails = (await dump("outbox")) as { template: string; recipient: string; vals: string }[];
        const told = mails.filter((m) => m.template === "erasure-failed").map((m) => m.recipient);
        if (n < 2) expect(told).toEqual([]);
        else expect([...new Set(told)].sort()).toEqual(["ada@example.com", "compliance@example.com"]);
        now += hours * HOUR;
      }
      vi.unstubAllGlobals();
      await eraseDue(s3, now);
      expect(await get(id)).toMatchObject({ state: "erased", failures: 0, error: null });
      expect((await codes(id)).filter((code) => code.startsWith("recording.eras"))).toEqual([
        ...Array.from({ length: 7 }, () => "recording.erasure-failed"),
        "recording.erased",
      ]);
    },
  );

  it("one mail a person and day, however many fail; one that fails holds up no other", async () => {
    const ids = [await stored(), await stored(), await stored()];
    const row = await get(ids[0]!);
    const keys = await Promise.all(ids.map(async (id) => (await get(id)).storage.key!));
    const bad = keys.slice(1);
    standIn(({ method, url }) =>
      method === "DELETE" && bad.some((key) => url.endsWith(key))
        ? new Response(null, { status: 500 })
        : null,
    );
    for (const hours of [0, 1, 3]) await eraseDue(s3, morning(row) + hours * HOUR);
    expect((await Promise.all(ids.map(get))).map((r) => r.state)).toEqual(["erased", "kept", "kept"]);
    expect(await dump("outbox")).toHaveLength(2);
    vi.unstubAllGlobals();
    await eraseDue(s3, morning(row, 2));
  });

  it("a provider that gives a date is asked again then, and not before; that is no failure", async () => {
    const id = await stored();
    const row = await get(id);
    let asked = 0;
    const until = new Date(Math.floor((morning(row) + 40 * DAY) / 1000) * 1000);
    standIn(({ method }) => {
      if (method !== "DELETE") return null;
      asked++;
      return new Response(null, { status: 409, headers: { "retry-after": until.toUTCString() } });
    });
    await eraseDue(s3, morning(row));
    const notBefore = until.toISOString();
    expect(await get(id)).toMatchObject({
      state: "kept",
      notBefore,
      due: notBefore,
      failures: 0,
      error: null,
    });
    await eraseDue(s3, until.getTime() - 1000);
    expect(asked).toBe(1);
    // Asked too early, as a release of a hold does, it answers the same.
    await env.DB.prepare("UPDATE recordings SET due = NULL WHERE id = ?").bind(id).run();
    await eraseDue(s3, until.getTime() - DAY);
    expect(await get(id)).toMatchObject({ due: notBefore, failures: 0 });
    asked = 1;
    // It answers the same date again, now past: it is not asked without end.
    await eraseDue(s3, until.getTime());
    await eraseDue(s3, until.getTime() + 1000);
    expect(asked).toBe(2);
    vi.unstubAllGlobals();
    await eraseDue(s3, until.getTime() + HOUR);
    expect(await get(id)).toMatchObject({ state: "erased", notBefore: null });
  });

  it("one that is locked for years is named with until when and why, on its certificate too", async () => {
    const [id, near] = [await stored(), await stored()];
    const row = await get(id);
    const until = new Date(morning(row) + 5 * 365 * DAY);
    const locks = new Map([
      [(await get(id)).storage.key!, until],
      [(await get(near)).storage.key!, new Date(morning(row) + 20 * DAY)],
    ]);
    const real = globalThis.fetch;
    standIn(async (request) => {
      const lock = [...locks].find(([key]) => request.url.includes(key))?.[1];
      if (!lock || !["DELETE", "HEAD"].includes(request.method)) return null;
      if (request.method === "DELETE") return new Response(null, { status: 403 });
      const { status, headers } = await real(request);
      const lasts = { "x-amz-object-lock-retain-until-date": lock.toISOString() };
      return new Response(null, { status, headers: { ...Object.fromEntries(headers), ...lasts } });
    });
    await eraseDue(s3, morning(row));
    const day = until.toISOString().slice(0, 10);
    const work = (await call("GET", "/v1/work", { token: tokens.admin })).data as WorkAnswer;
    expect(work.work.find(({ kind }) => kind === "erasure")).toMatchObject({
      failed: 1,
      putOff: { n: 1, until: day },
    });
    const listed = (await call("GET", "/v1/work/erasure/failed", { token: tokens.compliance })).data;
    expect((listed as FailedAnswer).failed).toMatchObject([
      { id, what: "s3", error: `s3: put off until ${day}`, due: until.toISOString(), failures: 0 },
    ]);
    // Somebody ended the lock there: it is tried at once.
    const again = { token: tokens.compliance, body: { ids: [id] } };
    expect((await call("POST", "/v1/work/erasure/again", again)).data).toEqual({ again: 1 });
    vi.unstubAllGlobals();
    await eraseDue(s3, morning(row) + HOUR);
    const certificate = async (of: string) => {
      const { data } = await call("GET", `/v1/recordings/certificates?recording=${of}`, {
        token: tokens.admin,
      });
      return (data as { certificates: Certificate[] }).certificates[0];
    };
    expect(await certificate(id)).toMatchObject({ why: `its store put it off until ${day}` });
    await eraseDue(s3, morning(row, 21));
    expect(await certificate(near)).toMatchObject({ why: "" });
  });

  it("one that puts it off again and again does not erase: from the third time on that is told, too", async () => {
    const id = await stored();
    const row = await get(id);
    standIn(({ method }) =>
      method === "DELETE" ? new Response(null, { status: 503, headers: { "retry-after": "5" } }) : null,
    );
    const told = async () =>
      ((await dump("outbox")) as { template: string }[]).filter((m) => m.template === "erasure-failed")
        .length;
    const seen = [];
    for (const hour of [0, 1, 2, 4]) {
      await eraseDue(s3, morning(row) + hour * HOUR, { only: id });
      const { failures, error } = await get(id);
      seen.push([failures, error, await told()]);
    }
    const again = "s3: puts it off again";
    expect(seen).toEqual([
      [0, null, 0],
      [1, again, 0],
      [2, again, 0],
      [3, again, 2],
    ]);
    vi.unstubAllGlobals();
    await eraseDue(s3, morning(row, 1), { only: id });
    expect(await get(id)).toMatchObject({ state: "erased", failures: 0, notBefore: null });
  });

  it("a store that is no longer configured is a failure that is seen", async () => {
    const id = await stored();
    await eraseDue(env, morning(await get(id)));
    expect(await get(id)).toMatchObject({ failures: 1, error: "s3: not configured" });
    await eraseDue(s3, morning(await get(id), 1));
  });
});

describe("a legal hold", () => {
  const reviewOn = "2030-06-01";
  it("stands against the job, a request and the hand, is told of on its day, and ends with a reason", async () => {
    const id = await stored();
    const row = await get(id);
    const held = await post(id, "hold", { reason: "claim 17", reviewOn });
    expect([held.status, held.data]).toMatchObject([
      201,
      { reason: "claim 17", reviewOn, byName: "The compliance" },
    ]);
    expect((await post(id, "hold", { reason: "again", reviewOn })).data).toMatchObject({
      code: "recording-held",
    });
    await eraseDue(s3, morning(row, 400));
    await eraseDue(s3, morning(row, 400), { only: id });
    expect((await post(id, "erase", { why: "by hand" })).data).toMatchObject({
      status: 409,
      code: "recording-held",
    });
    await expect(
      env.DB.prepare("UPDATE recordings SET state = 'erased' WHERE id = ?").bind(id).run(),
    ).rejects.toThrow("recording_held");
    expect(await get(id)).toMatchObject({ state: "kept", hold: { reason: "claim 17" }, failures: 0 });
    expect((await listen(id)).status).toBe(200);

    const holds = await under(s3, "GET", "/v1/recordings/holds", { token: tokens.manager });
    expect(holds.data).toMatchObject({ holds: [{ recording: id, reviewOn }] });
    const reminded = async () =>
      ((await dump("outbox")) as { template: string; recipient: string }[])
        .filter((m) => m.template === "hold-review")
        .map((m) => m.recipient);
    await remind(env, Date.parse("2030-05-31T12:00:00Z"));
    expect(await reminded()).toEqual([]);
    await remind(env, Date.parse("2030-06-01T12:00:00Z"));
    await remind(env, Date.parse("2030-06-02T12:00:00Z"));
    expect(await reminded()).toEqual(["compliance@example.com"]);

    expect((await post(id, "release", { reason: "settled" })).data).toMatchObject({ hold: null, due: null });
    expect((await post(id, "release", { reason: "again" })).data).toMatchObject({
      code: "recording-not-held",
    });
    await eraseDue(s3, morning(row, 400));
    expect(await get(id)).toMatchObject({ state: "erased" });
    // The released hold is kept for two years.
    await sweep(env, Date.now());
    expect(await dump("recording_holds")).toHaveLength(1);
    const long = { released_at: "2020-01-01T00:00:00.000Z" };
    const rows = await statesOf(env.DB, holdsBound, "TRUE");
    await record(env, {
      actor: "system",
      event: { code: "recording.released", subject: id, payload: null },
      statements: changeRows(
        holdsBound,
        rows.map((before) => ({ before, to: long })),
        new Date().toISOString(),
      ),
    });
    await sweep(env, Date.now());
    expect(await dump("recording_holds")).toEqual([]);
    expect(await codes(id)).toEqual(
      expect.arrayContaining(["recording.held", "recording.released", "recording.erased"]),
    );
  });

  it("that is looked at again goes on with a later day, and there is no moment without it", async () => {
    const id = await stored();
    const row = await get(id);
    const keep = (body: object) =>
      under(s3, "PUT", `/v1/recordings/${id}/hold`, { token: tokens.compliance, body });
    const on = { reason: "the claim goes on", reviewOn: "2031-06-01" };
    expect((await keep(on)).data).toMatchObject({ code: "recording-not-held" });
    await post(id, "hold", { reason: "claim 18", reviewOn });
    expect((await keep({ ...on, reviewOn: "2020-01-01" })).data).toMatchObject({ code: "invalid" });
    expect([(await keep(on)).data, (await get(id)).hold]).toMatchObject([on, on]);
    await eraseDue(s3, morning(row, 400));
    expect(await get(id)).toMatchObject({ state: "kept" });
    const holds = (await dump("recording_holds")) as Record<string, string | null>[];
    expect(holds.filter((hold) => hold["recording"] === id)).toMatchObject([
      { reason: "claim 18", released_why: on.reason },
      { reason: on.reason, released_at: null },
    ]);
    expect(await codes(id)).toContain("recording.held-on");
    await post(id, "release", { reason: "settled" });
    await eraseDue(s3, morning(row, 400));
  });

  it("is listed with all others, page by page, the next to be looked at first", async () => {
    const days = ["2030-06-02", "2030-06-01", "2030-06-01"];
    const held = await Promise.all(
      days.map(async (day) => {
        const id = await arrive(s3, tokens.admin, sample());
        await post(id, "hold", { reason: "claim", reviewOn: day });
        return id;
      }),
    );
    const page = async (query: string) =>
      (await under(s3, "GET", `/v1/recordings/holds?${query}`, { token: tokens.manager }))
        .data as HoldsAnswer;
    const first = await page("limit=2");
    const rest = await page(`limit=2&after=${encodeURIComponent(first.next!)}`);
    expect(first.holds.map((hold) => hold.recording).sort()).toEqual(held.slice(1).sort());
    expect(rest).toMatchObject({ holds: [{ recording: held[0] }], next: null });
    for (const id of held) await post(id, "release", { reason: "settled" });
  });

  it("that comes while the store is asked is refused: it would keep nothing", async () => {
    const id = await stored();
    let answered: { code?: string } = {};
    const real = globalThis.fetch;
    vi.stubGlobal("fetch", async (input: RequestInfo, init?: RequestInit) => {
      if (new Request(input, init).method === "DELETE")
        answered = (await post(id, "hold", { reason: "too late", reviewOn })).data as typeof answered;
      return real(input, init);
    });
    await eraseDue(s3, morning(await get(id)));
    expect(answered.code).toBe("recording-erased");
    expect(await get(id)).toMatchObject({ state: "erased", hold: null });
  });
});

describe("by hand", () => {
  it("its day is today, the store is asked at once, and the reason stands on the certificate", async () => {
    const id = await stored();
    expect((await post(id, "erase", { why: "wrong line recorded" })).status).toBe(202);
    expect(await get(id)).toMatchObject({ state: "erased", rule: "hand", why: "wrong line recorded" });
    expect(await codes(id)).toEqual(
      expect.arrayContaining(["recording.erase-asked", "recording.erased", "opened.recording"]),
    );
  });
});

it("runs at the same moment erase and certify each once", async () => {
  const ids = await Promise.all(Array.from({ length: 30 }, () => stored({ storage: { kind: "r2" } })));
  const now = morning(await get(ids[0]!));
  const asked: string[] = [];
  const bucket = {
    head: (key: string) => env.RECORDINGS!.head(key),
    delete: (key: string) => (asked.push(key), env.RECORDINGS!.delete(key)),
  } as unknown as R2Bucket;
  const own = { ...s3, RECORDINGS: bucket };
  await Promise.all([eraseDue(own, now), eraseDue(own, now), eraseDue(own, now)]);
  expect(asked).toHaveLength(ids.length);
  for (const id of ids)
    expect((await codes(id)).filter((code) => code === "recording.erased")).toHaveLength(1);
});

it("what is to come is told by week, and what of it is held", async () => {
  const tuesday = Array.from({ length: 7 }, (_, n) => daysAgo(-60 - n)).find(
    (day) => new Date(day).getUTCDay() === 2,
  )!;
  const dueOn = (day: string) => stored({ startedAt: `${monthsLater(day, -12)}T12:00:00.000Z` });
  const [before, monday] = [daysLater(tuesday, -1), daysLater(tuesday, 6)];
  const first = await dueOn(tuesday);
  for (const day of [monday, daysLater(monday, 1)]) await dueOn(day);
  await post(first, "hold", { reason: "claim", reviewOn: "2030-01-01" });
  const { data } = await under(s3, "GET", "/v1/recordings/erasures", { token: tokens.manager });
  expect((data as { weeks: unknown[] }).weeks.slice(0, 2)).toEqual([
    { week: before, recordings: 1, held: 1 },
    { week: monday, recordings: 2, held: 0 },
  ]);
});
