/**
 * Each day the access of connectors to which somebody signed in is renewed: some CRMs end it where nobody used it for some weeks
 * (https://help.salesforce.com/s/articleView?id=xcloud.connected_app_limit_idle_ttl.htm), and whoever revoked it there is not told
 * of here before the next run. Administrators hear of both at once. What nobody confirmed goes on that day, too. Before a secret ends
 * whose last day somebody entered they are told as well.
 */
import { SIGN_IN, SIGN_IN_ENDS } from "../../../shared/connectors/kinds.ts";
import { SECRET_ENDS, secretEndsOn } from "../../../shared/connectors/settings.ts";
import { dayOf, daysBetween } from "../../../shared/core/calendar.ts";
import { DAY } from "../../../shared/core/time.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { record } from "../../core/commit.ts";
import { canSeal } from "../../core/seal.ts";
import type { Env } from "../../env.ts";
import { currentPolicy } from "../../policy/current.ts";
import { SignInOver } from "../connector.ts";
import { vaultOf } from "../crm.ts";
import { isTold, tell, wordsOf } from "../failures.ts";
import { realTime } from "../http.ts";
import { tokenAddressOf } from "../kinds/index.ts";
import { type ConnectorRow, connectorColumns, setupOf, signInOf as signedInOf } from "../rows.ts";
import { bearer } from "./oauth.ts";
import { dropLate } from "./pending.ts";

export async function keepSignedIn(env: Env, clock: () => number): Promise<void> {
  if (canSeal(env)) {
    const { results } = await env.DB.prepare(
      `SELECT ${connectorColumns} FROM connectors c WHERE c.way = ? ORDER BY c.num`,
    )
      .bind(SIGN_IN)
      .all<ConnectorRow>();
    // Also during a run, which may take days: one at a time asks for a token (Vault).
    for (const row of results) {
      await dropLate(env, row, clock());
      await renewed(env, row, clock);
    }
  }
  await tellSecrets(env, clock());
}

/** Where the CRM ends it, that is noted and told as it is found (Vault); what it does not answer today it may tomorrow. */
async function renewed(env: Env, row: ConnectorRow, clock: () => number): Promise<void> {
  try {
    const { setup, vault } = await vaultOf(env, row, { ...realTime, clock });
    // Nobody has signed in yet: the desk says so.
    if (!vault.secret["signedIn"]) return;
    const url = tokenAddressOf(row.kind, setup)!;
    await bearer({ kind: row.kind, url }, vault, clock)({ method: "GET", path: "/" }, true);
    await tellEnd(env, row, clock());
  } catch (error) {
    if (!(error instanceof SignInOver)) console.error(wordsOf(error));
  }
}

/** A mail 14 days before a sign-in ends, and one three days before. */
async function tellEnd(env: Env, row: ConnectorRow, now: number): Promise<void> {
  const { at, endsAt } = (await signedInOf(env, row))!;
  const left = endsAt === null ? Infinity : Math.ceil((Date.parse(endsAt) - now) / DAY);
  if (left > SIGN_IN_ENDS || left < 0) return;
  const about = `${row.id}:${at}:${left > 3 ? SIGN_IN_ENDS : 3}`;
  if (await isTold(env.DB, "signInEnds", about)) return;
  await record(env, {
    actor: "system",
    event: { code: "connector.sign-in-ends", subject: row.id, payload: { endsAt } },
    statements: await tell(env.DB, row, endsAt!.slice(0, 10), "signInEnds", about),
  });
}

/** A mail 30 days before the last day of a secret, and one seven days before. */
async function tellSecrets(env: Env, now: number): Promise<void> {
  const { policy } = await currentPolicy(env.DB);
  const today = dayOf(now, zoneOfPolicy(policy));
  const { results } = await env.DB.prepare(
    `SELECT ${connectorColumns} FROM connectors c
     WHERE CASE WHEN json_valid(c.setup) THEN c.setup ->> '$.settings.secretEnds' END IS NOT NULL ORDER BY c.num`,
  ).all<ConnectorRow>();
  for (const row of results)
    // A set-up that somebody altered in the database keeps no other from being told of.
    await tellSecret(env, row, today).catch((error: unknown) => console.error(wordsOf(error)));
}

async function tellSecret(env: Env, row: ConnectorRow, today: string): Promise<void> {
  const endsOn = secretEndsOn(setupOf(row).settings)!;
  const left = daysBetween(today, endsOn);
  const stage = SECRET_ENDS.findLast((days) => left <= days);
  const about = `${row.id}:${endsOn}:${stage}`;
  if (stage === undefined || left < 0 || (await isTold(env.DB, "secretEnds", about))) return;
  await record(env, {
    actor: "system",
    event: { code: "connector.secret-ends", subject: row.id, payload: { endsOn } },
    statements: await tell(env.DB, row, endsOn, "secretEnds", about),
  });
}
