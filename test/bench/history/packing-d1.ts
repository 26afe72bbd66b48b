/** SQLite as the binding of a D1 database, for the jobs as they are: what they ask is counted, and how long it takes. */
import { registerHooks } from "node:module";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { transformSync } from "esbuild";
import type { Env } from "../../../worker/env.ts";
import { at } from "../../../scripts/lib/paths.ts";

/** What the jobs import of Cloudflare's runtime; they are imported behind this. */
const RUNTIME =
  "data:text/javascript,export class DurableObject { constructor(ctx, env) { Object.assign(this, { ctx, env }); } }; export const env = {};";
registerHooks({
  resolve: (name, context, next) =>
    name.startsWith("cloudflare:") ? { url: RUNTIME, shortCircuit: true } : next(name, context),
  // Node reads types, and no pages.
  load: (url, context, next) =>
    url.endsWith(".tsx")
      ? { format: "module", source: pageOf(fileURLToPath(url)), shortCircuit: true }
      : next(url, context),
});
const pageOf = (file: string): string =>
  transformSync(readFileSync(file, "utf8"), {
    ...{ loader: "tsx", jsx: "automatic", jsxImportSource: "hono/jsx" },
  }).code;

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
const gc = runInNewContext("gc") as () => void;
/** Twice: buffers that the first finds dead are let go beside it, and counted until the next. */
function collect(): void {
  gc();
  gc();
}
/** Bytes of the heap, and of what lies outside for it: buffers of arrays are of `external`. */
function memoryNow(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** So much is not looked into: it would be at every call. */
const LITTLE = 16e6;

/** What was asked until now. `most`: of one bound parameter, in bytes. */
export interface Asked {
  statements: number;
  calls: number;
  /** Milliseconds in SQLite, and of the slowest call. */
  took: number;
  slowest: number;
  changes: number;
  most: number;
  /** Bytes of memory without its garbage: before all, and by how much more at the most when the database or the bucket was asked: `LITTLE`, or more. */
  before: number;
  memory: number;
  /** Milliseconds that measuring it took. */
  paused: number;
}
export function nothing(): Asked {
  collect();
  return {
    ...{ statements: 0, calls: 0, took: 0, slowest: 0, changes: 0, most: 0 },
    ...{ before: memoryNow(), memory: LITTLE, paused: 0 },
  };
}
/** Where it is not more with its garbage, it is not more without. */
function measure(asked: Asked): void {
  const paused = performance.now();
  if (memoryNow() - asked.before > asked.memory) {
    collect();
    asked.memory = Math.max(asked.memory, memoryNow() - asked.before);
  }
  asked.paused += performance.now() - paused;
}

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

  /** The same, for the Worker's part: `asks` hears of each call how many statements it has. */
  heard(asks: (statements: number) => void): Bench {
    const ask = (all: readonly Bound[]) => {
      asks(all.length);
      return this.ask(all);
    };
    return Object.create(this, { ask: { value: ask } }) as Bench;
  }

  /** One transaction. */
  ask(all: readonly Bound[]) {
    const { asked } = this;
    measure(asked);
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

/** A bucket in a folder, as what it has is no memory of the Worker's. */
function bucketIn(folder: string, bench: Bench) {
  const path = (key: string) => join(folder, key.replaceAll("/", "+"));
  const answer = (bytes: Uint8Array<ArrayBuffer>) => ({
    ...{ size: bytes.byteLength, body: new Blob([bytes]).stream() },
    arrayBuffer: () => Promise.resolve(bytes.buffer),
    json: () => new Response(bytes).json(),
  });
  const read = (key: string, { offset = 0, length = Infinity } = {}) => {
    measure(bench.asked);
    if (!existsSync(path(key))) return Promise.resolve(null);
    const bytes = readFileSync(path(key)).subarray(offset, offset + length);
    return Promise.resolve(answer(new Uint8Array(bytes)));
  };
  return {
    put: (key: string, bytes: ArrayBuffer | string) => {
      measure(bench.asked);
      writeFileSync(path(key), typeof bytes === "string" ? bytes : new Uint8Array(bytes));
      return Promise.resolve();
    },
    head: (key: string) => read(key),
    get: (key: string, options?: { range?: { offset: number; length: number } }) => read(key, options?.range),
    delete: (key: string) => {
      rmSync(path(key), { force: true });
      return Promise.resolve();
    },
    list: ({ prefix = "" }: { prefix?: string } = {}) => {
      const keys = readdirSync(folder).map((name) => name.replaceAll("+", "/"));
      const objects = keys.filter((key) => key.startsWith(prefix)).map((key) => ({ key }));
      return Promise.resolve({ objects, truncated: false });
    },
  };
}

/** The parts of the Worker's environment that are given, with this database; and a bucket in a folder, if there is one. */
export function withD1(db: DatabaseSync, parts: object = {}, folder?: string) {
  const bench = new Bench(db);
  const ARCHIVE = folder === undefined ? {} : { ARCHIVE: bucketIn(folder, bench) };
  return { env: { ...parts, ...ARCHIVE, DB: bench } as unknown as Env, bench };
}
