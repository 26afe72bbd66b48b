/**
 * `npm run bench -- page`: what the overlay costs a page, compared with the same page without it, in the same run. The
 * production build in real Chromium, against a real Worker. Two equal browsers alternate, so that a busy moment affects
 * both; only one of them has the site turned on.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { onEveryPage, sumOf, type Weight, weightOf } from "../../scripts/lib/page-weight.ts";
import { at } from "../../scripts/lib/paths.ts";
import {
  both,
  type Both,
  each,
  label,
  type Side,
  sides,
  type Tabs,
  untilMarked,
  withBothSides,
} from "./both-sides.ts";
import { serveSockets } from "../e2e/kit/socket-server.ts";
import { buildPages } from "../pages/build.ts";
import { measureMarkup } from "./page-markup.ts";
import { measureSends } from "./page-sends.ts";
import { longTasks, openMeter, scrollFrames, type Spent, storm, wantSight } from "./page-measures.ts";
import { ms, quantile, ratio, table } from "./table.ts";

const UPDATES = 70;
const WARM_UP = 10;
const ROUNDS = 5;
/** Scrolled frames in a round: ten seconds in total. */
const FRAMES = 120;
/** Milliseconds that mean a missed frame at 60 a second. */
const LONG_FRAME = 25;

const median = (values: number[]) => quantile(values, 0.5);
const kb = (bytes: number) => `${(bytes / 1000).toFixed(0)} kB`;
const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

const thousand = Array.from(
  { length: 1000 },
  (_, i) => `<p>Contact number ${i}: 020 7946 0${String(i).padStart(3, "0")}, last call 24/11/2026</p>`,
).join("");
const idle = `<article>${"<p>Nobody telephones from this page. It has words, links and a list, and no number at all.</p>".repeat(400)}</article>`;

export async function page(): Promise<void> {
  const { site, stop } = await serve(await buildPages());
  try {
    await withBothSides(site, async (tabs, directory) => {
      sayBytes(directory);
      await measureIdle(tabs, site);
      await measureThousand(tabs, site);
      await measureChanges(tabs, site);
      await measureGrid(tabs, site);
      await measureStorm(tabs, site);
      await measureReact(tabs, site);
      await measureMarkup(tabs, site);
      await measureSends(tabs.without, site);
    });
  } finally {
    stop();
  }
}

