/** What an insider, or a leaked secret, tries on somebody else's objects: each is still there afterwards. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Problem } from "../../../shared/api.ts";
import type {
  ImportAnswer,
  RecordingArrived,
  RecordingRequest,
  RecordingsState,
} from "../../../shared/recordings/api.ts";
import type { Env } from "../../../worker/env.ts";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import {
  aTeam,
  call,
  DAY,
  dump,
  integration,
  integrationOfBefore,
  noFolder,
  setPolicy,
  under,
} from "../helpers.ts";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import { broughtForward, imported, laid, sample, standIn, withS3 } from "./kit.ts";

const tokens = aTeam();
let dialler: string;
beforeAll(async () => {
  await setPolicy((policy) => ({
    recording: { ...policy.recording, regions: ["GB"], retentionMonths: 12 },
  }));
  dialler = await integration(tokens.admin, ["recordings:write"], "Dialler", "dialler/");
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const codeOf = ({ data }: { data: unknown }) => (data as Problem).code;
const at = (key: string, own: Partial<RecordingRequest> = {}) =>
  sample({ storage: { kind: "r2", key }, ...own });
const OLD = "2024-01-01T00:00:00Z";
const there = async (key: string) => (await env.RECORDINGS!.head(key)) !== null;
const outcome = ({ data }: { data: unknown }) =>
  (data as ImportAnswer).results.map(({ status, code }) => code ?? status);
const rowOf = async (object: string) =>
  (
    (await dump("recordings")) as {
      id: string;
      object: string;
      by: string;
      number: number;
      state: string;
    }[]
  ).find((row) => row.object === object);
/** The objects' age cannot be set: the Worker's clock goes on instead. */
const later = (days: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + days * DAY });

describe("an officer alone", () => {
  it("imports nothing that an integration is about to register; later it is the integration's", async () => {
    const upload = await laid(env, at("dialler/call-1.mp3", { startedAt: OLD }));
    expect(outcome(await imported(env, tokens.compliance, [upload]))).toEqual(["key-not-yours"]);
    const own = { ...upload, startedAt: new Date().toISOString() };
    expect((await call("POST", "/v1/recordings", { token: dialler, body: own })).status).toBe(201);

    const left = await laid(env, at("dialler/left.mp3", { startedAt: OLD }));
    later(1.1);
    expect(outcome(await imported(env, tokens.compliance, [left]))).toEqual(["added"]);
    const { by } = (await rowOf("dialler/left.mp3"))!;
    expect(by).toBe((await rowOf("dialler/call-1.mp3"))!.by);
    // Known again, by its integration and by the next import.
    const again = await call("POST", "/v1/recordings", { token: dialler, body: left });
    expect([again.status, outcome(await imported(env, tokens.compliance, [left]))]).toEqual([200, ["there"]]);
  });

  it("nor what one without a prefix may be about to register, below nobody's", async () => {
    await integrationOfBefore(tokens.admin, ["recordings:write"], "Legacy");
    const upload = await laid(env, at("2026/11/call-1.mp3", { startedAt: OLD }));
    expect(outcome(await imported(env, tokens.compliance, [upload]))).toEqual(["key-not-yours"]);
    later(1.1);
    expect(outcome(await imported(env, tokens.compliance, [upload]))).toEqual(["added"]);
    await env.DB.exec("UPDATE people SET active = 0 WHERE name = 'Legacy'");
  });

  it("nor what a provider's webhook is about to report from the company's own store, while it has no prefix", async () => {
    const twilio = { TWILIO_ACCOUNT_SID: "AC1", TWILIO_AUTH_TOKEN: "t" };
    const upload = await laid(env, at("rooms/call-1.mp3", { startedAt: OLD }));
    // It never reports what is in R2.
    expect(outcome(await imported({ ...env, ...twilio }, tokens.compliance, [upload]))).toEqual(["added"]);
    const next = await laid(env, at("rooms/call-2.mp3", { startedAt: OLD }));
    const withStore = { ...withS3(), ...twilio };
    expect(outcome(await imported(withStore, tokens.compliance, [next]))).toEqual(["key-not-yours"]);
    // The desk's alarm counts it, as it counts integrations.
    const free = async (own: Parameters<typeof under>[0]) =>
      ((await under(own, "GET", "/v1/recordings/state", { token: tokens.manager })).data as RecordingsState)
        .prefixless;
    expect([await free(env), await free(withStore)]).toEqual([0, 1]);
    const given = { token: tokens.admin, body: { prefix: "conferences/" } };
    expect((await call("PUT", "/v1/hooks/twilio/prefix", given)).status).toBe(200);
    expect(outcome(await imported(withStore, tokens.compliance, [next]))).toEqual(["added"]);
    expect(await free(withStore)).toBe(0);
    await noFolder("id = 'hook:twilio'");
  });

  it("never lowers the wait of a day: by hand, by a hold and its release, by a complied erasure", async () => {
    const rows = ["hand", "hold", "request", "young"].map((name) =>
      at(`archive/${name}.mp3`, {
        startedAt: name === "young" ? new Date(Date.now() - 60_000).toISOString() : OLD,
      }),
    );
    for (const row of rows) await laid(env, row);
    const overdue = async () =>
      ((await call("GET", "/v1/recordings/state", { token: tokens.manager })).data as RecordingsState)
        .overdue;
    const before = await overdue();
    expect(outcome(await imported(env, tokens.compliance, rows))).toEqual(rows.map(() => "added"));
    // What waits is not said to be late.
    expect(await overdue()).toBe(before);
    const [hand, hold, request, young] = await Promise.all(
      rows.map(async ({ storage }) => (await rowOf(storage.key!))!.id),
    );
    const post = (path: string, body: object) =>
      call("POST", `/v1/recordings/${path}`, { token: tokens.compliance, body });
    for (const id of [hand, young])
      expect((await post(`${id}/erase`, { why: "x" })).data).toMatchObject({
        waitsUntil: expect.any(String) as string,
      });
    expect((await post(`${hold}/hold`, { reason: "x", reviewOn: "2099-01-01" })).status).toBe(201);
    expect((await post(`${hold}/release`, { reason: "x" })).status).toBe(200);
    // What worker/privacy-requests/erase-data.ts does.
    await broughtForward(request!, "2024-01-02");
    await eraseDue(env, Date.now() + DAY - 60_000);
    for (const { storage } of rows) expect(await there(storage.key!), storage.key).toBe(true);
    await eraseDue(env, Date.now() + DAY + 60_000);
    for (const { storage } of rows) expect(await there(storage.key!), storage.key).toBe(false);
  });
});

