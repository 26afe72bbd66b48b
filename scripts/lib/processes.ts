import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { root } from "./paths.ts";

/** An error for the person at the terminal, printed without a stack. */
export class Plain extends Error {}

/** Runs a command to its end in the project's root, showing what it prints. Resolves with its exit code. */
export async function run(command: string, args: string[], options: SpawnOptions = {}): Promise<number> {
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], ...options });
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 1;
}

/** Runs one of the project's Node programs under this same Node. */
export const runNode = (file: string, args: string[] = [], options: SpawnOptions = {}): Promise<number> =>
  run(process.execPath, [file, ...args], options);

/** Runs a command quietly and resolves with its stdout. If it fails, the error has its output. */
export async function capture(command: string, args: string[], options: SpawnOptions = {}): Promise<string> {
  const child = spawn(command, args, { cwd: root, ...options, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let all = "";
  child.stdout?.on("data", (data: Buffer) => ((out += data.toString()), (all += data.toString())));
  child.stderr?.on("data", (data: Buffer) => (all += data.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Plain(`${[command, ...args].join(" ")} failed (${code}):\n${all.trim()}`);
  return out;
}

/** Signals a process and its descendants. The child must have been spawned `detached`, so that it leads its own group. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Ends a whole group: asks its leader, waits up to `grace` milliseconds, then kills the rest. */
export async function endGroup(child: ChildProcess, grace = 5000): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, "exit", { signal: AbortSignal.timeout(grace) });
    signalGroup(child, "SIGTERM");
    await gone.catch(() => undefined);
  }
  signalGroup(child, "SIGKILL");
}

/** Ends a detached child's whole group if this process dies without doing so, even by SIGKILL. */
export function leash(child: ChildProcess): void {
  // The guard's stdin closes when this process ends.
  const watch = `process.stdin.resume().on("end", () => process.kill(-${child.pid}, "SIGKILL"))`;
  const guard = spawn(process.execPath, ["-e", watch], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.unref();
  child.on("exit", () => guard.kill("SIGKILL"));
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Calls `stop` once when the process is told to end, or when its parent is gone, and then exits. Ctrl-C in a terminal
 * reaches every process of the group, some of them twice.
 */
export function onEnd(stop: () => Promise<void>): void {
  let ending = false;
  const end = (code: number) => {
    if (ending) return;
    ending = true;
    void stop().then(
      () => process.exit(code),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", () => end(130));
  process.on("SIGTERM", () => end(143));
  process.on("SIGHUP", () => end(129));
  if (process.channel) {
    process.on("disconnect", () => end(1));
    process.channel.unref();
  }
}

/** Runs a script's body. A `Plain` error prints its message only; other errors keep their stack. */
export async function main(body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    console.error(error instanceof Plain ? `\n${error.message}` : error);
    process.exit(1);
  }
}
