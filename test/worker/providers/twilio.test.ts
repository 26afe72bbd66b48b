/** Twilio's webhook: signed by Twilio's own package, completed from its API, and quarantined outside the regions. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import type { Env } from "../../../worker/env.ts";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import { aTeam, dump, under } from "../helpers.ts";
import { dayOf, monthsLater } from "../../../shared/core/calendar.ts";
import { recordingOf, saveRecording, standIn } from "../recordings/kit.ts";

const ACCOUNT = `AC${"0".repeat(32)}`;
const own: Env = { ...env, TWILIO_ACCOUNT_SID: ACCOUNT, TWILIO_AUTH_TOKEN: "twilio-token" };
const london = {
  ...{ S3_ENDPOINT: "https://s3.eu-west-2.amazonaws.com", S3_BUCKET: "calls", S3_REGION: "eu-west-2" },
  ...{ S3_KEY_ID: "id", S3_SECRET: "secret" },
};
const tokens = aTeam();
beforeEach(() => env.DB.exec("DELETE FROM outbox"));
afterEach(() => vi.unstubAllGlobals());

const rows = async () => (await dump("recordings")).length;
const get = (data: unknown) => recordingOf(own, tokens.admin, data);
const mails = async () => (await dump("outbox")) as { template: string; recipient: string; vals: string }[];

const HOOK = "https://cleardial.test/v1/hooks/twilio";
let sids = 0;
const sid = (kind: string) => kind + (++sids).toString(16).padStart(32, "0");
const calls: Record<string, object> = {};
/** Child legs, by the parent's SID. */
const legs: Record<string, object[]> = {};
let api: Request[] = [];
/** A fake of Twilio's REST API, after its documentation: calls, and recordings with their audio. */
const audio = new Map<string, string>();
const answer = (request: Request): Response | null => {
  const url = new URL(request.url);
  if (url.host.endsWith(".amazonaws.com"))
    return new Response(null, {
      headers: { "content-type": "audio/x-wav", "content-length": "7", etag: '"one"' },
    });
  if (url.host !== "api.twilio.com") return null;
  api.push(request);
  if (request.headers.get("authorization") !== `Basic ${btoa(`${ACCOUNT}:twilio-token`)}`)
    return new Response("{}", { status: 401 });
  const parent = url.searchParams.get("ParentCallSid");
  if (url.pathname.endsWith(`/Accounts/${ACCOUNT}/Calls.json`))
    return Response.json({ calls: (parent && legs[parent]) || [], next_page_uri: null });
  const [, kind, id = "", type] =
    /\/2010-04-01\/Accounts\/AC0+\/(Calls|Recordings)\/(\w+)\.(\w+)$/.exec(url.pathname) ?? [];
  if (kind === "Calls")
    return calls[id]
      ? Response.json({ sid: id, status: "completed", ...calls[id] })
      : new Response("{}", { status: 404 });
  if (!audio.has(id)) return new Response("{}", { status: 404 });
  if (request.method === "DELETE" && type === "json") {
    audio.delete(id);
    return new Response(null, { status: 204 });
  }
  return new Response(audio.get(id), {
    headers: { "content-type": "audio/mpeg", "content-length": "10" },
  });
};
beforeEach(() => {
  api = [];
  standIn(answer);
});

/** Seconds of the recording's start, an hour ago: older than a day it would be imported. */
const START = Math.floor(Date.now() / 1000) - 3600;
const startedAt = new Date(START * 1000).toISOString();
const report = (more: Record<string, string> = {}) => {
  const params: Record<string, string> = {
    AccountSid: ACCOUNT,
    CallSid: sid("CA"),
    RecordingSid: sid("RE"),
    RecordingStatus: "completed",
    RecordingDuration: "61",
    RecordingStartTime: new Date(startedAt).toUTCString().replace("GMT", "+0000"),
    RecordingUrl: "https://api.twilio.com/any",
    ...more,
  };
  calls[params["CallSid"]!] ??= { to: "+442079460901", from: "client:ann", direction: "outbound-dial" };
  audio.set(params["RecordingSid"]!, "0123456789");
  return params;
};
const send = (
  params: Record<string, string>,
  { url = HOOK, path = "/v1/hooks/twilio", token = "twilio-token", signature = "" } = {},
) =>
  under(own, "POST", path, {
    raw: new URLSearchParams(params).toString(),
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": signature || getExpectedTwilioSignature(token, url, params),
    },
  });

