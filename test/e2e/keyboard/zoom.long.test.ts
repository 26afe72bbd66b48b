/**
 * At 200 % and 400 % zoom of a screen of 1280 × 1024 (WCAG 2.2: 1.4.10 reflow, 2.4.11 focus not obscured): everything can be
 * reached, what has the focus is in sight, nothing covers it, and nothing scrolls in two directions.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { Verdict } from "../../../shared/check/api.ts";
import { expectVerdicts, launch, type Launched } from "../kit/harness.ts";
import { inOurWorld } from "../kit/our-world.ts";
import { shot } from "../kit/shots.ts";
import { fill, linkTo } from "../page/dialog-kit.ts";
import { faultsOf } from "./covered.ts";
import { focusInside } from "./stops.ts";

const { pagesUrl, workerUrl } = inject("e2e");
const CLEAR = "0118 496 0117";
const TPS = "0118 496 0120";

describe.each([
  ["400 %", { width: 320, height: 256 }],
  ["200 %", { width: 640, height: 512 }],
  ["a window of its own", { width: 1000, height: 760 }],
])("at %s", (zoom, viewport) => {
  let browser: Launched;
  let page: Page;
  beforeAll(async () => {
    browser = await launch({ joined: "manager", viewport });
    ({ page } = browser);
  });
  afterAll(() => browser.close());

  /** The card or dialog that is open: its text, what of it is seen at once, and whether its buttons work. */
  const shown = () =>
    inOurWorld(
      page,
      () => {
        const root = chrome.dom.openOrClosedShadowRoot(
          document.querySelector<HTMLElement>("cleardial-host")!,
        )!;
        const dialog = root.querySelector<HTMLElement>("dialog[open]");
        if (!dialog) return null;
        const isSeen = (selector: string) =>
          [...dialog.querySelectorAll(selector)].some((one) => {
            const { left, top, width, height } = one.getBoundingClientRect();
            return [top + 2, top + height / 2, top + height - 2].every((y) => {
              const hit = root.elementFromPoint(left + width / 2, y);
              return hit !== null && one.contains(hit);
            });
          });
        return {
          text: dialog.innerText,
          isReady: dialog.querySelector("button:disabled") === null,
          saysWhy: isSeen("h2") && isSeen("#ask-why li"),
          hasButtons: isSeen("form button[type=submit]") && isSeen("form button[type=button]"),
        };
      },
      null,
    );
  const says = (text: string) => expect.poll(async () => (await shown())?.text ?? "").toContain(text);
  async function press(name: string): Promise<void> {
    await expect.poll(async () => (await shown())?.isReady).toBe(true);
    for (let n = 0; n < 40 && !(await focusInside(page)).includes(`“${name}”`); n++)
      await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
  }
  async function show(number: string, verdict: Verdict): Promise<void> {
    await page.bringToFront();
    await page.goto(`${pagesUrl}/frame?count=0`);
    await fill(page, `<button id="own">Own</button><p>${linkTo(number)}</p>`);
    await expectVerdicts(page, { [number]: verdict });
  }
  const isGood = async (what: string) => {
    await shot(page, `zoom-${parseInt(zoom) || "none"}-${what.replace(/\W+/g, "-").toLowerCase()}`);
    expect.soft(await faultsOf(page, true), what).toEqual([]);
  };
  /** The focus is where it was after a walk that went round. */
  async function form(opens: string, leave: string): Promise<void> {
    await press(opens);
    await isGood(opens);
    await press(leave);
    await expect.poll(async () => (await shown())?.text).toContain(opens);
  }

  it("the held dialog says why at once, and each of its forms can be filled in", async () => {
    await show(TPS, "blocked");
    await page.focus("#link");
    await page.keyboard.press("Enter");
    await says("Do not call");
    await expect.poll(async () => (await shown())?.isReady).toBe(true);
    expect.soft(await shown(), "why").toMatchObject({ saysWhy: true });
    await isGood("held");
    await press("Call for another reason…");
    if (viewport.height > 600) expect.soft(await shown(), "buttons").toMatchObject({ hasButtons: true });
    await isGood("another reason");
    await press("Back");
    await form("They agreed, or asked for it…", "Back");
    await form("Put on our do-not-call list", "Cancel");
    await form("Not now: ring on another day", "Cancel");
    await page.keyboard.press("Escape");
    await expect.poll(shown).toBeNull();
  });

  it("the card, and its forms", async () => {
    await show(CLEAR, "clear");
    await page.focus("#own");
    await expect
      .poll(
        async () => {
          if ((await shown()) === null) await page.keyboard.press("Alt+Shift+C");
          return (await shown())?.text ?? "";
        },
        { interval: 300 },
      )
      .toContain("Not a phone number");
    await isGood("card");
    for (const opens of ["Put on our do-not-call list", "Not now: ring on another day", "Wrong country?"]) {
      // A walk may have left the card.
      await inOurWorld(
        page,
        () =>
          chrome.dom
            .openOrClosedShadowRoot(document.querySelector<HTMLElement>("cleardial-host")!)!
            .querySelector<HTMLElement>("dialog[open]")!
            .focus(),
        null,
      );
      await form(opens, "Cancel");
    }
  });

  it.each(["popup.html", "options.html", "tabs/welcome.html"])("%s", async (path) => {
    await page.goto(`chrome-extension://${browser.extensionId}/${path}`);
    await page.getByRole("heading", { level: 2 }).first().waitFor();
    await page.waitForLoadState("networkidle");
    await shot(page, `zoom-${parseInt(zoom) || "none"}-${path.replace(/\W+/g, "-")}`);
    expect(await faultsOf(page)).toEqual([]);
  });

  it("the popup with a change of the policy that is not saved", async () => {
    await page.goto(`chrome-extension://${browser.extensionId}/popup.html`);
    await page.locator(".policy .choices label:has(input:enabled:not(:checked))").first().click();
    await page.locator(".save-bar").waitFor();
    await shot(page, `zoom-${parseInt(zoom) || "none"}-popup-change`);
    expect(await faultsOf(page)).toEqual([]);
    await page.locator(".save-bar").getByRole("button", { name: "Undo" }).click();
  });

  it.each(["/", "/policy", "/privacy-request", "/privacy-request/status", "/join", "/nowhere"])(
    "the public page %s",
    async (path) => {
      await page.goto(`${workerUrl}${path}`, { waitUntil: "load" });
      await shot(page, `zoom-${parseInt(zoom) || "none"}-public-${path.replace(/\W+/g, "-")}`);
      expect(await faultsOf(page)).toEqual([]);
    },
  );
});
