/**
 * A CRM's administrator signs in, in the browser: against `oidc-provider` (test/oauth-gate.ts), whose answers get what the
 * vendors' documents say that theirs have and lack.
 */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, inject, it, vi } from "vitest";
import type { Connector, ConnectorsAnswer, ConnectorTest } from "../../../shared/connectors/api.ts";
import { kinds } from "../../../shared/connectors/kinds.ts";
import { secretEnds, sensitiveScopes } from "../../../shared/connectors/settings.ts";
import type { ConsentsAnswer } from "../../../shared/do-not-call/api-consents.ts";
import { rescreen, takeSlice } from "../../../worker/connectors/run.ts";
import { pendingPurposeOf, purposeOf } from "../../../worker/connectors/rows.ts";
import { markTurned } from "../../../worker/connectors/turned.ts";
import { keepSignedIn } from "../../../worker/connectors/sign-in/keep.ts";
import { forgetRecipients } from "../../../worker/policy/egress.ts";
import { resolver } from "../../../worker/policy/resolver.ts";
import type { Change } from "../../../worker/core/change.ts";
import { ledgerOf } from "../../../worker/core/commit.ts";
import type { Env } from "../../../worker/env.ts";
import { seal, unseal } from "../../../worker/core/seal.ts";
import { aTeam, call, DAY, dump, join, push, setPolicy, under } from "../helpers.ts";
import { ask, drain, driven, last, own, run, waiting } from "./drive.ts";

const tokens = aTeam();
driven.tokens = tokens;
const provider = inject("oauth");
const HUBSPOT = "https://api.hubapi.com";
const HOST = "https://acme.my.salesforce.com";
type Kind = "hubspot" | "salesforce";
type Answer = Record<string, unknown>;

/** What the vendor changes of the provider's answers, what its API was sent, and HubSpot's contacts, a page each. */
let vendor: {
  changes: (answer: Answer) => Answer | Promise<Answer>;
  instead: (() => Response) | null;
  ended: boolean;
  sent: string[];
  asked: Answer[];
  records: { id: string; properties: Answer }[];
  /** A token that it refuses for good; and what was asked to be revoked. */
  dead: string;
  revoked: Answer[];
};
const vendorOf = (changes: (typeof vendor)["changes"]) => ({
  ...{ changes, instead: null, ended: false },
  ...{ sent: [], asked: [], records: [], dead: "", revoked: [] },
});
const real = globalThis.fetch;
const isTokens = ({ href }: URL) =>
  href === `${HUBSPOT}/oauth/2026-03/token` || href === `${HOST}/services/oauth2/token`;
const isRevocation = ({ href }: URL) =>
  href === `${HUBSPOT}/oauth/2026-03/token/revoke` || href === `${HOST}/services/oauth2/revoke`;
beforeAll(() => void (vendor = vendorOf((answer) => answer)));
afterEach(() => vi.unstubAllGlobals());

const { verdict, date, reasons } = kinds.hubspot.fields;
const FIELDS = [verdict, date, reasons, "consent_at", "consent_for", "consent_proof"];

async function answered(request: Request, { pathname, searchParams }: URL): Promise<Response> {
  if (pathname.startsWith("/crm/v3/properties/"))
    return Response.json({ results: FIELDS.map((name) => ({ name, type: "string" })) });
  if (request.method === "POST") {
    const { inputs } = await request.json<{ inputs: { id: string; properties: Answer }[] }>();
    for (const { id, properties } of inputs)
      Object.assign(vendor.records.find((one) => one.id === id)!.properties, properties);
    return Response.json({ status: "COMPLETE", results: inputs.map(({ id }) => ({ id })) });
  }
  const at = Number(searchParams.get("after") ?? 0);
  return Response.json({
    ...{ results: vendor.records.slice(at, at + 1), records: [], done: true },
    ...(at + 1 < vendor.records.length && { paging: { next: { after: String(at + 1) } } }),
  });
}

function answering(changes: (typeof vendor)["changes"] = (answer) => answer): void {
  vendor = vendorOf(changes);
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const type = { "content-type": "application/x-www-form-urlencoded" };
    if (isRevocation(url)) {
      if (vendor.instead) return vendor.instead();
      const body = await request.text();
      vendor.revoked.push(Object.fromEntries(new URLSearchParams(body)));
      return real(`${provider}/token/revocation`, { method: "POST", headers: type, body });
    }
    if (!isTokens(url)) {
      const authorization = request.headers.get("authorization") ?? "";
      vendor.sent.push(authorization);
      if (authorization === vendor.dead) return Response.json({ category: "EXPIRED" }, { status: 401 });
      // Whatever they said, both end a token when they like.
      if (vendor.ended) {
        vendor.ended = false;
        return Response.json({ category: "EXPIRED_AUTHENTICATION" }, { status: 401 });
      }
      return answered(request, url);
    }
    if (vendor.instead) return vendor.instead();
    const form = await request.text();
    vendor.asked.push(Object.fromEntries(new URLSearchParams(form)));
    const answer = await real(`${provider}/token`, { method: "POST", headers: type, body: form });
    const data = await answer.json<Answer>();
    return Response.json(answer.ok ? await vendor.changes(data) : { ...data, status: "BAD_REFRESH_TOKEN" }, {
      status: answer.status,
    });
  });
}
/** As the vendors' documents have it. */
const hubspot = ({ id_token: _, ...answer }: Answer): Answer => ({
  ...{ ...answer, expires_in: 1800, token_type: "bearer" },
  ...{ hub_id: 62515, scopes: String(answer["scope"]).split(" ") },
});
const salesforce = ({ expires_in: _, ...answer }: Answer): Answer => ({
  ...{ ...answer, signature: "VA0jxT+xl3HUdw1+Fz2f+47OD3AV490hgNhhkFYvPLE=", issued_at: "1676372418560" },
  ...{ instance_url: HOST, id: "https://login.salesforce.com/id/00D/005", id_token: "ey.ey.ey" },
});

const bodyOf = (kind: Kind, own: Answer = {}) => ({
  kind,
  name: "Our CRM",
  way: "signIn",
  setup: {
    settings: kind === "salesforce" ? { host: HOST } : {},
    objects: kinds[kind].objects.slice(0, 1),
    fields: kinds[kind].fields,
  },
  secret: { clientId: kind === "hubspot" ? "still" : "rotating", clientSecret: "a-secret-of-the-app" },
  ...own,
});
async function connected(kind: Kind, own: Answer = {}): Promise<string> {
  const made = await call("POST", "/v1/connectors", { token: tokens.admin, body: bodyOf(kind, own) });
  expect(made.status, made.text).toBe(201);
  expect((made.data as Connector).signIn).toMatchObject({ at: null, account: "", endsAt: null });
  return (made.data as Connector).id;
}
async function begin(id: string, token = tokens.admin): Promise<URL> {
  const { status, data, text } = await call("POST", `/v1/connectors/${id}/sign-in`, { token });
  expect(status, text).toBe(200);
  return new URL((data as { url: string }).url);
}
/** The vendor's administrator agrees: the address that their browser is sent back to. */
const agree = async ({ search }: URL): Promise<string> => {
  const to = await (await real(`${provider}/agree${search}`)).text();
  expect(to).toMatch(/^https:\/\/cleardial\.test\/connector-sign-in\?code=/);
  return to.replace("https://cleardial.test", "");
};
const codeOn = ({ text }: { text: string }) => /<strong>(\w{4}-\w{4})<\/strong>/.exec(text)?.[1] ?? "";
const confirm = (id: string, code: string, token = tokens.admin) =>
  call("POST", `/v1/connectors/${id}/sign-in/confirm`, { token, body: { code } });
