/**
 * `npm run bench -- watch`: a million watched numbers and a register of national size, through the real Worker. Measures
 * how long after a commit every watched number whose status it changes has its row, for a day's changes and for a
 * register's first version.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { at } from "../../scripts/lib/paths.ts";
import { freePort } from "../../scripts/lib/ports.ts";
import { call, setUp } from "../../scripts/lib/seed.ts";
import { type RunningWorker, startWorker } from "../../scripts/lib/worker.ts";
import { Listed, makeNumbers, plainLine, random, spaceOf, writeLines } from "./lists-files.ts";
import { seconds, table } from "./table.ts";

const REGISTER = 20_000_000;
const WATCHED = 1_000_000;
const DELTA = 17_000;
/** Watched numbers in the day's changes, and in the new register. */
const AMONG = { changes: 400, first: 10_000 };
const today = new Date().toISOString().slice(0, 10);
const count3 = (n: number) => n.toLocaleString("en-GB");

interface Looked {
  version: number;
  committedAt: string;
  looked: number | null;
  turned: number;
}

/** `count` distinct national numbers in the register's blocks that are not on the register. */
function unlisted(count: number, listed: Listed, [from, to]: [number, number], seed: number): Float64Array {
  const next = random(seed);
  const chosen = new Set<number>();
  while (chosen.size < count) {
    const n = from + Math.floor(next() * (to - from));
    if (!listed.has(n)) chosen.add(n);
  }
  return Float64Array.from(chosen);
}

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

export async function watch(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "cleardial-bench-"));
  const port = await freePort();
  const config = at("test/bench/worker/wrangler.toml");
  const worker = await startWorker({ port, stateDir: join(dir, "state"), setupCode: "bench", config });
  try {
    await measure(worker, dir);
  } finally {
    await worker.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure({ url }: RunningWorker, dir: string): Promise<void> {
  const token = await setUp(url, "bench", { name: "Bench", email: "bench@example.com" });
  const post = async (path: string, body: string): Promise<unknown> =>
    (await fetch(url + path, { method: "POST", body })).json();
  const push = async (list: string, file: string, ...more: string[]) => {
    const cli = [at("worker/cli/main.ts"), "--json", "push", list, ...more, file, "--as-of", today];
    const env = { ...process.env, CLEARDIAL_URL: url, CLEARDIAL_TOKEN: token };
    const child = spawn(process.execPath, cli, { env, stdio: ["ignore", "ignore", "inherit"] });
    const [code] = (await once(child, "close")) as [number | null];
    if (code !== 0) throw new Error(`push ${list} failed`);
  };
  /** Milliseconds from the version's commit until everything was looked at, by the Worker's clock, which is this machine's. */
  const untilLooked = async (list: string) => {
    for (;;) {
      const state = (await post("/bench/looked", list)) as Looked;
      if (state.looked) return { took: Date.now() - Date.parse(state.committedAt), turned: state.turned };
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  const numbers = makeNumbers(REGISTER);
  const space = spaceOf(REGISTER);
  const file = join(dir, "register.txt");
  await writeLines(file, numbers, plainLine);
  await push("tps", file);
  await post("/bench/settle", "");
  const watched = unlisted(WATCHED, new Listed(numbers), space, 5);
  const rows = Array.from(watched, (n) => 440_000_000_000 + n);
  for (let i = 0; i < WATCHED; i += 50_000)
    await post("/bench/watched", JSON.stringify(rows.slice(i, i + 50_000)));

  const taken = new Listed(joined(numbers, watched));
  const added = [...watched.slice(0, AMONG.changes), ...unlisted(DELTA / 2 - AMONG.changes, taken, space, 6)];
  const both = Float64Array.from([...added, ...numbers.slice(0, DELTA - added.length)]);
  const since = join(dir, "changes.txt");
  await writeLines(since, both, (n, i) => `0${n},${i < added.length ? "A" : "D"}\r\n`);
  await push("tps", since, "--changes");
  const changes = await untilLooked("tps");

  await call(url, token, "PUT", "/v1/lists/second", {
    ...{
      name: "Second",
      regions: ["GB"],
      maxAgeDays: 28,
      daysUntilEffective: 0,
      covers: "both",
      source: "bench",
    },
  });
  const first = unlisted(WATCHED - AMONG.first, new Listed(watched), space, 7);
  const second = join(dir, "second.txt");
  await writeLines(second, Float64Array.from([...watched.slice(-AMONG.first), ...first]), plainLine);
  await push("second", second);
  const whole = await untilLooked("second");

  console.log(
    `\n${count3(WATCHED)} watched numbers, a register of ${count3(REGISTER)}: from a commit to the last row in \`turned\`\n`,
  );
  console.log(
    table([
      ["", "numbers", "turned", "time"],
      ["changes of a day", count3(both.length), count3(changes.turned), seconds(changes.took)],
      ["a register's first version", count3(WATCHED), count3(whole.turned), seconds(whole.took)],
    ]),
  );
  if (changes.turned !== AMONG.changes || whole.turned !== AMONG.first) process.exitCode = 1;
}
