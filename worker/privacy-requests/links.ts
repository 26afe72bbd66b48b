/** Links to a request's own page. A token opens one request; only its hash is stored, and the trail binds what it opens. */
import type { Context } from "hono";
import { DAY } from "../../shared/core/time.ts";
import { requestsEn as t } from "../../shared/texts/privacy-requests/steps.en.ts";
import { newSecret } from "../core/auth.ts";
import { record } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { sha256Hex } from "../core/hash.ts";
import { sql, type Statement } from "../core/sql.ts";
import type { App, Env } from "../env.ts";
import { mail } from "../mail/outbox.ts";
import { saidBy } from "../trail/agreed.ts";
import { startOf } from "../trail/start.ts";
import type { Columns, Moment, Row } from "./rows.ts";

/** How long a link works. Each mail brings a new one. */
const LINK = 90 * DAY;

/**
 * What a link opens. `page`: how far the request is, for the sender of the public form. `address`: mailed to verify an
 * address; once that is verified, the link opens all. `whole`: letters, the copy and all else.
 */
export type Scope = "page" | "address" | "whole";

/**
 * The beginning of a token that a code opened: what is stored is the hash of all of it, so nobody gives a link another. Such a link
 * is of the scope `page`, and came from the confirmed address.
 */
const CODED = "cds";
export const isCoded = (token: string): boolean => token.startsWith(`${CODED}_`);

/** What is bound of a link. */
export interface Link {
  hash: string;
  request: string;
  scope: Scope;
  until: string;
  handed: number;
}
export const saidOfLink = ({ hash, request, scope, until, handed }: Link) => ({
  row: `request_links/${hash}`,
  root: sha256Hex(`link v1 ${JSON.stringify([hash, request, scope, until, handed])}`),
});

/** The link of a token, while it works, and whose act it was: not one that somebody else than the Worker wrote into the database. */
export async function linkOf(
  env: Env,
  token: string,
  now: string,
): Promise<(Link & { by: string | null }) | null> {
  const link = await env.DB.prepare(
    "SELECT hash, request, scope, until, handed, at FROM request_links WHERE hash = ? AND until > ?",
  )
    .bind(sha256Hex(token), now)
    .first<Link & { at: string }>();
  if (!link) return null;
  const by = await saidBy(env, saidOfLink(link), link.at);
  // Those of before are bound by the first runs after the upgrade (trail/adopt.ts).
  const counts = by !== false && (by !== null || (await startOf(env)).coded === null);
  return counts ? { ...link, by } : null;
}

/** Binds links of before as they are, some after that with the hash `after`; answers the last. */
export async function linksOfBefore(db: D1Database, after: string, most: number) {
  const { results } = await db
    .prepare(
      `SELECT hash, request, scope, until, handed FROM request_links WHERE hash > ? ORDER BY hash LIMIT ${most}`,
    )
    .bind(after)
    .all<Link>();
  return { said: results.map(saidOfLink), last: results.length < most ? null : results.at(-1)!.hash };
}

/** A request to the Worker, or one of before: links have its origin. */
export interface Asked {
  req: { url: string };
}

/**
 * A new link: its address, which is stored nowhere, and the statement that makes it work until `until`, `lasts` from now. `handed`:
 * an officer gets it, so that what is done by it is not the requester's word. `coded`: a mailed code opened it.
 */
export function newLink(
  c: Asked,
  request: string,
  scope: Scope,
  now: number,
  { handed = false, coded = false, lasts = LINK } = {},
): { statement: Statement; link: string; until: string } {
  const token = newSecret(coded ? CODED : "cdr");
  const until = new Date(now + lasts).toISOString();
  const made: Link = { hash: sha256Hex(token), request, scope, until, handed: Number(handed) };
  return {
    link: `${new URL(c.req.url).origin}/privacy-request/${token}`,
    until,
    statement: {
      ...sql(
        "INSERT INTO request_links (hash, request, scope, until, at, handed) VALUES (?, ?, ?, ?, ?, ?)",
        ...[made.hash, request, scope, until, new Date(now).toISOString(), made.handed],
      ),
      binds: [saidOfLink(made)],
    },
  };
}

/** Mails a day that ask one mailbox to verify itself: by the public form; and as many by staff, who enter a request or ask again. */
const ASKED = 3;
/** The same of an address that has confirmed a request: its owner may make some, but nobody bombs it for that. */
const KNOWN = 20;

/** What `askedBy` counts, as JSON: since when, a mailbox without the tag that many services let follow a plus, and its end. */
function mailbox(email: string, since: number): string {
  const [local = "", end = ""] = email.split(/(?=@[^@]*$)/);
  const name = local.split("+")[0]!;
  return JSON.stringify([new Date(since).toISOString(), name + end, `${name}+`, `${name},`, end]);
}

