/** Ending a mistaken objection leaves in force what it had replaced, where that was somebody's genuine word. */
import type { Suppression } from "../../shared/do-not-call/api.ts";
import { DAY } from "../../shared/core/time.ts";
import { e164Of } from "../../shared/registers/blocks.ts";
import { sql, type Statement } from "../core/sql.ts";
import type { RowChange } from "../core/states.ts";
import { changesOf } from "./changes.ts";
import { REPLACED } from "./refusals.ts";
import { insertEntries, newEntry, saidAt, suppressionColumns, type SuppressionRow } from "./rows.ts";

/** What is known of a live objection that is to be ended as a mistake. */
export interface Mistaken {
  id: string;
  number: number;
  at: string;
  /** It came from the public page, and nobody has checked it. */
  unverified: number;
}

/**
 * The newest objection that a mistaken one replaced, at one remove or more, and that staff had verified. What it replaced within
 * the day before it is the same mistake, unless a stranger's replaced what staff had entered.
 */
const genuineBefore = (
  db: D1Database,
  { id, number, at, unverified }: Mistaken,
): Promise<SuppressionRow | null> =>
  db
    .prepare(
      `WITH RECURSIVE b (id, at, genuine) AS (
         SELECT ?1, ?2, 0
         UNION SELECT a.id, a.at, a.unverified = 0 AND (?3 OR a.at <= ?4) FROM b JOIN suppressions a ON a.number = ?5
           AND a.kind = 'objection' AND a.origin IS NULL AND a.ended_at = b.at AND a.ended_reason = '${REPLACED}'
         WHERE b.genuine = 0)
       SELECT ${suppressionColumns} FROM suppressions WHERE id = (SELECT id FROM b WHERE genuine = 1 LIMIT 1)`,
    )
    .bind(id, at, unverified, new Date(Date.parse(at) - DAY).toISOString(), number)
    .first<SuppressionRow>();

/**
 * The genuine objection as it comes back, if there is one, as of when it was said and with what it closed itself; the changes
 * that belong with the mistaken one's end, and the statements after it.
 */
export async function genuineBack(
  db: D1Database,
  mistaken: Mistaken,
  at: string,
): Promise<{ entry: Suppression | null; moves: RowChange[]; then: Statement[] }> {
  const row = await genuineBefore(db, mistaken);
  if (row === null) return { entry: null, moves: [], then: [] };
  const { kind, reason, source, by, scope } = row;
  const entry = newEntry({
    ...{ number: e164Of(row.number), kind, reason, source, by, until: null, at, heardAt: saidAt(row), scope },
    ...{ asks: scope === "unsaid", keepsLine: row.keepsLine === 1 },
  });
  return {
    entry,
    moves: await changesOf(
      db,
      { origin: entry.id, scope },
      "origin = ? AND ended_at IS NULL AND keeps_line = 0 AND at < ?",
      ...[mistaken.id, mistaken.at],
    ),
    then: [
      insertEntries([entry]),
      sql(
        `INSERT INTO suppression_records (suppression, connector, object, record)
         SELECT ?1, connector, object, record FROM suppression_records WHERE suppression = ?2`,
        ...[entry.id, row.id],
      ),
    ],
  };
}
