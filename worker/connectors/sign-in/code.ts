/**
 * An administrator of the vendor's signs in there for a connector: by authorisation code (RFC 6749, 4.1) with PKCE (RFC 7636).
 * oauth4webapi does the protocol. What is begun is kept nowhere: it comes back in `state`, sealed, with the verifier in it, and
 * counts once, as something was then granted since it was begun. What is granted counts once whoever began it confirms it (pending.ts).
 */
import * as oauth from "oauth4webapi";
import { SIGN_IN } from "../../../shared/connectors/kinds.ts";
import { MINUTE } from "../../../shared/core/time.ts";
import type { Change } from "../../core/change.ts";
import { record } from "../../core/commit.ts";
import { Problem, problemOf } from "../../core/errors.ts";
import { sha256Hex } from "../../core/hash.ts";
import { sameSecret } from "../../core/hmac.ts";
import { seal, sealInAddress, unseal, unsealInAddress } from "../../core/seal.ts";
import { sql } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { isUnsent } from "../../policy/egress.ts";
import { asRead, bindSetup, isAsRead, wantAsSaid } from "../checks/bound.ts";
import { ConnectorError } from "../connector.ts";
import { wantCrm } from "../hosts.ts";
import { signInOf, tokenAddressOf } from "../kinds/index.ts";
import { type ConnectorRow, connectorColumns, pendingOf, purposeOf, rowOf, setupOf } from "../rows.ts";
import { stoppingAny } from "../run.ts";
import { dueAtOnce, leasedUntil } from "../turned.ts";
import { ANSWER_WITHIN, endOf, saidOf, tidied } from "./oauth.ts";
import { keepPending } from "./pending.ts";
import { revokeGrant } from "./revoke.ts";

export const CALLBACK = "/connector-sign-in";
/** For so long whoever began it may take to agree. */
const LASTS = 15 * MINUTE;
const PURPOSE = "connector-sign-in";

/** Why nothing came of it. `said`: the vendor's own word. */
export class SignInFailed extends Error {
  readonly why:
    | "unknown"
    | "late"
    | "changed"
    | "altered"
    | "recipient"
    | "refused"
    | "no-answer"
    | "no-refresh"
    | "other-account";
  readonly said: string;
  constructor(why: SignInFailed["why"], said = "") {
    super(`${why} ${said}`);
    this.why = why;
    this.said = said;
  }
}

/**
 * What a sign-in is begun for, and good for alone: an app at its vendor's, until somebody signs in, or another is granted something
 * (`pending`). Its access tokens may be renewed meanwhile.
 */
function begunFor(
  row: ConnectorRow,
  { clientId, clientSecret, signedIn }: Record<string, string>,
  pending: string | null,
): string {
  const token = tokenAddressOf(row.kind, setupOf(row));
  return sha256Hex(JSON.stringify([token, clientId, clientSecret, signedIn, pending]));
}

/** Why nothing may be sent to the CRM, by policy or by where its host is; null where it may. */
const whyUnsent = (env: Env, row: ConnectorRow): Promise<string | null> =>
  wantCrm(env, row.kind, setupOf(row), tokenAddressOf(row.kind, setupOf(row))!).then(
    () => null,
    (error: unknown) => {
      if (isUnsent(error)) return error.message;
      throw error;
    },
  );

/** The vendor's page on which somebody agrees, and until when (milliseconds). `origin`: this Worker's. Null: none signs in so. Throws connector-recipient, connector-unlike. */
export async function begun(
  env: Env,
  row: ConnectorRow,
  { by, origin, now }: { by: string; origin: string; now: number },
): Promise<{ url: string; until: number } | null> {
  const secret = await unseal(env, purposeOf(row.id), row.secret);
  const signIn = signInOf(row.kind);
  if (!signIn || row.way !== SIGN_IN || !secret) return null;
  await wantUnaltered(env, row);
  const unsent = await whyUnsent(env, row);
  if (unsent !== null) throw new Problem("connector-recipient", unsent);
  const setup = setupOf(row);
  const verifier = oauth.generateRandomCodeVerifier();
  const until = now + LASTS;
  const begins = {
    connector: row.id,
    by,
    verifier,
    until: String(until),
    of: begunFor(row, secret, row.pending),
  };
  const url = new URL(signIn.authorize(setup.settings));
  url.search = new URLSearchParams({
    response_type: "code",
    client_id: secret["clientId"]!,
    redirect_uri: `${origin}${CALLBACK}`,
    scope: signIn.scopes(setup).join(" "),
    state: await sealInAddress(env, PURPOSE, begins),
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  }).toString();
  await record(env, {
    actor: by,
    event: { code: "connector.sign-in-begun", subject: row.id, payload: null },
    statements: [],
  });
  return { url: url.href, until };
}

