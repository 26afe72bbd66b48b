/** Rows of an index by number or name that go though no line says which they are: slice after slice of all is looked at. */
import { prepare, sql, type Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";

export interface Index {
  /**
   * In `marks`: up to where the index was looked through, as JSON: below which row number, and behind which row. `first`: before every key, as
   * text, as JavaScript would round some.
   */
  mark: string;
  table: string;
  column: string;
  first: string;
  /** SQL: whether a row of it, below that row number, goes. */
  gone: string;
}

/** Rows of an index that one batch looks at, and batches of a run. */
const SLICE = 50_000;
const SLICES = 100;
const END = { key: "9223372036854775807", num: Number.MAX_SAFE_INTEGER };

/** In the commit by which rows below a row number are to go: `unlistIn` begins. */
export const unlisted = ({ mark, first }: Index, below: number): Statement =>
  sql(
    `INSERT OR REPLACE INTO marks (name, value)
     SELECT ?1, json_array(MAX(?2, COALESCE((SELECT value ->> 0 FROM marks WHERE name = ?1), 0)), ?3, 0)`,
    ...[mark, below, first],
  );

/** Deletes those rows: beside the Ledger, while `isTime`. The next run goes on. */
export async function unlistIn(
  { DB }: Env,
  { mark: name, table, column, gone: isGone }: Index,
  isTime: () => boolean,
  slice = SLICE,
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
      `DELETE FROM ${table} WHERE (${column}, num) > ${place} AND (${column}, num) <= ${place} AND num < ? AND ${isGone}`,
      ...[...after, key, num, below],
    );
    await DB.batch([gone, done].map((statement) => prepare(DB, statement)));
  }
}
