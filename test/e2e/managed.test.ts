/** An administrator's enterprise policy in a real Chromium. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, inject, it, onTestFinished } from "vitest";
import { type Browser, launchBrowser, openExtensionPage } from "../../scripts/lib/browser.ts";
import { call } from "../../scripts/lib/seed.ts";
import type { TokenAnswer } from "../../shared/api.ts";
import { policiesPossible, underPolicy } from "./under-policy.ts";

const { chromium, build, workerUrl, tokens } = inject("e2e");
const possible = policiesPossible(chromium);

/** A Chromium under a policy for the extension. */
async function managed(policy: Record<string, string>): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), "cleardial-managed-"));
  const id = "gjfncemgbmfcpbjhhncdmgalholdbemp";
  const browser = await launchBrowser({
    executablePath: underPolicy(chromium, folder, { "3rdparty": { extensions: { [id]: policy } } }),
    extension: build,
    profile: join(folder, "profile"),
    headless: true,
  });
  onTestFinished(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return browser;
}

beforeEach(({ skip }) =>
  skip(!possible, "wants root, a mount namespace of its own and Debian's Chromium at /usr/bin/chromium"),
);

it("with a token the browser is signed in without anybody typing, and cannot leave", async () => {
  const until = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
  const body = { name: "Sales floor", role: "agent", until };
  const { token } = await call<TokenAnswer>(workerUrl, tokens.admin, "POST", "/v1/tokens", body);
  const options = await openExtensionPage(await managed({ workerUrl, token }));
  await options.getByText("Signed in as Sales floor, agent").waitFor();
  await options.getByText("Your administrator connected this browser.").waitFor();
  expect(await options.getByRole("button", { name: "Leave" }).count()).toBe(0);
  expect(await options.getByLabel("Address").count()).toBe(0);
});

it("with an address alone it stands in the form", async () => {
  const options = await openExtensionPage(await managed({ workerUrl }));
  await expect.poll(() => options.getByLabel("Address").inputValue()).toBe(workerUrl);
  expect(await options.getByRole("button", { name: "Leave" }).count()).toBe(0);
});