/** The browser comes back; where that ends well, its code is typed on the desk. */
async function end(id: string, back: string, token = tokens.admin) {
  const page = await call("GET", back);
  if (page.status === 200) {
    const done = await confirm(id, codeOn(page), token);
    expect(done.status, done.text).toBe(200);
  }
  return page;
}
const signIn = async (id: string, token = tokens.admin) =>
  end(id, await agree(await begin(id, token)), token);
const shown = async (id: string) =>
  ((await call("GET", "/v1/connectors", { token: tokens.admin })).data as ConnectorsAnswer).connectors.find(
    (one) => one.id === id,
  )!;
/** The daily renewal is of all connectors. */
async function removeAll(): Promise<void> {
  const { data } = await call("GET", "/v1/connectors", { token: tokens.admin });
  for (const { id } of (data as ConnectorsAnswer).connectors)
    await call("DELETE", `/v1/connectors/${id}`, { token: tokens.admin });
}
const tested = async (id: string) =>
  (await call("POST", `/v1/connectors/${id}/test`, { token: tokens.admin })).data as ConnectorTest;
const later = (minutes: number) => vi.spyOn(Date, "now").mockReturnValue(Date.now() + minutes * 60_000);

it("HubSpot: with the least rights and PKCE; its tokens do not rotate, and are renewed when they end", async () => {
  answering(hubspot);
  const id = await connected("hubspot");
  const url = await begin(id);
  expect(url.origin + url.pathname).toBe("https://app.hubspot.com/oauth/authorize");
  const { state, code_challenge: challenge, ...rest } = Object.fromEntries(url.searchParams);
  expect(rest).toEqual({
    response_type: "code",
    client_id: "still",
    redirect_uri: "https://cleardial.test/connector-sign-in",
    scope: "oauth crm.objects.contacts.read crm.objects.contacts.write",
    code_challenge_method: "S256",
  });
  const page = await end(id, await agree(url));
  expect(page.text).toContain("62515 lets ClearDial read and write its records, as the connector Our CRM");
  expect(page.headers.get("referrer-policy")).toBe("no-referrer");
  // Who reads the browser's history, the database, the trail or the API has neither verifier nor token.
  const { code_verifier: verifier } = vendor.asked[0] as { code_verifier: string };
  const plain = (base64: string) => atob(base64.replaceAll("-", "+").replaceAll("_", "/"));
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  expect(plain(challenge!)).toBe(String.fromCharCode(...new Uint8Array(hash)));
  for (const said of [verifier, id, "connector"]) expect(plain(state!)).not.toContain(said);
  await tested(id);
  const [first] = vendor.sent;
  expect(first).toMatch(/^Bearer .{20}/);
  const rows = (await dump("connectors")) as { secret: string }[];
  const sealed = rows.map(({ secret }) => plain(secret));
  const kept = JSON.stringify([rows, sealed, await dump("audit_payload"), await shown(id)]);
  expect(sealed.join()).not.toContain("clientId");
  for (const secret of [verifier, first!.slice(7), "a-secret-of-the-app"]) expect(kept).not.toContain(secret);
  expect((await shown(id)).signIn).toMatchObject({
    account: "62515",
    at: expect.stringMatching(/^20/) as string,
  });

  for (const _ of [1, 2]) {
    vendor.ended = true;
    await tested(id);
  }
  expect(vendor.asked.map((one) => one["grant_type"])).toEqual([
    ...["authorization_code", "refresh_token", "refresh_token"],
  ]);
  expect(new Set(vendor.sent).size).toBe(3);
  expect(new Set(vendor.asked.slice(1).map((one) => one["refresh_token"])).size).toBe(1);
});

it("HubSpot: asks for those scopes of sensitive properties that the set-up names, and no others", async () => {
  answering(hubspot);
  const { setup } = bodyOf("hubspot");
  const named = ["crm.objects.contacts.sensitive.read", "crm.objects.contacts.highly_sensitive.read"];
  const id = await connected("hubspot", {
    setup: { ...setup, settings: { sensitive: named.join(" ") } },
  });
  const scopes = (await begin(id)).searchParams.get("scope")!.split(" ");
  expect(scopes).toEqual(["oauth", "crm.objects.contacts.read", "crm.objects.contacts.write", ...named]);
  for (const other of [
    "yes",
    "crm.objects.deals.read",
    `${named[0]} `,
    `${named[0]} crm.schemas.contacts.write`,
  ])
    expect(other).not.toMatch(sensitiveScopes.pattern);
});

it("Salesforce: at its own My Domain, without an end of its tokens; its refresh tokens may be good for one use", async () => {
  answering(salesforce);
  const id = await connected("salesforce");
  const url = await begin(id);
  expect(url.href).toMatch(/^https:\/\/acme\.my\.salesforce\.com\/services\/oauth2\/authorize\?/);
  expect(url.searchParams.get("scope")).toBe("api refresh_token");
  expect((await end(id, await agree(url))).status).toBe(200);
  expect((await shown(id)).signIn!.account).toBe(HOST);
  // An address has no capitals, however it was entered.
  const { setup } = bodyOf("salesforce");
  const settings = { host: "https://ACME.my.salesforce.com" };
  const other = await connected("salesforce", { setup: { ...setup, settings } });
  expect((await signIn(other)).status).toBe(200);
  for (const _ of [1, 2, 3]) {
    vendor.ended = true;
    await tested(id);
  }
  const used = vendor.asked.flatMap((one) => (one["refresh_token"] as string | undefined) ?? []);
  expect([used.length, new Set(used).size]).toEqual([3, 3]);
});

it("in another account than the set-up's, or than before, nothing is taken", async () => {
  answering((answer) => ({ ...salesforce(answer), instance_url: "https://other.my.salesforce.com" }));
  const id = await connected("salesforce");
  const other = await signIn(id);
  expect([other.status, other.text.includes("the account https://other.my.salesforce.com")]).toEqual([
    400,
    true,
  ]);
  expect((await shown(id)).signIn!.at).toBeNull();

  answering(hubspot);
  const hub = await connected("hubspot");
  expect((await signIn(hub)).status).toBe(200);
  answering((answer) => ({ ...hubspot(answer), hub_id: 777 }));
  expect((await signIn(hub)).text).toContain("This was the account 777");
  expect((await shown(hub)).signIn!.account).toBe("62515");
});

