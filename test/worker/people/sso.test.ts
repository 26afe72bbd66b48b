/** Single sign-on: which providers, codes and ID tokens are refused. */
import { env } from "cloudflare:workers";
import * as jose from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { call, dump } from "../helpers.ts";
import { CLIENT, ISSUER } from "./provider.ts";
import {
  ask,
  begin,
  mail,
  newNonce,
  provider,
  REDIRECT,
  refusedAs,
  rule,
  rules,
  signIn,
  VERIFIER,
} from "./sso-kit.ts";

begin();

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

  it("is refused where its document sends the code and the secret, or us for keys, into a private network", async () => {
    const inside = ["https://10.0.0.5/token", "https://idp.corp/token", "http://localhost:8080/token"];
    for (const [i, url] of inside.entries())
      for (const field of ["token_endpoint", "jwks_uri"]) {
        const path = `/inside-${field}-${i}`;
        provider.instead[`${path}/.well-known/openid-configuration`] = () =>
          Promise.resolve(
            Response.json({
              ...{ issuer: ISSUER + path, authorization_endpoint: `${ISSUER}/a` },
              ...{ token_endpoint: `${ISSUER}/token`, jwks_uri: `${ISSUER}/keys`, [field]: url },
            }),
          );
        const { data } = await ask("GET", "/v1/sso", undefined, { OIDC_ISSUER: ISSUER + path });
        expect(data, `${field} ${url}`).toMatchObject({ status: 502, code: "sso-provider" });
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
      await refusedAs("sso-provider", 502, () => signIn());
    }
    provider.instead = { "/keys": () => Promise.resolve(new Response("no", { status: 500 })) };
    await provider.rotate();
    await refusedAs("sso-provider", 502, () => signIn());
    await refusedAs("sso-provider", 502, () =>
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

  it("may send null for what sign-in does not need", async () => {
    provider.besides = { refresh_token: null, scope: null, expires_in: null };
    await rules(rule("domain", "example.com", "agent"));
    expect((await signIn(mail("null@example.com"))).status).toBe(201);
  });

  it("refuses a code: so do we, with its own word and nothing else of its answer", async () => {
    provider.instead = {
      "/token": () =>
        Promise.resolve(
          Response.json({ error: "invalid_grant", error_description: "good-code eyJ" }, { status: 400 }),
        ),
    };
    await refusedAs("sso-refused", 403, () => signIn());
    expect((await signIn()).data).toMatchObject({ detail: "It said invalid_grant." });
  });
});

describe("an ID token is refused", () => {
  beforeAll(() => rules(rule("domain", "example.com", "agent")));
  const welcome = mail("welcome@example.com");
  const now = () => Math.floor(Date.now() / 1000);

  it("but not an honest one, which is counted as sent to the provider", async () => {
    const sent = async () => {
      const row = await env.DB.prepare(
        "SELECT SUM(times) AS n FROM disclosures WHERE kind = 'sign-in' AND what = 'sign-in'",
      ).first<{ n: number | null }>();
      return row?.n ?? 0;
    };
    const before = await sent();
    expect((await signIn(welcome)).status).toBe(201);
    expect(await sent()).toBe(before + 1);
  });

  it("signed by a stranger under the provider's key id", async () => {
    const stranger = await jose.generateKeyPair("RS256");
    provider.sign = (claims) =>
      provider.signed(claims, { kid: provider.key.kid, privateKey: stranger.privateKey });
    await refusedAs("sso-refused", 403, () => signIn(welcome));
  });
  it("changed after it was signed", async () => {
    provider.sign = async (claims) => {
      const [head, , signature] = (await provider.signed(claims)).split(".");
      return `${head}.${jose.base64url.encode(JSON.stringify({ ...claims, sub: "ceo" }))}.${signature}`;
    };
    await refusedAs("sso-refused", 403, () => signIn(welcome));
  });
  it("without a signature (alg: none)", async () => {
    provider.sign = (claims) => Promise.resolve(new jose.UnsecuredJWT(claims).encode());
    await refusedAs("sso-refused", 403, () => signIn(welcome));
  });
  it("signed by HS256 with the public key, or with our client secret, as the secret", async () => {
    const pem = await jose.exportSPKI(provider.key.publicKey);
    for (const secret of [pem, "a-secret"]) {
      provider.sign = (claims) =>
        new jose.SignJWT(claims)
          .setProtectedHeader({ alg: "HS256", kid: provider.key.kid })
          .sign(new TextEncoder().encode(secret));
      await refusedAs("sso-refused", 403, () => signIn(welcome, {}, { OIDC_CLIENT_SECRET: "a-secret" }));
    }
  });
  it("that is no token", async () => {
    provider.sign = () => Promise.resolve("eyJ.not.a.token");
    await refusedAs("sso-refused", 403, () => signIn(welcome));
  });
  it.each<[string, () => object]>([
    ["of another issuer", () => ({ iss: "https://login.example.test/other" })],
    ["for another client", () => ({ aud: "another-client" })],
    ["for us and others, on another's behalf", () => ({ aud: [CLIENT, "other"], azp: "other" })],
    ["for us and others, on nobody's behalf", () => ({ aud: [CLIENT, "other"] })],
    ["for us alone, on another's behalf", () => ({ azp: "other" })],
    ["that has expired", () => ({ iat: now() - 400, exp: now() - 100 })],
    ["that never expires", () => ({ exp: undefined })],
    ["issued more than ten minutes ago", () => ({ iat: now() - 700, exp: now() + 3600 })],
    ["issued in time to come", () => ({ iat: now() + 600, exp: now() + 3600 })],
    ["without a time of issue", () => ({ iat: undefined })],
    ["with another's nonce", () => ({ nonce: "n".repeat(30) })],
    ["without a nonce", () => ({ nonce: undefined })],
    ["that names nobody", () => ({ sub: undefined })],
  ])("%s", async (_, claims) => refusedAs("sso-refused", 403, () => signIn({ ...welcome, ...claims() })));

  it("but not one for us and others on our behalf", async () =>
    expect((await signIn({ ...welcome, aud: [CLIENT, "other"], azp: CLIENT })).status).toBe(201));

  it("whose nonce was used before, also of two at once", async () => {
    const nonce = newNonce();
    expect((await signIn({ ...welcome, nonce }, { nonce })).status).toBe(201);
    await refusedAs("sso-replayed", 409, () => signIn({ ...welcome, nonce }, { nonce }));
    const again = newNonce();
    const both = await Promise.all([1, 2].map(() => signIn({ ...welcome, nonce: again }, { nonce: again })));
    expect(both.map((b) => b.status).sort()).toEqual([201, 409]);
  });

  it("nonces are forgotten after two days, when no ID token of then counts any more", async () => {
    await signIn(welcome);
    const kept = async () => (await dump("sso_nonces")).length;
    const all = await kept();
    expect(all).toBeGreaterThan(0);
    await sweep(env, Date.now() + 1.9 * 86_400_000);
    expect(await kept()).toBe(all);
    await sweep(env, Date.now() + 2.1 * 86_400_000);
    expect(await kept()).toBe(0);
  });

  it("signed by a key that is not published; a key that was rotated in is found at once", async () => {
    const unknown = await jose.generateKeyPair("RS256");
    provider.sign = (claims) =>
      provider.signed(claims, { kid: "unheard-of", privateKey: unknown.privateKey });
    await refusedAs("sso-refused", 403, () => signIn(welcome));
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
