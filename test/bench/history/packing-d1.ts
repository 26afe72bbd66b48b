/** SQLite as the binding of a D1 database, for the jobs as they are: what they ask is counted, and how long it takes. */
import { registerHooks } from "node:module";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Env } from "../../../worker/env.ts";
import { at } from "../../../scripts/lib/paths.ts";

/** What the jobs import of Cloudflare's runtime; they are imported behind this. */
const RUNTIME =
  "data:text/javascript,export class DurableObject { constructor(ctx, env) { Object.assign(this, { ctx, env }); } }; export const env = {};";
registerHooks({
  resolve: (name, context, next) =>
    name.startsWith("cloudflare:") ? { url: RUNTIME, shortCircuit: true } : next(name, context),
});

/** A database with all migrations. */
export function migrated(file = ":memory:"): DatabaseSync {
  const db = new DatabaseSync(file);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  const folder = at("worker/migrations");
  for (const name of readdirSync(folder).sort())
    if (name.endsWith(".sql")) db.exec(readFileSync(join(folder, name), "utf8"));
  return db;
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
function heapNow(): number {
  collect();
  return process.memoryUsage().heapUsed;
}
/** Of so many batches the heap is measured at one. */
const EACH = 25;

/** What was asked until now. `most`: of one bound parameter, in bytes. */
export interface Asked {
  statements: number;
  calls: number;
  /** Milliseconds in SQLite, and of the slowest call. */
  took: number;
  slowest: number;
  changes: number;
  most: number;
  batches: number;
  /** Bytes of the heap without its garbage: before all, and by how much more at the most when some of the batches were asked for. */
  before: number;
  heap: number;
  /** Milliseconds that measuring the heap took. */
  paused: number;
}
export const nothing = (): Asked => ({
  ...{ statements: 0, calls: 0, took: 0, slowest: 0, changes: 0, most: 0 },
  ...{ batches: 0, before: heapNow(), heap: 0, paused: 0 },
});

class Bound {
  readonly text: string;
  readonly params: readonly SQLInputValue[];
  readonly db: Bench;

  constructor(db: Bench, text: string, params: readonly SQLInputValue[] = []) {
    [this.db, this.text, this.params] = [db, text, params];
  }

  bind(...params: SQLInputValue[]): Bound {
    return new Bound(this.db, this.text, params);
  }

  all() {
    return Promise.resolve(this.db.ask([this])[0]!);
  }

  run() {
    return this.all();
  }

  first(column?: string): Promise<unknown> {
    const row = this.db.ask([this])[0]!.results[0];
    return Promise.resolve(row === undefined ? null : column === undefined ? row : row[column]);
  }
}

class Bench {
  asked = nothing();
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  prepare(text: string): Bound {
    return new Bound(this, text);
  }

  batch(all: readonly Bound[]) {
    return Promise.resolve(this.ask(all));
  }

  /** One transaction. */
  ask(all: readonly Bound[]) {
    const { asked } = this;
    if (all.length > 1 && asked.batches++ % EACH === 0) {
      const paused = performance.now();
      asked.heap = Math.max(asked.heap, heapNow() - asked.before);
      asked.paused += performance.now() - paused;
    }
    asked.calls++;
    const began = performance.now();
    this.#db.exec("BEGIN");
    try {
      const answers = all.map((one) => this.#run(one));
      this.#db.exec("COMMIT");
      return answers;
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    } finally {
      const took = performance.now() - began;
      asked.took += took;
      asked.slowest = Math.max(asked.slowest, took);
    }
  }

  #run({ text, params }: Bound) {
    const { asked } = this;
    asked.statements++;
    for (const value of params)
      if (typeof value === "string") asked.most = Math.max(asked.most, Buffer.byteLength(value));
    const statement = this.#statements.get(text) ?? this.#db.prepare(text);
    this.#statements.set(text, statement);
    const results = statement.all(...params) as Record<string, unknown>[];
    const changes = /^\s*(?:INSERT|UPDATE|DELETE)/.test(text)
      ? Number((this.#db.prepare("SELECT changes() AS n").get() as { n: number }).n)
      : 0;
    asked.changes += changes;
    return { results, success: true, meta: { changes } };
  }
}

/** The parts of the Worker's environment that are given, with this database. */
export function withD1(db: DatabaseSync, parts: object = {}) {
  const bench = new Bench(db);
  return { env: { ...parts, DB: bench } as unknown as Env, bench };
}
