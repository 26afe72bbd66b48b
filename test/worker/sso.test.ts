/** Signing in by the company's provider: what is refused, and whom policy lets in as what. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as jose from "jose";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Person, PersonAnswer, Role } from "../../shared/api.ts";
import { defaultPolicy, type SignInRule } from "../../shared/policy.ts";
import { app } from "../../worker/index.ts";
import { roleBy } from "../../worker/sso.ts";
import { call, dump, join, newTeam } from "./helpers.ts";
import { CLIENT, ISSUER, LyingProvider } from "./provider.ts";

const REDIRECT = "https://gjfncemgbmfcpbjhhncdmgalholdbemp.chromiumapp.org/sso";
const VERIFIER = "v".repeat(43);

let tokens: Record<Role, string>;
let provider: LyingProvider;
beforeAll(async () => {
  tokens = await newTeam();
  provider = await LyingProvider.start();
});
beforeEach(() => {
  provider.claims = {};
  provider.sign = null;
  provider.instead = {};
  provider.methods = undefined;
});

/** One request to a Worker that is configured for the provider. */
async function ask(method: string, path: string, body?: object, vars: Record<string, string> = {}) {
  const context = createExecutionContext();
  const response = await app.fetch(
    new Request(`https://cleardial.test${path}`, {
      method,
      ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    }),
    { ...env, OIDC_ISSUER: ISSUER, OIDC_CLIENT_ID: CLIENT, OIDC_NAME: "Example ID", ...vars },
    context,
  );
  const text = await response.text();
  await waitOnExecutionContext(context);
  return { status: response.status, text, data: JSON.parse(text) as unknown };
}

let nonces = 0;
const newNonce = () => `nonce-${++nonces}-${"n".repeat(20)}`;

/** A whole sign-in. The provider's ID token bears the nonce that the client made, unless `claims` says otherwise. */
async function signIn(claims: object = {}, body: object = {}, vars: Record<string, string> = {}) {
  const nonce = newNonce();
  provider.claims = { nonce, ...claims };
  const request = { code: "good-code", verifier: VERIFIER, nonce, redirectUri: REDIRECT, ...body };
  return ask("POST", "/v1/sso", request, vars);
}
const tokenOf = ({ data }: { data: unknown }) => (data as { token: string }).token;
const personOf = ({ data }: { data: unknown }) => (data as { person: Person }).person;
const refusedAs = async (code: string, status: number, answer: ReturnType<typeof signIn>) => {
  const before = JSON.stringify(await Promise.all(["people", "tokens", "sso_nonces"].map(dump)));
  const { data, text } = await answer;
  expect(data).toMatchObject({ code, status });
  expect(text).not.toMatch(/eyJ|good-code/);
  expect(JSON.stringify(await Promise.all(["people", "tokens", "sso_nonces"].map(dump)))).toBe(before);
};

async function rules(...signInRules: SignInRule[]) {
  const { headers } = await call("GET", "/v1/policy", { token: tokens.admin });
  const policy = { ...defaultPolicy, access: { ...defaultPolicy.access, signIn: signInRules } };
  const saved = await call("PUT", "/v1/policy", {
    token: tokens.admin,
    headers: { "if-match": headers.get("etag") ?? "" },
    // Each save wants a difference.
    body: { policy, why: `rules ${++nonces}` },
  });
  expect([200, 409]).toContain(saved.status);
}
const rule = (match: SignInRule["match"], value: string, role: Role): SignInRule => ({ match, value, role });
const mail = (email: string) => ({ email, email_verified: true, sub: `sub of ${email}` });
const page = async (id: string) =>
  (await call("GET", `/v1/people/${id}`, { token: tokens.admin })).data as PersonAnswer;

