/** Closed months whose time is over: whole files go, at the end of the last day of their month. What is over sooner is told no more, as its part is gone. */
import { sql, type Statement } from "../../core/sql.ts";
import { forgetting } from "./back.ts";
import { monthIn } from "./read.ts";

/** The months all of whose parts were before a moment (ISO 8601). Their objects go with what no row names (storage/closed/left.ts). */
export async function closedOver(
  db: D1Database,
  until: string,
): Promise<{ kind: string; n: number; statements: Statement[] }[]> {
  const month = monthIn(until);
  const over = (await db
    .prepare(
      `SELECT (SELECT COUNT(*) FROM closed_screenings WHERE month < ?1) AS months,
         (SELECT COALESCE(SUM(rows), 0) FROM closed_screened WHERE month < ?1 AND lists = 0) AS rows`,
    )
    .bind(month)
    .first<{ months: number; rows: number }>())!;
  if (over.months === 0) return [];
  return [
    {
      kind: "closed_screened",
      n: over.rows,
      statements: [
        sql(
          "INSERT INTO closed_left (key, until, over) SELECT key, '', 1 FROM closed_screened WHERE month < ?",
          month,
        ),
        sql("DELETE FROM closed_screened WHERE month < ?", month),
        ...forgetting("month < ?", month),
      ],
    },
  ];
}
