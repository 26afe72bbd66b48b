/**
 * `npm run bench -- page [--write]`: what the overlay costs a page, compared with the same page without it, in the same run. The
 * production build in real Chromium, against a real Worker. Two equal browsers alternate, so that a busy moment affects
 * both; only one of them has the site turned on.
 */
import { onEveryPage, sumOf, type Weight, weightOf } from "../../scripts/lib/page-weight.ts";
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
import { measureMarkup } from "./page-markup.ts";
import { measureSends } from "./page-sends.ts";
import { servePages } from "./page-server.ts";
import { longTasks, openMeter, scrollFrames, type Spent, storm, wantSight } from "./page-measures.ts";
import { ms, quantile, ratio, titled } from "./table.ts";
import { writeFigures } from "./write.ts";

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

const measures = [measureIdle, measureThousand, measureChanges, measureGrid, measureStorm, measureReact];
/** In browsers of their own: after a storm of changes a browser's own calls are slower, and their ratios say less. */
const ofCalls = [measureMarkup, measureSends];

export async function page(write: boolean): Promise<void> {
  const { site, stop } = await servePages();
  const said: string[] = [];
  const say = (text: string) => {
    console.log(`\n${text}`);
    said.push(text);
  };
  try {
    await withBothSides(site, async (tabs, directory) => {
      say(bytes(directory));
      for (const measure of measures) say(await measure(tabs, site));
    });
    await withBothSides(site, async (tabs) => {
      for (const measure of ofCalls) say(await measure(tabs, site));
    });
    if (write) await writeFigures("page", said.join("\n\n"), "npm run bench -- page");
  } finally {
    stop();
  }
}

/** The code loaded into every page of a site that is turned on, and the code loaded on first need. */
function bytes(directory: string): string {
  const always = onEveryPage.map((name) => [name, weightOf(directory, name)] as const);
  const row = (name: string, { bytes, gzipped }: Weight) => [name, kb(bytes), kb(gzipped)];
  return titled("What is loaded into a page", [
    ["", "bytes", "gzipped"],
    ...always.map(([name, weight]) => row(name, weight)),
    row("on every page", sumOf(always.map(([, weight]) => weight))),
    row("card, when one is first opened", weightOf(directory, "card")),
  ]);
}

async function measureIdle(tabs: Tabs, site: string): Promise<string> {
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
  const row = (side: Side) => [label[side], ms(median(load[side])), ms(median(later[side]) / 3)];
  const added = (of: Both<number>) => Math.max(0, median(of.with) - median(of.without));
  return titled(`A page without a number: scripting (${ROUNDS * 2} rounds, median)`, [
    ["", "at load", "a second thereafter"],
    ...sides.map(row),
    ["added", ms(added(load)), ms(added(later) / 3)],
  ]);
}

async function measureThousand(tabs: Tabs, site: string): Promise<string> {
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
  const all = (side: Side, what: keyof Spent) => median(spent[side].map((s) => s[what]));
  const row = (side: Side) => [
    label[side],
    String(median(tasks[side].map((t) => t.length))),
    ms(Math.max(0, ...tasks[side].flat())),
    ms(all(side, "scripting")),
    mb(all(side, "heap")),
    String(all(side, "listeners")),
  ];
  return titled(`1,000 numbers on a page, from load until all are marked (${ROUNDS} rounds, median)`, [
    ["", "tasks over 50 ms", "longest of all", "scripting", "heap", "listeners"],
    ...sides.map(row),
  ]);
}

/** Changes the number of one row at a time, like a page that gets updates. */
async function measureChanges(tabs: Tabs, site: string): Promise<string> {
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
  return titled(`Scripting for 1,000 numbers that change within a second (${ROUNDS} rounds, median)`, [
    ["", "scripting"],
    ...sides.map((side) => [label[side], ms(median(took[side]))]),
  ]);
}

async function measureGrid(tabs: Tabs, site: string): Promise<string> {
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
  const row = (side: Side) => [
    label[side],
    ms(median(frames[side])),
    ms(quantile(frames[side], 0.95)),
    `${(inTime(side) * 100).toFixed(1)}%`,
    ms(median(scripting[side])),
    String(tasks[side].length),
  ];
  return titled(`Scrolling a React grid of 10,000 virtual rows (${FRAMES * ROUNDS} frames each)`, [
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
  ]);
}

async function measureStorm(tabs: Tabs, site: string): Promise<string> {
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
  const row = (side: Side) => [
    label[side],
    ms(median(late[side])),
    ms(quantile(late[side], 0.95)),
    String(tasks[side].flat().length),
    ms(Math.max(0, ...tasks[side].flat())),
    side === "with" ? ms(recovered) : "",
  ];
  return titled("10,000 changes a second, on 1,000 numbers, for 10 seconds", [
    ["", "page's timers late p50", "p95", "tasks over 50 ms", "longest", "all marked again after"],
    ...sides.map(row),
  ]);
}

async function measureReact(tabs: Tabs, site: string): Promise<string> {
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
  return titled("One React update on a page with 5,000 marks", [
    ["", "p50", "ratio", "p95"],
    [label.without, ms(a), "1.00", ms(quantile(update.without, 0.95))],
    [label.with, ms(b), ratio(b, a), ms(quantile(update.with, 0.95))],
  ]);
}
