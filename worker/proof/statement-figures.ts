/** The figures of a day's statement, from the rows of its dials and screenings. docs/statement.md defines each. */
import type { StatementFigures } from "../../shared/proof/statement.ts";
import { consentCodes } from "../../shared/check/consent.ts";
import type { reasonCodes } from "../../shared/check/verdict.ts";
import { dialFrom } from "../dials/row-number.ts";
import { dialWas, verdictWas } from "../dials/rows.ts";
import { screenedBetween } from "./company.ts";

type Code = (typeof reasonCodes)[number];
/** Evidence that is old, and evidence that there is none of. */
const old: readonly Code[] = ["stale-list", "stale-answer"];
const missing: readonly Code[] = [
  ...(["not-screened", "no-register", "not-asked"] as const),
  ...(["being-asked", "lookup-failed", "lookup-budget"] as const),
];
/** What lifts a bar. */
const lifts: readonly string[] = [...consentCodes, "ground", "grace"];

const inList = (codes: readonly string[]): string => `(${codes.map((code) => `'${code}'`).join(", ")})`;
const held = `(${dialWas.held} OR d.refused = 1)`;
const through = `(${dialWas.passed} OR ${dialWas.overridden} AND d.refused = 0)`;
const code = "r.value ->> 'code'";
/** Whether the Worker judged by a copy or an answer of more than 28 days before the call, or by none. */
const over28 = `EXISTS (SELECT 1 FROM json_each(t.text) r WHERE ${code} IN ${inList(missing)}
  OR (${code} IN ${inList(old)} AND julianday(date(d.at / 1000.0, 'unixepoch')) - julianday(r.value ->> 'asOf') > 28))`;
const ofDay = `FROM dials d JOIN dial_texts t ON t.num = d.worker_reasons WHERE d.num >= ?1 AND d.num < ?2`;
const basis = "COALESCE(d.basis, 'unsaid')";

/** Of the dials and screenings that the Worker wrote between two moments, of which the second is exclusive. */
export async function figuresOfDay(db: D1Database, start: string, end: string): Promise<StatementFigures> {
  const range = [dialFrom(start), dialFrom(end)] as const;
  const [counted, screened, grounds] = (await db.batch([
    db
      .prepare(
        `SELECT COUNT(*) FILTER (WHERE ${held}) AS heldDials,
           COUNT(DISTINCT IIF(${held}, d.number, NULL)) AS heldNumbers,
           COUNT(*) FILTER (WHERE ${through}) AS throughDials,
           COUNT(DISTINCT IIF(${through}, d.number, NULL)) AS throughNumbers,
           COUNT(*) FILTER (WHERE ${dialWas.passed} AND ${over28}) AS over28,
           COUNT(*) FILTER (WHERE ${dialWas.passed} AND ${verdictWas.blocked}) AS barred,
           COUNT(*) FILTER (WHERE d.device_at < ?3) AS late ${ofDay}`,
      )
      .bind(...range, Date.parse(start)),
    screenedBetween(db, start, end),
    db
      .prepare(
        `SELECT what, name, COUNT(DISTINCT num) AS count FROM (
           SELECT 'over28' AS what, ${basis} AS name, d.num ${ofDay}
             AND ${dialWas.overridden} AND d.refused = 0 AND ${over28}
           UNION ALL SELECT 'barred', ${basis}, d.num ${ofDay}
             AND ${dialWas.overridden} AND d.refused = 0 AND ${verdictWas.blocked}
           UNION ALL SELECT 'barred', ${code}, d.num FROM dials d
             JOIN dial_texts t ON t.num = d.worker_reasons, json_each(t.text) r
             WHERE d.num >= ?1 AND d.num < ?2 AND ${through} AND NOT ${verdictWas.blocked} AND ${code} IN ${inList(lifts)})
         GROUP BY what, name ORDER BY count DESC, name`,
      )
      .bind(...range),
  ])) as [
    D1Result<Record<"heldDials" | "heldNumbers" | "throughDials" | "throughNumbers", number> & Figures>,
    D1Result<StatementFigures["screened"]>,
    D1Result<{ what: "over28" | "barred"; name: string; count: number }>,
  ];
  const it = counted.results[0]!;
  const by = (wanted: "over28" | "barred") =>
    grounds.results.filter(({ what }) => what === wanted).map(({ name, count }) => ({ name, count }));
  return {
    held: { numbers: it.heldNumbers, dials: it.heldDials },
    screened: screened.results[0]!,
    letThrough: { numbers: it.throughNumbers, dials: it.throughDials },
    over28Days: { dials: it.over28, byGround: by("over28") },
    barred: { dials: it.barred, byGround: by("barred") },
    late: it.late,
  };
}
type Figures = Record<"over28" | "barred" | "late", number>;
