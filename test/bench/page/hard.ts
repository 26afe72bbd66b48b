/**
 * `npm run bench -- hard [--write]`: pages at which an earlier version stood still, with ClearDial and without. The suite counts
 * what is done for each (test/e2e/page/long.long.test.ts); here is its time. Of the page's main thread, as other programs
 * stretch the clock and not that; our scripts have the style and layout in them that they ask the browser for.
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { inOurWorld } from "../../e2e/kit/our-world.ts";
import { both, label, type Side, sides, withBothSides, each, type Tabs } from "../both-sides.ts";
import { servePages } from "../page-server.ts";
import { ms, quantile, table } from "../table.ts";
import { writeFigures } from "../write.ts";
import { traced } from "./tasks.ts";

const ROUNDS = 3;

/** Of the overlay in our own world. */
declare const cleardialOverlay: { badges: () => unknown[] } | undefined;

interface Case {
  name: string;
  /** What it took when it was found. */
  before: string;
  numbers: number;
  /** Runs in an empty page. */
  build: (count: number) => void;
}

function records(count: number): void {
  const row = (i: number) =>
    `<tr><td>Ada Abbot ${i}</td><td>415555${String(i).padStart(4, "0")}</td><td>${i % 2 ? "London" : "Chicago"}</td><td>United States</td></tr>`;
  document.body.innerHTML = `<table><thead><tr><th>Name<th>Phone<th>City<th>Country</thead>${Array.from({ length: count }, (_, i) => row(i)).join("")}</table>`;
}

const cases: Case[] = [
  {
    name: "3,000 numbers in one text of 100 kB",
    before: "16 s",
    numbers: 3000,
    build(count) {
      const number = (i: number) => `0113 496 0${String(i % 1000).padStart(3, "0")}`;
      document.body.style.cssText = "white-space: pre-wrap; word-spacing: 18px";
      document.body.textContent = Array.from(
        { length: count },
        (_, i) => `on on on on on on o ${number(i)} `,
      ).join("");
    },
  },
  {
    name: "1,500 shadow roots, each in another, with a number",
    before: "3.9 s",
    numbers: 1500,
    build(count) {
      let at: Element | ShadowRoot = document.body;
      for (let i = 0; i < count; i++) {
        const div = document.createElement("div");
        div.textContent = `0113 496 0${String(i % 1000).padStart(3, "0")}`;
        const host = document.createElement("div");
        at.append(div, host);
        at = host.attachShadow({ mode: i % 2 === 0 ? "open" : "closed" });
      }
    },
  },
  { name: "300 records in a table", before: "", numbers: 300, build: records },
  { name: "3,000 records in a table", before: "", numbers: 3000, build: records },
  {
    name: "an editor of 3 MB, changed 20 times a second, 10 s",
    before: "no mark",
    // Those behind the change are read anew again and again.
    numbers: 1,
    build() {
      const filler = "and so on and so forth ".repeat(90).slice(0, 2032);
      document.body.innerHTML = `<pre style="height:400px;overflow:auto;contain:strict"></pre>`;
      const pre = document.querySelector("pre")!;
      pre.textContent = Array.from(
        { length: 1536 },
        (_, i) => `0113 496 0${String(i % 1000).padStart(3, "0")}\n${filler}\n`,
      ).join("");
      const node = pre.firstChild as Text;
      let at = 0;
      const timer = setInterval(() => {
        node.replaceData(20, 3, String(100 + (at++ % 900)));
        if (at % 10 === 0) node.appendData("and so on\n");
        if (at === 200) clearInterval(timer);
      }, 50);
    },
  },
  {
    name: "8 MB of lines in one text, with 2,048 numbers, 10 s",
    before: "",
    // So long a text has icons alone, of those in view.
    numbers: 1,
    build() {
      const filler = "and so on and so forth\n".repeat(200).slice(0, 4080);
      document.body.innerHTML = `<pre style="height:400px;overflow:auto;contain:strict"></pre>`;
      document.querySelector("pre")!.textContent = Array.from(
        { length: 2048 },
        (_, i) => `0113 496 0${String(i % 1000).padStart(3, "0")}\n${filler}\n`,
      ).join("");
    },
  },
  {
    name: "8 MB in one line, with 2,048 numbers, 10 s",
    before: "",
    numbers: 1,
    build() {
      const filler = "and so on and so forth ".repeat(200).slice(0, 4080);
      document.body.innerHTML = `<pre style="height:400px;overflow:auto;contain:strict"></pre>`;
      document.querySelector("pre")!.textContent = Array.from(
        { length: 2048 },
        (_, i) => `0113 496 0${String(i % 1000).padStart(3, "0")} ${filler} `,
      ).join("");
    },
  },
];

