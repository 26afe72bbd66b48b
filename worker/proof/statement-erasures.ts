/** A statement's figures of the recordings that were to be erased. docs/statement.md defines each. */
import type { Statement, StatementFigures } from "../../shared/proof/statement.ts";
import { closedDue } from "../recordings/closed/counts.ts";
import { dueBy } from "../recordings/erasing/by-index.ts";

type Erasures = NonNullable<StatementFigures["erasures"]>;

/** The last moment at which a legal hold on it was released. */
const released = (recording: string): string =>
  `COALESCE((SELECT MAX(released_at) FROM recording_holds WHERE recording = ${recording}), '')`;

/** What was certified within the day, and what was left at its end, whether it was erased since or not. */
export async function erasuresOfDay(
  db: D1Database,
  { day, from, to }: Pick<Statement, "day" | "from" | "to">,
): Promise<Erasures> {
  const found = await db
    .prepare(
      `WITH those AS (
         SELECT erase_after AS day, ${released("c.recording")} AS since, erased_at < ?3 AS done, 1 AS n
         FROM certificates c WHERE erased_at >= ?2 AND moment >= ?4 AND (erased_at < ?3 OR erase_after <= ?1)
         UNION ALL SELECT erase_after, MAX(COALESCE(waits_until, ''), ${released("r.id")}), 0, 1 FROM recordings r
         WHERE state <> 'erased' AND ${dueBy("erase_after", "?1")} AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.recording = r.id)
         UNION ALL SELECT day, '', 0, n FROM ${closedDue("?1")})
       SELECT COALESCE(SUM(n), 0) AS due, COUNT(*) FILTER (WHERE done) AS done,
         COALESCE(SUM(n) FILTER (WHERE day < ?1 AND since < ?2), 0) AS late, COALESCE(SUM(n) FILTER (WHERE NOT done), 0) AS waiting,
         substr(MIN(IIF(done, NULL, MAX(day, since))), 1, 10) AS oldest
       FROM those WHERE done OR since < ?3`,
    )
    .bind(day, from, to, Date.parse(from))
    .first<Erasures>();
  return found!;
}
