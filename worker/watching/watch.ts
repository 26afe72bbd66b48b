/**
 * Watching: when something changes that may matter for a number that was screened clear, the number is judged again. A
 * status change gets a row in `turned`, and people and systems are told. It runs right after the change, and every five
 * minutes, so that nothing is missed where a run dies: the tables say how far it has come.
 */
import { createMiddleware } from "hono/factory";
import { sendMarks } from "../connectors/turned.ts";
import type { App, Env } from "../env.ts";
import { currentPolicy } from "../policy/current.ts";
import { passOver, watchRegisters } from "./registers.ts";
import { watchNumbers } from "./numbers.ts";
import { type Bounds, BOUNDS } from "./run.ts";
import { tell } from "./notify.ts";

/** Looks at everything that changed since the last run. Returns the number of status changes. `now` in milliseconds. */
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
    await watchRegisters(run);
  } catch (error) {
    // Another run has moved on from where this one was, and finds the same.
    if (!String(error).includes("watch_moved")) throw error;
  }
  return run.found;
}

/** Watches, tells people and systems what changed, and marks it in the connected CRMs. `clock` gives milliseconds. */
export async function watchAndTell(env: Env, clock: () => number): Promise<void> {
  await watch(env, clock());
  await tell(env, clock);
  await sendMarks(env, clock());
}

/** Runs the watching after each request whose change open pages must notice (`changed` in core/commit.ts). */
export const watching = createMiddleware<App>(async (c, next) => {
  await next();
  if (c.get("noticed"))
    c.executionCtx.waitUntil(watchAndTell(c.env, Date.now).catch((error: unknown) => console.error(error)));
});
