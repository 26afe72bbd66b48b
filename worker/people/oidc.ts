/**
 * The company's OpenID Connect provider: discovery, the exchange of a code, and the checks of the ID token. oauth4webapi
 * does the protocol (OpenID Connect Core 1.0, section 3.1.3; PKCE, RFC 7636); here are our rules beyond it, and what
 * each failure means for the person. Neither code nor token is ever echoed or logged.
 */
import * as oauth from "oauth4webapi";
import * as z from "zod";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { fill } from "../../shared/texts/language.ts";
import { MINUTE } from "../../shared/core/time.ts";
import { Problem } from "../core/errors.ts";
import { isLocalhost } from "../core/outbound.ts";
import type { Env } from "../env.ts";
import { wantPublic, wantRecipient } from "../policy/egress.ts";

const PATIENCE_MS = 10_000;
const DISCOVERY_MS = 10 * MINUTE;
/** The oldest ID token that counts, and how far clocks may differ; in seconds. */
const TOKEN_AGE = 600;
const TOLERANCE = 30;

/** Public-key signatures only. With HMAC, anyone who knows our client secret could forge tokens. */
const algorithms = "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519".split(" ");

export interface Provider {
  issuer: string;
  clientId: string;
  clientSecret: string | undefined;
  name: string;
  scope: string;
  /** Count e-mail addresses also without `email_verified`. */
  trustEmail: boolean;
}

/** The provider that the deployment names, or null. Throws sso-provider where its issuer is not https. */
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

/** Allows http in the library, for a provider on this machine: `isSafe` checks every address before. */
const LOCAL = { [oauth.allowInsecureRequests]: true };

const endpoint = z.string().max(2000).refine(isSafe);
const discoverySchema = z.object({
  issuer: z.string(),
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  jwks_uri: endpoint,
  token_endpoint_auth_methods_supported: z.array(z.string()).default([]),
});
type Discovery = z.infer<typeof discoverySchema> & { id_token_signing_alg_values_supported: string[] };

/** By issuer. oauth4webapi caches a provider's keys by the identity of this object: a copy of it has none. */
const discovered = new Map<string, { at: number; document: Discovery }>();

/** The provider's endpoints. Its issuer and their hosts must be recipients of the policy. Throws sso-provider. */
export async function discover(env: Env, provider: Provider): Promise<Discovery> {
  const { host: vendor } = new URL(provider.issuer);
  const want = (host: string) =>
    wantRecipient(env, "sign-in", host, vendor).catch((error: Error) => {
      throw new Problem("sso-provider", error.message);
    });
  await want(vendor);
  const document = await documentOf(env, provider);
  for (const host of endpointsIn(document)) await want(host);
  return document;
}

/** The hosts that get the code and the client's secret, and those asked for keys. */
const endpointsIn = ({ token_endpoint, jwks_uri }: Discovery): string[] => [
  ...new Set([token_endpoint, jwks_uri].map((url) => new URL(url).host)),
];

/** What the provider's document says of them, beyond the issuer's own; empty without a provider. Throws sso-provider. */
export async function endpointHosts(env: Env): Promise<{ vendor: string; hosts: string[] } | null> {
  const provider = providerOf(env);
  if (!provider) return null;
  const { host: vendor } = new URL(provider.issuer);
  await wantRecipient(env, "sign-in", vendor);
  const hosts = endpointsIn(await documentOf(env, provider));
  return { vendor, hosts: hosts.filter((host) => host !== vendor) };
}

/** The document, cached for ten minutes; what is asked there is public. Throws sso-provider. */
async function documentOf(env: Env, { issuer }: Provider): Promise<Discovery> {
  const held = discovered.get(issuer);
  if (held && Date.now() - held.at < DISCOVERY_MS) return held.document;
  const url = new URL(issuer);
  const response = await oauth.discoveryRequest(url, {
    ...LOCAL,
    [oauth.customFetch]: reach(details.providerAway),
  });
  const answer = await oauth.processDiscoveryResponse(url, response).catch(() => null);
  const read = discoverySchema.safeParse(answer);
  // Exactly, as with the ID token's `iss`. Another issuer's document would bring that issuer's keys.
  if (!read.success || read.data.issuer !== issuer)
    throw new Problem("sso-provider", fill(details.noDiscovery, { issuer }));
  // One on this machine has its endpoints there, too.
  if (!isLocalhost(url))
    for (const address of [read.data.token_endpoint, read.data.jwks_uri])
      await wantPublic(env, address).catch((error: Error) => {
        throw new Problem("sso-provider", error.message);
      });
  const document = { ...read.data, id_token_signing_alg_values_supported: algorithms };
  discovered.set(issuer, { at: Date.now(), document });
  return document;
}

/**
 * A `fetch` for the library, which throws sso-provider with `words` where no answer comes. Make a new one for each call:
 * the library shares a pending answer between calls with the same `fetch`, and workerd forbids that across requests.
 */
