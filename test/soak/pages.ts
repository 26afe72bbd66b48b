/**
 * `npm run soak:pages`: 2,000 changes of route in each of three applications of real packages, with dialogs, edits, sorting,
 * frames that come and go, and pages that are put away and come back; the extension is updated in the middle. Says what the
 * page holds at none, each quarter (at half before the update and after it) and all of them, without ClearDial and with it.
 * `-- --routes N` changes fewer; `-- antd` is that application alone; `-- --write` writes the table of docs/figures.md.
 * Exits with 1 if what we hold grows with the routes. What an update leaves is in the table, and no growth.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { grantedCopy } from "../../scripts/lib/browser.ts";
import { inOurWorlds } from "../e2e/kit/our-world.ts";
import { pause } from "../../scripts/lib/processes.ts";
import { label, type Opened, type Side, sides, untilMarked, withBrowsers } from "../bench/both-sides.ts";
import { type KitName, kits, serveKits } from "../bench/grids/kits-serve.ts";
import { table } from "../bench/table.ts";
import { writeFigures } from "../bench/write.ts";
import { drive } from "./drive.ts";
import { countTimers, type Held, held } from "./page-held.ts";

const { values, positionals } = parseArgs({
  options: { routes: { type: "string" }, write: { type: "boolean" } },
  allowPositionals: true,
});
const routes = Number(values.routes ?? 2000);
if (!(routes >= 8)) throw new Error("--routes wants a number of at least 8");

/** A router of React, of Vue and of Angular; what sorts each one's list. */
const apps = { antd: ".ant-table-column-sorters", element: ".caret-wrapper", angular: ".sort" } as const;
const every = Object.keys(apps) as (keyof typeof apps & KitName)[];
const names = positionals.length > 0 ? every.filter((name) => positionals.includes(name)) : every;
if (names.length === 0 || (values.write && names.length < every.length))
  throw new Error(`The applications are ${every.join(", ")}; a table has them all`);
/** What grows in the second and in the last quarter: in the first and the third a version of the extension begins. */
const stops = [0, routes / 4, routes / 2, routes / 2, (routes * 3) / 4, routes].map(Math.round);
const UPDATED = 3;
/** How often the page is put away and comes back, in all. */
const AWAY = 8;

/** What may grow by chance in both of these quarters together: bytes, nodes, listeners, timers. */
const CHANCE: Held = { heap: 3e6, nodes: 600, listeners: 40, timers: 3, ours: 3 };

async function soak(
  name: keyof typeof apps,
  side: Side,
  { browser, tab }: Opened,
  site: string,
  build: string,
) {
  await tab.goto(`${site}/${name}#/list`);
  if (side === "with") await untilMarked(tab, 20);
  const readings: Held[] = [];
  let done = 0;
  for (const [i, stop] of stops.entries()) {
    if (i === UPDATED && side === "with") await update(browser, build, tab);
    while (done < stop) {
      const to = Math.min(stop, done + Math.ceil(routes / AWAY));
      await tab.evaluate(drive, { from: done, to, sort: apps[name] });
      done = to;
      await putAway(tab, site);
    }
    await rested(tab, side);
    readings.push(await held(tab));
    console.error(`${name}, ${side}: ${stop} ${JSON.stringify(readings.at(-1))}`);
  }
  return readings;
}

/**
 * Freezes the page, leaves it and comes back: it must come back as it was, or nothing would have been held. Where it goes is
 * another process, which is not counted: Chromium keeps what was visited there for some time, without us too.
 */
async function putAway(tab: Page, site: string): Promise<void> {
  const session = await tab.context().newCDPSession(tab);
  await session.send("Page.setWebLifecycleState", { state: "frozen" });
  await pause(300);
  await session.send("Page.setWebLifecycleState", { state: "active" });
  await session.detach();
  await tab.evaluate(() => Object.assign(globalThis, { kept: true }));
  const url = tab.url();
  await tab.goto(`${site.replace("127.0.0.1", "localhost")}/elsewhere`);
  await tab.evaluate("setTimeout(() => history.back())");
  // Of a page that comes back as it was nothing is loaded.
  await tab.waitForURL(url, { waitUntil: "commit" });
  await pause(500);
  if (!(await tab.evaluate(() => "kept" in globalThis))) throw new Error("The page was loaded again");
}

