/** What nothing lists any more: objects that no row of `closed_files` names, and rows of the index whose file is gone. */
import { HOUR } from "../../../shared/core/time.ts";
import { prepare, sql, type Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { beginning } from "./files.ts";
import { refuseWhere } from "./lines.ts";

/** How long an object may arrive after its writing began: no run lasts as long, and the next night's finds it. */
const WRITING = 12 * HOUR;
const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * Writes an object under a key of this one try: nothing else has it, before or after. Recorded first, so that the object is erased in any
 * case: at once where `write` fails, and by a later run where this one is killed.
 */
export async function underNewKey(
  env: Env,
  { month, first }: { month: string; first: number },
  now: number,
  write: (key: string) => Promise<void>,
): Promise<void> {
  const key = `dials/${month}/${first}-${crypto.randomUUID()}.ndjson.gz`;
  const until = iso(now + WRITING);
  await prepare(env.DB, sql("INSERT INTO closed_left (key, until, over) VALUES (?, ?, 0)", key, until)).run();
  try {
    await write(key);
  } catch (error) {
    // Where a commit named it after all, its row is gone; one that is still on its way is refused from here on.
    await prepare(env.DB, sql("UPDATE closed_left SET over = 1 WHERE key = ?", key))
      .run()
      .then(() => eraseLeft(env, now))
      .catch((failed: unknown) => console.error(key, failed));
    throw error;
  }
}

/** In the commit that names an object; refuses it if the object is erased, or is to be. */
export const named = (key: string): Statement[] => [
  refuseWhere("NOT EXISTS (SELECT 1 FROM closed_left WHERE key = ? AND over = 0)", key),
  sql("DELETE FROM closed_left WHERE key = ?", key),
];
/** In the commit that names an object no more. */
export const unnamed = (key: string): Statement =>
  sql("INSERT INTO closed_left (key, until, over) VALUES (?, '', 1)", key);

/**
 * Erases what no commit can name any more: what is over, and, where `isAll`, what is still being written. That may arrive after it was
 * erased: it stays listed, and is erased again, until its time to arrive is over. Throws at the end where some could not be erased. `now` in
 * milliseconds.
 */
export async function eraseLeft({ DB, ARCHIVE }: Env, now: number, isAll = false): Promise<void> {
  const at = iso(now);
  const which = "over = 0 AND (until < ? OR ?)";
  await prepare(DB, sql(`UPDATE closed_left SET over = 1 WHERE ${which}`, at, Number(isAll))).run();
  const { results } = await DB.prepare(
    `SELECT key, until FROM closed_left l WHERE over = 1 AND NOT EXISTS (SELECT 1 FROM closed_files f WHERE f.key = l.key)`,
  ).all<{ key: string; until: string }>();
  const failed: string[] = [];
  for (const { key, until } of results)
    try {
      await ARCHIVE.delete(key);
      if (until < at) await prepare(DB, sql("DELETE FROM closed_left WHERE key = ?", key)).run();
    } catch (error) {
      console.error(key, error);
      failed.push(key);
    }
  if (failed.length > 0) throw new Error(`could not be erased: ${failed.join(", ")}`);
}

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
         SELECT 1 FROM closed_files f WHERE f.first = ${beginning("closed_numbers.num")} AND f.last >= closed_numbers.num)`,
      ...[...after, number, num, below],
    );
    await DB.batch([gone, done].map((statement) => prepare(DB, statement)));
  }
}
