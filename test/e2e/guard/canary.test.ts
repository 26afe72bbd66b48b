/**
 * The canary in a real browser: a build that holds says so of each layer; of one whose guard is broken in a layer, people
 * are told on the same day. In neither does the number leave the machine, nor does the page notice anything.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, inject, it } from "vitest";
import type { CanaryState } from "../../../shared/canary/api.ts";
import { CANARY, canaryLayers } from "../../../shared/canary/number.ts";
import type { DialsAnswer } from "../../../shared/dials/api.ts";
import type { MailAnswer } from "../../../shared/mail/api.ts";
import { grantedCopy } from "../../../scripts/lib/browser.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { openDialler } from "../kit/dialler.ts";
import { expectVerdicts, launch, type Launched } from "../kit/harness.ts";
import { inOurWorld, modal, says } from "../kit/modal.ts";

const { chromium, build, workerUrl, tokens, pagesUrl } = inject("e2e");
const dialler = openDialler(chromium);
const folder = mkdtempSync(join(tmpdir(), "cleardial-canary-"));
const NUMBER = "0161 496 0001";

let intact: Launched;
let broken: Launched;
beforeAll(async () => {
  if (!dialler) return;
  intact = await launch({ sites: [pagesUrl], chromium: dialler.executablePath });
  const extension = grantedCopy(build, join(folder, "broken"), ["http://localhost/*", "http://127.0.0.1/*"]);
  breakOpen(extension);
  broken = await launch({
    ...{ sites: [pagesUrl], joined: "manager", extension, chromium: dialler.executablePath },
  });
});
afterAll(async () => {
  await intact?.close();
  await broken?.close();
  dialler?.remove();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
beforeEach(({ skip }) =>
  skip(!dialler, "wants root, a mount namespace of its own and Debian's Chromium at /usr/bin/chromium"),
);

/** `window.open` is not wrapped any more, as where Chrome had given it another name. */
function breakOpen(extension: string): void {
  let changed = 0;
  for (const file of readdirSync(extension).filter((name) => /^main-world\..*js$/.test(name))) {
    const path = join(extension, file);
    const text = readFileSync(path, "utf8");
    const without = text.replace(/(["'`])open\1/g, "$1opened$1");
    changed += Number(without !== text);
    writeFileSync(path, without);
  }
  expect(changed).toBe(1);
}

const state = () => call<CanaryState>(workerUrl, tokens.admin, "GET", "/v1/canary");
const dials = async () =>
  (await call<DialsAnswer>(workerUrl, tokens.admin, "GET", "/v1/dials?limit=200")).dials.filter(
    ({ written, number }) => number === CANARY || (written ?? "").includes("3069990"),
  );

interface Watching {
  noticed: string[];
}
/** What the page's scripts can notice. Runs in the page. */
function watch(): void {
  const noticed = ((window as unknown as Watching).noticed = [] as string[]);
  new MutationObserver((records) => {
    for (const { target } of records) noticed.push(`changed: ${target.nodeName}`);
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  new PerformanceObserver((list) => {
    for (const { name, entryType } of list.getEntries()) noticed.push(`${entryType}: ${name}`);
  }).observe({ entryTypes: ["resource"] });
  for (const type of ["click", "message", "focusin", "securitypolicyviolation"])
    addEventListener(type, () => noticed.push(type), true);
  const { navigation } = window as unknown as { navigation: EventTarget };
  navigation.addEventListener("navigate", () => noticed.push("navigate"));
  window.open = new Proxy(window.open, {
    apply: (...args) => (noticed.push("open"), Reflect.apply(...args) as Window | null),
  });
}

/** A page with a number, in view; and then asks what changed, as it does every 45 seconds. */
async function use({ page }: Launched): Promise<() => Promise<unknown>> {
  await page.goto(`${pagesUrl}/frame?count=0`);
  await page.evaluate((number) => {
    document.body.innerHTML = `<p>${number}</p>`;
  }, NUMBER);
  await expectVerdicts(page, { [NUMBER]: "clear" });
  await page.evaluate(watch);
  const asks = () =>
    inOurWorld(page, () => chrome.runtime.sendMessage<unknown, unknown>({ kind: "page.poll", seq: 0 }), null);
  await asks();
  return asks;
}
const noticedBy = (page: Page) => page.evaluate(() => (window as unknown as Watching).noticed);
const framesOf = (page: Page) =>
  page.evaluate(() => [window.length, document.querySelectorAll("iframe").length]);
/** The try is over: what it left in our root is gone. */
const isOver = (page: Page) =>
  expect
    .poll(() =>
      inOurWorld(
        page,
        () => {
          const host = document.querySelector<HTMLElement>("cleardial-host")!;
          return chrome.dom.openOrClosedShadowRoot(host)?.querySelectorAll("iframe").length;
        },
        null,
      ),
    )
    .toBe(0);

it("each layer holds, and says so once a day", async () => {
  const before = (await state()).today;
  const asks = await use(intact);
  const tried = async () => {
    const { today } = await state();
    return today.layers.map(({ layer, tried: n, held }, i) => ({
      ...{ layer, tried: n - before.layers[i]!.tried, held: held - before.layers[i]!.held },
    }));
  };
  const each = canaryLayers.map((layer) => ({ layer, tried: 1, held: 1 }));
  await expect.poll(tried, { timeout: 20_000 }).toEqual(each);
  await isOver(intact.page);
  await asks();
  await isOver(intact.page);
  expect(await tried()).toEqual(each);
  expect(await noticedBy(intact.page)).toEqual([]);
  expect(await framesOf(intact.page)).toEqual([0, 0]);
  expect(await modal(intact.page)).toBeNull();
  expect(dialler!.dialled()).toEqual([]);
  expect(await dials()).toEqual([]);
  expect(intact.errors).toEqual([]);
});

it("a broken layer is told on the same day, and nothing leaves", async () => {
  await use(broken);
  const passes = async () =>
    (await state()).passes.filter(({ name }) => name === "The manager").map(({ layer }) => layer);
  await expect.poll(passes, { timeout: 20_000 }).toEqual(["script"]);
  await isOver(broken.page);
  const { mails } = await call<MailAnswer>(workerUrl, tokens.admin, "GET", "/v1/mail?limit=50");
  expect(mails.map(({ template }) => template)).toContain("canary-passed");
  expect(await noticedBy(broken.page)).toEqual([]);
  expect(dialler!.dialled()).toEqual([]);
  expect(await dials()).toEqual([]);
});

it("a page that dials the number on purpose gets what any barred number gets, and no record is made", async () => {
  const { page } = intact;
  await page.evaluate((address) => {
    document.body.innerHTML = `<a id="n" href="${address}">Call</a>`;
  }, `tel:${CANARY}`);
  await page.click("#n");
  await says(page, "Do not call");
  await says(page, "test number");
  await page.keyboard.press("Escape");
  expect(dialler!.dialled()).toEqual([]);
  expect(await dials()).toEqual([]);
});
