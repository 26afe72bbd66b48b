/**
 * `npm run bench -- reports [agents [calls [days]]] [--write]`: what each report of 92 days takes of a company with 100 agents who make
 * 100 calls a day each: half of them seen by ClearDial, all in a log that says outcome, number shown and campaign, and as many
 * incoming calls as a twentieth.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { MAX_REPORT_DAYS, type ReportAnswer, reportName } from "../../../shared/overview/api-reports.ts";
import { DAY } from "../../../shared/core/time.ts";
import { freePort } from "../../../scripts/lib/ports.ts";
import { setUp } from "../../../scripts/lib/seed.ts";
import { type RunningWorker, startWorker } from "../../../scripts/lib/worker.ts";
import { seconds, table } from "../table.ts";
import { writeFigures } from "../write.ts";
import { databaseIn, fillDials, type Span } from "./fill.ts";

const [AGENTS, CALLS] = [100, 100];
/** Each is made so often: the first reads from the disk. */
const TIMES = 3;
/** One in so many dials is the gate's, and so many calls a call is that comes in. */
const [GATE, BACK] = [10, 20];
const OBJECTIONS_A_DAY = 20;
const CONSENTS = 20_000;

export async function reports(
  agents = AGENTS,
  calls = CALLS,
  days = MAX_REPORT_DAYS,
  write = false,
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "cleardial-reports-"));
  let worker = await aWorker(dir);
  try {
    const token = await setUp(worker.url, "bench", { name: "Bench", email: "bench@example.com" });
    await worker.stop();
    const today = Math.floor(Date.now() / DAY) * DAY;
    const span = { n: agents * calls * days, from: today - days * DAY, until: today };
    process.stderr.write(`${span.n.toLocaleString("en-GB")} calls …\n`);
    const file = databaseIn(join(dir, "state"));
    const db = new DatabaseSync(file);
    fill(db, span, days, agents);
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    db.close();
    const bytes = statSync(file).size;
    worker = await aWorker(dir);
    const stood = loadavg()[0]!;
    const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
    const past = { from: day(span.from), to: day(today - DAY) };
    const coming = { from: day(today), to: day(today + (days - 1) * DAY) };
    const rows: string[][] = [];
    for (const report of reportName.options) {
      const query = new URLSearchParams(report === "consents" ? coming : past);
      const took: number[] = [];
      let made: ReportAnswer | undefined;
      for (let n = 0; n < TIMES; n++) {
        const began = performance.now();
        const answer = await fetch(`${worker.url}/v1/reports/${report}?${query.toString()}`, {
          headers: { authorization: `Bearer ${token}` },
        });
        made = (await answer.json()) as ReportAnswer;
        took.push(performance.now() - began);
        assert.equal(answer.status, 200, `${report}: ${JSON.stringify(made).slice(0, 200)}`);
      }
      const read = made!.made.from.reduce((sum, { count }) => sum + count, 0);
      rows.push([
        report,
        ...[took[0]!, Math.min(...took)].map(seconds),
        ...[made!.rows.length, read].map(say),
      ]);
    }
    const text = [
      `${agents} agents, ${calls} calls a day each, ${days} days: ${say(span.n)} calls of a log, of half of which there is a dial (${(bytes / 1e9).toFixed(2)} GB)`,
      table([["", "first", "fastest", "rows", "records named"], ...rows]),
      `Load of the machine before: ${stood.toFixed(1)}.`,
    ].join("\n\n");
    console.log(`\n${text}`);
    if (write)
      await writeFigures("reports", text, `npm run bench -- reports ${agents} ${calls} ${days} --write`);
  } finally {
    await worker.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

const say = (n: number): string => n.toLocaleString("en-GB");
const aWorker = async (dir: string): Promise<RunningWorker> =>
  startWorker({ port: await freePort(), stateDir: join(dir, "state"), setupCode: "bench" });

const at = "strftime('%Y-%m-%dT%H:%M:%fZ', (?1 + n * ?3) / 1000.0, 'unixepoch')";
const rows =
  "WITH RECURSIVE rows (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM rows WHERE n < CAST(?2 AS INTEGER) - 1)";
const admin = "(SELECT id FROM people ORDER BY num LIMIT 1)";
const number = "442079460000 + n * 7919 % 100000000";

/** Half of the calls have a dial, of their moment. */
function fill(db: DatabaseSync, span: Span, days: number, agents: number): void {
  const { n, from, until } = span;
  const run = (text: string, count: number) =>
    db.prepare(text).run(from, count, Math.floor((until - from) / count));
  db.exec("BEGIN");
  fillDials(db, { ...span, n: Math.ceil(n / 2) });
  run(
    `INSERT INTO calls (id, ref, via, provider, number, agent, direction, started_at, seconds, verdict, reasons, overridden, dial,
       screened, by, at, rev, past, salt_high, salt_low, code)
     ${rows}
     SELECT 'c' || n, 'c' || n, 'import', 'dialler', ${number}, 'agent' || (n % ${agents}),
       IIF(n % ${BACK} = 1, 'inbound', 'outbound'), ${at}, n % 300, IIF(n % ${BACK} = 1, NULL, 'clear'), '[]', 0,
       IIF(n % 2 = 0, CAST((?1 + n / 2 * ?3 * 2) * 64 AS TEXT), NULL), 'dial', 'bench', ${at}, 1, '[]', 1, 1, 1
     FROM rows`,
    n,
  );
  run(
    `INSERT INTO call_said (call, outcome, presentation, campaign, by, at, salt_high, salt_low, code)
     ${rows}
     SELECT 'c' || n, CASE WHEN n % 3 = 0 THEN NULL WHEN n % 41 = 0 THEN 'abandoned' WHEN n % 97 = 0 THEN 'silent' ELSE 'answered' END,
       '+44207946' || printf('%04d', n % 20), 'Campaign ' || (n % 10), 'bench', ${at}, 1, 1, 1
     FROM rows`,
    n,
  );
  run(
    `INSERT INTO gate_calls (dial, by, call, caller, until)
     ${rows}
     SELECT num, by, 'c' || num, '02079460' || printf('%03d', n % 20), 0 FROM rows JOIN dials ON num = (?1 + n * ?3) * 64`,
    Math.ceil(n / 2 / GATE),
  );
  run(
    `INSERT INTO suppressions (id, number, kind, reason, source, by, at, scope, asks, keeps_line, unverified, rev, past, salt_high, salt_low, code)
     ${rows}
     SELECT 's' || n, ${number}, 'objection', 'asked', 'call', ${admin}, ${at}, 'line', 0, 0, 0, 1, '[]', 1, 1, 1 FROM rows`,
    OBJECTIONS_A_DAY * days,
  );
  run(
    `INSERT INTO consents (id, number, basis, kind, given_by, giver, given_at, until, evidence, caller, calls, product, words, how, proof, lasting,
       state, by, at, rev, past, salt_high, salt_low, code)
     ${rows}
     SELECT 'k' || n, ${number} + 1, 'service', 'notification', 'Jo', 'subscriber', ${at}, date('now', '+' || (n % 180) || ' days'), '', '', '["general"]', '', 'yes',
       'web', 'form', 0, 'good', ${admin}, ${at}, 1, '[]', 1, 1, 1 FROM rows`,
    CONSENTS,
  );
  db.exec("COMMIT");
}
