// `node scripts/run.mjs NAME …args`: runs scripts/NAME.ts (or a .ts file named from the root) under the project's own
// Node 24, which strips types. Only this file must run on the machine's own Node, 20 or newer, with nothing installed: so
// it is plain JavaScript and imports only Node's modules.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");

const [name, ...args] = process.argv.slice(2);
if (!name) fail("Usage: node scripts/run.mjs NAME …args");

// The fixture pages' interface kits, and the vendors' softphones, are many files that only tests need, so they have packages
// of their own; and so have the kits that a bench and a soak alone open.
const tests = ["test/pages", "test/softphones"];
const asksForKits =
  name === "test/soak/pages.ts" || (name === "test/bench/main.ts" && [undefined, "kits"].includes(args[0]));
const nested = ["test", "pairs"].includes(name) ? tests : asksForKits ? ["test/kits"] : [];
const folders = [root, ...nested.map((folder) => join(root, folder))];
for (const folder of folders) if (!installed(folder)) install(folder);
run(ownNode(), join(root, name.endsWith(".ts") ? name : join("scripts", `${name}.ts`)), args);

/**
 * True if node_modules matches the lockfile, by our own record or by npm's.
 *
 * @param {string} folder
 */
function installed(folder) {
  const hash = lockfileHash(folder);
  const record = recordIn(folder);
  if (existsSync(record) && readFileSync(record, "utf8") === hash) return true;
  const left = join(folder, "node_modules", ".package-lock.json");
  if (!existsSync(left)) return false;
  /** @type {{packages: Record<string, {version?: string, optional?: boolean, devOptional?: boolean}>}} */
  const wanted = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
  /** @type {typeof wanted} */
  const present = JSON.parse(readFileSync(left, "utf8"));
  for (const [path, { version, optional, devOptional }] of Object.entries(wanted.packages)) {
    if (path === "") continue;
    const there = present.packages[path];
    // Packages for other platforms are optional, and absent here.
    if (there ? there.version !== version : !(optional || devOptional)) return false;
  }
  writeRecord(folder);
  return true;
}

/** @param {string} folder */
function install(folder) {
  const what = folder === root ? "packages" : `the packages of ${relative(root, folder)}`;
  console.error(`Installing ${what} (npm ci)…`);
  // Inside `npm start`, npm's variables describe that run, not this one.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([k]) =>
        !/^npm_(?!config_)/i.test(k) &&
        !/^npm_config_(global|local_prefix|omit|production|dry_run)$/i.test(k),
    ),
  );
  // The npm that runs us exists, but may not be on the PATH.
  const cli = process.env.npm_execpath;
  const ours = cli !== undefined && /npm-cli\.[cm]?js$/.test(cli);
  const [command, first] = ours ? [process.execPath, [cli]] : ["npm", []];
  const { status, error } = spawnSync(
    command,
    [...first, "ci", "--include=dev", "--no-audit", "--no-fund"],
    // stdout belongs to the script that runs afterwards: `--json` output must stay clean.
    { cwd: folder, env, stdio: ["ignore", 2, 2], shell: !ours && process.platform === "win32" },
  );
  if (error) fail(`npm could not be started: ${error.message}`);
  if (status !== 0) fail("npm ci failed: see its messages above.");
  writeRecord(folder);
}

/** @param {string} folder */
function lockfileHash(folder) {
  return createHash("sha256")
    .update(readFileSync(join(folder, "package-lock.json")))
    .digest("hex");
}

/** @param {string} folder */
function recordIn(folder) {
  return join(folder, "node_modules", ".cache", "cleardial", "lockfile.sha256");
}

/** @param {string} folder */
function writeRecord(folder) {
  const record = recordIn(folder);
  mkdirSync(dirname(record), { recursive: true });
  writeFileSync(record, lockfileHash(folder));
}

/** The running Node if it is new enough to strip types, else the binary of the package `node`. */
function ownNode() {
  const bin = join(modules, "node", "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(bin) && spawnSync(bin, ["--version"]).status === 0) return bin;
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  return fail(
    [
      `Node 24 is missing: the package "node" did not unpack its binary (this is Node ${process.versions.node}).`,
      "Install scripts are probably switched off (ignore-scripts). Either run",
      "  npm rebuild node --ignore-scripts=false",
      "or run this with Node 24 or newer.",
    ].join("\n"),
  );
}

/**
 * @param {string} node
 * @param {string} file
 * @param {string[]} args
 */
function run(node, file, args) {
  if (!existsSync(file)) fail(`There is no ${file}`);
  // The command line resolves paths from the person's directory, not from npm's.
  const cwd = (process.env.npm_lifecycle_event === "cleardial" && process.env.INIT_CWD) || process.cwd();
  // The unused IPC channel lets the script notice if this process is killed.
  const child = spawn(node, [file, ...args], { cwd, stdio: ["inherit", "inherit", "inherit", "ipc"] });
  /** @type {NodeJS.Signals[]} */
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  // A terminal sends Ctrl-C to the whole group, so the script gets it twice and reacts to the first.
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  // We get no signal if only npm or its shell is ended.
  const above = ancestors();
  if (process.env.npm_lifecycle_event)
    setInterval(() => ancestors() === above || child.kill("SIGTERM"), 500).unref();
  child.on("error", (error) => fail(error.message));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));
}

/** The ids of our parent and, if it can be read, its parent: npm's shell and npm. */
function ancestors() {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, "utf8");
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(")")).split(" ")[2]}`;
  } catch {
    return String(process.ppid);
  }
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(message);
  process.exit(1);
}
