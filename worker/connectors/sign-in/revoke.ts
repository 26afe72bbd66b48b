/**
 * Whoever removes a connector ends its access at the vendor, too (RFC 7009): a refresh token may be good for years. Best effort, as
 * the vendor may be away; its own page of connected apps ends it as well.
 */
import * as oauth from "oauth4webapi";
import { SIGN_IN } from "../../../shared/connectors/kinds.ts";
import { canSeal, unseal } from "../../core/seal.ts";
import type { Env } from "../../env.ts";
import { wantRecipient } from "../../policy/egress.ts";
import { codeIn } from "../http.ts";
import { hostOf, signInOf } from "../kinds/index.ts";
import { type ConnectorRow, purposeOf, setupOf } from "../rows.ts";

/** Shorter than for a token: somebody waits for it, and it may fail. */
const ANSWER_WITHIN = 10_000;

/** For the trail: whether it was revoked, and else why not. Null where nobody had signed in by themselves. Never throws. */
export async function revoked(
  env: Env,
  row: ConnectorRow,
): Promise<{ revoked: boolean; why?: string } | null> {
  const signIn = signInOf(row.kind);
  if (!signIn || row.way !== SIGN_IN) return null;
  const secret = canSeal(env) ? await unseal(env, purposeOf(row.id), row.secret) : null;
  if (!secret) return { revoked: false, why: "sealed under another key" };
  const { clientId = "", clientSecret = "", refreshToken } = secret;
  if (refreshToken === undefined) return null;
  const setup = setupOf(row);
  try {
    await wantRecipient(env.DB, "connector", hostOf(row.kind, setup));
    const url = signIn.revoke(setup.settings);
    const response = await oauth.revocationRequest(
      { issuer: new URL(url).origin, revocation_endpoint: url },
      { client_id: clientId },
      oauth.ClientSecretPost(clientSecret),
      refreshToken,
      { signal: AbortSignal.timeout(ANSWER_WITHIN) },
    );
    if (response.ok) return { revoked: true };
    const data: unknown = await response.json().catch(() => null);
    return { revoked: false, why: `${response.status} ${codeIn(data)}`.trim() };
  } catch (error) {
    return { revoked: false, why: error instanceof TypeError ? "no answer" : String(error).slice(0, 200) };
  }
}
