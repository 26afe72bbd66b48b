/**
 * Recordings of claims-management calls are kept for a year at least (FCA CMCOB 2.3), whatever policy says by then. A
 * recording does not say what kind of call it is of: each counts that was made while policy let such calls be made.
 */
import { DAY } from "../../shared/core/time.ts";
import { floor } from "../../shared/law/law.ts";

/** When policy let claims-management calls be made: from, and until (ISO 8601). A page learns of the end a moment later. */
export type ClaimsTimes = readonly (readonly [from: string, until: string])[];

export async function claimsTimes(db: D1Database): Promise<ClaimsTimes> {
  const { results } = await db
    .prepare(
      `SELECT at, until FROM (SELECT at, doc, LEAD(at) OVER (ORDER BY version) AS until FROM policies)
       WHERE EXISTS (SELECT 1 FROM json_each(doc, '$.campaigns.runs') WHERE value = 'claims-management')`,
    )
    .all<{ at: string; until: string | null }>();
  return results.map(({ at, until }) => [
    at,
    until === null ? "9" : new Date(Date.parse(until) + DAY).toISOString(),
  ]);
}

/** The months for a recording that began at a moment, of those that policy says. */
export const monthsFor = (startedAt: string, months: number, times: ClaimsTimes): number =>
  times.some(([from, until]) => startedAt >= from && startedAt < until)
    ? Math.max(months, floor.claimsRecordingMonths)
    : months;

/** SQL: a row of `recordings` is one of a time in `times`, a parameter with `ClaimsTimes` in JSON. */
export const whileClaims = (times: string): string =>
  `EXISTS (SELECT 1 FROM json_each(${times}) t WHERE started_at >= t.value ->> 0 AND started_at < t.value ->> 1)`;

/** `monthsFor` in SQL. */
export const monthsInSql = (months: string, times: string): string =>
  `MAX(${months}, IIF(${whileClaims(times)}, ${floor.claimsRecordingMonths}, 0))`;
