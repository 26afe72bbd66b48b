/** Starts the real Worker (workerd with a local D1) as a process group of its own, and ends the whole group. */
import { spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HealthAnswer } from "../../shared/api.ts";
import { migrate, newState } from "./migrated.ts";
import { at, root } from "./paths.ts";
import { answers } from "./ports.ts";
import { capture, endGroup, leash, pause, Plain, signalGroup } from "./processes.ts";
import type { BundledWorker } from "../bundled-worker.ts";
import { quietly, wranglerCli } from "./wrangler-cli.ts";

export interface WorkerOptions {
  port: number;
  stateDir: string;
  /** Opens POST /v1/setup while there are no people. */
  setupCode: string;
  /** Variables for the Worker, in addition to wrangler.toml and .dev.vars. */
  vars?: Record<string, string>;
  /** A wrangler configuration other than the root's: the benches wrap the Worker. */
  config?: string;
  /** Show what the Worker prints once it runs: its requests and errors. */
  verbose?: boolean;
}

export interface RunningWorker {
  url: string;
  /** Its output so far. */
  log: () => string;
  /** Ends it properly. */
  stop: () => Promise<void>;
  /** Ends it like a power cut: SIGKILL to all its processes. */
  kill: () => Promise<void>;
  /** Stops all its processes where they are, until it goes on or is killed. */
  halt: () => void;
  goOn: () => void;
  /** Resolves when it has ended. */
  ended: Promise<void>;
}

export const makeSetupCode = (): string => randomBytes(9).toString("base64url");

/** Applies the migrations, starts the Worker and waits until it answers. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { port, stateDir } = options;
  const config = options.config === undefined ? [] : ["--config", options.config];
  const bundled = bundledFrom(options.config);
  mkdirSync(stateDir, { recursive: true });
  buildAssets();
  // Another configuration may name another database.
  await (config.length > 0 ? applyMigrations(stateDir, config) : migrate(stateDir, applyMigrations));

  const files = envFiles(options);
  const fromBundle = (script: string) => [
    at("scripts/bundled-worker.ts"),
    JSON.stringify({ port, stateDir, script, envFiles: files } satisfies BundledWorker),
  ];
  const fromSources = () => [
    ...[wranglerCli, "dev", "--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"],
    ...["--persist-to", stateDir, "--show-interactive-dev-session=false", ...config],
    ...files.flatMap((file) => ["--env-file", file]),
  ];
  const child = spawn(process.execPath, bundled === undefined ? fromSources() : fromBundle(bundled), {
    ...{ cwd: root, env: wranglerEnv(stateDir), detached: true },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  let healthy = false;
  const keep = (data: Buffer) => {
    log = (log + data.toString()).slice(-200_000);
    if (options.verbose && healthy) process.stdout.write(data);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  leash(child);
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));

  const end = async (how: () => Promise<void>) => {
    await how();
    await ended;
    while (await answers(port)) await pause(20);
  };
  const worker: RunningWorker = {
    url: `http://localhost:${port}`,
    log: () => log,
    ended,
    stop: () => end(() => endGroup(child)),
    kill: () => end(() => Promise.resolve(signalGroup(child, "SIGKILL"))),
    halt: () => signalGroup(child, "SIGSTOP"),
    goOn: () => signalGroup(child, "SIGCONT"),
  };
  try {
    await untilHealthy(worker, () => child.exitCode !== null || child.signalCode !== null);
  } catch (error) {
    await worker.stop();
    throw error;
  }
  healthy = true;
  return worker;
}

/**
 * Names a bundle that Workers of a configuration start from (JSON: script, config). Without it, wrangler bundles the sources at
 * each start, and again when they change.
 */
const BUNDLED = "WORKER_BUNDLE";
export const isBundled = (): boolean => process.env[BUNDLED] !== undefined;
const ROOT_CONFIG = at("wrangler.toml");

function bundledFrom(config = ROOT_CONFIG): string | undefined {
  const bundle = process.env[BUNDLED];
  if (bundle === undefined) return undefined;
  const { script, config: its } = JSON.parse(bundle) as { script: string; config: string };
  return its === config ? script : undefined;
}

/** Bundles the Worker's sources into a folder, as a deployment does. Returns the script's path. */
export async function bundle(folder: string, config = ROOT_CONFIG): Promise<string> {
  const args = ["deploy", "--dry-run", "--outdir", folder, "--config", config];
  await capture(process.execPath, [wranglerCli, ...args], { env: wranglerEnv(folder) });
  return join(folder, "index.js");
}

