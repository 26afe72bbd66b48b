/**
 * Kills pushes at random moments: the command line, or the Worker. After each kill, all answers come from the old version
 * or all from the new one, and the next push resumes and completes.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { VerifyAnswer } from "../../shared/trail/api.ts";
import type { CheckAnswer } from "../../shared/check/api.ts";
import type { Register } from "../../shared/registers/api.ts";
import type { UploadAnswer } from "../../shared/registers/api-upload.ts";
import { at } from "../../scripts/lib/paths.ts";
import { freePort } from "../../scripts/lib/ports.ts";
import { setUp } from "../../scripts/lib/seed.ts";
import { type RunningWorker, startWorker } from "../../scripts/lib/worker.ts";
import { client } from "../../worker/cli/client.ts";
import { random } from "../bench/lists-files.ts";

const SAMPLE = 200;
const today = new Date().toISOString().slice(0, 10);

export interface Killed {
  who: "command line" | "Worker";
  rounds: number;
  /** Rounds after which the old version, or the new one, was in force. */
  old: number;
  new: number;
  /** Parts of all pushes, and the parts that the push after a kill did not send again. */
  parts: number;
  saved: number;
}

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export class Killing {
  readonly #dir = mkdtempSync(join(tmpdir(), "cleardial-kill-"));
  readonly #next: () => number;
  readonly #count: number;
  readonly #files: { path: string; sha256: string; numbers: string[] }[];
  #worker!: RunningWorker;
  #port = 0;
  #token = "";
  /** Which of the two files is in force. */
  #now = 0;
  /** How long a whole push takes, in milliseconds: kills happen within that time. */
  #took = 0;

  /** `count` numbers, each in a block of its own: a part holds 20,000 of them. */
  constructor(seed: number, count = 90_000) {
    this.#next = random(seed);
    this.#count = count;
    this.#files = [0, 1].map((which) => {
      const numbers = Array.from(
        { length: count },
        (_, i) => `+44${1_130_000_000 + i * 10_000 + which * 5 + (i % 5)}`,
      );
      const path = join(this.#dir, `list-${which}.txt`);
      writeFileSync(path, `${numbers.join("\n")}\n`);
      return { path, sha256: createHash("sha256").update(readFileSync(path)).digest("hex"), numbers };
    });
  }

  async begin(): Promise<void> {
    this.#port = await freePort();
    await this.#start();
    this.#token = await setUp(this.#worker.url, "kill", { name: "Kill", email: "kill@example.com" });
    assert.equal((await this.#push(0).done).code, 0);
    const began = performance.now();
    assert.equal((await this.#push(1).done).code, 0);
    this.#took = performance.now() - began;
    this.#now = 1;
  }

  async end(): Promise<void> {
    await this.#worker.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  async commandLine(rounds: number): Promise<Killed> {
    const killed: Killed = { who: "command line", rounds, old: 0, new: 0, parts: 0, saved: 0 };
    for (let round = 0; round < rounds; round++) {
      const before = this.#now;
      const { child, done } = this.#push(1 - before);
      await this.#while();
      child.kill("SIGKILL");
      await done;
      killed[(await this.#inForce()) === before ? "old" : "new"]++;
      const arrived = this.#now === before ? await this.#arrived(1 - before) : 0;

      const { code, stdout, stderr } = await this.#push(1 - before).done;
      assert.equal(code, 0, stderr);
      const report = JSON.parse(stdout) as { parts: number; sent: number; unchanged: boolean };
      // A part that was on its way at the kill may have arrived after the count.
      assert.ok(
        report.sent <= report.parts - arrived,
        `${report.sent} sent, ${arrived} of ${report.parts} there`,
      );
      assert.equal(await this.#inForce(), 1 - before);
      killed.parts += report.parts;
      killed.saved += report.parts - report.sent;
    }
    return killed;
  }

  async worker(rounds: number): Promise<Killed> {
    const killed: Killed = { who: "Worker", rounds, old: 0, new: 0, parts: 0, saved: 0 };
    for (let round = 0; round < rounds; round++) {
      const before = this.#now;
      const { done } = this.#push(1 - before);
      await this.#while();
      await this.#worker.kill();
      await this.#start();
      killed[(await this.#inForce()) === before ? "old" : "new"]++;
      // The command line waits, and resumes by itself.
      const { code, stdout, stderr } = await done;
      assert.equal(code, 0, stderr);
      killed.parts += (JSON.parse(stdout) as { parts: number }).parts;
      assert.equal(await this.#inForce(), 1 - before);
    }
    const trail = await this.#ask<VerifyAnswer>("GET", "/v1/audit/verify");
    assert.ok(trail.ok);
    return killed;
  }

  async #start(): Promise<void> {
    this.#worker = await startWorker({
      port: this.#port,
      stateDir: join(this.#dir, "state"),
      setupCode: "kill",
    });
  }

  #push(which: number): { child: ChildProcess; done: Promise<Ran> } {
    const child = spawn(
      process.execPath,
      [
        ...[at("worker/cli/main.ts"), "--json", "push", "tps", this.#files[which]!.path, "--as-of", today],
        "--allow-shrink",
      ],
      { env: { ...process.env, CLEARDIAL_URL: this.#worker.url, CLEARDIAL_TOKEN: this.#token } },
    );
    const out: Ran = { code: null, stdout: "", stderr: "" };
    child.stdout.on("data", (d: Buffer) => (out.stdout += d.toString()));
    child.stderr.on("data", (d: Buffer) => (out.stderr += d.toString()));
    const done = new Promise<Ran>((resolve) => child.on("close", (code) => resolve({ ...out, code })));
    return { child, done };
  }

  /** Waits until a random moment of a push. */
  #while(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, (0.2 + this.#next()) * this.#took));
  }

  /** Which file is in force. Throws unless it is exactly one of the two. */
  async #inForce(): Promise<number> {
    const asked = this.#files.map(({ numbers }) =>
      Array.from({ length: SAMPLE }, () => numbers[Math.floor(this.#next() * this.#count)]!),
    );
    const { results } = await this.#ask<CheckAnswer>("POST", "/v1/check", {
      numbers: asked.flat(),
    });
    const listed = results.map((r) => r.facts?.lists.some((l) => l.id === "tps") === true);
    this.#now = listed[0] ? 0 : 1;
    assert.deepEqual(
      listed,
      asked.flatMap((numbers, which) => numbers.map(() => which === this.#now)),
      "numbers of both lists are in force",
    );
    const { numbers } = await this.#head();
    assert.equal(numbers, this.#count);
    return this.#now;
  }

  /** Waits for a Worker that restarts, which it also does when its sources change. */
  #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    return client(this.#worker.url, this.#token, 60_000)<T>(method, path, body, randomUUID());
  }

  #head(): Promise<Register> {
    return this.#ask<Register>("GET", "/v1/lists/tps");
  }

  /** How many parts of a file's upload have arrived, according to opening it again. */
  async #arrived(which: number): Promise<number> {
    const { version } = await this.#head();
    const source = { name: `list-${which}.txt`, sha256: this.#files[which]!.sha256 };
    const body = { asOf: today, parent: version, source };
    const upload = await this.#ask<UploadAnswer>("POST", "/v1/lists/tps/uploads", body);
    return upload.parts.length;
  }
}