describe("the provider", () => {
  it("is none where the deployment names none", async () => {
    expect((await call("GET", "/v1/sso")).data).toEqual({ provider: null });
    const request = { code: "c", verifier: VERIFIER, nonce: newNonce(), redirectUri: REDIRECT };
    expect((await call("POST", "/v1/sso", { body: request })).data).toMatchObject({
      status: 404,
      code: "sso-off",
    });
  });

  it("is named to clients without its secret", async () => {
    const { data, text } = await ask("GET", "/v1/sso", undefined, { OIDC_CLIENT_SECRET: "a-secret" });
    expect(data).toEqual({
      provider: {
        name: "Example ID",
        issuer: ISSUER,
        clientId: CLIENT,
        authorizationEndpoint: `${ISSUER}/authorize`,
        scope: "openid email profile",
      },
    });
    expect(text).not.toContain("a-secret");
  });

  it.each(["http://login.example.test", "ftp://login.example.test", "not an address"])(
    "is refused as %s, which somebody could listen in on",
    async (OIDC_ISSUER) =>
      expect((await ask("GET", "/v1/sso", undefined, { OIDC_ISSUER })).data).toMatchObject({
        code: "sso-provider",
      }),
  );

  it("is refused where its document speaks for another issuer, or is none", async () => {
    for (const [path, document] of [
      [
        "/other",
        {
          issuer: ISSUER,
          authorization_endpoint: `${ISSUER}/a`,
          token_endpoint: `${ISSUER}/t`,
          jwks_uri: `${ISSUER}/k`,
        },
      ],
      [
        "/plain",
        {
          issuer: `${ISSUER}/plain`,
          authorization_endpoint: `${ISSUER}/a`,
          token_endpoint: "http://x.test/t",
          jwks_uri: `${ISSUER}/k`,
        },
      ],
      ["/nonsense", "hello"],
    ] as const) {
      provider.instead[`${path}/.well-known/openid-configuration`] = () =>
        Promise.resolve(Response.json(document));
      const { data } = await ask("GET", "/v1/sso", undefined, { OIDC_ISSUER: ISSUER + path });
      expect(data, path).toMatchObject({ status: 502, code: "sso-provider" });
    }
  });

  it("down, or answering nonsense, is said to be so", async () => {
    const lies: (() => Promise<Response>)[] = [
      () => Promise.reject(new TypeError("connection refused")),
      () => Promise.resolve(new Response("<h1>Bad gateway</h1>", { status: 502 })),
      () => Promise.resolve(new Response("<h1>Welcome</h1>")),
      () => Promise.resolve(Response.json({ access_token: "only" })),
      () =>
        Promise.resolve(
          new Response(null, { status: 302, headers: { location: "https://evil.example.test" } }),
        ),
    ];
    for (const lie of lies) {
      provider.instead = { "/token": lie };
      await refusedAs("sso-provider", 502, signIn());
    }
    provider.instead = { "/keys": () => Promise.resolve(new Response("no", { status: 500 })) };
    await provider.rotate();
    await refusedAs("sso-provider", 502, signIn());
    await refusedAs(
      "sso-provider",
      502,
      ask(
        "POST",
        "/v1/sso",
        { code: "c", verifier: VERIFIER, nonce: newNonce(), redirectUri: REDIRECT },
        { OIDC_ISSUER: "https://down.example.test" },
      ),
    );
  });

  it("gets the code with its verifier, and a secret in the way that it wants", async () => {
    await signIn();
    expect(Object.fromEntries(provider.form)).toEqual({
      grant_type: "authorization_code",
      code: "good-code",
      redirect_uri: REDIRECT,
      code_verifier: VERIFIER,
      client_id: CLIENT,
    });
    expect(provider.authorization).toBeNull();
    await signIn({}, {}, { OIDC_CLIENT_SECRET: "s:1" });
    expect(provider.authorization).toBe(`Basic ${btoa(`${CLIENT}:s%3A1`)}`);
    expect(provider.form.has("client_secret")).toBe(false);
  });

  it("refuses a code: so do we, with its own word and nothing else of its answer", async () => {
    provider.instead = {
      "/token": () =>
        Promise.resolve(
          Response.json({ error: "invalid_grant", error_description: "good-code eyJ" }, { status: 400 }),
        ),
    };
    await refusedAs("sso-refused", 403, signIn());
    expect((await signIn()).data).toMatchObject({ detail: "It said invalid_grant." });
  });
});

