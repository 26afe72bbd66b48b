/** One run of watching, in steps that are each written whole or not at all. Of two runs at once only one continues. */
import type { Event } from "../core/change.ts";
import { prepare, sql, type Statement } from "../core/sql.ts";
import { record } from "../core/commit.ts";
import type { Env } from "../env.ts";
import { type Cause, judge, scheduleRechecks, writeStatusChanges } from "./judge.ts";
import { MINUTE } from "../../shared/core/time.ts";

export interface Bounds {
  /** Steps of one run for single numbers, and as many again for registers. */
  steps: number;
  /** Watched blocks of one step that are looked at by their undo. */
  changed: number;
  /** Watched blocks of one step that are read whole. */
  whole: number;
  /** Numbers judged at once. */
  numbers: number;
}
export const BOUNDS: Bounds = { steps: 400, changed: 4000, whole: 2000, numbers: 2000 };

/**
 * A screening reads the facts of its numbers and writes them as watched a moment later, so a later run looks again at
 * anything that changed within this time (milliseconds, with plenty to spare).
 */
export const SETTLE = 2 * MINUTE;

export interface Run {
  env: Env;
  /** In milliseconds. */
  now: number;
  /** The value of `watching.rev` as this run last wrote or read it. */
  rev: number;
  /** Steps that it may still take. */
  left: number;
  bounds: Bounds;
  /** Status changes so far. */
  found: number;
}

export const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * Writes a step; without an event nothing goes on the trail. Throws `watch_moved` where another run has written since.
 */
export async function step(run: Run, statements: Statement[], event: Event | null = null): Promise<void> {
  const all = [sql("UPDATE watching SET rev = ? WHERE id = 1", ++run.rev), ...statements];
  if (event) await record(run.env, { actor: "system", event, statements: all });
  else await run.env.DB.batch(all.map((s) => prepare(run.env.DB, s)));
}

/** Judges numbers, some at a time, and writes their status changes. `subject` names the version that is looked at. */
export async function judgeAll(
  run: Run,
  numbers: readonly number[],
  cause: Cause | null = null,
  subject = "",
): Promise<void> {
  for (let at = 0; at < numbers.length; at += run.bounds.numbers) {
    const some = numbers.slice(at, at + run.bounds.numbers);
    const { changes, rechecks } = await judge(run.env, some, cause, run.now);
    if (changes.length + rechecks.length === 0) continue;
    await step(
      run,
      [...writeStatusChanges(changes, run.now), ...scheduleRechecks(rechecks)],
      changes.length > 0 ? { code: "watch.turned", subject, payload: { turned: changes } } : null,
    );
    run.found += changes.length;
  }
}
