/** Webhooks' secrets: sealed for their own row, so that a copy of the database signs nothing. */
import { DAY } from "../../shared/core/time.ts";
import { record } from "../core/commit.ts";
import { canSeal, seal, unseal } from "../core/seal.ts";
import { sql } from "../core/sql.ts";
import type { Env } from "../env.ts";

/** An older Worker reads the plain secret: it stays for so long after it was sealed. */
const WAY_BACK = 14 * DAY;

export interface Kept {
  id: string;
  /** Plain, of a row that is not sealed yet or was sealed lately; else empty. */
  secret: string;
  sealed: string | null;
}
const purposeOf = (id: string): string => `webhook:${id}`;

/** Throws connector-key where no valid key is configured. */
export const sealSecret = (env: Env, id: string, secret: string): Promise<string> =>
  seal(env, purposeOf(id), { secret });

/** Null where it was sealed under another key, or is another row's. */
export async function secretOf(env: Env, { id, secret, sealed }: Kept): Promise<string | null> {
  const opened = sealed !== null && canSeal(env) ? await unseal(env, purposeOf(id), sealed) : null;
  return opened?.["secret"] ?? (secret === "" ? null : secret);
}

/** Seals the plain secrets of before, and erases those that were sealed long enough ago. `now` in milliseconds. */
export async function sealSecrets(env: Env, now: number): Promise<void> {
  if (!canSeal(env)) return;
  const [at, before] = [now, now - WAY_BACK].map((ms) => new Date(ms).toISOString());
  const { results } = await env.DB.prepare(
    `SELECT id, secret, sealed FROM webhooks
     WHERE secret <> '' AND deleted_at IS NULL AND (sealed IS NULL OR sealed_at < ?)`,
  )
    .bind(before)
    .all<Kept>();
  if (results.length === 0) return;
  const statements = await Promise.all(
    results.map(async (kept) => {
      if (kept.sealed === null)
        return sql(
          "UPDATE webhooks SET sealed = ?2, sealed_at = ?3 WHERE id = ?1 AND sealed IS NULL AND secret <> ''",
          ...[kept.id, await sealSecret(env, kept.id, kept.secret), at!],
        );
      // Only what this key opens again.
      const opened = await unseal(env, purposeOf(kept.id), kept.sealed);
      return opened?.["secret"] === kept.secret
        ? sql("UPDATE webhooks SET secret = '' WHERE id = ?", kept.id)
        : sql("UPDATE webhooks SET sealed = NULL, sealed_at = NULL WHERE id = ? AND secret <> ''", kept.id);
    }),
  );
  const event = { code: "webhook.sealed", subject: "", payload: { webhooks: results.map(({ id }) => id) } };
  await record(env, { actor: "system", event, statements });
}
