/**
 * `npm run bench -- gate [calls a second] [--write]`: a telephone system that asks the gate about 200 calls a second, against a
 * register of 20 million numbers, through the real Worker: as it is, and with 15 ms added to each call of the database, as D1 may
 * be that far away. Its peer is a Worker that does nothing but as many calls of the same database. Calls begin on time, whether the
 * ones before have their answer or not, and each is timed from when it should have begun. With --write, its table goes into
 * docs/figures.md. Last, with one second added, it counts how many calls of the database an answer waits for, one after another: a
 * figure that no load of the machine changes.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import type { GateAnswer } from "../../shared/dials/api-gate.ts";
import { textReading } from "../../shared/dials/line.ts";
import { regionOf } from "../../shared/phone/phone.ts";
import type { TokenAnswer } from "../../shared/people/api.ts";
import { at } from "../../scripts/lib/paths.ts";
import { freePort } from "../../scripts/lib/ports.ts";
import { capture, pause } from "../../scripts/lib/processes.ts";
import { addPerson, call, daysAgo, push, setUp } from "../../scripts/lib/seed.ts";
import { bundleOnce, startWorker } from "../../scripts/lib/worker.ts";
import { changePolicy } from "../e2e/kit/policy.ts";
import { Listed, makeNumbers, plainLine, random, writeLines } from "./lists-files.ts";
import { ms, quantile, table } from "./table.ts";
import { writeFigures } from "./write.ts";

const REGISTER = 20_000_000;
const AGENTS = 50;
const RATE = 200;
const WARM_MS = 5000;
const LASTS_MS = 60_000;
const PEER_MS = 20_000;
const DELAYS = [0, 15];
/** So much is added where calls of the database are counted. */
const STEP_MS = 1000;
const STEPS_OF = 5;
const CONFIG = at("test/bench/worker/wrangler.toml");
const OURS = "+442079460100";

interface Bench {
  token: string;
  /** The whole register, in no order. */
  numbers: Float64Array;
  listed: Listed;
}
interface Took {
  took: number[];
  failed: number;
  /** A listed number was allowed, or another one denied. */
  wrong: number;
}