async function serve(pages: string) {
  const app = esbuild.buildSync({
    entryPoints: [at("test/bench/page/app.tsx")],
    bundle: true,
    minify: true,
    write: false,
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
  }).outputFiles[0]!.text;
  const script = (name: string) =>
    esbuild.buildSync({
      entryPoints: [at("test/bench/page", name)],
      bundle: true,
      minify: true,
      write: false,
    }).outputFiles[0]!.text;
  const [markup, sends] = [script("markup.ts"), script("sends.ts")];
  const html = (body: string) =>
    `<!doctype html><meta charset="utf-8"><title>Bench</title><link rel="icon" href="data:,">${body}`;
  const rows = Array.from({ length: 10_000 }, (_, i) => ({
    ...{ id: i, name: `Contact ${i}`, note: "Seen on 24/11/2026" },
    phone: `020 7946 0${String(i % 1000).padStart(3, "0")}`,
  }));
  const bodies: Record<string, () => [type: string, body: string | Buffer]> = {
    "/idle": () => ["text/html", html(idle)],
    "/thousand": () => ["text/html", html(thousand)],
    "/react": () => ["text/html", html(`<div id="root"></div><script>${app}</script>`)],
    "/markup": () => [
      "text/html",
      html(`<script>addEventListener("DOMContentLoaded", () => {${markup}})</script>`),
    ],
    "/sends": () => ["text/html", html(`<script>${sends}</script>`)],
    "/grid/": () => ["text/html", readFileSync(join(pages, "react/index.html"))],
    "/grid/bundle.js": () => ["text/javascript", readFileSync(join(pages, "react/bundle.js"))],
    "/rows.json": () => ["application/json", JSON.stringify(rows)],
  };
  const server = createServer((request, response) => {
    const found = bodies[request.url?.split("?")[0] ?? ""]?.();
    response.writeHead(found ? 200 : 404, { "content-type": found?.[0] ?? "text/plain" }).end(found?.[1]);
  });
  serveSockets(server, () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { site: `http://127.0.0.1:${(server.address() as { port: number }).port}`, stop };
}

/** The code loaded into every page of a site that is turned on, and the code loaded on first need. */
function sayBytes(directory: string): void {
  const always = onEveryPage.map((name) => [name, weightOf(directory, name)] as const);
  const row = (name: string, { bytes, gzipped }: Weight) => [name, kb(bytes), kb(gzipped)];
  console.log("\nWhat is loaded into a page\n");
  console.log(
    table([
      ["", "bytes", "gzipped"],
      ...always.map(([name, weight]) => row(name, weight)),
      row("on every page", sumOf(always.map(([, weight]) => weight))),
      row("card, when one is first opened", weightOf(directory, "card")),
    ]),
  );
}

async function measureIdle(tabs: Tabs, site: string): Promise<void> {
  const load = both<number>();
  const later = both<number>();
  for (let round = 0; round < ROUNDS * 2; round++)
    await each(tabs, async (side, tab) => {
      // Count from before the page loads; the previous page's process continues.
      await tab.goto(`${site}/idle`);
      const meter = await openMeter(tab);
      const before = await meter.read();
      await tab.goto(`${site}/idle?again`);
      await tab.waitForTimeout(1500);
      const loaded = await meter.read();
      await tab.waitForTimeout(3000);
      const after = await meter.read();
      await meter.close();
      load[side].push(loaded.scripting - before.scripting);
      later[side].push(after.scripting - loaded.scripting);
    });
  console.log(`\nA page without a number: scripting (${ROUNDS * 2} rounds, median)\n`);
  const row = (side: Side) => [label[side], ms(median(load[side])), ms(median(later[side]) / 3)];
  const added = (of: Both<number>) => Math.max(0, median(of.with) - median(of.without));
  console.log(
    table([
      ["", "at load", "a second thereafter"],
      ...sides.map(row),
      ["added", ms(added(load)), ms(added(later) / 3)],
    ]),
  );
}

async function measureThousand(tabs: Tabs, site: string): Promise<void> {
  const tasks = both<number[]>();
  const spent = both<Spent>();
  for (let round = 0; round < ROUNDS; round++)
    await each(tabs, async (side, tab) => {
      const meter = await openMeter(tab);
      const before = await meter.read();
      await tab.goto(`${site}/thousand`);
      if (side === "with") await untilMarked(tab, 1000);
      await tab.waitForTimeout(1000);
      const after = await meter.read();
      spent[side].push({ ...after, scripting: after.scripting - before.scripting });
      await meter.close();
      const found = await longTasks(tab);
      tasks[side].push(found);
      await wantSight(tab, found.length);
    });
  console.log(`\n1,000 numbers on a page, from load until all are marked (${ROUNDS} rounds, median)\n`);
  const all = (side: Side, what: keyof Spent) => median(spent[side].map((s) => s[what]));
  const row = (side: Side) => [
    label[side],
    String(median(tasks[side].map((t) => t.length))),
    ms(Math.max(0, ...tasks[side].flat())),
    ms(all(side, "scripting")),
    mb(all(side, "heap")),
    String(all(side, "listeners")),
  ];
  console.log(
    table([["", "tasks over 50 ms", "longest of all", "scripting", "heap", "listeners"], ...sides.map(row)]),
  );
}

/** Changes the number of one row at a time, like a page that gets updates. */
async function measureChanges(tabs: Tabs, site: string): Promise<void> {
  const took = both<number>();
  for (let round = 0; round < ROUNDS; round++)
    await each(tabs, async (side, tab) => {
      await tab.goto(`${site}/thousand`);
      if (side === "with") await untilMarked(tab, 1000);
      await tab.waitForTimeout(500);
      const meter = await openMeter(tab);
      const before = await meter.read();
      await storm(tab, 1000, 1);
      await tab.waitForTimeout(1000);
      took[side].push((await meter.read()).scripting - before.scripting);
      await meter.close();
    });
  console.log(`\nScripting for 1,000 numbers that change within a second (${ROUNDS} rounds, median)\n`);
  console.log(table([["", "scripting"], ...sides.map((side) => [label[side], ms(median(took[side]))])]));
}

async function measureGrid(tabs: Tabs, site: string): Promise<void> {
  const frames = both<number>();
  const scripting = both<number>();
  const tasks = both<number>();
  await each(tabs, async (side, tab) => {
    await tab.goto(`${site}/grid/`);
    if (side === "with") await untilMarked(tab, 15);
    await tab.waitForTimeout(1000);
  });
  for (let round = 0; round < ROUNDS; round++)
    await each(tabs, async (side, tab) => {
      const meter = await openMeter(tab);
      const before = await meter.read();
      frames[side].push(...(await scrollFrames(tab, ".scroller", FRAMES, 40)));
      scripting[side].push(((await meter.read()).scripting - before.scripting) / FRAMES);
      await meter.close();
      await tab.waitForTimeout(300);
    });
  await each(tabs, async (side, tab) => void tasks[side].push(...(await longTasks(tab))));
  const inTime = (side: Side) => frames[side].filter((t) => t < LONG_FRAME).length / frames[side].length;
  console.log(`\nScrolling a React grid of 10,000 virtual rows (${FRAMES * ROUNDS} frames each)\n`);
  const row = (side: Side) => [
    label[side],
    ms(median(frames[side])),
    ms(quantile(frames[side], 0.95)),
    `${(inTime(side) * 100).toFixed(1)}%`,
    ms(median(scripting[side])),
    String(tasks[side].length),
  ];
  console.log(
    table([
      ["", "frame p50", "p95", `frames under ${LONG_FRAME} ms`, "scripting a frame", "tasks over 50 ms"],
      ...sides.map(row),
      [
        "ratio",
        ratio(median(frames.with), median(frames.without)),
        ratio(quantile(frames.with, 0.95), quantile(frames.without, 0.95)),
        ratio(inTime("without"), inTime("with")),
        "",
        "",
      ],
    ]),
  );
}

async function measureStorm(tabs: Tabs, site: string): Promise<void> {
  const late = both<number>();
  const tasks = both<number[]>();
  let recovered = Number.NaN;
  await each(tabs, async (side, tab) => {
    await tab.goto(`${site}/thousand`);
    if (side === "with") await untilMarked(tab, 1000);
    await tab.waitForTimeout(1000);
    const before = (await longTasks(tab)).length;
    late[side] = await storm(tab, 10_000, 10);
    const began = performance.now();
    if (side === "with") {
      await untilMarked(tab, 1000);
      recovered = performance.now() - began;
    }
    tasks[side].push((await longTasks(tab)).slice(before));
  });
  console.log("\n10,000 changes a second, on 1,000 numbers, for 10 seconds\n");
  const row = (side: Side) => [
    label[side],
    ms(median(late[side])),
    ms(quantile(late[side], 0.95)),
    String(tasks[side].flat().length),
    ms(Math.max(0, ...tasks[side].flat())),
    side === "with" ? ms(recovered) : "",
  ];
  console.log(
    table([
      ["", "page's timers late p50", "p95", "tasks over 50 ms", "longest", "all marked again after"],
      ...sides.map(row),
    ]),
  );
}

async function measureReact(tabs: Tabs, site: string): Promise<void> {
  const update = both<number>();
  await each(tabs, async (side, tab) => {
    await tab.goto(`${site}/react`);
    if (side === "with") await untilMarked(tab, 5000);
    await tab.waitForTimeout(1500);
  });
  for (let i = 0; i < UPDATES; i++)
    await each(tabs, async (side, tab) => {
      const took = await tab.evaluate(() => (window as unknown as { update: () => number }).update());
      if (i >= WARM_UP) update[side].push(took);
      await tab.waitForTimeout(150);
    });
  const [a, b] = [median(update.without), median(update.with)];
  console.log("\nOne React update on a page with 5,000 marks\n");
  console.log(
    table([
      ["", "p50", "ratio", "p95"],
      [label.without, ms(a), "1.00", ms(quantile(update.without, 0.95))],
      [label.with, ms(b), ratio(b, a), ms(quantile(update.with, 0.95))],
    ]),
  );
}
