/** How many closed recordings there are, for figures. No file is read. */
import type { Policy } from "../../../shared/policy/policy.ts";
import { SECOND } from "../../../shared/core/time.ts";
import { distinctOf } from "../../core/newest.ts";
import { whileClaims } from "../claims.ts";
import { allowedRegions } from "../rows.ts";
import { QUARTER } from "./lines.ts";

/** SQL: all of them. */
export const allClosed = "(SELECT COALESCE(SUM(n), 0) FROM closed_kept_days)";

/** SQL: counts (`day`, `n`) of those whose day is a day (SQL) or before: none, but of lost files, as the others came back before. */
export const closedDue = (day: string): string => `closed_kept_days WHERE day BETWEEN '' AND ${day}`;

/** SQL: those outside some regions (a parameter: a JSON array). */
export const closedOutsideOf = (regions: string): string =>
  `(SELECT COALESCE(SUM(n), 0) FROM closed_kept_days WHERE region NOT IN (SELECT value FROM json_each(${regions})))`;

/**
 * SQL: those that began before a moment, but for those of claims-management calls (`times`) from a moment on (`year`); to a quarter of an
 * hour, as nothing counts them more finely.
 */
export const closedBefore = (moment: string, times: string, year: string): string =>
  `(SELECT COALESCE(SUM(began), 0) FROM (
     SELECT strftime('%Y-%m-%dT%H:%M:%fZ', quarter * ${QUARTER / SECOND}, 'unixepoch') AS started_at, began
     FROM closed_kept_quarters WHERE quarter < unixepoch(${moment}) / ${QUARTER / SECOND})
   WHERE NOT (${whileClaims(times)} AND started_at >= ${year}))`;

/** Of each region that policy does not allow, how many are closed. */
export async function closedOutside(db: D1Database, policy: Policy): Promise<Map<string, number>> {
  const { results } = await db
    .prepare(
      `${distinctOf("closed_kept_days", "region", "TRUE")}
       SELECT value AS region, (SELECT SUM(n) FROM closed_kept_days WHERE region = value) AS n FROM values_of
       WHERE value NOT IN (SELECT value FROM json_each(?))`,
    )
    .bind(allowedRegions(policy))
    .all<{ region: string; n: number }>();
  return new Map(results.map(({ region, n }) => [region, n]));
}
