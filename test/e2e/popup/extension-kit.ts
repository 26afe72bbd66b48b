/** The real build in a real Chromium, as a person gets it: nothing granted, not joined. */
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type BrowserContext, type CDPSession, chromium, type Page, type Worker } from "playwright-core";
import { closeWelcome, START_MS } from "../../../scripts/lib/browser.ts";
import { buildExtension } from "../../../scripts/build.ts";
import { findChromium } from "../../../scripts/lib/chromium.ts";

export class Extension {
  readonly context: BrowserContext;
  readonly id: string;
  readonly errors: string[] = [];
  readonly #browser: CDPSession;
  readonly #admin: Page;
  readonly #directory: string;

  private constructor(
    context: BrowserContext,
    id: string,
    browser: CDPSession,
    admin: Page,
    directory: string,
  ) {
    this.context = context;
    this.id = id;
    this.#browser = browser;
    this.#admin = admin;
    this.#directory = directory;
    context.on("weberror", (event) => this.errors.push(event.error().message));
  }

  static async open(): Promise<Extension> {
    const { directory } = await buildExtension();
    const executablePath = findChromium();
    if (!executablePath) throw new Error("No Chromium was found");
    const context = await chromium.launchPersistentContext("", {
      executablePath,
      headless: true,
      timeout: START_MS,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // Lets the protocol press the toolbar button: only that grants activeTab.
        "--enable-unsafe-extension-debugging",
        `--disable-extensions-except=${directory}`,
        `--load-extension=${directory}`,
      ],
    });
    context.setDefaultTimeout(60_000);
    const worker =
      context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker", { timeout: START_MS }));
    await closeWelcome(context, worker);
    const browser = await context.browser()?.newBrowserCDPSession();
    if (!browser) throw new Error("No way to speak to the browser");
    const admin = await context.newPage();
    await admin.goto("chrome://extensions");
    return new Extension(context, new URL(worker.url()).host, browser, admin, directory);
  }

  /** For methods of the protocol that Playwright's types lack. */
  #send(method: string, params: object): Promise<unknown> {
    const browser = this.#browser as unknown as { send(method: string, params: object): Promise<unknown> };
    return browser.send(method, params);
  }

  close = () => this.context.close();

  /** The service worker that runs now. Chrome may have stopped an earlier one. */
  worker(): Worker {
    const running = this.context.serviceWorkers().filter((w) => w.url().includes(this.id));
    const newest = running.at(-1);
    if (!newest) throw new Error("No service worker runs");
    return newest;
  }

  /** Grants beforehand what Chrome will ask for, as nobody is at its prompt. */
  async agreeTo(...origins: string[]): Promise<void> {
    for (const origin of origins) {
      const failure = await this.#admin.evaluate(
        ([id, pattern]) =>
          new Promise<string | undefined>((done) =>
            (chrome as unknown as { developerPrivate: DeveloperPrivate }).developerPrivate.addHostPermission(
              id,
              pattern,
              () => done(chrome.runtime.lastError?.message),
            ),
          ),
        [this.id, `${origin}/*`] as const,
      );
      if (failure) throw new Error(failure);
    }
  }

  /** Revokes a permission, as a person does on chrome://extensions. */
  async takeBack(origin: string): Promise<void> {
    await this.#admin.evaluate(
      ([id, pattern]) =>
        new Promise<void>((done) =>
          (chrome as unknown as { developerPrivate: DeveloperPrivate }).developerPrivate.removeHostPermission(
            id,
            pattern,
            () => done(),
          ),
        ),
      [this.id, `${origin}/*`] as const,
    );
  }

  /** Presses the toolbar button over a page, which shows us the page's address. Returns the tab's id. */
  async press(page: Page): Promise<number> {
    await page.bringToFront();
    const { targetInfos } = await this.#browser.send("Target.getTargets", { filter: [{ type: "tab" }] });
    const targetId = targetInfos.find((t) => t.url === page.url())?.targetId;
    await this.#send("Extensions.triggerAction", { id: this.id, targetId });
    const tab = await this.worker().evaluate(async (url) => {
      const tabs = await chrome.tabs.query({});
      return tabs.find((t) => t.url === url)?.id;
    }, page.url());
    if (tab === undefined) throw new Error(`The button over ${page.url()} did not show its address`);
    return tab;
  }

  /** The popup itself, as the last press opened it. It closes when anything else has the focus. */
  async pressed(): Promise<Popup> {
    const send = (method: string, params: object) => this.#send(method, params);
    const find = async () => {
      const { targetInfos } = await this.#browser.send("Target.getTargets", { filter: [{ type: "page" }] });
      return targetInfos.find((t) => t.url === `chrome-extension://${this.id}/popup.html`)?.targetId;
    };
    let targetId = await find();
    while (targetId === undefined) {
      await new Promise((done) => setTimeout(done, 50));
      targetId = await find();
    }
    const { sessionId } = (await send("Target.attachToTarget", { targetId, flatten: false })) as {
      sessionId: string;
    };
    return new Popup(this.#browser, sessionId);
  }

  /** The popup in a tab of its own, on behalf of another tab: a real popup closes when anything else has the focus. */
  async popup(tabId: number): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(`chrome-extension://${this.id}/popup.html?tabId=${tabId}`);
    return page;
  }

  async options(hash = ""): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(`chrome-extension://${this.id}/options.html${hash}`);
    await page.getByRole("heading", { level: 2 }).first().waitFor();
    return page;
  }

  /** Does what an update does: all our scripts end and start again, under pages that stay open. */
  async reload(): Promise<void> {
    const fresh = this.context.waitForEvent("serviceworker", { timeout: START_MS });
    await this.#send("Extensions.loadUnpacked", { path: this.#directory });
    await fresh;
  }

  /** Stops the service worker, as Chrome does when it has been idle. */
  async evict(): Promise<void> {
    const page = await this.context.newPage();
    await page.goto(`chrome-extension://${this.id}/options.html`);
    const session = await this.context.newCDPSession(page);
    await session.send("ServiceWorker.enable");
    await session.send("ServiceWorker.stopAllWorkers");
    await page.close();
  }
}

