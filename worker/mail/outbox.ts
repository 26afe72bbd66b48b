/**
 * Mail: put into the outbox in the batch of the change that it tells of, sent at once and by the scheduled job, at
 * least once. The outbox's state is exempt from the audit trail; a retry by a person is not.
 */
import type { Context } from "hono";
import * as z from "zod";
import { mailAnswer, mailQuery, mailSchema } from "../../shared/mail/api.ts";
import type { Role } from "../../shared/people/api.ts";
import type { MailValues, Template } from "../../shared/texts/mail/mail.en.ts";
import { commit, opened } from "../core/commit.ts";
import { sql, type Statement } from "../core/sql.ts";
import type { App, Env } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { render } from "./letter.ts";
import { hand, mailVia } from "./service.ts";
import { json, room, route } from "../core/route.ts";

export { mailVia };

const MINUTE = 60_000;
/** Long enough that whoever took a mail has sent it, or is gone. */
const LEASE = 5 * MINUTE;
/** 12 tries within two days: 2, 4, 8 … minutes after the try before, 15 hours at most. */
const TRIES = 12;
const pauseAfter = (tries: number): number => Math.min(2 ** tries, 15 * 60) * MINUTE;
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

/** The same mail to everybody with one of these roles, each under the key with their id behind it. */
export async function mailRoles<T extends Template>(
  db: D1Database,
  roles: Role[],
  letter: Letter<T>,
): Promise<Statement[]> {
  const { results } = await db
    .prepare(
      `SELECT id, email FROM people WHERE active = 1 AND kind = 'person' AND role IN (SELECT value FROM json_each(?))`,
    )
    .bind(JSON.stringify(roles))
    .all<{ id: string; email: string }>();
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
        new Date(clock() + pauseAfter(due.tries)).toISOString(),
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

const columns = "id, template, recipient AS 'to', state, tries, error, at, sent_at AS sentAt";
type Mail = z.infer<typeof mailSchema>;

export const mails = room();

mails.openapi(
  route({
    method: "get",
    path: "/v1/mail",
    roles: ["compliance", "admin"],
    summary:
      "Mail that failed, then what was sent, waits or is over, newest first, and whether there is a service to send it by",
    request: { query: mailQuery },
    responses: { 200: json(mailAnswer) },
  }),
  async (c) => {
    const { state = null, after, limit } = c.req.valid("query");
    const [failed = "1", at = "9999", id = ""] = after?.split("|") ?? [];
    const db = c.env.DB;
    await opened(c, "mail", { state });
    const [counts, { results }] = await Promise.all([
      db
        .prepare(
          `SELECT COUNT(*) FILTER (WHERE state = 'waiting') AS waiting,
             COUNT(*) FILTER (WHERE state = 'failed') AS failed FROM outbox`,
        )
        .first<{ waiting: number; failed: number }>(),
      db
        .prepare(
          `SELECT ${columns} FROM outbox
           WHERE (?1 IS NULL OR state = ?1) AND (state = 'failed', at, id) < (?2, ?3, ?4)
           ORDER BY state = 'failed' DESC, at DESC, id DESC LIMIT ?5`,
        )
        .bind(state, Number(failed) || 0, at, id, limit)
        .all<Mail>(),
    ]);
    const last = results[limit - 1];
    return c.json(
      {
        via: mailVia(c.env),
        waiting: counts?.waiting ?? 0,
        failed: counts?.failed ?? 0,
        mails: results,
        next: last ? `${Number(last.state === "failed")}|${last.at}|${last.id}` : null,
      },
      200,
    );
  },
);

mails.openapi(
  route({
    method: "post",
    path: "/v1/mail/{id}/retry",
    roles: ["admin"],
    summary: "Tries a failed mail again, from the first try on",
    request: { params: z.object({ id: z.string() }) },
    responses: { 200: json(mailSchema) },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const found = await c.env.DB.prepare(
      `SELECT ${columns}, vals IS NOT NULL AS kept FROM outbox WHERE id = ?`,
    )
      .bind(id)
      .first<Mail & { kept: number }>();
    if (!found) throw new Problem("not-found");
    const { kept, ...row } = found;
    // One whose time is over has no values left.
    if (row.state !== "failed" || !kept) throw new Problem("mail-not-failed");
    const answer = await commit(
      c,
      { code: "mail.retried", subject: id, payload: { template: row.template, to: row.to } },
      [
        sql(
          `UPDATE outbox SET state = 'waiting', tries = 0, error = NULL, due = ?
           WHERE id = ? AND state = 'failed' AND vals IS NOT NULL`,
          new Date().toISOString(),
          id,
        ),
      ],
      { status: 200, body: { ...row, state: "waiting" as const, tries: 0, error: null } },
    );
    sendSoon(c);
    return answer;
  },
);
