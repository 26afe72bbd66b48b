/**
 * `npm run shots`: pictures of the real extension on the demo CRM, with fictional numbers only: five for the stores, in
 * store/, and more for the guides, in docs/.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { startDemo } from "../demo/server.ts";
import { buildExtension } from "./build.ts";
import {
  type Browser,
  grantedCopy,
  joinTeam,
  launchBrowser,
  openExtensionPage,
  turnOn,
} from "./lib/browser.ts";
import { installChromium } from "./lib/chromium.ts";
import { seedDemo, team } from "./lib/demo.ts";
import { settledMarks } from "./lib/marks.ts";
import { at } from "./lib/paths.ts";
import { freePort } from "./lib/ports.ts";
import { main, onEnd, pause } from "./lib/processes.ts";
import { call, daysAgo, invite, type Role, type Tokens } from "./lib/seed.ts";
import { makeSetupCode, startWorker } from "./lib/worker.ts";

/** As large as the Chrome Web Store wants them. */
const SIZE = { width: 1280, height: 800 };
const folder = mkdtempSync(join(tmpdir(), "cleardial-shots-"));
/** Ended in reverse. */
const started = new AsyncDisposableStack();
started.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
onEnd(() => started.disposeAsync());

const take = (page: Page, file: string) => page.screenshot({ path: at(file), animations: "disabled" });

await main(async () => {
  try {
    const stateDir = join(folder, "state");
    const setupCode = makeSetupCode();
    const [worker, build, demo] = await Promise.all([
      startWorker({ port: await freePort(), stateDir, setupCode }).then((w) => (started.defer(w.stop), w)),
      buildExtension(),
      startDemo(await freePort()).then((d) => (started.defer(d.stop), d)),
    ]);
    const tokens = await seedDemo({
      ...{ url: worker.url, setupCode, stateDir, crmUrl: demo.url },
      say: () => undefined,
    });
    await ask(worker.url, tokens);
    const browser = await launchBrowser({
      executablePath: await installChromium(),
      profile: join(folder, "profile"),
      extension: grantedCopy(build.directory, join(folder, "extension"), [`${demo.url}/*`]),
      headless: true,
      size: SIZE,
    });
    started.defer(() => browser.close());
    const own = await openExtensionPage(browser);
    const joinAs = async (role: Role) =>
      joinTeam(own, worker.url, await invite(worker.url, tokens.admin, { ...team[role], role }));

    await joinAs("agent");
    await turnOn(own, [demo.url]);
    await crm(await browser.context.newPage(), demo.url);
    await joinAs("manager");
    await desk(browser, "/policy", "store/4-policy.png");
    await popup(browser);
    await joinAs("compliance");
    await desk(browser, "/requests", "store/5-desk.png");
    await desk(browser, "/dials", "docs/dials.png");
    await joinAs("admin");
    await desk(browser, "/lists", "docs/lists.png");
    await desk(browser, "/people", "docs/people.png");
  } finally {
    await started.disposeAsync();
  }
  process.exit(0);
});

/** Requests of data subjects, so that the desk has some. */
async function ask(url: string, { compliance }: Tokens): Promise<void> {
  const entries = [
    {
      kind: "access",
      name: "Amelia Hart",
      number: "07700 900118",
      channel: "email",
      receivedOn: daysAgo(21),
    },
    {
      kind: "erasure",
      name: "Peter Winslow",
      number: "07700 900805",
      channel: "post",
      receivedOn: daysAgo(9),
    },
    {
      kind: "complaint",
      name: "Ruth Kessler",
      number: "0118 496 0417",
      channel: "telephone",
      receivedOn: daysAgo(3),
    },
    {
      kind: "objection",
      name: "Rhiannon Evans",
      number: "07700 900034",
      channel: "telephone",
      receivedOn: daysAgo(1),
    },
  ];
  for (const entry of entries)
    await call(url, compliance, "POST", "/v1/requests/entries", {
      ...entry,
      email: `${entry.name.toLowerCase().replace(" ", ".")}@example.com`,
      text: "As it was said.",
    });
}

/** The agent's day: badges, a card, and a dial that is held. */
async function crm(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.bringToFront();
  await settledMarks(page, (marks) => new Set(marks.map((m) => m.verdict)).size === 4, { quiet: 1500 });
  await take(page, "store/1-badges.png");
  await page.keyboard.press("Alt+Shift+C");
  await page.keyboard.press("ArrowDown");
  await pause(1000);
  await take(page, "store/2-card.png");
  await page.keyboard.press("Escape");
  await page.locator('a[href^="tel:"]', { hasText: "0113 496 0142" }).first().click();
  await page.locator('a[href^="tel:"]', { hasText: "07700 900118" }).first().click();
  await pause(1500);
  await take(page, "store/3-held.png");
  await page.keyboard.press("Escape");
}

/** A view of the desk, once it shows what it is about. */
async function desk({ context, extensionId }: Browser, path: string, file: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(`chrome-extension://${extensionId}/tabs/desk.html#${path}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  while ((await page.getByText("Loading", { exact: true }).count()) > 0) await pause(50);
  await pause(500);
  await take(page, file);
  await page.close();
}

async function popup({ context, extensionId }: Browser): Promise<void> {
  const page = await context.newPage();
  await page.setViewportSize({ width: 380, height: 640 });
  await page.goto(`chrome-extension://${extensionId}/popup.html`);
  await pause(1500);
  await take(page, "docs/popup.png");
  await page.close();
}