describe("an import of a provider's store", () => {
  const own: Env = {
    ...env,
    ...{
      AIRCALL_ID: "id",
      AIRCALL_TOKEN: "token",
      AIRCALL_COUNTRY: "GB",
      AIRCALL_HOOK_TOKEN: "hook",
    },
    ...{ TWILIO_ACCOUNT_SID: "AC1", TWILIO_AUTH_TOKEN: "t" },
  };
  const sid = (digit: string) => `RE${digit.repeat(32)}`;
  const asked: string[] = [];
  /** What the two providers have, by their documents. */
  const answers: Record<string, object> = {
    "/v1/calls/11": {
      call: { id: 11, started_at: 1_735_689_600, duration: 61, recording: "https://x/" },
    },
    "/v1/calls/12": { call: { id: 12, started_at: 1_735_689_600, duration: 61, recording: null } },
    "/v1/calls/13": {
      call: {
        id: 13,
        started_at: Math.floor(Date.now() / 1000),
        duration: 1,
        recording: "https://x/",
      },
    },
    [`/2010-04-01/Accounts/AC1/Recordings/${sid("a")}.json`]: {
      ...{
        sid: sid("a"),
        status: "completed",
        duration: "62",
        start_time: "Wed, 01 Jan 2025 00:00:00 +0000",
      },
    },
  };
  const row = (kind: "aircall" | "twilio", key: string, more: object = {}) => ({
    ...sample({
      provider: kind,
      providerId: key,
      storage: { kind, key },
      startedAt: OLD,
      seconds: 1,
    }),
    ...more,
  });
  const stand = () =>
    standIn(({ url }) => {
      const { pathname } = new URL(url);
      asked.push(pathname);
      const known = answers[pathname];
      return known ? Response.json(known) : new Response("", { status: 404 });
    });

  it("asks the provider about each first: date and length are its own, and made-up ids get no row", async () => {
    stand();
    const rows = [
      row("aircall", "11"),
      row("aircall", "12"),
      // One that is still to come, and one that its webhook is about to report.
      row("aircall", "500"),
      row("aircall", "13"),
      row("twilio", sid("a")),
      row("twilio", sid("b")),
      row("twilio", sid("a"), { provider: "x" }),
      row("twilio", sid("a"), { providerId: sid("c") }),
      { ...at("archive/a.mp3"), provider: "aircall", providerId: "501" },
    ];
    const { data } = await imported(own, tokens.compliance, rows);
    expect(outcome({ data })).toEqual([
      ...["added", "object-missing", "object-missing", "invalid"],
      ...["added", "object-missing", "invalid", "invalid", "invalid"],
    ]);
    const found = (await dump("recordings")) as {
      object: string;
      started_at: string;
      seconds: number;
    }[];
    expect(
      found.filter(({ object }) => /^(1\d|500|RE.*)$/.test(object)).map((r) => [r.started_at, r.seconds]),
    ).toEqual([
      ["2025-01-01T00:00:00.000Z", 61],
      ["2025-01-01T00:00:00.000Z", 62],
    ]);
  });

  it("asks about 50 at most", async () => {
    stand();
    asked.length = 0;
    const rows = Array.from({ length: 51 }, (_, i) => row("aircall", String(9000 + i)));
    const body = { rows };
    expect(
      (await under(own, "POST", "/v1/recordings/import", { token: tokens.compliance, body })).data,
    ).toMatchObject({
      code: "invalid",
      errors: [{ path: "rows" }],
    });
    expect(asked).toEqual([]);
  });
});

