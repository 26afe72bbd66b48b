/**
 * The company's OpenID Connect provider: its discovery document, the exchange of a code, and the check of the ID token.
 * Rules: OpenID Connect Core 1.0 section 3.1.3.7, PKCE (RFC 7636). Neither code nor token is ever echoed or logged.
 */
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import { fill } from "../../shared/texts/language.ts";
import * as jose from "jose";
import * as z from "zod";
import { sameSecret } from "../core/hmac.ts";
import type { Env } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { MINUTE } from "../../shared/time.ts";

const PATIENCE_MS = 10_000;
const DISCOVERY_MS = 10 * MINUTE;

export interface Provider {
  issuer: string;
  clientId: string;
  clientSecret: string | undefined;
  name: string;
  scope: string;
  /** Addresses count without `email_verified`. */
  trustEmail: boolean;
}

/** The provider that the deployment names, or null. Throws where its issuer could be listened in on. */
export function providerOf(env: Env): Provider | null {
  if (!env.OIDC_ISSUER || !env.OIDC_CLIENT_ID) return null;
  if (!isSafe(env.OIDC_ISSUER)) throw new Problem("sso-provider", details.issuerNotHttps);
  return {
    issuer: env.OIDC_ISSUER,
    clientId: env.OIDC_CLIENT_ID,
    clientSecret: env.OIDC_CLIENT_SECRET || undefined,
    name: env.OIDC_NAME || new URL(env.OIDC_ISSUER).host,
    scope: env.OIDC_SCOPE || "openid email profile",
    trustEmail: env.OIDC_TRUST_EMAIL === "true",
  };
}

/** https, or http on this machine alone. */
function isSafe(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  return protocol === "https:" || (protocol === "http:" && local);
}

const endpoint = z.string().max(2000).refine(isSafe);
const discoverySchema = z.object({
  issuer: z.string(),
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  jwks_uri: endpoint,
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
});
type Discovery = z.infer<typeof discoverySchema>;

const discovered = new Map<string, { at: number; document: Discovery }>();

