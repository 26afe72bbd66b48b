/** What the tests of the page's guard share: a browser with the real dial handler, and rows that dial, or are held. */
import { afterAll, beforeAll, beforeEach, expect, inject } from "vitest";
import type { DialsAnswer } from "../../../shared/dials/api.ts";
import { pause } from "../../../scripts/lib/processes.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { type Dialler, openDialler } from "../kit/dialler.ts";
import { launch, type Launched } from "../kit/harness.ts";
import { closed, modal } from "../kit/modal.ts";
import { serve } from "../popup/extension-kit.ts";
import { Drive, type Row, rowsOf, wrong } from "./drive.ts";
import { escapes, exception, refused } from "./escapes.ts";
import { tallyRows } from "./kinds.ts";
import { answerRoutes } from "./pages.ts";
import { type Context, type Route, routes } from "./routes.ts";

const { chromium, workerUrl, tokens } = inject("e2e");

export const named = (...names: string[]): Route[] => routes.filter((r) => names.includes(r.name));
/** These dial in a document of their own once it has loaded; it may be gone before it can report the dial. */
const elsewhere = (row: Row) => /loaded|written|script$|refresh|answer|blank|markup/.test(row.route.name);
/** Rows of one page: more than 120 dials in a minute are held silently. */
const PAGE = 90;

interface Guarded {
  browser: Launched;
  drive: Drive;
  dialler: Dialler;
  /** The fixture pages. */
  url: string;
}
/** Filled before the tests of the file. */
export const guarded = {} as Guarded;

/** Called once in a file, before its tests. `settings`: the extension's, by an enterprise policy. */
export function underGuard(settings?: object): void {
  const dialler = openDialler(chromium, undefined, settings);
  let stop = () => {};
  beforeEach(({ skip }) =>
    skip(!dialler, "wants root, a mount namespace of its own and Debian's Chromium at /usr/bin/chromium"),
  );
  beforeAll(async () => {
    if (!dialler) return;
    const { port, close } = await serve(answerRoutes);
    stop = close;
    const url = `http://localhost:${port}`;
    const browser = await launch({ sites: [], chromium: dialler.executablePath });
    await dialler.watch(browser.context);
    Object.assign(guarded, { browser, dialler, url, drive: new Drive(browser.page, dialler, url) });
  });
  afterAll(async () => {
    if (!dialler) return;
    await guarded.browser.close();
    stop();
    dialler.remove();
  });
}
/** Turns the fixture pages on, for the tests that follow. */
export const siteOn = (): void =>
  beforeAll(async () => {
    if ("url" in guarded)
      await guarded.browser.turnOn(guarded.url, guarded.url.replace("localhost", "127.0.0.1"));
  });

const possible = (context: Context) => (row: Row) => exception(refused, row.route.name, context) === null;
const escaping = (context: Context) => (row: Row) =>
  possible(context)(row) && exception(escapes, row.route.name, context) !== null;

const isLink = ({ route }: Row) => /^a link(,| to _)/.test(route.name);

/**
 * Begins a row, and waits until it has dialled, unless the browser refuses it there. Where its number is not `known` yet, a
 * busy machine may not say in time what it is: such a dial is rightly held, and begun again.
 */
async function dialsOne(context: Context, row: Row, known = true): Promise<void> {
  const { page } = guarded.browser;
  await guarded.drive.begin(row);
  const dials = !possible(context)(row) || (await guarded.drive.dials(row));
  if (!dials && !known && (await modal(page)) !== null) {
    await page.keyboard.press("Escape");
    await closed(page);
    await guarded.drive.begin(row);
    await guarded.drive.dials(row);
  }
}

/** A row that dials at once, for `dialsLast`: its page shows its number. */
export const lastRow = (): Row => rowsOf(named("open"), "clear")[0]!;
/** Whatever earlier rows were to dial has come by then. So have their records: the browser sends them in their order. */
export async function dialsLast(last: Row): Promise<void> {
  await guarded.drive.begin(last);
  expect(await guarded.drive.dials(last)).toBe(true);
  await evidence([last], ["passed"]);
  await guarded.drive.tidy();
}

/**
 * Dials a number that nobody knows before its click, and that is found clear, and waits for whatever it was to dial. Where a
 * busy machine says too late what it is, it is rightly held, and known from then on: so another one is dialled.
 */
