/** The first run: the page that opens by itself, from an invite to the badges, for each role. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { type Browser, launchBrowser, openExtensionPage, send } from "../../../scripts/lib/browser.ts";
import { invite } from "../../../scripts/lib/seed.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { expectAccessible } from "../kit/axe.ts";
import { overflows, policyNow, savePolicy } from "../desk/kit.ts";
import { Clicks } from "../kit/clicks.ts";
import { expectVerdicts } from "../kit/harness.ts";
import { emailOf } from "../kit/setup.ts";
import { shot } from "../kit/shots.ts";
import { serve } from "./extension-kit.ts";

const { chromium, granted, workerUrl, tokens } = inject("e2e");
const profile = mkdtempSync(join(tmpdir(), "cleardial-welcome-"));
const options = { executablePath: chromium, extension: granted, profile, headless: true } as const;
let browser: Browser;
let page: Page;
let before: Policy;
/** The company's CRM, which its policy names. */
let site = "";
let stop = () => {};

beforeAll(async () => {
  const { port, close } = await serve((_, answer) => {
    answer.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    answer.end("<!doctype html><title>CRM</title><p>+44 114 496 0061");
  });
  site = `http://localhost:${port}`;
  stop = close;
  before = (await policyNow()).policy;
  await savePolicy((policy) => ({ ...policy, sites: [site] }), "Our CRM");
  browser = await launchBrowser({ ...options, welcome: true, size: { width: 900, height: 1300 } });
});
afterAll(async () => {
  await browser?.close();
  stop();
  await savePolicy(() => before, "After the test");
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
});

const welcomes = () => browser.context.pages().filter((p) => p.url().endsWith("/tabs/welcome.html"));
/** Fails where axe finds a fault, in light or in dark, or anything overflows at any width; takes pictures. */
async function looksRight(name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page);
    await shot(page, colorScheme === "light" ? name : `${name}-dark`);
  }
  await page.setViewportSize({ width: 360, height: 800 });
  await expect.poll(() => overflows(page)).toBe(false);
  await page.setViewportSize({ width: 900, height: 1300 });
}
const step = (title: string) =>
  page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: title }) });
const done = (title: string) => step(title).getByRole("status").getByText("Done").waitFor();
// People of their own: by a code that the administrator saw, a further browser of the manager would be no second person.
const joinAs = async (role: "agent" | "manager" | "compliance" | "admin") =>
  send(page, {
    ...{ kind: "ui.join", workerUrl },
    code: await invite(workerUrl, tokens.admin, {
      name: `The ${role}`,
      email: `first-run-${emailOf(role)}`,
      role,
    }),
  });

it("opens at the install, in front, with five steps and a sample of each badge", async () => {
  await expect.poll(() => welcomes().length).toBe(1);
  [page] = welcomes() as [Page];
  await page.getByRole("heading", { name: "Welcome to ClearDial" }).waitFor();
  expect(await page.evaluate(() => document.visibilityState)).toBe("visible");
  const titles = page.getByRole("heading", { level: 2 });
  await expect
    .poll(() => titles.allTextContents())
    .toEqual([
      "Step 1 of 5: Join your company",
      "Step 2 of 5: Turn on your CRM",
      "Step 3 of 5: Read the badges",
      "Step 4 of 5: Hold every telephone link",
      "Step 5 of 5: Try your own softphone",
    ]);
  await step("Try your own softphone").getByText("Softphones in pages are off until a site is on.").waitFor();
  for (const verdict of ["No bar found", "Read before you call", "Do not call", "Not known: do not call yet"])
    await step("Read the badges").getByText(verdict, { exact: true }).waitFor();
  // They are drawn, each in its own colours.
  const drawn = await page.evaluate(() =>
    [...document.querySelectorAll("canvas")].map((canvas) => canvas.toDataURL()),
  );
  expect(new Set(drawn).size).toBe(4);
  await looksRight("welcome");
});

