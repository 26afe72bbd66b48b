/** The CRM behind a connector's row, opened with its unsealed credentials. */
import * as z from "zod";
import { record } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import { seal, unseal } from "../core/seal.ts";
import type { Env } from "../env.ts";
import { SIGN_IN } from "../../shared/connectors/kinds.ts";
import type { ConnectorSetup } from "../../shared/connectors/api.ts";
import { ConnectorError, type Connector as Crm, SetupError, type Vault, type Waiting } from "./connector.ts";
import { connectorOf, hostOf } from "./kinds/index.ts";
import { wantRecipient } from "../policy/egress.ts";
import { tell } from "./failures.ts";
import { type ConnectorRow, purposeOf, sealedElsewhere, setupOf } from "./rows.ts";

/** Its set-up, and its credentials, which store each token as it is granted. Throws a ConnectorError where they cannot be used. */
export async function vaultOf(env: Env, row: ConnectorRow): Promise<{ setup: ConnectorSetup; vault: Vault }> {
  const secret = await unseal(env, purposeOf(row.id), row.secret);
  if (!secret) throw new ConnectorError(sealedElsewhere(row));
  const setup = setupOf(row);
  await wantRecipient(env.DB, "connector", hostOf(row.kind, setup)).catch((error: Error) => {
    throw new ConnectorError(`${row.kind}: ${error.message}`);
  });
  let stored = row.secret;
  const vault: Vault = {
    secret,
    async keep(secret: Record<string, string>) {
      const sealed = await seal(env, purposeOf(row.id), secret);
      await record(env, {
        actor: "system",
        event: { code: "connector.token-renewed", subject: row.id, payload: null },
        statements: [
          // An administrator may have entered other credentials meanwhile: never overwrite those.
          sql("UPDATE connectors SET secret = ?1 WHERE id = ?2 AND secret = ?3", ...[sealed, row.id, stored]),
        ],
      });
      stored = sealed;
    },
    async over(words: string) {
      if (vault.secret["over"] !== undefined) return true;
      const over = { ...vault.secret, over: words };
      const sealed = await seal(env, purposeOf(row.id), over);
      const change = {
        actor: "system",
        event: { code: "connector.sign-in-over", subject: row.id, payload: { error: words } },
        statements: [
          // Refused where it was renewed, or signed in to, at this very moment.
          sql(
            "UPDATE connectors SET secret = IIF(secret = ?3, ?2, NULL) WHERE id = ?1",
            row.id,
            sealed,
            stored,
          ),
          ...(await tell(env.DB, row, words, "signIn", `${row.id}:${crypto.randomUUID()}`)),
        ],
      };
      try {
        await record(env, change);
      } catch (error) {
        if (String(error).includes("connectors.secret")) return false;
        throw error;
      }
      vault.secret = over;
      stored = sealed;
      return true;
    },
  };
  return { setup, vault };
}

/** Stores each token as it is granted. Throws a ConnectorError where the credentials were sealed under another key. */
export async function crmOf(env: Env, row: ConnectorRow, waiting: Waiting): Promise<Crm> {
  const { setup, vault } = await vaultOf(env, row);
  if (row.way === SIGN_IN && !vault.secret["refreshToken"])
    throw new SetupError(`${row.kind}: nobody has signed in yet`);
  const crm = connectorOf(row.kind, setup, vault, waiting);
  return {
    page: undocumented(row.kind, crm.page),
    ...(crm.further && { further: undocumented(row.kind, crm.further) }),
    write: undocumented(row.kind, crm.write),
  };
}

/** An answer of another shape than documented is the vendor's failure; zod's message, which quotes it, is dropped. */
const undocumented =
  <A, T>(kind: string, method: (a: A) => Promise<T>) =>
  (a: A): Promise<T> =>
    method(a).catch((error: unknown) => {
      throw error instanceof z.ZodError
        ? new ConnectorError(`${kind}: another answer than documented`)
        : error;
    });
