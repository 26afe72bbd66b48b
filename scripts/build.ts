/**
 * Builds the extension for production: extension/ and shared/ to build/extension, ready to load unpacked. Also builds the
 * files that the Worker serves, in build/assets.
 *
 *   node scripts/build.ts [--force] [--no-types]
 *
 * Skips the build if no source has changed. Plasmo runs in a directory of its own (build/.stage), because it rewrites the
 * tsconfig.json beside it, reads any .env there into the manifest, and emits scripts that cannot run if the package.json
 * there has `"type": "module"`.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { minifySync } from "@swc/core";
import { lock } from "./lib/lock.ts";
import { at, root } from "./lib/paths.ts";
import { main, Plain, runNode } from "./lib/processes.ts";
import { isTable, lent, withoutOwn, withoutSources } from "./lib/shipped.ts";
import { buildAssets } from "./lib/worker.ts";

const stage = at("build/.stage");
const target = at("build/extension");
const stampFile = at("build/extension.sha256");

/** Scripts that run inside other people's pages. */
const PAGE_SCRIPTS = /^(overlay|main-world|guard|card)\.[0-9a-f]+\.js$/;

export interface Build {
  /** The folder to load. */
  directory: string;
  /** False if the sources have not changed since the last build. */
  built: boolean;
}

/** Builds the extension unless the last build has the same sources. Throws with Plasmo's own output. */
export async function buildExtension({ force = false } = {}): Promise<Build> {
  mkdirSync(at("build"), { recursive: true });
  // Two builds at once would overwrite each other's stage.
  const unlock = await lock(at("build/.lock"));
  try {
    const digest = sourcesDigest();
    const fresh = existsSync(join(target, "manifest.json")) && stampIs(digest);
    if (fresh && !force) return { directory: target, built: false };

    layStage();
    await plasmo();
    const out = join(stage, "out", "chrome-mv3-prod");
    finish(out);

    rmSync(stampFile, { force: true });
    rmSync(target, { recursive: true, force: true });
    renameSync(out, target);
    writeFileSync(stampFile, digest);
    rmSync(stage, { recursive: true, force: true });
    return { directory: target, built: true };
  } finally {
    unlock();
  }
}

const stampIs = (digest: string) => existsSync(stampFile) && readFileSync(stampFile, "utf8") === digest;

/** A hash of everything that can change the build. */
function sourcesDigest(): string {
  const hash = createHash("sha256");
  const add = (path: string) =>
    hash
      .update(`${path}\0`)
      .update(readFileSync(at(path)))
      .update("\0");
  for (const folder of ["extension", "shared", "assets"]) {
    const files = readdirSync(at(folder), { recursive: true, withFileTypes: true })
      .filter((f) => f.isFile())
      .map((f) => relative(root, join(f.parentPath, f.name)))
      .sort();
    files.forEach(add);
  }
  ["package-lock.json", "scripts/build.ts", "scripts/lib/shipped.ts"].forEach(add);
  return hash.update(JSON.stringify(stagePackage())).digest("hex");
}

/** The part of package.json that makes the manifest. Plasmo mounts React only if it is a dependency. */
function stagePackage() {
  const { name, version, displayName, description, dependencies, manifest } = JSON.parse(
    readFileSync(at("package.json"), "utf8"),
  ) as Record<string, unknown>;
  return { name, version, displayName, description, dependencies, manifest };
}

function layStage() {
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  for (const folder of ["extension", "shared", "assets"])
    cpSync(at(folder), join(stage, folder), { recursive: true });
  for (const file of readdirSync(stage, { recursive: true, encoding: "utf8" }).filter(isTable))
    writeFileSync(join(stage, file), withoutSources(file, readFileSync(join(stage, file), "utf8")));
  for (const [file, text] of lent((path) => readFileSync(join(stage, path), "utf8"))) {
    mkdirSync(dirname(join(stage, file)), { recursive: true });
    writeFileSync(join(stage, file), text);
  }
  writeFileSync(join(stage, "package.json"), JSON.stringify(stagePackage()));
  writeFileSync(
    join(stage, "tsconfig.json"),
    JSON.stringify({ extends: "../../tsconfig.json", compilerOptions: { jsx: "react-jsx" }, include: [] }),
  );
}

