/**
 * `npm run bench -- ahead [rows] [--write]`: recordings, calls and rows of the trail copied ahead of the migrations that move them, in SQLite:
 * what a slice takes, what a write of the Worker of before takes meanwhile, and what is left to the migrations.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Ask, copyAhead } from "../../../scripts/ahead/copy.ts";
import { moves } from "../../../scripts/ahead/moves.ts";
import { at } from "../../../scripts/lib/paths.ts";
import { DAY } from "../../../shared/core/time.ts";
import { quantile, table } from "../table.ts";
import { writeFigures } from "../write.ts";
import { fillOthers, fillRecordings, fillTrail } from "./fill.ts";

const ROWS = 300_000;
const WRITES = 200;
const folder = at("worker/migrations");
const files = readdirSync(folder)
  .filter((file) => file.endsWith(".sql"))
  .sort();
const read = (file: string): string => readFileSync(join(folder, file), "utf8");

/** Milliseconds by the clock, and of a processor, which other programs do not stretch. */
function timed<T>(act: () => T): { ms: number; processor: number; value: T } {
  const [began, used] = [performance.now(), process.cpuUsage()];
  const value = act();
  const { user, system } = process.cpuUsage(used);
  return { ms: performance.now() - began, processor: (user + system) / 1000, value };
}

/** Statements as D1 runs them: one after the other, each whole. */
const askIn =
  (db: DatabaseSync, each: (statement: string, processor: number) => void = () => undefined): Ask =>
  (statements) =>
    Promise.resolve(
      statements.map((statement) => {
        const { processor, value } = timed(() => db.prepare(statement).all());
        each(statement, processor);
        return { rows: value, ms: processor };
      }),
    );

/** Copies what the migrations from 0165 on would move, where they have not run yet. */
export async function moveAhead(db: DatabaseSync, ask: Ask = askIn(db)): Promise<void> {
  db.exec("CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY, name TEXT)");
  const put = db.prepare("INSERT INTO d1_migrations (name) VALUES (?)");
  for (const file of files.filter((one) => one < moves[0]!.file)) put.run(file);
  await copyAhead({ ask, files, read, few: 0, say: (line) => process.stderr.write(`${line}\n`) });
}

/** What a Worker of before writes: a recording and a call come, a run notes a try, somebody is told of a call. */
function writer(db: DatabaseSync): () => number {
  let n = 0;
  const all = [
    `INSERT INTO recordings (id, provider, ref, provider_id, number, agent, direction, started_at, started_on, seconds, store, object, region,
       announced, purpose, erase_after, rule, months, by, at)
     SELECT 'new' || ?1, 'dialler', 'new:' || ?1, ?1, 442079460000, 'agent1@example.com', 'outbound', '2026-12-01T00:00:00.000Z', '2026-12-01',
       252, 'r2', 'dialler/new' || ?1 || '.mp3', 'GB', 1, 'quality', '2028-12-01', 'retention', 24, 'dialler', '2026-12-01T00:00:00.000Z'`,
    `INSERT INTO calls (id, ref, via, provider, provider_id, number, agent, direction, started_at, seconds, verdict, reasons, by, at)
     SELECT 'new' || ?1, 'new:' || ?1, 'fetch', 'twilio', 'CA' || ?1, 442079460000, 'agent1@example.com', 'outbound',
       '2026-12-01T00:00:00.000Z', 7, 'clear', '[]', 'list:twilio', '2026-12-01T00:00:00.000Z'`,
    "UPDATE recordings SET queued_until = 'x' || ?1 WHERE rowid = ?1 * 97",
    "UPDATE calls SET told = 1 WHERE rowid = ?1 * 89",
  ].map((statement) => db.prepare(statement));
  return () => {
    n++;
    return timed(() => {
      db.exec("BEGIN");
      for (const statement of all) statement.run(n);
      db.exec("COMMIT");
    }).processor;
  };
}

const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const gb = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;

export async function ahead(n = ROWS, write = false): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "cleardial-ahead-"));
  const file = join(dir, "db.sqlite");
  const db = new DatabaseSync(file);
  try {
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    for (const name of files.filter((one) => one < moves[0]!.file)) db.exec(`BEGIN; ${read(name)}; COMMIT`);
    process.stderr.write(`${n.toLocaleString("en-GB")} rows of each …\n`);
    const span = { n, from: Date.now() - 90 * DAY, until: Date.now() };
    fillRecordings(db, span);
    fillTrail(db, span);
    fillOthers(db, span);
    const size = () => {
      db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      return statSync(file).size;
    };
    const before = size();
    const stood = loadavg()[0]!;
    const act = writer(db);
    const alone = Array.from({ length: WRITES }, act);
    const meanwhile: number[] = [];
    const took: [string, number][] = [];
    await moveAhead(
      db,
      askIn(db, (statement, processor) => {
        took.push([statement, processor]);
        // The Worker's turn: after each statement some of its writes.
        for (let k = 0; k < 4; k++) meanwhile.push(act());
      }),
    );
    const peak = size();
    const migrated = files
      .filter((name) => name >= moves[0]!.file)
      .map((name) => [name, timed(() => db.exec(`BEGIN; ${read(name)}; COMMIT`)).processor] as const)
      .filter(([name, processor]) => processor > 50 || moves.some((move) => move.file === name));
    const slices = took.filter(([statement]) => statement.startsWith("INSERT"));
    const longest = took.toSorted(([, a], [, b]) => b - a)[0]!;
    const whole = took.reduce((sum, [, processor]) => sum + processor, 0);
    const text = [
      `${n.toLocaleString("en-GB")} recordings, calls and rows of the trail each, in SQLite, of a processor`,
      table([
        ["", "median", "longest"],
        ...(
          [
            ["a slice that copies", slices.map(([, processor]) => processor)],
            ["a write of the Worker of before, alone", alone],
            ["the same while rows are copied", meanwhile],
          ] as const
        ).map(([what, all]) => [what, ms(quantile(all, 0.5)), ms(Math.max(...all))]),
      ]),
      `${slices.length} slices and ${took.length - slices.length} other statements took ${(whole / 1000).toFixed(1)} s, which is ${Math.round((3 * n) / (whole / 1000)).toLocaleString("en-GB")} rows a second; the longest of them ${ms(longest[1])} (${longest[0].replaceAll(/\s+/g, " ").slice(0, 40)} …). A write is a recording and a call that come and two changes of rows that may have been copied. The database had ${gb(before)}, and ${gb(peak)} with the copies.`,
      table([["left to the migration", ""], ...migrated.map(([name, processor]) => [name, ms(processor)])]),
      `Load of the machine before: ${stood.toFixed(1)}.`,
    ].join("\n\n");
    console.log(`\n${text}`);
    if (write) await writeFigures("ahead", text, "npm run bench -- ahead --write");
  } finally {
    db.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
