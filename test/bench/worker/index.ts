import { Hono } from "hono";
import { blockOf, has, offsetOf, pack } from "../../../shared/registers/blocks.ts";
import type { Env } from "../../../worker/env.ts";
import worker, { Ledger as RealLedger } from "../../../worker/index.ts";
import { watch } from "../../../worker/watching/watch.ts";
import { counting, delayed, take } from "./counting.ts";
import { archiveOf, simulated } from "./simulated.ts";

/** The database as the Worker meets it. `DELAY_MS`: of the bench that has it further away. */
const databaseOf = (env: Env): D1Database =>
  counting(delayed(env.DB, Number((env as { DELAY_MS?: string }).DELAY_MS ?? 0)));

/** A bare Hono route on the same runtime: the same size of request and answer as a check, without a database. */
const bare = new Hono().post("/bench/bare", async (c) => {
  const { numbers } = await c.req.json<{ numbers: string[] }>();
  const results = numbers.map((input) => ({
    ...{ input, e164: input, verdict: "clear" },
    reasons: [
      { code: "not-listed", list: "tps", asOf: "2026-11-25", text: "Not on TPS as of 25 Nov 2026." },
      { code: "not-listed", list: "ctps", asOf: "2026-11-25", text: "Not on CTPS as of 25 Nov 2026." },
    ],
    facts: { e164: input, region: "GB", lists: [], suppressions: [], consents: [] },
  }));
  return c.json({ at: new Date().toISOString(), results });
});

export class Ledger extends RealLedger {
  constructor(state: DurableObjectState, env: Env) {
    super(state, { ...env, DB: databaseOf(env) });
  }
}

/** As many calls as the gate's answer waits for, one after another, the last of which writes: what they take by themselves. */
async function inFour(db: D1Database): Promise<unknown> {
  const one = db.prepare("SELECT COUNT(*) AS n FROM numbers WHERE n = ?");
  for (let n = 0; n < 3; n++) await one.bind(n).all();
  const [written] = await db.batch([
    db.prepare("INSERT INTO numbers SELECT COALESCE(MAX(n), 0) + 1 FROM numbers RETURNING n"),
  ]);
  return written!.results;
}

/** The same answer as from the peer's table, from the blocks: only a check's work on the registers. */
async function inBlocks(db: D1Database, ids: string): Promise<{ n: number }[]> {
  const { results } = await db
    .prepare(
      `SELECT id / 64 AS block, data FROM blocks
       WHERE id IN (SELECT DISTINCT value / 10000 * 64 + 1 FROM json_each(?))`,
    )
    .bind(ids)
    .all<{ block: number; data: string }>();
  const data = new Map(results.map((row) => [row.block, row.data]));
  return (JSON.parse(ids) as number[])
    .filter((n) => has(data.get(blockOf(n)) ?? "", offsetOf(n)))
    .map((n) => ({ n }));
}

const ROWS = `SELECT 1 AS list, n / 10000 AS block, group_concat(n % 10000) AS data FROM numbers
  WHERE n IN (SELECT value FROM json_each(?)) GROUP BY n / 10000`;

/** A D1 in which a check finds the registers in the peer's table; the rest of the check is the same. */
function onRows(db: D1Database): D1Database {
  const mine = new WeakSet<D1PreparedStatement>();
  const prepare = (query: string): Pick<D1PreparedStatement, "bind"> => {
    if (!query.includes("FROM blocks")) return db.prepare(query);
    const bind = (...values: unknown[]) => {
      const statement = db.prepare(ROWS).bind(...values);
      mine.add(statement);
      return statement;
    };
    return { bind };
  };
  const batch = async (statements: D1PreparedStatement[]) => {
    const results = await db.batch<{ data: string }>(statements);
    statements.forEach((statement, i) => {
      if (!mine.has(statement)) return;
      for (const row of results[i]!.results)
        row.data = pack(
          row.data
            .split(",")
            .map(Number)
            .sort((a, b) => a - b),
        );
    });
    return results;
  };
  return { prepare, batch } as unknown as D1Database;
}

export default {
  async fetch(request, env, context): Promise<Response> {
    const { pathname } = new URL(request.url);
    const { DB } = env;
    const [, what] = pathname.split("/bench/simulated/");
    if (what !== undefined) return simulated(what, request, env, { ...env, DB: databaseOf(env) });
    switch (pathname) {
      case "/bench/counts":
        return Response.json(take());
      case "/bench/bare":
        return bare.fetch(request);
      case "/bench/table":
        await DB.prepare("CREATE TABLE IF NOT EXISTS numbers (n INTEGER PRIMARY KEY)").run();
        return Response.json({});
      case "/bench/four":
        return Response.json(await inFour(databaseOf(env)));
      case "/bench/insert":
        await counting(DB).batch([
          DB.prepare("INSERT INTO numbers SELECT value FROM json_each(?)").bind(await request.text()),
        ]);
        return Response.json({});
      case "/bench/rows": {
        const { results } = await DB.prepare(
          "SELECT n FROM numbers WHERE n IN (SELECT value FROM json_each(?))",
        )
          .bind(await request.text())
          .all();
        return Response.json(results);
      }
      case "/bench/blocks":
        return Response.json(await inBlocks(DB, await request.text()));
      case "/bench/watched":
        await DB.prepare(
          "INSERT INTO watched (number, on_day, screening) SELECT value, date('now'), 1 FROM json_each(?)",
        )
          .bind(await request.text())
          .run();
        return Response.json({});
      // As the scheduled job does, once the changes are old enough.
      case "/bench/settle":
        return Response.json({ turned: await watch(env, Date.now() + 180_000) });
      case "/bench/looked":
        return Response.json(
          await DB.prepare(
            `SELECT v.ver AS version, v.committed_at AS committedAt, w.seen = l.head AS looked, w.done,
               (SELECT COUNT(*) FROM turned WHERE list = l.id) AS turned
             FROM lists l JOIN versions v ON v.list = l.num AND v.ver = l.head
             LEFT JOIN watch_lists w ON w.list = l.num WHERE l.id = ?`,
          )
            .bind(await request.text())
            .first(),
        );
      case "/bench/check":
        return worker.fetch(
          new Request(new URL("/v1/check", request.url), request),
          { ...env, DB: onRows(DB) },
          context,
        );
    }
    return worker.fetch(request, { ...env, DB: databaseOf(env), ARCHIVE: archiveOf(env) }, context);
  },
} satisfies ExportedHandler<Env>;
