/** A Chromium with the built extension in it, driven from outside. */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type BrowserContext, chromium, type Page, type Worker } from "playwright-core";
import { isRoot } from "./chromium.ts";
import { pause } from "./processes.ts";

export interface Browser {
  context: BrowserContext;
  extensionId: string;
  /** The extension's service worker, as it ran at the start. */
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
  /** Of the page without a window; of the window itself with one. */
  size?: { width: number; height: number };
  scale?: number;
  /** All that the browser sends goes through this proxy, also what it sends to this machine. */
  proxy?: string;
  /** The language that pages are asked for; American English unless named. */
  locale?: string;
  /** More of Chromium's own. */
  flags?: string[];
  /** Leaves the page of the first run open. */
  welcome?: boolean;
  /** Pages that are left are put away whole, as in people's browsers: going back shows them as they were. */
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

export async function launchBrowser(options: BrowserOptions): Promise<Browser> {
  const { executablePath, extension, profile, headless, size, scale, proxy, locale, flags = [] } = options;
  const isNew = !existsSync(join(profile, "Default"));
  if (!headless) pin(extension, profile);
  const open = (sandbox: boolean) =>
    chromium.launchPersistentContext(profile, {
      executablePath,
      headless,
      chromiumSandbox: sandbox,
      // It brings the "controlled by automated software" bar.
      ignoreDefaultArgs: [
        "--enable-automation",
        ...(options.backForwardCache ? ["--disable-back-forward-cache"] : []),
      ],
      // In a window the page is as large as the window makes it.
      ...(headless ? size && { viewport: size } : { viewport: null }),
      ...(scale !== undefined && { deviceScaleFactor: scale }),
      ...(locale !== undefined && { locale }),
      ...(proxy !== undefined && { proxy: { server: proxy } }),
      args: [
        ...args,
        ...flags,
        ...(headless ? ["--disable-gpu"] : []),
        // Without a sandbox a window has a bar that warns of it.
        ...(headless || sandbox ? [] : ["--test-type"]),
        ...(size ? [`--window-size=${size.width},${size.height}`] : []),
        `--disable-extensions-except=${extension}`,
        `--load-extension=${extension}`,
      ],
      // Ctrl-C is ours: the browser is closed in order.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
  // As root, and where the system forbids user namespaces, Chromium runs without a sandbox or not at all.
  const context = headless || isRoot() ? await open(false) : await open(true).catch(() => open(false));
  try {
    const worker =
      context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker", { timeout: 30_000 }));
    if (isNew && !options.welcome) await closeWelcome(context, worker);
    return { context, extensionId: new URL(worker.url()).host, worker, close: () => context.close() };
  } catch (error) {
    await context.close();
    throw error;
  }
}

/** A new profile opens the page of the first run by itself: it goes before anybody counts the tabs. */
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

/** Puts the extension's button on the toolbar of a new profile, where Chrome would hide it in a menu. */
function pin(extension: string, profile: string): void {
  const file = join(profile, "Default", "Preferences");
  if (existsSync(file)) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ extensions: { pinned_extensions: [idOf(extension)] } }));
}

/** An extension's id is the start of its key's SHA-256, with letters from a on for digits. */
function idOf(extension: string): string {
  const { key } = JSON.parse(readFileSync(join(extension, "manifest.json"), "utf8")) as { key: string };
  const hash = createHash("sha256").update(Buffer.from(key, "base64")).digest("hex");
  return hash.slice(0, 32).replace(/./g, (digit) => String.fromCharCode(97 + parseInt(digit, 16)));
}

/**
 * A copy of the build that already holds the permission for some origins. The real one asks for each when a person
 * turns a site on; nobody is there to answer in a demo or a test.
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

/** One of the extension's own pages, from which its messages can be sent. */
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

/** Turns origins on for which the permission is held: a site, and those of its frames. */
export async function turnOn(page: Page, origins: string[]): Promise<void> {
  const tabId = await page.evaluate(async () => (await chrome.tabs.getCurrent())?.id ?? -1);
  const answer = (await send(page, { kind: "ui.site", tabId, origins, on: true })) as Refusable;
  if (!answer.ok) throw new Error(`The site could not be turned on: ${answer.detail}`);
}

type Refusable = { ok: true } | { ok: false; detail: string };