it("the account is the one that was signed in to first, also with other credentials, or the one that the set-up names", async () => {
  answering(hubspot);
  const id = await connected("hubspot");
  expect((await signIn(id)).status).toBe(200);
  const { data } = await call("PUT", `/v1/connectors/${id}`, {
    token: tokens.admin,
    body: bodyOf("hubspot"),
  });
  expect((data as Connector).signIn).toEqual({ at: null, account: "62515", endsAt: null, over: null });
  answering((answer) => ({ ...hubspot(answer), hub_id: 777 }));
  expect((await signIn(id)).text).toContain("This was the account 777");
  const of = (portal: string) => {
    const { setup, ...rest } = bodyOf("hubspot");
    return { ...rest, setup: { ...setup, settings: { portal } } };
  };
  const another = await call("PUT", `/v1/connectors/${id}`, { token: tokens.admin, body: of("777") });
  expect(another.data).toMatchObject({ code: "invalid", errors: [{ path: "setup.settings.portal" }] });
  const named = await connected("hubspot", of("62515"));
  expect((await signIn(named)).text).toContain("This was the account 777");
  answering(hubspot);
  for (const one of [id, named]) expect((await signIn(one)).status).toBe(200);
});

it("a refresh token that is good for one use is used by one at a time; what is stored alone is on the trail", async () => {
  answering(salesforce);
  await removeAll();
  const id = await connected("salesforce");
  expect((await signIn(id)).status).toBe(200);
  await tested(id);
  vendor.dead = vendor.sent.at(-1)!;
  vendor.asked.length = 0;
  const renewals = async () =>
    ((await dump("audit")) as { code: string; subject: string }[]).filter(
      (row) => row.code === "connector.token-renewed" && row.subject === id,
    ).length;
  const answers = await Promise.all([tested(id), keepSignedIn(env, Date.now), tested(id)]);
  expect(answers.map((one) => one?.error ?? "")).not.toContainEqual(expect.stringMatching(/sign-in|token/));
  const used = vendor.asked.map((one) => one["refresh_token"]);
  expect(new Set(used).size).toBe(used.length);
  expect(await renewals()).toBe(used.length);
  expect((await shown(id)).error).toBeNull();

  // One who died while asking is waited for a minute.
  const { secret } = (await env.DB.prepare("SELECT secret FROM connectors WHERE id = ?").bind(id).first<{
    secret: string;
  }>())!;
  const left = { ...(await unseal(env, purposeOf(id), secret)), claimed: String(Date.now() + 60_000) };
  const held = await seal(env, purposeOf(id), left);
  await env.DB.prepare("UPDATE connectors SET secret = ? WHERE id = ?").bind(held, id).run();
  await keepSignedIn(env, () => Date.now() + 61_000);
  expect(vendor.asked.length).toBe(used.length + 1);

  // Other credentials, entered while it is renewed, stay.
  const before = await renewals();
  vendor.changes = async (answer) => {
    await call("PUT", `/v1/connectors/${id}`, { token: tokens.admin, body: bodyOf("salesforce") });
    return salesforce(answer);
  };
  await keepSignedIn(env, Date.now);
  expect((await shown(id)).signIn!.at).toBeNull();
  expect(await renewals()).toBe(before);
});

const remove = (id: string, own: Env = env) =>
  under(own, "DELETE", `/v1/connectors/${id}`, { token: tokens.admin });
/** What the trail says of each access that was ended at the vendor, or was not. */
async function endedOf(id: string): Promise<object[]> {
  const { results } = await env.DB.prepare(
    `SELECT payload FROM audit JOIN audit_payload USING (seq) WHERE code = 'connector.revoked' AND subject = ?
     ORDER BY seq`,
  )
    .bind(id)
    .all<{ payload: string }>();
  return results.map(({ payload }) => JSON.parse(payload) as object);
}
/** The Worker whose next change on the trail comes after `work`, or is not written. */
function between(work: () => Promise<unknown>): Env {
  const ledger = ledgerOf(env);
  let done = false;
  const commit = async (change: Change) => {
    if (!done) {
      done = true;
      const refusal = await work();
      if (typeof refusal === "string") return refusal;
    }
    return ledger.commit(change);
  };
  const written = () => ledger.written();
  const archived = (upTo: number) => ledger.archived(upTo);
  const LEDGER = { idFromName: () => null, get: () => ({ commit, written, archived }) };
  return { ...env, LEDGER } as unknown as Env;
}
const isGood = async (kind: Kind, refreshToken: string) => {
  const { clientId, clientSecret } = bodyOf(kind).secret;
  const form = { grant_type: "refresh_token", refresh_token: refreshToken };
  const body = new URLSearchParams({ ...form, client_id: clientId, client_secret: clientSecret });
  return (await real(`${provider}/token`, { method: "POST", body })).ok;
};
const refreshTokenOf = async (id: string) => {
  const row = await env.DB.prepare("SELECT secret FROM connectors WHERE id = ?").bind(id).first<{
    secret: string;
  }>();
  return (await unseal(env, purposeOf(id), row!.secret))!["refreshToken"]!;
};

it("who removes a connector ends its access at the vendor, where that answers: the trail says whether", async () => {
  for (const [kind, changes] of [
    ["hubspot", hubspot],
    ["salesforce", salesforce],
  ] as const) {
    answering(changes);
    const id = await connected(kind);
    expect((await signIn(id)).status).toBe(200);
    expect((await remove(id)).status).toBe(200);
    expect(await endedOf(id)).toEqual([{ kind, name: "Our CRM", revoked: true }]);
    expect(await isGood(kind, vendor.revoked[0]!["token"] as string)).toBe(false);
  }
  answering(hubspot);
  const [id, idle] = [await connected("hubspot"), await connected("hubspot")];
  expect((await signIn(id)).status).toBe(200);
  vendor.instead = () => new Response("", { status: 503 });
  for (const one of [id, idle]) expect((await remove(one)).status).toBe(200);
  expect(await endedOf(id)).toEqual([{ kind: "hubspot", name: "Our CRM", revoked: false, why: "503" }]);
  expect(await endedOf(idle)).toEqual([]);
});

it("access ends with the connector, and not before: where the removal is not written, it goes on", async () => {
  answering(salesforce);
  const id = await connected("salesforce");
  expect((await signIn(id)).status).toBe(200);
  const quiet = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const refused = between(() => Promise.resolve("D1_ERROR: the database is away"));
  expect((await remove(id, refused)).status).toBe(500);
  quiet.mockRestore();
  expect(vendor.revoked).toEqual([]);
  // What was renewed just before is what ends.
  const renewed = between(async () => {
    vendor.ended = true;
    await tested(id);
  });
  const first = await refreshTokenOf(id);
  expect((await remove(id, renewed)).status).toBe(200);
  expect(vendor.revoked).toHaveLength(1);
  expect(vendor.revoked[0]!["token"]).not.toBe(first);
  expect(await isGood("salesforce", vendor.revoked[0]!["token"] as string)).toBe(false);
});