/** The provider's endpoints. Read again after ten minutes. */
export async function discover({ issuer }: Provider): Promise<Discovery> {
  const held = discovered.get(issuer);
  if (held && Date.now() - held.at < DISCOVERY_MS) return held.document;
  const answer = await ask(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  const read = discoverySchema.safeParse(answer.data);
  // Another issuer's document would bring its keys with it.
  if (!answer.ok || !read.success || read.data.issuer !== issuer)
    throw new Problem("sso-provider", fill(details.noDiscovery, { issuer }));
  discovered.set(issuer, { at: Date.now(), document: read.data });
  return read.data;
}

/** One request to the provider; its body as JSON, or undefined where it is none. */
async function ask(url: string, init: RequestInit = {}) {
  try {
    const answer = await fetch(url, {
      ...init,
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const data: unknown = await answer.json().catch(() => undefined);
    return { ok: answer.ok, status: answer.status, data };
  } catch {
    throw new Problem("sso-provider", details.providerAway);
  }
}

export interface SignIn {
  code: string;
  verifier: string;
  nonce: string;
  redirectUri: string;
}

/** Who the provider says is signing in. `email` is in lower case, and null unless somebody vouches for it. */
export interface Identity {
  subject: string;
  email: string | null;
  name: string;
  /** Whose rules for a domain count: of `email`, or, at Google, of the organisation that the account belongs to. */
  domain: string | null;
  groups: string[];
}

/**
 * Anybody can have an account there under any address that they once could read mail of, and keeps it when they leave
 * the company. `hd` names the organisation that the account is one of (Google Identity, "OpenID Connect").
 */
const GOOGLE = "https://accounts.google.com";

const strings = z.array(z.string()).catch([]);
const claimsSchema = z.object({
  sub: z.string().min(1).max(255),
  email: z.email().max(320).optional().catch(undefined),
  // Some providers write it as text.
  email_verified: z.union([z.boolean(), z.stringbool()]).optional().catch(undefined),
  hd: z.string().max(253).optional().catch(undefined),
  name: z.string().trim().min(1).max(200).optional().catch(undefined),
  groups: strings,
  roles: strings,
});

/** Exchanges the code and checks the ID token. Throws sso-refused or sso-provider. */
export async function identify(provider: Provider, request: SignIn): Promise<Identity> {
  const document = await discover(provider);
  const idToken = await exchange(provider, document, request);
  const payload = await verify(provider, document, idToken, request.nonce);
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success) throw new Problem("sso-provider", details.tokenNamesNobody);
  const { sub, email: written, email_verified, hd, name, groups, roles } = claims.data;
  const vouched = email_verified ?? provider.trustEmail;
  const email = written !== undefined && vouched ? written.toLowerCase() : null;
  const domain = provider.issuer === GOOGLE ? hd?.toLowerCase() : email?.split("@").at(-1);
  return {
    subject: sub,
    email,
    domain: email === null ? null : (domain ?? null),
    name: name ?? written?.split("@")[0] ?? sub,
    groups: [...groups, ...roles],
  };
}

async function exchange(
  { clientId, clientSecret }: Provider,
  { token_endpoint, token_endpoint_auth_methods_supported: methods }: Discovery,
  { code, verifier, redirectUri }: SignIn,
): Promise<string> {
  const form = new URLSearchParams({
    grant_type: "authorization_code",
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    client_id: clientId,
  });
  const headers = new Headers({ accept: "application/json" });
  if (clientSecret !== undefined && methods?.includes("client_secret_post"))
    form.set("client_secret", clientSecret);
  else if (clientSecret !== undefined)
    headers.set("authorization", `Basic ${btoa([clientId, clientSecret].map(encodeURIComponent).join(":"))}`);
  const { ok, status, data } = await ask(token_endpoint, { method: "POST", headers, body: form });
  if (!ok) {
    // The provider's own word, such as invalid_grant: it tells an admin what is set up wrongly.
    const word = z.object({ error: z.string().regex(/^[a-z_]{1,50}$/) }).safeParse(data).data?.error;
    const refused = status >= 400 && status < 500 && status !== 429;
    throw new Problem(
      refused ? "sso-refused" : "sso-provider",
      fill(details.providerSaid, { word: word ?? `HTTP ${status}` }),
    );
  }
  const answer = z.object({ id_token: z.string().max(100_000) }).safeParse(data);
  if (!answer.success) throw new Problem("sso-provider", details.noIdToken);
  return answer.data.id_token;
}

/** Signatures that a public key checks: with any other kind, whoever knows our client could make tokens. */
const algorithms = "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519".split(" ");

const keySets = new Map<string, jose.JWTVerifyGetKey>();
/** Keys are read again for each token that names an unknown one: it came from the provider itself, by a good code. */
function keysAt(url: string): jose.JWTVerifyGetKey {
  const held = keySets.get(url) ?? jose.createRemoteJWKSet(new URL(url), { cooldownDuration: 0 });
  keySets.set(url, held);
  return held;
}

async function verify({ issuer, clientId }: Provider, { jwks_uri }: Discovery, token: string, nonce: string) {
  let payload: jose.JWTPayload;
  try {
    ({ payload } = await jose.jwtVerify(token, keysAt(jwks_uri), {
      issuer,
      audience: clientId,
      algorithms,
      maxTokenAge: "10 minutes",
      clockTolerance: "30 seconds",
      requiredClaims: ["sub", "exp", "iat", "nonce"],
    }));
  } catch (error) {
    throw unreachable(error) ? new Problem("sso-provider", details.keysUnread) : new Problem("sso-refused");
  }
  const { aud, azp, nonce: named } = payload;
  const severalAudiences = Array.isArray(aud) && aud.length > 1;
  if ((azp !== undefined || severalAudiences) && azp !== clientId) throw new Problem("sso-refused");
  if (typeof named !== "string" || !sameSecret(named, nonce)) throw new Problem("sso-refused");
  return payload;
}

/** True where the keys could not be had, so that nothing is said of the token. */
const unreachable = (error: unknown): boolean =>
  !(error instanceof jose.errors.JOSEError) ||
  ["ERR_JOSE_GENERIC", "ERR_JWKS_TIMEOUT", "ERR_JWKS_INVALID"].includes(error.code);
