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

/** These times as they follow each other, without those that are within others. */
export const merged = (times: ClaimsTimes): ClaimsTimes =>
  times
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .reduce<[string, string][]>((all, [from, until]) => {
      const last = all.at(-1);
      if (last && from <= last[1]) last[1] = until > last[1] ? until : last[1];
      else all.push([from, until]);
      return all;
    }, []);

/** Whether `claims_times`, by which recordings are counted (migration 0133), is as the policies say. */
export async function areClaimsTimes(db: D1Database): Promise<boolean> {
  const { results } = await db
    .prepare("SELECT since, until FROM claims_times")
    .all<{ since: string; until: string }>();
  const stored = results.map(({ since, until }): [string, string] => [since, until]);
  return JSON.stringify(merged(stored)) === JSON.stringify(merged(await claimsTimes(db)));
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