it("a token that comes once its connector is gone, or has other credentials, is stored nowhere and ends", async () => {
  const put = (id: string) =>
    call("PUT", `/v1/connectors/${id}`, { token: tokens.admin, body: bodyOf("salesforce") });
  for (const work of [remove, put]) {
    answering(salesforce);
    const id = await connected("salesforce");
    expect((await signIn(id)).status).toBe(200);
    let granted = "";
    vendor.changes = async (answer) => {
      granted = String(answer["refresh_token"]);
      await work(id);
      return salesforce(answer);
    };
    vendor.ended = true;
    await call("POST", `/v1/connectors/${id}/test`, { token: tokens.admin });
    expect(vendor.revoked.map((one) => one["token"])).toContain(granted);
    expect(await isGood("salesforce", granted)).toBe(false);
  }
});

it("a sign-in counts once, within a quarter of an hour, for the connector and by the code that it was begun for", async () => {
  answering(hubspot);
  const id = await connected("hubspot");
  const url = await begin(id);
  // Somebody else's code, in the address of a sign-in that they have read.
  const theirs = new URL(await agree(await begin(id)), "https://cleardial.test");
  theirs.searchParams.set("state", url.searchParams.get("state")!);
  const stolen = await call("GET", theirs.pathname + theirs.search);
  expect([stolen.status, stolen.text.includes("It said: 400 invalid_grant")]).toEqual([400, true]);
  const back = await agree(url);
  const clock = later(16);
  expect((await call("GET", back)).text).toContain("longer than a quarter of an hour");
  clock.mockRestore();
  const rest = back.replace(/state=[^&]+/, "state=AAAA");
  for (const path of [
    rest,
    "/connector-sign-in",
    ...["", "A"].map((said) => `/connector-sign-in?code=x&state=${said}`),
  ])
    expect((await call("GET", path)).text).toContain("was not opened by a sign-in");
  expect((await call("GET", back)).status).toBe(200);
  expect((await call("GET", back)).text).toContain("it was signed in already");
});

it("what nobody confirms ends at the CRM: once its time is over, once another is granted, or with the credentials", async () => {
  answering(salesforce);
  await removeAll();
  const id = await connected("salesforce");
  const waiting = async () => {
    const code = codeOn(await call("GET", await agree(await begin(id))));
    const row = (await dump("connectors")) as { id: string; pending: string }[];
    const sealed = row.find((one) => one.id === id)!.pending;
    const { refreshToken } = (await unseal(env, pendingPurposeOf(id), sealed))!;
    return { code, token: refreshToken! };
  };
  const isOver = async ({ code, token }: Awaited<ReturnType<typeof waiting>>) => {
    expect((await confirm(id, code)).data).toMatchObject({ code: "connector-code" });
    expect(vendor.revoked.map((one) => one["token"])).toContain(token);
    expect(await isGood("salesforce", token)).toBe(false);
  };
  const first = await waiting();
  const second = await waiting();
  await isOver(first);
  await call("PUT", `/v1/connectors/${id}`, { token: tokens.admin, body: bodyOf("salesforce") });
  await isOver(second);
  expect((await signIn(id)).status).toBe(200);
  const third = await waiting();
  await keepSignedIn(env, () => Date.now() + 14 * 60_000);
  expect((await shown(id)).signIn).toHaveProperty("waits");
  await keepSignedIn(env, () => Date.now() + 16 * 60_000);
  await isOver(third);
  expect((await shown(id)).signIn).not.toHaveProperty("waits");
  expect(await eventsOf(id, "connector.sign-in-lapsed")).toBe(1);
  // What is in use goes on.
  vendor.sent.length = 0;
  vendor.ended = true;
  await tested(id);
  expect((await shown(id)).signIn).toMatchObject({ over: null, account: HOST });
  const fourth = await waiting();
  expect((await remove(id)).status).toBe(200);
  expect(vendor.revoked.map((one) => one["token"])).toContain(fourth.token);
});

describe("what a CRM granted to a sign-in that ends in nothing is ended there at once", () => {
  const revokedLast = () => vendor.revoked.map((one) => one["token"]);
  const otherHost = { instance_url: "https://other.my.salesforce.com" };
  let granted: Answer = {};
  const granting =
    (own: Answer = {}) =>
    (answer: Answer): Answer =>
      (granted = { ...salesforce(answer), ...own });

  it("of another account than the set-up's", async () => {
    answering(granting(otherHost));
    const id = await connected("salesforce");
    expect((await signIn(id)).status).toBe(400);
    expect(revokedLast()).toEqual([granted["refresh_token"]]);
    expect(await isGood("salesforce", String(granted["refresh_token"]))).toBe(false);
    expect(await eventsOf(id, "connector.revoked")).toBe(1);
  });

  it("also where the trail does not take it: the page says why the sign-in was refused", async () => {
    answering(granting(otherHost));
    const id = await connected("salesforce");
    const path = await agree(await begin(id));
    const page = await under(
      between(() => Promise.resolve("no room")),
      "GET",
      path,
    );
    expect(page.status).toBe(400);
    expect(page.text).toContain("other.my.salesforce.com");
    expect(revokedLast()).toEqual([granted["refresh_token"]]);
    expect(await eventsOf(id, "connector.revoked")).toBe(0);
  });

  it("of a connector that was removed meanwhile: no code is shown for it", async () => {
    answering(salesforce);
    const id = await connected("salesforce");
    vendor.changes = async (answer) => {
      await remove(id);
      return granting()(answer);
    };
    const page = await call("GET", await agree(await begin(id)));
    expect([page.status, codeOn(page)]).toEqual([400, ""]);
    expect(revokedLast()).toEqual([granted["refresh_token"]]);
  });

  it("of two sign-ins at once, the one that comes second", async () => {
    answering(salesforce);
    const id = await connected("salesforce");
    const [one, two] = [await agree(await begin(id)), await agree(await begin(id))];
    let isFirst = true;
    vendor.changes = async (answer) => {
      if (isFirst) {
        isFirst = false;
        expect((await call("GET", two)).status).toBe(200);
        return granting()(answer);
      }
      return salesforce(answer);
    };
    expect((await call("GET", one)).status).toBe(400);
    expect(revokedLast()).toEqual([granted["refresh_token"]]);
  });

  it("of a session alone: its access token", async () => {
    answering((answer) => {
      const { refresh_token: _, ...rest } = granting()(answer);
      return rest;
    });
    expect((await signIn(await connected("salesforce"))).text).toContain("for this session alone");
    expect(revokedLast()).toEqual([granted["access_token"]]);
  });

  it("but not what another connector uses: a CRM may grant the same token again", async () => {
    answering(hubspot);
    const first = await connected("hubspot");
    expect((await signIn(first)).status).toBe(200);
    const row = ((await dump("connectors")) as { id: string; secret: string }[]).find(
      ({ id }) => id === first,
    )!;
    const { refreshToken } = (await unseal(env, purposeOf(first), row.secret))!;
    const { setup, ...rest } = bodyOf("hubspot");
    const second = await connected("hubspot", { ...rest, setup: { ...setup, settings: { portal: "777" } } });
    vendor.changes = (answer) => ({ ...hubspot(answer), refresh_token: refreshToken });
    expect((await signIn(second)).text).toContain("This was the account 62515");
    expect(revokedLast()).toEqual([]);
    await call("DELETE", `/v1/connectors/${second}`, { token: tokens.admin });
    expect(revokedLast()).toEqual([]);
  });
});

