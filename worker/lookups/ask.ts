/**
 * Asks the sources of registers by lookup. A check asks at once about the numbers without a current answer and waits a
 * moment; anything that takes longer, or fails, is asked again every few minutes. The answers name their numbers in
 * `changes`, so that badges follow.
 */
import type { Context } from "hono";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { insertBound } from "../core/bound.ts";
import { changedNumbers, record } from "../core/commit.ts";
import { sql, type Statement } from "../core/sql.ts";
import type { App, Env } from "../env.ts";
import { registerHeads } from "../registers/heads.ts";
import { lookupsBound } from "./bound.ts";
import { sourceOf } from "./sources/index.ts";
import { LookupError, NotAsked, type Said, type Source } from "./source.ts";
import { count, enqueue, LEASE, mostOf, release, type Wanted } from "./queue.ts";
import { currentPolicy } from "../policy/current.ts";
import { disclosed, disclosing } from "../policy/disclosed.ts";
import { HOUR, MINUTE } from "../../shared/core/time.ts";
import { pauseAfter } from "../../shared/core/retry.ts";

/** How long a check waits for answers, in milliseconds. */
const WAIT = 1500;
/** How long one question may take, in milliseconds. */
const PATIENCE = 10_000;
/** Questions at once: a Worker's invocation may have six open connections. */
const TOGETHER = 6;
/** Answers written at a time: an interrupted run loses no more than these, and each may have cost money. */
const SLICE = 30;
/** Failures after which a number is given up; the pauses between them double from five minutes to at most six hours. */
const TRIES = 8;
const PAUSE = [5 * MINUTE, 6 * HOUR] as const;

const iso = (ms: number): string => new Date(ms).toISOString();

/** Asks about numbers for a check. True where something was asked, so that the facts must be read again. */
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

/**
 * Asks a source about numbers that the caller has claimed, and writes its answers. A source's failure throws nothing.
 */
export async function askAbout(env: Env, name: string, numbers: readonly string[]): Promise<void> {
  const source = sourceOf(env, name);
  const lists = (await registerHeads(env.DB)).filter(({ lookup }) => lookup === name);
  const registers = lists.map(({ id }) => id).filter((id) => source?.registers.includes(id));
  if (!source || registers.length === 0) return;
  const nums = new Map(lists.map(({ id, num }) => [id, num]));
  const size = Math.max(source.most, SLICE);
  for (let i = 0; i < numbers.length; i += size) {
    // A slow source may take longer for all numbers than their lease: renew it for the rest.
    if (i > 0) await release(env.DB, name, numbers.slice(i).map(numberOf), Date.now() + LEASE);
    // Where a source does not answer at all, the rest is asked about by the next runs.
    if (!(await askSlice(env, name, source, numbers.slice(i, i + size), nums))) return;
  }
}

/** Asks about some numbers and writes the outcome. False where no answer came. `nums` are register numbers by id. */
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
  const { said, error, asked } = await ask(source, numbers, registers);
  const sent = ["lookup", source.host, "question", asked, Date.now()] as const;
  // Of two answers about one number the strict one counts.
  const wanted = said
    .filter(({ number, list }) => numbers.includes(number) && registers.includes(list))
    .sort((a, b) => Number(a.listed) - Number(b.listed));
  const answers = [...new Map(wanted.map((a) => [`${a.number} ${a.list}`, a])).values()];
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
        insertBound(
          lookupsBound,
          answers.map((a) => ({
            ...{ id: crypto.randomUUID(), number: numberOf(a.number), list: nums.get(a.list)!, at },
            ...{ listed: Number(a.listed), source: name },
          })),
        ),
        forget(name, whole),
        changedNumbers(answers.map(({ number }) => ({ e164: number }))),
        ...(asked === 0 ? [] : [disclosed(...sent)]),
      ],
    });
  // It had the numbers, though it said nothing of them.
  else if (asked > 0) await disclosing(env.DB, ...sent).run();
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

/** Schedules failed numbers again, with growing pauses. At a number's first and last failure open pages are told. */
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

/** A source's answers, several questions at a time, of how many numbers it was asked, and the error of the last question that failed. */
async function ask(source: Source, numbers: readonly string[], registers: readonly string[]) {
  const said: Said[] = [];
  let error: string | null = null;
  let asked = 0;
  const chunks: (readonly string[])[] = [];
  for (let i = 0; i < numbers.length; i += source.most) chunks.push(numbers.slice(i, i + source.most));
  const work = async () => {
    for (let chunk = chunks.shift(); chunk; chunk = chunks.shift()) {
      try {
        asked += chunk.length;
        said.push(...(await source.ask(chunk, registers, AbortSignal.timeout(PATIENCE))));
      } catch (problem) {
        if (problem instanceof NotAsked) asked -= chunk.length;
        if (!(problem instanceof LookupError)) console.error(problem);
        error = problem instanceof LookupError ? problem.message : "internal";
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(TOGETHER, chunks.length) }, work));
  return { said, error, asked };
}

/** Asks every source about the numbers that are due; run every five minutes. `now` is in milliseconds. */
export async function askDue(env: Env, now: number): Promise<void> {
  const heads = await registerHeads(env.DB);
  const sources = [...new Set(heads.flatMap(({ lookup }) => lookup ?? []))];
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
