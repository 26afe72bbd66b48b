import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, vi } from "vitest";

async function isEmpty(): Promise<boolean> {
  const table = await env.DB.prepare("SELECT 1 FROM sqlite_master WHERE name = 'people'").first();
  const buckets = [env.ARCHIVE, env.RECORDINGS, env.FILES, env.COPIES];
  const stored = await Promise.all(buckets.map((bucket) => bucket!.list({ limit: 1 })));
  const written = await env.LEDGER.get(env.LEDGER.idFromName("ledger")).written();
  return table === null && written === null && stored.every(({ objects }) => objects.length === 0);
}

// Without queues the Worker does its work within the request or the clock's run. Tests of queues bring their own, and no
// message of one file reaches the next.
for (const queue of ["ERASURE", "MAIL", "WEBHOOKS", "MARKS", "COPYING"] as const) delete env[queue];

/** What the migrations made for the first file: the statements that make it again take a tenth of their time. */
const shared = globalThis as { migrated?: { sql: string; values: unknown[] }[] };

async function statements() {
  const { results: objects } = await env.DB.prepare(
    `SELECT type, name, sql FROM sqlite_master
    WHERE sql IS NOT NULL AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_cf_*'`,
  ).all<{ type: string; name: string; sql: string }>();
  const of = (type: string) => objects.filter((o) => o.type === type);
  const made = (type: string) => of(type).map(({ sql }) => ({ sql, values: [] as unknown[] }));
  const rows = await Promise.all(
    of("table").map(async ({ name }) => {
      // Without those that follow from others.
      const info = await env.DB.prepare(`SELECT name FROM pragma_table_info('${name}')`).all<{
        name: string;
      }>();
      const columns = info.results.map((column) => column.name).join(", ");
      const sql = `INSERT INTO "${name}" (${columns}) VALUES (${info.results.map(() => "?").join(", ")})`;
      const kept = await env.DB.prepare(`SELECT ${columns} FROM "${name}"`).raw();
      // Bytes are read as numbers.
      return kept.map((row) => ({
        sql,
        values: row.map((value) => (Array.isArray(value) ? Uint8Array.from(value as number[]) : value)),
      }));
    }),
  );
  // Triggers last, so that they refuse none of the rows.
  return [...made("table"), ...rows.flat(), ...made("index"), ...made("view"), ...made("trigger")];
}

// Every file starts with an empty, migrated database, and leaves the shared workerd as it found it.
beforeAll(async () => {
  // Work that the last file left running keeps its storage open, so a reset would miss it.
  do await reset();
  while (!(await isEmpty()));
  if (shared.migrated === undefined) {
    await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
    shared.migrated = await statements();
  } else await env.DB.batch(shared.migrated.map(({ sql, values }) => env.DB.prepare(sql).bind(...values)));
});
afterAll(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
