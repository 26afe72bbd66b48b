/** The browser's gate where a person meets it: the options say what Chrome was asked, and the small window what is held. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { expectAccessible } from "../kit/axe.ts";
import { Clicks } from "../kit/clicks.ts";
import { withGate } from "../kit/gate.ts";
import { launch, type Launched } from "../kit/harness.ts";
import { refuseIn, says } from "../kit/modal.ts";
import { shot } from "../kit/shots.ts";
import { BARRED } from "../kit/softphones.ts";
import { overflows } from "../desk/kit.ts";

const { workerUrl } = inject("e2e");
const folder = mkdtempSync(join(tmpdir(), "cleardial-gate-"));

let [browser, accepts] = [null, null] as unknown as [Launched, Launched];
beforeAll(async () => {
  const extension = withGate(folder);
  // A browser that declined once asks no more.
  [browser, accepts] = await Promise.all([
    launch({ sites: [], extension }),
    launch({ sites: [], extension }),
  ]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), accepts?.close()]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const test = (own: Page) => own.locator("#gate ~ div").getByRole("button", { name: "Test" });
async function looksRight(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page);
    await page.locator("#gate").scrollIntoViewIfNeeded();
    await shot(page, colorScheme === "light" ? name : `${name}-dark`);
  }
  await expect.poll(() => overflows(page)).toBe(false);
}
/** Turned on without asking Chrome, which a test finds. */
async function begins({ own, ask }: Launched): Promise<void> {
  expect(await ask({ kind: "ui.gate", on: true, softphone: "callto:" })).toMatchObject({ ok: true });
  await own.reload();
  await test(own).click();
  await own.getByText("Chrome has not been asked yet").waitFor();
}
/** Presses this, and the button on the Worker's page, whose question is answered so. */
async function asks(
  { context, own }: Launched,
  mode: "autoReject" | "autoAccept",
  press = "Ask Chrome…",
  clicks = new Clicks(),
): Promise<void> {
  const opened = context.waitForEvent("page");
  await clicks.on(own.getByRole("button", { name: press }));
  const page = await opened;
  const session = await context.newCDPSession(page);
  await session.send("Page.setRPHRegistrationMode", { mode });
  await clicks.on(page.getByRole("button", { name: "Open telephone links with ClearDial" }));
  await page.getByText("Chrome has been asked.").waitFor();
  const works = () =>
    page.evaluate(async () => (await navigator.serviceWorker.getRegistration("/dial"))?.active?.state);
  await expect.poll(works).toBe("activated");
  await page.close();
  await own.bringToFront();
  await test(own).click();
}

it("never asked and asked in vain are two things", async () => {
  const { own } = browser;
  await own.reload();
  await own.getByRole("button", { name: "Turn on…" }).waitFor();
  await looksRight(own, "options-gate-off");
  await begins(browser);
  await looksRight(own, "options-gate-unasked");
  await asks(browser, "autoReject");
  await own.getByText("Chrome was asked, and its question was declined or is still open").waitFor();
  await looksRight(own, "options-gate-declined");
});

it("job: turn on the browser's gate, in one click, and one on the page on which Chrome asks", async () => {
  const { own } = accepts;
  const clicks = new Clicks();
  await own.reload();
  await asks(accepts, "autoAccept", "Turn on…", clicks);
  await own.getByText("On: telephone links of the whole browser come to ClearDial first.").waitFor();
  expect(clicks.count).toBe(2);
});

it("once it is on, a small window of ours asks on a site that is not turned on", async () => {
  const { page, context, own } = accepts;
  await looksRight(own, "options-gate-on");
  await own.locator("#softphones").scrollIntoViewIfNeeded();
  await shot(own, "options-softphones");
  await page.bringToFront();
  await page.goto(`${workerUrl}/policy`);
  const opened = context.waitForEvent("page");
  await page.evaluate((to) => void (location.href = `tel:${to}`), BARRED);
  const window = await opened;
  await says(window, "Do not call");
  for (const colorScheme of ["light", "dark"] as const) {
    await window.emulateMedia({ colorScheme });
    await shot(window, colorScheme === "light" ? "held-window" : "held-window-dark");
  }
  await expect.poll(() => overflows(window)).toBe(false);
  await refuseIn(window);
});
