/** Ending a mistaken objection leaves in force what it had replaced, where that was somebody's genuine word. */
import type { Suppression } from "../../shared/do-not-call/api.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import type { Statement } from "../core/sql.ts";
import type { RowChange } from "../core/states.ts";
import { changesOf } from "./changes.ts";
import { AGAIN, BEHIND, isBehind, isReplaced, isWord } from "./refusals.ts";
import { reachOf } from "./reach.ts";
import { insertEntries, newEntry, saidAt, suppressionColumns, type SuppressionRow } from "./rows.ts";
import { keepRecords, recordsOf, spreadEntries, spreadStatements } from "./spread.ts";

/**
 * One that is said while another applies is that person's own word: it is kept behind that one and all that take its place, and comes
 * back where the last of them ends as a mistake, or is taken back. It goes on behind what comes back instead.
 */
export const behind = (entry: Suppression, by: string): Suppression => ({
  ...entry,
  ...{ endedAt: entry.at, endedBy: by, endedReason: BEHIND },
});

/** What says an objection again that applies: it dates that one, and ends with it. */
export const again = (entry: Suppression, by: string): Suppression => ({
  ...behind(entry, by),
  endedReason: AGAIN,
});

/** When the objection of a number was said last (ISO 8601): by anybody, and by somebody from one source. */
export const wordsOf = async (
  db: D1Database,
  { number, by, source }: Pick<Suppression, "number" | "by" | "source">,
): Promise<{ last: string; own: string | null }> =>
  (await db
    .prepare(
      `SELECT MAX(COALESCE(heard_at, at)) AS last, MAX(IIF(by = ?2 AND source = ?3, COALESCE(heard_at, at), NULL)) AS own
       FROM suppressions WHERE number = ?1 AND kind = 'objection' AND origin IS NULL
         AND (ended_at IS NULL OR ${isWord("suppressions")})`,
    )
    .bind(numberOf(number), by, source)
    .first<{ last: string; own: string | null }>())!;

/**
 * Of several that one had replaced, the last that was said comes back; the others are behind it, where they are not yet. Of the same
 * words the last entry counts.
 */
export function lastSaid<R extends SuppressionRow>(rows: readonly R[], made: { by: string; at: string }) {
  const word = (row: R) => JSON.stringify([saidAt(row), row.source, row.reason]);
  const words = new Map(rows.toSorted((a, b) => (a.at < b.at ? -1 : 1)).map((row) => [word(row), row]));
  const [last, ...others] = [...words.values()].toSorted((a, b) => (saidAt(a) < saidAt(b) ? 1 : -1));
  const earlier = others.filter(({ at, endedAt }) => endedAt === null || endedAt > at);
  const again = (row: R): Suppression => {
    const { kind, reason, source, by, scope } = row;
    const own = { number: e164Of(row.number), kind, reason, source, by, until: null, scope };
    return newEntry({ ...own, at: made.at, heardAt: saidAt(row), unverified: row.unverified === 1 });
  };
  return last && { last, entry: again(last), earlier: earlier.map((row) => behind(again(row), made.by)) };
}

/** What is known of a live objection that is to be ended as a mistake. */
export interface Mistaken {
  id: string;
  number: number;
  at: string;
  heardAt: string | null;
  /** It came from the public page, and nobody has checked it. */
  unverified: number;
}

/** A request of the number by the public page. */
const asked = (which: string): string =>
  `EXISTS (SELECT 1 FROM requests q WHERE q.kind = 'objection' AND q.number = ?4 AND ${which})`;

/**
 * The objections that a mistaken one replaced, at one remove or more, and those behind it: of the public page's, one that staff had verified;
 * of a mistake of staff, also one of the public page that was not taken back, and what stands behind that. However short before it was: it may be another's
 * word, and whoever meant to end both ends the other, too.
 */
