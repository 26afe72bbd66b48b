/** An administrator's enterprise policy in a real Chromium. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, inject, it, onTestFinished } from "vitest";
import { type Browser, launchBrowser, openExtensionPage, send } from "../../../scripts/lib/browser.ts";
import { call, invite } from "../../../scripts/lib/seed.ts";
import type { TokenAnswer } from "../../../shared/people/api.ts";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { expectVerdicts } from "../kit/harness.ts";
import { emailOf } from "../kit/setup.ts";
import { EXTENSION_ID as ID, policiesPossible, underPolicy } from "../kit/under-policy.ts";

const { chromium, build, granted, workerUrl, tokens, pagesUrl, otherUrl } = inject("e2e");
const possible = policiesPossible(chromium);

/** A Chromium with a policy for the extension; `more` are policies for Chromium itself. */
async function managed(policy: Record<string, unknown>, extension = build, more = {}): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), "cleardial-managed-"));
  const all = { ...more, "3rdparty": { extensions: { [ID]: policy } } };
  const browser = await launchBrowser({
    executablePath: underPolicy(chromium, folder, all),
    extension,
    profile: join(folder, "profile"),
    headless: true,
  });
  onTestFinished(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return browser;
}

/** An integration's token, made by an administrator for many browsers. */
async function integration(): Promise<string> {
  const until = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
  const body = { name: "Sales floor", scopes: ["check"], until };
  return (await call<TokenAnswer>(workerUrl, tokens.admin, "POST", "/v1/tokens", body)).token;
}

beforeEach(({ skip }) =>
  skip(!possible, "wants root, a mount namespace of its own and Debian's Chromium at /usr/bin/chromium"),
);

it("with a token the browser is signed in without anybody typing, and cannot leave", async () => {
  const token = await integration();
  const browser = await managed({ workerUrl, token });
  const options = await openExtensionPage(browser);
  await options.getByText("Signed in as Sales floor, agent").waitFor();
  await options.getByText("Your administrator connected this browser.").waitFor();
  await expect.poll(() => options.getByRole("button", { name: "Leave" }).count()).toBe(0);
  await expect.poll(() => options.getByLabel("Address").count()).toBe(0);
  // Nobody needs a first step.
  expect(await browser.worker.evaluate(() => chrome.storage.local.get("welcomed"))).toEqual({
    welcomed: { tabId: null },
  });
});

it("with an address alone it stands in the form", async () => {
  const options = await openExtensionPage(await managed({ workerUrl }));
  await expect.poll(() => options.getByLabel("Address").inputValue()).toBe(workerUrl);
  await expect.poll(() => options.getByRole("button", { name: "Leave" }).count()).toBe(0);
});

it("with sites whose hosts are granted they run without a click, and nobody turns them off", async () => {
  const sites = [pagesUrl, `${otherUrl}/`, "https://*", "https://crm.example.com"];
  const browser = await managed({ workerUrl, token: await integration(), sites }, granted);
  const page = await browser.context.newPage();
  await page.goto(`${pagesUrl}/frame?count=4`);
  await expectVerdicts(page, { "+44 114 496 0061": "caution" });
  const tabId = await browser.worker.evaluate(
    async (url) => (await chrome.tabs.query({ url: `${url}/*` }))[0]?.id,
    pagesUrl,
  );
  const popup = await openExtensionPage(browser, `popup.html?tabId=${tabId}`);
  const toggle = popup.getByRole("switch", { checked: true });
  await toggle.waitFor();
  await expect.poll(() => toggle.isDisabled()).toBe(true);
  await popup.getByText("Set by your administrator.").waitFor();
  await popup.getByText("Your company uses ClearDial on crm.example.com.").waitFor();
  await expectAccessibleInBoth(popup);

  const off = { kind: "ui.site", tabId, origins: [pagesUrl], on: false };
  expect(await send(popup, off)).toEqual({ ok: false, detail: "locked" });
  const options = await openExtensionPage(browser);
  const host = new URL(pagesUrl).host;
  await options.getByText(host, { exact: true }).waitFor();
  await expect.poll(() => options.getByRole("button", { name: "Turn off" }).count()).toBe(0);
  await expect.poll(() => options.getByText("Set by your administrator.").count()).toBe(2);
  await page.reload();
  await expectVerdicts(page, { "+44 114 496 0061": "caution" });
});

it("locked, the server and the sites are the administrator's alone", async () => {
  const locked = ["server", "sites", "purpose"];
  const browser = await managed({ workerUrl, locked, sites: [pagesUrl] });
  const options = await openExtensionPage(browser);
  const address = options.getByLabel("Address");
  await expect.poll(() => address.inputValue()).toBe(workerUrl);
  await expect.poll(() => address.getAttribute("readonly")).not.toBeNull();
  const elsewhere = await send(options, { kind: "ui.join", workerUrl: pagesUrl, code: "cdi_any" });
  expect(elsewhere).toMatchObject({ ok: false, code: "locked" });
  const who = { name: "The agent", email: emailOf("agent"), role: "agent" } as const;
  await options.getByLabel("Join code").fill(await invite(workerUrl, tokens.admin, who));
  await options.getByRole("button", { name: "Join", exact: true }).click();
  await options.getByText("Signed in as The agent, agent").waitFor();
  await expect.poll(() => options.getByRole("button", { name: "Leave" }).count()).toBe(0);
  // Only sites that the administrator names are offered.
  await options.getByRole("button", { name: `Turn on ${new URL(pagesUrl).host}` }).waitFor();
  await expectAccessibleInBoth(options);
  const other = await send(options, { kind: "ui.site", tabId: -1, origins: [otherUrl], on: true });
  expect(other).toEqual({ ok: false, detail: "locked" });
});

it("runtime_allowed_hosts grants nothing: such a site is offered", async () => {
  const more = { ExtensionSettings: { [ID]: { runtime_allowed_hosts: ["*://localhost"] } } };
  const browser = await managed({ workerUrl, sites: [pagesUrl] }, build, more);
  const options = await openExtensionPage(browser);
  await options.getByRole("button", { name: `Turn on ${new URL(pagesUrl).host}` }).waitFor();
  const held = await options.evaluate(
    (url) => chrome.permissions.contains({ origins: [`${url}/*`] }),
    pagesUrl,
  );
  expect(held).toBe(false);
});
