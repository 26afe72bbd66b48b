/**
 * `npm run bench -- grids [--write]`: what the overlay costs while a person scrolls a grid of 3,000 rows by the wheel,
 * beside the same grid without it. Grids recycle their rows in different ways, so there are several. In the time of the
 * page's own main thread, which other programs do not stretch.
 */
import type { Page } from "playwright-core";
import { both, each, label, type Side, sides, type Tabs, untilMarked, withBothSides } from "../both-sides.ts";
import { ms, quantile, ratio, titled } from "../table.ts";
import { writeFigures } from "../write.ts";
import { type Grid, grids, pathOf, scripts, serveGrids } from "./serve.ts";

const ROUNDS = 5;
/** What is scrolled in a round, in pixels, and in pixels a second. */
const DISTANCE = 12_000;
const SPEED = 2400;
/** Milliseconds of a frame that a person notices. */
const LATE = 50;

interface Spent {
  /** Milliseconds of the main thread: all tasks, and of them scripts, styles and layout. */
  tasks: number;
  scripts: number;
  layout: number;
  late: number;
}

const median = (values: number[]) => quantile(values, 0.5);

export async function scrollGrids(write: boolean): Promise<void> {
  const { site, stop } = await serveGrids();
  try {
    await withBothSides(site, async (tabs) => {
      const rows = [];
      for (const grid of scripts) rows.push(...(await measure(tabs, site, grid)));
      const said = titled(
        `${DISTANCE.toLocaleString("en-GB")} pixels of 3,000 rows in ${DISTANCE / SPEED} s (${ROUNDS} rounds, median)`,
        [["", "", "main thread", "scripts", "style and layout", `frames over ${LATE} ms`], ...rows],
      );
      console.log(`\n${said}`);
      if (write) await writeFigures("grids", said, "npm run bench -- grids");
    });
  } finally {
    stop();
  }
}

async function measure(tabs: Tabs, site: string, grid: Grid): Promise<string[][]> {
  const spent = both<Spent>();
  for (let round = 0; round < ROUNDS; round++)
    await each(tabs, async (side, tab) => {
      await tab.goto(site + pathOf(grid));
      if (side === "with") await untilMarked(tab, 10);
      await tab.waitForTimeout(1000);
      spent[side].push(await scroll(tab));
    });
  const of = (side: Side, what: keyof Spent) => median(spent[side].map((s) => s[what]));
  const times = ["tasks", "scripts", "layout"] as const;
  return [
    ...sides.map((side, i) => [
      i === 0 ? grids[grid] : "",
      label[side],
      ...times.map((what) => ms(of(side, what))),
      String(of(side, "late")),
    ]),
    ["", "ratio", ...times.map((what) => ratio(of("with", what), of("without", what))), ""],
  ];
}

async function scroll(tab: Page): Promise<Spent> {
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
  await tab.evaluate((late) => {
    const seen = (window as { lateFrames?: number }) && Object.assign(window, { lateFrames: 0 });
    let before = performance.now();
    const frame = (now: number) => {
      if (now - before > late) seen.lateFrames++;
      before = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }, LATE);
  const before = await read();
  // By the browser, so that a busy machine scrolls no slower.
  await session.send("Input.synthesizeScrollGesture", {
    ...{ x: 400, y: 300, yDistance: -DISTANCE, speed: SPEED },
    gestureSourceType: "mouse",
  });
  // What was put off until the page rests counts, too.
  await tab.waitForTimeout(1500);
  const after = await read();
  const late = await tab.evaluate(() => (window as unknown as { lateFrames: number }).lateFrames);
  await session.detach();
  return {
    tasks: after.tasks - before.tasks,
    scripts: after.scripts - before.scripts,
    layout: after.layout - before.layout,
    late,
  };
}
