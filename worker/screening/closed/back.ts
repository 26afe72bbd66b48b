/** The way back: a file into its table, the newest month first, and of it lists before numbers. An older Worker looks for them there alone. */
import { Problem } from "../../core/errors.ts";
import { record } from "../../core/commit.ts";
import { sql } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { lostFile, type Member, allLinesIn } from "../../storage/closed/files.ts";
import { refuseWhere } from "../../storage/closed/kind.ts";
import { unnamed } from "../../storage/closed/left.ts";
import { inArrays } from "./close.ts";
import { FILES, idInLine, listColumns, readList, readRow } from "./lines.ts";

/** Rows of lines into their tables. What somebody put in their place goes; what is over stays over. */
const BACK = [
  (lines: string) =>
    sql(
      `INSERT OR REPLACE INTO screened (id, n, data) SELECT ${idInLine}, value ->> 3, value ->> 4 FROM json_each(?1)
       WHERE EXISTS (SELECT 1 FROM screening_parts p WHERE p.num = value ->> 1)`,
      lines,
    ),
  (lines: string) =>
    sql(
      `INSERT OR REPLACE INTO screened_bound (${listColumns.map(({ name }) => name).join(", ")})
       SELECT ${listColumns.map(({ value }) => value).join(", ")} FROM json_each(?1)
       WHERE EXISTS (SELECT 1 FROM screening_parts p WHERE p.num = value ->> 0)`,
      lines,
    ),
] as const;

/**
 * Puts the rows of the newest file that is not lost back, unless `isOnlyCounted`; says how many rows it had, and how many files there are but
 * for the lost ones, whose keys `lost` gets. Throws the Problem `archive-broken` where the store does not answer.
 */
export async function screenedBack(
  env: Env,
  actor: string,
  lost: string[],
  isOnlyCounted: boolean,
): Promise<{ rows: number; files: number }> {
  for (;;) {
    const file = await env.DB.prepare(
      `SELECT month, lists, key, rows, members, (SELECT COUNT(*) FROM closed_screened
         WHERE key NOT IN (SELECT value FROM json_each(?1))) AS files FROM closed_screened
       WHERE key NOT IN (SELECT value FROM json_each(?1)) ORDER BY month DESC, lists DESC, first DESC LIMIT 1`,
    )
      .bind(JSON.stringify(lost))
      .first<{ month: number; lists: 0 | 1; key: string; rows: number; members: string; files: number }>();
    if (file === null || isOnlyCounted) return { rows: 0, files: file?.files ?? 0 };
    const { month, lists, key, rows, files } = file;
    const members = JSON.parse(file.members) as Member[];
    try {
      const all = await (lists === 1
        ? allLinesIn(env, { readLine: readList }, { key, members })
        : allLinesIn(env, { readLine: readRow }, { key, members }));
      await record(env, {
        actor,
        event: { code: "audit.screened-reopened", subject: key, payload: { rows } },
        statements: [
          refuseWhere("NOT EXISTS (SELECT 1 FROM closed_screened WHERE key = ?)", key),
          ...inArrays(all).map(BACK[lists]),
          sql("DELETE FROM closed_screened WHERE key = ?", key),
          unnamed(key),
          // What is not there any more closes again, should this Worker stay.
          sql("UPDATE closed_screenings SET over = 0 WHERE month = ?", month),
          ...forgetting("month NOT IN (SELECT month FROM closed_screened)"),
        ],
      });
      return { rows, files };
    } catch (error) {
      if (!(error instanceof Problem && (await lostFile(env, FILES, key)))) throw error;
      lost.push(key);
    }
  }
}

/** Months without files; `month`, in the condition, is that of the row. */
export const forgetting = (where: string, ...params: (string | number)[]) => [
  sql(`DELETE FROM closed_parts WHERE ${where}`, ...params),
  sql(`DELETE FROM closed_screenings WHERE ${where}`, ...params),
];
