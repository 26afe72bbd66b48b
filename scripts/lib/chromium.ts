/** Finds a browser that loads an extension from the command line: Chromium or Chrome for Testing, never branded Chrome. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import { at } from "./paths.ts";
import { Plain, run, runNode } from "./processes.ts";

export const isRoot = (): boolean => process.getuid?.() === 0;

/** The browser's path, or null. Throws if CHROME_PATH names a browser that cannot do it. */
export function findChromium(): string | null {
  const named = process.env["CHROME_PATH"];
  if (named) {
    if (loadsExtensions(named)) return named;
    throw new Plain(
      `CHROME_PATH is ${named}, which is not Chromium or Chrome for Testing: other Chromes no longer load an extension from the command line.`,
    );
  }
  return [...candidates()].find(loadsExtensions) ?? null;
}

function* candidates(): Generator<string> {
  for (const name of ["chromium", "chromium-browser"]) {
    for (const folder of (process.env["PATH"] ?? "").split(delimiter)) yield join(folder, name);
    yield join("/usr/bin", name);
  }
  yield "/Applications/Chromium.app/Contents/MacOS/Chromium";
  yield "/Applications/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing";
  yield chromium.executablePath();
  // The caches of other Playwright versions and of Puppeteer.
  const caches = [
    process.env["XDG_CACHE_HOME"],
    join(homedir(), ".cache"),
    join(homedir(), "Library/Caches"),
  ];
  for (const cache of caches) {
    if (!cache) continue;
    for (const folder of [join(cache, "ms-playwright"), join(cache, "puppeteer", "chrome")]) {
      if (!existsSync(folder)) continue;
      for (const version of readdirSync(folder).sort().reverse()) {
        if (version.includes("headless")) continue;
        yield join(folder, version, "chrome-linux", "chrome");
        yield join(folder, version, "chrome-linux64", "chrome");
        yield join(folder, version, "chrome-mac/Chromium.app/Contents/MacOS/Chromium");
        yield join(folder, version, "chrome-win", "chrome.exe");
      }
    }
  }
}

function loadsExtensions(path: string): boolean {
  if (!existsSync(path)) return false;
  // On Windows chrome.exe does not answer --version; browsers in these caches are of the right kind.
  if (process.platform === "win32") return true;
  // Ubuntu's `chromium` may be a stub that only says how to install one.
  const { status, stdout } = spawnSync(path, ["--version"], { encoding: "utf8", timeout: 20_000 });
  return status === 0 && /Chromium|Chrome for Testing/.test(stdout);
}

/** Installs one if none is found: Debian's package for root, else Playwright's. */
export async function installChromium(): Promise<string> {
  const found = findChromium();
  if (found) return found;
  if (isRoot() && existsSync("/usr/bin/apt-get")) {
    console.log("Installing Debian's chromium…");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update", "-qq"], { env });
    await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], { env });
    const installed = findChromium();
    if (installed) return installed;
  }
  console.log("Installing Playwright's chromium…");
  const deps = isRoot() && process.platform === "linux" ? ["--with-deps"] : [];
  await runNode(at("node_modules/playwright-core/cli.js"), ["install", ...deps, "--no-shell", "chromium"]);
  const installed = findChromium();
  if (!installed)
    throw new Plain(
      "No Chromium could be installed. Install one, or name it with CHROME_PATH=/path/to/chromium.",
    );
  return installed;
}

/** True if a window can be shown. */
export const hasDisplay = (): boolean =>
  process.platform !== "linux" || Boolean(process.env["DISPLAY"] ?? process.env["WAYLAND_DISPLAY"]);
