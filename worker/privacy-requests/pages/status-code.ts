/** The code that opens how far a request is: mailed to the address that confirmed it, and in the outbox until then. */
import type { Context } from "hono";
import { DAY, MINUTE } from "../../../shared/core/time.ts";
import { record } from "../../core/commit.ts";
import { sameSecret } from "../../core/hmac.ts";
import type { App } from "../../env.ts";
import { mail, sendSoon } from "../../mail/outbox.ts";
import { newLink } from "../links.ts";
import { letters } from "../new-request.ts";
import { formHmac } from "./form-guard.ts";

/** One code is mailed in so long, and works for twice as long at most. */
export const PERIOD = 10 * MINUTE;
/** Codes that are mailed to one request's address within a day. */
const MOST = 5;

export interface Asked {
  reference: string;
  email: string;
}
interface Known {
  id: string;
  ref: string;
  email: string;
}
/** Only of an address that confirmed itself: staff may have mistyped one, and the form takes any. */
export const requestOf = (db: D1Database, { reference, email }: Asked): Promise<Known | null> =>
  db
    .prepare(
      "SELECT id, ref, email FROM requests WHERE ref = ? AND email = ? COLLATE NOCASE AND proved_at IS NOT NULL",
    )
    .bind(reference, email)
    .first<Known>();

const periodOf = (now: number): number => Math.floor(now / PERIOD);

/** Made again to compare: it is in no row of its own. */
const codeOf = async (db: D1Database, { id, email }: Known, period: number): Promise<string> =>
  letters(await formHmac(db, `status ${id} ${email} ${period}`));

/** `code` as `letters` writes it. */
export async function opensNow(db: D1Database, known: Known, code: string, now: number): Promise<boolean> {
  const last = periodOf(now);
  const codes = await Promise.all([last, last - 1].map((period) => codeOf(db, known, period)));
  return codes.map((one) => sameSecret(code, one)).includes(true);
}

const keyOf = (id: string, period: number): string => `request:${id}:code:${period}`;

/** Once in a period, and at most so many a day: the second asks for nothing more. */
export async function mailCode(c: Context<App>, known: Known, now: number): Promise<void> {
  const period = periodOf(now);
  const key = keyOf(known.id, period);
  const before = keyOf(known.id, periodOf(now - DAY));
  const codes = await c.env.DB.prepare("SELECT key FROM outbox WHERE key > ? AND key <= ?")
    .bind(before, key)
    .all<{ key: string }>();
  if (codes.results.length >= MOST || codes.results.some((row) => row.key === key)) return;
  const values = { reference: known.ref, code: await codeOf(c.env.DB, known, period) };
  const until = new Date((period + 2) * PERIOD).toISOString();
  await record(c.env, {
    actor: "public",
    event: { code: "request.code-asked", subject: known.id, payload: null },
    statements: [mail({ template: "request-code", to: known.email, values, key, until })],
  });
  sendSoon(c);
}

/** A new link to the request's page, as the sender of the form has, for a day: another code opens it again. */
export async function pageOf(c: Context<App>, { id }: Known, now: number): Promise<string> {
  const { link, statement } = newLink(c, id, "page", now, { lasts: DAY });
  await record(c.env, {
    actor: "requester",
    event: { code: "request.code-given", subject: id, payload: null },
    statements: [statement],
  });
  return new URL(link).pathname;
}
