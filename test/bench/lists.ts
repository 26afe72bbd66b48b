/**
 * `npm run bench -- lists [count]`: a push of shuffled numbers as dense as a register beside `sqlite3 .import` of the
 * same file, and checks of 500 numbers beside a bare SELECT … IN on a table with one row a number. Same machine, same
 * run; the ratios are what to read.
 */
import { spawnSync } from "node:child_process";
import { createWriteStream, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { at } from "../../scripts/lib/paths.ts";
import { freePort } from "../../scripts/lib/ports.ts";
import { setUp } from "../../scripts/lib/seed.ts";
import { startWorker } from "../../scripts/lib/worker.ts";
import { ms, quantile, ratio, seconds, table } from "./table.ts";

/** Numbers in a block of 10,000, as in the real registers. */
const PER_BLOCK = 300;
const CHECKS = 100;
const today = new Date().toISOString().slice(0, 10);

/** A small seeded generator, so that two runs push the same file. */
function random(seed: number): () => number {
  let s = seed;
  return () => {
    s = (s + 0x6d2b79f5) | 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Distinct national numbers (without the 0), shuffled. They are made up: none is looked up anywhere. */
function makeNumbers(count: number): Float64Array {
  const next = random(1);
  const numbers = new Float64Array(count);
  let n = 0;
  for (let block = 0; n < count; block++) {
    const chosen = new Set<number>();
    while (chosen.size < PER_BLOCK && n + chosen.size < count) chosen.add(Math.floor(next() * 10_000));
    for (const offset of chosen) numbers[n++] = 1_130_000_000 + block * 10_000 + offset;
  }
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [numbers[i], numbers[j]] = [numbers[j]!, numbers[i]!];
  }
  return numbers;
}

async function writeFile(file: string, numbers: Float64Array): Promise<void> {
  const out = createWriteStream(file);
  for (let i = 0; i < numbers.length; i += 10_000) {
    const lines = Array.from(numbers.subarray(i, i + 10_000), (n) => `0${n}\n`).join("");
    if (!out.write(lines)) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
}

function run(
  command: string,
  args: string[],
  input = "",
  env = process.env,
): { took: number; stdout: string; peak: string } {
  const began = performance.now();
  const done = spawnSync(command, args, { input, env, encoding: "utf8", maxBuffer: 1e8 });
  if (done.error) throw new Error(`${command}: ${done.error.message}`);
  if (done.status !== 0) throw new Error(`${command} failed: ${done.stderr}`);
  const peak = /Maximum resident set size.*?(\d+)/.exec(done.stderr)?.[1];
  return {
    took: performance.now() - began,
    stdout: done.stdout,
    peak: peak ? `${Math.round(Number(peak) / 1024)} MB` : "-",
  };
}

export async function lists(count = 1_000_000): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "cleardial-bench-"));
  const stateDir = join(dir, "state");
  const options = {
    port: await freePort(),
    stateDir,
    setupCode: "bench",
    config: at("test/bench/worker/wrangler.toml"),
  };
  let worker = await startWorker(options);
  try {
    const numbers = makeNumbers(count);
    const file = join(dir, "list.txt");
    await writeFile(file, numbers);
    const token = await setUp(worker.url, "bench", { name: "Bench", email: "bench@example.com" });
    const push = (): { took: number; report: Report } => {
      const env = { ...process.env, CLEARDIAL_URL: worker.url, CLEARDIAL_TOKEN: token };
      const { took, stdout } = run(
        process.execPath,
        [at("worker/cli/main.ts"), "--json", "push", "tps", file, "--as-of", today],
        "",
        env,
      );
      return { took, report: JSON.parse(stdout) as Report };
    };
    const rowsWritten = async () =>
      ((await (await fetch(`${worker.url}/bench/rows-written`)).json()) as { rowsWritten: number })
        .rowsWritten;

    await rowsWritten();
    const first = push();
    const firstRows = await rowsWritten();
    for (let i = 0; i < count / 1000; i++) numbers[i] = numbers[i]! + 1_000_000_000; // a thousandth moved away
    await writeFile(file, numbers);
    const second = push();
    const secondRows = await rowsWritten();

    const database = join(dir, "import.sqlite");
    const imported = run(
      "sqlite3",
      [database],
      `CREATE TABLE numbers (n INTEGER PRIMARY KEY);\n.import ${file} numbers\n`,
    );
    console.log(`\nPush of ${count.toLocaleString("en-GB")} shuffled numbers\n`);
    console.log(
      table([
        ["", "time", "beside sqlite3 .import", "blocks touched", "rows written"],
        ["sqlite3 .import", seconds(imported.took), "1.00", "-", count.toLocaleString("en-GB")],
        [
          "first push",
          seconds(first.took),
          ratio(first.took, imported.took),
          String(first.report.changedBlocks),
          String(firstRows),
        ],
        [
          "push with 0.1% changed",
          seconds(second.took),
          ratio(second.took, imported.took),
          String(second.report.changedBlocks),
          String(secondRows),
        ],
      ]),
    );

    // The peer's table stands in the same workerd; it is filled from outside, which is the kindest way for it.
    await fetch(`${worker.url}/bench/table`);
    await worker.stop();
    const folder = join(stateDir, "v3/d1/miniflare-D1DatabaseObject");
    const files = readdirSync(folder).filter((f) => f.endsWith(".sqlite") && f !== "metadata.sqlite");
    const peer = files.find((f) =>
      run("sqlite3", [join(folder, f), ".tables"])
        .stdout.trim()
        .split(/\s+/)
        .includes("numbers"),
    )!;
    run(
      "sqlite3",
      [join(folder, peer)],
      `ATTACH '${database}' AS i;\nINSERT INTO numbers SELECT 440000000000 + n FROM i.numbers;\n`,
    );
    const bytes = (name: string | undefined) => (name === undefined ? 0 : statSync(join(folder, name)).size);
    const own = files.find((f) => f !== peer);
    worker = await startWorker(options);

    const next = random(2);
    const own500: number[] = [];
    const peer500: number[] = [];
    let wrong = 0;
    const listed = new Set(numbers);
    for (let i = 0; i < CHECKS + 10; i++) {
      const asked = Array.from({ length: 500 }, (_, k) =>
        k % 2
          ? numbers[Math.floor(next() * count)]!
          : 1_130_000_000 + Math.floor(next() * (count / PER_BLOCK) * 10_000),
      );
      let began = performance.now();
      const answer = await fetch(`${worker.url}/v1/check`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ numbers: asked.map((n) => `+44${n}`) }),
      });
      const { results } = (await answer.json()) as { results: { facts: { lists: unknown[] } | null }[] };
      const took = performance.now() - began;
      results.forEach((r, k) => {
        if ((r.facts?.lists.length ?? 0) > 0 !== listed.has(asked[k]!)) wrong++;
      });
      began = performance.now();
      const rows = await fetch(`${worker.url}/bench/rows`, {
        method: "POST",
        body: JSON.stringify(asked.map((n) => 440_000_000_000 + n)),
      });
      await rows.json();
      if (i >= 10) {
        own500.push(took);
        peer500.push(performance.now() - began);
      }
    }
    const line = (name: string, t: number[], size: number) => [
      name,
      ms(quantile(t, 0.5)),
      ratio(quantile(t, 0.5), quantile(peer500, 0.5)),
      ms(quantile(t, 0.95)),
      (size / count).toFixed(1),
    ];
    console.log(
      `\n500 random numbers against ${count.toLocaleString("en-GB")}, ${CHECKS} times; wrong answers: ${wrong}\n`,
    );
    console.log(
      table([
        ["", "p50", "ratio", "p95", "bytes a number on disk"],
        line("bare SELECT … IN, one row a number", peer500, bytes(peer)),
        line("POST /v1/check", own500, bytes(own)),
      ]),
    );
    if (wrong > 0) process.exitCode = 1;
  } finally {
    await worker.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Report {
  changedBlocks: number;
}
