/** Counts of dials, for the overview and for a company's proof. They name no person and no number. */
import type { FiguresAnswer } from "../../shared/overview/api.ts";
import { daysOf } from "../../shared/proof/dates.ts";
import { around } from "../../shared/core/calendar.ts";
import { Problem } from "../core/errors.ts";
import { closedCalls } from "../dials/closed/read.ts";
import { dialFrom } from "../dials/row-number.ts";
import { dialWas } from "../dials/rows.ts";

/** From the start of the day `from` to the end of the day `to`, in ISO 8601. Throws invalid for an unknown time zone. */
export function periodOf(from: string, to: string, zone: string): { start: string; end: string } {
  try {
    return { start: around(from, undefined, 0, zone)[0], end: around(to, undefined, 0, zone)[1] };
  } catch {
    throw new Problem("invalid", undefined, [{ path: "zone", message: zone }]);
  }
}

/** Dials by day and outcome. Each day is one range of row numbers. A refused override counts as held. */
export async function dialsByDay(
  db: D1Database,
  from: string,
  to: string,
  zone: string,
): Promise<FiguresAnswer["days"]> {
  const days = daysOf(from, to).map((day) => [day, ...around(day, undefined, 0, zone).map(dialFrom)]);
  const { results } = await db
    .prepare(
      `SELECT day.value ->> 0 AS day, COUNT(*) FILTER (WHERE ${dialWas.passed})
           + ${closedCalls("(day.value ->> 1)", "(day.value ->> 2)")} AS passed,
         COUNT(*) FILTER (WHERE ${dialWas.held} OR d.refused = 1) AS held,
         COUNT(*) FILTER (WHERE ${dialWas.overridden} AND d.refused = 0) AS overridden
       FROM json_each(?) day LEFT JOIN dials d ON d.num >= day.value ->> 1 AND d.num < day.value ->> 2
       GROUP BY day.key ORDER BY day.key`,
    )
    .bind(JSON.stringify(days))
    .all<FiguresAnswer["days"][number]>();
  return results;
}

/** Held calls by reason: the Worker's reasons, or the page's where the Worker had none. */
export async function heldBy(db: D1Database, start: string, end: string): Promise<FiguresAnswer["heldBy"]> {
  const { results } = await db
    .prepare(
      `SELECT r.value ->> 'code' AS name, COUNT(DISTINCT d.num) AS count
       FROM dials d JOIN dial_texts t ON t.num = IIF(d.worker_verdict = 0, d.reasons, d.worker_reasons), json_each(t.text) r
       WHERE d.num >= ?1 AND d.num < ?2 AND (${dialWas.held} OR d.refused = 1) AND r.value ->> 'code' <> 'not-listed'
       GROUP BY 1 ORDER BY 2 DESC, 1`,
    )
    .bind(dialFrom(start), dialFrom(end))
    .all<FiguresAnswer["heldBy"][number]>();
  return results;
}
