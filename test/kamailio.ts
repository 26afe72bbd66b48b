/**
 * A real Kamailio for tests: Debian's packages, downloaded and unpacked into build/kamailio, so nothing is installed. Where they
 * cannot be had, `fetchKamailio` says why, which is what a test is skipped with.
 */
import { spawn } from "node:child_process";
import { existsSync, globSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { lock } from "../scripts/lib/lock.ts";
import { at } from "../scripts/lib/paths.ts";
import { answers } from "../scripts/lib/ports.ts";
import { capture, endGroup, leash, pause } from "../scripts/lib/processes.ts";
import { isRoot } from "../scripts/lib/chromium.ts";

/** The server, with modules for WebSockets, for HTTP (http_client), for JSON (jansson, of the extra ones) and TLS. */
const packages = [
  ...["kamailio", "kamailio-websocket-modules", "kamailio-utils-modules", "kamailio-extra-modules"],
  ...["kamailio-tls-modules", "libjansson4"],
];

export interface Kamailio {
  version: string;
  /** The folder with `usr` and `etc`. */
  folder: string;
  modules: string;
  env: NodeJS.ProcessEnv;
}

/** Downloads it once for each checkout. A text: why it cannot be had. */
export async function fetchKamailio(): Promise<Kamailio | string> {
  if (process.platform !== "linux" || !existsSync("/usr/bin/apt-get"))
    return "Kamailio is unpacked from Debian's packages, and there is no apt-get here";
  const folder = at("build/kamailio");
  mkdirSync(dirname(folder), { recursive: true });
  const unlock = await lock(`${folder}.lock`);
  try {
    if (!existsSync(folder)) await unpack(folder);
    return await found(folder);
  } catch (error) {
    return `Kamailio cannot be had: ${String(error)}`.replace(/\s+/g, " ").slice(0, 300);
  } finally {
    unlock();
  }
}

async function unpack(folder: string): Promise<void> {
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part);
  const once = ["-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=20"];
  const get = () => capture("apt-get", [...once, "-q", "download", ...packages], { cwd: part });
  // A new machine has no lists of packages.
  await get().catch(async (error: unknown) => {
    if (!isRoot()) throw error;
    await capture("apt-get", [...once, "-qq", "update"]);
    await get();
  });
  for (const file of globSync("*.deb", { cwd: part })) {
    await capture("dpkg-deb", ["-x", join(part, file), part]);
    rmSync(join(part, file));
  }
  renameSync(part, folder);
}

async function found(folder: string): Promise<Kamailio> {
  const [modules] = globSync(join(folder, "usr/lib/*/kamailio/modules"));
  if (!modules) throw new Error("the packages have no modules");
  const own = dirname(modules);
  const env = { ...process.env, LD_LIBRARY_PATH: [own, dirname(own)].join(":") };
  const version = await capture(join(folder, "usr/sbin/kamailio"), ["-v"], { env });
  return { version: /kamailio ([\d.]+)/.exec(version)?.[1] ?? version, folder, modules, env };
}

export interface RunningKamailio {
  /** What it has logged so far. */
  log: () => string;
  stop: () => Promise<void>;
}

/**
 * Runs it with this configuration, which listens on this TCP port of 127.0.0.1, until `stop`. `folder`, of its own: where its
 * files are. Throws with its log where it does not start.
 */
export async function runKamailio(
  { folder: root, modules, env }: Kamailio,
  { config, port, folder }: { config: string; port: number; folder: string },
): Promise<RunningKamailio> {
  const file = join(folder, "kamailio.cfg");
  writeFileSync(file, config);
  const args = [
    ...["-DD", "-E", "-f", file, "-L", modules, "-Y", folder, "-P", join(folder, "pid")],
    // Memory in MB: shared, and of each process.
    ...["-m", "32", "-M", "8"],
  ];
  const child = spawn(join(root, "usr/sbin/kamailio"), args, {
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  leash(child);
  let logged = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data: Buffer) => (logged += data.toString()));
  const stop = () => endGroup(child);
  while (!(await answers(port))) {
    if (child.exitCode !== null || child.signalCode !== null) {
      await stop();
      throw new Error(`Kamailio did not start:\n${logged}`);
    }
    await pause(50);
  }
  return { log: () => logged, stop };
}
