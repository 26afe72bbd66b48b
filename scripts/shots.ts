/**
 * `npm run shots`: takes pictures of the real extension on the demo CRM, with fictional numbers only: five for the stores
 * (store/), and more for the guides (docs/).
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
import { addIntegration, call, daysAgo, hoursAgo, invite, type Role, type Tokens } from "./lib/seed.ts";
import { makeSetupCode, startWorker } from "./lib/worker.ts";

/** The size that the Chrome Web Store requires. */
const SIZE = { width: 1280, height: 800 };
/** The height of the desk's menu. */
const MENU = 745;
const folder = mkdtempSync(join(tmpdir(), "cleardial-shots-"));
/** Ended in reverse. */
const started = new AsyncDisposableStack();
started.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
onEnd(() => started.disposeAsync());

/** The guides' pictures end below the last content. */
const take = (page: Page, file: string, height = SIZE.height) =>
  page.screenshot({
    ...{ path: at(file), animations: "disabled" },
    clip: { x: 0, y: 0, width: page.viewportSize()!.width, height },
  });
/** A contact: her office number is called, recorded and requested; a call to her mobile number is held. */
const AMELIA = { name: "Amelia Hart", number: "0113 496 0142" };
const HELD = "07700 900118";

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
    await record(worker.url, tokens);
    const asked = await ask(worker.url, tokens);
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
    const page = await browser.context.newPage();
    await crm(page, demo.url);
    await joinAs("manager");
    await desk(browser, "/policy", "store/4-policy.png");
    await popup(browser, own, page);
    await joinAs("compliance");
    await call(worker.url, tokens.compliance, "POST", `/v1/requests/${asked}/match`, { everything: true });
    await desk(browser, "/requests", "store/5-desk.png");
    await desk(browser, `/requests/case/${asked}`, "docs/request.png");
    await desk(browser, "/dials", "docs/dials.png", MENU);
    await desk(browser, "/recordings", "docs/recordings.png", MENU);
    await desk(browser, "/proof", "docs/proof.png", SIZE.height, prove);
    await joinAs("admin");
    await desk(browser, "/lists", "docs/lists.png", MENU);
    await desk(browser, "/people", "docs/people.png", MENU);
  } finally {
    await started.disposeAsync();
  }
  process.exit(0);
});

/** Adds recordings of calls for the desk. */
async function record(url: string, { admin }: Tokens): Promise<void> {
  const dialler = await addIntegration(url, admin);
  const calls = [
    { number: AMELIA.number, seconds: 312, purpose: "quality", startedAt: hoursAgo(2.3) },
    { number: "029 2018 0455", seconds: 188, purpose: "training", startedAt: hoursAgo(5.1) },
    { number: "0114 496 0093", seconds: 97, purpose: "protection", startedAt: hoursAgo(19.2) },
    { number: AMELIA.number, seconds: 541, purpose: "quality", startedAt: hoursAgo(21.7) },
  ];
  for (const [i, made] of calls.entries())
    await call(url, dialler, "POST", "/v1/recordings", {
      ...{ provider: "dialler", providerId: `call-${i}`, agent: team.agent.email, direction: "outbound" },
      ...{ storage: { kind: "r2" }, announced: true },
      ...made,
    });
}

/** Adds requests of data subjects for the desk. Resolves with the first one's id, whose identity is settled. */
async function ask(url: string, { compliance }: Tokens): Promise<string> {
  const entries = [
    {
      kind: "access",
      ...AMELIA,
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
  const ids: string[] = [];
  for (const entry of entries) {
    const { id } = await call<{ id: string }>(url, compliance, "POST", "/v1/requests/entries", {
      ...entry,
      email: `${entry.name.toLowerCase().replace(" ", ".")}@example.com`,
      text: "As it was said.",
    });
    ids.push(id);
  }
  const [first = ""] = ids;
  await call(url, compliance, "POST", `/v1/requests/${first}/identity`, {
    ...{ step: "clear", how: "Wrote from the address that we have had since she became a customer" },
  });
  return first;
}

/** What an agent sees: badges, a card, and a dial that is held. */
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
  await page.locator('a[href^="tel:"]', { hasText: AMELIA.number }).first().click();
  await page.locator('a[href^="tel:"]', { hasText: HELD }).first().click();
  await pause(1500);
  await take(page, "store/3-held.png");
  await page.keyboard.press("Escape");
}

/** Takes a page of the desk, once its content is there. */
async function desk(
  { context, extensionId }: Browser,
  path: string,
  file: string,
  height: number = SIZE.height,
  before: (page: Page) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const page = await context.newPage();
  await page.goto(`chrome-extension://${extensionId}/tabs/desk.html#${path}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  while ((await page.getByText("Loading", { exact: true }).count()) > 0) await pause(50);
  await before(page);
  await pause(500);
  await take(page, file, height);
  await page.close();
}

/** The proof of a number. */
async function prove(page: Page): Promise<void> {
  await page.getByLabel("Telephone number").fill(HELD);
  await page.locator("main form button[type=submit]").click();
  await page.locator("article.desk-sheet").waitFor();
  // Below the bar at the top.
  await page.evaluate(() => {
    document.querySelector("article.desk-sheet")!.scrollIntoView();
    scrollBy(0, -70);
  });
}

/** The popup over the CRM. */
async function popup({ context, extensionId }: Browser, own: Page, crm: Page): Promise<void> {
  const url = `${new URL(crm.url()).origin}/*`;
  const tabId = await own.evaluate(async (url) => (await chrome.tabs.query({ url }))[0]!.id!, url);
  const page = await context.newPage();
  await page.setViewportSize({ width: 380, height: 760 });
  await page.goto(`chrome-extension://${extensionId}/popup.html?tabId=${tabId}`);
  await pause(1500);
  await take(page, "docs/popup.png", 760);
  await page.close();
}