function plasmo(): Promise<void> {
  const cli = at("node_modules/plasmo/bin/index.mjs");
  // Without --hoist the bundler does not remove unused code.
  const args = [cli, "build", "--src-path=extension", "--build-path=out", "--hoist"];
  const child = spawn(process.execPath, args, { cwd: stage, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stdout.on("data", (data: Buffer) => (said += data.toString()));
  child.stderr.on("data", (data: Buffer) => (said += data.toString()));
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (code) => {
      // Plasmo reports some errors and exits with 0. A failed check for its own updates does not count.
      const errors = said.replaceAll(/ERROR\s*\| Error fetching package information/g, "");
      if (code === 0 && !errors.includes("ERROR") && said.includes("DONE")) done();
      else fail(new Plain(`Plasmo failed (exit ${code}):\n${said.replaceAll(stage, root)}`));
    });
  });
}

function finish(out: string) {
  localise(out);
  for (const file of readdirSync(out).filter((f) => PAGE_SCRIPTS.test(f)))
    writeFileSync(
      join(out, file),
      anonymous(file, shorter(file, enclose(readFileSync(join(out, file), "utf8")))),
    );

  const manifest = readFileSync(join(out, "manifest.json"), "utf8");
  for (const [, file] of manifest.matchAll(/"([^"]+\.(?:js|html|png))"/g))
    if (file && !existsSync(join(out, file)))
      throw new Plain(`The manifest names ${file}, which was not built`);
}

/** Lets Chrome describe the extension in each language of assets/_locales. */
function localise(out: string) {
  cpSync(at("assets/_locales"), join(out, "_locales"), { recursive: true });
  const file = join(out, "manifest.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  writeFileSync(
    file,
    JSON.stringify({ ...manifest, default_locale: "en", description: "__MSG_description__" }),
  );
}

/**
 * Encloses a script in a function. The bundler puts names on the global object: in the page's own world they would
 * overwrite the page's, and in the isolated world the card's would overwrite the overlay's. It also hides the page's
 * `define` from modules that would use it, and puts it back: none of ours would.
 */
function enclose(script: string): string {
  const own = script
    .replace(/[,;]\s*globalThis\.define\s*=\s*\w+;?\s*$/, ";")
    .replace(/^var (\w+),(\w+);"function"==typeof\(\1=globalThis\.define\)&&\(\2=\1,\1=null\),/, "");
  if (own.includes("globalThis.define") || /\.amd\b/.test(own))
    throw new Plain("A script of a page uses define");
  return `(()=>{${own}})();\n`;
}

/**
 * The bundler's own minifier, once more: what it does in one pass leaves more to do. Of what it keeps, styles alone have lines
 * that begin with spaces; they need none beside their signs either. In these two of our own world patterns stand where they
 * are used, and arrows do for functions: the minifier leaves those with `this` alone, we refuse what else either has not
 * (withoutOwn), and that nothing makes an object by an arrow is seen where test/e2e/page starts the scripts.
 */
function shorter(file: string, script: string): string {
  const arrows = /^(guard|overlay)\./.test(file);
  const { code } = minifySync(script, {
    compress: { passes: 3, toplevel: true, unsafe_arrows: arrows, unsafe_regexp: arrows, ecma: 2022 },
    mangle: { toplevel: true },
    ecma: 2022,
  });
  const tight = (style: string) => style.replace(/ ?([{};:,]) /g, "$1");
  return (arrows ? withoutOwn(code) : code).replace(
    /\n +([^\n`]*)/g,
    (_, style: string) => `\n${tight(style)}`,
  );
}

/**
 * Our script in the page's own world: strict, as a page could take other functions of ours from a stack, with what they were
 * given; with a name, without which an error's stack there would tell the extension's id; and with a value, which Chrome
 * gives to the background alone.
 */
const anonymous = (file: string, script: string): string =>
  file.startsWith("main-world.")
    ? `"use strict";{let cleardialName;${script}cleardialName}//# sourceURL=<anonymous>\n`
    : script;

/** Checks types, because Plasmo removes them unchecked. */
async function types(): Promise<void> {
  if ((await runNode(at("node_modules/typescript/bin/tsc"), ["-b", "extension"])) !== 0)
    throw new Plain("The extension has type errors.");
}

if (import.meta.main)
  await main(async () => {
    if (!process.argv.includes("--no-types")) await types();
    buildAssets();
    const { built } = await buildExtension({ force: process.argv.includes("--force") });
    console.log(built ? "Built build/extension" : "build/extension is up to date");
  });
