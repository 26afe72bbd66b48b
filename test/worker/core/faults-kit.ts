/** A database that fails once, at a given statement, for the Worker and for the Ledger behind it. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { Ledger } from "../../../worker/core/ledger.ts";
import type { Env } from "../../../worker/env.ts";

/** `refused`: the statement is not executed. `lost`: it is executed, but its answer is lost. */
export type How = "refused" | "lost";

/** Fails when executed, after the earlier statements of its batch. */
const FAILS = "SELECT json('not json')";
const LOST = "D1_ERROR: Network connection lost.";

/** All ways to execute a statement. */
type Runs = Record<"first" | "all" | "run" | "raw", (...args: unknown[]) => Promise<unknown>>;

export class Failing {
  /** Statements seen so far. */
  count = 0;
  /** The next statement whose fault is another than this one: where a batch's answer is lost, all of it was executed. */
  next: number;
  readonly #at: number;
  readonly #how: How;
  readonly #real = new WeakMap<D1PreparedStatement, D1PreparedStatement>();

  constructor(at: number, how: How) {
    this.#at = at;
    this.#how = how;
    this.next = at + 1;
  }

  get failed(): boolean {
    return this.count >= this.#at;
  }

  readonly db = {
    prepare: (sql: string) => this.#wrap(env.DB.prepare(sql)),
    batch: (statements: D1PreparedStatement[]) => this.#batch(statements),
  } as unknown as D1Database;

  #wrap(real: D1PreparedStatement): D1PreparedStatement {
    const run =
      (how: keyof Runs) =>
      async (...args: unknown[]): Promise<unknown> => {
        const fails = ++this.count === this.#at;
        if (fails && this.#how === "refused") throw new Error(LOST);
        const answer = await (real as unknown as Runs)[how](...args);
        if (fails) throw new Error(LOST);
        return answer;
      };
    const wrapped = {
      bind: (...values: unknown[]) => this.#wrap(real.bind(...values)),
      ...{ first: run("first"), all: run("all"), run: run("run"), raw: run("raw") },
    } as unknown as D1PreparedStatement;
    this.#real.set(wrapped, real);
    return wrapped;
  }

  async #batch(statements: D1PreparedStatement[]): Promise<D1Result[]> {
    const first = this.count;
    this.count += statements.length;
    const real = statements.map((s) => this.#real.get(s)!);
    const fails = first < this.#at && this.#at <= this.count;
    if (fails && this.#how === "refused") real[this.#at - first - 1] = env.DB.prepare(FAILS);
    const answer = await env.DB.batch(real);
    if (fails) this.next = this.count + 1;
    if (fails) throw new Error(LOST);
    return answer;
  }
}

/** The Worker to which something happens, once, just after it has read by a statement that holds this text. */
export function meanwhile(text: string, happens: () => Promise<unknown>): Env {
  let once: Promise<unknown> | null = null;
  const wrap = (real: D1PreparedStatement) => {
    const then = (how: "all" | "first") => async () => {
      const answer = await real[how]();
      await (once ??= happens());
      return answer;
    };
    return {
      bind: (...values: unknown[]) => wrap(real.bind(...values)),
      ...{ all: then("all"), first: then("first") },
    } as unknown as D1PreparedStatement;
  };
  const DB = {
    prepare: (asked: string) => (asked.includes(text) ? wrap(env.DB.prepare(asked)) : env.DB.prepare(asked)),
    batch: (statements: D1PreparedStatement[]) => env.DB.batch(statements),
  } as unknown as D1Database;
  return { ...env, DB };
}

/** Runs `work` with this database for Worker and Ledger. */
export async function withDatabase<T>(db: D1Database, run: (own: Env) => Promise<T>): Promise<T> {
  await giveLedger(db);
  try {
    return await run({ ...env, DB: db });
  } finally {
    await giveLedger(env.DB);
  }
}
/** The Ledger that runs now writes to this database; the next one, as after some seconds in which it had nothing to do, does not. */
export const giveLedger = (to: D1Database): Promise<void> =>
  runInDurableObject(env.LEDGER.get(env.LEDGER.idFromName("ledger")), (ledger: Ledger) => {
    (ledger as unknown as { env: Env }).env = { ...env, DB: to };
  });

/** What a job left: its work's own figures. */
type Left = Record<string, unknown>;
export interface Job {
  name: string;
  /** Something new to do; the job once, at a moment; and what there is of it then, which throws where that is half done. */
  make: (
    nth: number,
  ) => Promise<{ run: (own: Env, now: number) => Promise<unknown>; left: () => Promise<Left> }>;
  done: Left;
  /** Milliseconds until the same work comes again. */
  pause: number;
  /** Only each of so many statements fails, where the work has hundreds of them; by default each. */
  step?: number;
}

let nth = 0;
/** The job once under a database that fails at statement `at`, and once more. The next statement to fail; null where it needed fewer. */
async function fails({ make, done, pause }: Job, at: number, how: How): Promise<number | null> {
  const { run, left } = await make(++nth);
  const failing = new Failing(at, how);
  const now = Date.now();
  // A job that throws is tried again by the clock, a message by its queue.
  await withDatabase(failing.db, (own) => run(own, now)).catch(() => undefined);
  const name = `statement ${at} ${how}`;
  const after = await left();
  if (!failing.failed) {
    expect(after, name).toEqual(done);
    return null;
  }
  await run(env, now + pause);
  expect(await left(), `${name}, and once more`).toEqual(done);
  return failing.next;
}

/** The job once more for each of its statements, or for each `step`-th, which fails once: another one where its answer is lost. */
export async function failEach(job: Job, how: How): Promise<void> {
  const { step = 1 } = job;
  let last = 0;
  for (let at: number | null = how === "lost" ? step : 1; at !== null;) {
    last = at;
    const next = await fails(job, at, how);
    at = next && Math.max(next, at + step);
  }
  expect(last).toBeGreaterThan(4);
}