const genuineBefore = async (
  db: D1Database,
  { id, number, at, heardAt, unverified }: Mistaken,
): Promise<Genuine[]> =>
  (
    await db
      .prepare(
        `WITH RECURSIVE b (id, at, genuine, open) AS (
         SELECT ?1, ?2, 0, 1
         UNION SELECT a.id, a.at,
           a.unverified = 0 OR (?3 = 0 AND ${asked("(q.state = 'held' OR q.outcome = 'confirmed')")}), a.unverified
         FROM b JOIN suppressions a ON a.number = ?4
           AND a.kind = 'objection' AND a.origin IS NULL AND ${isReplaced("a")}
           AND (a.ended_at = b.at OR ${isBehind("a")} AND COALESCE(a.heard_at, a.at) IS NOT ?5)
         WHERE b.open = 1)
       SELECT ${suppressionColumns}, unverified = 1 AND NOT ${asked("q.outcome = 'confirmed'")} AS unchecked,
         suppressions.asks AS opens
       FROM suppressions WHERE id IN (SELECT id FROM b WHERE genuine = 1)`,
      )
      .bind(id, at, unverified, number, heardAt)
      .all<Genuine>()
  ).results;
/** `opens`: it asked compliance whom it closes, and nobody had said. The column `asks` is of live entries alone. */
type Genuine = SuppressionRow & { unchecked: number; opens: number };

/**
 * The last genuine objection as it comes back, if there is one, as of when it was said and with what it closed itself; the changes
 * that belong with the mistaken one's end, and the statements after it.
 */
export async function genuineBack(
  db: D1Database,
  mistaken: Mistaken,
  at: string,
): Promise<{ entry: Suppression | null; moves: RowChange[]; then: Statement[] }> {
  const back = lastSaid(await genuineBefore(db, mistaken), { by: "system", at });
  if (!back) return { entry: null, moves: [], then: [] };
  const { last: row, earlier } = back;
  const { scope } = row;
  const entry = {
    ...back.entry,
    unverified: row.unchecked === 1,
    ...{ asks: scope === "unsaid" || row.opens === 1, keepsLine: row.keepsLine === 1 },
  };
  const moves = await changesOf(
    db,
    { origin: entry.id, scope },
    "origin = ? AND ended_at IS NULL AND keeps_line = 0 AND at < ?",
    ...[mistaken.id, mistaken.at],
  );
  return {
    entry,
    moves,
    then: [
      insertEntries([entry, ...earlier]),
      ...(await reachMeanwhile(db, { entry, was: row.id, moves, mistaken: mistaken.id }, at)),
      ...keepRecords(entry.id, await recordsOf(db, row.id), at),
    ],
  };
}

/**
 * What came while the mistaken one stood, as by a connector's run, and is reached by the one that comes back: at once, as the
 * entries that the mistaken one made of it end with it. Not what stays closed by it (`moves`), nor what an officer ended alone.
 */
async function reachMeanwhile(
  db: D1Database,
  back: { entry: Suppression; was: string; moves: readonly RowChange[]; mistaken: string },
  at: string,
): Promise<Statement[]> {
  const { entry, was, moves, mistaken } = back;
  const records = await recordsOf(db, was);
  const { results: alone } = await db
    .prepare(
      `SELECT s.number FROM suppressions s JOIN suppressions o ON o.id = s.origin
       WHERE o.id IN (?1, ?2) AND s.ended_at IS NOT NULL AND s.ended_at IS NOT o.ended_at AND s.keeps_line = 0`,
    )
    .bind(was, mistaken)
    .all<{ number: number }>();
  const { id, scope, asks } = entry;
  const lost = scope === "person" && asks;
  const origin = { id, number: numberOf(entry.number), scope, records, lost };
  const known = new Set([...moves.map(({ before }) => before["number"]), ...alone.map((row) => row.number)]);
  const fresh = (await reachOf(db, [origin])).filter(({ number }) => !known.has(number));
  const of = (tells: boolean) => fresh.filter((one) => one.tells === tells).map(({ number }) => number);
  const made = { by: "system", at };
  return spreadStatements([
    ...spreadEntries(entry, of(false), made),
    ...spreadEntries(entry, of(true), made, true),
  ]);
}