const reach =
  (words: string) =>
  async (url: string, init: oauth.CustomFetchOptions<string, BodyInit | undefined>): Promise<Response> => {
    const { body, ...rest } = init;
    return fetch(url, {
      ...rest,
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch(() => {
      throw new Problem("sso-provider", words);
    });
  };

export interface SignIn {
  code: string;
  verifier: string;
  nonce: string;
  redirectUri: string;
}

/** The person as the provider describes them. `email` is in lower case, and null unless verified or trusted. */
export interface Identity {
  subject: string;
  email: string | null;
  name: string;
  /** The domain that policy's rules compare: the address's, or, at Google, the organisation's (`hd`). */
  domain: string | null;
  groups: string[];
}

/**
 * At Google, anyone can register an account under any address whose mail they can read once, and keeps it after leaving
 * the company. Only `hd` says which organisation an account belongs to:
 * https://developers.google.com/identity/openid-connect/openid-connect
 */
const GOOGLE = "https://accounts.google.com";

const strings = z.array(z.string()).catch([]);
const claimsSchema = z.object({
  sub: z.string().min(1).max(255),
  email: z.email().max(320).optional().catch(undefined),
  // Some providers send it as text.
  email_verified: z.union([z.boolean(), z.stringbool()]).optional().catch(undefined),
  hd: z.string().max(253).optional().catch(undefined),
  name: z.string().trim().min(1).max(200).optional().catch(undefined),
  groups: strings,
  roles: strings,
});

/** Exchanges the code and checks the ID token. Throws sso-refused or sso-provider. */
export async function identify(env: Env, provider: Provider, request: SignIn): Promise<Identity> {
  const document = await discover(env, provider);
  const response = await exchange(provider, document, request);
  const claims = claimsSchema.safeParse(await verify(provider, document, response, request.nonce));
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

/**
 * How the Worker authenticates at the token endpoint. Basic is our own: the library also escapes `-`, `_` and `.`, as
 * RFC 6749, 2.3.1 allows, but some providers do not unescape them.
 */
function authentication(secret: string | undefined, methods: readonly string[]): oauth.ClientAuth {
  if (secret === undefined) return oauth.None();
  if (methods.includes("client_secret_post")) return oauth.ClientSecretPost(secret);
  return (_, { client_id }, body, headers) => {
    body.set("client_id", client_id);
    headers.set("authorization", `Basic ${btoa([client_id, secret].map(encodeURIComponent).join(":"))}`);
  };
}

const tokenAnswer = z.object({
  access_token: z.string(),
  token_type: z.string(),
  id_token: z.string().max(100_000),
});

/** The token endpoint's answer, with an ID token that is not checked yet. */
async function exchange(
  { clientId, clientSecret }: Provider,
  document: Discovery,
  { code, verifier, redirectUri }: SignIn,
): Promise<Response> {
  // Not authorizationCodeGrantRequest: that takes the whole redirect, but the extension checks it and sends the code.
  const response = await oauth.genericTokenEndpointRequest(
    document,
    { client_id: clientId },
    authentication(clientSecret, document.token_endpoint_auth_methods_supported),
    "authorization_code",
    { code, redirect_uri: redirectUri, code_verifier: verifier },
    { ...LOCAL, [oauth.customFetch]: reach(details.providerAway) },
  );
  const { ok, status } = response;
  const data: unknown = await response.json().catch(() => undefined);
  if (!ok) {
    // The provider's own word, such as invalid_grant, tells an administrator what is set up wrongly.
    const word = z.object({ error: z.string().regex(/^[a-z_]{1,50}$/) }).safeParse(data).data?.error;
    const refused = status >= 400 && status < 500 && status !== 429;
    throw new Problem(
      refused ? "sso-refused" : "sso-provider",
      fill(details.providerSaid, { word: word ?? `HTTP ${status}` }),
    );
  }
  const answer = tokenAnswer.safeParse(data);
  if (!answer.success) throw new Problem("sso-provider", details.noIdToken);
  // Only what sign-in needs: some providers send null for the other fields, which the library refuses.
  return Response.json(answer.data);
}

/** The claims of the answer's ID token, once all checks have passed. */
async function verify(
  { clientId, issuer }: Provider,
  document: Discovery,
  response: Response,
  nonce: string,
): Promise<oauth.IDToken> {
  let claims: oauth.IDToken;
  try {
    const client = { client_id: clientId, [oauth.clockTolerance]: TOLERANCE };
    const answer = await oauth.processAuthorizationCodeResponse(document, client, response, {
      expectedNonce: nonce,
    });
    claims = oauth.getValidatedIdTokenClaims(answer)!;
    await checkSignature(issuer, document, response);
  } catch (error) {
    if (error instanceof Problem) throw error;
    const said =
      error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError;
    throw said ? new Problem("sso-refused") : new Problem("sso-provider", details.keysUnread);
  }
  const age = Date.now() / 1000 - claims.iat;
  if (age > TOKEN_AGE + TOLERANCE || age < -TOLERANCE) throw new Problem("sso-refused");
  // The library checks `azp` only where there are several audiences.
  if (claims.azp !== undefined && claims.azp !== clientId) throw new Problem("sso-refused");
  return claims;
}

const keysAnswer = z.object({ keys: z.array(z.looseObject({})) });

/**
 * Checks the signature with the provider's keys. If the cached keys lack the token's key id, it reads them again at once,
 * as the provider may have rotated them. Strangers cannot force this: the token came from the provider itself.
 */
async function checkSignature(issuer: string, document: Discovery, response: Response): Promise<void> {
  let asked = false;
  const options = {
    ...LOCAL,
    [oauth.customFetch]: async (
      url: string,
      init: oauth.CustomFetchOptions<string, BodyInit | undefined>,
    ) => {
      asked = true;
      const answer = await reach(details.keysUnread)(url, init);
      const keys = keysAnswer.safeParse(
        await answer
          .clone()
          .json()
          .catch(() => null),
      );
      if (answer.status !== 200 || !keys.success) throw new Problem("sso-provider", details.keysUnread);
      return answer;
    },
  };
  try {
    await oauth.validateApplicationLevelSignature(document, response, options);
  } catch (error) {
    const unknown = error instanceof oauth.OperationProcessingError && error.code === oauth.KEY_SELECTION;
    if (asked || !unknown) throw error;
    const copy = { ...document };
    const held = discovered.get(issuer);
    if (held) discovered.set(issuer, { ...held, document: copy });
    await oauth.validateApplicationLevelSignature(copy, response, options);
  }
}
