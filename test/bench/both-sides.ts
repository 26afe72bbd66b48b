/**
 * Two equal browsers, one of them with the site turned on: the production build in real Chromium, against a real Worker.
 * They alternate, so that a busy moment affects both.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { buildExtension } from "../../scripts/build.ts";
import {
  type Browser,
  type BrowserOptions,
  grantedCopy,
  joinTeam,
  launchBrowser,
  openExtensionPage,
  turnOn,
} from "../../scripts/lib/browser.ts";
import { growsTo, marksOf } from "../../scripts/lib/marks.ts";
import { installChromium } from "../../scripts/lib/chromium.ts";
import { freePort } from "../../scripts/lib/ports.ts";
import { daysAgo, invite, push, setUp } from "../../scripts/lib/seed.ts";
import { startWorker } from "../../scripts/lib/worker.ts";

export type Side = "without" | "with";
export const sides = ["without", "with"] as const;
export const label = { without: "without", with: "with ClearDial" };
export type Both<T> = Record<Side, T[]>;
export const both = <T>(): Both<T> => ({ without: [], with: [] });

export type Tabs = Record<Side, Page>;
export const each = async (tabs: Tabs, run: (side: Side, tab: Page) => Promise<void>) => {
  for (const side of sides) await run(side, tabs[side]);
};

export interface Opened {
  browser: Browser;
  /** A page of the extension. */
  own: Page;
  tab: Page;
}

/** Runs with a tab in each browser, and the extension's build. */
export const withBothSides = (
  site: string,
  run: (tabs: Tabs, directory: string) => Promise<void>,
): Promise<void> =>
  withBrowsers(site, sides, (opened, directory) =>
    run({ without: opened.without.tab, with: opened.with.tab }, directory),
  );

interface Seeded {
  chromium: string;
  /** The extension's build. */
  directory: string;
  /** For profiles and the like: it goes when all is over. */
  folder: string;
  /** The Worker's address, and its administrator's token. */
  url: string;
  token: string;
}

/** Runs beside a Worker. Every third of 900 numbers from 020 7946 0000 on is listed. */
export async function withWorker(run: (seeded: Seeded) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "cleardial-bench-"));
  const [chromium, { directory }, port] = await Promise.all([
    installChromium(),
    buildExtension(),
    freePort(),
  ]);
  const worker = await startWorker({ port, stateDir: join(folder, "state"), setupCode: "bench" });
  try {
    const who = { name: "Bench", email: "bench@example.com" };
    const token = await setUp(worker.url, "bench", who);
    const listed = Array.from({ length: 300 }, (_, i) => `0207946${String(i * 3).padStart(4, "0")}`);
    for (const list of ["tps", "ctps"]) await push(worker.url, token, list, listed, daysAgo(1));
    await run({ chromium, directory, folder, url: worker.url, token });
  } finally {
    await worker.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The same with the browsers of some sides, at a size or with switches of their own. */
export const withBrowsers = <S extends Side>(
  site: string,
  which: readonly S[],
  run: (opened: Record<S, Opened>, directory: string) => Promise<void>,
  options: Partial<BrowserOptions> = {},
): Promise<void> =>
  withWorker(async ({ chromium, directory, folder, url, token }) => {
    const browsers: Browser[] = [];
    const extension = grantedCopy(directory, join(folder, "extension"), ["http://127.0.0.1/*"]);
    const open = async (side: S): Promise<[S, Opened]> => {
      const browser = await launchBrowser({
        executablePath: chromium,
        extension,
        profile: join(folder, side),
        headless: true,
        size: { width: 1280, height: 900 },
        ...options,
      });
      browsers.push(browser);
      const own = await openExtensionPage(browser);
      if (side === "with") {
        const agent = { name: "Bench", email: "agent@example.com", role: "agent" } as const;
        await joinTeam(own, url, await invite(url, token, agent));
        await turnOn(own, [site]);
      }
      const tab = await browser.context.newPage();
      await tab.bringToFront();
      return [side, { browser, own, tab }];
    };
    try {
      const opened: [S, Opened][] = [];
      for (const side of which) opened.push(await open(side));
      await run(Object.fromEntries(opened) as Record<S, Opened>, directory);
    } finally {
      for (const browser of browsers) await browser.close();
    }
  });

export const untilMarked = (tab: Page, wanted: number): Promise<void> =>
  growsTo(wanted, async () => (await marksOf(tab)).length);
