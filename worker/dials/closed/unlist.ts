/** Rows of the index whose file is gone. */
import { beginning } from "../../storage/closed/files.ts";
import { prepare, sql, type Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { dialsKind } from "./lines.ts";

/** In `marks`: up to where the index was looked through for rows of lost files, as JSON: below which dial, and behind which row. */
const UNLISTED = "dials-unlisted";
/** Rows of the index that one batch looks at, and batches of a run. */
const SLICE = 50_000;
const SLICES = 100;
const END = { number: Number.MAX_SAFE_INTEGER, num: Number.MAX_SAFE_INTEGER };

/** In the commit that drops a lost file whose dials are below a row number: rows of the index are left of it, that only `unlist` finds. */
export const unlisted = (below: number): Statement =>
  sql(
    `INSERT OR REPLACE INTO marks (name, value)
     SELECT ?1, json_array(MAX(?2, COALESCE((SELECT value ->> 0 FROM marks WHERE name = ?1), 0)), -1, 0)`,
    ...[UNLISTED, below],
  );

/**
 * Deletes the rows of the index that lost files left: slice after slice of all numbers, beside the Ledger, while `isTime`. The next run
 * goes on. A row whose file is there always stays.
 */
export async function unlist({ DB }: Env, isTime: () => boolean, slice = SLICE): Promise<void> {
  for (let n = 0; n < SLICES && isTime(); n++) {
    const mark = await DB.prepare("SELECT value FROM marks WHERE name = ?")
      .bind(UNLISTED)
      .first<string>("value");
    if (mark === null) return;
    const [below, ...after] = JSON.parse(mark) as [below: number, number: number, num: number];
    const next = await DB.prepare(
      "SELECT number, num FROM closed_numbers WHERE (number, num) > (?, ?) ORDER BY number, num LIMIT 1 OFFSET ?",
    )
      .bind(...after, slice - 1)
      .first<typeof END>();
    const { number, num } = next ?? END;
    // Where another file was dropped meanwhile, the mark is another, and stays: then from the beginning.
    const done = next
      ? sql(
          "UPDATE marks SET value = ? WHERE name = ? AND value = ?",
          JSON.stringify([below, number, num]),
          ...[UNLISTED, mark],
        )
      : sql("DELETE FROM marks WHERE name = ? AND value = ?", UNLISTED, mark);
    const gone = sql(
      `DELETE FROM closed_numbers WHERE (number, num) > (?, ?) AND (number, num) <= (?, ?) AND num < ? AND NOT EXISTS (
         SELECT 1 FROM closed_files f WHERE f.first = ${beginning(dialsKind, "closed_numbers.num")} AND f.last >= closed_numbers.num)`,
      ...[...after, number, num, below],
    );
    await DB.batch([gone, done].map((statement) => prepare(DB, statement)));
  }
}
