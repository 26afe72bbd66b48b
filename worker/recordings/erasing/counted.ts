/** How many recordings go on which day, by the counts of migration 0133; those that are not counted yet are read themselves. */
import type { ErasuresAnswer } from "../../../shared/recordings/api.ts";
import { record } from "../../core/commit.ts";
import { idIs, idKey, sql } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { areClaimsTimes, claimsTimes, merged } from "../claims.ts";
import { heldOnes } from "../rows.ts";
import { dayNumber } from "./by-index.ts";

/** The recordings that follow policy's months: not those being erased, or to be erased for another reason. */
export const BY_POLICY = "state = 'kept' AND rule = 'retention'";
const COUNTED = "(SELECT value FROM marks WHERE name = 'recordings-counted')";
/** Behind every id. */
const END = "~";

/** SQL: recordings `where`, a range of ids, as `recording_days` has them. Of the indexes on what is not erased SQLite would take any. */
const counts = (
  where: string,
  by = "recordings",
): string => `SELECT erase_after, IIF(policys, started_on, '') AS started_on,
    policys AND EXISTS (SELECT 1 FROM claims_times WHERE since <= started_at AND started_at < until) AS claims, COUNT(*) AS n
  FROM (SELECT *, ${BY_POLICY} AND started_on IS NOT NULL AS policys FROM ${by} WHERE +state <> 'erased' AND ${where})
  GROUP BY 1, 2, 3`;

/** SQL: all of them, closed ones too (migration 0152), as a table with these columns. */
export const recordingDays = `(SELECT erase_after, started_on, claims, n FROM recording_days
  UNION ALL ${counts(`${idKey("id")} > ${idKey(COUNTED)} AND id > ${COUNTED}`, `(SELECT 1 WHERE ${COUNTED} <> '${END}') CROSS JOIN recordings`)})`;

/** In the order of ids; what is no UUID, which only somebody in the database can have written, is in the first. */
const LAST_SLICE = `${idKey("id")} > ${idKey("?1")} AND ?2 = '${END}'`;
const SLICE = `${idKey("id")} > ${idKey("?1")} AND ${idKey("id")} <= ${idKey("?2")}`;
/** Recordings a slice, and slices a run: a run takes some seconds. */
const BOUNDS = { most: 5000, slices: 20 };

/** Counts the recordings of before the upgrade, some in each run, each once. `bounds` for tests. */
export async function countDays({ DB }: Pick<Env, "DB">, { most, slices } = BOUNDS): Promise<void> {
  for (let n = 0; n < slices; n++) {
    const from = await DB.prepare(`SELECT ${COUNTED} AS value`).first<string>("value");
    if (from === null || from === END) return;
    const to =
      (await DB.prepare(
        `SELECT id FROM recordings WHERE ${idKey("id")} > ${idKey("?1")} ORDER BY ${idKey("id")} LIMIT 1 OFFSET ?2`,
      )
        .bind(from, most - 1)
        .first<string>("id")) ?? END;
    // Nothing where another run was here meanwhile.
    await DB.batch([
      DB.prepare(
        `INSERT INTO recording_days (erase_after, started_on, claims, n) ${counts(`${to === END ? LAST_SLICE : SLICE} AND ?1 = ${COUNTED}`)}
         ON CONFLICT DO UPDATE SET n = n + excluded.n`,
      ).bind(from, to),
      DB.prepare("UPDATE marks SET value = ?2 WHERE name = 'recordings-counted' AND value = ?1").bind(
        from,
        to,
      ),
    ]);
  }
}

/** Days a run, and recordings after which a run ends: the largest company's days are through within weeks. */
const COMPARED = { days: 100, recordings: 1_000_000 };
const LAST = "recordings-compared";
/** SQL: the recordings of the day `?1`, closed ones too, and what is counted of it. */
const ofDay = `SELECT erase_after, started_on, claims, SUM(n) AS n FROM (
    ${counts(`state <> 'erased' AND ${dayNumber("erase_after")} = ${dayNumber("?1")} AND erase_after = ?1`, "recording_rows INDEXED BY recording_rows_erase")}
    UNION ALL SELECT day, IIF(rule IS NULL, started_on, ''), rule IS NULL AND claims, n FROM closed_kept_days WHERE day = ?1)
  GROUP BY 1, 2, 3`;
