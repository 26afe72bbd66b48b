/** Audio: who may listen, for what, in which ranges, and how it is stored. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Role } from "../../../shared/people/api.ts";
import type { Env } from "../../../worker/env.ts";
import { MAX_AUDIO } from "../../../worker/recordings/audio.ts";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import { storeOf } from "../../../worker/storage/index.ts";
import { aTeam, call, dump, integration, MINUTE, roles, under } from "../helpers.ts";
import { arrive, broughtForward, diallerOf, sample, saveRecording, standIn, withS3 } from "./kit.ts";

const tokens = aTeam();
let s3: Env;
beforeAll(() => {
  s3 = withS3();
});
afterEach(() => vi.unstubAllGlobals());

const audio = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7 + (i >> 8)) % 256);
const hash = bytesToHex(sha256(audio));
const put = async (id: string, raw: Uint8Array, { token = "", headers = {}, own = s3 } = {}) =>
  under(own, "PUT", `/v1/recordings/${id}/audio`, {
    token: token || (await diallerOf(tokens.admin)),
    raw: raw as Uint8Array<ArrayBuffer>,
    headers: { "content-type": "audio/mpeg", "content-length": String(raw.length), ...headers },
  });
const open = (id: string, { token = tokens.manager, purpose = "quality", range = "", own = s3 } = {}) =>
  under(own, "GET", `/v1/recordings/${id}/audio?purpose=${purpose}`, {
    token,
    ...(range && { headers: { range } }),
  });
const openings = async (id: string) =>
  ((await dump("audit")) as { code: string; subject: string }[]).filter(
    ({ code, subject }) => code === "opened.recording-audio" && subject === id,
  ).length;

describe.each(["r2", "s3"] as const)("in %s", (kind) => {
  it("what was put comes back, whole and by ranges, through no cache and by no link", async () => {
    const id = await arrive(
      s3,
      tokens.admin,
      sample({ storage: { kind }, sha256: hash, bytes: audio.length }),
    );
    expect((await open(id)).data).toMatchObject({ status: 404, code: "audio-missing" });
    expect((await put(id, audio)).data).toEqual({ bytes: audio.length, sha256: hash });
    const whole = await open(id);
    expect(whole.status).toBe(200);
    expect(bytesToHex(sha256(whole.bytes))).toBe(hash);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      "cache-control": "no-store",
      "content-type": "audio/mpeg",
      "accept-ranges": "bytes",
      "content-length": String(audio.length),
    });
    expect(whole.headers.get("location")).toBeNull();

    const last = audio.length - 1;
    const ranges: [string, number, number][] = [
      ["bytes=0-0", 0, 0],
      ["bytes=1000-70000", 1000, 70_000],
      [`bytes=${last}-`, last, last],
      ["bytes=-500", last - 499, last],
      ["bytes=-900000", 0, last],
      ["bytes=299990-999999", 299_990, last],
    ];
    for (const [range, from, to] of ranges) {
      const part = await open(id, { range });
      expect([part.status, part.headers.get("content-range")], range).toEqual([
        206,
        `bytes ${from}-${to}/${audio.length}`,
      ]);
      const digest = (bytes: Uint8Array) => `${bytes.length} ${bytesToHex(sha256(bytes))}`;
      expect(digest(part.bytes), range).toBe(digest(audio.slice(from, to + 1)));
    }
    for (const range of [`bytes=${audio.length}-`, "bytes=-0"]) {
      const none = await open(id, { range });
      expect([none.status, none.bytes.length, none.headers.get("content-range")], range).toEqual([
        416,
        0,
        `bytes */${audio.length}`,
      ]);
    }
    for (const range of ["bytes=5-4", "bytes=0-1,4-5", "bytes=-", "words=0-1"])
      expect([(await open(id, { range })).status, range]).toEqual([200, range]);
    expect(await openings(id)).toBe(1 + ranges.length + 4);
  });

  it("what is not what was announced is not kept, and what is there is not written over", async () => {
    const id = await arrive(s3, tokens.admin, sample({ storage: { kind }, sha256: hash }));
    const other = audio.slice().fill(1, 7, 8);
    expect((await put(id, other)).data).toMatchObject({ status: 422, code: "audio-differs" });
    expect((await open(id)).data).toMatchObject({ code: "audio-missing" });
    expect((await put(id, audio)).status).toBe(200);
    expect((await put(id, audio)).data).toMatchObject({ status: 409, code: "audio-there" });
    const sized = await arrive(s3, tokens.admin, sample({ storage: { kind }, bytes: 5 }));
    expect((await put(sized, audio)).data).toMatchObject({ code: "audio-differs" });
  });
});

describe("putting", () => {
  it("is for the integration that registered it; only audio of a length that is said and taken", async () => {
    const id = await arrive(s3, tokens.admin, sample());
    for (const token of [tokens.manager, tokens.compliance, tokens.admin])
      expect((await put(id, audio, { token })).data).toMatchObject({ code: "role-not-allowed" });
    const other = await integration(tokens.admin, ["recordings:write"]);
    expect((await put(id, audio, { token: other })).data).toMatchObject({ code: "not-found" });
    expect((await put(id, audio, { headers: { "content-type": "text/html" } })).data).toMatchObject({
      status: 415,
      code: "not-audio",
    });
    const large = String(MAX_AUDIO + 1);
    expect((await put(id, audio, { headers: { "content-length": large } })).data).toMatchObject({
      status: 413,
    });
    expect((await put(id, audio, { headers: { "content-length": "much" } })).data).toMatchObject({
      status: 411,
    });
    // Another content type has the usual limit: for the Idempotency-Key the Worker would keep the body in memory.
    const long = new Uint8Array(2_000_000);
    const keyed = { "content-type": "text/plain", "idempotency-key": "a-key-for-none" };
    expect((await put(id, long, { headers: keyed })).data).toMatchObject({ status: 413 });
    // With an Idempotency-Key the Worker still must not keep the audio in memory.
    const headers = { "idempotency-key": "a-key-for-audio" };
    expect((await put(id, audio, { headers })).status).toBe(200);
    expect(await storeOf(env, "r2")!.head((await idOf(id)).storage.key)).toMatchObject({
      size: audio.length,
    });
  });
});

it("audio that arrives while its recording is erased does not stay behind", async () => {
  const id = await arrive(s3, tokens.admin, sample({ storage: { kind: "s3" } }));
  const { storage } = await idOf(id);
  standIn(async ({ method }) => {
    if (method === "PUT") await eraseDue(s3, Date.now() + 500 * 86_400_000, { only: id });
    return null;
  });
  expect((await put(id, audio)).data).toMatchObject({ status: 410, code: "recording-erased" });
  expect(await storeOf(s3, "s3")!.head(storage.key)).toBeNull();
  expect(await put(id, audio)).toMatchObject({ status: 410 });
});

it("nor does it where the store's answer is lost", async () => {
  const id = await arrive(s3, tokens.admin, sample({ storage: { kind: "s3" } }));
  const { storage } = await idOf(id);
  const real = globalThis.fetch;
  standIn(async (request) => {
    if (request.method !== "PUT") return null;
    await eraseDue(s3, Date.now() + 500 * 86_400_000, { only: id });
    await real(request);
    return new Response(null, { status: 500 });
  });
  expect((await put(id, audio)).data).toMatchObject({ status: 410, code: "recording-erased" });
  expect(await storeOf(s3, "s3")!.head(storage.key)).toBeNull();
});

it("nor where its day comes meanwhile and the store then erases nothing for an hour", async () => {
  const id = await arrive(s3, tokens.admin, sample({ storage: { kind: "s3" } }));
  const { storage } = await idOf(id);
  let down = false;
  standIn(async ({ method }) => {
    if (method === "DELETE" && down) return new Response(null, { status: 500 });
    if (method === "PUT") {
      await broughtForward(id, "2026-01-01");
      await eraseDue(s3, Date.now(), { only: id });
      down = true;
    }
    return null;
  });
  await put(id, audio);
  down = false;
  await eraseDue(s3, Date.now() + 60 * MINUTE, { only: id });
  expect(await storeOf(s3, "s3")!.head(storage.key)).toBeNull();
  expect(await dump("certificates")).toContainEqual(expect.objectContaining({ recording: id, was: "there" }));
});

const idOf = async (id: string) =>
  (await under(s3, "GET", `/v1/recordings/${id}`, { token: tokens.admin })).data as {
    storage: { key: string };
  };

describe("opening", () => {
  let id: string;
  beforeAll(async () => {
    id = await arrive(s3, tokens.admin, sample({ storage: { kind: "s3" } }));
    await put(id, audio);
  });
  const answers = async (ask: (role: Role) => ReturnType<typeof open>) =>
    Object.fromEntries(
      await Promise.all(roles.map(async (role): Promise<[Role, number]> => [role, (await ask(role)).status])),
    );

  it("is for the roles that policy names", async () => {
    const all = () => answers((role) => open(id, { token: tokens[role] }));
    expect(await all()).toEqual({ agent: 403, manager: 200, compliance: 200, admin: 403 });
    await saveRecording({ openedBy: ["agent", "admin"] });
    expect(await all()).toEqual({ agent: 200, manager: 403, compliance: 403, admin: 200 });
    await saveRecording({ openedBy: ["manager", "compliance"] });
    expect((await call("GET", `/v1/recordings/${id}/audio?purpose=quality`)).status).toBe(401);
  });

  it("wants a purpose, one that policy knows, and is on the trail with it before anything is given", async () => {
    expect((await under(s3, "GET", `/v1/recordings/${id}/audio`, { token: tokens.manager })).status).toBe(
      422,
    );
    expect((await open(id, { purpose: "curiosity" })).status).toBe(422);
    await saveRecording({ purposes: ["quality"] });
    expect((await open(id, { purpose: "training" })).data).toMatchObject({ code: "purpose-not-allowed" });
    await saveRecording({ purposes: ["training", "quality", "protection", "request"] });

    expect((await open(id, { purpose: "protection", range: "bytes=2-4" })).status).toBe(206);
    const { payload } = (await env.DB.prepare(
      "SELECT payload FROM audit_payload ORDER BY seq DESC LIMIT 1",
    ).first<{ payload: string }>())!;
    expect(JSON.parse(payload)).toEqual({ purpose: "protection", country: null, offset: 2, length: 3 });

    // If the trail cannot be written, nothing is answered, and nothing is read from the store.
    let read = 0;
    standIn(({ method }) => {
      if (method === "GET") read++;
      return null;
    });
    const LEDGER = { idFromName: () => null, get: () => ({ commit: () => Promise.resolve("no trail") }) };
    const silent = { ...s3, LEDGER } as unknown as Env;
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    expect((await open(id, { own: silent })).status).toBe(500);
    expect(read).toBe(0);
    log.mockRestore();
  });

  it("nobody opens what lies outside the policy's regions, and a store that fails is said to", async () => {
    await saveRecording({ regions: ["IE"] });
    expect(await answers((role) => open(id, { token: tokens[role] }))).toEqual({
      ...{ agent: 403, manager: 403, compliance: 403, admin: 403 },
    });
    expect((await open(id)).data).toMatchObject({ code: "recording-quarantined" });
    expect((await put(id, audio)).data).toMatchObject({ code: "recording-quarantined" });
    await saveRecording({ regions: ["GB"] });
    standIn(() => new Response("no", { status: 500 }));
    expect((await open(id)).data).toMatchObject({ status: 502, code: "store-failed" });
    expect((await open(id, { own: env })).data).toMatchObject({ code: "store-unknown" });
  });
});
