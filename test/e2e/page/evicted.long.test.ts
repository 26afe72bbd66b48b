/**
 * Chrome stops the extension's service worker at any moment: nothing that was acknowledged is lost, nothing is doubled.
 */
import type { CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it, onTestFinished } from "vitest";
import type { DialsAnswer } from "../../../shared/dials/api.ts";
import { pause } from "../../../scripts/lib/processes.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { expectVerdicts, inFront, launch, type Launched } from "../kit/harness.ts";
import { closed, press, says } from "../kit/modal.ts";
import { serve } from "../popup/extension-kit.ts";

const { workerUrl, tokens } = inject("e2e");

// Their verdicts follow the fixtures' rule, and no other test uses them.
const CLEAR = "0118 496 0001";
const BARRED = "0118 496 0010";
const READ_FIRST = "0118 496 0061";
const link = (id: string, number: string) =>
  `<p><a id="${id}" href="tel:${number.replaceAll(" ", "")}">${number}</a></p>`;
// The app dials by itself, so that no dial reaches the system.
const html = `<!doctype html><meta charset="utf-8"><title>Evicted</title><link rel="icon" href="data:,">
${link("clear", CLEAR)}${link("barred", BARRED)}${link("read", READ_FIRST)}
<script>let dialled = 0; addEventListener("click", (event) => { if (event.target.closest("a")) { event.preventDefault(); dialled++; } })</script>`;

let browser: Launched;
let page: Page;
let chrome: CDPSession;
let stopPages = () => {};
let url = "";
beforeAll(async () => {
  const { port, close } = await serve(
    (_, to) => void to.writeHead(200, { "content-type": "text/html" }).end(html),
  );
  [stopPages, url] = [close, `http://localhost:${port}`];
  browser = await launch({ sites: [url] });
  page = browser.page;
  chrome = await browser.context.newCDPSession(browser.own);
  await chrome.send("ServiceWorker.enable");
});
afterAll(async () => {
  await browser?.close();
  stopPages();
});

const evict = () => chrome.send("ServiceWorker.stopAllWorkers");
/** The actions on record for a number, oldest first. */
async function recorded(number: string): Promise<string[]> {
  const path = `/v1/dials?number=${encodeURIComponent(number)}&limit=200`;
  const { dials } = await call<DialsAnswer>(workerUrl, tokens.admin, "GET", path);
  return dials.map((dial) => dial.action).reverse();
}
const dialled = () => page.evaluate("dialled");

it("at each step of a check and of a dial's evidence", async () => {
  await evict();
  await page.goto(url);
  await inFront(page);
  await evict();
  const verdicts = { [CLEAR]: "clear", [BARRED]: "blocked", [READ_FIRST]: "caution" } as const;
  await expectVerdicts(page, verdicts);

  // Stops it just before a dial, and while the dial's record is being sent.
  const moments = [0, 3, 12, 50];
  for (const ms of moments) {
    await evict();
    await page.click("#clear");
    await pause(ms);
    await evict();
  }
  await expect.poll(() => recorded(CLEAR), { timeout: 60_000 }).toEqual(moments.map(() => "passed"));
  expect(await dialled()).toBe(moments.length);

  for (const ms of moments) {
    await page.click("#barred");
    await pause(ms);
    await evict();
    await says(page, "Do not call");
    await evict();
    await press(page, "Don’t call");
    await closed(page);
  }
  await expect.poll(() => recorded(BARRED), { timeout: 60_000 }).toEqual(moments.map(() => "held"));
  expect(await dialled()).toBe(moments.length);

  // Between the question and the agent's answer, and right after the answer.
  for (const ms of [0, 20]) {
    await page.click("#read");
    await says(page, "Read before you call");
    await evict();
    await press(page, "Call");
    await pause(ms);
    await evict();
    await closed(page);
  }
  const both = ["held", "passed", "held", "passed"];
  await expect
    .poll(async () => (await recorded(READ_FIRST)).sort(), { timeout: 60_000 })
    .toEqual(both.sort());
  expect(await dialled()).toBe(moments.length + 2);

  // The next one knows what changed meanwhile.
  await evict();
  await call(workerUrl, tokens.manager, "POST", "/v1/suppressions", { number: CLEAR, reason: "asked" });
  onTestFinished(async () => {
    // Other tests would find it on the list.
    const ended = { reason: "After the test" };
    await call(workerUrl, tokens.admin, "DELETE", `/v1/suppressions/${encodeURIComponent(CLEAR)}`, ended);
  });
  await page.reload();
  await expectVerdicts(page, { ...verdicts, [CLEAR]: "blocked" });
});