export async function dialsUnasked(route: Route): Promise<Row> {
  const { drive, browser } = guarded;
  for (let left = 5; ; left--) {
    const [row, last] = [rowsOf([route], "clear")[0]!, lastRow()];
    await drive.open("top", [last]);
    await drive.unread();
    await drive.begin(row);
    await expect.poll(async () => drive.count(row) > 0 || (await modal(browser.page)) !== null).toBe(true);
    if (left > 0 && drive.count(row) === 0) continue;
    await dialsLast(last);
    return row;
  }
}

/** Each row dials once, unless the browser refuses it there. */
export async function allDial(context: Context, rows: Row[], known = true): Promise<void> {
  for (const row of rows) {
    await dialsOne(context, row, known);
    await guarded.drive.tidy();
  }
  expect(wrong(guarded.drive, rows, (row) => (possible(context)(row) ? 1 : 0))).toEqual([]);
}

/** No row dials, except for the known escapes (escapes.ts). Answers those that the Worker must know as held. */
async function allHeld(context: Context, rows: Row[], last: Row): Promise<Row[]> {
  const held = (row: Row) => possible(context)(row) && !escaping(context)(row);
  for (const row of rows.filter((r) => r.route.by)) {
    if (held(row)) await guarded.drive.refuse(row);
    else await guarded.drive.begin(row);
    if (escaping(context)(row)) await guarded.drive.dials(row);
  }
  const heard = await guarded.drive.heard();
  for (const row of rows.filter(isLink)) expect(heard[row.address] ?? 0, row.route.name).toBe(0);
  await guarded.drive.tidy();
  // What is asked about these stays in front of the page: no person acts any more.
  for (const row of rows.filter((r) => !r.route.by)) {
    await guarded.drive.begin(row);
    if (escaping(context)(row)) await guarded.drive.dials(row);
  }
  // This dial comes after any that was still under way.
  await guarded.drive.begin(last);
  expect(await guarded.drive.dials(last)).toBe(true);
  await pause(300);
  expect(wrong(guarded.drive, rows, (row) => (escaping(context)(row) ? 1 : 0))).toEqual([]);
  await guarded.drive.tidy();
  return rows.filter((row) => held(row) && (row.route.by !== undefined || !elsewhere(row)));
}

/** Clear rows dial and the others are held, in one page, and the Worker knows. */
async function asTheySay(context: Context, rows: Row[]): Promise<void> {
  const isClear = ({ verdict, address }: Row) => verdict === "clear" && !address.startsWith("tel:141");
  const clear = rows.filter(isClear);
  const [last] = rowsOf(named("open"), "clear");
  await guarded.drive.open(context, [...rows, last!]);
  await allDial(context, clear);
  const heard = await guarded.drive.heard();
  for (const row of clear.filter(isLink)) expect(heard[row.address], row.route.name).toBe(1);
  const held = await allHeld(
    context,
    rows.filter((row) => !isClear(row)),
    last!,
  );
  await evidence(
    clear.filter((row) => possible(context)(row) && !escaping(context)(row)),
    ["passed"],
  );
  await evidence(held, ["held"]);
  tallyRows("the page's guard", context, rows);
}

/** What the Worker has on record of the rows' dials, oldest first. */
export async function recorded(rows: readonly Row[]): Promise<{ name: string; did: string[] }[]> {
  const path = "/v1/dials?limit=500";
  const { dials } = await call<DialsAnswer>(workerUrl, tokens.admin, "GET", path);
  return rows.map(({ route, number }) => ({
    name: route.name,
    did: dials.flatMap((d) => (d.number === number ? [d.action as string] : [])).reverse(),
  }));
}

/** The Worker has these actions for the rows' dials, in this order, each once. */
export async function evidence(rows: Row[], actions: string[]): Promise<void> {
  const differing = async () => (await recorded(rows)).filter(({ did }) => did.join() !== actions.join());
  await expect.poll(differing, { timeout: 20_000, interval: 200 }).toEqual([]);
}

/** Rows dial, or are held, as their verdict says; page by page, as a page that dials without end is held for that alone. */
export async function inPages(context: Context, rows: Row[]): Promise<void> {
  for (let i = 0; i < rows.length; i += PAGE) await asTheySay(context, rows.slice(i, i + PAGE));
}

export function noErrors(): void {
  // Chromium's own message for rows that it refuses.
  const refusals = /^(Blocked form submission|Blocked script execution|Not allowed to launch)/;
  expect(guarded.browser.errors.filter((error) => !refusals.test(error))).toEqual([]);
}
