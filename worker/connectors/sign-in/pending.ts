/**
 * What a CRM grants waits until the administrator who began the sign-in enters the code that was shown to the browser which ended it. So
 * nobody ends one for another's desk who has nothing but the address, and no run uses an account that was let in elsewhere unless
 * somebody there hands out the code.
 */
import { MINUTE } from "../../../shared/core/time.ts";
import { record } from "../../core/commit.ts";
import { letters } from "../../../shared/core/letters.ts";
import { seal } from "../../core/seal.ts";
import { sql } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { type ConnectorRow, type Pending, pendingOf, pendingPurposeOf } from "../rows.ts";
import { revokeGrant } from "./revoke.ts";

/** For so long the code is good. */
const LASTS = 15 * MINUTE;

type Granted = Omit<Pending, "code" | "by" | "until">;

/** Stores it, and answers the code; null where another sign-in ended since the row was read, or the connector is gone. */
export async function keepPending(
  env: Env,
  row: ConnectorRow,
  granted: Granted,
  { by, now }: { by: string; now: number },
): Promise<string | null> {
  const before = await pendingOf(env, row);
  const code = letters(crypto.getRandomValues(new Uint8Array(8)));
  const pending: Pending = { ...granted, code, by, until: String(now + LASTS) };
  const sealed = await seal(env, pendingPurposeOf(row.id), { ...pending });
  const change = {
    actor: by,
    event: { code: "connector.sign-in-waits", subject: row.id, payload: { account: granted.account } },
    statements: [
      sql(
        "UPDATE connectors SET pending = ?2 WHERE id = ?1 AND pending IS ?3",
        ...[row.id, sealed, row.pending],
      ),
      sql("SELECT json(IIF(changes() = 1, 'null', 'not stored'))"),
    ],
  };
  try {
    await record(env, change);
  } catch (error) {
    if (String(error).includes("malformed JSON")) return null;
    throw error;
  }
  if (before) await revokeGrant(env, row, { ...before }, true, "system");
  return code;
}

/** What nobody confirmed in time is erased here, and ended at the CRM. `now` in milliseconds. */
export async function dropLate(env: Env, row: ConnectorRow, now: number) {
  if (row.pending === null) return;
  const pending = await pendingOf(env, row);
  if (pending && Number(pending.until) > now) return;
  await record(env, {
    actor: "system",
    event: { code: "connector.sign-in-lapsed", subject: row.id, payload: null },
    statements: [
      sql("UPDATE connectors SET pending = NULL WHERE id = ? AND pending = ?", row.id, row.pending),
    ],
  });
  if (pending) await revokeGrant(env, row, { ...pending }, true, "system");
}
