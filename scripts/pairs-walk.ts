/**
 * Takes pictures of screens that the tests have none of, on the demo's data (build/shots/walk-….png). `npm run shots:pairs` runs
 * it in two states of the repository, so it uses only what both have. A step that its state lacks leaves no picture.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { buildExtension } from "./build.ts";
import { joinTeam, launchBrowser, openExtensionPage } from "./lib/browser.ts";
import { installChromium } from "./lib/chromium.ts";
import { seedDemo, team } from "./lib/demo.ts";
import { at } from "./lib/paths.ts";
import { freePort } from "./lib/ports.ts";
import { main, pause } from "./lib/processes.ts";
import { invite } from "./lib/seed.ts";
import { makeSetupCode, startWorker } from "./lib/worker.ts";

const folder = mkdtempSync(join(tmpdir(), "cleardial-walk-"));
const SIZE = { width: 1280, height: 900 };

await main(async () => {
  mkdirSync(at("build/shots"), { recursive: true });
  const stateDir = join(folder, "state");
  const setupCode = makeSetupCode();
  const worker = await startWorker({ port: await freePort(), stateDir, setupCode });
  const { directory } = await buildExtension();
  const crmUrl = "http://localhost:9";
  const tokens = await seedDemo({ url: worker.url, setupCode, stateDir, crmUrl, say: () => undefined });
  const browser = await launchBrowser({
    ...{ executablePath: await installChromium(), profile: join(folder, "profile") },
    ...{ extension: directory, headless: true, size: SIZE },
  });
  browser.context.setDefaultTimeout(10_000);
  const own = await openExtensionPage(browser);
  const admin = { ...team.admin, role: "admin" as const };
  await joinTeam(own, worker.url, await invite(worker.url, tokens.admin, admin));

  const step = async (name: string, walk: (page: Page) => Promise<unknown>) => {
    const page = await browser.context.newPage();
    try {
      await walk(page);
      await pause(1000);
      await page.screenshot({ path: at("build/shots", `walk-${name}.png`), animations: "disabled" });
    } catch (error) {
      console.log(`${name}: no picture. ${String(error).split("\n")[0]}`);
    }
    await page.close();
  };
  const desk = async (page: Page, path: string) => {
    await page.goto(`chrome-extension://${browser.extensionId}/tabs/desk.html#${path}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    while ((await page.getByText("Loading", { exact: true }).count()) > 0) await pause(50);
  };

  await step("11-find", (page) => desk(page, "/"));
  await step("19-overview", async (page) => {
    await page.setViewportSize({ width: 1280, height: 1800 });
    await desk(page, "/");
  });
  await step("20-tables", async (page) => {
    await page.setViewportSize({ width: 1920, height: 900 });
    await desk(page, "/do-not-call");
  });
  await step("22-receipt", async (page) => {
    await page.goto(`${worker.url}/privacy-request`);
    await page.getByLabel("A copy of recordings or data").check();
    await page.getByLabel("Your name").fill("Dora Data");
    await page.getByLabel("Your e-mail address").fill("dora@example.com");
    await page.getByLabel("The telephone number").fill("020 7946 0958");
    // A form that is sent within a second comes back.
    await pause(1500);
    await page.getByRole("button", { name: "Send" }).click();
  });
  await step("23-root", (page) => page.goto(worker.url));
  await step("23-nowhere", (page) => page.goto(`${worker.url}/nothing-here`));
  await step("26-command-line", async (page) => {
    const args = ["worker/cli/main.ts", "push", "--help"];
    const env = { ...process.env, NO_COLOR: "1" };
    const said = spawnSync(process.execPath, args, { cwd: at(), env, encoding: "utf8" });
    await page.setContent("<pre style='margin:16px;font-size:13px;white-space:pre-wrap'></pre>");
    await page.locator("pre").evaluate((pre, text) => (pre.textContent = text), said.stdout + said.stderr);
  });
  await step("27-wrong", async (page) => {
    await desk(page, "/do-not-call");
    await page.getByRole("button", { name: "Add a number" }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^(Add|Put)/ })
      .click();
  });
  await step("28-zoom", async (page) => {
    await page.setViewportSize({ width: 320, height: 256 });
    await desk(page, "/do-not-call");
  });
  await step("28-forced", async (page) => {
    await page.emulateMedia({ forcedColors: "active" });
    await desk(page, "/policy");
  });
  await browser.close();
  await worker.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(0);
});