describe("an ID token is refused", () => {
  beforeAll(() => rules(rule("domain", "example.com", "agent")));
  const welcome = mail("welcome@example.com");
  const now = () => Math.floor(Date.now() / 1000);

  it("but not an honest one", async () => expect((await signIn(welcome)).status).toBe(201));

  it("signed by a stranger under the provider's key id", async () => {
    const stranger = await jose.generateKeyPair("RS256");
    provider.sign = (claims) =>
      provider.signed(claims, { kid: provider.key.kid, privateKey: stranger.privateKey });
    await refusedAs("sso-refused", 403, signIn(welcome));
  });
  it("changed after it was signed", async () => {
    provider.sign = async (claims) => {
      const [head, , signature] = (await provider.signed(claims)).split(".");
      return `${head}.${jose.base64url.encode(JSON.stringify({ ...claims, sub: "ceo" }))}.${signature}`;
    };
    await refusedAs("sso-refused", 403, signIn(welcome));
  });
  it("without a signature (alg: none)", async () => {
    provider.sign = (claims) => Promise.resolve(new jose.UnsecuredJWT(claims).encode());
    await refusedAs("sso-refused", 403, signIn(welcome));
  });
  it("signed by HS256 with the public key, or with our client secret, as the secret", async () => {
    const pem = await jose.exportSPKI(provider.key.publicKey);
    for (const secret of [pem, "a-secret"]) {
      provider.sign = (claims) =>
        new jose.SignJWT(claims)
          .setProtectedHeader({ alg: "HS256", kid: provider.key.kid })
          .sign(new TextEncoder().encode(secret));
      await refusedAs("sso-refused", 403, signIn(welcome, {}, { OIDC_CLIENT_SECRET: "a-secret" }));
    }
  });
  it("that is no token", async () => {
    provider.sign = () => Promise.resolve("eyJ.not.a.token");
    await refusedAs("sso-refused", 403, signIn(welcome));
  });
  it.each<[string, () => object]>([
    ["of another issuer", () => ({ iss: "https://login.example.test/other" })],
    ["for another client", () => ({ aud: "another-client" })],
    ["for us and others, on another's behalf", () => ({ aud: [CLIENT, "other"], azp: "other" })],
    ["for us and others, on nobody's behalf", () => ({ aud: [CLIENT, "other"] })],
    ["that has expired", () => ({ iat: now() - 400, exp: now() - 100 })],
    ["that never expires", () => ({ exp: undefined })],
    ["issued more than ten minutes ago", () => ({ iat: now() - 700, exp: now() + 3600 })],
    ["issued in time to come", () => ({ iat: now() + 600, exp: now() + 3600 })],
    ["without a time of issue", () => ({ iat: undefined })],
    ["with another's nonce", () => ({ nonce: "n".repeat(30) })],
    ["without a nonce", () => ({ nonce: undefined })],
    ["that names nobody", () => ({ sub: undefined })],
  ])("%s", async (_, claims) => refusedAs("sso-refused", 403, signIn({ ...welcome, ...claims() })));

  it("but not one for us and others on our behalf", async () =>
    expect((await signIn({ ...welcome, aud: [CLIENT, "other"], azp: CLIENT })).status).toBe(201));

  it("whose nonce was used before, also of two at once", async () => {
    const nonce = newNonce();
    expect((await signIn({ ...welcome, nonce }, { nonce })).status).toBe(201);
    await refusedAs("sso-replayed", 409, signIn({ ...welcome, nonce }, { nonce }));
    const again = newNonce();
    const both = await Promise.all([1, 2].map(() => signIn({ ...welcome, nonce: again }, { nonce: again })));
    expect(both.map((b) => b.status).sort()).toEqual([201, 409]);
  });

  it("signed by a key that is not published; a key that was rotated in is found at once", async () => {
    const unknown = await jose.generateKeyPair("RS256");
    provider.sign = (claims) =>
      provider.signed(claims, { kid: "unheard-of", privateKey: unknown.privateKey });
    await refusedAs("sso-refused", 403, signIn(welcome));
    provider.sign = null;
    await provider.rotate();
    const before = provider.keysRead;
    expect((await signIn(welcome)).status).toBe(201);
    expect((await signIn(welcome)).status).toBe(201);
    expect(provider.keysRead - before).toBe(1);
  });

  it("got under another's redirect address: the provider is not even asked", async () => {
    provider.form = new URLSearchParams();
    for (const redirectUri of [
      "https://evil.example/sso",
      "http://gjfncemgbmfcpbjhhncdmgalholdbemp.chromiumapp.org/sso",
      "https://gjfncemgbmfcpbjhhncdmgalholdbemp.chromiumapp.org.evil.example/sso",
      "https://gjfncemgbmfcpbjhhncdmgalholdbemp.chromiumapp.org@evil.example/sso",
      "https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.chromiumapp.org/sso",
    ]) {
      const answer = await signIn(welcome, { redirectUri });
      expect(answer.data, redirectUri).toMatchObject({ code: "invalid", errors: [{ path: "redirectUri" }] });
    }
    expect(provider.form.size).toBe(0);
  });
});

