/**
 * `npm run bench -- migrations [rows] [--write]`: what each migration from 0044 on takes where there are a million dials, rows of
 * the trail, recordings, calls, status changes and answers of sources each. D1 ends a query after 30 seconds.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DAY } from "../../../shared/core/time.ts";
import { at } from "../../../scripts/lib/paths.ts";
import { moves } from "../../../scripts/ahead/moves.ts";
import { moveAhead } from "./ahead.ts";
import { fillDials, fillOthers, fillRecordings, fillTrail } from "./fill.ts";
import { seconds, table } from "../table.ts";
import { writeFigures } from "../write.ts";

/** The first that is measured: its predecessors are over wherever ClearDial runs. */
const FIRST = "0044";
const ROWS = 1_000_000;
const SPAN = 700 * DAY;

export async function migrations(n = ROWS, write = false): Promise<void> {
  const folder = at("worker/migrations");
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .sort();
  const dir = mkdtempSync(join(tmpdir(), "cleardial-migrations-"));
  const file = join(dir, "db.sqlite");
  const db = new DatabaseSync(file);
  try {
    db.exec("PRAGMA journal_mode = WAL");
    /** Milliseconds by the clock, and of a processor, which other programs do not stretch. */
    const run = (name: string): [took: number, processor: number] => {
      const [began, used] = [performance.now(), process.cpuUsage()];
      db.exec(`BEGIN; ${readFileSync(join(folder, name), "utf8")}; COMMIT`);
      const { user, system } = process.cpuUsage(used);
      return [performance.now() - began, (user + system) / 1000];
    };
    for (const name of files.filter((name) => name < FIRST)) run(name);
    process.stderr.write(`${n.toLocaleString("en-GB")} rows of each …\n`);
    const span = { n, from: Date.now() - SPAN, until: Date.now() };
    fillDials(db, span);
    fillTrail(db, span);
    fillRecordings(db, span);
    fillOthers(db, span);
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    const bytes = statSync(file).size;
    const stood = loadavg()[0]!;
    const took: [name: string, took: number, processor: number][] = [];
    for (const name of files.filter((one) => one >= FIRST)) {
      // As a deployment does, which copies rows ahead.
      if (name === moves[0]!.file) await moveAhead(db);
      took.push([name, ...run(name)]);
    }
    const slowest = Math.max(...took.map(([, , processor]) => processor));
    const text = [
      `${n.toLocaleString("en-GB")} dials, rows of the trail, recordings, calls, status changes and answers of sources each, a tenth of that of requests' lines and of what erasures left, ${(bytes / 1e9).toFixed(1)} GB, in SQLite`,
      table([
        ["migration", "time", "of a processor"],
        ...took.map(([name, ms, processor]) => [name, seconds(ms), seconds(processor)]),
      ]),
      `Of a processor, the slowest took ${((slowest / 30_000) * 100).toFixed(1)}% of the 30 seconds that D1 gives a query. Load of the machine before: ${stood.toFixed(1)}.`,
    ].join("\n\n");
    console.log(`\n${text}`);
    if (write) await writeFigures("migrations", text, "npm run bench -- migrations --write");
    if (slowest > 30_000) process.exitCode = 1;
  } finally {
    db.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
