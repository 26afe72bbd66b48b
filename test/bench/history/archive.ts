/**
 * `npm run bench -- archive [rows] [--write]`: closes a month of the trail while people dial and put numbers on the do-not-call
 * list, and kills the Worker in the middle. Afterwards the trail verifies, each row of the month is in the archive once, and each
 * write that was acknowledged is there once.
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { monthsLater } from "../../../shared/core/calendar.ts";
import type { ArchivesAnswer, VerifyAnswer } from "../../../shared/trail/api.ts";
import { freePort } from "../../../scripts/lib/ports.ts";
import { pause } from "../../../scripts/lib/processes.ts";
import { call, setUp } from "../../../scripts/lib/seed.ts";
import { bundleOnce, type RunningWorker, startWorker } from "../../../scripts/lib/worker.ts";
import { databaseIn, fillTrail } from "./fill.ts";
import { ms, quantile, seconds, table } from "../table.ts";
import { writeFigures } from "../write.ts";

const ROWS = 200_000;
const WRITERS = 8;
/** Each writes so often, in milliseconds. */
const EVERY = 250;
const ALONE_MS = 15_000;
const LOOK_MS = 100;

interface Written {
  subject: string;
  took: number;
}
interface Bench {
  state: string;
  worker: RunningWorker;
  token: string;
  /** Acknowledged. */
  written: Written[];
  writing: boolean;
}

