/** Objections by the day on which they were entered and who entered them; and whether numbers that they close were called meanwhile. */
import { around } from "../../../shared/core/calendar.ts";
import { daysOf } from "../../../shared/proof/dates.ts";
import { MAX_REPORT_ROWS } from "../../../shared/overview/api-reports.ts";
import { reportsEn } from "../../../shared/texts/overview/reports.en.ts";
import { isCurrent } from "../../call-logs/rows.ts";
import { CALL_MADE } from "../../check/contacts.ts";
import { unrestricted } from "../../do-not-call/brief.ts";
import { isWord } from "../../do-not-call/refusals.ts";
import { type Report, summed } from "./report.ts";

interface Found {
  day: string;
  person: string | null;
  objections: number;
  wide: number;
  unverified: number;
  ended: number;
  called: number;
}
/** SQL: what is kept behind another, or says it again, is in force with that. */
const ENDED = `IIF(${isWord("n")}, NULL, n.ended_at)`;
/** SQL: a number that an objection `s` closes was called while that was on record there. */
const CALLED = `EXISTS (SELECT 1 FROM suppressions n
  WHERE (n.id = s.id OR (n.origin = s.id AND n.keeps_line = 0)) AND (
    EXISTS (SELECT 1 FROM calls c WHERE c.number = n.number AND c.started_at > n.at
      AND c.started_at < COALESCE(${ENDED}, '9999') AND c.direction = 'outbound' AND ${isCurrent} AND ${unrestricted("call", "c.id")})
    OR EXISTS (SELECT 1 FROM dials d WHERE d.number = n.number AND d.device_at > unixepoch(n.at, 'subsec') * 1000
      AND d.device_at < COALESCE(unixepoch(${ENDED}, 'subsec') * 1000, ${Number.MAX_SAFE_INTEGER}) AND COALESCE(d.medium, 0) = 0
      AND ${CALL_MADE} AND ${unrestricted("dial", "CAST(d.num AS TEXT)")})))`;

export const refusals: Report = {
  columns: {
    ...{ day: "day", person: "text", objections: "number", wide: "number", unverified: "number" },
    ...{ ended: "number", called: "number" },
  },
  chart: { along: "day", series: ["objections"] },
  async make(db, { from, to, zone }) {
    const days = daysOf(from, to).map((day) => [day, ...around(day, undefined, 0, zone)]);
    const { results } = await db
      .prepare(
        `SELECT day.value ->> 0 AS day, p.name AS person, COUNT(*) AS objections,
           COUNT(*) FILTER (WHERE s.scope IN ('person', 'company')) AS wide,
           COUNT(*) FILTER (WHERE s.unverified = 1) AS unverified, COUNT(*) FILTER (WHERE s.ended_at IS NOT NULL AND NOT ${isWord("s")}) AS ended,
           COUNT(*) FILTER (WHERE ${CALLED}) AS called
         FROM json_each(?) day JOIN suppressions s ON s.at >= day.value ->> 1 AND s.at < day.value ->> 2
         LEFT JOIN people p ON p.id = s.by
         WHERE s.kind = 'objection' AND s.origin IS NULL GROUP BY day.key, s.by ORDER BY day.key, objections DESC, person
         LIMIT ${MAX_REPORT_ROWS + 1}`,
      )
      .bind(JSON.stringify(days))
      .all<Found>();
    const rows = results.map((row) => ({ ...row, person: row.person ?? reportsEn.refusals.nobody }));
    return {
      rows,
      charted: summed(rows, "day", "objections").sort((a, b) =>
        String(a["day"]) < String(b["day"]) ? -1 : 1,
      ),
      from: { objections: rows.reduce((sum, { objections }) => sum + objections, 0) },
    };
  },
};