/** SQL: how many of those were asked for by the form or by staff, of the `mailbox` in a parameter. Its links are one a mail; a step once more is staff's. */
function askedBy(form: boolean, box: string): string {
  const its = `SELECT id FROM requests INDEXED BY requests_email WHERE email = ${box} ->> 1 COLLATE NOCASE
    UNION ALL SELECT id FROM requests INDEXED BY requests_email WHERE email > ${box} ->> 2 COLLATE NOCASE
      AND email < ${box} ->> 3 COLLATE NOCASE AND substr(email, -length(${box} ->> 4)) = ${box} ->> 4 COLLATE NOCASE`;
  const of = (rows: string, by: string) =>
    `(SELECT COUNT(*) FROM requests r CROSS JOIN ${rows} WHERE r.id IN (${its}) AND r.by ${by} 'public' AND q.at > ${box} ->> 0)`;
  const links = "request_links q ON q.request = r.id AND q.scope = 'address'";
  const again = "request_events q ON q.request = r.id AND q.action = 'ask-address'";
  return form ? `${of(links, "=")} - ${of(again, "=")}` : `${of(links, "<>")} + ${of(again, "=")}`;
}

/** The one mail that an unverified address gets, with no more than these a day by the form, and as many by staff: it asks to verify the address. `again`: the revision that sends it once more. */
export function askAddress(
  c: Asked,
  { id, ref, email, by }: Pick<Columns, "id" | "ref" | "by"> & { email: string },
  { policy, now }: Moment,
  again?: number,
): Statement[] {
  const { statement, link, until } = newLink(c, id, "address", now);
  const values = { reference: ref, company: policy.identity.company || t.nameless, link };
  const key = `request:${id}:${again === undefined ? "received" : `address:${again}`}`;
  // Counted as it is written, after its own link: of many requests at once no more are mailed.
  const known = "EXISTS (SELECT 1 FROM requests WHERE email = ?4 COLLATE NOCASE AND proved_at IS NOT NULL)";
  const only = {
    where: `${askedBy(by === "public" && again === undefined, "?8")} <= IIF(${known}, ${KNOWN}, ${ASKED})`,
    param: mailbox(email, now - DAY),
  };
  return [statement, mail({ template: "request-received", to: email, values, key, until, only })];
}

/** Throws where staff have asked the address often enough for one day: what the form was made to send does not count. */
export async function wantFewAsked(db: D1Database, email: string, now: number): Promise<void> {
  const asked = await db
    .prepare(`SELECT ${askedBy(false, "?1")} AS n`)
    .bind(mailbox(email, now - DAY))
    .first<number>("n");
  if ((asked ?? 0) >= ASKED) throw new Problem("address-asked");
}

/** The key of the mail that brings a letter (letters/mailed.ts). */
export const letterKey = (letter: string): string => `letter:${letter}`;

/**
 * A mail that the request has moved on, only to a verified address. `row.rev` is the new revision: one mail for each. `letter`
 * is the letter that it brings, if any.
 */
export function newsOf(
  c: Asked,
  row: Pick<Columns, "id" | "ref" | "email" | "proved_at" | "rev">,
  { now }: Pick<Moment, "now">,
  letter?: { id: string; until: string | undefined },
): Statement[] {
  if (row.email === null || row.proved_at === null) return [];
  const { link, statement, ...fresh } = newLink(c, row.id, "whole", now);
  const until = letter?.until ?? fresh.until;
  const values = { reference: row.ref, link };
  return [
    statement,
    mail({
      ...{ template: "request-news", to: row.email, values, until },
      key: letter === undefined ? `request:${row.id}:${row.rev}` : letterKey(letter.id),
    }),
  ];
}

/** What the trail says of an opening by a link that was handed over: `handedBy` is the officer who got it. */
export interface Handed {
  handed: true;
  handedBy: string | null;
}

/** Logs that a requester was told whether they may be called, and when they were, before answering. */
export const toldStanding = (c: Context<App>, row: Row, handed: Handed | null): Promise<void> =>
  record(c.env, {
    actor: "requester",
    event: { code: "opened.request-standing", subject: row.id, payload: handed },
    statements: [],
  });

/** Logs that a requester opened their page, before answering; or whoever has a link that was handed over. */
export const openedOnPage = (c: Context<App>, row: Row, handed: Handed | null): Promise<void> =>
  record(c.env, {
    actor: "requester",
    event: { code: "opened.request-page", subject: row.id, payload: handed },
    statements: [],
  });
