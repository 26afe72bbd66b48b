/**
 * Shared by all tests of the desk: browsers, opening a view, faked answers of the Worker, and the shared Worker's
 * policy.
 */
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, onTestFinished } from "vitest";
import { call, type Role } from "../../../scripts/lib/seed.ts";
import type { PeopleAnswer } from "../../../shared/people/api.ts";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import { defaultPolicy, type Policy } from "../../../shared/policy/policy.ts";
import { deskEn as words } from "../../../shared/texts/desk.en.ts";
import { launch, type Launched } from "../kit/harness.ts";
import { changePolicy } from "../kit/policy.ts";

const { workerUrl, tokens } = inject("e2e");

export const policyNow = () => call<PolicyAnswer>(workerUrl, tokens.admin, "GET", "/v1/policy");
/** As a manager; an administrator approves what loosens. */
export const savePolicy = (change: (policy: Policy) => Policy, why: string): Promise<number> =>
  changePolicy(workerUrl, { saves: tokens.manager, approves: tokens.admin }, change, why);
/** Restores the default policy for the files that follow, as they share the Worker. */
export const policyAsItWas = (): Promise<number> => savePolicy(() => defaultPolicy, "After the test");
export const findPerson = async (name: string) => {
  const { people } = await call<PeopleAnswer>(workerUrl, tokens.admin, "GET", "/v1/people");
  return people.find((p) => p.name === name);
};

/** A browser for each of these roles, joined to the Worker that the files share. Called once in a file. */
export function withBrowsers<R extends Role>(...roles: readonly R[]): Readonly<Record<R, Launched>> {
  const browsers = {} as Record<R, Launched>;
  beforeAll(async () => {
    for (const role of roles) browsers[role] = await launch({ joined: role, sites: [] });
  });
  afterAll(() => Promise.all(Object.values<Launched>(browsers).map((browser) => browser.close())));
  return browsers;
}

/** Opens a view of the desk, and waits until it has loaded. */
export async function open({ page, extensionId }: Launched, hash: string): Promise<Page> {
  // A change of the hash alone would not reload the page.
  await page.goto("about:blank");
  // In a background tab a page draws only one frame a second.
  await page.bringToFront();
  await page.goto(`chrome-extension://${extensionId}/tabs/desk.html${hash}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await loaded(page);
  return page;
}
export const loaded = (page: Page) =>
  expect.poll(() => page.getByText("Loading", { exact: true }).count(), { timeout: 20_000 }).toBe(0);
/**
 * Shows another screen of an open page, and waits until it has loaded. By way of an address that names nothing: the heading
 * of the screen before would pass for the new one's.
 */
export async function show(page: Page, path: string): Promise<void> {
  const heading = page.getByRole("heading", { level: 1 });
  const nowhere = words.nowhere.title;
  await page.evaluate(() => void (location.hash = "/nothing"));
  await expect.poll(() => heading.allTextContents()).toEqual([nowhere]);
  await page.evaluate((hash) => void (location.hash = hash), path);
  await expect.poll(() => heading.allTextContents()).not.toContain(nowhere);
  await heading.waitFor();
  await loaded(page);
}

export const overflows = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
/** Whether a table is wider than its place, so that its last columns are out of sight. */
export const scrollsSideways = (page: Page) =>
  page
    .locator(".desk-scroll")
    .evaluateAll((all) => all.some(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth));
/** Pressing it sends nothing: it says next to a field what is wrong with it, and the field has the focus. */
export async function expectNamed(press: Locator, says: string): Promise<void> {
  await press.click();
  const named = () =>
    press.page().evaluate(() => {
      const field = document.activeElement;
      if (field?.getAttribute("aria-invalid") !== "true")
        return `not wrong: ${field?.outerHTML.slice(0, 200)}`;
      const ids = field.getAttribute("aria-describedby")?.split(" ") ?? [];
      return ids.map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
    });
  await expect.poll(named).toContain(says);
}

/** The errors since the last call. */
export const freshErrors = (browser: Launched) => browser.errors.splice(0);

/** Answers of the background. */
export const ok = (data: unknown) => ({ ok: true, data });
export const offline = { ok: false, trouble: "offline", problem: null, retryInMs: 1000 };

/**
 * A page of the desk whose background gives the test's answers to some requests, in order, and then repeats the last
 * one: for states into which a test cannot bring the real Worker. `asked` are the requests that were answered so.
 */
export async function answered(browser: Launched, hash: string, answers: Record<string, unknown[]>) {
  const page = await answering(browser, answers);
  await open({ ...browser, page }, hash);
  return { page, asked: () => page.evaluate(() => (window as unknown as { asked: string[] }).asked) };
}

/** The page alone, to be led to a page of the extension. */
export async function answering(browser: Launched, answers: Record<string, unknown[]>): Promise<Page> {
  const page = await browser.context.newPage();
  onTestFinished(() => page.close());
  await page.addInitScript((given) => {
    const asked: string[] = [];
    Object.assign(window, { asked });
    const real = chrome.runtime.sendMessage.bind<(message: unknown) => Promise<unknown>>(chrome.runtime);
    const send = (message: { kind: string; method: string; path: string }) => {
      const request = `${message.method} ${message.path}`;
      const mine = message.kind === "ui.api" ? given[request] : undefined;
      if (!mine) return real(message);
      asked.push(request);
      return Promise.resolve(mine.length > 1 ? mine.shift() : mine[0]);
    };
    Object.assign(chrome.runtime, { sendMessage: send });
  }, answers);
  return page;
}

/** What a Worker of before the law's floor answers: neither its clauses nor what was raised to it, and no proposals. */
export const older = (policy: Policy) => {
  const { grounds: _, consents: __, parties: ___, ...rest } = structuredClone(policy);
  const { offlineMinutes: ____, heldRegions: _____, ...screening } = rest.screening;
  const missing = { ok: false, trouble: "refused", problem: { code: "not-found" } };
  return {
    "GET /v1/policy": [
      ok({
        ...{ version: 1, at: null, by: null, byName: null, why: "" },
        policy: { ...rest, screening },
      }),
    ],
    "GET /v1/proposals": [missing],
    "GET /v1/waiting": [missing],
    "GET /v1/work": [missing],
    "GET /v1/recipients": [missing],
  };
};
