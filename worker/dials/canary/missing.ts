/**
 * Every morning: browsers that were in use on a day that has ended, and reported no test. One mail for all of them. A browser
 * in which our scripts stopped says nothing of itself: it is known by its token, and by the dials of its person.
 */
import { around, dayOf, daysLater } from "../../../shared/core/calendar.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { record } from "../../core/commit.ts";
import { prepare, sql, type Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { mailOfficers } from "../../mail/outbox.ts";
import { currentPolicy } from "../../policy/current.ts";
import { dialFrom } from "../row-number.ts";
import { isMissing, TRIED_DAYS, withSaid } from "./figures.ts";

/** The last day that was looked at. */
const MARK = "canary-missing";
/** Most days that a run makes up for. */
const MOST = 7;

/** Days that a run missed are looked at by the next one. `now` in milliseconds. */
export async function tellMissing(env: Env, now: number): Promise<void> {
  const db = env.DB;
  const zone = zoneOfPolicy((await currentPolicy(db)).policy);
  const yesterday = daysLater(dayOf(now, zone), -1);
  const last = await db
    .prepare("SELECT value FROM marks WHERE name = ?")
    .bind(MARK)
    .first<{ value: string }>();
  const since = daysLater(yesterday, 1 - MOST);
  let day = last ? daysLater(last.value, 1) : yesterday;
  if (day < since) day = since;
  for (; day <= yesterday; day = daysLater(day, 1)) {
    await prepare(db, silent(day, around(day, undefined, 0, zone))).run();
    await tellOf(env, day);
  }
}

/**
 * Counts as in use: a token that was used since the day began, of which nothing came on it, and which tried in the week before
 * or whose person dialled on that day. Only what was tried counts, so that a browser that has gone over to the desk alone is
 * not missed for ever.
 */
const silent = (day: string, [from, to]: readonly [string, string]): Statement =>
  sql(
    `INSERT OR IGNORE INTO canary_browsers (day, token, browser, version, at)
     WITH before (day) AS MATERIALIZED (SELECT value FROM json_each(?3))
     SELECT ?1, t.id, '', COALESCE((SELECT b.version FROM canary_browsers b WHERE b.token = t.id AND b.day = (
       SELECT MAX(d.day) FROM before d WHERE EXISTS (
         SELECT 1 FROM canary_browsers k WHERE k.day = d.day AND k.token = t.id)) LIMIT 1), ''), ?2
     FROM tokens t JOIN people p ON p.id = t.person
     WHERE t.revoked_at IS NULL AND t.last_used_at >= ?2
       AND NOT EXISTS (SELECT 1 FROM canary_browsers b WHERE b.day = ?1 AND b.token = t.id)
       AND (EXISTS (SELECT 1 FROM before d JOIN canary_results r ON r.day = d.day AND r.token = t.id)
         OR p.kind = 'person' AND EXISTS (SELECT 1 FROM dials d WHERE d.by = p.num AND d.num >= ?4 AND d.num < ?5)
           AND NOT EXISTS (SELECT 1 FROM tokens o JOIN canary_browsers b ON b.day = ?1 AND b.token = o.id WHERE o.person = p.id))`,
    ...[day, from],
    JSON.stringify(Array.from({ length: TRIED_DAYS }, (_, n) => daysLater(day, -n - 1))),
    ...[dialFrom(from), dialFrom(to)],
  );

async function tellOf(env: Env, day: string): Promise<void> {
  const db = env.DB;
  const { browsers, missing } = (await db
    .prepare(
      `${withSaid} SELECT COUNT(*) AS browsers, COUNT(*) FILTER (WHERE ${isMissing}) AS missing
       FROM canary_browsers b WHERE b.day = ?1`,
    )
    .bind(day)
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