export async function archive(n = ROWS, write = false): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "cleardial-archive-"));
  const state = join(dir, "state");
  const bench: Bench = { state, worker: await aWorker(state), token: "", written: [], writing: true };
  try {
    await bench.worker.stop();
    await bundleOnce(join(dir, "bundle"));
    const thisMonth = `${new Date().toISOString().slice(0, 7)}-01`;
    const span = { n, from: Date.parse(monthsLater(thisMonth, -1)), until: Date.parse(thisMonth) };
    const db = new DatabaseSync(databaseIn(state));
    fillTrail(db, span);
    db.close();
    bench.worker = await aWorker(state);
    bench.token = await setUp(bench.worker.url, "bench", { name: "Bench", email: "bench@example.com" });
    await measure(bench, n, write);
  } finally {
    bench.writing = false;
    await bench.worker.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

const aWorker = async (stateDir: string): Promise<RunningWorker> =>
  startWorker({ port: await freePort(), stateDir, setupCode: "bench" });

async function measure(bench: Bench, n: number, write: boolean): Promise<void> {
  const { written } = bench;
  let writers = startWriting(bench);
  await pause(ALONE_MS);
  const alone = written.splice(0);

  const slices = Math.ceil(n / 20_000);
  const half = Math.floor(slices / 2);
  const took = await closing(bench, () => objectsIn(bench.state) >= half);
  await bench.worker.kill();
  // Killed, a run holds others off for a quarter of an hour: as if that were over.
  const db = new DatabaseSync(databaseIn(bench.state));
  db.exec("DELETE FROM marks WHERE name = 'night at'");
  db.close();
  bench.writing = false;
  await Promise.all(writers);
  const beforeKill = written.length;
  bench.worker = await aWorker(bench.state);
  const left = await archived(bench);
  assert.ok(left > 0 && left < slices, `the kill came after ${left} of ${slices} objects`);
  bench.writing = true;
  writers = startWriting(bench);
  const rest = await closing(bench, async () => (await archived(bench)) === slices);
  bench.writing = false;
  await Promise.all(writers);

  await isWhole(bench, n, [...alone, ...written]);
  const beside = written.map(({ took }) => took);
  const rate = (rows: number, took: number) => Math.round((rows / took) * 1000).toLocaleString("en-GB");
  const times = (took: number[]) => [String(took.length), ...[0.5, 0.95].map((q) => ms(quantile(took, q)))];
  const text = [
    `A month of ${n.toLocaleString("en-GB")} rows in ${slices} objects, while ${WRITERS} write four times a second each; killed after ${left} of them`,
    table([
      ["", "rows a second", "an object"],
      ["until the kill", rate(left * 20_000, took), seconds(took / left)],
      ["after it", rate(n - left * 20_000, rest), seconds(rest / (slices - left))],
    ]),
    table([
      ["writes", "acknowledged", "p50", "p95"],
      ["before", ...times(alone.map(({ took }) => took))],
      ["while it closes", ...times(beside)],
    ]),
    `Each of the ${(alone.length + beside.length).toLocaleString("en-GB")} acknowledged writes is there once, ${beforeKill} of them from between the begin of the closing and the kill; the trail verifies through the archive.`,
  ].join("\n\n");
  console.log(`\n${text}`);
  if (write)
    await writeFigures("archive", text, `npm run bench -- archive ${n === ROWS ? "" : `${n} `}--write`);
}

/** Runs the daily jobs, and those of five minutes, until something is so. Answers how long it took, in milliseconds. */
async function closing({ worker }: Bench, isOver: () => boolean | Promise<boolean>): Promise<number> {
  const began = performance.now();
  let refused: number | null = null;
  let over = false;
  const run = async (cron: string): Promise<void> => {
    const { ok, status } = await fetch(
      `${worker.url}/cdn-cgi/local/scheduled?cron=${encodeURIComponent(cron)}`,
    );
    refused = ok ? null : status;
    if (ok && !over) await run("*/5 * * * *");
  };
  // Killed, it does not answer.
  void run("17 3 * * *").catch(() => null);
  while (!(await isOver())) {
    await pause(LOOK_MS);
    assert.equal(refused, null, "the daily jobs run");
    assert.ok(performance.now() - began < 600_000, "ten minutes");
  }
  over = true;
  return performance.now() - began;
}

/** How many objects the local bucket has: told by its folder, as a Worker at work answers late. */
const objectsIn = (state: string): number => {
  const folder = join(state, "v3/r2/cleardial-archive/blobs");
  return existsSync(folder) ? readdirSync(folder).length : 0;
};

const archived = async ({ worker, token }: Bench): Promise<number> =>
  (await call<ArchivesAnswer>(worker.url, token, "GET", "/v1/audit/archives")).archives.length;

let numbers = 0;
function startWriting(bench: Bench): Promise<void>[] {
  const { worker, token, written } = bench;
  const one = async () => {
    while (bench.writing) {
      const number = `+44${1_134_960_000 + ++numbers}`;
      const dial = {
        ...{ number, e164: number, action: "held", verdict: "blocked", seen: null },
        ...{ host: "crm.example", at: new Date().toISOString() },
      };
      const [path, body] =
        numbers % 2 === 0 ? ["/v1/dials", dial] : ["/v1/suppressions", { number, reason: "asked" }];
      const began = performance.now();
      const made = await call<{ id: string }>(worker.url, token, "POST", path, body).catch(() => null);
      if (made) written.push({ subject: made.id, took: performance.now() - began });
      await pause(Math.max(0, EVERY - (performance.now() - began)));
    }
  };
  return Array.from({ length: WRITERS }, one);
}

async function isWhole({ worker, token }: Bench, n: number, written: Written[]): Promise<void> {
  const { archives } = await call<ArchivesAnswer>(worker.url, token, "GET", "/v1/audit/archives");
  archives.forEach((one, i) => assert.equal(one.firstSeq, (archives[i - 1]?.lastSeq ?? 0) + 1));
  assert.equal(archives.at(-1)!.lastSeq, n, "each row of the month, and none of the next");
  let step: VerifyAnswer = { ok: true, length: 0, head: "genesis", next: 0 };
  while (step.ok && step.next !== null)
    step = await call<VerifyAnswer>(
      worker.url,
      token,
      "GET",
      `/v1/audit/verify?after=${step.next}&head=${step.head}`,
    );
  assert.ok(step.ok, step.why);
  const day = new Date().toISOString().slice(0, 10);
  const answer = await fetch(`${worker.url}/v1/audit/export?from=${day}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const times = new Map<string, number>();
  for (const line of (await answer.text()).trimEnd().split("\n")) {
    const { code, subject } = JSON.parse(line) as { code: string; subject: string };
    if (/^dial\.|^suppression\.added/.test(code)) times.set(subject, (times.get(subject) ?? 0) + 1);
  }
  for (const { subject } of written) assert.equal(times.get(subject), 1, subject);
}
