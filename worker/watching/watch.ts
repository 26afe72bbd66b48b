/**
 * Watching: when something changes that bears on a number that was screened clear, the number is judged again, and who
 * turned gets a row in `turned` and is told of. Run behind the change itself, and every few minutes, so that nothing is
 * missed where a run dies: each goes on from what the tables say.
 */
import { createMiddleware } from "hono/factory";
import { markTurned } from "../connectors/turned.ts";
import type { App, Env } from "../env.ts";
import { currentPolicy } from "../policy/current.ts";
import { passOver, watchLists } from "./registers.ts";
import { watchNumbers } from "./numbers.ts";
import { type Bounds, BOUNDS } from "./run.ts";
import { tell } from "./notify.ts";

/** Answers how many numbers turned. `now` in milliseconds. */
export async function watch(env: Env, now: number, bounds: Partial<Bounds> = {}): Promise<number> {
  const all = { ...BOUNDS, ...bounds };
  const state = await env.DB.prepare("SELECT rev FROM watching WHERE EXISTS (SELECT 1 FROM watched)").first<{
    rev: number;
  }>();
  if (!state) {
    await passOver(env.DB, now);
    return 0;
  }
  if (!(await currentPolicy(env.DB)).policy.screening.watch) return 0;
  const run = { env, now, rev: state.rev, left: all.steps, bounds: all, found: 0 };
  try {
    await watchNumbers(run);
    run.left = all.steps;
    await watchLists(run);
  } catch (error) {
    // Another run goes on from where this one was, and finds the same.
    if (!String(error).includes("watch_moved")) throw error;
  }
  return run.found;
}

/** Looks, tells of what is found, and marks it in the connected CRMs. `clock` in milliseconds. */
export async function watchAndTell(env: Env, clock: () => number): Promise<void> {
  await watch(env, clock());
  await tell(env, clock);
  await markTurned(env);
}

/** Behind each change that open pages must notice. */
export const watching = createMiddleware<App>(async (c, next) => {
  await next();
  if (c.get("noticed"))
    c.executionCtx.waitUntil(watchAndTell(c.env, Date.now).catch((error: unknown) => console.error(error)));
});
