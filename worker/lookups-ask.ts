/**
 * Registers by lookup: who is asked about which number, and when. A number without an answer that counts goes on the
 * queue, once, as far as policy's budget of the day reaches. Whoever put it there asks at once and waits a moment; what
 * takes longer, or fails, is asked by the clock. The answers name their numbers in `changes`, so that badges follow.
 */
import type { Context } from "hono";
import { e164Of, numberOf } from "../shared/blocks.ts";
import { regionOf } from "../shared/phone.ts";
import type { Policy } from "../shared/policy.ts";
import { changedNumbers, record, sql, type Statement } from "./audit.ts";
import type { App, Env } from "./env.ts";
import { type HeadRow, selectHeads } from "./lists.ts";
import { sourceOf } from "./lookup/index.ts";
import { LookupError, type Said, type Source } from "./lookup/lookup.ts";
import { mail } from "./mail.ts";
import { currentPolicy } from "./policy.ts";

/** A check waits so long for its answers. */
const WAIT = 1500;
/** One question may take so long; whoever asks has the numbers for longer. */
const PATIENCE = 10_000;
const LEASE = 60_000;
/** Numbers that one run asks about, one a question: an invocation may send some hundred requests, six at a time. */
const AT_ONCE = 200;
const TOGETHER = 6;
/** Five minutes after the first failure, then twice as long each time, six hours at most. */
const TRIES = 8;
const pauseAfter = (tries: number): number => Math.min(5 * 2 ** (tries - 1), 360) * 60_000;
/** Failed questions of a day after which people hear of it. */
const TELL = 20;
const USEFUL = 2 * 86_400_000;

const iso = (ms: number): string => new Date(ms).toISOString();

/** A number that a register's source is to be asked about. */
export interface Wanted {
  number: string;
  list: string;
  source: string;
}

/** True where something was asked, so that the facts are to be read again. */
export async function lookUp(c: Context<App>, wanted: readonly Wanted[], policy: Policy): Promise<boolean> {
  if (wanted.length === 0) return false;
  const asking = enqueue(c.env, wanted, policy, Date.now()).then((claims) =>
    Promise.all(claims.map(({ source, numbers }) => askAbout(c.env, source, numbers))),
  );
  const done = asking.catch((error: unknown) => console.error(error));
  c.executionCtx.waitUntil(done);
  await Promise.race([done, new Promise((over) => setTimeout(over, WAIT))]);
  return true;
}

interface Claim {
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
    const most = Math.max(AT_ONCE, source.most);
    // What is too much for one run is left for the clock.
    await release(env.DB, name, claimed.slice(most), now);
    if (claimed.length > 0) claims.push({ source: name, numbers: claimed.slice(0, most).map(e164Of) });
  }
  return claims;
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

const release = async (db: D1Database, source: string, numbers: readonly number[], now: number) => {
  if (numbers.length > 0)
    await db
      .prepare(
        "UPDATE lookup_queue SET due = ?3 WHERE source = ?1 AND number IN (SELECT value FROM json_each(?2))",
      )
      .bind(source, JSON.stringify(numbers), iso(now))
      .run();
};

/** Counts what was not asked or failed, and tells the administrators, once a day for each of the two. */
async function count(
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
    const { results: admins } = await env.DB.prepare(
      "SELECT id, email FROM people WHERE active = 1 AND kind = 'person' AND role = 'admin'",
    ).all<{ id: string; email: string }>();
    const values = { stage, source, most: budget, error: row.error ?? "" };
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
        ...admins.map(({ id, email }) =>
          mail({
            template: "lookup",
            to: email,
            values,
            key: `lookup:${stage}:${source}:${day}:${id}`,
            until: iso(Date.now() + USEFUL),
          }),
        ),
      ],
    });
  }
}

/** Asks a source about numbers that are the caller's, and writes what it said. Never throws for what a source does. */
export async function askAbout(env: Env, name: string, numbers: readonly string[]): Promise<void> {
  const source = sourceOf(env, name);
  const lists = await inForce(env.DB, name);
  const registers = lists.map(({ id }) => id).filter((id) => source?.registers.includes(id));
  if (!source || registers.length === 0 || numbers.length === 0) return;
  // The answer is as old as the question.
  const at = iso(Date.now());
  const { said, error } = await ask(source, numbers, registers);
  const nums = new Map(lists.map(({ id, num }) => [id, num]));
  const answers = said.filter(({ number, list }) => numbers.includes(number) && registers.includes(list));
  const whole = numbers.filter((number) =>
    registers.every((list) => answers.some((a) => a.number === number && a.list === list)),
  );
  if (answers.length > 0)
    await record(env, {
      actor: "system",
      event: {
        code: "lookup.answered",
        subject: name,
        payload: { numbers: whole.length, listed: answers.filter(({ listed }) => listed).length },
      },
      statements: [
        sql(
          `INSERT OR IGNORE INTO lookups (number, list, at, listed, source)
           SELECT value ->> 0, value ->> 1, ?2, value ->> 2, ?3 FROM json_each(?1)`,
          JSON.stringify(answers.map((a) => [numberOf(a.number), nums.get(a.list)!, Number(a.listed)])),
          at,
          name,
        ),
        forget(name, whole),
        changedNumbers(answers.map(({ number }) => ({ e164: number }))),
      ],
    });
  const left = numbers.filter((number) => !whole.includes(number));
  if (left.length > 0) await failed(env, name, left, error ?? `${name}: no answer`);
}

