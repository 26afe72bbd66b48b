/**
 * `npm run bench:lists [-- count]`: pushes a national register by the command line through the Worker into D1. Compares
 * `sqlite3 .import` of the same numbers, and one row a number through the Worker; then runs checks. All on one machine in
 * one run: compare the ratios.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { at } from "../../scripts/lib/paths.ts";
import { freePort } from "../../scripts/lib/ports.ts";
import { setUp } from "../../scripts/lib/seed.ts";
import { type RunningWorker, startWorker } from "../../scripts/lib/worker.ts";
import type { DeepAnswer } from "../../shared/trail/api.ts";
import { checks } from "./lists-check.ts";
import { Listed, makeNumbers, plainLine, registerLine, replaceSome, writeLines } from "./lists-files.ts";
import { ratio, seconds, table } from "./table.ts";

const DELTA = 17_000;
/** Numbers in one of the peer's requests, and requests at once: the same as a push. */
const PEER_ROWS = 20_000;
const PEER_PARALLEL = 4;
const today = new Date().toISOString().slice(0, 10);
const count3 = (n: number) => n.toLocaleString("en-GB");

interface Report {
  changedBlocks: number;
  added: number;
  removed: number;
  peakMb: number;
}
interface Counts {
  rowsWritten: number;
  /** The longest batch: a push's commit. */
  longestMs: number;
}
interface Pushed extends Report, Counts {
  took: number;
}

