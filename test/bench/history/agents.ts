/**
 * `npm run bench -- agents [count [rows]] [--write]`: 500 agents at the rates of a busy hour, against the real Worker and a database
 * with the history of half a year, 250,000 rows each of dials, trail and recordings; then all of them at once, as at nine o'clock. Each verdict is compared with the model of bench:load.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DAY } from "../../../shared/core/time.ts";
import { at } from "../../../scripts/lib/paths.ts";
import { freePort } from "../../../scripts/lib/ports.ts";
import { type RunningWorker, startWorker } from "../../../scripts/lib/worker.ts";
import { databaseIn, fillDials, fillRecordings, fillTrail } from "./fill.ts";
import { agents, dialOne, PAGE, page, poll, rowOf, wrongOnes } from "../load/acts.ts";
import { type Bench, Changes, LISTED, prepare } from "../load/bench.ts";
import { table } from "../table.ts";
import { writeFigures } from "../write.ts";

const AGENTS = 500;
const ROWS = 250_000;
const HISTORY = 180 * DAY;
/** Milliseconds between two of an agent's: thrice as often as docs/costs.md has them over a day. */
const BUSY = { page: 64_000, dial: 96_000, poll: 45_000 };
const BUSY_MS = 120_000;
/** Everybody opens a page within so long, three times. */
const NINE = 10_000;
const NINE_MS = 30_000;
/** What changes meanwhile, in milliseconds from one to the next. */
const CHANGES = { push: 45_000, save: 30_000, objection: 2000 };

export async function busy(count = AGENTS, rows = ROWS, write = false): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "cleardial-agents-"));
  let worker = await aWorker(dir);
  try {
    const bench = await prepare(worker.url, dir, count);
    await worker.stop();
    const bytes = fill(dir, rows);
    worker = await aWorker(dir);
    bench.url = worker.url;
    await page(bench, bench.agents[0]!);
    const stood = loadavg()[0]!;
    const changes = new Changes(bench);
    changes.start(CHANGES);
    const hour = await atOnce(bench, BUSY_MS, BUSY);
    const nine = await agents(bench, NINE_MS, NINE, page);
    const made = await changes.stop();
    const wrong = await wrongOnes(bench);
    const each = (ms: number) => `every ${ms / 1000} s each`;
    const text = [
      `${count} agents, pages of ${PAGE} numbers, ${LISTED.toLocaleString("en-GB")} on the register, ${rows.toLocaleString("en-GB")} dials, rows of the trail and recordings each (${(bytes / 1e9).toFixed(1)} GB); meanwhile ${made}`,
      table([
        ["", "requests/s", "p50", "p95", "p99", "errors"],
        ...hour.map(({ name, every, took }) => rowOf(`a ${name} ${each(every)}`, took, BUSY_MS)),
        rowOf(`at nine o'clock, a page ${each(NINE)}`, nine, NINE_MS),
      ]),
      `Verdicts compared: ${(bench.kept.length * PAGE).toLocaleString("en-GB")}; wrong: ${wrong}. Load of the machine before: ${stood.toFixed(1)} on two cores.`,
    ].join("\n\n");
    console.log(`\n${text}`);
    if (write) await writeFigures("agents", text, `npm run bench -- agents ${count} ${rows} --write`);
    const failed = hour.reduce((sum, { took }) => sum + took.failed, nine.failed);
    if (wrong + failed > 0) process.exitCode = 1;
  } finally {
    await worker.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

const aWorker = async (dir: string): Promise<RunningWorker> =>
  startWorker({
    port: await freePort(),
    stateDir: join(dir, "state"),
    setupCode: "bench",
    config: at("test/bench/worker/wrangler.toml"),
  });

function fill(dir: string, rows: number): number {
  process.stderr.write(`${rows.toLocaleString("en-GB")} rows of history each …\n`);
  const file = databaseIn(join(dir, "state"));
  const db = new DatabaseSync(file);
  // Until yesterday, so that today's rows of the trail are the bench's own.
  const span = { n: rows, from: Date.now() - HISTORY, until: Date.now() - DAY };
  fillDials(db, span);
  fillTrail(db, span);
  fillRecordings(db, span);
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
  return statSync(file).size;
}

const acts = { page, dial: dialOne, poll };

const atOnce = (bench: Bench, lasts: number, rates: typeof BUSY) =>
  Promise.all(
    (Object.keys(acts) as (keyof typeof acts)[]).map(async (name) => ({
      name,
      every: rates[name],
      took: await agents(bench, lasts, rates[name], acts[name]),
    })),
  );
