/** Objections by the day on which they were entered and who entered them; and whether their numbers were called afterwards. */
import { around } from "../../../shared/core/calendar.ts";
import { daysOf } from "../../../shared/proof/dates.ts";
import { MAX_REPORT_ROWS } from "../../../shared/overview/api-reports.ts";
import { reportsEn } from "../../../shared/texts/overview/reports.en.ts";
import { isCurrent } from "../../call-logs/rows.ts";
import { CALL_MADE } from "../../check/contacts.ts";
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
/** SQL: the number of an objection `s` was called after it was on record. */
const CALLED = `(EXISTS (SELECT 1 FROM calls c WHERE c.number = s.number AND c.started_at > s.at AND c.direction = 'outbound' AND ${isCurrent})
  OR EXISTS (SELECT 1 FROM dials d WHERE d.number = s.number AND d.device_at > unixepoch(s.at, 'subsec') * 1000
    AND COALESCE(d.medium, 0) = 0 AND ${CALL_MADE}))`;

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
           COUNT(*) FILTER (WHERE s.unverified = 1) AS unverified, COUNT(*) FILTER (WHERE s.ended_at IS NOT NULL) AS ended,
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
