/**
 * The queue of numbers that a source must be asked about (ask.ts), and the daily counts. A number is queued and counted
 * once, within policy's budget; administrators get a mail where the budget is used up or questions keep failing.
 */
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import { regionOf } from "../../shared/phone/phone.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { query, runBatch } from "../core/batch.ts";
import { record } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { sourceOf } from "./sources/index.ts";
import type { Source } from "./source.ts";
import { mailOfficers } from "../mail/outbox.ts";
import { DAY, MINUTE } from "../../shared/core/time.ts";

/** How long numbers are claimed for the run that asks about them: longer than a question may take. */
export const LEASE = MINUTE;
/** Numbers that one run asks about, with one question each: an invocation may send some hundred requests. */
const AT_ONCE = 200;
export const mostOf = (source: Source): number => Math.max(AT_ONCE, source.most);
/** Failed questions in a day after which administrators get a mail. */
const TELL = 20;
const USEFUL = 2 * DAY;

const iso = (ms: number): string => new Date(ms).toISOString();

/** A number that a register's source must be asked about. */
export interface Wanted {
  number: string;
  list: string;
  source: string;
}

export interface Claim {
  source: string;
  numbers: string[];
}

/**
 * Queues numbers within the day's budget, and returns those that the caller has claimed and must ask about. Each number
 * is counted once, when it is queued; beyond the budget it is counted as refused. `now` is in milliseconds.
 */
export async function enqueue(
  env: Env,
  wanted: readonly Wanted[],
  policy: Policy,
  now: number,
): Promise<Claim[]> {
  const claims: Claim[] = [];
  for (const [name, those] of Map.groupBy(wanted, ({ source }) => source)) {
    const source = sourceOf(env, name);
    const numbers = [
      ...new Set(those.filter(({ list }) => source?.registers.includes(list)).map((w) => w.number)),
    ];
    const known = numbers.filter((number) => source?.regions.includes(regionOf(number) ?? ""));
    if (!source || known.length === 0) continue;
    const claimed = await take(env, name, known.map(numberOf), policy, now);
    const most = mostOf(source);
    // Numbers beyond one run's share are left to the next runs.
    await release(env.DB, name, claimed.slice(most), now);
    if (claimed.length > 0) claims.push({ source: name, numbers: claimed.slice(0, most).map(e164Of) });
  }
  return claims;
}

/** Queues numbers for the next runs, without claiming them: no one waits for their answers. */
export async function leave(env: Env, wanted: readonly Wanted[], policy: Policy, now: number): Promise<void> {
  for (const { source, numbers } of await enqueue(env, wanted, policy, now))
    await release(env.DB, source, numbers.map(numberOf), now);
}

async function take(
  env: Env,
  source: string,
  numbers: number[],
  policy: Policy,
  now: number,
): Promise<number[]> {
  const [ids, day, budget] = [JSON.stringify(numbers), iso(now).slice(0, 10), policy.screening.lookupsPerDay];
  const { retried, added, waiting } = await runBatch(env.DB, {
    retried: query<{ number: number }>(
      `UPDATE lookup_queue SET due = ?3 WHERE source = ?1 AND due <= ?4
         AND number IN (SELECT value FROM json_each(?2)) RETURNING number`,
      ...[source, ids, iso(now + LEASE), iso(now)],
    ),
    added: query<{ number: number }>(
      `INSERT INTO lookup_queue (source, number, due)
       SELECT ?1, value, ?3 FROM json_each(?2) j
       WHERE NOT EXISTS (SELECT 1 FROM lookup_queue q WHERE q.source = ?1 AND q.number = j.value)
       LIMIT MAX(0, ?4 - COALESCE((SELECT asked FROM lookup_days WHERE source = ?1 AND day = ?5), 0))
       RETURNING number`,
      ...[source, ids, iso(now + LEASE), budget, day],
    ),
    // changes(): the rows that were just added.
    counted: query<never>(
      `INSERT INTO lookup_days (source, day, asked) VALUES (?1, ?2, changes())
       ON CONFLICT (source, day) DO UPDATE SET asked = asked + excluded.asked`,
      ...[source, day],
    ),
    waiting: query<{ n: number }>(
      "SELECT COUNT(*) AS n FROM lookup_queue WHERE source = ?1 AND number IN (SELECT value FROM json_each(?2))",
      ...[source, ids],
    ),
  });
  const refused = numbers.length - waiting[0]!.n;
  if (refused > 0) await count(env, source, day, { refused, error: null }, budget);
  return [...retried, ...added].map(({ number }) => number);
}

/** Ends a claim: from the moment `from` (milliseconds) any run may ask about the numbers. */
export const release = async (db: D1Database, source: string, numbers: readonly number[], from: number) => {
  if (numbers.length > 0)
    await db
      .prepare(
        "UPDATE lookup_queue SET due = ?3 WHERE source = ?1 AND number IN (SELECT value FROM json_each(?2))",
      )
      .bind(source, JSON.stringify(numbers), iso(from))
      .run();
};

/** Counts refused numbers and failed questions, and mails the administrators once a day about each of the two. */
export async function count(
  env: Env,
  source: string,
  day: string,
  { refused = 0, failed = 0, error }: { refused?: number; failed?: number; error: string | null },
  budget: number,
): Promise<void> {
  const row = await env.DB.prepare(
    `INSERT INTO lookup_days (source, day, refused, failed, error) VALUES (?1, ?2, ?3, ?4, ?5)
     ON CONFLICT (source, day) DO UPDATE SET refused = refused + ?3, failed = failed + ?4, error = COALESCE(?5, error)
     RETURNING refused, failed, error, told`,
  )
    .bind(source, day, refused, failed, error)
    .first<{ refused: number; failed: number; error: string | null; told: number }>();
  if (!row) return;
  const stages = [
    ...(row.refused > 0 && (row.told & 1) === 0 ? (["budget"] as const) : []),
    ...(row.failed >= TELL && (row.told & 2) === 0 ? (["failed"] as const) : []),
  ];
  for (const stage of stages) {
    const mails = await mailOfficers(env.DB, {
      template: "lookup",
      values: { stage, source, most: budget, error: row.error ?? "" },
      key: `lookup:${stage}:${source}:${day}`,
      until: iso(Date.now() + USEFUL),
    });
    await record(env, {
      actor: "system",
      event: {
        code: stage === "budget" ? "lookup.over-budget" : "lookup.failing",
        subject: source,
        payload: { day, refused: row.refused, failed: row.failed, error: row.error },
      },
      statements: [
        sql(
          "UPDATE lookup_days SET told = told | ? WHERE source = ? AND day = ?",
          stage === "budget" ? 1 : 2,
          source,
          day,
        ),
        ...mails,
      ],
    });
  }
}
