/**
 * OpenSSH's server for one test, without root and without installing it: an installed package would start listening to
 * the whole network. Where the machine has no sshd, apt fetches Debian's, and it is unpacked beside the test.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chown, mkdir, readdir, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { isRoot } from "../../../scripts/lib/chromium.ts";
import { at } from "../../../scripts/lib/paths.ts";
import { freePort } from "../../../scripts/lib/ports.ts";
import { capture } from "../../../scripts/lib/processes.ts";

interface Sshd {
  path: string;
  /** Where its own libraries are, unless it is installed. */
  libraries?: string;
}

/**
 * Exists on any Linux. As root, sshd needs a user and a folder that its package creates; as another user it needs
 * neither.
 */
const NOBODY = { uid: 65_534, gid: 65_534, name: "nobody" };

/**
 * Null where no sshd can be had, or none starts: then it says why. `keys`: the host's private key, and the public keys of the
 * user who may sign in.
 */
export async function startOpenSsh(dir: string, keys: { host: string; users: string[] }) {
  try {
    return await started(await findSshd(join(dir, "openssh")), dir, keys);
  } catch (error) {
    console.warn(`SFTP is tested without OpenSSH's server, which cannot be had here: ${String(error)}`);
    return null;
  }
}

async function started(sshd: Sshd, dir: string, keys: { host: string; users: string[] }) {
  // To fetch it can take a minute, in which somebody else could take the port.
  const port = await freePort();
  const hostKey = join(dir, "host_key");
  const allowed = join(dir, "authorized_keys");
  const config = join(dir, "sshd_config");
  const helpers = join(dirname(sshd.path), "../lib/openssh");
  // Since 9.8, sshd is several programs.
  const parts = ["Session", "Auth"].flatMap((part) => {
    const path = join(helpers, `sshd-${part.toLowerCase()}`);
    return existsSync(path) ? [`Sshd${part}Path ${path}`] : [];
  });
  await writeFile(hostKey, keys.host, { mode: 0o600 });
  await writeFile(allowed, `${keys.users.join("\n")}\n`);
  await writeFile(
    config,
    [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${hostKey}`,
      `AuthorizedKeysFile ${allowed}`,
      "PidFile none",
      "StrictModes no",
      "UsePAM no",
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "Subsystem sftp internal-sftp",
      "ForceCommand internal-sftp",
      ...parts,
      "",
    ].join("\n"),
  );
  const as = isRoot() ? NOBODY : null;
  if (as) await chown(hostKey, as.uid, as.gid);
  const child = spawn(sshd.path, ["-D", "-e", "-f", config], {
    stdio: ["ignore", "ignore", "pipe"],
    ...(as && { uid: as.uid, gid: as.gid }),
    ...(sshd.libraries !== undefined && { env: { ...process.env, LD_LIBRARY_PATH: sshd.libraries } }),
  });
  let log = "";
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (data: Buffer) => {
      log += data.toString();
      if (log.includes("Server listening")) resolve();
    });
    child.on("error", reject);
    child.on("exit", () => reject(new Error(`sshd ended: ${log}`)));
  });
  const close = () => {
    child.kill();
    return ended;
  };
  return { kind: "openssh" as const, port, user: as?.name ?? userInfo().username, close };
}

/** TEST_SSHD names one elsewhere than in /usr/sbin. Throws where there is no sshd and none can be fetched. */
async function findSshd(into: string): Promise<Sshd> {
  const named = process.env["TEST_SSHD"];
  const installed = named ?? "/usr/sbin/sshd";
  if (existsSync(installed)) return { path: installed };
  if (named !== undefined) throw new Error(`there is no ${named}`);
  if (!existsSync("/usr/bin/apt-get")) throw new Error("there is no sshd, and no apt to fetch it by");
  const packages = at("node_modules/.cache/openssh");
  const fetched = async () =>
    existsSync(packages) ? (await readdir(packages)).filter((f) => f.endsWith(".deb")) : [];
  if ((await fetched()).length === 0) await fetchPackages(packages);
  await mkdir(into);
  for (const file of await fetched()) await capture("dpkg-deb", ["-x", join(packages, file), into]);
  const folders = await readdir(join(into, "usr/lib"));
  const libraries = folders.find((folder) => folder.endsWith("-linux-gnu")) ?? "";
  return { path: join(into, "usr/sbin/sshd"), libraries: join(into, "usr/lib", libraries) };
}

/** The server's package and its dependencies, without those that are installed. */
async function fetchPackages(folder: string): Promise<void> {
  await mkdir(join(folder, "partial"), { recursive: true });
  const fetch = () =>
    capture("apt-get", [
      ...["install", "-y", "-qq", "--no-install-recommends", "--download-only", "openssh-server"],
      // Nothing is installed, so no lock is needed.
      ...["-o", `Dir::Cache::archives=${folder}/`, "-o", "Debug::NoLocking=1"],
    ]);
  await fetch().catch(async (error: unknown) => {
    // A fresh image has no package lists.
    if (!isRoot()) throw error;
    await capture("apt-get", ["update", "-qq"]);
    await fetch();
  });
}