/**
 * Takes the vendor's answer in the address that the browser was sent back to. `code` is for whoever began it to enter. Throws
 * SignInFailed.
 */
export async function finished(
  env: Env,
  address: URL,
  now: number,
): Promise<{ row: ConnectorRow; account: string; code: string }> {
  const begins = await unsealInAddress(env, PURPOSE, address.searchParams.get("state") ?? "");
  if (!begins) throw new SignInFailed("unknown");
  if (!(Number(begins["until"]) > now)) throw new SignInFailed("late");
  const { row, before } = await rowBegunFor(env, begins);
  const by = begins["by"]!;
  const answer = await exchanged(env, row, before, address, begins["verifier"]!);
  const granted = {
    ...{ clientId: before["clientId"]!, clientSecret: before["clientSecret"]! },
    ...{ accessToken: answer.access_token, expiresAt: endOf(now, answer) },
    ...(answer.refresh_token !== undefined && { refreshToken: answer.refresh_token }),
  };
  try {
    const { refreshToken } = granted;
    if (refreshToken === undefined) throw new SignInFailed("no-refresh");
    const account = accountOf(row, before, answer);
    const of = begunFor(row, before, null);
    const code = await keepPending(env, row, { ...granted, refreshToken, account, of }, { by, now });
    if (code === null) throw new SignInFailed("changed");
    return { row, account, code };
  } catch (error) {
    // Nobody here will use it, and it may be good for years.
    await revokeGrant(env, row, granted, true, by).catch((also: unknown) =>
      console.error("connector.revoked", also),
    );
    throw error;
  }
}

/** Whether somebody typed this code, as people type. */
const isCode = (typed: string, code: string): boolean =>
  sameSecret(typed.toUpperCase().replaceAll(/[^0-9A-Z]/g, ""), code.replace("-", ""));

/** Signs in by what waits, for whoever began it and has its code. Throws the Problems not-found, connector-code, connector-unlike. */
export async function confirmed(
  env: Env,
  id: string,
  { by, code, now }: { by: string; code: string; now: number },
): Promise<void> {
  for (let tries = 3; ; tries--) {
    const row = await rowOf(env.DB, id);
    const pending = await pendingOf(env, row);
    const before = row.way === SIGN_IN ? await unseal(env, purposeOf(row.id), row.secret) : null;
    const isTheirs = pending?.by === by && Number(pending.until) > now && isCode(code, pending.code);
    if (!pending || !before || !isTheirs || pending.of !== begunFor(row, before, null))
      throw new Problem("connector-code");
    await wantUnaltered(env, row);
    if (signInOf(row.kind)!.isOurs?.(pending.account, setupOf(row).settings) === false)
      throw new Problem("connector-code");
    const { clientId, clientSecret, accessToken, refreshToken, expiresAt, account } = pending;
    const tokens = { accessToken, refreshToken, expiresAt };
    const secret = { clientId, clientSecret, ...tokens, account, signedIn: new Date(now).toISOString() };
    try {
      // An access token that was renewed meanwhile is replaced, too.
      const sealed = await seal(env, purposeOf(row.id), secret);
      return await record(env, await storing(env, row, { by, account, sealed, now }));
    } catch (error) {
      const isLater = String(error).includes("connectors.secret") || problemOf(error)?.code === "conflict";
      if (tries === 1 || !isLater) throw error;
    }
  }
}

/** Throws connector-unlike. */
const wantUnaltered = (env: Env, row: ConnectorRow): Promise<void> =>
  wantAsSaid(env, row).catch((error: unknown) => {
    throw error instanceof ConnectorError ? new Problem("connector-unlike", error.message) : error;
  });

