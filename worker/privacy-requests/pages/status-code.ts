/** The code that opens how far a request is: mailed to the address that confirmed it, and in the outbox until then. */
import type { Context } from "hono";
import { DAY, MINUTE } from "../../../shared/core/time.ts";
import { record } from "../../core/commit.ts";
import { sha256Hex } from "../../core/hash.ts";
import { sameSecret } from "../../core/hmac.ts";
import { sql } from "../../core/sql.ts";
import type { App } from "../../env.ts";
import { mail, sendSoon } from "../../mail/outbox.ts";
import { newLink } from "../links.ts";
import { letters } from "../../../shared/core/letters.ts";
import { formHmac } from "./form-guard.ts";

/** One code is mailed in so long, and works once, for twice as long at most. */
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

/** The period of a code that works now, also of one that was used; null: none. `code` as `letters` writes it. */
export async function opensNow(
  db: D1Database,
  known: Known,
  code: string,
  now: number,
): Promise<number | null> {
  const last = periodOf(now);
  const periods = [last, last - 1];
  const codes = await Promise.all(periods.map((period) => codeOf(db, known, period)));
  return periods[codes.map((one) => sameSecret(code, one)).indexOf(true)] ?? null;
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

/** A code, and the page that it was written into: that one alone may send it again. */
interface Given {
  period: number;
  once: string;
}

/**
 * A new link to the request's page, as the sender of the form has, for a day: another code opens it again. Null where the code
 * was used from another page.
 */
export async function pageOf(
  c: Context<App>,
  { id }: Known,
  { period, once }: Given,
  now: number,
): Promise<string | null> {
  const used = [`request:${id}`, `code:${period}`] as const;
  const by = once === "" ? crypto.randomUUID() : sha256Hex(once);
  const isAnothers = async () => {
    const row = c.env.DB.prepare("SELECT fingerprint FROM idempotency WHERE person = ? AND key = ?");
    const other = await row.bind(...used).first<string>("fingerprint");
    return other !== null && other !== by;
  };
  if (await isAnothers()) return null;
  const { link, statement } = newLink(c, id, "page", now, { lasts: DAY, coded: true });
  // Refused where another page was first.
  const takes = sql(
    `INSERT INTO idempotency (person, key, fingerprint, status, answer, at) VALUES (?, ?, ?, 303, NULL, ?)
     ON CONFLICT (person, key) DO UPDATE SET status = NULL WHERE fingerprint <> excluded.fingerprint`,
    ...[...used, by, new Date(now).toISOString()],
  );
  try {
    await record(c.env, {
      actor: "requester",
      event: { code: "request.code-given", subject: id, payload: null },
      statements: [takes, statement],
    });
  } catch (error) {
    if (await isAnothers()) return null;
    throw error;
  }
  return new URL(link).pathname;
}