it("job: from an invite's link to the first badge in two clicks; the page shows how far one is", async () => {
  const code = await invite(workerUrl, tokens.admin, {
    ...{ name: "The agent", email: emailOf("agent") },
    role: "agent",
  });
  const [first] = welcomes();
  page = await browser.context.newPage();
  await page.goto(`${workerUrl}/join#code=${code}`);
  const tabId = await browser.worker.evaluate(
    async (start) => (await chrome.tabs.query({})).find(({ url }) => url?.startsWith(start))?.id,
    `${workerUrl}/join`,
  );
  // The first click: ClearDial's button, whose popup this is.
  await openExtensionPage(browser, `popup.html?tabId=${tabId}`).catch(() => null);
  await page.waitForURL(/welcome\.html/);
  await page.bringToFront();
  const clicks = new Clicks();
  clicks.count = 1;
  // It joins by itself.
  await done("Join your company");
  expect(page.url()).not.toContain(code);
  await page.getByText(`You are signed in as The agent, agent, at ${new URL(workerUrl).host}.`).waitFor();

  await clicks.on(page.getByRole("button", { name: "Turn on, and open your CRM", exact: true }));
  const opened = () => browser.context.pages().find((one) => one.url() === `${site}/`);
  await expect.poll(opened).toBeDefined();
  const crm = opened()!;
  await crm.bringToFront();
  await expectVerdicts(crm, { "+44 114 496 0061": "caution" });
  expect(clicks.count).toBe(2);

  await page.bringToFront();
  await done("Turn on your CRM");
  await page.getByText(`On for ${new URL(site).host}.`).waitFor();
  await page.getByRole("button", { name: "Open your CRM" }).waitFor();
  await crm.close();
  await first!.close();
  await expect.poll(() => page.getByText("Next, as").count()).toBe(0);
  await looksRight("welcome-done");
});

it("job: begin the try of a softphone, in one click; the browser's gate is beside it, each with its state", async () => {
  const clicks = new Clicks();
  const gate = page.getByRole("region", { name: "Telephone links of the whole browser" });
  await gate.getByText("Off: telephone links on other sites go out unseen.").waitFor();
  await expect.poll(() => gate.getByRole("button", { name: "Turn on…" }).isEnabled()).toBe(true);
  await step("Try your own softphone").getByText("Softphones in pages are on, with your sites.").waitFor();
  await clicks.on(step("Try your own softphone").getByRole("button", { name: "Begin" }));
  expect(clicks.count).toBe(1);
  await page.getByText("Listening: dial +44 306 999 0879 now.").waitFor();
  await page.getByRole("button", { name: "I dialled, and nothing held it" }).click();
  await page.getByText("Not held: no layer of ClearDial saw this call.").waitFor();
  await looksRight("welcome-softphone");
});

it("tells each of the others what is theirs to do first", async () => {
  for (const [role, title, button, leads] of [
    ["manager", "Next, as a manager", "Open the policy", "#/policy"],
    ["compliance", "Next, as a compliance officer", "Open the list", "#/do-not-call"],
    ["admin", "Next, as an administrator", "Load the registers", "#/lists"],
  ] as const) {
    await joinAs(role);
    const next = page.getByRole("region", { name: title });
    await next.waitFor();
    const opened = browser.context.waitForEvent("page");
    await next.getByRole("button", { name: button }).click();
    const desk = await opened;
    await desk.waitForURL(`**/tabs/desk.html${leads}`);
    await desk.close();
  }
  await looksRight("welcome-admin");
});

it("does not open again with the browser", async () => {
  await browser.close();
  browser = await launchBrowser({ ...options, welcome: true });
  const kept = await browser.worker.evaluate(() => chrome.storage.local.get("welcomed"));
  expect(kept).toHaveProperty("welcomed.tabId");
  expect(welcomes()).toEqual([]);
});
