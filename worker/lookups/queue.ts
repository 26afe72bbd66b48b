/**
 * The queue of numbers that sources are to be asked about (ask.ts), and what a day's questions come to: a number
 * is taken on once, within policy's budget; what goes beyond it, or fails too often, is told of.
 */
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import { regionOf } from "../../shared/phone/phone.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { record } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { sourceOf } from "./sources/index.ts";
import type { Source } from "./source.ts";
import { mailOfficers } from "../mail/outbox.ts";
import { DAY, MINUTE } from "../../shared/time.ts";

/** Whoever asks has the numbers for so long: longer than a question may take. */
export const LEASE = MINUTE;
/** Numbers that one run asks about, one a question: an invocation may send some hundred requests. */
const AT_ONCE = 200;
export const mostOf = (source: Source): number => Math.max(AT_ONCE, source.most);
/** Failed questions of a day after which people hear of it. */
const TELL = 20;
const USEFUL = 2 * DAY;

const iso = (ms: number): string => new Date(ms).toISOString();

/** A number that a register's source is to be asked about. */
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
 * Puts numbers on the queue within the day's budget, and answers those that are the caller's to ask about. Each number is
 * counted once, when it is taken on; what goes beyond the budget is counted as refused, and told of.
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
    // What is too much for one run is left for the clock.
    await release(env.DB, name, claimed.slice(most), now);
    if (claimed.length > 0) claims.push({ source: name, numbers: claimed.slice(0, most).map(e164Of) });
  }
  return claims;
}

/** The same of numbers that nobody waits for: they are asked about by the clock. */
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
  const db = env.DB;
  const [ids, day, budget] = [JSON.stringify(numbers), iso(now).slice(0, 10), policy.screening.lookupsPerDay];
  const [retried, added, , waiting] = (await db.batch([
    db
      .prepare(
        `UPDATE lookup_queue SET due = ?3 WHERE source = ?1 AND due <= ?4
           AND number IN (SELECT value FROM json_each(?2)) RETURNING number`,
      )
      .bind(source, ids, iso(now + LEASE), iso(now)),
    db
      .prepare(
        `INSERT INTO lookup_queue (source, number, due)
         SELECT ?1, value, ?3 FROM json_each(?2) j
         WHERE NOT EXISTS (SELECT 1 FROM lookup_queue q WHERE q.source = ?1 AND q.number = j.value)
         LIMIT MAX(0, ?4 - COALESCE((SELECT asked FROM lookup_days WHERE source = ?1 AND day = ?5), 0))
         RETURNING number`,
      )
      .bind(source, ids, iso(now + LEASE), budget, day),
    db
      .prepare(
        `INSERT INTO lookup_days (source, day, asked) VALUES (?1, ?2, changes())
         ON CONFLICT (source, day) DO UPDATE SET asked = asked + excluded.asked`,
      )
      .bind(source, day),
    db
      .prepare(
        `SELECT COUNT(*) AS n FROM lookup_queue WHERE source = ?1 AND number IN (SELECT value FROM json_each(?2))`,
      )
      .bind(source, ids),
  ])) as [D1Result<{ number: number }>, D1Result<{ number: number }>, D1Result, D1Result<{ n: number }>];
  const refused = numbers.length - waiting.results[0]!.n;
  if (refused > 0) await count(env, source, day, { refused, error: null }, budget);
  return [...retried.results, ...added.results].map(({ number }) => number);
}

/** Says from when on anybody may ask about them. */
export const release = async (db: D1Database, source: string, numbers: readonly number[], from: number) => {
  if (numbers.length > 0)
    await db
      .prepare(
        "UPDATE lookup_queue SET due = ?3 WHERE source = ?1 AND number IN (SELECT value FROM json_each(?2))",
      )
      .bind(source, JSON.stringify(numbers), iso(from))
      .run();
};

/** Counts what was not asked or failed, and tells the administrators, once a day for each of the two. */
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