/** Bundles once, for all Workers that this process and its children start (scripts/bundled-worker.ts). */
export async function bundleOnce(folder: string, config = ROOT_CONFIG): Promise<void> {
  const script = await bundle(folder, config);
  // Only here: reading wrangler takes a second.
  const { unstable_getMiniflareWorkerOptions } = await import("wrangler");
  const { workerOptions } = unstable_getMiniflareWorkerOptions(config);
  // These are for bundling, and would not survive JSON.
  const { modulesRules: _, ...options } = workerOptions;
  writeFileSync(join(folder, "options.json"), JSON.stringify({ ...options, name: "cleardial" }));
  process.env[BUNDLED] = JSON.stringify({ script, config });
}

/** Makes the migrated state that new states are copied from, unless it exists. */
export const migratedState = (): Promise<string> => newState(applyMigrations);

/** Throws with wrangler's own output if a migration fails. */
const applyMigrations = (stateDir: string, config: string[] = []): Promise<string> =>
  capture(
    process.execPath,
    [wranglerCli, "d1", "migrations", "apply", "DB", "--local", "--persist-to", stateDir, ...config],
    { env: wranglerEnv(stateDir) },
  );

async function untilHealthy(worker: RunningWorker, gone: () => boolean): Promise<HealthAnswer> {
  const until = Date.now() + 90_000;
  while (Date.now() < until) {
    // After a failed build, wrangler keeps running and waits for the sources to change.
    if (gone() || worker.log().includes("Build failed"))
      throw new Plain(`The Worker could not be started:\n${worker.log().trim()}`);
    try {
      const answer = await fetch(`${worker.url}/v1/health`, { signal: AbortSignal.timeout(5000) });
      if (answer.ok) return (await answer.json()) as HealthAnswer;
    } catch {
      // Not listening yet.
    }
    await pause(100);
  }
  throw new Plain(`The Worker does not answer at ${worker.url}/v1/health:\n${worker.log()}`);
}

/** Passes secrets in a file that only its owner can read: everyone on the machine can read a command line. */
function envFiles({ stateDir, setupCode, vars }: WorkerOptions): string[] {
  const file = join(stateDir, "worker.env");
  // In development, recordings are on this machine's disk, as if it were in the policy's region.
  const theirs = at(".dev.vars");
  const has = existsSync(theirs) && /^AUDIT_KEY=/m.test(readFileSync(theirs, "utf8"));
  const own = {
    LOCAL_REGION: "GB",
    CONNECTOR_KEY: madeOnce(stateDir, "connector.key", () => randomBytes(32).toString("base64")),
    ...(!has && { AUDIT_KEY: madeOnce(stateDir, "audit.key", newAuditSecret) }),
    ...vars,
    SETUP_CODE: setupCode,
  };
  const lines = Object.entries(own).map(([k, v]) => `${k}=${JSON.stringify(v)}\n`);
  writeFileSync(file, lines.join(""), { mode: 0o600 });
  chmodSync(file, 0o600);
  return existsSync(theirs) ? [theirs, file] : [file];
}

/** Made once for each state, so that the next start can read what this one sealed, and knows the rows that it wrote. */
function madeOnce(stateDir: string, name: string, make: () => string): string {
  const file = join(stateDir, name);
  if (!existsSync(file)) writeFileSync(file, make(), { mode: 0o600 });
  return readFileSync(file, "utf8");
}
const newAuditSecret = (): string =>
  generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "der" }).toString("base64");

function wranglerEnv(stateDir: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...quietly,
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    // Two Workers with one name must not find each other. Logs belong to the state.
    WRANGLER_REGISTRY_PATH: join(stateDir, "registry"),
    WRANGLER_LOG_PATH: join(stateDir, "logs"),
  };
}

/** Builds the files that the Worker serves: the reader of its API document, from our own origin. */
export function buildAssets(): void {
  const docs = at("build/assets/docs");
  mkdirSync(docs, { recursive: true });
  for (const file of ["swagger-ui.css", "swagger-ui-bundle.js"]) {
    if (!existsSync(join(docs, file))) cpSync(at("node_modules/swagger-ui-dist", file), join(docs, file));
  }
  const start = 'SwaggerUIBundle({ url: "/openapi.json", dom_id: "#api", validatorUrl: null });\n';
  const file = join(docs, "start.js");
  // A running Worker restarts whenever these files are written, even with the same content.
  if (!existsSync(file) || readFileSync(file, "utf8") !== start) writeFileSync(file, start);
}