const counted = "SELECT erase_after, started_on, claims, n FROM recording_days WHERE erase_after = ?1";

/**
 * Scheduled daily: compares the counts of some days with the recordings, and counts a day again that differs, with a line on the trail, as
 * it does with `claims_times` and the policies. The next run goes on behind the last day, and begins again behind the end.
 */
export async function compareDays(env: Env, { days, recordings } = COMPARED): Promise<void> {
  const { DB } = env;
  await setClaimsTimes(env);
  if ((await DB.prepare(`SELECT ${COUNTED} AS value`).first("value")) !== END) return;
  let day = (await DB.prepare(`SELECT value FROM marks WHERE name = '${LAST}'`).first<string>("value")) ?? "";
  for (let n = 0, read = 0; n < days && read < recordings; n++) {
    const next: string | null = await DB.prepare(
      `SELECT MIN(day) AS day FROM (SELECT MIN(erase_after) AS day FROM recording_days WHERE erase_after > ?1
         UNION ALL SELECT MIN(day) FROM closed_kept_days WHERE day > ?1
         UNION ALL SELECT * FROM (SELECT erase_after FROM recording_rows INDEXED BY recording_rows_erase
           WHERE state <> 'erased' AND ${dayNumber("erase_after")} >= ${dayNumber("?1")} AND erase_after > ?1
           ORDER BY ${dayNumber("erase_after")} LIMIT 1))`,
    )
      .bind(day)
      .first<string>("day");
    day = next ?? "";
    // Before the day is read: where it cannot be compared, the days behind it are.
    await DB.prepare(
      `INSERT INTO marks (name, value) VALUES ('${LAST}', ?) ON CONFLICT DO UPDATE SET value = excluded.value`,
    )
      .bind(day)
      .run();
    if (next === null) return;
    read += await compareDay(env, next);
  }
}

/** What is compared goes by them, and the policies say what they are. */
async function setClaimsTimes(env: Env): Promise<void> {
  if (await areClaimsTimes(env.DB)) return;
  await record(env, {
    actor: "system",
    event: { code: "recording.claims-times", subject: "", payload: null },
    statements: [
      sql("DELETE FROM claims_times"),
      sql(
        "INSERT INTO claims_times SELECT value ->> 0, value ->> 1 FROM json_each(?)",
        JSON.stringify(merged(await claimsTimes(env.DB))),
      ),
    ],
  });
}

/** How many recordings the day has. */
async function compareDay(env: Env, day: string): Promise<number> {
  // In one statement, as recordings come and go meanwhile.
  const found = await env.DB.prepare(
    `WITH found AS MATERIALIZED (${ofDay}), said AS MATERIALIZED (${counted})
     SELECT (SELECT TOTAL(n) FROM found) AS n, (SELECT TOTAL(n) FROM said) AS said,
       EXISTS (SELECT * FROM found EXCEPT SELECT * FROM said) OR EXISTS (SELECT * FROM said EXCEPT SELECT * FROM found) AS differs`,
  )
    .bind(day)
    .first<{ n: number; said: number; differs: number }>();
  const { n, said, differs } = found!;
  if (differs === 1)
    await record(env, {
      actor: "system",
      event: { code: "recording.days-counted", subject: day, payload: { counted: said, recordings: n } },
      statements: [
        sql("DELETE FROM recording_days WHERE erase_after = ?1", day),
        sql(`INSERT INTO recording_days ${ofDay}`, day),
      ],
    });
  return n;
}

/** Counts the recordings to be erased in each week (its Monday, YYYY-MM-DD), and how many of them are under a hold and stay. */
export async function erasureWeeks(db: D1Database): Promise<ErasuresAnswer["weeks"]> {
  const { results } = await db
    .prepare(
      `SELECT date(erase_after, 'weekday 0', '-6 days') AS week, SUM(n) AS recordings, SUM(held) AS held
       FROM (SELECT erase_after, n, 0 AS held FROM ${recordingDays}
         UNION ALL SELECT r.erase_after, 0, 1 FROM ${heldOnes} h CROSS JOIN recordings r ON ${idIs("r.id", "h.recording")}
           WHERE r.state <> 'erased')
       GROUP BY 1 ORDER BY 1 LIMIT 400`,
    )
    .all<ErasuresAnswer["weeks"][number]>();
  return results;
}
