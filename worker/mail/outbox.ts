/**
 * Mail: put into the outbox in the batch of the change that it tells of, sent at once and by the scheduled job, at
 * least once. The outbox's state is exempt from the audit trail; a retry by a person is not.
 */
import type { Context } from "hono";
import type { MailValues, Template } from "../../shared/texts/mail/mail.en.ts";
import { sql, type Statement } from "../core/sql.ts";
import type { App, Env } from "../env.ts";
import { render } from "./letter.ts";
import { officers, peopleWith } from "./officers.ts";
import { hand, mailVia } from "./service.ts";
import { HOUR, MINUTE } from "../../shared/time.ts";
import { pauseAfter } from "../../shared/retry.ts";

export { mailVia };

/** Long enough that whoever took a mail has sent it, or is gone. */
const LEASE = 5 * MINUTE;
/** 12 tries within two days: the pauses are 2, 4, 8 … minutes, 15 hours at the longest. */
const TRIES = 12;
const PAUSE = [2 * MINUTE, 15 * HOUR] as const;
/** Mails of one flush; the next one goes on. */
const MOST = 50;

interface Letter<T extends Template> {
  template: T;
  values: MailValues[T];
  /** What it is about: a second mail of the same key is not written. */
  key: string;
  /** When it would be of no use any more, in ISO 8601. */
  until?: string;
}

/** A statement for `commit`: the mail exists if the change does. Call `sendSoon` after the commit. */
export const mail = <T extends Template>(m: Letter<T> & { to: string }): Statement => {
  const at = new Date().toISOString();
  return sql(
    `INSERT OR IGNORE INTO outbox (id, key, template, recipient, vals, until, at, due)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)`,
    crypto.randomUUID(),
    m.key,
    m.template,
    m.to,
    JSON.stringify(m.values),
    m.until ?? null,
    at,
  );
};

/** The same mail to each officer whom it concerns (officers.ts), each under the key with their id behind it. */
export async function mailOfficers<T extends keyof typeof officers>(
  db: D1Database,
  letter: Letter<T>,
): Promise<Statement[]> {
  const { results } = await peopleWith(db, officers[letter.template]).all<{ id: string; email: string }>();
  return results.map(({ id, email }) => mail({ ...letter, to: email, key: `${letter.key}:${id}` }));
}

/** Sends what is due after the answer has gone out. What fails is tried again by the scheduled job. */
export function sendSoon(c: Context<App>): void {
  if (mailVia(c.env) === null) return;
  c.executionCtx.waitUntil(flush(c.env, Date.now).catch((error: unknown) => console.error(error)));
}

interface Due {
  id: string;
  template: Template;
  recipient: string;
  vals: string;
  tries: number;
}

/**
 * Sends what is due. Without a service all of it waits. `clock` is in milliseconds, and read for each mail: one may take
 * a service twenty seconds, so that a flush outlasts a lease.
 */
export async function flush(env: Env, clock: () => number): Promise<void> {
  await env.DB.prepare(
    `UPDATE outbox SET vals = NULL, state = CASE state WHEN 'waiting' THEN 'expired' ELSE state END
     WHERE until <= ? AND vals IS NOT NULL AND state IN ('waiting', 'failed')`,
  )
    .bind(new Date(clock()).toISOString())
    .run();
  if (mailVia(env) === null) return;
  for (let n = 0; n < MOST; n++) {
    const now = clock();
    // Taken by moving `due` on: another flush at the same moment takes another mail.
    const due = await env.DB.prepare(
      `UPDATE outbox SET due = ?2, tries = tries + 1 WHERE id = (
         SELECT id FROM outbox WHERE state = 'waiting' AND due <= ?1 ORDER BY due LIMIT 1)
       RETURNING id, template, recipient, vals, tries`,
    )
      .bind(new Date(now).toISOString(), new Date(now + LEASE).toISOString())
      .first<Due>();
    if (!due) return;
    await sendOne(env, due, clock);
  }
}

async function sendOne(env: Env, due: Due, clock: () => number): Promise<void> {
  try {
    const values = JSON.parse(due.vals) as MailValues[Template];
    await hand(env, due.id, due.recipient, render(due.template, values));
  } catch (error) {
    const words = (error instanceof Error ? error.message : String(error)).slice(0, 300);
    await env.DB.prepare("UPDATE outbox SET state = ?, due = ?, error = ? WHERE id = ? AND state = 'waiting'")
      .bind(
        due.tries >= TRIES ? "failed" : "waiting",
        new Date(clock() + pauseAfter(due.tries, ...PAUSE)).toISOString(),
        words,
        due.id,
      )
      .run();
    return;
  }
  await env.DB.prepare(
    "UPDATE outbox SET state = 'sent', sent_at = ?, vals = NULL, error = NULL WHERE id = ?",
  )
    .bind(new Date(clock()).toISOString(), due.id)
    .run();
}