/** The connector as the sign-in was begun for it, with its credentials. Throws SignInFailed. */
async function rowBegunFor(env: Env, begins: Record<string, string>) {
  const row = await env.DB.prepare(
    `SELECT ${connectorColumns} FROM connectors c WHERE c.id = ?1 AND EXISTS (
       SELECT 1 FROM people p WHERE p.id = ?2 AND p.role = 'admin' AND p.active = 1)`,
  )
    .bind(begins["connector"], begins["by"])
    .first<ConnectorRow>();
  const before = row?.way === SIGN_IN ? await unseal(env, purposeOf(row.id), row.secret) : null;
  if (!row || !before || begunFor(row, before, row.pending) !== begins["of"])
    throw new SignInFailed("changed");
  await wantAsSaid(env, row).catch((error: unknown) => {
    throw error instanceof ConnectorError ? new SignInFailed("altered", error.message) : error;
  });
  return { row, before };
}

/** Stores the credentials (sealed), or is refused where those of the row, or its set-up, are others by now. */
const storing = async (
  env: Env,
  row: ConnectorRow,
  { by, account, sealed, now }: { by: string; account: string; sealed: string; now: number },
): Promise<Change> => ({
  actor: by,
  event: { code: "connector.signed-in", subject: row.id, payload: { account } },
  statements: [
    bindSetup(
      sql(
        // Another account's user may have other rights, and the records are now those that this person chose.
        `UPDATE connectors SET secret = IIF(secret = ?3 AND pending = ?13 AND ${isAsRead(7)}, ?1, NULL),
         pending = NULL, proved = NULL, failures = 0, error = NULL,
         due = ${dueAtOnce("?6")}, by = ?4, at = ?5 WHERE id = ?2`,
        ...[
          sealed,
          row.id,
          row.secret,
          by,
          new Date(now).toISOString(),
          leasedUntil(now),
          ...asRead(row),
          row.pending,
        ],
      ),
      { ...row, by, at: new Date(now).toISOString() },
    ),
    // Where this user sees fewer records, what the run does not see would count as deleted.
    ...(await stoppingAny(env, row, now)),
  ],
});

/** What the vendor grants for the code in the address. */
async function exchanged(
  env: Env,
  row: ConnectorRow,
  before: Record<string, string>,
  address: URL,
  verifier: string,
): Promise<oauth.TokenEndpointResponse> {
  const setup = setupOf(row);
  const unsent = await whyUnsent(env, row);
  if (unsent !== null) throw new SignInFailed("recipient", unsent);
  const token = tokenAddressOf(row.kind, setup)!;
  const server: oauth.AuthorizationServer = { issuer: new URL(token).origin, token_endpoint: token };
  const client: oauth.Client = { client_id: before["clientId"]! };
  const answered = validAnswer(server, client, address);
  const response = await oauth
    .authorizationCodeGrantRequest(
      ...([server, client, oauth.ClientSecretPost(before["clientSecret"]!), answered] as const),
      ...([`${address.origin}${CALLBACK}`, verifier] as const),
      { signal: AbortSignal.timeout(ANSWER_WITHIN) },
    )
    .catch(() => null);
  if (!response) throw new SignInFailed("no-answer");
  const data: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return oauth.processAuthorizationCodeResponse(server, client, tidied(response, data)).catch(() => {
    throw new SignInFailed("refused", saidOf(response, data));
  });
}

/** Whose access it is. Throws SignInFailed where it is not that of before, or of the set-up. */
function accountOf(
  row: ConnectorRow,
  before: Record<string, string>,
  answer: oauth.TokenEndpointResponse,
): string {
  const signIn = signInOf(row.kind)!;
  const account = signIn.account(answer);
  const last = before["account"] ?? "";
  // The records that are known are those of the account before.
  if ((last !== "" && last !== account) || signIn.isOurs?.(account, setupOf(row).settings) === false)
    throw new SignInFailed("other-account", account);
  return account;
}

/** The code or the vendor's refusal alone: its further parameters are its own. `state` was checked, as it was opened. */
function validAnswer(server: oauth.AuthorizationServer, client: oauth.Client, address: URL): URLSearchParams {
  const own = [...address.searchParams].filter(([name]) => name === "code" || name === "error");
  try {
    return oauth.validateAuthResponse(server, client, new URLSearchParams(own), oauth.expectNoState);
  } catch {
    const said = address.searchParams.get("error") ?? "";
    throw new SignInFailed("refused", /^[\w.-]{1,60}$/.test(said) ? said : "");
  }
}
