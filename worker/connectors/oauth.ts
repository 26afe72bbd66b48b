/**
 * Access tokens by OAuth 2.0 (RFC 6749): by client credentials, a refresh token, or a code that a refresh token is got
 * for once. What is granted is kept, sealed, until it ends: some CRMs give only a few tokens in an hour, and some give a
 * new refresh token each time and take the old one no more.
 */
import * as z from "zod";
import { ConnectorError, type Sign, type Vault } from "./connector.ts";
import { codeIn } from "./http.ts";

const granted = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().optional(),
  refresh_token: z.string().min(1).optional(),
});

/** Where nothing is said of how long a token lasts: Salesforce's last a session, of two hours unless set otherwise. */
const UNSAID = 1800;
const MINUTE = 60_000;

export interface Grant {
  kind: string;
  url: string;
  /** What the token's server is asked, by what is in the vault. */
  form: (secret: Record<string, string>) => Record<string, string>;
  headers?: (secret: Record<string, string>) => Record<string, string>;
  scheme?: string;
}

/** The usual form: by the refresh token where there is one, else by a code, else by the client's own credentials. */
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
  // Zoho says 200 and `error` where it grants nothing.
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
