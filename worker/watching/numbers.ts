/** Watches single numbers: their in-house entries and consents, and the days on which these end. */
import { consentLives, lawDays } from "../../shared/law/changes.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { sql, type Statement } from "../core/sql.ts";
import { currentPolicy } from "../policy/current.ts";
import { iso, judgeAll, type Run, SETTLE, step } from "./run.ts";

/** Judges the numbers that `changes` names since the last run, and those that were scheduled for today or before. */
export async function watchNumbers(run: Run): Promise<void> {
  const db = run.env.DB;
  const state = (await db
    .prepare(
      `SELECT MAX(seq, COALESCE((SELECT CAST(value AS INTEGER) FROM marks WHERE name = 'changes-floor'), 0)) AS seq,
         day, pass, (SELECT seq FROM audit WHERE at <= ? ORDER BY seq DESC LIMIT 1) AS settled FROM watching`,
    )
    .bind(iso(run.now - SETTLE))
    .first<{ seq: number; day: string; pass: number | null; settled: number | null }>())!;
  const today = iso(run.now).slice(0, 10);
  let { pass } = state;
  if (state.day < today) {
    // Where a rule of law begins or ends, any number may be another's.
    if (lawDays.some((day) => day > state.day && day <= today)) pass = 0;
    const { policy } = await currentPolicy(db);
    await step(run, [...scheduleEnded(state.day, today, policy), passAt(pass)]);
  }
  await recheckDue(run, today);
  await passOverAll(run, pass);

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

/** The last days of entries and consents: their own, and of a call that was asked for. */
const ends = [
  ["suppressions", "e.until"],
  ["consents", "e.until"],
  ["consents", "e.day"],
] as const;

/** Days of a call that was asked for without one, and of a consent that waits for its review. */
const DAYS = 7;
const isOfDays = "e.day IS NULL AND (COALESCE(e.kind, e.basis) = 'solicited' OR e.state = 'review')";

/** A month of the calendar and SQLite's may differ by so many days; a number that is judged once more does no harm. */
const AROUND = 4;

/**
 * Schedules the numbers whose entry or consent ended since `day`: by its own end, or after the months that law or policy
 * gives it. An end date is inclusive: until yesterday is over today.
 */
function scheduleEnded(day: string, today: string, { consents }: Policy): Statement[] {
  const schedule = (table: string, where: string) =>
    sql(
      `INSERT OR IGNORE INTO watch_again (day, number)
       SELECT ?2, e.number FROM ${table} e JOIN watched w ON w.number = e.number WHERE ${where}`,
      day,
      today,
    );
  const lives = [...consentLives, ...(consents.monthsAtMost === null ? [] : [consents.monthsAtMost])];
  const given = (of: string, months: number, days: number) =>
    `date(${of}, '-${months} months', '${days} days')`;
  return [
    ...ends.map(([table, end]) => schedule(table, `${end} >= ?1 AND ${end} < ?2`)),
    // Found by when they were given, to a day: most consents live for longer.
    schedule(
      "consents",
      `e.given_at >= date(?1, '-${DAYS + 1} days') AND e.given_at < date(?2, '-${DAYS - 1} days') AND ${isOfDays}
         AND date(e.given_at, '+${DAYS} days') >= ?1 AND date(e.given_at, '+${DAYS} days') < ?2`,
    ),
    // An entry is over where the called person is, too: west of Greenwich some hours after that.
    schedule("suppressions", "e.until >= date(?1, '-1 day') AND e.until < date(?2, '-1 day')"),
    ...lives.map((months) =>
      schedule(
        "consents",
        `e.given_at >= ${given("?1", months, -AROUND)} AND e.given_at < ${given("?2", months, AROUND)}`,
      ),
    ),
    sql("UPDATE watching SET day = ? WHERE id = 1", today),
  ];
}

/** Steps of a run that a pass over all watched numbers may take: the next run goes on from there. */
const PASS = 40;

const passAt = (pass: number | null): Statement => sql("UPDATE watching SET pass = ? WHERE id = 1", pass);

/** Judges all watched numbers beyond `after`, if it is not null. */
async function passOverAll(run: Run, after: number | null): Promise<void> {
  for (let n = 0; after !== null && n < PASS && run.left > 0; n++, run.left--) {
    const { results } = await run.env.DB.prepare(
      "SELECT number FROM watched WHERE number > ? ORDER BY number LIMIT ?",
    )
      .bind(after, run.bounds.numbers)
      .all<{ number: number }>();
    const numbers = results.map(({ number }) => number);
    await judgeAll(run, numbers);
    after = numbers.length < run.bounds.numbers ? null : numbers.at(-1)!;
    await step(run, [passAt(after)]);
  }
}

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
