/**
 * `npm run bench:load`: 200 agents with pages of 50 numbers, against a real Worker on this machine, while registers are
 * pushed, the policy is saved and objections come and go. Compares every verdict with a model, and the speed with a bare
 * Hono route in the same Worker and run. With --write, its tables go into docs/figures.md and docs/costs.md.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ChangesAnswer } from "../../shared/check/api.ts";
import { at } from "../../scripts/lib/paths.ts";
import { freePort } from "../../scripts/lib/ports.ts";
import { call } from "../../scripts/lib/seed.ts";
import { startWorker } from "../../scripts/lib/worker.ts";
import { type Costs, writeCosts } from "./costs.ts";
import { databaseIn } from "./history/fill.ts";
import { agents, dialOne, PAGE, page, post, rowOf, somePage, type Took, wrongOnes } from "./load/acts.ts";
import { AGENTS, type Bench, Changes, LISTED, prepare } from "./load/bench.ts";
import { quantile, ratio, table } from "./table.ts";
import { writeFigures } from "./write.ts";

/** First a page every PACE_MS, for PACED_MS; then without a pause, alternating with the bare route. */
const PACE_MS = 5000;
const PACED_MS = 40_000;
const ROUNDS = 3;
const ROUND_MS = 5000;

export async function load(write = false): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "cleardial-load-"));
  const worker = await startWorker({
    port: await freePort(),
    stateDir: join(dir, "state"),
    setupCode: "bench",
    config: at("test/bench/worker/wrangler.toml"),
  });
  try {
    const bench = await prepare(worker.url, dir);
    const costs = await oneByOne(bench);
    process.stderr.write(`paced, ${PACED_MS / 1000} s …\n`);
    const stood = loadavg()[0]!;
    const changes = new Changes(bench);
    changes.start();
    const [paced, dials] = await Promise.all([
      agents(bench, PACED_MS, PACE_MS, page),
      agents(bench, PACED_MS, 4 * PACE_MS, dialOne),
    ]);
    const full: Took = { took: [], failed: 0 };
    const bare: Took = { took: [], failed: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      process.stderr.write(`without pause, round ${round + 1} of ${ROUNDS} …\n`);
      add(full, await agents(bench, ROUND_MS, 0, page));
      add(bare, await agents(bench, ROUND_MS, 0, bareRoute));
    }
    const made = await changes.stop();
    const wrong = await wrongOnes(bench);

    const whole = ROUNDS * ROUND_MS;
    const text = [
      `${AGENTS} agents, pages of ${PAGE} numbers, ${LISTED.toLocaleString("en-GB")} on the register; meanwhile ${made}`,
      "",
      table([
        ["", "requests/s", "p50", "p95", "p99", "errors"],
        rowOf(`a page every ${PACE_MS / 1000} s each`, paced, PACED_MS),
        rowOf(`a dial every ${(4 * PACE_MS) / 1000} s each, beside it`, dials, PACED_MS),
        rowOf("without a pause", full, whole),
        rowOf("a bare Hono route, the same", bare, whole),
        [
          "ratio, of the last two",
          ratio(bare.took.length, full.took.length),
          ratio(quantile(full.took, 0.5), quantile(bare.took, 0.5)),
          "",
          "",
          "",
        ],
      ]),
      "",
      `Verdicts compared: ${(bench.kept.length * PAGE).toLocaleString("en-GB")}; wrong: ${wrong}. Load of the machine before: ${stood.toFixed(1)} on two cores.`,
    ].join("\n");
    console.log(`\n${text}`);
    await worker.stop();
    if (write) {
      await writeFigures("load", text);
      await writeCosts({ ...costs, bytes: bytesOf(join(dir, "state")) });
    }
    if (wrong + paced.failed + dials.failed + full.failed > 0) process.exitCode = 1;
  } finally {
    await worker.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

const add = (to: Took, more: Took) => {
  to.took.push(...more.took);
  to.failed += more.failed;
};

async function bareRoute(bench: Bench): Promise<boolean> {
  const answer = await post(bench.url, "/bench/bare", "none", { numbers: somePage(bench) });
  await answer.json();
  return answer.ok;
}

/** The rows that one request of each kind costs, with no other load. */
async function oneByOne(bench: Bench): Promise<Omit<Costs, "bytes">> {
  const { url, agents } = bench;
  const agent = agents[0]!;
  const counts = async () =>
    (await (await fetch(`${url}/bench/counts`)).json()) as { rowsRead: number; rowsWritten: number };
  const each = async (n: number, act: (i: number) => Promise<unknown>) => {
    await act(0);
    await counts();
    for (let i = 1; i <= n; i++) await act(i);
    const { rowsRead, rowsWritten } = await counts();
    return { read: rowsRead / n, written: rowsWritten / n };
  };
  const check = await each(20, () => page(bench, agent));
  const changes = await each(20, () =>
    call<ChangesAnswer>(url, agent, "GET", `/v1/changes?since=${bench.kept.at(-1)!.seq}`),
  );
  const dial = await each(20, () => dialOne(bench, agent));
  return { check, changes, dial };
}

/** Enough rows that the empty ends of pages do not matter. */
const MANY = 100_000;

/** Bytes of D1 for one row of each kind, with its indexes, read from the file after the Worker has written it. */
function bytesOf(state: string): Costs["bytes"] {
  const db = new DatabaseSync(databaseIn(state));
  const count = (table: string) =>
    (db.prepare(`SELECT COUNT(*) AS n FROM ${table}`).get() as { n: number }).n;
  /** Repeats the same rows, each time after the existing ones. */
  const grow = (table: string, own: Record<string, string>) => {
    const columns = (
      db.prepare(`SELECT name FROM pragma_table_info('${table}')`).all() as { name: string }[]
    ).map(({ name }) => name);
    const again = `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${columns.map((c) => own[c] ?? c).join(", ")} FROM ${table}`;
    while (count(table) < MANY) db.exec(again);
  };
  db.exec("DROP TRIGGER audit_head");
  grow("dials", { num: "num + (SELECT MAX(num) - MIN(num) + 64 FROM dials)" });
  grow("audit_rows", { seq: "seq + (SELECT MAX(seq) + 1 FROM audit)", digest: "randomblob(32)" });
  grow("dial_texts", { num: "NULL", month: "hex(randomblob(5))" });
  const one = (table: string) => {
    const query = `SELECT SUM(pgsize) * 1.0 AS bytes FROM dbstat JOIN sqlite_schema USING (name) WHERE tbl_name = '${table}'`;
    return (db.prepare(query).get() as { bytes: number }).bytes / count(table);
  };
  return {
    dial: one("dials"),
    audit: one("audit_rows"),
    text: one("dial_texts"),
    answer: one("idempotency"),
  };
}
