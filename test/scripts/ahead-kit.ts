/** Databases of before migration 0165, in D1 itself, with rows of all kinds, and what a Worker of before does in them meanwhile. */
import { readFileSync } from "node:fs";
import { readD1Migrations } from "@cloudflare/vitest-plugin";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { type Ahead, type Ask, copyAhead } from "../../scripts/ahead/copy.ts";
import { at } from "../../scripts/lib/paths.ts";

export const FIRST = "0165";
const migrations = await readD1Migrations(at("worker/migrations"));
export const back = await readD1Migrations(at("scripts/back"));

let running: Miniflare | undefined;
const NAMES = ["one", "two", "three", "four", "five", "six"];
const started = () =>
  (running ??= new Miniflare(
    convertV4MiniflareOptions({
      ...{ modules: true, script: "export default {}", compatibilityDate: "2026-01-01" },
      d1Databases: NAMES,
    }),
  ));
export const stop = (): Promise<void> | undefined => running?.dispose();

type Db = Awaited<ReturnType<Miniflare["getD1Database"]>>;
export type Database = { db: Db; ask: Ask };

export async function apply(db: Db, which: (name: string) => boolean): Promise<void> {
  for (const { name, queries } of migrations.filter((one) => which(one.name)))
    await db.batch([
      ...queries.map((query) => db.prepare(query)),
      db.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name),
    ]);
}

/** Statements as `wrangler d1 execute` sends them. */
const askIn =
  (db: Db): Ask =>
  async (statements) =>
    (await db.batch(statements.map((one) => db.prepare(one)))).map(({ results }) => ({
      rows: results as Record<string, unknown>[],
      ms: 1,
    }));

/** A database as migrations before 0165 leave it, with so many rows of each kind. */
export async function older(name: string, n: number, made?: Db): Promise<Database> {
  const db = made ?? (await started().getD1Database(name));
  await db.exec("CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY, name TEXT, applied_at TEXT)");
  await apply(db, (one) => one < FIRST);
  for (const statement of rows(n)) await db.prepare(statement).run();
  return { db, ask: askIn(db) };
}

const hex = (n: string, length: number) => `printf('%0${length}x', ${n})`;
const sha = (n: string) => `printf('%016x%048x', ${n}, ${n})`;
const uuid = (n: string) => `printf('%08x-aaaa-4000-8000-%012x', ${n} * 7919 % 1000003, ${n})`;
/** A statement's rows: D1's stand-in has not the memory for very many. */
const PART = 10_000;
const numbers = (from: number, upto: number) =>
  `WITH RECURSIVE rows (n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM rows WHERE n < ${upto}) SELECT n FROM rows`;
