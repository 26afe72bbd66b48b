/**
 * The outbox. A mail is a row, inserted in the batch of the change that it is about. It is sent right after the answer,
 * and by the queue to which the clock sends what is due, at least once. Sending is exempt from the audit trail; a person's retry is not.
 */
import type { Context } from "hono";
import type { MailValues, Template } from "../../shared/texts/mail/mail.en.ts";
import { messagesOf, sendAll } from "../core/queue.ts";
import { sql, type Statement } from "../core/sql.ts";
import type { App, Env } from "../env.ts";
import { disclosing } from "../policy/disclosed.ts";
import { render } from "./render.ts";
import { officers, peopleWith } from "./officers.ts";
import { deliver, hostOf } from "./service.ts";
import { mailVia, type Service, serviceOf } from "./settings.ts";
import { HOUR, MINUTE } from "../../shared/core/time.ts";
import { pauseAfter } from "../../shared/core/retry.ts";

export { mailVia };

/** How long a flush keeps a mail to itself: longer than sending it can take. */
const LEASE = 5 * MINUTE;
/** 12 tries within two days, with pauses of 2, 4, 8 … minutes, 15 hours at most. */
const TRIES = 12;
const PAUSE = [2 * MINUTE, 15 * HOUR] as const;
/** Most mails a flush, and a message of the queue. */
const MOST = 50;
const TOGETHER = 10;
/** Most mails that one run of the clock sends to the queue. What waits there for longer than this is sent again. */
const MANY = 5000;
const LOST = HOUR;
/** What anybody can cause by the public form: such mails go after all others. */
const PUBLIC = "request-received" satisfies Template;
/** What somebody has heard by it depends on who set the service by which it left (0076), so that has to be the one that is set still. */
const HEARD = "proposal-alone" satisfies Template;
/** Mails to people who made a request; all others go to the company's own. */
const requesters: readonly Template[] = [PUBLIC, "request-news", "request-code"];

interface Letter<T extends Template> {
  template: T;
  values: MailValues[T];
  /** Names recipient and occasion: a second mail with the same key is not inserted. */
  key: string;
  /** A second one with the same key refuses its batch instead (`mail-tried`). */
  strict?: boolean;
  /** When the mail expires unsent, in ISO 8601. */
  until?: string;
  /** A condition on which it is written, in SQL: `?4` is the recipient, `?8` the parameter. */
  only?: { where: string; param: string };
}

/** A statement for `commit`, so that the mail exists if the change does. Call `sendSoon` after the commit. */
export const mail = <T extends Template>(m: Letter<T> & { to: string }): Statement => {
  const at = new Date().toISOString();
  return sql(
    `INSERT ${m.strict ? "" : "OR IGNORE "}INTO outbox (id, key, template, recipient, vals, until, at, due)
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7 WHERE ${m.only?.where ?? "TRUE"}`,
    crypto.randomUUID(),
    m.key,
    m.template,
    m.to,
    JSON.stringify(m.values),
    m.until ?? null,
    at,
    ...(m.only ? [m.only.param] : []),
  );
};

/** The statements for one mail to each person with a role that gets this template (officers.ts). Appends their ids to the key. */
export async function mailOfficers<T extends keyof typeof officers>(
  db: D1Database,
  letter: Letter<T>,
): Promise<Statement[]> {
  const { results } = await peopleWith(db, officers[letter.template]).all<{ id: string; email: string }>();
  return results.map(({ id, email }) => mail({ ...letter, to: email, key: `${letter.key}:${id}` }));
}

/** Sends due mails behind the answer. The scheduled job retries what fails. */
export function sendSoon(c: Context<App>): void {
  const send = async () => {
    if ((await mailVia(c.env)) !== null) await flush(c.env, Date.now);
  };
  c.executionCtx.waitUntil(send().catch((error: unknown) => console.error(error)));
}

interface Due {
  id: string;
  template: Template;
  recipient: string;
  vals: string;
  tries: number;
}

/**
 * Expires mails, then sends those that are due. Without a mail service they wait. `clock` in milliseconds is read for each
 * mail, as one may take twenty seconds and a whole flush longer than a lease.
 */
