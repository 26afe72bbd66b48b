/** Starts a Chromium with the built extension, and drives it. */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type BrowserContext, chromium, type Page, type Worker } from "playwright-core";
import { isRoot } from "./chromium.ts";
import { pause } from "./processes.ts";

export interface Browser {
  context: BrowserContext;
  extensionId: string;
  /** The extension's service worker at the start; Chrome may have replaced it since. */
  worker: Worker;
  close(): Promise<void>;
}

export interface BrowserOptions {
  executablePath: string;
  /** The extension's folder. */
  extension: string;
  /** The profile's folder. */
  profile: string;
  headless: boolean;
  /** The page's size without a window; the window's size with one. */
  size?: { width: number; height: number };
  scale?: number;
  /** Everything that the browser sends goes through this proxy, requests to this machine included. */
  proxy?: string;
  /** The language that the browser requests; American English by default. */
  locale?: string;
  /** Further arguments for Chromium. */
  flags?: string[];
  /** Leaves the welcome page open. */
  welcome?: boolean;
  /** Keeps Chrome's back/forward cache, as in people's browsers: going back restores a page as it was. */
  backForwardCache?: boolean;
}

const args = [
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
];

/**
 * What Chromium need not do without a window. It takes only the last of such lists, so Playwright's own is said again here.
 * Besides: the address bar's lists are pages that every window prepares, which is 40 % of what a start costs; and with
 * every page it starts a process for the next one, ready before anybody asks.
 */
const withoutWindow = `--disable-features=${[
  ...["AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"],
  ...["HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"],
  ...["ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "TcpPortRandomizationWin"],
  ...["OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"],
  ...["WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess"],
].join(",")}`;

/** A busy machine starts a browser late, in milliseconds. */
export const START_MS = 120_000;

export async function launchBrowser(options: BrowserOptions): Promise<Browser> {
  const { executablePath, extension, profile, headless, size, scale, proxy, locale, flags = [] } = options;
  const isNew = !existsSync(join(profile, "Default"));
  if (!headless) pin(extension, profile);
  const open = (sandbox: boolean) =>
    chromium.launchPersistentContext(profile, {
      executablePath,
      headless,
      timeout: START_MS,
      chromiumSandbox: sandbox,
      // It shows the bar "controlled by automated software".
      ignoreDefaultArgs: [
        "--enable-automation",
        ...(options.backForwardCache ? ["--disable-back-forward-cache"] : []),
      ],
      // In a window, the window's size decides the page's.
      ...(headless ? size && { viewport: size } : { viewport: null }),
      ...(scale !== undefined && { deviceScaleFactor: scale }),
      ...(locale !== undefined && { locale }),
      ...(proxy !== undefined && { proxy: { server: proxy } }),
      args: [
        ...args,
        ...flags,
        ...(headless ? ["--disable-gpu", withoutWindow] : []),
        // Without a sandbox, the window shows a warning bar.
        ...(headless || sandbox ? [] : ["--test-type"]),
        ...(size ? [`--window-size=${size.width},${size.height}`] : []),
        `--disable-extensions-except=${extension}`,
        `--load-extension=${extension}`,
      ],
      // We handle Ctrl-C and close the browser properly.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
  // As root, and on systems that forbid user namespaces, Chromium runs only without a sandbox.
  const context = headless || isRoot() ? await open(false) : await open(true).catch(() => open(false));
  context.setDefaultTimeout(60_000);
  try {
    const worker =
      context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker", { timeout: START_MS }));
    if (isNew && !options.welcome) await closeWelcome(context, worker);
    return { context, extensionId: new URL(worker.url()).host, worker, close: () => context.close() };
  } catch (error) {
    await context.close();
    throw error;
  }
}

/** Closes the welcome page, which a new profile opens by itself, before anyone counts the tabs. */
export async function closeWelcome(context: BrowserContext, worker: Worker): Promise<void> {
  const decided = () =>
    worker.evaluate(async () => {
      const { welcomed } = await chrome.storage.local.get<{ welcomed?: { tabId: number | null } }>(
        "welcomed",
      );
      if (typeof welcomed?.tabId === "number") await chrome.tabs.remove(welcomed.tabId);
      return welcomed !== undefined;
    });
  while (!(await decided())) await pause(50);
  while (context.pages().some((page) => page.url().endsWith("/tabs/welcome.html"))) await pause(10);
}

/** Pins the extension's button to the toolbar of a new profile; Chrome would hide it in a menu. */
function pin(extension: string, profile: string): void {
  const file = join(profile, "Default", "Preferences");
  if (existsSync(file)) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ extensions: { pinned_extensions: [idOf(extension)] } }));
}

/** An extension's id: the start of its key's SHA-256, with the letters a to p for hexadecimal digits. */
function idOf(extension: string): string {
  const { key } = JSON.parse(readFileSync(join(extension, "manifest.json"), "utf8")) as { key: string };
  const hash = createHash("sha256").update(Buffer.from(key, "base64")).digest("hex");
  return hash.slice(0, 32).replace(/./g, (digit) => String.fromCharCode(97 + parseInt(digit, 16)));
}

/**
 * A copy of the build that already has the permission for some origins. The real build asks when a person turns a site
 * on; in a demo or a test no one can answer.
 */
export function grantedCopy(build: string, to: string, origins: string[]): string {
  rmSync(to, { recursive: true, force: true });
  cpSync(build, to, { recursive: true });
  const file = join(to, "manifest.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as { host_permissions?: string[] };
  manifest.host_permissions = [...(manifest.host_permissions ?? []), ...origins];
  writeFileSync(file, JSON.stringify(manifest));
  return to;
}

/** Opens one of the extension's own pages, from which messages can be sent. */
export async function openExtensionPage(browser: Browser, path = "options.html"): Promise<Page> {
  const page = await browser.context.newPage();
  await page.goto(`chrome-extension://${browser.extensionId}/${path}`);
  return page;
}

/** Sends one message of extension/messages.ts from an extension page. */
export const send = (page: Page, message: { kind: string } & Record<string, unknown>): Promise<unknown> =>
  page.evaluate((m) => chrome.runtime.sendMessage<unknown, unknown>(m), message);

/** Joins with an invite's code, as the options page does. */
export async function joinTeam(page: Page, workerUrl: string, code: string): Promise<void> {
  const answer = (await send(page, { kind: "ui.join", workerUrl, code })) as Refusable;
  if (!answer.ok) throw new Error(`The extension could not join: ${answer.detail}`);
}

/** Turns on origins that the extension has permission for: a site, and its frames' origins. */
export async function turnOn(page: Page, origins: string[]): Promise<void> {
  const tabId = await page.evaluate(async () => (await chrome.tabs.getCurrent())?.id ?? -1);
  const answer = (await send(page, { kind: "ui.site", tabId, origins, on: true })) as Refusable;
  if (!answer.ok) throw new Error(`The site could not be turned on: ${answer.detail}`);
}

type Refusable = { ok: true } | { ok: false; detail: string };
