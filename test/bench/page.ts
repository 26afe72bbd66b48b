/**
 * `npm run bench -- page`: what the overlay costs a page, beside the same page without it, in the same run. The
 * production build in real Chromium, against a real Worker.
 */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as esbuild from "esbuild";
import type { Page } from "playwright-core";
import { buildExtension } from "../../scripts/build.ts";
import {
  grantedCopy,
  joinTeam,
  launchBrowser,
  openExtensionPage,
  turnOn,
} from "../../scripts/lib/browser.ts";
import { installChromium } from "../../scripts/lib/chromium.ts";
import { marksOf } from "../../scripts/lib/marks.ts";
import { at } from "../../scripts/lib/paths.ts";
import { freePort } from "../../scripts/lib/ports.ts";
import { daysAgo, invite, push, setUp } from "../../scripts/lib/seed.ts";
import { startWorker } from "../../scripts/lib/worker.ts";
import { ms, quantile, ratio, table } from "./table.ts";

const UPDATES = 70;
const WARM_UP = 10;
const ROUNDS = 5;
type Side = "without" | "with";

const thousand = Array.from(
  { length: 1000 },
  (_, i) => `<p>Contact number ${i}: 020 7946 0${String(i).padStart(3, "0")}, last call 24/11/2026</p>`,
).join("");

interface Longest {
  count: number;
  longest: number;
}

export async function page(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "cleardial-bench-"));
  const [chromium, { directory }, port] = await Promise.all([
    installChromium(),
    buildExtension(),
    freePort(),
  ]);
  const worker = await startWorker({ port, stateDir: join(folder, "state"), setupCode: "bench" });
  const app = esbuild.buildSync({
    entryPoints: [at("test/bench/page/app.tsx")],
    bundle: true,
    minify: true,
    write: false,
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
  }).outputFiles[0]!.text;
  const html = (body: string) =>
    `<!doctype html><meta charset="utf-8"><title>Bench</title><link rel="icon" href="data:,">${body}`;
  const server = createServer((request, response) => {
    response.setHeader("content-type", "text/html");
    response.end(html(request.url === "/react" ? `<div id="root"></div><script>${app}</script>` : thousand));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as { port: number };
  const site = `http://127.0.0.1:${address.port}`;

  try {
    const who = { name: "Bench", email: "bench@example.com" };
    const token = await setUp(worker.url, "bench", who);
    const listed = Array.from({ length: 300 }, (_, i) => `0207946${String(i * 3).padStart(4, "0")}`);
    for (const list of ["tps", "ctps"]) await push(worker.url, token, list, listed, daysAgo(1));
    const extension = grantedCopy(directory, join(folder, "extension"), ["http://127.0.0.1/*"]);
    // Two browsers alike; in one the site is turned on. They take turns, so that a busy moment strikes both.
    const open = async (name: string) => {
      const browser = await launchBrowser({
        executablePath: chromium,
        extension,
        profile: join(folder, name),
        headless: true,
        size: { width: 1280, height: 900 },
      });
      const own = await openExtensionPage(browser);
      const tab = await browser.context.newPage();
      await tab.bringToFront();
      return { browser, own, tab };
    };
    const sides = { without: await open("without"), with: await open("with") };
    const agent = { name: "Bench", email: "agent@example.com", role: "agent" } as const;
    await joinTeam(sides.with.own, worker.url, await invite(worker.url, token, agent));
    await turnOn(sides.with.own, [site]);

    const long: Record<Side, Longest[]> = { without: [], with: [] };
    const update: Record<Side, number[]> = { without: [], with: [] };
    const each = async (run: (side: Side, tab: Page) => Promise<void>) => {
      for (const side of ["without", "with"] as const) await run(side, sides[side].tab);
    };
    for (let round = 0; round < ROUNDS; round++)
      await each(async (side, tab) => {
        await tab.goto(`${site}/thousand`);
        if (side === "with") await untilMarked(tab, 1000);
        await tab.waitForTimeout(1000);
        const tasks = await longTasks(tab);
        long[side].push({ count: tasks.length, longest: Math.max(0, ...tasks) });
        await wantSight(tab, tasks.length);
      });
    await each(async (side, tab) => {
      await tab.goto(`${site}/react`);
      if (side === "with") await untilMarked(tab, 5000);
      await tab.waitForTimeout(1500);
    });
    for (let i = 0; i < UPDATES; i++)
      await each(async (side, tab) => {
        const took = await tab.evaluate(() => (window as unknown as { update: () => number }).update());
        if (i >= WARM_UP) update[side].push(took);
        await tab.waitForTimeout(150);
      });
    for (const { browser } of Object.values(sides)) await browser.close();

    const tasks = (l: Longest[]) => [
      String(
        quantile(
          l.map((x) => x.count),
          0.5,
        ),
      ),
      ms(Math.max(...l.map((x) => x.longest))),
    ];
    console.log(
      `\n1,000 numbers on a page: tasks over 50 ms from load until all are marked (${ROUNDS} rounds)\n`,
    );
    console.log(
      table([
        ["", "tasks over 50 ms, median", "longest"],
        ["without", ...tasks(long.without)],
        ["with ClearDial", ...tasks(long.with)],
      ]),
    );
    const [a, b] = [quantile(update.without, 0.5), quantile(update.with, 0.5)];
    console.log("\nOne React update on a page with 5,000 marks\n");
    console.log(
      table([
        ["", "p50", "ratio", "p95"],
        ["without", ms(a), "1.00", ms(quantile(update.without, 0.95))],
        ["with ClearDial", ms(b), ratio(b, a), ms(quantile(update.with, 0.95))],
      ]),
    );
  } finally {
    server.close();
    server.closeAllConnections();
    await worker.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Durations of the page's tasks over 50 ms so far, in milliseconds. The browser keeps them for whoever asks later. */
const longTasks = (tab: Page): Promise<number[]> =>
  tab.evaluate(
    () =>
      new Promise<number[]>((done) => {
        const found: number[] = [];
        const observer = new PerformanceObserver((list) =>
          list.getEntries().forEach((e) => found.push(e.duration)),
        );
        observer.observe({ type: "longtask", buffered: true });
        setTimeout(() => {
          observer.disconnect();
          done(found);
        }, 200);
      }),
  );

/** A long task made on purpose is seen: else a count of none would mean nothing. */
async function wantSight(tab: Page, before: number): Promise<void> {
  // What the debugger runs is no task of the page: a timer is.
  await tab.evaluate(
    () =>
      new Promise<void>((done) =>
        setTimeout(() => {
          const began = performance.now();
          while (performance.now() < began + 80);
          done();
        }),
      ),
  );
  const { length } = await longTasks(tab);
  if (length <= before) throw new Error("The browser tells of no long tasks: nothing can be measured");
}

async function untilMarked(tab: Page, wanted: number): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if ((await marksOf(tab)).length >= wanted) return;
    await tab.waitForTimeout(100);
  }
  throw new Error(`Only ${(await marksOf(tab)).length} of ${wanted} numbers were marked`);
}
