/**
 * The extension is removed under an open page, comes back, and becomes a newer version, while the page is never
 * reloaded.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { grantedCopy, openExtensionPage } from "../../../scripts/lib/browser.ts";
import { expectVerdicts, launch, type Launched } from "../kit/harness.ts";
import { closed, modal, says } from "../kit/modal.ts";

const { pagesUrl, build } = inject("e2e");

// By the fixtures' rule. Nobody has asked about the later ones before.
const CLEAR = "0151 496 0001";
const BLOCKED = "0151 496 0010";
const LATER = ["0151 496 0020", "0151 496 0030", "0151 496 0050"] as const;

const folder = mkdtempSync(join(tmpdir(), "cleardial-update-"));
const hosts = ["http://localhost/*", "http://127.0.0.1/*"];
let browser: Launched;
let page: Page;
/** chrome://extensions, where a person switches the extension off and on. */
let admin: Page;

beforeAll(async () => {
  browser = await launch({ sites: [pagesUrl], flags: ["--enable-unsafe-extension-debugging"] });
  admin = await browser.context.newPage();
  await admin.goto("chrome://extensions");
  ({ page } = browser);
  await page.goto(`${pagesUrl}/frame?count=0`);
  await page.evaluate(
    (numbers) => {
      const link = (number: string, i: number) =>
        `<p><a id="n${i}" href="tel:${number.replaceAll(" ", "")}">${number}</a></p>`;
      document.body.replaceChildren(
        document.createRange().createContextualFragment(numbers.map(link).join("")),
      );
      // The page itself dials, as a softphone does.
      document.body.addEventListener("click", (event) => {
        event.preventDefault();
        (window as unknown as PageWindow).dialled.push((event.target as Element).id);
      });
      (window as unknown as PageWindow).dialled = [];
    },
    [CLEAR, BLOCKED],
  );
  await page.bringToFront();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

interface PageWindow {
  dialled: string[];
}
interface Admin {
  management: { setEnabled(id: string, on: boolean): Promise<void> };
}

const enable = (on: boolean) =>
  admin.evaluate(([id, on]) => (chrome as unknown as Admin).management.setEnabled(id, on), [
    browser.extensionId,
    on,
  ] as const);
/** The parts of us that the page can see. */
const ours = () =>
  page.evaluate(() => [
    document.querySelectorAll("cleardial-host").length,
    [...CSS.highlights.keys()].filter((name) => name.startsWith("cleardial-")).length,
    document.adoptedStyleSheets.length,
  ]);
const dialled = () => page.evaluate(() => (window as unknown as PageWindow).dialled.splice(0));
const add = (number: string) =>
  page.evaluate((number) => {
    document.body.append(Object.assign(document.createElement("p"), { textContent: number }));
  }, number);

/** Checks that one script of ours, and only one, is live, reads new numbers and holds dials. */
async function worksAgain(fresh: string): Promise<void> {
  await add(fresh);
  await expectVerdicts(page, { [CLEAR]: "clear", [BLOCKED]: "blocked", [fresh]: "blocked" });
  // The notice of the scripts before it is gone.
  await expect.poll(async () => (await ours())[0]).toBe(1);
  await page.click("#n1");
  await says(page, "Do not call");
  await page.keyboard.press("Escape");
  await closed(page);
  expect(await dialled()).toEqual([]);
  await page.click("#n0");
  expect(await dialled()).toEqual(["n0"]);
  expect(await modal(page)).toBeNull();
}

/** What the notice says, in the world of the scripts that have lost the extension; null without one. */
const notice = (at = page) =>
  at.evaluate(() => {
    const host = document.querySelector("cleardial-host");
    return host?.matches(":popover-open") ? host.getBoundingClientRect().width > 100 : null;
  });
/** By which a new version's scripts tell the old ones to go: a page may say it too. */
const forge = () =>
  page.evaluate(() => {
    const { navigation } = window as unknown as { navigation: EventTarget };
    for (const detail of [[""], [null], [[]], Array.from({ length: 1000 }, (_, i) => String(i)), "", null])
      navigation.dispatchEvent(new CustomEvent("cleardial-succeeds", { detail }));
  });

it("switched off, its marks go quietly, and what dials is held with a word to reload the page", async () => {
  await expectVerdicts(page, { [CLEAR]: "clear", [BLOCKED]: "blocked" });
  await enable(false);
  await expect.poll(ours).toEqual([0, 0, 0]);
  await add("0151 496 0040");
  await forge();
  for (const id of ["#n1", "#n0"]) {
    await page.click(id);
    await expect.poll(() => notice()).toBe(true);
  }
  const left = await page.evaluate(() => {
    document.querySelector("cleardial-host")!.remove();
    // Outside the page, where only the page's own world could see it.
    const link = document.createElement("a");
    link.href = "#n0";
    link.click();
    const frame = document.createElement("iframe");
    frame.src = "tel:+441514960001";
    return [open("tel:+441514960001"), frame.getAttribute("src")];
  });
  expect(left).toEqual([null, null]);
  await expect.poll(() => notice()).toBe(true);
  expect(await dialled()).toEqual([]);
  expect(await ours()).toEqual([1, 0, 0]);
  expect(browser.errors).toEqual([]);
});

it("switched on again, a fresh script takes over without a reload", async () => {
  await enable(true);
  await worksAgain(LATER[0]);
  expect(browser.errors).toEqual([]);
});

/** Has Chrome update the extension. */
async function updateTo(version: string): Promise<void> {
  const newer = grantedCopy(build, join(folder, version), hosts);
  const file = join(newer, "manifest.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as object;
  writeFileSync(file, JSON.stringify({ ...manifest, version }));
  const debug = (await browser.context.browser()!.newBrowserCDPSession()) as unknown as {
    send(method: string, params: object): Promise<unknown>;
  };
  await debug.send("Extensions.loadUnpacked", { path: newer });
}

it("a newer version takes over under the open page", async () => {
  await updateTo("99.0");
  await worksAgain(LATER[1]);
  const own = await openExtensionPage(browser);
  expect(await own.evaluate(() => chrome.runtime.getManifest().version)).toBe("99.0");
  await own.close();
  expect(browser.errors).toEqual([]);
});

it("a page that lies in wait for an update has nothing of it: it gets no channel, and where it gives one all is held", async () => {
  const dialling = async () => {
    const other = await browser.context.newPage();
    await other.goto(`${pagesUrl}/frame?count=0`);
    await other.evaluate((number) => {
      document.body.innerHTML = `<p><a href="tel:+441514960010">${number}</a></p>`;
      (window as unknown as PageWindow).dialled = [];
    }, BLOCKED);
    await expectVerdicts(other, { [BLOCKED]: "blocked" });
    return other;
  };
  // One asks in our script's place.
  const asking = await dialling();
  await asking.evaluate(() => {
    const carrier = new EventTarget();
    carrier.addEventListener("gives", () => (window as unknown as PageWindow).dialled.push("channel"));
    const ask = () => document.dispatchEvent(new MouseEvent("cleardial-hello", { relatedTarget: carrier }));
    setInterval(ask, 1);
  });
  // The other answers in our guard's.
  const giving = await dialling();
  await giving.evaluate(() => {
    const give = (event: Event) => {
      event.stopImmediatePropagation();
      const gives = new MouseEvent("gives", { relatedTarget: new EventTarget() });
      (event as MouseEvent).relatedTarget?.dispatchEvent(gives);
    };
    addEventListener("cleardial-hello", give, true);
  });
  await page.bringToFront();
  await updateTo("99.1");
  await worksAgain(LATER[2]);

  const dials = () => {
    const frame = document.createElement("iframe");
    frame.src = "tel:+441514960010";
    return [open("tel:+441514960010"), frame.getAttribute("src")];
  };
  await asking.bringToFront();
  await expectVerdicts(asking, { [BLOCKED]: "blocked" });
  expect(await asking.evaluate(dials)).toEqual([null, null]);
  await says(asking, "Do not call");
  expect(await asking.evaluate(() => (window as unknown as PageWindow).dialled)).toEqual([]);

  await giving.bringToFront();
  await expect.poll(() => notice(giving)).toBe(true);
  expect(await giving.evaluate(dials)).toEqual([null, null]);
  await giving.close();
  await asking.close();
  await page.bringToFront();
  expect(browser.errors).toEqual([]);
});

it("removed for good, the page asks to be loaded again, and then nothing of it is there", async () => {
  await enable(false);
  await expect.poll(ours).toEqual([0, 0, 0]);
  await page.click("#n0");
  await expect.poll(() => notice()).toBe(true);
  expect(await dialled()).toEqual([]);
  await page.reload();
  await page.evaluate(() => {
    const link = Object.assign(document.createElement("a"), { href: "tel:+441514960001", id: "n0" });
    link.textContent = "Call";
    document.body.replaceChildren(link);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      (window as unknown as PageWindow).dialled = ["n0"];
    });
  });
  await page.click("#n0");
  expect(await dialled()).toEqual(["n0"]);
  expect(await ours()).toEqual([0, 0, 0]);
});
