/**
 * For test files that need a Worker of their own: the Worker, a browser that has joined it, and helpers to find things
 * on its page.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { joinTeam } from "../../../scripts/lib/browser.ts";
import { freePort } from "../../../scripts/lib/ports.ts";
import { addPerson, call, type Identity, invite, type Role, setUp } from "../../../scripts/lib/seed.ts";
import { type RunningWorker, startWorker } from "../../../scripts/lib/worker.ts";
import { DAY } from "../../../shared/core/time.ts";
import { hearErrors, launch, type Launched } from "../kit/harness.ts";

const ada = { name: "Ada Admin", email: "ada@example.com", role: "admin" } as const;

interface Own {
  worker: RunningWorker;
  /** Ada's token, and the token of the browser's person: also Ada's unless the file names another person. */
  admin: string;
  person: string;
  browser: Launched;
}
export const own = {} as Own;
/** The page of that browser. */
export let desk: Page;
const dir = mkdtempSync(join(tmpdir(), "cleardial-desk-"));

/** Called once in a file. `vars` are the Worker's variables. */
export function withOwnWorker(who: Identity & { role: Role } = ada, vars: Record<string, string> = {}): void {
  beforeAll(async () => {
    const port = await freePort();
    own.worker = await startWorker({ port, stateDir: join(dir, "state"), setupCode: "the-code", vars });
    // The state is a copy of one that was migrated some time ago: its clock would seem to have stopped.
    write("UPDATE clock_jobs SET known = ?", new Date().toISOString());
    own.admin = await setUp(own.worker.url, "the-code", { name: ada.name, email: ada.email });
    own.person = who === ada ? own.admin : await addPerson(own.worker.url, own.admin, who);
    own.browser = await launch({ joined: null, sites: [] });
    desk = own.browser.page;
    // By their own invite where they may: by another's, the two would count as one who approves.
    const code = await invite(own.worker.url, who.role === "admin" ? own.person : own.admin, who);
    await joinTeam(own.browser.own, own.worker.url, code);
  });
  afterAll(async () => {
    expect(own.browser?.errors).toEqual([]);
    await own.browser?.close();
    await own.worker?.stop();
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  });
}

export const get = <T>(path: string) => call<T>(own.worker.url, own.person, "GET", path);
export const post = <T>(path: string, body: unknown, token = own.person) =>
  call<T>(own.worker.url, token, "POST", path, body);

/** Writes in the database itself. */
export function write(sql: string, ...values: (string | number)[]): void {
  const folder = join(dir, "state", "v3", "d1", "miniflare-D1DatabaseObject");
  const file = readdirSync(folder).find((name) => /^[0-9a-f]{64}\.sqlite$/.test(name));
  const db = new DatabaseSync(join(folder, file ?? ""), { timeout: 5000 });
  db.prepare(sql).run(...values);
  db.close();
}
/** Moves the set-up into the past: on its first day an administrator waits for nobody. */
export const ageSetUp = (): void =>
  write("UPDATE marks SET value = ? WHERE name = 'setup'", new Date(Date.now() - 2 * DAY).toISOString());
/** Runs what is scheduled every five minutes, as if it were that many days later. */
export const runJobs = (days: number) =>
  fetch(
    `${own.worker.url}/cdn-cgi/local/scheduled?cron=${encodeURIComponent("*/5 * * * *")}&time=${Date.now() + days * DAY}`,
  );

/** Opens the desk in a new page, which takes the place of the browser's. */
export async function openDesk(): Promise<void> {
  desk = own.browser.page = await own.browser.context.newPage();
  hearErrors(desk, own.browser.errors);
  await desk.bringToFront();
}
/** Navigates the open page, which keeps its cache. */
export async function view(hash: string, heading: string): Promise<void> {
  const { page, extensionId } = own.browser;
  const desk = `chrome-extension://${extensionId}/tabs/desk.html`;
  if (!page.url().startsWith(desk)) await page.goto(desk);
  await page.evaluate((to) => (location.hash = to), hash);
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
}
/** Navigates and reloads, so that the page has no cache: after a change by the API. */
export async function viewAgain(hash: string, heading: string): Promise<void> {
  await view(hash, heading);
  await own.browser.page.reload();
  await own.browser.page.getByRole("heading", { level: 1, name: heading }).waitFor();
}

export const button = (name: string | RegExp, within: Page | Locator = own.browser.page) =>
  within.getByRole("button", { name, exact: typeof name === "string" });
export const dialog = () => own.browser.page.getByRole("dialog");
export const row = (text: string) => own.browser.page.getByRole("row").filter({ hasText: text });
/** The rows of a table, without its headings. */
export const rowsOf = (page: Page, table: string) =>
  page.getByRole("region", { name: table, exact: true }).locator("tbody tr");
export const rows = (table: string) => rowsOf(own.browser.page, table);
/** Waits for a message. */
export const said = (text: string | RegExp) =>
  own.browser.page.getByRole("status").filter({ hasText: text }).first().waitFor();

/** Fictional telephone numbers (Ofcom's range for drama). */
export const numbers = (n: number, from = 0) =>
  Array.from({ length: n }, (_, i) => `01632 ${960_000 + from + i}`);
/** Writes a file, and gives its path. */
export const file = (name: string, lines: string[]): string => {
  const path = join(dir, name);
  writeFileSync(path, `${lines.join("\r\n")}\r\n`);
  return path;
};
/** Chooses a file with the zone's button. */
export const choose = (path: string, within: Page | Locator = own.browser.page) =>
  within.locator('input[type="file"]').setInputFiles(path);
/** Drops a file on the zone. */
export async function drop(name: string, content: string): Promise<void> {
  const dataTransfer = await own.browser.page.evaluateHandle(
    ([name, content]) => {
      const data = new DataTransfer();
      data.items.add(new File([content!], name!));
      return data;
    },
    [name, content],
  );
  await own.browser.page.locator(".desk-drop").dispatchEvent("drop", { dataTransfer });
}
/** Picks a day of this month or the one before. */
export async function pickDay(
  label: string,
  date: string,
  within: Page | Locator = own.browser.page,
): Promise<void> {
  await within.getByLabel(label).first().click();
  const day = new Date(date);
  const name = `${day.getUTCDate()} ${day.toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" })}`;
  const cell = own.browser.page.getByRole("button", { name, exact: true });
  await button("Previous month").waitFor();
  if ((await cell.count()) === 0) await button("Previous month").click();
  // The field had a day of an earlier month.
  for (let i = 0; i < 2 && (await cell.count()) === 0; i++) await button("Next month").click();
  await cell.click();
  await button("Previous month").waitFor({ state: "hidden" });
}
