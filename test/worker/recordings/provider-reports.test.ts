/** Reports of providers, each with its own signature, sent twice or forged; test/worker/providers has Twilio's. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RecordingsState } from "../../../shared/recordings/api.ts";
import type { Env } from "../../../worker/env.ts";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import { aTeam, DAY, dump, integration, under } from "../helpers.ts";
import { imported, laid, recordingOf, sample, standIn } from "./kit.ts";

const SECRET = "secret-of-the-hook";
const own: Env = {
  ...env,
  HOOK_SECRET: SECRET,
  AIRCALL_HOOK_TOKEN: "aircall-hook-token",
  AIRCALL_ID: "id",
  AIRCALL_TOKEN: "token",
  AIRCALL_COUNTRY: "GB",
};
const tokens = aTeam();
afterEach(() => vi.unstubAllGlobals());

const rows = async () => (await dump("recordings")).length;
const get = (data: unknown) => recordingOf(own, tokens.admin, data);

describe("generic", () => {
  const sign = async (body: string, at: number, secret = SECRET) => {
    const encoder = new TextEncoder();
    const key = await crypto.subtle.importKey(
      "raw",
      encoder.encode(secret),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign"],
    );
    const mac = await crypto.subtle.sign("HMAC", key, encoder.encode(`${at}.${body}`));
    return `sha256=${[...new Uint8Array(mac)].map((b) => b.toString(16).padStart(2, "0")).join("")}`;
  };
  const send = async (body: string, { at = Date.now() / 1000, signature = "", secret = SECRET } = {}) => {
    const seconds = Math.floor(at);
    return under(own, "POST", "/v1/hooks/generic", {
      raw: body,
      headers: {
        "x-cleardial-timestamp": String(seconds),
        "x-cleardial-signature": signature || (await sign(body, seconds, secret)),
      },
    });
  };

  it("registers what it reports, once", async () => {
    const body = JSON.stringify(
      await laid(env, sample({ storage: { kind: "r2", key: "generic/hook-1.mp3" } })),
    );
    const before = await rows();
    const first = await send(body);
    expect([first.status, first.data]).toMatchObject([201, { quarantined: false }]);
    const again = await send(body);
    expect([again.status, again.data]).toEqual([200, first.data]);
    const twice = JSON.stringify(
      await laid(env, sample({ storage: { kind: "r2", key: "generic/hook-2.mp3" } })),
    );
    const both = await Promise.all([send(twice), send(twice), send(twice)]);
    expect(both.map((r) => r.status).sort()).toEqual([200, 200, 201]);
    expect(await rows()).toBe(before + 2);
    expect(await get(first.data)).toMatchObject({
      by: "hook:generic",
      storage: { key: "generic/hook-1.mp3" },
    });
  });

  it("a wrong secret, another body, an old or a future time, or none of them, changes nothing", async () => {
    const before = await rows();
    const body = JSON.stringify(
      await laid(env, sample({ storage: { kind: "r2", key: "generic/hook-3.mp3" } })),
    );
    const now = Date.now() / 1000;
    const refused = [
      await send(body, { secret: "another" }),
      await send(`${body} `, { signature: await sign(body, Math.floor(now)) }),
      await send(body, { at: now - 302 }),
      await send(body, { at: now + 302 }),
      await send(body, { signature: "sha256=" }),
      await under(own, "POST", "/v1/hooks/generic", { raw: body }),
    ];
    expect(refused.map((r) => [r.status, (r.data as { code: string }).code])).toEqual(
      refused.map(() => [403, "hook-refused"]),
    );
    expect((await under(env, "POST", "/v1/hooks/generic", { raw: body })).status).toBe(404);
    expect((await under(own, "POST", "/v1/hooks/constructor", { raw: body })).status).toBe(404);
    expect((await send("{")).status).toBe(422);
    expect((await send(JSON.stringify({ ...sample(), direction: "sideways" }))).status).toBe(422);
    expect((await send(JSON.stringify(sample()))).data).toMatchObject({ errors: [{ path: "storage.key" }] });
    expect(await rows()).toBe(before);
    expect((await send(body, { at: now - 295 })).status).toBe(201);
  });

  it("speaks for no provider, for no owner of a key, of no old call, and of nothing that is not there", async () => {
    await integration(tokens.admin, ["recordings:write"], "Owner", "owned/");
    const before = await rows();
    const at = (key: string, more: object = {}) => ({ ...sample({ storage: { kind: "r2", key } }), ...more });
    for (const key of ["owned/a.mp3", "requests/r/f", "generic/old.mp3", "generic/x.mp3"])
      await laid(env, at(key));
    const sid = `RE${"0".repeat(32)}`;
    const codes = [
      at("generic/x.mp3", { provider: "twilio" }),
      at("generic/x.mp3", { storage: { kind: "twilio", key: sid } }),
      at("generic/x.mp3", { storage: { kind: "aircall", key: "123" } }),
      at("owned/a.mp3"),
      at("requests/r/f"),
      at("generic/old.mp3", { startedAt: "2024-01-01T00:00:00Z" }),
      at("generic/none.mp3"),
      at("generic/x.mp3", { storage: { kind: "s3", key: "generic/x.mp3" } }),
    ].map(async (body) => ((await send(JSON.stringify(body))).data as { code: string }).code);
    expect(await Promise.all(codes)).toEqual([
      ...[
        "invalid",
        "invalid",
        "invalid",
        "key-not-yours",
        "key-not-yours",
        "recording-old",
        "object-missing",
        // Nobody could look: the sender tries again.
        "store-later",
      ],
    ]);
    expect(await rows()).toBe(before);
  });
});

describe("aircall", () => {
  let ids = 4_000_000;
  const STARTED = Math.floor(Date.now() / 1000) - 60;
  const LONG_AGO = STARTED - 2 * 86_400;
  const event = (call: object = {}, more: object = {}) => ({
    ...{ resource: "call", event: "call.ended", timestamp: 1_795_000_000, token: "aircall-hook-token" },
    data: {
      ...{ id: ++ids, direction: "outbound", status: "done", started_at: STARTED, duration: 42 },
      ...{ raw_digits: "+44 20 7946 0902", user: { id: 1, name: "Ann", email: "ann@example.com" } },
      recording: "https://audio.aircall.example/signed",
      ...call,
    },
    ...more,
  });
  const send = (body: object) =>
    under(own, "POST", "/v1/hooks/aircall", {
      raw: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
  /** A double of Aircall's REST API, by its document. */
  const calls = new Map<string, string | null>();
  const answer = ({ url, method, headers }: Request): Response | null => {
    const { host, pathname } = new URL(url);
    if (host === "audio.aircall.example") {
      const range = /bytes=(\d+)-(\d+)/.exec(headers.get("range") ?? "");
      const [from, to] = [Number(range?.[1]), Number(range?.[2])];
      return new Response("abcdefghij".slice(from, to + 1), {
        status: 206,
        headers: { "content-type": "audio/mpeg", "content-range": `bytes ${from}-${to}/10` },
      });
    }
    if (host !== "api.aircall.io") return null;
    if (headers.get("authorization") !== `Basic ${btoa("id:token")}`)
      return new Response("", { status: 403 });
    const [, id = "", recording] = /^\/v1\/calls\/(\d+)(\/recording)?$/.exec(pathname) ?? [];
    if (!calls.has(id)) return new Response("", { status: 404 });
    if (method === "DELETE" && recording) {
      calls.set(id, null);
      return new Response(null, { status: 200 });
    }
    const call = { id: Number(id), recording: calls.get(id), started_at: LONG_AGO, duration: 42 };
    return Response.json({ call });
  };
  beforeEach(() => standIn(answer));

  it("is believed by the webhook's own token, and registers a call's recording once", async () => {
    const body = event();
    const first = await send(body);
    expect([first.status, (await send(body)).status]).toEqual([201, 200]);
    expect(await get(first.data)).toMatchObject({
      ...{
        provider: "aircall",
        number: "+442079460902",
        agent: "ann@example.com",
        seconds: 42,
        region: "GB",
      },
      ...{ startedAt: new Date(STARTED * 1000).toISOString(), quarantined: false },
    });
    const before = await rows();
    for (const token of ["another", "", undefined, 7])
      expect((await send(event({}, { token }))).status).toBe(403);
    // Another event, or a call that was not recorded, gets 200: after failures Aircall would switch the webhook off.
    for (const other of [event({}, { event: "call.hungup" }), event({ recording: null })])
      expect([(await send(other)).status, (await send(other)).data]).toEqual([200, { recording: null }]);
    expect(await rows()).toBe(before);
    expect(await get((await send(event({ raw_digits: "anonymous", user: null }))).data)).toMatchObject({
      ...{ number: null, agent: null },
    });
  });

  it("of more than a day ago registers nothing, whatever day it names: the desk shows it, and an officer imports it", async () => {
    const old = event({ started_at: Math.floor(Date.now() / 1000) - 86_460 });
    const id = String(old.data.id);
    calls.set(id, "https://audio.aircall.example/signed");
    const before = await rows();
    // 200: after failures Aircall would switch the webhook off, and what comes next would be lost.
    for (const body of [old, event({ started_at: 1_600_000_000 })])
      expect(await send(body)).toMatchObject({ status: 200, data: { recording: null } });
    expect(await rows()).toBe(before);
    await eraseDue(own, Date.now() + 400 * DAY);
    expect(calls.get(id)).not.toBeNull();
    const { data } = await under(own, "GET", "/v1/recordings/state", { token: tokens.compliance });
    expect((data as RecordingsState).refused!.filter((one) => one.id === "hook:aircall")).toMatchObject([
      { name: "webhook aircall", why: "old", n: 2 },
    ]);
    // Aircall's own day counts, whatever the officer's list says; and its report is known from then on.
    const storage = { kind: "aircall", key: id } as const;
    const row = sample({ provider: "aircall", providerId: id, startedAt: "2024-01-01T00:00:00Z", storage });
    expect((await imported(own, tokens.compliance, [row])).data).toMatchObject({
      results: [{ status: "added", due: false }],
    });
    expect((await send(old)).data).toMatchObject({ quarantined: false });
  });

  it("is heard by an address that only the Worker sees, erased by Aircall's API, and gone then", async () => {
    const { id, providerId } = await get((await send(event())).data);
    calls.set(providerId!, "https://audio.aircall.example/signed");
    const listen = () =>
      under(own, "GET", `/v1/recordings/${id}/audio?purpose=quality`, {
        token: tokens.manager,
        headers: { range: "bytes=2-4" },
      });
    const part = await listen();
    expect([part.status, new TextDecoder().decode(part.bytes)]).toEqual([206, "cde"]);
    expect(part.headers.get("location")).toBeNull();
    // Wherever the answer says that it is.
    calls.set(providerId!, "https://10.0.0.5/signed");
    expect((await listen()).data).toMatchObject({ code: "store-failed" });
    calls.set(providerId!, "https://audio.aircall.example/signed");
    await eraseDue(own, Date.parse("2030-01-01T00:00:00Z"), { only: id });
    expect(calls.get(providerId!)).toBeNull();
    expect((await listen()).data).toMatchObject({ code: "recording-erased" });
  });

  it("is asked no more in a run than it answers in a minute, and what lies elsewhere does not wait for it", async () => {
    const { id } = await get((await send(event())).data);
    await env.DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 70)
       INSERT INTO recordings (id, provider, ref, provider_id, started_at, started_on, store, object, region, erase_after,
         rule, months, by, at)
       SELECT 'many-' || i, provider, ref || i, provider_id, started_at, started_on, iif(i = 70, 'r2', store), 9000 + i,
         region, '2029-01-01', rule, months, by, at FROM recordings, n WHERE id = ?`,
    )
      .bind(id)
      .run();
    for (let i = 1; i < 70; i++) calls.set(String(9000 + i), "https://audio.aircall.example/signed");
    // https://developer.aircall.io/api-references/#rate-limiting: 60 a minute.
    let asked = 0;
    standIn((request) => {
      if (!request.url.startsWith("https://api.aircall.io/")) return answer(request);
      return ++asked > 60 ? new Response("", { status: 429 }) : answer(request);
    });
    const many = async () =>
      ((await dump("recordings")) as { id: string; state: string; store: string; failures: number }[]).filter(
        (row) => row.id.startsWith("many-"),
      );
    let left = 69;
    for (let run = 0; left > 0 && run < 9; run++) {
      asked = 0;
      await eraseDue(own, Date.parse("2029-06-01T00:00:00Z") + run * 300_000);
      expect((await many()).filter((row) => row.store === "r2" && row.state === "erased")).toHaveLength(1);
      left = (await many()).filter((row) => row.state !== "erased").length;
    }
    expect([left, (await many()).filter((row) => row.failures > 0)]).toEqual([0, []]);
  });
});
