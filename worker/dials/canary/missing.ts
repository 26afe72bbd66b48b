/** Every morning: browsers that were in use on a day that has ended, and reported no test. One mail for all of them. */
import { canaryLayers } from "../../../shared/canary/number.ts";
import { dayOf } from "../../../shared/core/calendar.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { record } from "../../core/commit.ts";
import { sql } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { mailOfficers } from "../../mail/outbox.ts";
import { currentPolicy } from "../../policy/current.ts";
import { layersOf } from "./figures.ts";

/** The last day that was told of. */
const MARK = "canary-missing";

/** Days that a run missed are told of by the next one. `now` in milliseconds. */
export async function tellMissing(env: Env, now: number): Promise<void> {
  const db = env.DB;
  const today = dayOf(now, zoneOfPolicy((await currentPolicy(db)).policy));
  const { results } = await db
    .prepare(
      `SELECT b.day, COUNT(*) AS browsers, COUNT(*) FILTER (WHERE ${layersOf} < ?3) AS missing FROM canary_browsers b
       WHERE b.day > COALESCE((SELECT value FROM marks WHERE name = ?1), '') AND b.day < ?2
       GROUP BY b.day HAVING missing > 0 ORDER BY b.day`,
    )
    .bind(MARK, today, canaryLayers.length)
    .all<{ day: string; browsers: number; missing: number }>();
  for (const { day, browsers, missing } of results)
    await record(env, {
      actor: "system",
      event: { code: "canary.missing", subject: day, payload: { browsers, missing } },
      statements: [
        sql("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)", MARK, day),
        ...(await mailOfficers(db, {
          template: "canary-missing",
          values: { day, browsers, n: missing },
          key: `canary-missing:${day}`,
        })),
      ],
    });
}