/** Milliseconds until the first number has its icon: those of a very long text are not painted. */
async function untilIcon(tab: Page): Promise<number> {
  const began = performance.now();
  while (
    !(await inOurWorld(
      tab,
      () => typeof cleardialOverlay !== "undefined" && cleardialOverlay.badges().length > 0,
      null,
    ))
  ) {
    assert.ok(performance.now() - began < 120_000, "no number has an icon");
    await tab.waitForTimeout(50);
  }
  return performance.now() - began;
}

/** Milliseconds until so many numbers are painted. Runs in the page, and in none of its microtasks, which count as ours. */
const untilPainted = (wanted: number): Promise<number> =>
  new Promise((done, fail) => {
    const began = performance.now();
    const painted = () =>
      ["blocked", "unknown", "caution", "clear"].reduce(
        (sum, verdict) => sum + (CSS.highlights.get(`cleardial-${verdict}`)?.size ?? 0),
        0,
      );
    const look = () => {
      const passed = performance.now() - began;
      if (painted() >= wanted) done(passed);
      else if (passed > 120_000) fail(new Error(`${painted()} of ${wanted} are marked`));
      else requestAnimationFrame(look);
    };
    look();
  });

async function measure(
  tabs: Tabs,
  site: string,
  { name, before, numbers, build }: Case,
): Promise<string[][]> {
  const spent = both<number>();
  const longest = both<number>();
  const ours: number[] = [];
  const oursInAll: number[] = [];
  const marked: number[] = [];
  for (let round = 0; round < ROUNDS; round++)
    await each(tabs, async (side: Side, tab: Page) => {
      await tab.goto(`${site}/empty`);
      const session = await tab.context().newCDPSession(tab);
      await session.send("Performance.enable", { timeDomain: "threadTicks" });
      const thread = async () =>
        (await session.send("Performance.getMetrics")).metrics.find((m) => m.name === "TaskDuration")!.value *
        1000;
      await tab.waitForTimeout(500);
      const began = await thread();
      const tasks = await traced(tab, async () => {
        // Code run by the debugger is not a task of the page; a timer is.
        await tab.evaluate(`setTimeout(${String(build).replace(/^build/, "function build")}, 0, ${numbers})`);
        if (side === "with")
          marked.push(numbers === 1 ? await untilIcon(tab) : await tab.evaluate(untilPainted, numbers));
        await tab.waitForTimeout(numbers === 1 ? 10_000 : 2000);
        spent[side].push((await thread()) - began);
      });
      await session.detach();
      longest[side].push(tasks.longest);
      if (side === "without") return;
      ours.push(tasks.ours);
      oursInAll.push(tasks.oursInAll);
    });
  const median = (values: number[]) => quantile(values, 0.5);
  return sides.map((side) => [
    ...(side === "without" ? [name, ""] : ["", before]),
    ...[label[side], ms(median(spent[side])), ms(median(longest[side]))],
    ...(side === "with" ? [median(oursInAll), median(ours), median(marked)].map(ms) : ["", "", ""]),
  ]);
}

export async function hard(write: boolean): Promise<void> {
  const { site, stop } = await servePages();
  const rows = [
    ["", "when found", "", "main thread", "longest task", "our scripts", "longest run", "marked after"],
  ];
  try {
    await withBothSides(site, async (tabs) => {
      for (const one of cases) rows.push(...(await measure(tabs, site, one)));
    });
  } finally {
    stop();
  }
  const said = table(rows);
  console.log(said);
  if (write) await writeFigures("hard", said, "npm run bench -- hard");
}