it("what the vendor refuses, or answers otherwise, is told and changes nothing", async () => {
  answering(hubspot);
  const id = await connected("hubspot");
  const url = await begin(id);
  const state = url.searchParams.get("state")!;
  const no = await call("GET", `/connector-sign-in?error=access_denied&state=${state}`);
  expect([no.status, no.text.includes("It said: access_denied.")]).toEqual([400, true]);
  const bad = await call(
    "GET",
    `/connector-sign-in?error=${encodeURIComponent("<img src=x>")}&state=${state}`,
  );
  expect(bad.text).not.toContain("<img");
  for (const [answer, words] of [
    [() => new Response("<html>", { status: 200 }), "did not let ClearDial in"],
    [() => Response.json({ error: "server_error" }, { status: 503 }), "503 server_error"],
    [() => new Response(null, { status: 302, headers: { location: "https://elsewhere.example/" } }), "302"],
    [() => Response.json({ access_token: "x", token_type: "bearer" }), "for this session alone"],
  ] as const) {
    vendor.instead = answer;
    const page = await call("GET", await agree(await begin(id)));
    expect([page.status, page.text.includes(words)], page.text).toEqual([400, true]);
  }
  expect((await shown(id)).signIn).toEqual({ at: null, account: "", endsAt: null, over: null });
});

it("before anybody has signed in nothing is sent; once the vendor has revoked it, that is said until somebody signs in again", async () => {
  answering(hubspot);
  const id = await connected("hubspot");
  expect((await tested(id)).error).toBe("hubspot: nobody has signed in yet");
  expect([...vendor.sent, ...vendor.asked]).toEqual([]);
  expect((await signIn(id)).status).toBe(200);
  vendor.ended = true;
  await tested(id);
  const token = vendor.asked.at(-1)!["refresh_token"] as string;
  const form = { token, client_id: "still", client_secret: "a-secret-of-the-app" };
  const revoked = await real(`${provider}/token/revocation`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(form).toString(),
  });
  expect(revoked.status).toBe(200);
  vendor.ended = true;
  expect((await tested(id)).error).toBe("hubspot: the sign-in is over, 400 invalid_grant");
  expect((await signIn(id)).status).toBe(200);
  vendor.sent.length = 0;
  await tested(id);
  expect(vendor.sent[0]).toMatch(/^Bearer /);
});

const mailsOf = async (id: string, stage: string) =>
  ((await dump("outbox")) as { key: string; vals: string }[])
    .filter(({ key }) => key.startsWith(`connector:${id}:`) && key.includes(`:${stage}:`))
    .map(({ vals }) => (JSON.parse(vals) as { error: string }).error);
const eventsOf = async (id: string, code: string) =>
  ((await dump("audit")) as { code: string; subject: string }[]).filter(
    (one) => one.subject === id && one.code === code,
  ).length;

it("each day its access is renewed, so that it does not lapse; where it was revoked, administrators hear of it once", async () => {
  answering(hubspot);
  await removeAll();
  const [id, idle] = [await connected("hubspot"), await connected("hubspot")];
  expect((await signIn(id)).status).toBe(200);
  vendor.asked.length = 0;
  await keepSignedIn(env, Date.now);
  expect(vendor.asked.map((one) => one["grant_type"])).toEqual(["refresh_token"]);
  // A run may take days, and ask for no token meanwhile.
  await env.DB.prepare(
    `INSERT INTO connector_runs (id, connector, trial, state, by, at, moved_at)
     SELECT 'long', num, 1, 'running', 'x', ?2, ?2 FROM connectors WHERE id = ?1`,
  )
    .bind(id, new Date().toISOString())
    .run();
  await keepSignedIn(env, Date.now);
  expect(vendor.asked).toHaveLength(2);
  await env.DB.exec("DELETE FROM connector_runs WHERE id = 'long'");
  const over = async () => (await shown(id)).signIn!.over;
  // What is only away is asked again the next day.
  for (const status of [503, 429, 408, 302]) {
    vendor.instead = () => new Response("", { status });
    await keepSignedIn(env, Date.now);
  }
  expect(await over()).toBeNull();
  const refusals = [
    [400, { error: "invalid_grant", status: "BAD_REFRESH_TOKEN" }, "the sign-in is over, 400 invalid_grant"],
    [400, { status: "BAD_REFRESH_TOKEN", message: "x" }, "the sign-in is over, 400 BAD_REFRESH_TOKEN"],
    [403, { category: "BANNED", error: "access_denied" }, "the sign-in is over, 403 access_denied"],
    [401, { error: "invalid_client" }, "no token, 401 invalid_client"],
  ] as const;
  for (const [status, body, words] of refusals) {
    vendor.instead = () => Response.json(body, { status });
    for (const _ of [1, 2]) await keepSignedIn(env, Date.now);
    expect(await over()).toBe(`hubspot: ${words}`);
    // The vendor lets ClearDial in after all.
    vendor.instead = null;
    await keepSignedIn(env, Date.now);
    expect(await over()).toBeNull();
  }
  // Each time that it ends, also in the same words.
  vendor.instead = () => Response.json(refusals[0][1], { status: 400 });
  await keepSignedIn(env, Date.now);
  const told = [...refusals, refusals[0]].map(([, , words]) => `hubspot: ${words}`);
  expect((await mailsOf(id, "signIn")).sort()).toEqual(told.sort());
  expect(await eventsOf(id, "connector.sign-in-over")).toBe(told.length);
  expect((await shown(idle)).signIn!.over).toBeNull();
  vendor.instead = null;
  expect((await signIn(id)).status).toBe(200);
  expect(await over()).toBeNull();
});

