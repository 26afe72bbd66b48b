/** The outbox on the desk, which service sends it, a test of the mail service, and retrying a mail that failed. */
import * as z from "zod";
import {
  mailAnswer,
  mailQuery,
  mailSchema,
  mailServiceRequest,
  mailSettings,
  mailTrialAnswer,
} from "../../shared/mail/api.ts";
import { commit, logRead } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { isPublic } from "../core/outbound.ts";
import { body, json, room, route } from "../core/route.ts";
import { canSeal } from "../core/seal.ts";
import { sql } from "../core/sql.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import type { Env } from "../env.ts";
import { isUnsent, wantRecipient } from "../policy/egress.ts";
import { DAY, MINUTE } from "../../shared/core/time.ts";
import { tellOfService } from "./changed.ts";
import { mail, sendSoon } from "./outbox.ts";
import { hostOf as hostBy } from "./service.ts";
import { mailVia, serviceOf, setting, settingsOf, shownOf, unsetting } from "./settings.ts";

const columns = "id, template, recipient AS 'to', state, tries, error, at, sent_at AS sentAt";
type Mail = z.infer<typeof mailSchema>;
/** The ids of a page of mails in some state, newest first, after a moment and an id. */
const page = (state: string, after: string): string =>
  `SELECT id FROM outbox WHERE ${state} AND (at, id) < (${after}) AND at >= ?6 ORDER BY at DESC, id DESC LIMIT ?5`;

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
    const { state = null, from = "", to, after, limit } = c.req.valid("query");
    // The last day is inclusive: `2026-11-30T…` sorts below `2026-11-30U`.
    const end = to === undefined ? "9999" : `${to}U`;
    const [failed = "1", at = end, id = ""] = after?.split("|") ?? [];
    const db = c.env.DB;
    await logRead(c, "mail", { state, ...(from && { from }), ...(to && { to }) });
    const [service, via, counts, { results }] = await Promise.all([
      shownOf(c.env),
      mailVia(c.env),
      db
        .prepare(
          `SELECT (SELECT COUNT(*) FROM outbox WHERE state = 'waiting') AS waiting,
             (SELECT COUNT(*) FROM outbox WHERE state = 'failed') AS failed`,
        )
        .first<{ waiting: number; failed: number }>(),
      db
        .prepare(
          // Where all are shown, what failed comes before the rest: a page of each, of which as many stay as a page has.
          `SELECT ${columns} FROM outbox WHERE id IN (${
            state === null
              ? `SELECT id FROM (${page("state = 'failed' AND ?2 = 1", "?3, ?4")})
                 UNION ALL SELECT id FROM (${page("state <> 'failed'", "IIF(?2 = 1, ?7, ?3), ?4")})`
              : page("state = ?1", "?3, ?4")
          })
           ORDER BY state = 'failed' DESC, at DESC, id DESC LIMIT ?5`,
        )
        .bind(state, Number(failed) || 0, at, id, limit, from, ...(state === null ? [end] : []))
        .all<Mail>(),
    ]);
    const last = results[limit - 1];
    return c.json(
      {
        via,
        service,
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
    path: "/v1/mail/trial",
    roles: ["admin"],
    summary: "Mails the asker, to see whether mail arrives: once a minute at most",
    responses: { 201: json(mailTrialAnswer) },
  }),
  async (c) => {
    const { id, name } = c.get("actor")!;
    const to = await c.env.DB.prepare("SELECT email FROM people WHERE id = ?")
      .bind(id)
      .first<string>("email");
    if (to === null) throw new Problem("not-found");
    const now = Date.now();
    const trial = mail({
      ...{ template: "trial", to, values: { name }, key: `trial:${id}:${Math.floor(now / MINUTE)}` },
      until: new Date(now + DAY).toISOString(),
      strict: true,
    });
    const answer = await commit(c, { code: "mail.tried", subject: id, payload: {} }, [trial], {
      status: 201,
      body: { to },
    });
    sendSoon(c);
    return answer;
  },
);

mails.openapi(
  route({
    method: "put",
    path: "/v1/mail/service",
    roles: ["admin"],
    summary:
      "Sets the mail service, where the deployment's variables name none. Its host is a recipient of the policy first",
    request: { body: body(mailServiceRequest) },
    responses: { 200: json(mailSettings) },
  }),
  async (c) => {
    const { from, url: written, token } = c.req.valid("json");
    wantOurs(c.env);
    if (!canSeal(c.env)) throw new Problem("connector-key");
    const url = wantAddress(c.env, written);
    const host = hostOf(url);
    await wantRecipient(c.env, "mail", host).catch((error: unknown) => {
      throw isUnsent(error) ? new Problem("mail-recipient", error.message) : error;
    });
    const [before, service] = await Promise.all([settingsOf(c.env), serviceOf(c.env)]);
    // The stored token goes to the host for which it was entered alone.
    const kept = before && hostOf(before.url) === host ? before.token : "";
    const wanted = url === "" ? "" : (token ?? kept);
    if (url !== "" && wanted === "")
      throw new Problem("invalid", undefined, [{ path: "token", message: details.mailToken }]);
    const { id, name } = c.get("actor")!;
    const at = new Date().toISOString();
    const answer = await commit(
      c,
      { code: "mail.set", subject: "", payload: { from, host, token: token !== undefined } },
      [await setting(c.env, { from, url, token: wanted }, id, at)],
      {
        status: 200,
        body: { ...(await shownOf(c.env)), from, url: url || null, isUnlike: false, set: { by: name, at } },
      },
    );
    tellOfService(c, service, "set", host);
    sendSoon(c);
    return answer;
  },
);

mails.openapi(
  route({
    method: "delete",
    path: "/v1/mail/service",
    roles: ["admin"],
    summary: "Takes the mail service away with its token. Mails wait from then on",
    responses: { 200: json(mailSettings) },
  }),
  async (c) => {
    wantOurs(c.env);
    const [shown, service] = await Promise.all([shownOf(c.env), serviceOf(c.env)]);
    if (shown.set === null) throw new Problem("not-found");
    const answer = await commit(c, { code: "mail.unset", subject: "", payload: {} }, [unsetting()], {
      status: 200,
      body: { ...shown, from: null, url: null, isUnlike: false, set: null },
    });
    if (service) tellOfService(c, service, "gone", hostBy(service));
    return answer;
  },
);

/** Throws mail-deployed where the deployment's variables name the service, which count before what is set here. */
function wantOurs({ MAIL_FROM }: Env): void {
  if (MAIL_FROM) throw new Problem("mail-deployed");
}

/** The address as a URL writes it; empty for Cloudflare's own service. Throws `invalid` where it is not bound, or not public. */
function wantAddress({ EMAIL }: Env, written: string): string {
  const refused = (message: string) => new Problem("invalid", undefined, [{ path: "url", message }]);
  if (written === "") {
    if (!EMAIL) throw refused(details.mailUnbound);
    return "";
  }
  const url = new URL(written);
  if (!isPublic(url)) throw refused(details.hookAddress);
  return url.href;
}

const hostOf = (url: string): string => (url === "" ? "" : new URL(url).host);

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
