/**
 * The daily job of webhooks' secrets: seals what is plain, and erases the plain copy in time. Without a key it gives the plain ones
 * as long as an upgrade's way back; then their webhooks stop, and what they were to tell waits until there is a key.
 */
import { dayOf } from "../../shared/core/calendar.ts";
import { watchEn } from "../../shared/texts/watching/desk.en.ts";
import { record } from "../core/commit.ts";
import { canSeal, unseal } from "../core/seal.ts";
import { sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { isAsSaid, saidOf } from "./added.ts";
import { type Kept, PLAIN_SINCE, plainUntil, purposeOf, sealSecret, WAY_BACK } from "./secret.ts";
import { type Hook, turnOff } from "./send.ts";

/** `now` in milliseconds. */
export async function sealSecrets(env: Env, now: number): Promise<void> {
  if (!canSeal(env)) return stopPlain(env, now);
  const { results } = await env.DB.prepare(
    `SELECT id, url, secret, sealed, sealed_at AS sealedAt FROM webhooks
     WHERE (secret <> '' OR sealed IS NOT NULL) AND deleted_at IS NULL`,
  ).all<Sealed>();
  const planned = await Promise.all(
    results.map(async (kept) => ({ id: kept.id, statements: await sealOne(env, kept, now) })),
  );
  const sealed = planned.filter(({ statements }) => statements.length > 0);
  if (sealed.length === 0) return;
  await record(env, {
    actor: "system",
    event: { code: "webhook.sealed", subject: "", payload: { webhooks: sealed.map(({ id }) => id) } },
    statements: [
      ...sealed.flatMap(({ statements }) => statements),
      sql("DELETE FROM marks WHERE name = ?", PLAIN_SINCE),
    ],
  });
}

interface Sealed extends Kept {
  sealedAt: string | null;
}

/** What is plain is sealed, and what was sealed without its address is sealed again; a plain copy goes in time. */
async function sealOne(env: Env, kept: Sealed, now: number): Promise<Statement[]> {
  const { id, secret, sealed, sealedAt } = kept;
  const at = new Date(now).toISOString();
  if (sealed === null)
    return (await isAsSaid(env, kept, false)) === true
      ? [
          {
            ...sql(
              "UPDATE webhooks SET sealed = ?2, sealed_at = ?3 WHERE id = ?1 AND sealed IS NULL AND secret <> ''",
              ...[id, await sealSecret(env, kept, secret), at],
            ),
            binds: [saidOf(kept)],
          },
          ...goOn(id, at),
        ]
      : [];
  const opened = await unseal(env, purposeOf(id), sealed);
  if (secret !== "" && sealedAt !== null && sealedAt < new Date(now - WAY_BACK).toISOString())
    return [
      // Only what this key opens again.
      opened?.["secret"] === secret
        ? sql("UPDATE webhooks SET secret = '' WHERE id = ?", id)
        : sql("UPDATE webhooks SET sealed = NULL, sealed_at = NULL WHERE id = ? AND secret <> ''", id),
    ];
  // Of an earlier release.
  if (!opened?.["secret"] || opened["url"] !== undefined || (await isAsSaid(env, kept, false)) !== true)
    return [];
  return [
    {
      ...sql(
        "UPDATE webhooks SET sealed = ?3 WHERE id = ?1 AND sealed = ?2",
        ...[id, sealed, await sealSecret(env, kept, opened["secret"])],
      ),
      binds: [saidOf(kept)],
    },
  ];
}

/** Turns on again what `stopPlain` turned off. */
const goOn = (id: string, at: string): Statement[] => [
  sql(
    `UPDATE webhook_deliveries SET due = ?2, tries = 0 WHERE webhook = ?1 AND state = 'waiting'
       AND EXISTS (SELECT 1 FROM webhooks WHERE id = ?1 AND off_why = ?3)`,
    ...[id, at, watchEn.hooks.plain],
  ),
  sql(
    "UPDATE webhooks SET off_at = NULL, off_why = NULL, failing_since = NULL WHERE id = ? AND off_why = ?",
    ...[id, watchEn.hooks.plain],
  ),
];

async function stopPlain(env: Env, now: number): Promise<void> {
  const { results } = await env.DB.prepare(
    "SELECT id, url, secret, sealed, off_at AS offAt FROM webhooks WHERE secret <> '' AND deleted_at IS NULL",
  ).all<Hook & { offAt: string | null }>();
  if (results.length === 0) return;
  const until = await plainUntil(env.DB);
  if (until === null) {
    const webhooks = results.map(({ id }) => id);
    const last = dayOf(now + WAY_BACK, "UTC");
    await record(env, {
      actor: "system",
      event: { code: "webhook.plain", subject: "", payload: { webhooks, until: last } },
      statements: [
        sql("INSERT INTO marks (name, value) VALUES (?, ?)", PLAIN_SINCE, new Date(now).toISOString()),
      ],
    });
  } else if (now >= until)
    for (const hook of results) if (hook.offAt === null) await turnOff(env, hook, watchEn.hooks.plain, now);
}
