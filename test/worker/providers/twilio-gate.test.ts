/** Twilio at the gate: what its own package signed is answered in TwiML, as that package writes it, and nothing else is answered. */
import { env } from "cloudflare:workers";
import VoiceResponse from "twilio/lib/twiml/VoiceResponse.js";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import { beforeAll, describe, expect, it } from "vitest";
import type { Env } from "../../../worker/env.ts";
import { aTeam, call, dump, push, setPolicy, today, under } from "../helpers.ts";

const ACCOUNT = `AC${"0".repeat(32)}`;
const own: Env = { ...env, TWILIO_ACCOUNT_SID: ACCOUNT, TWILIO_AUTH_TOKEN: "secret" };
const [CLEAR, LISTED, OURS] = ["+442079460001", "+442079460000", "+442079460100"];
const tokens = aTeam();
let id = "";
beforeAll(async () => {
  for (const list of ["tps", "ctps"]) await push(tokens.admin, list, [LISTED]);
  await setPolicy(({ identity }) => ({ identity: { ...identity, ownNumbers: [OURS] } }));
  const body = { name: "Twilio", scopes: ["gate"], until: today() };
  const made = await call("POST", "/v1/tokens", { token: tokens.admin, body });
  id = (made.data as { person: { id: string } }).person.id;
});

let calls = 0;
async function ask(
  params: Record<string, string>,
  {
    path = `/v1/gate/twilio/${id}?callerId=${encodeURIComponent(OURS)}`,
    secret = "secret",
    tampered = {},
  } = {},
) {
  const form: Record<string, string> = {
    ...{ AccountSid: ACCOUNT, CallSid: `CA${String(++calls).padStart(32, "0")}`, To: CLEAR },
    ...{ From: "client:agent@example.com", Direction: "inbound", ...params },
  };
  const url = `https://cleardial.test${path}`;
  return under(own, "POST", path, {
    raw: new URLSearchParams({ ...form, ...tampered }).toString(),
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": getExpectedTwilioSignature(secret, url, form),
    },
  });
}

describe("Twilio's request", () => {
  it("dials what was judged, in E.164, showing our number", async () => {
    const { status, text, headers } = await ask({ To: "020 7946 0001" });
    expect([status, headers.get("content-type")]).toEqual([200, expect.stringContaining("text/xml")]);
    const twiml = new VoiceResponse();
    twiml.dial({ callerId: OURS }).number(CLEAR);
    expect(text).toBe(twiml.toString());
    const [row] = (await dump("gate_calls")) as { call: string; agent: string; person: number }[];
    expect([row!.agent, typeof row!.person]).toEqual(["client:agent@example.com", "number"]);
  });
  it.each([
    ["999", "999"],
    ["sip:999@acme.sip.twilio.com", "999"],
    ["sip:112@acme.sip.dublin.ie1.twilio.com;transport=udp", "112"],
    ["tel:112;phone-context=+44", "112"],
    ["Ambulance 999", "999"],
    ["sip:141999@acme.sip.twilio.com", "141999"],
    ["242", "242"],
  ])("dials a service by its digits alone: %s", async (To, digits) => {
    for (const From of ["client:agent", "sip:ann@acme.sip.twilio.com"]) {
      const { text } = await ask({ To, From });
      const twiml = new VoiceResponse();
      twiml.dial({ callerId: OURS }).number(digits);
      expect(text).toBe(twiml.toString());
    }
  });
  it("rings an extension at the caller's own SIP domain, and at no other", async () => {
    const rings = async (To: string, From: string) =>
      /<Dial[^>]*>(.*)<\/Dial>/.exec((await ask({ To, From })).text)?.[1];
    const From = "sip:ann@acme.sip.twilio.com:5061;transport=tls";
    const twiml = new VoiceResponse();
    twiml.dial({ callerId: OURS }).sip("sip:242@acme.sip.twilio.com");
    expect((await ask({ To: "sip:242@ACME.sip.twilio.com;user=phone?x=1", From })).text).toBe(
      twiml.toString(),
    );
    for (const [to, from] of [
      ["sip:242@evil.sip.twilio.com", From],
      ["sip:242@acme.sip.twilio.com.evil.example", "sip:ann@acme.sip.twilio.com.evil.example"],
      ["sip:242@pbx.example", "sip:ann@pbx.example"],
      ["sip:242@acme.sip.twilio.com", "client:ann"],
    ] as const)
      expect(await rings(to, from), to).toBe("<Number>242</Number>");
  });
  it("says why not, and hangs up", async () => {
    const { status, text } = await ask({ To: LISTED });
    expect(status).toBe(200);
    expect(text).toMatch(
      /<Response><Say language="en-GB">Do not call\. On TPS .*<\/Say><Hangup\/><\/Response>$/,
    );
    expect(text).not.toContain("<Dial");
  });
  it("puts nothing of the caller's into the markup", async () => {
    const { text } = await ask({ To: '<Number>+442079460001</Number>"&' });
    expect(text).not.toContain("<Dial");
    expect(text.match(/<Number>/g)).toBeNull();
  });
  it("that nobody signed, or that was changed, is not answered", async () => {
    expect((await ask({}, { secret: "another" })).status).toBe(403);
    expect((await ask({ To: LISTED }, { tampered: { To: CLEAR } })).status).toBe(403);
    expect((await ask({ AccountSid: `AC${"1".repeat(32)}` })).status).toBe(403);
    expect((await under(own, "POST", `/v1/gate/twilio/${id}?callerId=x`, { raw: "To=1" })).status).toBe(403);
    const off = { ...own, TWILIO_AUTH_TOKEN: "" };
    expect((await under(off, "POST", `/v1/gate/twilio/${id}?callerId=x`, { raw: "To=1" })).status).toBe(404);
  });
  it("without a number to show, or with one that is not ours, dials nothing", async () => {
    expect((await ask({}, { path: `/v1/gate/twilio/${id}` })).status).toBe(422);
    const { text } = await ask({}, { path: `/v1/gate/twilio/${id}?callerId=%2B442079460199` });
    expect(text).toContain("<Hangup/>");
  });
  it("sent twice gets the same answer, from one row", async () => {
    const CallSid = `CA${"f".repeat(32)}`;
    const [one, two] = [await ask({ CallSid, To: LISTED }), await ask({ CallSid, To: LISTED })];
    expect(two.text).toBe(one.text);
    const rows = (await dump("gate_calls")) as { call: string }[];
    expect(rows.filter(({ call: sid }) => sid === CallSid)).toHaveLength(1);
  });
  it("for somebody who is no system with the scope, or is one no more, is not answered", async () => {
    const { data } = await call("GET", "/v1/me", { token: tokens.agent });
    const person = (data as { person: { id: string } }).person.id;
    for (const other of ["none", person])
      expect(
        (await ask({}, { path: `/v1/gate/twilio/${other}?callerId=${encodeURIComponent(OURS)}` })).status,
      ).toBe(401);
    await call("PATCH", `/v1/people/${id}`, { token: tokens.admin, body: { active: false } });
    expect((await ask({})).status).toBe(401);
  });
});
