/**
 * Access tokens by OAuth 2.0 (RFC 6749): by client credentials, by a refresh token, or once by an authorisation code. Each
 * token is stored, sealed, until it expires: some CRMs grant only a few tokens an hour, and some replace the refresh token
 * with every grant.
 */
import * as z from "zod";
import { MINUTE } from "../../shared/time.ts";
import { ConnectorError, type Sign, type Vault } from "./connector.ts";
import { codeIn } from "./http.ts";

const granted = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().optional(),
  refresh_token: z.string().min(1).optional(),
});

/** Seconds, where an answer has no `expires_in`: Salesforce's tokens last a session, two hours by default. */
const UNSAID = 1800;

export interface Grant {
  kind: string;
  url: string;
  /** The token request's parameters, from what the vault holds. */
  form: (secret: Record<string, string>) => Record<string, string>;
  headers?: (secret: Record<string, string>) => Record<string, string>;
  scheme?: string;
}

/** The usual parameters: by refresh token where there is one, else by code, else by client credentials. */
export const usualForm = ({ clientId, clientSecret, refreshToken, code }: Record<string, string>) => ({
  ...(refreshToken
    ? { grant_type: "refresh_token", refresh_token: refreshToken }
    : code
      ? { grant_type: "authorization_code", code }
      : { grant_type: "client_credentials" }),
  client_id: clientId ?? "",
  client_secret: clientSecret ?? "",
});

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

async function renew({ kind, url, form, headers }: Grant, vault: Vault, clock: () => number): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { accept: "application/json", ...headers?.(vault.secret) },
    body: new URLSearchParams(form(vault.secret)),
    redirect: "manual",
    signal: AbortSignal.timeout(30_000),
  }).catch(() => null);
  if (!response) throw new ConnectorError(`${kind}: no answer for a token`);
  const data = await response.json<unknown>().catch(() => null);
  const parsed = granted.safeParse(data);
  // Zoho answers 200 with `error` where it grants nothing.
  if (!response.ok || !parsed.success)
    throw new ConnectorError(`${kind}: no token, ${response.status} ${codeIn(data)}`.trim());
  const { access_token, expires_in = UNSAID, refresh_token } = parsed.data;
  const { code: _, ...kept } = vault.secret;
  vault.secret = {
    ...kept,
    accessToken: access_token,
    expiresAt: String(clock() + expires_in * 1000),
    ...(refresh_token === undefined ? {} : { refreshToken: refresh_token }),
  };
  await vault.keep(vault.secret);
}