describe("a hook", () => {
  const HOOK = "https://cleardial.test/v1/hooks/twilio";
  const bucket = (): Env => ({ ...withS3(), TWILIO_ACCOUNT_SID: "AC1", TWILIO_AUTH_TOKEN: "t" });
  let sids = 0;
  const nextSid = () => `RE${String(++sids).padStart(32, "0")}`;
  const report = (key: string, sid = nextSid(), startedAt = new Date().toISOString()) => {
    const own = bucket();
    const params: Record<string, string> = {
      ...{ AccountSid: "AC1", RecordingStatus: "completed", CallSid: "", RecordingDuration: "1" },
      ...{ RecordingSid: sid, RecordingStartTime: startedAt },
      RecordingUrl: `${own.S3_ENDPOINT}/${own.S3_BUCKET}/${key}`,
    };
    return under(own, "POST", "/v1/hooks/twilio", {
      raw: new URLSearchParams(params).toString(),
      headers: { "x-twilio-signature": getExpectedTwilioSignature("t", HOOK, params) },
    });
  };

  it("of Twilio names no key of another's, none of a request, and nothing that is not there", async () => {
    for (const key of ["dialler/s3.mp3", "requests/r/f", "AC1/RE1.wav"])
      await laid(withS3(), sample({ storage: { kind: "s3", key } }));
    const before = (await dump("recordings")).length;
    expect(codeOf(await report("dialler/s3.mp3"))).toBe("key-not-yours");
    expect(codeOf(await report("requests/r/f"))).toBe("key-not-yours");
    expect(codeOf(await report("AC1/none.wav"))).toBe("object-missing");
    expect(await dump("recordings")).toHaveLength(before);
    const { data, status } = await report("AC1/RE1.wav");
    expect(status).toBe(201);
    const row = ((await dump("recordings")) as { id: string; bytes: number; etag: string | null }[]).find(
      ({ id }) => id === (data as RecordingArrived).id,
    );
    expect([row?.bytes, row?.etag === null]).toEqual([3, false]);
  });

  it("of Twilio gives no object of the company's an old day: an officer imports it, as Twilio's, by the id in its key", async () => {
    const [old, young] = [nextSid(), nextSid()];
    const row = (sid: string, key: string, more: object = {}) => ({
      ...at(key, { startedAt: OLD, storage: { kind: "s3", key } }),
      ...{ provider: "twilio", providerId: sid, ...more },
    });
    const rows = [row(old, `AC1/${old}.wav`)];
    // A bucket that has whatever is asked for, for as long as this says.
    let stored = Date.now();
    standIn(({ method }) => {
      if (method !== "HEAD") return null;
      const modified = { "last-modified": new Date(stored).toUTCString() };
      const headers = { "content-type": "audio/x-wav", "content-length": "3", etag: '"one"', ...modified };
      return new Response(null, { headers });
    });
    const before = (await dump("recordings")).length;
    const late = await report(`AC1/${old}.wav`, old, OLD);
    expect([late.status, late.data]).toEqual([200, { recording: null }]);
    expect(await dump("recordings")).toHaveLength(before);
    const tried = async (...some: object[]) => outcome(await imported(bucket(), tokens.compliance, some));
    // Twilio reports what is of today itself, also for a day after the audio was stored.
    const today = { startedAt: new Date(Date.now() - 60_000).toISOString() };
    expect(await tried(rows[0]!, { ...rows[0]!, ...today })).toEqual(["key-not-yours", "invalid"]);
    stored -= 1.1 * DAY;
    // No id is given to an object that does not name it: the recording of that id would be registered by nobody.
    // Nor to one in somebody else's folder.
    const others = [
      row(young, `AC1/${old}.wav`),
      row("RE", `AC1/${old}.wav`),
      row(young, `AC1/${young}.wav`, { storage: { kind: "r2", key: `AC1/${young}.wav` } }),
      row(young, `dialler/${young}.wav`),
    ];
    expect(await tried(...others)).toEqual(["invalid", "invalid", "invalid", "key-not-yours"]);
    expect(await tried(...rows)).toEqual(["added"]);
    const { id } = (await rowOf(`AC1/${old}.wav`))!;
    // A report that comes again is of that recording.
    expect(await report(`AC1/${old}.wav`, old, OLD)).toMatchObject({ status: 200, data: { id } });
  });
});
