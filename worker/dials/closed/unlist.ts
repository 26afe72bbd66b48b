/** Rows of the indexes whose file is gone. */
import { beginning } from "../../storage/closed/files.ts";
import { prepare, sql, type Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { dialsKind } from "./lines.ts";

/**
 * `mark`, in `marks`: up to where the index was looked through for rows of lost files, as JSON: below which dial, and behind which row.
 * `first`: before every key, as text, as JavaScript would round those of calls.
 */
const INDEXES = [
  { mark: "dials-unlisted", table: "closed_numbers", column: "number", first: "-1" },
  { mark: "calls-unlisted", table: "closed_logged", column: "name", first: "-9223372036854775808" },
] as const;
/** Rows of an index that one batch looks at, and batches of a run. */
const SLICE = 50_000;
const SLICES = 100;
const END = { key: "9223372036854775807", num: Number.MAX_SAFE_INTEGER };

/** In the commit that drops a lost file whose dials are below a row number: rows of the indexes are left of it, that only `unlist` finds. */
export const unlisted = (below: number): Statement[] =>
  INDEXES.map(({ mark, first }) =>
    sql(
      `INSERT OR REPLACE INTO marks (name, value)
       SELECT ?1, json_array(MAX(?2, COALESCE((SELECT value ->> 0 FROM marks WHERE name = ?1), 0)), ?3, 0)`,
      ...[mark, below, first],
    ),
  );

/**
 * Deletes the rows of the indexes that lost files left: slice after slice of all, beside the Ledger, while `isTime`. The next run
 * goes on. A row whose file is there always stays.
 */
export async function unlist(env: Env, isTime: () => boolean, slice = SLICE): Promise<void> {
  for (const index of INDEXES) await unlistIn(env, index, isTime, slice);
}

async function unlistIn(
  { DB }: Env,
  { mark: name, table, column }: (typeof INDEXES)[number],
  isTime: () => boolean,
  slice: number,
): Promise<void> {
  const place = "(CAST(? AS INTEGER), ?)";
  for (let n = 0; n < SLICES && isTime(); n++) {
    const mark = await DB.prepare("SELECT value FROM marks WHERE name = ?").bind(name).first<string>("value");
    if (mark === null) return;
    const [below, ...after] = JSON.parse(mark) as [below: number, key: string | number, num: number];
    const next = await DB.prepare(
      `SELECT CAST(i.${column} AS TEXT) AS key, i.num FROM ${table} i WHERE (i.${column}, i.num) > ${place}
       ORDER BY i.${column}, i.num LIMIT 1 OFFSET ?`,
    )
      .bind(...after, slice - 1)
      .first<typeof END>();
    const { key, num } = next ?? END;
    // Where another file was dropped meanwhile, the mark is another, and stays: then from the beginning.
    const done = next
      ? sql(
          "UPDATE marks SET value = ? WHERE name = ? AND value = ?",
          JSON.stringify([below, key, num]),
          ...[name, mark],
        )
      : sql("DELETE FROM marks WHERE name = ? AND value = ?", name, mark);
    const gone = sql(
      `DELETE FROM ${table} WHERE (${column}, num) > ${place} AND (${column}, num) <= ${place} AND num < ? AND NOT EXISTS (
         SELECT 1 FROM closed_files f WHERE f.first = ${beginning(dialsKind, `${table}.num`)} AND f.last >= ${table}.num)`,
      ...[...after, key, num, below],
    );
    await DB.batch([gone, done].map((statement) => prepare(DB, statement)));
  }
}
