/**
 * `npm run bench -- grids [--write]`: what the overlay costs while a person scrolls a grid of 3,000 rows by the wheel,
 * in one gesture and in single steps, beside the same grid without it. Grids recycle their rows in different ways, so there are several. In the time of the
 * page's own main thread, which other programs do not stretch.
 */
import type { CDPSession, Page } from "playwright-core";
import { both, each, label, type Side, sides, type Tabs, untilMarked, withBothSides } from "../both-sides.ts";
import { ms, quantile, ratio, titled } from "../table.ts";
import { writeFigures } from "../write.ts";
import { type Grid, grids, pathOf, scripts, serveGrids } from "./serve.ts";

const ROUNDS = 5;
/** Single steps are measured in so many of them. */
const STEPPED_ROUNDS = 3;
/** What is scrolled in a round, in pixels, and in pixels a second. */
const DISTANCE = 12_000;
const SPEED = 2400;
/** Single steps of the wheel, in pixels, with a pause after each, in milliseconds. */
const STEPS = 20;
const STEP = 120;
const PAUSE_MS = 140;
/** Milliseconds of a frame that is late, and of one that a person notices. */
const LATE = [25, 50] as const;

interface Spent {
  /** Milliseconds of the main thread: all tasks, and of them scripts, styles and layout. */
  tasks: number;
  scripts: number;
  layout: number;
  /** Frames that took longer than each of LATE. */
  late: readonly number[];
}
type Scroll = (tab: Page, session: CDPSession) => Promise<void>;

const median = (values: number[]) => quantile(values, 0.5);

export async function scrollGrids(write: boolean): Promise<void> {
  const { site, stop } = await serveGrids();
  const rows: Record<"glide" | "step", string[][]> = { glide: [], step: [] };
  try {
    await withBothSides(site, async (tabs) => {
      for (const grid of scripts) {
        const { glided, stepped } = await measure(tabs, site, grid);
        rows.glide.push(...said(grid, glided));
        rows.step.push(...said(grid, stepped));
      }
    });
  } finally {
    stop();
  }
  const heading = [
    ...["", "", "main thread", "scripts", "style and layout"],
    ...LATE.map((late) => `frames over ${late} ms`),
  ];
  const far = DISTANCE.toLocaleString("en-GB");
  const all = [
    titled(`${far} pixels of 3,000 rows in ${DISTANCE / SPEED} s (${ROUNDS} rounds, median)`, [
      heading,
      ...rows.glide,
    ]),
    titled(
      `${STEPS} single steps of the wheel of ${STEP} pixels, ${PAUSE_MS} ms after each (${STEPPED_ROUNDS} rounds, median)`,
      [heading, ...rows.step],
    ),
  ].join("\n\n");
  console.log(`\n${all}`);
  if (write) await writeFigures("grids", all, "npm run bench -- grids");
}

async function measure(tabs: Tabs, site: string, grid: Grid) {
  const [glided, stepped] = [both<Spent>(), both<Spent>()];
  for (let round = 0; round < ROUNDS; round++)
    await each(tabs, async (side, tab) => {
      await tab.goto(site + pathOf(grid));
      if (side === "with") await untilMarked(tab, 10);
      await tab.waitForTimeout(1000);
      glided[side].push(await spentIn(tab, glide));
      if (round < STEPPED_ROUNDS) stepped[side].push(await spentIn(tab, step));
    });
  return { glided, stepped };
}

function said(grid: Grid, spent: Record<Side, Spent[]>): string[][] {
  const times = ["tasks", "scripts", "layout"] as const;
  const of = (side: Side, what: (typeof times)[number]) => median(spent[side].map((s) => s[what]));
  return [
    ...sides.map((side, i) => [
      i === 0 ? grids[grid] : "",
      label[side],
      ...times.map((what) => ms(of(side, what))),
      ...LATE.map((_, n) => String(median(spent[side].map(({ late }) => late[n]!)))),
    ]),
    [
      "",
      "ratio",
      ...times.map((what) => ratio(of("with", what), of("without", what))),
      ...LATE.map(() => ""),
    ],
  ];
}

/** By the browser, so that a busy machine scrolls no slower. */
const glide: Scroll = async (_, session) =>
  void (await session.send("Input.synthesizeScrollGesture", {
    ...{ x: 400, y: 300, yDistance: -DISTANCE, speed: SPEED },
    gestureSourceType: "mouse",
  }));
const step: Scroll = async (tab) => {
  for (let i = 0; i < STEPS; i++) {
    await tab.mouse.wheel(0, STEP);
    await tab.waitForTimeout(PAUSE_MS);
  }
};

async function spentIn(tab: Page, scroll: Scroll): Promise<Spent> {
  const session = await tab.context().newCDPSession(tab);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const read = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    const of = (name: string) => (metrics.find((m) => m.name === name)?.value ?? Number.NaN) * 1000;
    return {
      tasks: of("TaskDuration"),
      scripts: of("ScriptDuration"),
      layout: of("LayoutDuration") + of("RecalcStyleDuration"),
    };
  };
  await tab.mouse.move(400, 300);
  await tab.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, { frameTimes: times });
    let before = performance.now();
    const frame = (now: number) => {
      // Another look at frames has begun.
      if ((window as unknown as { frameTimes: number[] }).frameTimes !== times) return;
      times.push(now - before);
      before = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  const before = await read();
  await scroll(tab, session);
  // What was put off until the page rests counts, too.
  await tab.waitForTimeout(1500);
  const after = await read();
  const times = await tab.evaluate(() => (window as unknown as { frameTimes: number[] }).frameTimes);
  await session.detach();
  return {
    tasks: after.tasks - before.tasks,
    scripts: after.scripts - before.scripts,
    layout: after.layout - before.layout,
    late: LATE.map((late) => times.filter((time) => time > late).length),
  };
}
