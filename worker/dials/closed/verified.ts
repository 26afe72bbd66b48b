/** Closed dials as verifying the tables reads them. */
import { closedLinesIn, type Reading } from "../../storage/closed/read.ts";
import { linesAfter, rowsOf } from "../../storage/closed/verified.ts";
import type { ClosedRows, Leafy } from "../../core/bound.ts";
import { dialsKind, FROM_LINES, type Line, pairsOf } from "./lines.ts";
import { packedAmong } from "./packed/entries.ts";

/** `select`: of the bound table `dials`. */
export function closedRows(select: string): ClosedRows {
  const rowsIn = (db: D1Database, lines: readonly Line[]) =>
    rowsOf<Leafy>(db, `${FROM_LINES} ${select}`, lines);
  return {
    index: dialsKind.index,
    order: (a, b) => Number(a) - Number(b),
    named: async (env, keys) => {
      const { lines, unread } = await closedLinesIn(env, dialsKind, keys.map(Number));
      return {
        rows: await rowsIn(env.DB, lines),
        unread: [...unread].map(([key, nums]) => ({ key, rows: nums.map(String) })),
      };
    },
    after: async (env, after, most) => {
      let found = await someAfter(env, Number(after), most);
      // What came back, or was written once more, meanwhile is in order at a second look.
      if (found.unread.length + found.unlisted.length > 0) found = await someAfter(env, Number(after), most);
      const { lines, ...rest } = found;
      return { rows: await rowsIn(env.DB, lines), ...rest };
    },
  };
}

/** Some lines, and which of them no number has, or no last digits, or the database has besides. */
async function someAfter(env: Reading, after: number, most: number) {
  const { lines, unread } = await linesAfter(env, dialsKind, after, most);
  const { results } = await env.DB.prepare(
    `SELECT j.value ->> 1 AS num, EXISTS (SELECT 1 FROM dials d WHERE d.num = j.value ->> 1) AS here FROM json_each(?) j
     WHERE NOT EXISTS (SELECT 1 FROM closed_numbers c WHERE c.number = j.value ->> 0 AND c.num = j.value ->> 1)
       OR EXISTS (SELECT 1 FROM dials d WHERE d.num = j.value ->> 1)`,
  )
    .bind(pairsOf(lines))
    .all<{ num: number; here: number }>();
  const apart = new Set(results.map(({ num }) => num));
  const packed = await packedAmong(
    env.DB,
    lines.filter(({ num }) => apart.has(num)),
  );
  return {
    lines,
    unread: unread.map(({ key, first }) => ({ key, first: String(first) })),
    unlisted: results.flatMap(({ num, here }) => (here === 1 || !packed.has(num) ? [String(num)] : [])),
  };
}
