/** Closed dials as verifying the tables reads them: the same statement as of the others, over their lines. */
import { chunks } from "../../../shared/core/chunks.ts";
import type { ClosedRows } from "../../core/bound.ts";
import { Problem } from "../../core/errors.ts";
import type { Env } from "../../env.ts";
import { beginning, type ClosedFile, linesIn, MEMBER, type Member } from "./files.ts";
import { asJson, FROM_LINES, type Line, pairsOf } from "./lines.ts";
import { closedLinesIn, outOf } from "./read.ts";

type Reading = Pick<Env, "DB" | "ARCHIVE">;

/** `select`: of the bound table `dials`. */
export const closedRows = (select: string): ClosedRows => ({
  named: async (env, keys) => {
    const { lines, unread } = await closedLinesIn(env, keys.map(Number));
    return {
      rows: await rowsOf(env.DB, select, lines),
      unread: [...unread].map(([key, nums]) => ({ key, rows: nums.map(String) })),
    };
  },
  after: async (env, after, most) => {
    let found = await someAfter(env, Number(after), most);
    // What came back, or was written once more, meanwhile is in order at a second look.
    if (found.unread.length + found.unnumbered.length > 0) found = await someAfter(env, Number(after), most);
    const { lines, ...rest } = found;
    return { rows: await rowsOf(env.DB, select, lines), ...rest };
  },
});

export async function rowsOf<Row>(db: D1Database, select: string, lines: readonly Line[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const some of chunks(lines, MEMBER)) {
    const { results } = await db.prepare(`${FROM_LINES} ${select}`).bind(asJson(some)).all<Row>();
    rows.push(...results);
  }
  return rows;
}

/**
 * Some lines behind a row number, oldest first, as many as `most` where there are, of files that begin before another one; and the files
 * between them that cannot be read, of which the `mostUnread`-th ends it: a bucket that does not answer is asked no more.
 */
export async function linesAfter(
  env: Reading,
  after: number,
  most: number,
  until = Number.MAX_SAFE_INTEGER,
  mostUnread = Infinity,
): Promise<{ lines: Line[]; unread: { key: string; first: number }[] }> {
  const lines: Line[] = [];
  const unread: { key: string; first: number }[] = [];
  const isEnough = () => lines.length >= most || unread.length >= mostUnread;
  for (let at = after; !isEnough();) {
    const row = await env.DB.prepare(
      `SELECT first, last, key, members FROM closed_files
       WHERE first >= ${beginning("?1")} AND last > ?1 ORDER BY first LIMIT 1`,
    )
      .bind(at)
      .first<Pick<ClosedFile, "first" | "last" | "key"> & { members: string }>();
    if (row === null || row.first >= until) break;
    const out = await outOf(env.DB, row);
    for (const member of JSON.parse(row.members) as Member[]) {
      if (member[1] <= after || isEnough()) continue;
      try {
        const all = await linesIn(env, row, member);
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

/** The same, and which of them no number has. */
async function someAfter(env: Reading, after: number, most: number) {
  const { lines, unread } = await linesAfter(env, after, most);
  const { results } = await env.DB.prepare(
    `SELECT j.value ->> 1 AS num FROM json_each(?) j
     WHERE NOT EXISTS (SELECT 1 FROM closed_numbers c WHERE c.number = j.value ->> 0 AND c.num = j.value ->> 1)`,
  )
    .bind(pairsOf(lines))
    .all<{ num: number }>();
  return { lines, unread, unnumbered: results.map(({ num }) => String(num)) };
}
