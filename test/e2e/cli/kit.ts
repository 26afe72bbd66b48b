/** For the command line's tests: a Worker of the file's own, and the command line as a process against it. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { at } from "../../../scripts/lib/paths.ts";
import { freePort } from "../../../scripts/lib/ports.ts";
import { type RunningWorker, startWorker } from "../../../scripts/lib/worker.ts";

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Own {
  /** Erased when the file ends. */
  dir: string;
  worker: RunningWorker;
  /** The administrator's, Ada. */
  token: string;
  /** Starts the Worker on its state again, after it was stopped or killed. */
  start: () => Promise<void>;
  /** Runs until it ends, or until `kill` finds what it waits for on stderr: there it is killed. */
  cli: (args: readonly string[], env?: Record<string, string>, kill?: RegExp) => Promise<Ran>;
  /** Writes a file, and gives its path. */
  file: (name: string, content: string | Uint8Array) => string;
}

/** Called once in a file. `vars` makes the Worker's variables, before it starts. */
export function withWorker(
  name: string,
  vars: () => Promise<Record<string, string>> = () => Promise.resolve({}),
): Own {
  const dir = mkdtempSync(join(tmpdir(), `cleardial-${name}-`));
  let [port, made] = [0, {}];
  const own: Own = {
    dir,
    worker: null as never,
    token: "",
    async start() {
      own.worker = await startWorker({
        port,
        stateDir: join(dir, "state"),
        setupCode: "the-code",
        vars: made,
      });
    },
    cli(args, env = {}, kill) {
      const child = spawn(process.execPath, [at("worker/cli/main.ts"), ...args], {
        env: { ...process.env, CLEARDIAL_URL: own.worker?.url, CLEARDIAL_TOKEN: own.token, ...env },
      });
      const out: Ran = { code: null, stdout: "", stderr: "" };
      child.stdout.on("data", (data: Buffer) => (out.stdout += data.toString()));
      child.stderr.on("data", (data: Buffer) => {
        out.stderr += data.toString();
        if (kill?.test(out.stderr)) child.kill("SIGKILL");
      });
      return new Promise((done) => child.on("close", (code) => done({ ...out, code })));
    },
    file(name, content) {
      const path = join(dir, name);
      writeFileSync(path, content);
      return path;
    },
  };
  beforeAll(async () => {
    [port, made] = [await freePort(), await vars()];
    await own.start();
    const setup = ["setup", "--code", "the-code", "--name", "Ada", "--email", "ada@example.com"];
    const { code, stdout, stderr } = await own.cli(setup);
    expect([code, stderr]).toEqual([0, ""]);
    own.token = stdout.trim();
  });
  afterAll(async () => {
    await own.worker.stop();
    rmSync(dir, { recursive: true, force: true });
  });
  return own;
}
