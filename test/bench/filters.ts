/**
 * `npm run bench -- filters [count]`: what the indexes of the pages' filters (migration 0036) cost each dial. The same dials go
 * into two databases, one without that migration, by turns.
 */
import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { someDials } from "./history/fill.ts";
import { quantile, ratio, table } from "./table.ts";

const MIGRATION = "0036_filters.sql";
const BATCH = 1000;
/** Milliseconds from a dial to the next. */
const STEP = 1000;
const folder = new URL("../../worker/migrations/", import.meta.url);

function migrated(files: string[]): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  for (const file of files) db.exec(readFileSync(new URL(file, folder), "utf8"));
  return db;
}
const bytesOf = (db: DatabaseSync): number =>
  (
    db
      .prepare(
        "SELECT (page_count - freelist_count) * page_size AS n FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
      )
      .get() as {
      n: number;
    }
  ).n;
/** Of the dials' indexes, the entries of a row: those without a condition are of each. */
const entries = (db: DatabaseSync, rows: number): number =>
  (
    db.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'dials'").all() as {
      name: string;
      sql: string;
    }[]
  )
    .map(({ sql }) => / WHERE (.*)$/s.exec(sql)?.[1] ?? "TRUE")
    .reduce(
      (sum, where) =>
        sum + (db.prepare(`SELECT COUNT(*) AS n FROM dials WHERE ${where}`).get() as { n: number }).n,
      0,
    ) / rows;

export function filters(count = 100_000): Promise<void> {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .sort();
  const sides = [files.filter((file) => file !== MIGRATION), files].map(migrated);
  const before = sides.map(bytesOf);
  const inserts = sides.map((db) => db.prepare(someDials));
  const took: number[][] = [[], []];
  for (let n = 0; n < count; n += BATCH)
    for (const side of (n / BATCH) % 2 === 0 ? [0, 1] : [1, 0]) {
      const start = performance.now();
      inserts[side]!.run(n * STEP, BATCH, STEP);
      took[side]!.push(performance.now() - start);
    }
  const [without, with_] = took.map((times) => quantile(times, 0.5)) as [number, number];
  const bytes = sides.map((db, i) => (bytesOf(db) - before[i]!) / count) as [number, number];
  const rows = sides.map((db) => entries(db, count)) as [number, number];
  console.log(`\n${count.toLocaleString("en-GB")} dials, ${BATCH} at once, in SQLite\n`);
  console.log(
    table([
      ["", `without ${MIGRATION}`, "with it", "ratio"],
      [
        "microseconds a dial (median)",
        ...[without, with_].map((n) => ((n / BATCH) * 1000).toFixed(2)),
        ratio(with_, without),
      ],
      ["bytes a dial", ...bytes.map((n) => n.toFixed(0)), ratio(bytes[1], bytes[0])],
      ["index entries a dial", ...rows.map((n) => n.toFixed(2)), ratio(rows[1], rows[0])],
    ]),
  );
  return Promise.resolve();
}