export async function gate(rate = RATE, write = false): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "cleardial-gate-"));
  try {
    // Not by wrangler, whose own Workers before ours cost as much as the gate.
    await bundleOnce(join(dir, "worker"), CONFIG);
    let bench: Bench | null = null;
    const rows: string[][] = [];
    for (const delay of DELAYS) {
      const worker = await aWorker(dir, delay);
      try {
        bench ??= await prepare(worker.url, dir);
        await fetch(`${worker.url}/bench/table`);
        const four = (due: number, done: Took) =>
          timed(`${worker.url}/bench/four`, { method: "POST" }, due, done).then(() => {});
        await onTime(rate, WARM_MS, four);
        rows.push(await row(`${delay} ms; four calls, and nothing else`, () => onTime(rate, PEER_MS, four)));
        await calls(worker.url, bench, rate, WARM_MS);
        process.stderr.write(`${rate} calls a second, ${delay} ms added to each call of the database …\n`);
        const asked = bench;
        rows.push(await row(`${delay} ms; the gate`, () => calls(worker.url, asked, rate, LASTS_MS)));
      } finally {
        await worker.stop();
      }
    }
    const steps = await stepsOf(dir, bench!);
    const heads = ["added to each call of the database", "answers/s", "p50", "p95", "p99", "errors", "wrong"];
    const text = [
      `The gate: ${rate} calls a second for ${LASTS_MS / 1000} s, ${REGISTER.toLocaleString("en-GB")} numbers on the register`,
      table([[...heads, "load before"], ...rows]),
      `An answer waits for ${steps} calls of the database, one after another.`,
    ].join("\n\n");
    console.log(`\n${text}`);
    if (write) await writeFigures("gate", text, `npm run bench -- gate${rate === RATE ? "" : ` ${rate}`}`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A row of the table. */
async function row(name: string, run: () => Promise<Took>): Promise<string[]> {
  const stood = loadavg()[0]!;
  const began = performance.now();
  const { took, failed, wrong } = await run();
  if (failed + wrong > 0) process.exitCode = 1;
  return [
    name,
    String(Math.round((took.length / (performance.now() - began)) * 1000)),
    ...[0.5, 0.95, 0.99].map((q) => ms(quantile(took, q))),
    ...[String(failed), String(wrong), stood.toFixed(1)],
  ];
}

const aWorker = async (dir: string, delay: number) =>
  startWorker({
    port: await freePort(),
    stateDir: join(dir, "state"),
    setupCode: "bench",
    config: CONFIG,
    vars: { DELAY_MS: String(delay) },
  });

/** How many calls of the database an answer waits for, by the quickest of some. */
async function stepsOf(dir: string, bench: Bench): Promise<number> {
  const worker = await aWorker(dir, STEP_MS);
  try {
    const done: Took = { took: [], failed: 0, wrong: 0 };
    for (let n = 0; n < STEPS_OF; n++)
      await ask(worker.url, bench.token, bench.numbers[n]!, true, performance.now(), done);
    return Math.floor(Math.min(...done.took) / STEP_MS);
  } finally {
    await worker.stop();
  }
}

async function prepare(url: string, dir: string): Promise<Bench> {
  process.stderr.write(`${REGISTER.toLocaleString("en-GB")} numbers …\n`);
  const admin = await setUp(url, "bench", { name: "Bench", email: "bench@example.com" });
  const who = { name: "Manager", email: "manager@example.com", role: "manager" as const };
  const manager = await addPerson(url, admin, who);
  for (let i = 0; i < AGENTS; i++)
    await addPerson(url, admin, { name: `Agent ${i}`, email: `agent${i}@example.com`, role: "agent" });
  await changePolicy(url, { saves: manager, approves: admin }, (policy) => ({
    ...policy,
    identity: { ...policy.identity, ownNumbers: [OURS] },
    access: { ...policy.access, gateNumbersPerHour: 1_000_000 },
  }));
  const numbers = makeNumbers(REGISTER);
  const file = join(dir, "register.txt");
  await writeLines(file, numbers, plainLine);
  const args = [at("worker/cli/main.ts"), "--json", "push", "tps", file, "--as-of", daysAgo(0)];
  const env = { ...process.env, CLEARDIAL_URL: url, CLEARDIAL_TOKEN: admin };
  await capture(process.execPath, args, { env });
  await push(url, admin, "ctps", [`0${numbers[0]!}`], daysAgo(0));
  const body = { name: "The exchange", scopes: ["gate"], until: daysAgo(-30) };
  const { token } = await call<TokenAnswer>(url, admin, "POST", "/v1/tokens", body);
  return { token, numbers, listed: new Listed(numbers) };
}

const next = random(11);
let ids = 0;

/** Not where nobody has a number, as its digits are then read as another country's, too; nor on the islands, whose law asks first. */
const mayBeCalled = (number: number, listed: Listed): boolean =>
  !listed.has(number) &&
  textReading(`0${number}`, "GB", "GB").e164 === `+44${number}` &&
  regionOf(`+44${number}`) === "GB";

/** Begins calls on time, whether the ones before have their answer or not. */
async function onTime(
  rate: number,
  lasts: number,
  begin: (due: number, done: Took, n: number) => Promise<void>,
): Promise<Took> {
  const done: Took = { took: [], failed: 0, wrong: 0 };
  const going: Promise<void>[] = [];
  const began = performance.now();
  for (let n = 0; n < (rate * lasts) / 1000; n++) {
    const due = began + (n * 1000) / rate;
    await pause(Math.max(0, due - performance.now()));
    going.push(begin(due, done, n));
  }
  await Promise.all(going);
  return done;
}

/** Every second call is to a listed number. The others are to numbers beside those. */
const calls = (url: string, { token, numbers, listed }: Bench, rate: number, lasts: number): Promise<Took> =>
  onTime(rate, lasts, (due, done, n) => {
    const isListed = n % 2 === 0;
    let number = numbers[Math.floor(next() * numbers.length)]!;
    while (!isListed && !mayBeCalled(number, listed))
      number = numbers[Math.floor(next() * numbers.length)]! + 1;
    return ask(url, token, number, isListed, due, done);
  });

/** Null where there was no answer, or a refusal. */
async function timed<T>(url: string, init: RequestInit, due: number, done: Took): Promise<T | null> {
  const answer = await fetch(url, init)
    .then(async (response) => (response.ok ? ((await response.json()) as T) : null))
    .catch(() => null);
  done.took.push(performance.now() - due);
  if (answer === null) done.failed++;
  return answer;
}

async function ask(
  url: string,
  token: string,
  number: number,
  isListed: boolean,
  due: number,
  done: Took,
): Promise<void> {
  const init = {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({
      ...{ to: `0${number}`, from: OURS, agent: `agent${Math.floor(next() * AGENTS)}@example.com` },
      callId: `bench-${process.pid}-${++ids}`,
    }),
  };
  const answer = await timed<GateAnswer>(`${url}/v1/gate`, init, due, done);
  if (answer && (answer.answer === "deny") !== isListed) done.wrong++;
}