it("is believed by Twilio's own package's signature, with and without the port, and by no other", async () => {
  const params = report({ Note: "ü +&=", Empty: "" });
  expect((await send(params)).status).toBe(201);
  expect((await send(report(), { url: "https://cleardial.test:443/v1/hooks/twilio" })).status).toBe(201);
  const query = "?announced=true&purpose=training&company=a%20b";
  const told = await send(report(), { url: HOOK + query, path: `/v1/hooks/twilio${query}` });
  expect(await get(told.data)).toMatchObject({ announced: true, purpose: "training" });
  const before = await rows();
  const refused = [
    await send(report(), { token: "another" }),
    await send(report(), { url: `${HOOK}/` }),
    await send(report(), { url: "http://cleardial.test/v1/hooks/twilio" }),
    await send(
      { ...params, RecordingSid: sid("RE") },
      { signature: getExpectedTwilioSignature("twilio-token", HOOK, params) },
    ),
    await send(report({ AccountSid: `AC${"1".repeat(32)}` })),
    await under(own, "POST", "/v1/hooks/twilio", { raw: "AccountSid=x" }),
  ];
  expect(refused.map((r) => r.status)).toEqual(refused.map(() => 403));
  expect(await rows()).toBe(before);
});

it("agrees with Twilio's package on any parameters", async () => {
  const { twilio } = await import("../../../worker/providers/twilio/hook.ts");
  const letters = ["a", "B", "é", "+", "&", "=", " ", "%", "😀", "0", "A"];
  for (let n = 0; n < 200; n++) {
    const word = (length: number) =>
      Array.from({ length }, (_, i) => letters[(n * 7 + i * 5 + length) % letters.length]).join("");
    const params = Object.fromEntries(
      Array.from({ length: n % 9 }, (_, i) => [word(1 + (i % 4)) + String(i), word(i % 5)]),
    );
    const url = `https://host${n}.example${n % 2 ? ":443" : ""}/v1/hooks/twilio?n=${n}`;
    const headers = new Headers({
      "x-twilio-signature": getExpectedTwilioSignature("twilio-token", url, params),
    });
    const body = new URLSearchParams(params).toString();
    const arrived = url.replace(":443", "");
    expect(await twilio.signed(own, { url: arrived, headers, body }, 0), body).toBe(true);
    expect(await twilio.signed(own, { url: arrived, headers, body: `${body}&x=1` }, 0)).toBe(false);
  }
});

it("number, agent and direction come from the call; what left no audio is no recording", async () => {
  const outbound = await get((await send(report())).data);
  expect(outbound).toMatchObject({
    ...{ provider: "twilio", number: "+442079460901", agent: "client:ann", direction: "outbound" },
    ...{ startedAt, seconds: 61, region: "US", by: "hook:twilio" },
    ...{ announced: false, purpose: "quality" },
  });
  const inbound = report();
  calls[inbound["CallSid"]!] = { to: "+442079460000", from: "anonymous", direction: "inbound" };
  expect(await get((await send(inbound)).data)).toMatchObject({
    number: null,
    agent: null,
    direction: "inbound",
  });
  const trunk = report();
  calls[trunk["CallSid"]!] = {
    to: "+442079460000",
    from: "+442079460903",
    direction: "trunking-originating",
  };
  expect(await get((await send(trunk)).data)).toMatchObject({
    number: "+442079460903",
    direction: "inbound",
  });
  const { CallSid: _, ...conference } = report({ ConferenceSid: sid("CF") });
  expect(await get((await send(conference)).data)).toMatchObject({
    number: null,
    direction: null,
    seconds: 61,
  });
  for (const RecordingStatus of ["in-progress", "absent", "failed"])
    expect((await send(report({ RecordingStatus }))).data).toEqual({ recording: null });
  // A repeated callback does not ask the API again.
  const again = report();
  await send(again);
  api = [];
  expect([(await send(again)).status, api.length]).toEqual([200, 0]);
});

it("a softphone's call is to whom its second leg goes, as a recording names the first", async () => {
  const softphone = (
    more: object[],
    first: object = { from: "client:ann", to: "", direction: "inbound" },
  ) => {
    const params = report();
    const parent = params["CallSid"]!;
    calls[parent] = first;
    legs[parent] = more;
    return params;
  };
  /** `began`: seconds after the recording did. */
  const to = (number: string, began: number, status = "completed") => ({
    ...{ sid: sid("CA"), to: number, from: "+442079460000", direction: "outbound-dial", status },
    start_time: new Date((START + began) * 1000).toUTCString().replace("GMT", "+0000"),
  });
  const customer = to("+442079460911", -20);
  const { data } = await send(softphone([to("+442079460910", -20, "canceled"), customer]));
  const called = { number: "+442079460911", agent: "client:ann", direction: "outbound" };
  expect(await get(data)).toMatchObject(called);
  // Twilio's call list names the child leg too: it is the same call.
  const known = (await dump("calls")) as { provider_id: string; number: number }[];
  expect(known.filter(({ number }) => number === 442079460911).map((c) => c.provider_id)).toEqual([
    customer.sid,
  ]);
  // Twilio rings the softphone first, or dials one number after another: each has its own recording.
  const begun = softphone([to("+442079460912", 540), to("+442079460911", -20)], {
    ...{ from: "+442079460000", to: "client:ann", direction: "outbound-api" },
  });
  expect(await get((await send(begun)).data)).toMatchObject(called);
  const between = softphone([to("client:bob", -20)]);
  expect(await get((await send(between)).data)).toMatchObject({ number: null });
});

