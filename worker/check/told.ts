/**
 * How many numbers the whole company was told of, by day. Each asker has a budget (budget.ts), and many askers have many: whoever
 * adds systems or people reads a register in parts. Numbers that are asked for again count again.
 */
import { DAY } from "../../shared/core/time.ts";
import { query } from "../core/batch.ts";
import { record } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { mailOfficers } from "../mail/outbox.ts";

/** Registers are brought up to date within so many days. */
const DAYS = 28;
/** Fewer are no register worth reading, however small the largest here is. */
const LEAST = 100_000;

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** For the same batch, right behind the statement that counts for the asker: it counts if that one did. */
export const countTold = (numbers: number, now: number) =>
  query<never>(
    `INSERT INTO asked_days (day, numbers) SELECT ?1, ?2 WHERE changes() > 0
     ON CONFLICT (day) DO UPDATE SET numbers = numbers + ?2`,
    ...[dayOf(now), numbers],
  );

/** Scheduled daily: tells the officers, once in 28 days, that the company was told of half of its largest register in them. */
export async function tellMuch(env: Env, now: number): Promise<void> {
  const since = dayOf(now - DAYS * DAY);
  const { n, told, half } = (await env.DB.prepare(
    `SELECT COALESCE(SUM(numbers), 0) AS n, COALESCE(MAX(told), 0) AS told, (SELECT COALESCE(MAX(v.numbers), 0) / 2
       FROM lists l JOIN versions v ON v.list = l.num AND v.ver = l.head) AS half
     FROM asked_days WHERE day > ?`,
  )
    .bind(since)
    .first<{ n: number; told: number; half: number }>())!;
  const most = Math.max(half, LEAST);
  if (told === 1 || n < most) return;
  const day = dayOf(now);
  const mails = await mailOfficers(env.DB, {
    template: "much-told",
    values: { n, days: DAYS, most },
    key: `much-told:${day}`,
  });
  await record(env, {
    actor: "system",
    event: { code: "check.much-told", subject: day, payload: { n, most, since } },
    statements: [
      sql(
        `INSERT INTO asked_days (day, numbers, told) VALUES (?, 0, 1)
         ON CONFLICT (day) DO UPDATE SET told = 1`,
        day,
      ),
      ...mails,
    ],
  });
}
