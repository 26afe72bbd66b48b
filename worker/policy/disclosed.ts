/**
 * Counts what is sent to whom, a row a day, recipient and kind of message, beside what is written anyway when something was
 * sent. It holds no personal data: of which numbers it was, other tables say (disclosures.ts).
 */
import { sha256Hex } from "../../shared/core/sha256.ts";
import type { Disclosed } from "../../shared/policy/disclosed.ts";
import type { RecipientKind } from "../../shared/policy/recipients.ts";
import { prepare, sql, type Statement } from "../core/sql.ts";

/** SQL: the day `?1`, or the first behind it that has no statement yet. */
export const openDay = `MAX(?1, COALESCE((SELECT date(day, '+1 day') AS open FROM statements
       WHERE made_at >= open AND day <= date(?1, '+8 days') ORDER BY day DESC LIMIT 1), ''))`;

/**
 * `host` as wantRecipient has it; empty for Cloudflare's own services and for persons. `items`: numbers, records or files of it.
 * `now` is in milliseconds. A day that is over and has its statement is bound (policy/bound.ts): what a clock that was set back still
 * counts on it goes to the next one. One run makes seven statements at most: one of a later day was put there.
 */
export const disclosed = (
  kind: RecipientKind,
  host: string,
  what: Disclosed,
  items: number,
  now: number,
): Statement =>
  sql(
    `INSERT INTO disclosures (day, kind, host, what, times, items)
     VALUES (${openDay}, ?2, ?3, ?4, 1, ?5)
     ON CONFLICT DO UPDATE SET times = times + 1, items = items + excluded.items`,
    ...[new Date(now).toISOString().slice(0, 10), kind, host, what, items],
  );

export type Sent = Parameters<typeof disclosed>;

/** The same for a batch beside the trail: what was sent, where nothing else is written with a row of the trail. */
export const disclosing = (db: D1Database, ...what: Sent): D1PreparedStatement =>
  prepare(db, disclosed(...what));

/** SQL: as JSON has it, which has no blob. */
const said = ["kind", "host", "what", "times", "items"]
  .map((column) => `IIF(typeof(${column}) = 'blob', quote(${column}), ${column})`)
  .join(", ");

/**
 * How many rows each of these days (UTC) has, and SHA-256 of them: `[[kind, host, what, times, items], …]` as JSON, in the order of
 * the first three.
 */
export async function digestsOf(
  db: D1Database,
  days: readonly string[],
): Promise<(day: string) => { rows: number; sha256: string }> {
  const { results } = await db
    .prepare(
      `SELECT day, json_array(${said}) AS row FROM disclosures
       WHERE day IN (SELECT value FROM json_each(?)) ORDER BY day, kind, host, what`,
    )
    .bind(JSON.stringify(days))
    .all<{ day: string; row: string }>();
  const of = Map.groupBy(results, ({ day }) => day);
  return (day) => {
    const rows = of.get(day) ?? [];
    return { rows: rows.length, sha256: sha256Hex(`[${rows.map(({ row }) => row).join(",")}]`) };
  };
}
