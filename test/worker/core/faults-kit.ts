/** A database that fails once, at a statement that is told beforehand: for the Worker, and for the Ledger behind it. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Ledger } from "../../../worker/core/ledger.ts";
import type { Env } from "../../../worker/env.ts";

/** `refused`: it does not happen. `lost`: it happens, and its answer does not arrive. */
export type How = "refused" | "lost";

/** Fails when it is run, behind whatever of a batch came before it. */
const FAILS = "SELECT json('not json')";
const LOST = "D1_ERROR: Network connection lost.";

/** Whatever a statement is run by. */
type Runs = Record<"first" | "all" | "run" | "raw", (...args: unknown[]) => Promise<unknown>>;

export class Failing {
  /** Statements that have come by. */
  count = 0;
  readonly #at: number;
  readonly #how: How;
  readonly #real = new WeakMap<D1PreparedStatement, D1PreparedStatement>();

  constructor(at: number, how: How) {
    this.#at = at;
    this.#how = how;
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
    if (fails) throw new Error(LOST);
    return answer;
  }
}

/** Runs with this database under everything. */
export async function withDatabase<T>(db: D1Database, run: (own: Env) => Promise<T>): Promise<T> {
  const give = (to: D1Database) =>
    runInDurableObject(env.LEDGER.get(env.LEDGER.idFromName("ledger")), (ledger: Ledger) => {
      (ledger as unknown as { env: Env }).env = { ...env, DB: to };
    });
  await give(db);
  try {
    return await run({ ...env, DB: db });
  } finally {
    await give(env.DB);
  }
}