/** Asynchronous, so that connections to the Worker stay served. */
async function run(command: string, args: string[], input = "", env = process.env) {
  const began = performance.now();
  const child = spawn(command, args, { env, stdio: ["pipe", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  child.stdin.end(input);
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${command} failed: ${stderr}`);
  return { took: performance.now() - began, stdout };
}

/** Prints progress on stderr, because the whole takes minutes. */
async function step<T>(name: string, work: Promise<T>): Promise<T> {
  process.stderr.write(`${name} …`);
  const began = performance.now();
  return work.finally(() => process.stderr.write(` ${seconds(performance.now() - began)}\n`));
}

export async function lists(count = 20_000_000): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "cleardial-bench-"));
  const bench = new Bench(dir);
  try {
    const numbers = makeNumbers(count);
    const file = join(dir, "register.txt");
    const plain = join(dir, "plain.txt");
    await writeLines(plain, numbers, plainLine);
    await writeLines(file, numbers, registerLine);
    const megabytes = Math.round(statSync(file).size / 1e6);

    await bench.begin();
    const first = await step("first push", bench.push([file]));
    const { whole, used } = await bench.sizes();
    const changed = Math.ceil(count / 1000);
    replaceSome(numbers, changed, 3);
    await writeLines(file, numbers, registerLine);
    const second = await step("second push", bench.push([file]));
    const delta = replaceSome(numbers, Math.min(DELTA / 2, changed), 4);
    const since = join(dir, "changes.txt");
    const both = Float64Array.from([...delta.added, ...delta.removed]);
    await writeLines(since, both, (n, i) => `0${n},${i < delta.added.length ? "A" : "D"}\r\n`);
    const third = await step("changes", bench.push(["--changes", since]));

    const walked = await step("compared with the trail", bench.walk());

    const create = `CREATE TABLE numbers (n INTEGER PRIMARY KEY);\n.import ${plain} numbers\n`;
    const imported = await step("sqlite3 .import", run("sqlite3", [join(dir, "import.sqlite")], create));
    const rows = await step("one row a number through the Worker", bench.insertRows(numbers));
    const { peer } = await bench.sizes();

    const line = (name: string, p: Pushed) => [
      name,
      seconds(p.took),
      ratio(p.took, imported.took),
      count3(p.changedBlocks),
      count3(p.rowsWritten),
      `${p.peakMb} MB`,
      seconds(p.longestMs),
    ];
    console.log(`\n${count3(count)} shuffled numbers in both layouts, ${megabytes} MB\n`);
    console.log(
      table([
        ["", "time", "beside .import", "blocks touched", "rows written", "memory peak", "commit (of 30 s)"],
        ["sqlite3 .import", seconds(imported.took), "1.00", "-", count3(count), "-", "-"],
        [
          "one row a number through the Worker",
          ...[seconds(rows.took), ratio(rows.took, imported.took), "-", count3(rows.rowsWritten), "-", "-"],
        ],
        line("first push", first),
        line(`push with ${count3(changed)} replaced`, second),
        line(`changes, ${count3(both.length)} numbers`, third),
      ]),
    );
    console.log(`\nThe second push took ${ratio(second.took, first.took)} of the first.`);
    console.log(
      table([
        ["compared with the trail", "rows", "requests", "time"],
        ...walked.map(({ name, rows, requests, took }) => [
          ...[name, count3(rows), count3(requests), seconds(took)],
        ]),
      ]),
    );
    console.log(
      `Bytes a number after the first push: ${(used / count).toFixed(2)} in use, ${(whole / count).toFixed(2)} in the file, with what the upload left free for the next one. One row a number: ${(peer / count).toFixed(2)} in use.`,
    );
    const wrong = await checks({ ...bench.target(), numbers, listed: new Listed(numbers) });
    if (wrong > 0) process.exitCode = 1;
  } finally {
    await bench.end();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The Worker, wrapped: it counts its writes, and has the peer's table beside its own. */
class Bench {
  readonly #stateDir: string;
  #worker: RunningWorker | undefined;
  #port = 0;
  #token = "";

  constructor(dir: string) {
    this.#stateDir = join(dir, "state");
  }

  async begin(): Promise<void> {
    this.#port = await freePort();
    await this.#start();
    this.#token = await setUp(this.target().url, "bench", { name: "Bench", email: "bench@example.com" });
  }

  target(): { url: string; token: string } {
    return { url: this.#worker!.url, token: this.#token };
  }

  async end(): Promise<void> {
    await this.#worker?.stop();
    this.#worker = undefined;
  }

  async push(args: string[]): Promise<Pushed> {
    const { url, token } = this.target();
    await this.#counts();
    const cli = [at("worker/cli/main.ts"), "--json", "push", "tps", ...args, "--as-of", today];
    const env = { ...process.env, CLEARDIAL_URL: url, CLEARDIAL_TOKEN: token };
    const { took, stdout } = await run(process.execPath, cli, "", env);
    return { took, ...(JSON.parse(stdout) as Report), ...(await this.#counts()) };
  }

  /** `cleardial verify --deep` of the register's blocks and of their undo. Throws where anything is found. */
  async walk(): Promise<{ name: string; rows: number; requests: number; took: number }[]> {
    const { url, token } = this.target();
    const walked = [];
    for (const name of ["blocks", "block_undo"]) {
      const began = performance.now();
      let [rows, requests] = [0, 0];
      for (let after: string | null = ""; after !== null; requests++) {
        const query = new URLSearchParams({ table: name, pass: "rows", ...(after && { after }) });
        const answer = await fetch(`${url}/v1/audit/deep?${query.toString()}`, {
          headers: { authorization: `Bearer ${token}` },
        });
        const step = (await answer.json()) as DeepAnswer;
        if (!answer.ok || step.findings.length > 0) throw new Error(JSON.stringify(step));
        rows += step.checked;
        after = step.next;
      }
      walked.push({ name, rows, requests, took: performance.now() - began });
    }
    return walked;
  }

  /** One row a number through the Worker, in requests as large as a push's parts, and as many at once. */
  async insertRows(numbers: Float64Array): Promise<{ took: number; rowsWritten: number }> {
    const { url } = this.target();
    await fetch(`${url}/bench/table`);
    await this.#counts();
    const began = performance.now();
    let from = 0;
    const send = async () => {
      for (let i = from; i < numbers.length; i = from) {
        from += PEER_ROWS;
        const body = JSON.stringify(
          Array.from(numbers.subarray(i, i + PEER_ROWS), (n) => 440_000_000_000 + n),
        );
        const answer = await fetch(`${url}/bench/insert`, { method: "POST", body });
        if (!answer.ok) throw new Error(await answer.text());
      }
    };
    await Promise.all(Array.from({ length: PEER_PARALLEL }, send));
    return { took: performance.now() - began, rowsWritten: (await this.#counts()).rowsWritten };
  }

  /** Bytes of the database's file, of its pages in use, and of the peer's pages, after the Worker has written the file. */
  async sizes(): Promise<{ whole: number; used: number; peer: number }> {
    await this.end();
    const folder = join(this.#stateDir, "v3/d1/miniflare-D1DatabaseObject");
    const file = readdirSync(folder).find((f) => f.endsWith(".sqlite") && f !== "metadata.sqlite")!;
    const query = "SELECT SUM(pgsize), SUM(IIF(name = 'numbers', pgsize, 0)) FROM dbstat";
    const { stdout } = await run("sqlite3", [join(folder, file), query]);
    const [used, peer] = stdout.split("|").map(Number) as [number, number];
    await this.#start();
    return { whole: statSync(join(folder, file)).size, used, peer };
  }

  async #start(): Promise<void> {
    this.#worker = await startWorker({
      port: this.#port,
      stateDir: this.#stateDir,
      setupCode: "bench",
      config: at("test/bench/worker/wrangler.toml"),
    });
  }

  async #counts(): Promise<Counts> {
    return (await (await fetch(`${this.target().url}/bench/counts`)).json()) as Counts;
  }
}
