/** The desk in the tests' browsers: opening a view, and what the Worker says of policy and people meanwhile. */
import type { Page } from "playwright-core";
import { expect, inject, onTestFinished } from "vitest";
import type { PeopleAnswer } from "../../../shared/people/api.ts";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import { defaultPolicy, type Policy } from "../../../shared/policy/policy.ts";
import { call } from "../../../scripts/lib/seed.ts";
import type { Launched } from "../kit/harness.ts";

const { workerUrl, tokens } = inject("e2e");

export const policyNow = () => call<PolicyAnswer>(workerUrl, tokens.admin, "GET", "/v1/policy");
export const savePolicy = async (change: (policy: Policy) => Policy, why: string) => {
  const { version, policy } = await policyNow();
  await call(
    workerUrl,
    tokens.admin,
    "PUT",
    "/v1/policy",
    { policy: change(policy), why },
    { "if-match": `"${version}"` },
  );
};
/** For the files that come after, which share the Worker. */
export async function policyAsItWas(): Promise<void> {
  await savePolicy(() => defaultPolicy, "After the test").catch((error: Error) => {
    if (!error.message.includes("policy-same")) throw error;
  });
}
export const findPerson = async (name: string) => {
  const { people } = await call<PeopleAnswer>(workerUrl, tokens.admin, "GET", "/v1/people");
  return people.find((p) => p.name === name);
};

/** A view of the desk, once it shows what it is about. */
export async function open({ page, extensionId }: Launched, hash: string): Promise<Page> {
  // A change of the hash alone would not load the page anew.
  await page.goto("about:blank");
  // Behind another tab a page draws one frame a second.
  await page.bringToFront();
  await page.goto(`chrome-extension://${extensionId}/tabs/desk.html${hash}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await loaded(page);
  return page;
}
export const loaded = (page: Page) =>
  expect.poll(() => page.getByText("Loading", { exact: true }).count(), { timeout: 20_000 }).toBe(0);
export const overflows = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
/** Nothing may be said that a page said before. */
export const freshErrors = (browser: Launched) => browser.errors.splice(0);

/**
 * A page of the desk whose background answers some requests as the test says, one after the other: what the real Worker
 * cannot be brought to within a test. The last answer stays. `asked` are those requests.
 */
export async function answered(browser: Launched, hash: string, answers: Record<string, unknown[]>) {
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
  await open({ ...browser, page }, hash);
  return { page, asked: () => page.evaluate(() => (window as unknown as { asked: string[] }).asked) };
}
