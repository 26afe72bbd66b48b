/**
 * `npm run bench -- screen [count]`: `cleardial screen` of a file of contacts through the Worker. Compares a plain loop
 * that sends its numbers to POST /v1/check, 1,000 at a time, and discards the answers; and the same file in one request to
 * the API. All on one machine in one run.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as WebStream } from "node:stream/web";
import type { CheckAnswer } from "../../shared/check/api.ts";
import { MAX_CHECK } from "../../shared/core/limits.ts";
import { at } from "../../scripts/lib/paths.ts";
import { freePort } from "../../scripts/lib/ports.ts";
import { call, setUp } from "../../scripts/lib/seed.ts";
import { type RunningWorker, startWorker } from "../../scripts/lib/worker.ts";
import { makeNumbers, plainLine, random, writeLines } from "./lists-files.ts";
import { ratio, seconds, table } from "./table.ts";

const SAMPLE = 10_000;
const today = new Date().toISOString().slice(0, 10);
const say = (n: number) => Math.round(n).toLocaleString("en-GB");

interface Report {
  peakMb: number;
  numbers: { all: number; blocked: number };
}

export async function screen(count = 1_000_000): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "cleardial-bench-"));
  let worker: RunningWorker | undefined;
  try {
    const numbers = makeNumbers(count);
    const [register, contacts, output] = ["register.txt", "contacts.csv", "screened.csv"].map((f) =>
      join(dir, f),
    ) as [string, string, string];
    // Every second one is listed.
    await writeLines(
      register,
      numbers.filter((_, i) => i % 2 === 0),
      plainLine,
    );
    await writeLines(contacts, numbers, (n, i) =>
      i === 0
        ? `id,name,phone,email\r\n0,"Contact, 0",0${n},0@example.com\r\n`
        : `${i},"Contact, ${i}",0${n},${i}@example.com\r\n`,
    );
    worker = await startWorker({ port: await freePort(), stateDir: join(dir, "state"), setupCode: "bench" });
    const { url } = worker;
    const token = await setUp(url, "bench", { name: "Bench", email: "bench@example.com" });
    const cli = async (...args: string[]) => {
      const began = performance.now();
      const env = { ...process.env, CLEARDIAL_URL: url, CLEARDIAL_TOKEN: token };
      const child = spawn(process.execPath, [at("worker/cli/main.ts"), "--json", ...args], {
        env,
        stdio: ["ignore", "pipe", "inherit"],
      });
      let stdout = "";
      child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
      const [code] = (await once(child, "close")) as [number | null];
      if (code !== 0) throw new Error(`${args[0]} failed: ${stdout}`);
      return { took: performance.now() - began, report: JSON.parse(stdout) as Report };
    };
    for (const list of ["tps", "ctps"]) await cli("push", list, register, "--as-of", today);

    const screened = await cli("screen", contacts, "-o", output);
    const began = performance.now();
    for (let i = 0; i < count; i += MAX_CHECK) await check(url, token, numbers.subarray(i, i + MAX_CHECK));
    const looped = performance.now() - began;

    const line = (name: string, took: number, peak: string) => [
      name,
      seconds(took),
      say(count / (took / 1000)),
      ratio(looped, took),
      peak,
    ];
    const streamed = join(dir, "streamed.csv");
    const sent = await stream(url, token, contacts, streamed);

    const megabytes = (path: string) => `${Math.round(statSync(path).size / 1e6)} MB`;
    console.log(
      `\n${say(count)} rows, ${megabytes(contacts)} in and ${megabytes(output)} out; ${say(screened.report.numbers.blocked)} blocked\n`,
    );
    console.log(
      table([
        ["", "time", "rows a second", "beside the loop", "memory peak"],
        ["a loop of checks, 1,000 at a time", ...line("", looped, "-").slice(1)],
        line("cleardial screen", screened.took, `${screened.report.peakMb} MB`),
        line("POST /v1/screenings, streamed", sent, "-"),
      ]),
    );
    let wrong = 0;
    for (const file of [output, streamed])
      wrong += await differences(file, numbers, (some) => check(url, token, some));
    console.log(
      `\nOf ${say(Math.min(SAMPLE, count))} rows at random of each, ${wrong} have another verdict than the check's.`,
    );
    if (wrong > 0) process.exitCode = 1;
  } finally {
    await worker?.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Sends the whole file in one request, and writes the answer to the disk as it arrives. */
async function stream(url: string, token: string, contacts: string, output: string): Promise<number> {
  const began = performance.now();
  const answer = await fetch(`${url}/v1/screenings?name=contacts.csv`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "text/csv" },
    body: createReadStream(contacts) as unknown as BodyInit,
    duplex: "half",
  } as RequestInit);
  if (!answer.ok || !answer.body) throw new Error(`The stream failed: ${await answer.text()}`);
  await pipeline(Readable.fromWeb(answer.body as WebStream), createWriteStream(output));
  return performance.now() - began;
}

const check = async (url: string, token: string, some: Float64Array) =>
  (await call<CheckAnswer>(url, token, "POST", "/v1/check", { numbers: Array.from(some, (n) => `0${n}`) }))
    .results;

/** Rows whose verdict differs from the check's, or that are no longer in their place. */
async function differences(
  output: string,
  numbers: Float64Array,
  ask: (some: Float64Array) => Promise<CheckAnswer["results"]>,
): Promise<number> {
  const next = random(5);
  const rows = new Map<number, string | undefined>();
  while (rows.size < Math.min(SAMPLE, numbers.length))
    rows.set(Math.floor(next() * numbers.length), undefined);
  let row = -1;
  for await (const text of createInterface({ input: createReadStream(output) })) {
    if (rows.has(row)) rows.set(row, text);
    row++;
  }
  let wrong = 0;
  const chosen = [...rows];
  for (let i = 0; i < chosen.length; i += MAX_CHECK) {
    const some = chosen.slice(i, i + MAX_CHECK);
    const results = await ask(Float64Array.from(some, ([n]) => numbers[n]!));
    for (const [k, { verdict }] of results.entries()) {
      const [n, text = ""] = some[k]!;
      if (!text.startsWith(`${n},"Contact, ${n}",0${numbers[n]},${n}@example.com,${verdict},`)) wrong++;
    }
  }
  return wrong;
}