export async function flush(env: Env, clock: () => number): Promise<void> {
  await expire(env.DB, clock());
  const service = await serviceOf(env);
  if (service === null) return;
  for (let n = 0; n < MOST; n++) {
    const due = await take(env.DB, clock());
    if (!due) return;
    await sendOne(env, service, due, clock);
  }
}

const expire = (db: D1Database, now: number) =>
  db
    .prepare(
      `UPDATE outbox SET vals = NULL, state = CASE state WHEN 'waiting' THEN 'expired' ELSE state END
       WHERE until <= ? AND vals IS NOT NULL AND state IN ('waiting', 'failed')`,
    )
    .bind(new Date(now).toISOString())
    .run();

/**
 * Takes this mail, or the one that is due longest, those that anybody can cause last, by moving its `due` on: whoever comes at the same moment takes another one, or
 * none.
 */
const take = (db: D1Database, now: number, id: string | null = null): Promise<Due | null> =>
  db
    .prepare(
      `UPDATE outbox SET due = ?2, tries = tries + 1, queued_until = NULL
       WHERE state = 'waiting' AND due <= ?1 AND id = COALESCE(?3,
         (SELECT id FROM outbox INDEXED BY outbox_own WHERE state = 'waiting' AND template <> '${PUBLIC}' AND due <= ?1 ORDER BY due LIMIT 1),
         (SELECT id FROM outbox INDEXED BY outbox_due WHERE state = 'waiting' AND due <= ?1 ORDER BY due LIMIT 1))
       RETURNING id, template, recipient, vals, tries`,
    )
    .bind(new Date(now).toISOString(), new Date(now + LEASE).toISOString(), id)
    .first<Due>();

/** Scheduled every five minutes: expires mails, and sends the ids of those that are due to the queue. */
export async function sendMails(env: Env, clock: () => number): Promise<void> {
  if (!env.MAIL || (await mailVia(env)) === null) return flush(env, clock);
  const now = clock();
  await expire(env.DB, now);
  const { results } = await env.DB.prepare(
    `UPDATE outbox SET queued_until = ?2 WHERE id IN (
       SELECT id FROM outbox WHERE state = 'waiting' AND due <= ?1 AND (queued_until IS NULL OR queued_until <= ?1)
       ORDER BY template = '${PUBLIC}', due LIMIT ${MANY}) RETURNING id, template`,
  )
    .bind(new Date(now).toISOString(), new Date(now + LOST).toISOString())
    .all<Pick<Due, "id" | "template">>();
  const last = (mail: (typeof results)[number]) => Number(mail.template === PUBLIC);
  const ids = results.toSorted((a, b) => last(a) - last(b)).map(({ id }) => id);
  if (!(await sendAll(env.MAIL, messagesOf("mail", ids, TOGETHER)))) await flush(env, clock);
}

/** A message of the queue: sends those mails that are still due. */
export async function sendThese(env: Env, ids: readonly string[], clock: () => number): Promise<void> {
  const service = await serviceOf(env);
  if (service === null) return;
  for (const id of ids) {
    const due = await take(env.DB, clock(), id);
    if (due) await sendOne(env, service, due, clock);
  }
}

async function sendOne(env: Env, service: Service, due: Due, clock: () => number): Promise<void> {
  try {
    const values = JSON.parse(due.vals) as MailValues[Template];
    await deliver(env, service, due.id, due.recipient, render(due.template, values));
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
  const now = clock();
  const what = requesters.includes(due.template) ? "mail-requester" : "mail";
  await env.DB.batch([
    env.DB.prepare(
      `UPDATE outbox SET state = 'sent', sent_at = ?1, vals = NULL, error = NULL WHERE id = ?2
         AND (template <> '${HEARD}' OR ?3 IS NULL OR ?3 = (SELECT at FROM mail_service WHERE id = 1))`,
    ).bind(new Date(now).toISOString(), due.id, service.set ?? null),
    disclosing(env.DB, "mail", hostOf(service), what, 1, now),
  ]);
}
