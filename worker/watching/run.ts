/** One run of the watching, in steps that are written whole or not at all; of two runs at once one goes on alone. */
import type { Event } from "../core/change.ts";
import { prepare, sql, type Statement } from "../core/sql.ts";
import { record } from "../core/commit.ts";
import type { Env } from "../env.ts";
import { type Cause, judge, writeAgain, writeTurned } from "./judge.ts";
import { MINUTE } from "../../shared/time.ts";

/** Steps of one run (for single numbers, and again for registers), watched blocks of one step by undo rows and by whole blocks, numbers judged at once. */
export const BOUNDS = { steps: 400, changed: 4000, whole: 2000, numbers: 2000 };
export type Bounds = typeof BOUNDS;

/**
 * A screening reads what is known of its numbers, and writes them down as watched a moment later. What changed within
 * that time is looked at once more by a later run. In milliseconds, with much to spare.
 */
export const SETTLE = 2 * MINUTE;

export interface Run {
  env: Env;
  /** In milliseconds. */
  now: number;
  /** What the tables stand at, as far as this run knows. */
  rev: number;
  /** Steps that it may still take. */
  left: number;
  bounds: Bounds;
  /** Numbers that turned. */
  found: number;
}

export const iso = (ms: number): string => new Date(ms).toISOString();

/** Throws `watch_moved` where another run has moved. What was looked at and found as it was is not on the trail. */
export async function step(run: Run, statements: Statement[], event: Event | null = null): Promise<void> {
  const all = [sql("UPDATE watching SET rev = ? WHERE id = 1", ++run.rev), ...statements];
  if (event) await record(run.env, { actor: "system", event, statements: all });
  else await run.env.DB.batch(all.map((s) => prepare(run.env.DB, s)));
}

/** Judges numbers, some at a time, and writes down who turned. `subject` is the version that is looked at. */
export async function judgeAll(
  run: Run,
  numbers: readonly number[],
  cause: Cause | null = null,
  subject = "",
): Promise<void> {
  for (let at = 0; at < numbers.length; at += run.bounds.numbers) {
    const some = numbers.slice(at, at + run.bounds.numbers);
    const { turned, again } = await judge(run.env.DB, some, cause, run.now);
    if (turned.length + again.length === 0) continue;
    await step(
      run,
      [...writeTurned(turned, run.now), ...writeAgain(again)],
      turned.length > 0 ? { code: "watch.turned", subject, payload: { turned } } : null,
    );
    run.found += turned.length;
  }
}
