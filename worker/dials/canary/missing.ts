/** Every morning: browsers that were in use on a day that has ended, and reported no test. One mail for all of them. */
import { canaryLayers } from "../../../shared/canary/number.ts";
import { dayOf, daysLater } from "../../../shared/core/calendar.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { record } from "../../core/commit.ts";
import { prepare, sql } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { mailOfficers } from "../../mail/outbox.ts";
import { currentPolicy } from "../../policy/current.ts";
import { layersOf } from "./figures.ts";

/** The last day that was looked at. */
const MARK = "canary-missing";
/** Most days that a run makes up for. */
const MOST = 7;

/** Days that a run missed are looked at by the next one. `now` in milliseconds. */
export async function tellMissing(env: Env, now: number): Promise<void> {
  const db = env.DB;
  const yesterday = daysLater(dayOf(now, zoneOfPolicy((await currentPolicy(db)).policy)), -1);
  const last = await db
    .prepare("SELECT value FROM marks WHERE name = ?")
    .bind(MARK)
    .first<{ value: string }>();
  const since = daysLater(yesterday, 1 - MOST);
  let day = last ? daysLater(last.value, 1) : yesterday;
  if (day < since) day = since;
  for (; day <= yesterday; day = daysLater(day, 1)) await tellOf(env, day);
}

async function tellOf(env: Env, day: string): Promise<void> {
  const db = env.DB;
  const { browsers, missing } = (await db
    .prepare(
      `SELECT COUNT(*) AS browsers, COUNT(*) FILTER (WHERE ${layersOf} < ?2) AS missing
       FROM canary_browsers b WHERE b.day = ?1`,
    )
    .bind(day, canaryLayers.length)
    .first<{ browsers: number; missing: number }>())!;
  const looked = sql("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)", MARK, day);
  if (missing === 0) {
    await prepare(db, looked).run();
    return;
  }
  await record(env, {
    actor: "system",
    event: { code: "canary.missing", subject: day, payload: { browsers, missing } },
    statements: [
      looked,
      ...(await mailOfficers(db, {
        template: "canary-missing",
        values: { day, browsers, n: missing },
        key: `canary-missing:${day}`,
      })),
    ],
  });
}