describe("who comes in", () => {
  it("nobody without a rule, however good the account", async () => {
    await rules();
    await refusedAs("sso-no-account", 403, signIn(mail("new@example.org")));
  });

  it("whom a domain's rule admits, with the rule's role, on a token that works", async () => {
    await rules(rule("domain", "Example.ORG", "agent"));
    const answer = await signIn(
      { ...mail("Pat@Example.org"), name: "Pat Example" },
      { device: "Chrome on Linux" },
    );
    const { id } = personOf(answer);
    expect(personOf(answer)).toMatchObject({ name: "Pat Example", email: "pat@example.org", role: "agent" });
    expect((await call("GET", "/v1/me", { token: tokenOf(answer) })).data).toMatchObject({ person: { id } });
    expect(await page(id)).toMatchObject({
      roleBy: "rule",
      signsIn: true,
      devices: [{ device: "Chrome on Linux" }],
    });
    for (const email of ["x@sub.example.org", "x@example.org.evil.example", "x@notexample.org"])
      await refusedAs("sso-no-account", 403, signIn(mail(email)));
  });

  it("only by an address that the provider verified, or that the deployment trusts", async () => {
    await rules(rule("domain", "example.org", "agent"), rule("group", "sales", "agent"));
    const loose = { email: "loose@example.org", sub: "loose" };
    await refusedAs("sso-no-account", 403, signIn(loose));
    await refusedAs(
      "sso-no-account",
      403,
      signIn({ ...loose, email_verified: false }, {}, { OIDC_TRUST_EMAIL: "true" }),
    );
    await refusedAs("sso-no-account", 403, signIn({ ...loose, groups: ["sales"] }));
    await refusedAs("sso-no-account", 403, signIn({ email: "ada@example.com", sub: "loose" }));
    expect((await signIn({ ...loose, email_verified: "true" })).status).toBe(201);
    expect(
      (await signIn({ ...loose, email: "bare@example.org", sub: "b" }, {}, { OIDC_TRUST_EMAIL: "true" }))
        .status,
    ).toBe(201);
  });

  it("an invited person, bound by the verified address, keeps the role that an admin gave", async () => {
    await rules(rule("domain", "example.com", "agent"));
    await join(tokens.admin, "manager", "mo@example.com");
    const answer = await signIn(mail("MO@example.com"));
    expect(personOf(answer)).toMatchObject({ email: "mo@example.com", role: "manager" });
    expect(await page(personOf(answer).id)).toMatchObject({ roleBy: "admin", signsIn: true });
  });

  it("not another account that comes to bear a bound person's address", async () => {
    await join(tokens.admin, "manager", "bound@example.com");
    const first = await signIn(mail("bound@example.com"));
    expect(first.status).toBe(201);
    await refusedAs("sso-no-account", 403, signIn({ ...mail("bound@example.com"), sub: "a stranger" }));
    // The person stays the same one under another address.
    const moved = await signIn({ email: "elsewhere@example.net", sub: "sub of bound@example.com" });
    expect(personOf(moved)).toMatchObject({ id: personOf(first).id, email: "bound@example.com" });
    // An admin's new invite vouches for whoever holds the address now.
    await join(tokens.admin, "manager", "bound@example.com");
    expect(personOf(await signIn({ ...mail("bound@example.com"), sub: "the new account" }))).toMatchObject({
      id: personOf(first).id,
    });
  });

  it("nobody who was deactivated, nor an integration", async () => {
    await rules(rule("domain", "example.com", "agent"), rule("domain", "integration.invalid", "admin"));
    const { id } = personOf(await signIn(mail("gone@example.com")));
    expect(
      (await call("PATCH", `/v1/people/${id}`, { token: tokens.admin, body: { active: false } })).status,
    ).toBe(200);
    await refusedAs("sso-no-account", 403, signIn(mail("gone@example.com")));
    const until = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
    const made = await call("POST", "/v1/tokens", {
      token: tokens.admin,
      body: { name: "Dialler", role: "agent", until },
    });
    const answer = await signIn(mail(`${personOf(made).id}@integration.invalid`));
    expect(answer.data).toMatchObject({ status: 409, code: "conflict" });
  });

  it("with the role that the groups give, also over an admin's; it goes when the group goes", async () => {
    await rules(rule("group", "leads", "manager"), rule("group", "Sales.Agents", "agent"));
    await join(tokens.admin, "agent", "lee@example.net");
    const who = mail("lee@example.net");
    const first = await signIn({ ...who, groups: ["leads", "other"], roles: ["Sales.Agents"] });
    expect(personOf(first).role).toBe("manager");
    expect(await page(personOf(first).id)).toMatchObject({ roleBy: "rule" });
    expect(personOf(await signIn({ ...who, roles: ["Sales.Agents"] })).role).toBe("agent");
    // Without any group nothing is left, and the devices of before end too.
    expect((await signIn({ ...who, groups: "leads" })).data).toMatchObject({
      status: 403,
      code: "sso-no-account",
    });
    expect((await call("GET", "/v1/me", { token: tokenOf(first) })).status).toBe(401);
    // By a rule for the address the same person comes in again.
    await rules(rule("email", "LEE@example.net", "compliance"));
    expect(personOf(await signIn(who))).toMatchObject({ id: personOf(first).id, role: "compliance" });
    const trail = (await dump("audit_payload")) as { payload: string }[];
    expect(trail.some((t) => t.payload.includes('"role":{"from":"manager","to":"agent"}'))).toBe(true);
  });

  it("the last admin always, and as an admin, whatever the rules say", async () => {
    const who = { ...mail("ada@example.com"), groups: ["sales"] };
    await rules(rule("group", "sales", "agent"));
    expect(personOf(await signIn(who)).role).toBe("admin");
    const second = await join(tokens.admin, "admin", "second@example.com");
    expect(personOf(await signIn(who)).role).toBe("agent");
    // Now the other one is the last, and got there by an admin; by a rule it is the same.
    await env.DB.prepare("UPDATE people SET role_by = 'rule' WHERE email = 'second@example.com'").run();
    const stays = await signIn(mail("second@example.com"));
    expect(personOf(stays).role).toBe("admin");
    expect((await call("GET", "/v1/me", { token: second })).status).toBe(200);
    await env.DB.prepare(
      "UPDATE people SET role = 'admin', role_by = 'admin' WHERE email = 'ada@example.com'",
    ).run();
  });
});

describe("the role that the rules give", () => {
  const all = [
    rule("group", "a", "agent"),
    rule("group", "c", "compliance"),
    rule("group", "m", "manager"),
    rule("email", "Boss@Example.com", "admin"),
    rule("domain", "@example.com", "agent"),
  ];
  it.each<[string, Role | null, string[], Role | null, string | null]>([
    ["the highest group", "compliance", ["a", "m", "c"], null, null],
    ["a group before the address", "agent", ["a"], null, "boss@example.com"],
    ["a group before what an admin gave", "agent", ["a"], "admin", null],
    ["what an admin gave before the address", "agent", [], "agent", "boss@example.com"],
    ["the highest for the address", "admin", [], null, "boss@example.com"],
    ["the domain", "agent", [], null, "other@example.com"],
    ["groups by their exact name", null, ["A", "a "], null, null],
    ["nobody", null, [], null, "other@example.org"],
  ])("%s", (_, wanted, groups, given, email) => expect(roleBy(all, { email, groups }, given)).toBe(wanted));
});