it("marking says nothing of a sign-in, nor a sign-in of marking; once it is over, no run begins and no further mail comes", async () => {
  // That it is clear, and no more so, is what is to be marked.
  for (const list of ["tps", "ctps"]) await push(tokens.admin, list, ["+442079460000"]);
  const id = await withContacts("+442079460955");
  expect((await signIn(id)).status).toBe(200);
  await run(id, true);
  await run(id, false);
  await ask("POST", `/${id}/switch`, { active: true });
  vendor.instead = () => Response.json({ error: "invalid_grant" }, { status: 400 });
  vendor.ended = true;
  // A run finds it out: one mail says so, and not that of a run.
  const { state, error } = await run(id, false);
  const words = "hubspot: the sign-in is over, 400 invalid_grant";
  expect([state, error]).toEqual(["failed", words]);
  expect(await mailsOf(id, "signIn")).toEqual([words]);
  await keepSignedIn(env, Date.now);
  // Nothing is to be marked, and the CRM is not asked: that is no word of its own.
  await markTurned(own, waiting);
  expect(await shown(id)).toMatchObject({ error: null, signIn: { over: words } });
  vendor.ended = true;
  const object = { number: "+442079460955", reason: "They asked", scope: "line" };
  await under(own, "POST", "/v1/suppressions", { token: tokens.admin, body: object });
  for (const _ of [1, 2, 3, 4]) {
    driven.now += 5 * 60 * 60_000;
    vendor.ended = true;
    await markTurned(own, waiting);
  }
  expect(await shown(id)).toMatchObject({ error: words, signIn: { over: words } });
  // No run, and no reading of consents, before somebody signs in.
  for (const days of [1, 30]) await rescreen(own, Date.now() + days * DAY);
  expect(driven.sent).toEqual([]);
  const others = ((await dump("outbox")) as { key: string; template: string }[]).filter(
    ({ key, template }) => template === "connector-failed" && !key.includes(":signIn"),
  );
  expect(others).toEqual([]);
  vendor.instead = null;
  expect((await signIn(id)).status).toBe(200);
  expect(await shown(id)).toMatchObject({ error: null, signIn: { over: null } });
  await rescreen(own, Date.now() + 2 * DAY);
  expect(driven.sent).toHaveLength(1);
  await drain();
  driven.now = Date.now();
});

it("credentials that no key opens are said to be sealed, and not that nobody has signed in", async () => {
  answering(hubspot);
  const id = await connected("hubspot");
  expect((await signIn(id)).status).toBe(200);
  const other = { ...env, CONNECTOR_KEY: btoa("another key, of 32 bytes in all.") };
  const { data } = await under(other, "GET", "/v1/connectors", { token: tokens.admin });
  const said = (data as ConnectorsAnswer).connectors.find((one) => one.id === id)!;
  expect(said.signIn).toMatchObject({ at: null, over: "hubspot: sealed under another key" });
});

it("where the company says how long a sign-in lasts, administrators hear 14 days and three days before it ends", async () => {
  answering(salesforce);
  const { setup, ...rest } = bodyOf("salesforce");
  const body = (lasts: string) => ({ ...rest, setup: { ...setup, settings: { host: HOST, lasts } } });
  const made = await call("POST", "/v1/connectors", { token: tokens.admin, body: body("20") });
  const { id } = made.data as Connector;
  expect((await signIn(id)).status).toBe(200);
  // It says nothing of what is screened: a connector that is on stays so, and its fields are not tried again.
  await env.DB.exec(`UPDATE connectors SET tried_at = at, active = 1, proved = setup WHERE id = '${id}'`);
  const { secret: _, ...longer } = body("30");
  const put = await call("PUT", `/v1/connectors/${id}`, { token: tokens.admin, body: longer });
  expect(put.data).toMatchObject({ active: true });
  expect(await shown(id)).toMatchObject({ active: true, triedAt: expect.any(String) as string });
  const { proved, setup: stored } = ((await dump("connectors")) as Answer[]).find((one) => one["id"] === id)!;
  expect(proved).toBe(stored);
  const { at, endsAt } = (await shown(id)).signIn!;
  expect(Date.parse(endsAt!) - Date.parse(at!)).toBe(30 * DAY);
  const told = async (day: number) => {
    await keepSignedIn(env, () => Date.parse(at!) + day * DAY);
    return ((await dump("outbox")) as { key: string }[]).filter(({ key }) =>
      new RegExp(`^connector:${id}:.*:signInEnds`).test(key),
    ).length;
  };
  const mails: number[] = [];
  for (const day of [1, 15, 16, 17, 26, 27, 28, 40]) mails.push(await told(day));
  expect(mails).toEqual([0, 0, 1, 1, 1, 2, 2, 2]);
  expect(await eventsOf(id, "connector.sign-in-ends")).toBe(2);
});

it("where the company says when a secret ends, administrators hear 30 and seven days before, and again of another day", async () => {
  const { objects, fields } = kinds.dynamics;
  const host = "https://example.crm11.dynamics.com";
  const body = (secretEnds: string) => ({
    ...{
      kind: "dynamics",
      name: "Our CRM",
      way: "client",
      secret: { clientId: "key", clientSecret: "secret" },
    },
    setup: { settings: { host, tenant: "example.org", secretEnds }, objects, fields },
  });
  for (const day of ["30 June 2028", "2027-06-31", "2027-02-29", "2028-02-30", "2027-01-32", "2027-13-01"]) {
    const wrong = await call("POST", "/v1/connectors", { token: tokens.admin, body: body(day) });
    expect([day, wrong.status]).toEqual([day, 422]);
  }
  for (const day of ["2028-02-29", "2027-12-31", "2027-09-30"]) expect(day).toMatch(secretEnds.pattern);
  const made = await call("POST", "/v1/connectors", { token: tokens.admin, body: body("2028-06-30") });
  const { id } = made.data as Connector;
  // It says nothing of what is screened.
  await env.DB.exec(`UPDATE connectors SET tried_at = at, active = 1, proved = setup WHERE id = '${id}'`);
  const told = async (day: string) => {
    await keepSignedIn(env, () => Date.parse(`${day}T09:00:00Z`));
    return ((await dump("outbox")) as { key: string }[]).filter(
      ({ key }) => key.startsWith(`connector:${id}:`) && key.includes(":secretEnds:"),
    ).length;
  };
  const mails: number[] = [];
  for (const day of [
    "2028-05-30",
    "2028-05-31",
    "2028-06-01",
    "2028-06-22",
    "2028-06-23",
    "2028-06-30",
    "2028-07-01",
  ])
    mails.push(await told(day));
  expect(mails).toEqual([0, 1, 1, 1, 2, 2, 2]);
  const put = await call("PUT", `/v1/connectors/${id}`, { token: tokens.admin, body: body("2028-07-30") });
  expect(put.status).toBe(200);
  expect(await told("2028-07-24")).toBe(3);
  expect(await eventsOf(id, "connector.secret-ends")).toBe(3);
});

