/** A real OpenID Connect provider on this machine (`oidc-provider`), which believes any name that is typed in. */
import { once } from "node:events";
import { createHash, generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import { type Configuration, type JWK, Provider } from "oidc-provider";
import type { Page } from "playwright-core";
import { freePort } from "../../../scripts/lib/ports.ts";

export const CLIENT_ID = "cleardial-test";
/** Another application of the same company. */
export const OTHER_CLIENT_ID = "another-app";
export const SCOPE = "openid email profile groups";

export interface Account {
  name: string;
  email: string;
  groups: string[];
}

export interface Idp {
  issuer: string;
  port: number;
  /** The key that signs ID tokens. */
  kid: string;
  privateKey: KeyObject;
  /** If set, replaces the ID token that the provider made by its result. */
  forge: ((idToken: string) => Promise<string>) | null;
  close: () => void;
}

/**
 * `accounts` by the name that is typed in at the login. On an earlier provider's port it is the same provider with new
 * keys.
 */
export async function startIdp(
  accounts: Record<string, Account>,
  redirectUri: string,
  { port }: { port?: number } = {},
): Promise<Idp> {
  port ??= await freePort();
  const issuer = `http://localhost:${port}`;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const kid = randomUUID();
  const configuration: Configuration = {
    clients: [CLIENT_ID, OTHER_CLIENT_ID].map((client_id) => ({
      client_id,
      token_endpoint_auth_method: "none",
      redirect_uris: [redirectUri],
      grant_types: ["authorization_code"],
      response_types: ["code"],
    })),
    jwks: {
      keys: [{ ...(privateKey.export({ format: "jwk" }) as JWK), kid, use: "sig", alg: "RS256" }],
    },
    cookies: { keys: ["a key of no importance"] },
    scopes: ["openid", "email", "profile", "groups"],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"], groups: ["groups"] },
    // Claims are in the ID token, as with Entra ID, Google and Okta.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
    features: { devInteractions: { enabled: true } },
    findAccount: (_, sub) => {
      const account = accounts[sub];
      if (!account) return undefined;
      return { accountId: sub, claims: () => ({ sub, email_verified: true, ...account }) };
    },
  };
  const answer = new Provider(issuer, configuration).callback();
  const idp: Idp = {
    issuer,
    port,
    kid,
    privateKey,
    forge: null,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  const server = createServer((request, response) => {
    const { forge } = idp;
    if (forge && request.url === "/token") forgeIn(response, forge);
    void answer(request, response);
  });
  server.listen(port, "localhost");
  await once(server, "listening");
  return idp;
}

/** Replaces the ID token in the provider's answer. */
function forgeIn(response: ServerResponse, forge: NonNullable<Idp["forge"]>): void {
  const end = response.end.bind(response) as (body: string) => ServerResponse;
  const forged = async (body: unknown) => {
    const answer = JSON.parse(String(body)) as { id_token: string };
    const text = JSON.stringify({ ...answer, id_token: await forge(answer.id_token) });
    response.setHeader("content-length", Buffer.byteLength(text));
    end(text);
  };
  response.end = (body?: unknown) => {
    void forged(body);
    return response;
  };
}

/** What a client sends to the provider, and gets back with the code. */
export interface Asked {
  clientId?: string;
  redirectUri: string;
  nonce: string;
  verifier: string;
}

/** The code that the provider gives to a person who logs in and agrees, without a browser. */
export async function codeFor(idp: Idp, login: string, asked: Asked): Promise<string> {
  const cookies = new Map<string, string>();
  const send = async (url: string, form?: Record<string, string>) => {
    const answer = await fetch(url, {
      redirect: "manual",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form && { method: "POST", body: new URLSearchParams(form) }),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    await answer.arrayBuffer();
    const next = answer.headers.get("location");
    if (next === null) throw new Error(`The provider answered ${answer.status} and led nowhere`);
    return new URL(next, url).href;
  };
  /** Fills in the provider's form, and follows its redirects. */
  const say = async (page: string, form: Record<string, string>) => send(await send(page, form));
  const url = new URL(`${idp.issuer}/auth`);
  const question = {
    response_type: "code",
    client_id: asked.clientId ?? CLIENT_ID,
    redirect_uri: asked.redirectUri,
    scope: SCOPE,
    nonce: asked.nonce,
    code_challenge: createHash("sha256").update(asked.verifier).digest("base64url"),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(question)) url.searchParams.set(name, value);
  const consent = await say(await send(url.href), { prompt: "login", login, password: "any" });
  const end = await say(consent, { prompt: "consent" });
  const code = new URL(end).searchParams.get("code");
  if (code === null) throw new Error(`The provider gave no code: ${end}`);
  return code;
}

/** Logs in and agrees, as a person does in the provider's window, which then closes by itself. */
export async function logIn(window: Page, login: string): Promise<void> {
  const closed = window.waitForEvent("close");
  await window.locator("input[name=login]").fill(login);
  await window.locator("input[name=password]").fill("any");
  await window.locator("button[type=submit]").click();
  await window.getByRole("button", { name: "Continue" }).click();
  await closed;
}
