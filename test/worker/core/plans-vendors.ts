/** For plans.long.test.ts: routes that vendors ask or are asked by, with their doubles. */
import { env } from "cloudflare:workers";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import { holding } from "../connectors/held.ts";
import { doubleOf, fill } from "../connectors/kit.ts";
import { making } from "../connectors/makers.ts";
import { call, noFolder, setPolicy, today } from "../helpers.ts";
import { CLIENT, ISSUER, LyingProvider } from "../people/provider.ts";
import { laid, sample, standIn } from "../recordings/kit.ts";
import type { Case, Cases, World } from "./plans-kit.ts";
import { decided } from "./plans-requests.ts";

const connector = (world: World): string =>
  `/v1/connectors/${world.made<{ id: string }>("POST /v1/connectors").id}`;
/** A vendor that holds some contacts, from now on. */
const crm = () => {
  const double = doubleOf("hubspot");
  fill(double, "hubspot", ["020 7946 0001", "020 7946 0002"]);
  return double;
};
const connectorBody = () => {
  const { setup, way, secret } = crm();
  return { kind: "hubspot", name: "Our CRM", setup, way, secret };
};
const onConnector =
  (path: string, body?: () => object): Case =>
  (world) => {
    crm();
    return { path: `${connector(world)}${path}`, token: world.tokens.admin, ...(body && { body: body() }) };
  };

/** Where somebody signs in to a new connector. */
async function signingIn(token: string): Promise<string> {
  const secret = { clientId: "client", clientSecret: "secret" };
  const body = { ...connectorBody(), way: "signIn", secret };
  const { data } = await call("POST", "/v1/connectors", { token, body });
  return `/v1/connectors/${(data as { id: string }).id}/sign-in`;
}

const ACCOUNT = `AC${"0".repeat(32)}`;
const OURS = "+442079460100";
async function hmac(secret: string, text: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["sign"]);
  const mac = await crypto.subtle.sign("HMAC", key, encoder.encode(text));
  return [...new Uint8Array(mac)].map((b) => b.toString(16).padStart(2, "0")).join("");
}

