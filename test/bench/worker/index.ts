import type { Env } from "../../../worker/env.ts";
import worker, { Ledger as RealLedger } from "../../../worker/index.ts";

interface BenchEnv extends Env {
  /** The peer: one row a number. */
  ROWS: D1Database;
}

let rowsWritten = 0;

/** D1 that adds up the rows which its batches wrote. The Worker and its Durable Object share this isolate. */
const counting = (db: D1Database): D1Database =>
  new Proxy(db, {
    get(target, name) {
      if (name === "batch")
        return async (statements: D1PreparedStatement[]) => {
          const results = await target.batch(statements);
          for (const r of results) rowsWritten += r.meta.rows_written;
          return results;
        };
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });

export class Ledger extends RealLedger {
  constructor(state: DurableObjectState, env: Env) {
    super(state, { ...env, DB: counting(env.DB) });
  }
}

export default {
  async fetch(request, env, context): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/bench/rows-written") {
      const answer = Response.json({ rowsWritten });
      rowsWritten = 0;
      return answer;
    }
    if (pathname === "/bench/table") {
      await env.ROWS.prepare("CREATE TABLE IF NOT EXISTS numbers (n INTEGER PRIMARY KEY)").run();
      return Response.json({});
    }
    if (pathname === "/bench/rows") {
      const { results } = await env.ROWS.prepare(
        "SELECT n FROM numbers WHERE n IN (SELECT value FROM json_each(?))",
      )
        .bind(await request.text())
        .all();
      return Response.json(results);
    }
    return worker.fetch(request, { ...env, DB: counting(env.DB) }, context);
  },
} satisfies ExportedHandler<BenchEnv>;