const time = (n: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', 1790000000 + ${n} * 61.017, 'unixepoch')`;

const recordings = (
  from: string,
) => `INSERT INTO recordings (id, provider, ref, provider_id, number, agent, direction, started_at,
    started_on, seconds, store, object, region, bytes, sha256, announced, purpose, flag, erase_after, rule, months, why, failures, error,
    by, at, etag, not_before, salt_high, salt_low, code, audio_rev, audio_past, audio_high, audio_low, audio_code)
  SELECT IIF(n % 97 = 0, 'odd ' || n, ${uuid("n")}), IIF(n % 3, 'dialler', 'twilio'), IIF(n % 89 = 0, 'no hash ' || n, ${sha("n * 31")}),
    CASE n % 4 WHEN 0 THEN 'CA' || ${hex("n", 32)} WHEN 1 THEN 'call-' || ${uuid("n")} WHEN 2 THEN CAST(n AS TEXT) ELSE '00' || n END,
    442079460000 + n % 700, IIF(n % 5, 'agent' || (n % 23) || '@example.com', NULL), IIF(n % 2, 'outbound', 'inbound'), ${time("n")},
    IIF(n % 11, substr(${time("n")}, 1, 10), '2026-01-02'), n % 600, IIF(n % 3, 'r2', 'twilio'),
    CASE n % 3 WHEN 0 THEN 'RE' || n ELSE 'folder ' || (n % 7) || '/' || ${uuid("n")} || '.mp3' END, IIF(n % 2, 'GB', 'US'), n * 1000,
    IIF(n % 13, ${hex("n", 64)}, 'zz'), n % 2, CASE n % 5 WHEN 0 THEN 'training' WHEN 1 THEN 'else' ELSE 'quality' END,
    IIF(n % 17 = 0, '[{"code":"objected"}]', NULL), date('2027-01-01', '+' || (n % 60) || ' days'), IIF(n % 19, 'retention', 'hand'), n % 25,
    IIF(n % 19, '', 'She''s "here"'), IIF(n % 23, 0, 3), IIF(n % 23, NULL, 'e'), IIF(n % 2, 'hook:twilio', 'dialler'), ${time("n + 2")},
    IIF(n % 2, 'W/"1"', ${hex("n", 32)}), IIF(n % 29, NULL, '2027-01-01'), n * 9007199254740993, -n, n * 4611686018427, n % 3,
    IIF(n % 3, '[]', NULL), IIF(n % 2, ~(n * 9007199254740993), n), IIF(n % 2, ~(-n), n), n
  FROM (${from})`;
const calls = (
  from: string,
) => `INSERT INTO calls (id, ref, via, provider, provider_id, number, agent, direction, started_at, seconds,
    verdict, reasons, dial, screened, extension, by, at, salt_high, salt_low, code, campaign)
  SELECT IIF(n % 97 = 0, 'odd ' || n, ${uuid("n")}), IIF(n % 89 = 0, 'no hash ' || n, ${sha("n * 31")}), 'fetch', 'twilio',
    CASE n % 4 WHEN 0 THEN 'CA' || ${hex("n", 32)} WHEN 1 THEN ${uuid("n")} WHEN 2 THEN CAST(n AS TEXT) ELSE NULL END,
    442079460000 + n % 700, IIF(n % 5, 'Agent' || (n % 23) || '@example.com', NULL), IIF(n % 7, 'outbound', 'inbound'), ${time("n")}, n % 600,
    IIF(n % 7, IIF(n % 3, 'clear', 'blocked'), NULL), '[]', IIF(n % 2, n * 64, 'b1f0'), IIF(n % 3, 'lookup', NULL), IIF(n % 4, 'on', 'off'),
    'list:twilio', ${time("n + 1")}, n * 9007199254740993, -n, n, IIF(n % 6, NULL, 'pensions')
  FROM (${from})`;
const trail = (
  from: string,
) => `INSERT INTO audit (seq, at, actor, code, subject, commitment, prev, hash, mac)
  SELECT n + h, ${time("n")}, 'actor ' || (n % 31), CASE n % 3 WHEN 0 THEN 'dial.passed' WHEN 1 THEN 'call.imported' ELSE 'odd.code' END,
    CASE n % 4 WHEN 0 THEN 'recordings/' || ${uuid("n")} WHEN 1 THEN CAST(n AS TEXT) WHEN 2 THEN 'calls/' || ${uuid("n")} || '@' || n ELSE '007' END,
    ${hex("n", 64)}, IIF(n = 1, g, ${hex("n + 6", 64)}), ${hex("n + 7", 64)}, IIF(n % 2, ${hex("n", 32)}, NULL)
  FROM (SELECT n, a.first AS h, a.hash AS g FROM (${from}) CROSS JOIN (SELECT seq AS first, hash FROM audit ORDER BY seq LIMIT 1) a)`;

const part = (first: number, last: number): string[] =>
  [recordings, calls, trail].map((of) => of(numbers(first, last)));
export const rows = (n: number): string[] => [
  ...Array.from({ length: Math.ceil(n / PART) }, (_, k) =>
    part(k * PART + 1, Math.min(n, (k + 1) * PART)),
  ).flat(),
  `INSERT INTO call_said (call, outcome, by, at) SELECT id, 'answered', 'x', at FROM calls WHERE rowid % 3 = 0`,
  `INSERT INTO call_said_more (call, place, otherwise, by, at) SELECT id, 'a', 1, 'x', at FROM calls WHERE rowid % 5 = 0`,
  `INSERT INTO recording_holds (id, recording, reason, review_on, by, at) SELECT 'hold ' || rowid, id, 'A claim', '2099-01-01', 'x', at
   FROM recordings WHERE rowid % 50 = 0`,
];

/** Without one of its triggers, whose text is put back: what closes rows does so once they are in a file. */
const without = async (db: Db, trigger: string, statements: string[]): Promise<void> => {
  const sql = await db
    .prepare("SELECT sql FROM sqlite_schema WHERE name = ?")
    .bind(trigger)
    .first<string>("sql");
  await db.batch([`DROP TRIGGER ${trigger}`, ...statements, sql!].map((one) => db.prepare(one)));
};

/** The newest number that a write used. */
const NEXT = 100_000;
/** What a Worker of before does, one after the other, for as long as it is asked to. */
export const writes = (n: number) => {
  let next = NEXT;
  let turn = 0;
  return async (db: Db): Promise<void> => {
    const k = ++turn;
    const row = ((k * 37) % n) + 1;
    const run = (...statements: string[]) => db.batch(statements.map((one) => db.prepare(one)));
    const kept = `state = 'kept' AND id NOT IN (SELECT recording FROM recording_holds)`;
    switch (k % 11) {
      case 0:
        return void (await run(recordings(`SELECT ${++next} AS n`), calls(`SELECT ${next} AS n`)));
      case 1:
        return void (await run(
          `UPDATE recordings SET queued_until = ${time(String(k))} WHERE rowid IN (${row}, ${row + 1})`,
        ));
      case 2:
        return void (await run(
          `UPDATE recordings SET erase_after = '2099-01-0${(k % 9) + 1}', rule = 'hand', why = 'they asked', due = NULL WHERE rowid = ${row} AND ${kept}`,
        ));
      case 3:
        return void (await run(
          `UPDATE recordings SET agent = 'new' || ${k}, object = 'moved/' || ${k} || '.mp3', audio_rev = audio_rev + 1 WHERE rowid = ${row} AND ${kept}`,
        ));
      // An erasure, with its certificate.
      case 4: {
        const it = `rowid = ${row} AND ${kept}`;
        return void (await run(
          `UPDATE recordings SET state = 'erasing', claim = 'c' WHERE ${it}`,
          `UPDATE recordings SET state = 'erased', provider_id = NULL, number = NULL, agent = NULL, direction = NULL, started_at = NULL,
             started_on = NULL, seconds = NULL, object = NULL, bytes = NULL, sha256 = NULL, announced = NULL, purpose = NULL, flag = NULL,
             etag = NULL, claim = NULL, salt_high = 0, salt_low = 0 WHERE state = 'erasing'`,
          `INSERT INTO certificates (recording, provider, store, region, erase_after, rule, months, why, erased_at, commitment, salt_high,
             salt_low, code, was) SELECT id, provider, store, region, erase_after, rule, months, why, ${time(String(k))}, ${hex(String(k), 64)},
             1, 2, code, 'there' FROM recordings WHERE state = 'erased' AND certified IS NULL AND why = ''`,
        ));
      }
      case 5:
        return without(db, "recordings_no_delete", [
          `DELETE FROM recordings WHERE rowid IN (${row}, ${row + 3}, (SELECT MAX(rowid) FROM recordings)) AND ${kept}`,
        ]);
      case 6:
        return void (await run(
          `UPDATE calls SET told = 1, agent = 'Agent ' || ${k}, provider_id = ${uuid(String(k))} WHERE rowid = ${row}`,
        ));
      case 7:
        return void (await run(
          `DELETE FROM calls WHERE rowid IN (${row}, ${row + 2}, (SELECT MAX(num) FROM call_rows))`,
        ));
      case 8:
        return void (await run(
          `INSERT INTO audit (seq, at, actor, code, subject, commitment, prev, hash)
           SELECT seq + 1, ${time(String(k))}, 'late ' || ${k}, 'dial.held', 'dial-' || ${k}, ${hex(String(k), 64)}, hash, ${hex(`${k} + 900000`, 64)}
           FROM audit ORDER BY seq DESC LIMIT 1`,
        ));
      case 9:
        return without(db, "audit_no_delete", [
          "DELETE FROM audit WHERE seq > 0 AND seq <= (SELECT seq + 10 FROM audit WHERE seq > 0 ORDER BY seq LIMIT 1)",
        ]);
      default:
        return void (await run(
          `INSERT OR REPLACE INTO call_said (call, outcome, by, at) SELECT id, 'silent', 'y', at FROM calls WHERE rowid = ${row}`,
        ));
    }
  };
};

const text = async (db: Db, of: string, order: string): Promise<string[]> => {
  const { results } = await db
    .prepare(`SELECT name FROM pragma_table_info('${of}') WHERE name NOT IN ('rowid', 'source', 'agent_num')`)
    .all<{ name: string }>();
  // A view names its rows' numbers, a table does not.
  const names = [...(order === "rowid" ? [order] : []), ...results.map(({ name }) => name)];
  const columns = names.map((name) => `typeof(${name}) || ' ' || COALESCE(${name}, '')`);
  const all = await db
    .prepare(`SELECT json_array(${columns.join(", ")}) AS row FROM ${of} ORDER BY ${order}`)
    .all<{ row: string }>();
  return all.results.map(({ row }) => row);
};
const TABLES: Record<string, string> = {
  ...{
    recordings: "rowid",
    certificates: "recording",
    holds: "id",
    recording_days: "erase_after, started_on, claims",
    recording_holds: "id",
  },
  ...{
    calls: "rowid",
    call_said: "call",
    call_said_more: "call",
    audit: "seq",
    certificates_apart: "recording",
  },
};
/** All that people and proofs see of rows, letter by letter, with types. */
export async function contents(db: Db): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const [of, order] of Object.entries(TABLES)) all[of] = await text(db, of, order);
  return all;
}