export const vendorCases: Cases = {
  // The change of it names no field for consents any more.
  "POST /v1/connectors": ({ tokens }) => {
    const { setup, ...body } = connectorBody();
    const objects = setup.objects.map((object) => ({ ...object, consentOut: "consent_out" }));
    return {
      path: "/v1/connectors",
      token: tokens.admin,
      body: { ...body, setup: { ...setup, objects } },
    };
  },
  "PUT /v1/connectors/{id}": onConnector("", connectorBody),
  "POST /v1/connectors/{id}/test": onConnector("/test"),
  "POST /v1/connectors/{id}/fields": (world) => {
    making(crm(), "hubspot");
    return { path: `${connector(world)}/fields`, token: world.tokens.admin, body: { make: true } };
  },
  "POST /v1/connectors/{id}/runs": onConnector("/runs", () => ({ trial: true })),
  "POST /v1/connectors/{id}/switch": async (world) => {
    const { id } = world.made<{ id: string }>("POST /v1/connectors");
    await env.DB.prepare("UPDATE connectors SET tried_at = ? WHERE id = ?").bind(today(), id).run();
    return { path: `${connector(world)}/switch`, token: world.tokens.admin, body: { active: true } };
  },
  "POST /v1/requests/{id}/systems/{system}/erase": async (world) => {
    const { id: connector } = world.made<{ id: string }>("POST /v1/connectors");
    const vendor = doubleOf("hubspot");
    holding(vendor, "hubspot");
    const records = fill(vendor, "hubspot", ["020 7946 0001"]).map((id) => ({ object: "contacts", id }));
    await setPolicy(() => ({
      recipients: [
        {
          ...{ kind: "connector", name: "HubSpot", host: "api.hubapi.com", role: "processor", country: "IE" },
          ...{ contract: "DPA", fields: ["number"], erases: true },
        },
      ],
    }));
    const id = await decided(world, { decision: "comply" }, { kind: "erasure" });
    // As a look has found them.
    const found = records.map((one) => ({
      ...one,
      ...{ what: ["record"], link: null, erasedOn: null, goneOn: null, why: null },
    }));
    const row = await env.DB.prepare(
      "UPDATE request_systems SET records = ? WHERE request = ? AND connector = ? RETURNING id",
    )
      .bind(JSON.stringify(found), id, connector)
      .first<{ id: string }>();
    return {
      path: `/v1/requests/${id}/systems/${row!.id}/erase`,
      token: world.tokens.compliance,
      body: { records },
    };
  },
  "POST /v1/connectors/{id}/sign-in": async ({ tokens }) => ({
    path: await signingIn(tokens.admin),
    token: tokens.admin,
  }),
  "GET /connector-sign-in": async ({ tokens }) => {
    const { data } = await call("POST", await signingIn(tokens.admin), { token: tokens.admin });
    const state = new URL((data as { url: string }).url).searchParams.get("state")!;
    standIn(() => Response.json({ access_token: "a", refresh_token: "r", token_type: "bearer", hub_id: 1 }));
    return { path: `/connector-sign-in?code=x&state=${state}` };
  },
  "POST /v1/connectors/{id}/sign-in/confirm": async ({ tokens }) => {
    const path = await signingIn(tokens.admin);
    const { data } = await call("POST", path, { token: tokens.admin });
    const state = new URL((data as { url: string }).url).searchParams.get("state")!;
    standIn(() => Response.json({ access_token: "a", refresh_token: "r", token_type: "bearer", hub_id: 1 }));
    const { text } = await call("GET", `/connector-sign-in?code=x&state=${state}`);
    const code = /<strong>(\w{4}-\w{4})</.exec(text)![1]!;
    return { path: `${path}/confirm`, token: tokens.admin, body: { code } };
  },
  "POST /v1/connectors/{id}/stop": onConnector("/stop"),
  "GET /v1/callable": ({ systems }) => ({
    path: "/v1/callable?campaign=general&limit=5",
    token: systems.callable,
  }),
  "DELETE /v1/connectors/{id}": onConnector(""),
  "POST /v1/gate/twilio/{integration}": async ({ tokens }) => {
    const body = { name: "Twilio", scopes: ["gate"], until: today() };
    const made = await call("POST", "/v1/tokens", { token: tokens.admin, body });
    const { id } = (made.data as { person: { id: string } }).person;
    const path = `/v1/gate/twilio/${id}?callerId=${encodeURIComponent(OURS)}`;
    const form = {
      ...{ AccountSid: ACCOUNT, CallSid: `CA${"1".repeat(32)}`, To: "+442079460001" },
      ...{ From: "client:agent@example.com", Direction: "inbound" },
    };
    return {
      path,
      raw: new URLSearchParams(form).toString(),
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "x-twilio-signature": getExpectedTwilioSignature("secret", `https://cleardial.test${path}`, form),
      },
      vars: { TWILIO_ACCOUNT_SID: ACCOUNT, TWILIO_AUTH_TOKEN: "secret" },
    };
  },
  "POST /v1/hooks/{provider}": async () => {
    standIn(() => null);
    const report = await laid(env, sample({ storage: { kind: "r2", key: "generic/plans.mp3" } }));
    const raw = JSON.stringify(report);
    const at = String(Math.floor(Date.now() / 1000));
    return {
      path: "/v1/hooks/generic",
      raw,
      headers: {
        "x-cleardial-timestamp": at,
        "x-cleardial-signature": `sha256=${await hmac("hook", `${at}.${raw}`)}`,
      },
      vars: { HOOK_SECRET: "hook" },
    };
  },
  "PUT /v1/hooks/{provider}/prefix": async ({ tokens }) => {
    await noFolder("id = 'hook:generic'");
    return {
      path: "/v1/hooks/generic/prefix",
      token: tokens.admin,
      body: { prefix: "others/" },
      vars: { HOOK_SECRET: "hook" },
    };
  },
  "POST /v1/sso": async () => {
    const provider = await LyingProvider.start();
    const nonce = `nonce-${"n".repeat(20)}`;
    provider.claims = { nonce, email: "agent@example.com", email_verified: true, sub: "the agent" };
    return {
      path: "/v1/sso",
      body: {
        ...{ code: "good-code", verifier: "v".repeat(43), nonce },
        redirectUri: "https://gjfncemgbmfcpbjhhncdmgalholdbemp.chromiumapp.org/sso",
      },
      vars: { OIDC_ISSUER: ISSUER, OIDC_CLIENT_ID: CLIENT, OIDC_NAME: "Example ID" },
    };
  },
};