it("what Twilio uploads to the configured bucket lies there; of any other bucket nobody could say that it is gone", async () => {
  const bucket: Env = { ...own, ...london };
  const post = (RecordingUrl: string) => {
    const params = report({ RecordingUrl });
    return under(bucket, "POST", "/v1/hooks/twilio", {
      raw: new URLSearchParams(params).toString(),
      headers: { "x-twilio-signature": getExpectedTwilioSignature("twilio-token", HOOK, params) },
    });
  };
  const before = await rows();
  for (const [n, host] of [
    "https://calls.s3.eu-west-2.amazonaws.com",
    "https://s3.eu-west-2.amazonaws.com/calls",
    "https://calls.s3.amazonaws.com",
  ].entries()) {
    const { data } = await post(`${host}/AC1/RE${n}.wav`);
    expect(data, host).toMatchObject({ quarantined: false });
    expect(await get(data)).toMatchObject({ region: "GB", storage: { kind: "s3", key: `AC1/RE${n}.wav` } });
  }
  for (const elsewhere of [
    "https://other.s3.eu-west-2.amazonaws.com/x.wav",
    "https://calls.s3.eu-west-2.amazonaws.com.example/x",
    "https://s3.eu-west-2.amazonaws.com/callsx/y",
    "https://twilio.com.example/x",
  ])
    expect((await post(elsewhere)).data, elsewhere).toMatchObject({ code: "store-unknown" });
  expect(await rows()).toBe(before + 3);
});

it("where Twilio cannot say whose call it was, it is told to try again, and nothing is half registered", async () => {
  const params = report();
  const call = calls[params["CallSid"]!]!;
  delete calls[params["CallSid"]!];
  const before = await rows();
  expect((await send(params)).data).toMatchObject({ status: 502, code: "store-failed" });
  expect(await rows()).toBe(before);
  calls[params["CallSid"]!] = call;
  expect((await send(params)).status).toBe(201);
});

it("outside the regions it is quarantined, told of by mail, opened by nobody, and erased on its day", async () => {
  const { data } = await send(report());
  const eraseAfter = monthsLater(dayOf(startedAt, "Europe/London"), 12);
  expect(data).toMatchObject({ quarantined: true, eraseAfter });
  await send(report());
  const told = (await mails()).filter((m) => m.template === "recording-outside");
  // One mail a person and day, not one a recording.
  expect(told.map((m) => m.recipient).sort()).toEqual(["ada@example.com", "compliance@example.com"]);
  expect(JSON.parse(told[0]!.vals)).toEqual({ provider: "twilio", region: "US" });
  const recording = await get(data);
  const path = `/v1/recordings/${recording.id}/audio?purpose=request`;
  api = [];
  for (const token of [tokens.compliance, tokens.manager])
    expect((await under(own, "GET", path, { token })).data).toMatchObject({
      code: "recording-quarantined",
    });
  expect(api).toEqual([]);
  await eraseDue(own, Date.parse(`${eraseAfter}T03:17:00Z`), { only: recording.id });
  expect(audio.has(recording.providerId!)).toBe(false);
  expect(await get(data)).toMatchObject({ state: "erased" });
});

it("is erased there with the next run where policy wants that", async () => {
  await saveRecording({ outsideRegions: "erase" });
  const { data } = await send(report());
  const recording = await get(data);
  expect(recording).toMatchObject({ quarantined: true, rule: "outside-regions" });
  await eraseDue(own, Date.now(), { only: recording.id });
  expect(audio.has(recording.providerId!)).toBe(false);
  expect(await get(data)).toMatchObject({ state: "erased", rule: "outside-regions" });
  await saveRecording({ outsideRegions: "keep" });
});

it("inside the regions it is heard from Twilio by ranges, also where Twilio sends the whole", async () => {
  await saveRecording({ regions: ["GB", "US"] });
  const { id } = await get((await send(report())).data);
  const path = `/v1/recordings/${id}/audio?purpose=quality`;
  const part = await under(own, "GET", path, { token: tokens.manager, headers: { range: "bytes=3-5" } });
  expect([part.status, new TextDecoder().decode(part.bytes)]).toEqual([206, "345"]);
  await saveRecording({ regions: ["GB"] });
});
