/**
 * Registers by lookup are asked: whoever wants to know about numbers without an answer that counts asks at once and waits
 * a moment; what takes longer, or fails, is asked by the clock. The answers name their numbers in `changes`, so that
 * badges follow.
 */
import type { Context } from "hono";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { changedNumbers, record } from "../core/commit.ts";
import { sql, type Statement } from "../core/sql.ts";
import type { App, Env } from "../env.ts";
import { type HeadRow, selectHeads } from "../registers/heads.ts";
import { sourceOf } from "./sources/index.ts";
import { LookupError, type Said, type Source } from "./source.ts";
import { count, enqueue, LEASE, mostOf, release, type Wanted } from "./queue.ts";
import { currentPolicy } from "../policy/current.ts";
import { HOUR, MINUTE } from "../../shared/time.ts";
import { pauseAfter } from "../../shared/retry.ts";

/** A check waits so long for its answers. */
const WAIT = 1500;
/** One question may take so long. */
const PATIENCE = 10_000;
/** Questions at once: an invocation may have six connections. */
const TOGETHER = 6;
/** What is written at once: a run that is cut off loses no more answers than that, and they may have cost money. */
const SLICE = 30;
/** Five minutes after the first failure, then twice as long each time, six hours at most. */
const TRIES = 8;
const PAUSE = [5 * MINUTE, 6 * HOUR] as const;

const iso = (ms: number): string => new Date(ms).toISOString();

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

/** Asks a source about numbers that are the caller's, and writes what it said. Never throws for what a source does. */
export async function askAbout(env: Env, name: string, numbers: readonly string[]): Promise<void> {
  const source = sourceOf(env, name);
  const lists = await inForce(env.DB, name);
  const registers = lists.map(({ id }) => id).filter((id) => source?.registers.includes(id));
  if (!source || registers.length === 0) return;
  const nums = new Map(lists.map(({ id, num }) => [id, num]));
  const size = Math.max(source.most, SLICE);
  for (let i = 0; i < numbers.length; i += size) {
    // A slow source takes longer for all of them than they were claimed for.
    if (i > 0) await release(env.DB, name, numbers.slice(i).map(numberOf), Date.now() + LEASE);
    // Of a source that says nothing at all the rest is asked about later, by the clock.
    if (!(await askSlice(env, name, source, numbers.slice(i, i + size), nums))) return;
  }
}

/** Some numbers' questions and what became of them; false where no answer came. `nums` are the registers by their ids. */
async function askSlice(
  env: Env,
  name: string,
  source: Source,
  numbers: readonly string[],
  nums: ReadonlyMap<string, number>,
): Promise<boolean> {
  const registers = [...nums.keys()].filter((id) => source.registers.includes(id));
  // The answer is as old as the question.
  const at = iso(Date.now());
  const { said, error } = await ask(source, numbers, registers);
  // Of two answers about one number the first is kept: that it is listed.
  const answers = said
    .filter(({ number, list }) => numbers.includes(number) && registers.includes(list))
    .sort((a, b) => Number(b.listed) - Number(a.listed));
  const whole = numbers.filter((number) =>
    registers.every((list) => answers.some((a) => a.number === number && a.list === list)),
  );
  if (answers.length > 0)
    await record(env, {
      actor: "system",
      event: {
        code: "lookup.answered",
        subject: name,
        payload: { at, numbers: whole.length, listed: answers.filter(({ listed }) => listed).length },
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
  return answers.length > 0;
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
      `WITH v AS MATERIALIZED (SELECT value ->> 0 AS number, value ->> 1 AS tries, value ->> 2 AS due FROM json_each(?2))
       UPDATE lookup_queue AS q SET tries = v.tries, due = v.due FROM v
       WHERE q.source = ?1 AND q.number = v.number`,
    )
      .bind(
        source,
        JSON.stringify(again.map((r) => [r.number, r.tries, iso(now + pauseAfter(r.tries, ...PAUSE))])),
      )
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
      .bind(name, iso(now), iso(now + LEASE), mostOf(source))
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