it("a day that no calendar has, altered in the database, keeps no sign-in from being renewed and no other secret untold", async () => {
  answering(hubspot);
  const signed = await connected("hubspot");
  expect((await signIn(signed)).status).toBe(200);
  const { objects, fields } = kinds.dynamics;
  const body = (secretEnds: string) => ({
    ...{ kind: "dynamics", name: "Our CRM", way: "client" },
    secret: { clientId: "key", clientSecret: "secret" },
    setup: {
      settings: { host: "https://example.crm11.dynamics.com", tenant: "example.org", secretEnds },
      ...{ objects, fields },
    },
  });
  const ids: string[] = [];
  for (const day of ["2028-05-30", "2028-06-30"]) {
    const made = await call("POST", "/v1/connectors", { token: tokens.admin, body: body(day) });
    ids.push((made.data as Connector).id);
  }
  await env.DB.exec(
    `UPDATE connectors SET setup = json_set(setup, '$.settings.secretEnds', '2028-06-31') WHERE id = '${ids[0]}'`,
  );
  const asked = vendor.asked.length;
  await keepSignedIn(env, () => Date.parse("2028-06-25T09:00:00Z"));
  expect(vendor.asked.length).toBeGreaterThan(asked);
  expect(await eventsOf(ids[1]!, "connector.secret-ends")).toBe(1);
});

it("the day on which a secret ends is changed without another trial", async () => {
  const { objects, fields } = kinds.dynamics;
  const setup = (secretEnds: string) => ({
    settings: { host: "https://example.crm11.dynamics.com", tenant: "example.org", secretEnds },
    ...{ objects, fields },
  });
  const of = { kind: "dynamics", name: "Our CRM", way: "client" };
  const secret = { clientId: "key", clientSecret: "secret" };
  const made = await call("POST", "/v1/connectors", {
    token: tokens.admin,
    body: { ...of, secret, setup: setup("2028-06-30") },
  });
  const { id } = made.data as Connector;
  await env.DB.exec(`UPDATE connectors SET tried_at = at, active = 1, proved = setup WHERE id = '${id}'`);
  const body = { ...of, setup: setup("2029-06-30") };
  const put = await call("PUT", `/v1/connectors/${id}`, { token: tokens.admin, body });
  expect(put.data).toMatchObject({ active: true, setup: { settings: { secretEnds: "2029-06-30" } } });
});

it("only an administrator begins one, for a connector that signs in so, and other credentials end it", async () => {
  answering(hubspot);
  const id = await connected("hubspot");
  const path = `/v1/connectors/${id}/sign-in`;
  expect((await call("POST", path, { token: tokens.compliance })).status).toBe(403);
  expect((await signIn(id)).status).toBe(200);
  const back = await agree(await begin(id));
  const { data } = await call("PUT", `/v1/connectors/${id}`, {
    token: tokens.admin,
    body: bodyOf("hubspot"),
  });
  expect((data as Connector).signIn).toEqual({ at: null, account: "62515", endsAt: null, over: null });
  expect((await call("GET", back)).text).toContain("The connector was changed meanwhile");
  // A token may be of another account, whose records no trial has read.
  await env.DB.exec(`UPDATE connectors SET tried_at = at, active = 1 WHERE id = '${id}'`);
  const body = bodyOf("hubspot", { way: "token", secret: { token: "pat" } });
  await call("PUT", `/v1/connectors/${id}`, { token: tokens.admin, body });
  expect(await shown(id)).toMatchObject({ active: false, triedAt: null });
  expect((await call("POST", path, { token: tokens.admin })).data).toMatchObject({
    code: "not-found",
  });
  expect((await shown(id)).signIn).toBeNull();
  const DOOR = { limit: () => Promise.resolve({ success: false }) } as unknown as RateLimit;
  expect((await under({ ...env, DOOR }, "GET", back)).text).toContain("Too many tries");
});

/** A connector of HubSpot's contacts with consents, and a contact that claims one for each number. */
async function withContacts(...numbers: string[]): Promise<string> {
  answering(hubspot);
  vendor.records = numbers.map((phone, n) => ({
    id: String(n + 1),
    properties: {
      ...{ phone, consent_at: new Date(Date.now() - 10 * DAY).toISOString() },
      ...{ consent_for: "Offers by telephone", consent_proof: `form ${n}` },
    },
  }));
  const consent = { consentAt: "consent_at", consentFor: "consent_for", consentProof: "consent_proof" };
  const objects = [{ ...kinds.hubspot.objects[0]!, ...consent }];
  return connected("hubspot", { setup: { settings: {}, objects, fields: kinds.hubspot.fields } });
}

it("who signed in last is who connected the CRM: the consents that it claims wait for somebody else", async () => {
  const id = await withContacts("+442079460951");
  const second = await join(tokens.admin, "admin", "bea@example.com");
  const recordedBy = ["manager", "compliance", "admin"] as const;
  await setPolicy(({ consents }) => ({ consents: { ...consents, recordedBy } }));
  expect((await signIn(id, second)).status).toBe(200);
  // Whoever changes the rest takes nothing of that over.
  const { setup } = await shown(id);
  const { secret: _, ...kept } = bodyOf("hubspot", { setup, name: "Renamed" });
  const renamed = await call("PUT", `/v1/connectors/${id}`, { token: tokens.admin, body: kept });
  expect(renamed.status).toBe(200);
  await run(id, true);
  expect(await run(id, false)).toMatchObject({ state: "done", contacts: 1 });
  const found = await call("GET", "/v1/consents?number=%2B442079460951", { token: tokens.compliance });
  const [consent] = (found.data as ConsentsAnswer).consents;
  const review = async (token: string) =>
    (
      await call("POST", `/v1/consents/${consent!.id}/review`, {
        ...{
          token,
          body: {
            verdict: "good",
            review: "I saw the form",
            giver: "subscriber",
            how: "telephone",
            proof: "call 12",
          },
        },
      })
    ).data;
  expect(await review(second)).toMatchObject({ code: "own-entry" });
  expect(await review(tokens.compliance)).toMatchObject({ state: "good" });
});

it("a sign-in stops the run that is going on: what its user does not see is not forgotten", async () => {
  const id = await withContacts("+442079460952", "+442079460953", "+442079460954");
  expect((await signIn(id)).status).toBe(200);
  await run(id, true);
  await run(id, false);
  const known = async () =>
    ((await dump("connector_numbers")) as { number: number }[]).filter(
      ({ number }) => number >= 442079460952 && number <= 442079460954,
    ).length;
  expect(await known()).toBe(3);
  await ask("POST", `/${id}/runs`, { trial: false });
  await takeSlice(own, driven.sent.shift()!, waiting, 1);
  expect((await signIn(id)).status).toBe(200);
  vendor.records.splice(1);
  await drain(1);
  expect(await last(id)).toMatchObject({
    state: "stopped",
    contacts: 1,
    finishedAt: expect.any(String) as string,
  });
  expect(await known()).toBe(3);
  await rescreen(own, driven.now);
  const { screening } = await last(id);
  const screenings = (await dump("screenings")) as { id: string; state: string }[];
  expect(screenings.find((one) => one.id === screening)!.state).toBe("cancelled");
});

