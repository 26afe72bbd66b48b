/**
 * Sends status changes to other systems by webhook, as Standard Webhooks says
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md): at least once, in
 * order, one delivery at a time for each address. While an address fails, its rows wait in `turned`, and no backlog
 * builds up.
 */
import type { Verdict } from "../../shared/check/api.ts";
import { e164Of } from "../../shared/registers/blocks.ts";
import { english, plural } from "../../shared/texts/language.ts";
import { watchEn } from "../../shared/texts/watching/desk.en.ts";
import { record } from "../core/commit.ts";
import { messagesOf, sendAll } from "../core/queue.ts";
import { sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { hmac } from "../core/hmac.ts";
import { saidOf } from "./added.ts";
import { type Kept, secretOf } from "./secret.ts";
import { mailOfficers } from "../mail/outbox.ts";
import { disclosing, type Sent } from "../policy/disclosed.ts";
import { wantRecipient } from "../policy/egress.ts";
import { tellUnlike } from "../trail/kept-back.ts";
import { DAY, HOUR, MINUTE } from "../../shared/core/time.ts";
import { pauseAfter } from "../../shared/core/retry.ts";

/** Longer than a try takes: a run that took a delivery has sent it by then, or has died. */
const LEASE = 5 * MINUTE;
const PATIENCE = 20_000;
/**
 * 2, 4, 8 … minutes after the last try, at most an hour, so that delivery resumes soon after the address works again.
 */
const PAUSE = [2 * MINUTE, HOUR] as const;
/** An address that has failed for this long is turned off, until an administrator turns it on again. */
const GIVE_UP = 3 * DAY;
/** Numbers of one delivery, and deliveries of one flush. */
const ROWS = 500;
const MOST = 50;

export type Hook = Kept;
interface Due extends Hook {
  delivery: string;
  tries: number;
  first: number;
  last: number;
  at: string;
  /** When it was tried last; null where it was not. */
  tried: string | null;
}

/** `v1,` and the base64 of HMAC-SHA256 over `id.seconds.body`; the key is the base64 after `whsec_`. */
export async function signature(secret: string, id: string, seconds: number, body: string): Promise<string> {
  const key = Uint8Array.from(atob(secret.replace(/^whsec_/, "")), (c) => c.charCodeAt(0));
  const bytes = await hmac("SHA-256", key, `${id}.${seconds}.${body}`);
  return `v1,${btoa(String.fromCharCode(...bytes))}`;
}

export interface Told {
  ok: boolean;
  status: number | null;
  answer: string;
  /** It waits for an archive of the trail, and did not fail. */
  waits?: boolean;
}

/** One try. All tries of a delivery have the same `id`, by which the receiver recognises a repetition. */
export async function post(env: Env, hook: Hook, id: string, body: string, now: number): Promise<Told> {
  const seconds = Math.floor(now / 1000);
  const opened = await secretOf(env, hook, now);
  if ("why" in opened) {
    if (opened.why === "moved") await tellUnlike(env, [saidOf(hook).row], now);
    return { ok: false, status: null, answer: watchEn.hooks[opened.why], waits: opened.why === "unread" };
  }
  try {
    await wantRecipient(env, "webhook", new URL(hook.url).host);
    const answer = await fetch(hook.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "ClearDial",
        "webhook-id": id,
        "webhook-timestamp": String(seconds),
        "webhook-signature": await signature(opened.secret, id, seconds, body),
      },
      body,
      // A redirect could lead to an address that an administrator has not approved.
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    return { ok: answer.ok, status: answer.status, answer: await beginningOf(answer) };
  } catch (error) {
    return {
      ok: false,
      status: null,
      answer: String(error instanceof Error ? error.message : error).slice(0, 300),
    };
  }
}

/** The first chunk of an answer, 300 bytes at most. It may repeat the numbers that we sent: they are masked. */
async function beginningOf(answer: Response): Promise<string> {
  const reader = answer.body?.getReader();
  const read: ReadableStreamReadResult<Uint8Array> | undefined = await reader?.read();
  await reader?.cancel();
  return new TextDecoder().decode(read?.value?.subarray(0, 300)).replace(/\d{7,}/g, "…");
}

/** Sends the ids of the addresses that have something due to the queue, or flushes where there is none. */
export async function sendHooks(env: Env, clock: () => number): Promise<void> {
  if (!env.WEBHOOKS) return flushHooks(env, clock);
  const { results } = await env.DB.prepare(
    `SELECT w.id FROM webhooks w LEFT JOIN webhook_deliveries d ON d.webhook = w.id AND d.state = 'waiting'
     WHERE w.deleted_at IS NULL AND w.off_at IS NULL
       AND (d.due <= ? OR (d.id IS NULL AND EXISTS (SELECT 1 FROM turned WHERE num > w.told)))`,
  )
    .bind(new Date(clock()).toISOString())
    .all<{ id: string }>();
  const ids = results.map(({ id }) => id);
  if (!(await sendAll(env.WEBHOOKS, messagesOf("webhooks", ids, 1)))) await flushHooks(env, clock);
}

/**
 * Sends each address, or the one that is named, the status changes that it has not had yet. `clock` gives milliseconds, and is
 * read for each try.
 */
export async function flushHooks(env: Env, clock: () => number, only: string | null = null): Promise<void> {
  for (let n = 0; n < MOST; n++) {
    await plan(env.DB, clock());
    const due = await take(env.DB, clock(), only);
    if (!due) return;
    await send(env, due, clock);
  }
}

/** Makes the next delivery of each address that has no delivery waiting. */
const plan = (db: D1Database, now: number) =>
  db
    .prepare(
      `INSERT OR IGNORE INTO webhook_deliveries (id, webhook, kind, first, last, state, due, at)
       SELECT 'msg_' || lower(hex(randomblob(16))), w.id, 'turned',
         (SELECT MIN(num) FROM turned WHERE num > w.told),
         (SELECT MAX(num) FROM (SELECT num FROM turned WHERE num > w.told ORDER BY num LIMIT ${ROWS})), 'waiting', ?1, ?1
       FROM webhooks w WHERE w.deleted_at IS NULL AND w.off_at IS NULL
         AND EXISTS (SELECT 1 FROM turned WHERE num > w.told)
         AND NOT EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.webhook = w.id AND d.state = 'waiting')`,
    )
    .bind(new Date(now).toISOString())
    .run();

/** Takes a delivery by moving its `due` on, so that another flush at the same moment takes another one. */
const take = (db: D1Database, now: number, only: string | null) =>
  db
    .prepare(
      `UPDATE webhook_deliveries SET due = ?2, tries = tries + 1 WHERE id = (
         SELECT d.id FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook
         WHERE d.state = 'waiting' AND d.due <= ?1 AND w.off_at IS NULL AND w.deleted_at IS NULL
           AND (?3 IS NULL OR w.id = ?3) ORDER BY d.due LIMIT 1)
       RETURNING id AS delivery, tries, first, last, at, tried_at AS tried,
         webhook AS id, (SELECT url FROM webhooks WHERE id = webhook) AS url,
         (SELECT secret FROM webhooks WHERE id = webhook) AS secret,
         (SELECT sealed FROM webhooks WHERE id = webhook) AS sealed`,
    )
    .bind(new Date(now).toISOString(), new Date(now + LEASE).toISOString(), only)
    .first<Due>();

async function send(env: Env, due: Due, clock: () => number): Promise<void> {
  const db = env.DB;
  const { body, numbers } = await bodyOf(db, due);
  const told = await post(env, due, due.delivery, body, clock());
  const now = clock();
  const at = new Date(now).toISOString();
  const counted = sentTo(due, told, numbers, now).map((sent) => disclosing(db, ...sent));
  if (told.ok) {
    await db.batch([
      ...counted,
      db
        .prepare(
          `UPDATE webhook_deliveries SET state = 'delivered', tried_at = ?2, status = ?3, answer = ?4 WHERE id = ?1`,
        )
        .bind(due.delivery, at, told.status, told.answer),
      db
        .prepare("UPDATE webhooks SET told = MAX(told, ?2), failing_since = NULL WHERE id = ?1")
        .bind(due.id, due.last),
    ]);
    return;
  }
  const [, state] = await db.batch<{ failingSince: string }>([
    db
      .prepare(
        `UPDATE webhook_deliveries SET due = ?2, tried_at = ?3, status = ?4, answer = ?5
         WHERE id = ?1 AND state = 'waiting'`,
      )
      .bind(
        due.delivery,
        new Date(now + pauseAfter(due.tries, ...PAUSE)).toISOString(),
        at,
        told.status,
        told.answer,
      ),
    // What it waits counts for no failure: where it has failed before, that moves on by as long.
    db
      .prepare(
        `UPDATE webhooks SET failing_since = IIF(?3 IS NULL, COALESCE(failing_since, ?2),
           strftime('%Y-%m-%dT%H:%M:%fZ', failing_since, ?3)) WHERE id = ?1
         RETURNING failing_since AS failingSince`,
      )
      .bind(due.id, at, told.waits ? `${(now - Date.parse(due.tried ?? due.at)) / 1000} seconds` : null),
    ...counted,
  ]);
  const days = (now - Date.parse(state!.results[0]?.failingSince ?? at)) / DAY;
  if (told.waits) return;
  if (told.status === 410) await turnOff(env, due, watchEn.hooks.gone, now);
  else if (days >= GIVE_UP / DAY)
    await turnOff(env, due, plural(english, watchEn.hooks.failed, Math.floor(days)), now);
}

/** That an address had a message, whatever it answered; nothing where it was not reached. A ping has no numbers. */
export const sentTo = ({ url }: Pick<Hook, "url">, told: Told, numbers: number, now: number): Sent[] =>
  told.status === null
    ? []
    : [["webhook", new URL(url).host, numbers === 0 ? "ping" : "turned", numbers, now]];

/** The body of a delivery: the same in each try, except for rows that were erased in between. */
async function bodyOf(db: D1Database, { first, last, at }: Due): Promise<{ body: string; numbers: number }> {
  const { results } = await db
    .prepare(
      `SELECT number, from_verdict AS "from", to_verdict AS "to", reason, list, version, as_of AS asOf, at
       FROM turned WHERE num BETWEEN ? AND ? ORDER BY num`,
    )
    .bind(first, last)
    .all<{ number: number; from: Verdict; to: Verdict }>();
  const numbers = results.map((row) => ({ ...row, number: e164Of(row.number) }));
  const body = JSON.stringify({ type: "numbers.turned", timestamp: at, data: { numbers } });
  return { body, numbers: numbers.length };
}

/** What it was to tell waits until it is turned on again. */
export async function turnOff(
  env: Env,
  { id, url }: Pick<Hook, "id" | "url">,
  why: string,
  now: number,
): Promise<void> {
  const at = new Date(now).toISOString();
  const mails = await mailOfficers(env.DB, {
    template: "webhook-off",
    values: { host: new URL(url).host, why },
    key: `webhook-off:${id}:${at}`,
  });
  await record(env, {
    actor: "system",
    event: { code: "webhook.off", subject: id, payload: { url, why } },
    statements: [
      sql("UPDATE webhooks SET off_at = ?2, off_why = ?3 WHERE id = ?1 AND off_at IS NULL", id, at, why),
      ...mails,
    ],
  });
}