const column = async (db: Db, select: string): Promise<unknown[]> =>
  (await db.prepare(select).all<Record<string, unknown>>()).results.flatMap((row) => Object.values(row));
/** As rows lie, and what many have in common, without its numbers. */
export const lies = async (db: Db): Promise<Record<string, unknown[]>> => ({
  calls: await text(db, "call_rows", "num"),
  agents: await column(db, "SELECT agent FROM recording_agents ORDER BY 1"),
  folders: await column(db, "SELECT place || folder FROM recording_folders ORDER BY 1"),
  sources: await column(
    db,
    "SELECT provider || ' ' || by || ' ' || region FROM recording_sources ORDER BY 1",
  ),
});

export async function schema(db: Db): Promise<string[]> {
  const { results } = await db
    .prepare(
      "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT GLOB '_cf_*' ORDER BY type, name",
    )
    .all<{ type: string; name: string; sql: string }>();
  return results.map(
    ({ type, name, sql }) => `${type} ${name}: ${sql.replaceAll('"', "").replaceAll(/\s+/g, " ")}`,
  );
}

/**
 * Says yes once more, no, or yes to the first statement alone, and then the process is gone: at the first two times that a statement comes first,
 * and the first four of those that copy. Of those that make tables it says yes to one at a time, so each is once the last that was made.
 */
export function killing(ask: Ask): Ask {
  const seen = new Map<string, number>();
  let killed = 0;
  return async (statements) => {
    const [first] = statements as [string];
    const times = (seen.get(first) ?? 0) + 1;
    seen.set(first, times);
    if (first.startsWith("SELECT") || times > (first.startsWith("INSERT") ? 4 : 2)) return ask(statements);
    killed++;
    const isWhole = killed % 3 === 1 && !first.startsWith("CREATE");
    if (killed % 3 > 0) await ask(isWhole ? statements : statements.slice(0, 1));
    throw new Error("killed");
  };
}

export const files = migrations.map(({ name }) => name);
export const read = (file: string): string => readFileSync(at("worker/migrations", file), "utf8");
export const ahead = ({ ask }: Pick<Database, "ask">, own: Partial<Ahead> = {}): Promise<void> =>
  copyAhead({ ...{ ask, files, read, few: 0, first: 150, say: () => undefined }, ...own });