it("a change that was long on its way puts back neither credentials nor a set-up", async () => {
  answering(hubspot);
  const id = await connected("hubspot");
  const { secret: _, ...kept } = bodyOf("hubspot");
  const put = (own: Answer) =>
    call("PUT", `/v1/connectors/${id}`, { token: tokens.admin, body: { ...kept, ...own } });
  const meanwhile = (work: () => Promise<unknown>) =>
    vi.spyOn(resolver, "ask").mockImplementationOnce(async () => {
      await work();
      return "public";
    });
  meanwhile(() => signIn(id));
  expect((await put({ name: "Renamed" })).status).toBe(200);
  expect(await shown(id)).toMatchObject({ name: "Renamed", signIn: { account: "62515" } });
  vendor.sent.length = 0;
  await tested(id);
  expect(vendor.sent[0]).toMatch(/^Bearer /);
  // Nor is the account forgotten to which somebody signed in first.
  const fresh = await connected("hubspot");
  const entered = { token: tokens.admin, body: bodyOf("hubspot") };
  meanwhile(() => signIn(fresh));
  const { data } = await call("PUT", `/v1/connectors/${fresh}`, entered);
  expect((data as Connector).signIn).toMatchObject({ at: null, account: "62515" });
  const another = await connected("hubspot");
  const late = between(() => signIn(another).then(() => undefined));
  expect((await under(late, "PUT", `/v1/connectors/${another}`, entered)).data).toMatchObject({
    status: 409,
    code: "conflict",
  });
  expect((await shown(another)).signIn).toMatchObject({ account: "62515" });
  const other = { ...kept.setup, dates: "screened" };
  meanwhile(() => put({ setup: other }));
  expect((await put({ name: "Too late" })).data).toMatchObject({ status: 409, code: "conflict" });
  meanwhile(() => ask("POST", `/${id}/runs`, { trial: true }));
  expect((await put({ setup: other, name: "Too late" })).data).toMatchObject({ code: "conflict" });
  expect(await shown(id)).toMatchObject({ name: "Our CRM", setup: other });
  await drain();
});

it("an access token that is renewed meanwhile voids no sign-in", async () => {
  answering(hubspot);
  const id = await connected("hubspot");
  expect((await signIn(id)).status).toBe(200);
  const back = await agree(await begin(id));
  const renew = () => {
    vendor.ended = true;
    return tested(id);
  };
  await renew();
  // And between the vendor's answer and its storing.
  vendor.changes = async (answer) => {
    vendor.changes = hubspot;
    await renew();
    return hubspot(answer);
  };
  expect((await call("GET", back)).status).toBe(200);
  const types = vendor.asked.map((one) => one["grant_type"]);
  expect(types.slice(-2)).toEqual(["authorization_code", "refresh_token"]);
  expect((await call("GET", back)).text).toContain("it was signed in already");
});

it("of a CRM to which policy lets nothing be sent, that is said before anybody signs in, and in our own words", async () => {
  answering(hubspot);
  const id = await connected("hubspot");
  const back = await agree(await begin(id));
  await env.DB.exec("INSERT INTO marks (name, value) VALUES ('recipients', '2026-01-01T00:00:00.000Z')");
  forgetRecipients();
  const refused = await call("POST", `/v1/connectors/${id}/sign-in`, { token: tokens.admin });
  expect(refused.data).toMatchObject({ status: 409, code: "connector-recipient" });
  expect((await call("GET", back)).text).toContain(
    "may send nothing to this CRM: api.hubapi.com: not a recipient",
  );
  await env.DB.exec("DELETE FROM marks WHERE name = 'recipients'");
  expect((await call("GET", back)).status).toBe(200);
});

it("other credentials end the access that somebody signed in for, and are of whoever entered them", async () => {
  answering(hubspot);
  const id = await connected("hubspot");
  expect((await signIn(id)).status).toBe(200);
  const token = await refreshTokenOf(id);
  const { secret, ...kept } = bodyOf("hubspot");
  const second = await join(tokens.admin, "admin", "cea@example.com");
  const put = async (body: Answer) => {
    const { data } = await call("PUT", `/v1/connectors/${id}`, { token: second, body });
    return data as Connector;
  };
  const before = await shown(id);
  const { by, at, name } = await put({ ...kept, name: "Renamed" });
  expect({ by, at, name }).toEqual({ by: before.by, at: before.at, name: "Renamed" });
  expect(vendor.revoked).toEqual([]);
  expect((await put({ ...kept, secret })).by).not.toBe(by);
  expect(vendor.revoked).toMatchObject([{ token }]);
  expect(await endedOf(id)).toEqual([{ kind: "hubspot", name: "Renamed", revoked: true }]);
  expect(await tested(id)).toMatchObject({ error: "hubspot: nobody has signed in yet" });
});

it("what a CRM granted counts once who began it has entered the code of the page that came back, and for nobody else", async () => {
  answering(hubspot);
  const id = await connected("hubspot");
  const other = await join(tokens.admin, "admin", "dea@example.com");
  const page = await call("GET", await agree(await begin(id)));
  const code = codeOn(page);
  expect(code).toMatch(/^[2-9A-Z]{4}-[2-9A-Z]{4}$/);
  // Whoever has the address and no token, and whoever was led to agree for another's desk, has a code and nothing more.
  expect((await shown(id)).signIn).toMatchObject({ at: null, waits: { account: "62515" } });
  expect(await tested(id)).toMatchObject({ error: "hubspot: nobody has signed in yet" });
  expect(vendor.sent).toEqual([]);
  const kept = JSON.stringify([await dump("connectors"), await dump("audit_payload"), await shown(id)]);
  expect(kept).not.toContain(code);
  const wrong = async (...of: Parameters<typeof confirm>) => (await confirm(...of)).data;
  const refused = { status: 409, code: "connector-code" };
  expect(await wrong(id, "K7PM-2QXR")).toMatchObject(refused);
  expect(await wrong(id, code, other)).toMatchObject(refused);
  expect((await confirm(id, code, tokens.compliance)).status).toBe(403);
  const clock = later(16);
  expect(await wrong(id, code)).toMatchObject(refused);
  clock.mockRestore();
  // Nor do its tokens open in the place of credentials.
  const read = () =>
    env.DB.prepare("SELECT secret, pending FROM connectors WHERE id = ?").bind(id).first<{
      secret: string;
      pending: string;
    }>();
  const { secret, pending } = (await read())!;
  const put = (text: string) =>
    env.DB.prepare("UPDATE connectors SET secret = ? WHERE id = ?").bind(text, id).run();
  await put(pending);
  expect(await tested(id)).toMatchObject({ error: "hubspot: sealed under another key" });
  await put(secret);
  const done = await confirm(id, ` ${code.toLowerCase().replace("-", " ")}`);
  expect(done.data).toMatchObject({ signIn: { account: "62515", at: expect.any(String) as string } });
  expect((await shown(id)).signIn).not.toHaveProperty("waits");
  expect(await wrong(id, code)).toMatchObject(refused);
  await tested(id);
  expect(vendor.sent[0]).toMatch(/^Bearer /);
});
