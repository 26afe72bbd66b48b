/** The outbox on the desk, and retrying a mail that failed. */
import * as z from "zod";
import { mailAnswer, mailQuery, mailSchema } from "../../shared/mail/api.ts";
import { commit, logRead } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { json, room, route } from "../core/route.ts";
import { sql } from "../core/sql.ts";
import { sendSoon } from "./outbox.ts";
import { mailVia } from "./service.ts";

const columns = "id, template, recipient AS 'to', state, tries, error, at, sent_at AS sentAt";
type Mail = z.infer<typeof mailSchema>;

export const mails = room();

mails.openapi(
  route({
    method: "get",
    path: "/v1/mail",
    roles: ["compliance", "admin"],
    summary: "The outbox: failed mails, then all others, newest first; and which mail service is configured",
    request: { query: mailQuery },
    responses: { 200: json(mailAnswer) },
  }),
  async (c) => {
    const { state = null, after, limit } = c.req.valid("query");
    const [failed = "1", at = "9999", id = ""] = after?.split("|") ?? [];
    const db = c.env.DB;
    await logRead(c, "mail", { state });
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
    summary: "Retries a failed mail, with all its tries again",
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
    // An expired mail has no values any more.
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
