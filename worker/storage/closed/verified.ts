/** Closed rows as verifying the tables reads them: the same statement as of the others, over their lines. */
import { Problem } from "../../core/errors.ts";
import { beginning, type ClosedFile, linesIn, type Member } from "./files.ts";
import { asJson, type Kind, type Line, portions } from "./kind.ts";
import { outOf, type Reading } from "./read.ts";

/** What a statement over lines (`?1`) answers of many. */
export async function rowsOf<Row>(db: D1Database, statement: string, lines: readonly Line[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const some of portions(lines)) {
    const { results } = await db.prepare(statement).bind(asJson(some)).all<Row>();
    rows.push(...results);
  }
  return rows;
}

/**
 * Some lines behind a row number, oldest first, as many as `most` where there are, of files that begin before another one; and the files
 * between them that cannot be read, of which the `mostUnread`-th ends it: a bucket that does not answer is asked no more.
 */
export async function linesAfter<L extends Line>(
  env: Reading,
  kind: Kind<L>,
  after: number,
  most: number,
  until = Number.MAX_SAFE_INTEGER,
  mostUnread = Infinity,
): Promise<{ lines: L[]; unread: { key: string; first: number }[] }> {
  const lines: L[] = [];
  const unread: { key: string; first: number }[] = [];
  const isEnough = () => lines.length >= most || unread.length >= mostUnread;
  for (let at = after; !isEnough();) {
    const row = await env.DB.prepare(
      `SELECT first, last, key, members FROM ${kind.files}
       WHERE first >= ${beginning(kind, "?1")} AND last > ?1 ORDER BY first LIMIT 1`,
    )
      .bind(at)
      .first<Pick<ClosedFile, "first" | "last" | "key"> & { members: string }>();
    if (row === null || row.first >= until) break;
    const out = await outOf(env.DB, kind, row);
    for (const member of JSON.parse(row.members) as Member[]) {
      if (member[1] <= after || isEnough()) continue;
      try {
        const all = await linesIn(env, kind, row, member);
        lines.push(...all.filter(({ num }) => num > after && !out.has(num)));
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        unread.push({ key: row.key, first: member[0] });
      }
    }
    at = row.last;
  }
  return { lines: lines.slice(0, most), unread };
}