async function rested(tab: Page, side: Side): Promise<void> {
  if (side === "with") {
    await untilMarked(tab, 20);
    await inOurWorlds(tab, countTimers, null);
  }
  await pause(2000);
}

async function update(browser: Opened["browser"], build: string, tab: Page): Promise<void> {
  const newer = grantedCopy(build, mkdtempSync(join(tmpdir(), "cleardial-newer-")), ["http://127.0.0.1/*"]);
  const file = join(newer, "manifest.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as { version: string };
  writeFileSync(file, JSON.stringify({ ...manifest, version: `99.${++updates}` }));
  const debug = (await browser.context.browser()!.newBrowserCDPSession()) as unknown as {
    send(method: string, params: object): Promise<unknown>;
  };
  const alive = async () =>
    (await inOurWorlds(tab, () => Boolean(chrome.runtime?.id), null)).filter(Boolean).length;
  const worlds = (await inOurWorlds(tab, () => 1, null)).length;
  await debug.send("Extensions.loadUnpacked", { path: newer });
  for (
    const until = Date.now() + 20_000;
    (await alive()) !== 1 || (await inOurWorlds(tab, () => 1, null)).length === worlds;
  ) {
    if (Date.now() > until) throw new Error("The newer version did not take over");
    await pause(200);
  }
  await inOurWorlds(tab, countTimers, null);
  folders.push(newer);
}
let updates = 0;
const folders: string[] = [];

const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const row = ({ heap, ...rest }: Held) => [
  mb(heap),
  ...Object.values(rest).map((n) => n.toLocaleString("en-GB")),
];
const minus = (a: Held, b: Held): Held =>
  Object.fromEntries(Object.entries(a).map(([key, n]) => [key, n - b[key as keyof Held]])) as unknown as Held;

const { site, stop } = await serveKits(names);
const rows = [["", "routes", "", "heap", "nodes", "listeners", "timers of the page", "of ours"]];
const grown: string[] = [];
/** It counts, and measures no time: so the applications run side by side. */
async function bothSides(name: keyof typeof apps): Promise<Record<Side, Held[]>> {
  const of = {} as Record<Side, Held[]>;
  for (const side of sides)
    await withBrowsers(
      site,
      [side],
      async (opened, build) => {
        await opened[side].browser.context.addInitScript(countTimers);
        of[side] = await soak(name, side, opened[side], site, build);
      },
      { backForwardCache: true, flags: ["--enable-unsafe-extension-debugging"] },
    );
  return of;
}
try {
  const all = await Promise.all(names.map(bothSides));
  for (const [n, name] of names.entries()) {
    const of = all[n]!;
    for (const [i, at] of stops.entries())
      for (const side of sides)
        rows.push([
          i === 0 && side === "without" ? kits[name].title : "",
          side === "without" ? at.toLocaleString("en-GB") + (i === UPDATED ? ", updated" : "") : "",
          ...[label[side], ...row(of[side][i]!)],
        ]);
    const growth = (side: Side) => {
      const [, quarter, half, , threeQuarters, end] = of[side];
      return minus(minus(end!, threeQuarters!), minus(quarter!, half!));
    };
    const ours = minus(growth("with"), growth("without"));
    rows.push(["", "", "grown with it, in the second and the last quarter", ...row(ours)]);
    for (const what of Object.keys(CHANCE) as (keyof Held)[])
      if (ours[what] > CHANCE[what]) grown.push(`${kits[name].title}: ${what} by ${Math.round(ours[what])}`);
  }
} finally {
  stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
const said = table(rows);
console.log(`\n${said}\n${grown.length > 0 ? `Grown: ${grown.join("; ")}` : "Nothing of ours grew."}`);
const shortened = routes === 2000 ? "" : ` -- --routes ${routes}`;
if (values.write) await writeFigures("pages", said, `npm run soak:pages${shortened}`);
if (grown.length > 0) process.exitCode = 1;
