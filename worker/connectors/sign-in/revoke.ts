/**
 * Whoever removes a connector, or enters other credentials, ends its access at the vendor, too (RFC 7009), and a sign-in that is
 * refused what was granted to it: a refresh token may be good for years. Best effort, as the vendor may be away; its own page of connected apps ends it as well.
 */
import * as oauth from "oauth4webapi";
import { SIGN_IN } from "../../../shared/connectors/kinds.ts";
import { record } from "../../core/commit.ts";
import { canSeal, unseal } from "../../core/seal.ts";
import type { Env } from "../../env.ts";
import { codeIn } from "../http.ts";
import { wantCrm } from "../hosts.ts";
import { signInOf } from "../kinds/index.ts";
import { type ConnectorRow, connectorColumns, pendingOf, purposeOf, setupOf } from "../rows.ts";

/** Shorter than for a token: somebody waits for it, and it may fail. */
const ANSWER_WITHIN = 10_000;

/**
 * Ends what somebody had signed in for, once the connector has it no more: the trail says whether the vendor took it. `isOurs`: the
 * set-up, which says where the vendor is, is as the trail has it.
 */
export async function revoke(env: Env, row: ConnectorRow, isOurs: boolean, actor: string): Promise<void> {
  if (row.way !== SIGN_IN) return;
  const live = canSeal(env) ? await unseal(env, purposeOf(row.id), row.secret) : null;
  await revokeGrant(env, row, live, isOurs, actor);
  const pending = await pendingOf(env, row);
  if (pending && pending.refreshToken !== live?.["refreshToken"])
    await revokeGrant(env, row, { ...pending }, isOurs, actor);
}

/** The same of what was granted to this app; null where nobody can open that. */
export async function revokeGrant(
  env: Env,
  row: ConnectorRow,
  grant: Record<string, string> | null,
  isOurs: boolean,
  actor: string,
): Promise<void> {
  const { kind, name } = row;
  const answer = await revoked(env, row, grant, isOurs);
  if (answer)
    await record(env, {
      actor,
      event: { code: "connector.revoked", subject: row.id, payload: { kind, name, ...answer } },
      statements: [],
    });
}

/** Some CRMs grant the same refresh token again: whether a connector goes by it, or a sign-in that waits. */
async function isInUse(env: Env, token: string): Promise<boolean> {
  const { results } = await env.DB.prepare(`SELECT ${connectorColumns} FROM connectors c WHERE c.way = ?`)
    .bind(SIGN_IN)
    .all<ConnectorRow>();
  for (const row of results) {
    const live = canSeal(env) ? await unseal(env, purposeOf(row.id), row.secret) : null;
    const pending = await pendingOf(env, row);
    if (live?.["refreshToken"] === token || pending?.refreshToken === token) return true;
  }
  return false;
}

/** Whether it was revoked, and else why not. Null where nobody had signed in by themselves, or it is in use. */
async function revoked(
  env: Env,
  row: ConnectorRow,
  grant: Record<string, string> | null,
  isOurs: boolean,
): Promise<{ revoked: boolean; why?: string } | null> {
  const signIn = signInOf(row.kind);
  if (!signIn) return null;
  if (!grant) return { revoked: false, why: "sealed under another key" };
  const { clientId = "", clientSecret = "", refreshToken, accessToken } = grant;
  const token = refreshToken ?? accessToken;
  if (token === undefined || (await isInUse(env, token))) return null;
  if (!isOurs) return { revoked: false, why: "the set-up is not as the audit trail has it" };
  const setup = setupOf(row);
  try {
    const url = signIn.revoke(setup.settings);
    await wantCrm(env, row.kind, setup, url);
    const response = await oauth.revocationRequest(
      { issuer: new URL(url).origin, revocation_endpoint: url },
      { client_id: clientId },
      oauth.ClientSecretPost(clientSecret),
      token,
      { signal: AbortSignal.timeout(ANSWER_WITHIN) },
    );
    if (response.ok) return { revoked: true };
    const data: unknown = await response.json().catch(() => null);
    return { revoked: false, why: `${response.status} ${codeIn(data)}`.trim() };
  } catch (error) {
    return { revoked: false, why: error instanceof TypeError ? "no answer" : String(error).slice(0, 200) };
  }
}