/** Playwright does not show the popup's own window, so this speaks to it through the protocol. */
export class Popup {
  readonly #browser: CDPSession;
  readonly #session: string;
  #last = 0;

  constructor(browser: CDPSession, session: string) {
    this.#browser = browser;
    this.#session = session;
  }

  #send(method: string, params: object): Promise<{ result?: { value?: unknown } }> {
    const id = ++this.#last;
    const message = JSON.stringify({ id, method, params });
    return new Promise((done, fail) => {
      const hear = (event: { sessionId: string; message: string }) => {
        const said = JSON.parse(event.message) as { id?: number; result?: { result?: { value?: unknown } } };
        if (event.sessionId !== this.#session || said.id !== id) return;
        this.#browser.off("Target.receivedMessageFromTarget", hear);
        done(said.result ?? {});
      };
      this.#browser.on("Target.receivedMessageFromTarget", hear);
      this.#browser.send("Target.sendMessageToTarget", { sessionId: this.#session, message }).catch(fail);
    });
  }

  async read(expression: string): Promise<unknown> {
    return (await this.#send("Runtime.evaluate", { expression, returnByValue: true })).result?.value;
  }

  /** A click that Chrome counts as a person's: asking for a permission needs one. */
  async click(selector: string): Promise<void> {
    const middle = `(() => {
      const { x, y, width, height } = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
      return [x + width / 2, y + height / 2];
    })()`;
    const [x, y] = (await this.read(middle)) as [number, number];
    for (const type of ["mousePressed", "mouseReleased"])
      await this.#send("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1 });
  }
}

/** Exists only on chrome://extensions, and in no type definitions. */
interface DeveloperPrivate {
  addHostPermission(id: string, pattern: string, done: () => void): void;
  removeHostPermission(id: string, pattern: string, done: () => void): void;
}

export async function serve(answer: RequestListener): Promise<{ port: number; close: () => void }> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
