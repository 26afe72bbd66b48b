/** Watches single numbers: their in-house entries and consents, and the days on which these end. */
import { sql, type Statement } from "../core/sql.ts";
import { iso, judgeAll, type Run, SETTLE, step } from "./run.ts";

/** Judges the numbers that `changes` names since the last run, and those that were scheduled for today or before. */
export async function watchNumbers(run: Run): Promise<void> {
  const db = run.env.DB;
  const state = (await db
    .prepare(
      `SELECT MAX(seq, COALESCE((SELECT CAST(value AS INTEGER) FROM marks WHERE name = 'changes-floor'), 0)) AS seq,
         day, (SELECT seq FROM audit WHERE at <= ? ORDER BY seq DESC LIMIT 1) AS settled FROM watching`,
    )
    .bind(iso(run.now - SETTLE))
    .first<{ seq: number; day: string; settled: number | null }>())!;
  const today = iso(run.now).slice(0, 10);
  if (state.day < today) await step(run, scheduleEnded(state.day, today));
  await recheckDue(run, today);

  for (let { seq } = state; run.left > 0; run.left--) {
    const { results } = await db
      .prepare(
        `SELECT c.seq, w.number FROM changes c LEFT JOIN watched w ON w.number = CAST(substr(c.ref, 2) AS INTEGER)
         WHERE c.kind = 'number' AND c.seq > ?1 AND c.seq <= (
           SELECT MAX(seq) FROM (SELECT seq FROM changes WHERE kind = 'number' AND seq > ?1 ORDER BY seq LIMIT ?2))
         ORDER BY c.seq`,
      )
      .bind(seq, run.bounds.numbers)
      .all<{ seq: number; number: number | null }>();
    const last = results.at(-1);
    if (!last) return;
    await judgeAll(run, [...new Set(results.flatMap(({ number }) => number ?? []))]);
    ({ seq } = last);
    const done = Math.min(seq, state.settled ?? 0);
    if (done > state.seq) await step(run, [sql("UPDATE watching SET seq = ? WHERE id = 1", done)]);
  }
}

/** The last days of entries and consents: their own, of a call that was asked for, and of an entry that waits for its review. */
const ends = [
  ["suppressions", "e.until"],
  ["consents", "e.until"],
  ["consents", "e.day"],
  [
    "consents",
    `CASE WHEN e.day IS NULL AND (COALESCE(e.kind, e.basis) = 'solicited' OR e.state = 'review')
       THEN date(e.given_at, '+7 days') END`,
  ],
] as const;

/**
 * Schedules the numbers whose entry or consent ended since `day`. An end date is inclusive: until yesterday is over
 * today.
 */
const scheduleEnded = (day: string, today: string): Statement[] => [
  ...ends.map(([table, end]) =>
    sql(
      `INSERT OR IGNORE INTO watch_again (day, number)
       SELECT ?2, e.number FROM ${table} e JOIN watched w ON w.number = e.number WHERE ${end} >= ?1 AND ${end} < ?2`,
      day,
      today,
    ),
  ),
  sql("UPDATE watching SET day = ? WHERE id = 1", today),
];

async function recheckDue(run: Run, today: string): Promise<void> {
  for (; run.left > 0; run.left--) {
    const { results } = await run.env.DB.prepare(
      "SELECT day, number FROM watch_again WHERE day <= ? ORDER BY day, number LIMIT ?",
    )
      .bind(today, run.bounds.numbers)
      .all<{ day: string; number: number }>();
    if (results.length === 0) return;
    await judgeAll(run, [...new Set(results.map(({ number }) => number))]);
    const rows = JSON.stringify(results.map(({ day, number }) => [day, number]));
    await step(run, [
      sql(
        `DELETE FROM watch_again
         WHERE (day, number) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))`,
        rows,
      ),
    ]);
  }
}
