/**
 * Access tokens by OAuth 2.0 (RFC 6749): by client credentials, by a refresh token, or once by an authorisation code. A sign-in in
 * the browser is code.ts.
 * oauth4webapi sends the request and checks the answer; vendors' peculiarities are here and in kinds/. Each token is stored,
 * sealed, until it expires: some CRMs grant only a few tokens an hour, and some replace the refresh token with every grant.
 */
import * as oauth from "oauth4webapi";
import { MINUTE } from "../../../shared/core/time.ts";
import { ConnectorError, type Sign, SignInOver, type Vault } from "../connector.ts";
import { codeIn } from "../http.ts";

/** Seconds, where an answer has no `expires_in`: Salesforce's tokens last a session, two hours by default. */
const UNSAID = 1800;
export const ANSWER_WITHIN = 30_000;

/** When an access token ends, in milliseconds as text. */
export const endOf = (now: number, { expires_in: seconds = UNSAID }: oauth.TokenEndpointResponse): string =>
  String(now + seconds * 1000);

export interface Grant {
  kind: string;
  /** The token endpoint; https only. */
  url: string;
  /** Further parameters of the token request. */
  parameters?: Record<string, string>;
  /** How the client authenticates; by default with its secret in the body (RFC 6749, 2.3.1). */
  authenticate?: (clientSecret: string) => oauth.ClientAuth;
  /** The scheme of the authorisation header, Bearer by default. */
  scheme?: string;
}

/** Signs requests with an access token, and renews it a minute before it expires, or once the CRM refused it. */
export function bearer(grant: Grant, vault: Vault, clock: () => number): Sign {
  const { kind, scheme = "Bearer" } = grant;
  return async (_, fresh) => {
    const { accessToken, expiresAt } = vault.secret;
    if (fresh || !accessToken || Number(expiresAt) < clock() + MINUTE) await renew(grant, vault, clock);
    const token = vault.secret["accessToken"];
    if (!token) throw new ConnectorError(`${kind}: no token`);
    return { authorization: `${scheme} ${token}` };
  };
}

const isRefusal = ({ status }: Response): boolean =>
  status >= 400 && status < 500 && status !== 408 && status !== 429;

/** The status, and `error` as of RFC 6749, 5.2, or HubSpot's `status`. */
export function saidOf({ status }: Response, data: unknown): string {
  const { error, status: own } = Object(data) as { error?: unknown; status?: unknown };
  // A status that is "error" says nothing.
  const said = [error, own].find(
    (one) => typeof one === "string" && one !== "error" && /^[\w.-]{1,60}$/.test(one),
  );
  return `${status} ${(said as string | undefined) ?? codeIn(data)}`.trim();
}

/** By the refresh token where there is one, else by a code, else by client credentials. */
const grantOf = ({
  refreshToken,
  code,
}: Record<string, string>): [type: string, own: Record<string, string>] =>
  refreshToken
    ? ["refresh_token", { refresh_token: refreshToken }]
    : code
      ? ["authorization_code", { code }]
      : ["client_credentials", {}];

async function renew(grant: Grant, vault: Vault, clock: () => number): Promise<void> {
  await vault.reach(grant.url);
  const letGo = await vault.claim();
  if (!letGo) return;
  try {
    await granted(grant, vault, clock);
  } catch (error) {
    await letGo();
    throw error;
  }
}

async function granted(grant: Grant, vault: Vault, clock: () => number): Promise<void> {
  const { kind, url, parameters, authenticate = oauth.ClientSecretPost } = grant;
  const { clientId = "", clientSecret = "" } = vault.secret;
  const server: oauth.AuthorizationServer = { issuer: new URL(url).origin, token_endpoint: url };
  const client: oauth.Client = { client_id: clientId };
  const authentication = authenticate(clientSecret);
  const [type, own] = grantOf(vault.secret);
  const response = await oauth
    // Not the library's request for codes: Zoho's self clients have neither a redirect address nor PKCE.
    .genericTokenEndpointRequest(
      server,
      client,
      authentication,
      type,
      { ...own, ...parameters },
      { signal: AbortSignal.timeout(ANSWER_WITHIN) },
    )
    .catch(() => null);
  if (!response) throw new ConnectorError(`${kind}: no answer for a token`);
  const data = await response
    .clone()
    .json<unknown>()
    .catch(() => null);
  // Zoho answers 200 with `error` where it grants nothing: the library refuses that, as there is no token.
  const answer = await oauth
    .processGenericTokenEndpointResponse(server, client, tidied(response, data))
    .catch(async () => {
      const said = saidOf(response, data);
      // Revoked, over, or its app refused: no retry brings it back, and administrators have to know at once.
      if (vault.secret["signedIn"] && isRefusal(response)) {
        const words = `${kind}: ${/client/i.test(said) ? "no token" : "the sign-in is over"}, ${said}`;
        if (await vault.over(words)) throw new SignInOver(words);
      }
      throw new ConnectorError(`${kind}: no token, ${said}`);
    });
  const { code: _, over: __, ...kept } = vault.secret;
  vault.secret = {
    ...kept,
    accessToken: answer.access_token,
    expiresAt: endOf(clock(), answer),
    ...(answer.refresh_token === undefined ? {} : { refreshToken: answer.refresh_token }),
  };
  await vault.keep(vault.secret);
}

/**
 * An app with the scope openid also gets an ID token (https://help.salesforce.com/HTViewHelpDoc?id=remoteaccess_oauth_scopes.htm).
 * No one signs in here: it is dropped, as the library would check it against an issuer that we do not know.
 */
export function tidied(response: Response, data: unknown): Response {
  if (typeof data !== "object" || data === null || !("id_token" in data)) return response;
  const { id_token: _, ...rest } = data;
  return Response.json(rest, { status: response.status });
}