const forget = (source: string, numbers: readonly string[]): Statement =>
  sql(
    "DELETE FROM lookup_queue WHERE source = ? AND number IN (SELECT value FROM json_each(?))",
    source,
    JSON.stringify(numbers.map(numberOf)),
  );

/** What failed is asked again, later and later; at the first failure and at the last open pages hear of it. */
async function failed(env: Env, source: string, numbers: readonly string[], error: string): Promise<void> {
  const now = Date.now();
  const { results } = await env.DB.prepare(
    "SELECT number, tries + 1 AS tries FROM lookup_queue WHERE source = ? AND number IN (SELECT value FROM json_each(?))",
  )
    .bind(source, JSON.stringify(numbers.map(numberOf)))
    .all<{ number: number; tries: number }>();
  const over = results.filter(({ tries }) => tries >= TRIES).map(({ number }) => e164Of(number));
  const first = results.filter(({ tries }) => tries === 1).map(({ number }) => e164Of(number));
  const again = results.filter(({ tries }) => tries < TRIES);
  if (again.length > 0)
    await env.DB.prepare(
      `UPDATE lookup_queue SET tries = value ->> 1, due = value ->> 2 FROM json_each(?2)
       WHERE source = ?1 AND number = value ->> 0`,
    )
      .bind(source, JSON.stringify(again.map((r) => [r.number, r.tries, iso(now + pauseAfter(r.tries))])))
      .run();
  if (over.length + first.length > 0)
    await record(env, {
      actor: "system",
      event: {
        code: "lookup.failed",
        subject: source,
        payload: { error, numbers: first.length, givenUp: over.length },
      },
      statements: [forget(source, over), changedNumbers([...over, ...first].map((e164) => ({ e164 })))],
    });
  const { policy } = await currentPolicy(env.DB);
  const day = iso(now).slice(0, 10);
  await count(env, source, day, { failed: numbers.length, error }, policy.screening.lookupsPerDay);
}

/** All that a source says, some questions at a time, and why the last one failed that did. */
async function ask(source: Source, numbers: readonly string[], registers: readonly string[]) {
  const said: Said[] = [];
  let error: string | null = null;
  const chunks: (readonly string[])[] = [];
  for (let i = 0; i < numbers.length; i += source.most) chunks.push(numbers.slice(i, i + source.most));
  const work = async () => {
    for (let chunk = chunks.shift(); chunk; chunk = chunks.shift()) {
      try {
        said.push(...(await source.ask(chunk, registers, AbortSignal.timeout(PATIENCE))));
      } catch (problem) {
        if (!(problem instanceof LookupError)) console.error(problem);
        error = problem instanceof LookupError ? problem.message : "internal";
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(TOGETHER, chunks.length) }, work));
  return { said, error };
}

const inForce = async (db: D1Database, source: string): Promise<HeadRow[]> =>
  (await db.prepare(selectHeads).all<HeadRow>()).results.filter((l) => l.lookup === source);

/** Run every few minutes: what is due, of each source. `now` is in milliseconds. */
export async function askDue(env: Env, now: number): Promise<void> {
  const { results: lists } = await env.DB.prepare(selectHeads).all<HeadRow>();
  const sources = [...new Set(lists.flatMap(({ lookup }) => lookup ?? []))];
  for (const name of sources) {
    const source = sourceOf(env, name);
    if (!source) continue;
    const { results } = await env.DB.prepare(
      `UPDATE lookup_queue SET due = ?3 WHERE source = ?1 AND number IN (
         SELECT number FROM lookup_queue WHERE source = ?1 AND due <= ?2 ORDER BY due LIMIT ?4) RETURNING number`,
    )
      .bind(name, iso(now), iso(now + LEASE), Math.max(AT_ONCE, source.most))
      .all<{ number: number }>();
    await askAbout(
      env,
      name,
      results.map(({ number }) => e164Of(number)),
    );
  }
  await env.DB.prepare("DELETE FROM lookup_queue WHERE source NOT IN (SELECT value FROM json_each(?))")
    .bind(JSON.stringify(sources))
    .run();
}
