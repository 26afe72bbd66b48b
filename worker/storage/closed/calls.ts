/**
 * What a run of the clock asks for, counted. Cloudflare gives an invocation 1,000 queries of D1 (https://developers.cloudflare.com/d1/platform/limits/)
 * and, unless wrangler.toml says otherwise, 10,000 calls of all its services (https://developers.cloudflare.com/workers/platform/limits/#subrequests).
 * What is beyond fails, and each job behind it. So a job that may have more to do stops where another run can go on.
 */
import type { Env } from "../../env.ts";

/** From here on a run begins nothing more: what it is at, and the notes of its jobs, have the rest. */
export const MOST = { queries: 800, calls: 8000 };

interface Calls {
  /** Statements: nothing says that a batch is one query, so each in it counts. Those of the Ledger are an invocation's of its own. */
  queries: number;
  /** Of D1, of buckets and of the Ledger. */
  calls: number;
}

/** The same bindings, which count what is asked of them, and what a run keeps: `isSpent` and `rowsRead`. */
export function counted(env: Env, most: Calls = MOST): Env {
  const asked: Calls = { queries: 0, calls: 0 };
  const bucket = (own: R2Bucket): R2Bucket => countedCalls(own, asked);
  const buckets = (["ARCHIVE", "RECORDINGS", "FILES", "COPIES"] as const).flatMap((name) =>
    env[name] ? [[name, bucket(env[name])] as const] : [],
  );
  const LEDGER = new Proxy(env.LEDGER, {
    get: (own, key) =>
      key === "get"
        ? (...args: Parameters<typeof own.get>) => countedCalls(own.get(...args), asked)
        : of(own, key),
  });
  return {
    ...env,
    ...{ DB: countedQueries(env.DB, asked), LEDGER },
    ...Object.fromEntries(buckets),
    isSpent: () => asked.queries >= most.queries || asked.calls >= most.calls,
    rowsRead: new Map(),
  };
}

/** Whether a job of this run leaves what it has not begun to another. Of a request it never is. */
export const isSpent = ({ isSpent: own }: Pick<Env, "isSpent">): boolean => own?.() ?? false;

/** The same, spent once a time is over, too. */
export const within = (env: Env, isTime: () => boolean): Env => ({
  ...env,
  isSpent: () => !isTime() || isSpent(env),
});

type Method = (...args: unknown[]) => unknown;
/** A property; a method is called on its own object, and `ask` before. A stub has any method, `bind` too: so none is asked for it. */
function of(own: object, key: string | symbol, ask?: () => void): unknown {
  const value: unknown = Reflect.get(own, key);
  if (typeof value !== "function") return value;
  return (...args: unknown[]): unknown => {
    ask?.();
    return Reflect.apply(value as Method, own, args);
  };
}

/** Each call of a method counts. */
const countedCalls = <T extends object>(own: T, asked: Calls): T =>
  new Proxy(own, { get: (_, key) => of(own, key, () => asked.calls++) });

function countedQueries(db: D1Database, asked: Calls): D1Database {
  /** D1's own statements, which a batch needs. */
  const own = new WeakMap<object, D1PreparedStatement>();
  const wrap = (inner: D1PreparedStatement): D1PreparedStatement => {
    const outer = new Proxy(inner, {
      get: (_, key) => {
        if (key === "bind") return (...values: unknown[]) => wrap(inner.bind(...values));
        return of(inner, key, () => {
          asked.queries++;
          asked.calls++;
        });
      },
    });
    own.set(outer, inner);
    return outer;
  };
  return new Proxy(db, {
    get: (_, key) => {
      if (key === "prepare") return (text: string) => wrap(db.prepare(text));
      if (key === "batch")
        return (statements: D1PreparedStatement[]) => {
          asked.queries += statements.length;
          asked.calls++;
          return db.batch(statements.map((one) => own.get(one) ?? one));
        };
      return of(db, key);
    },
  });
}
