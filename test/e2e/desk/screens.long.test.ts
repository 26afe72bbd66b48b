/** Every screen of the desk, for each of its roles: by axe in light and dark, narrow, and by keyboard. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { expectAccessible, expectAccessibleInBoth } from "../kit/axe.ts";
import { shot } from "../kit/shots.ts";
import { more, ofOne, roles, screens } from "../keyboard/screens.ts";
import { answered, freshErrors, ok, open, overflows, scrollsSideways, show, withBrowsers } from "./kit.ts";

const browsers = withBrowsers(...roles);

/** The most stops to try: a long table has one in each row. */
const MOST_STOPS = 40;

/**
 * Presses Tab from the heading to the page's end. Each press must move the focus to something visible that nothing
 * covers. `first`: what is done before each. Returns the number of stops.
 */
async function walk(page: Page, first = async () => {}): Promise<number> {
  await page.getByRole("heading", { level: 1 }).focus();
  for (let stops = 0, before = -1; ; stops++) {
    if (stops === MOST_STOPS) return stops;
    await first();
    await page.keyboard.press("Tab");
    const { at, again, says, over } = await page.evaluate(() => {
      const focused = document.activeElement;
      if (!(focused instanceof HTMLElement) || !focused.closest("main"))
        return { at: -1, again: false, says: "", over: "" };
      const { left, width, top, bottom } = focused.getBoundingClientRect();
      // The visible part of something larger than the window.
      const middle = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
      const hit = document.elementFromPoint(left + width / 2, middle);
      const labels = focused instanceof HTMLInputElement ? [...(focused.labels ?? [])] : [];
      return {
        // A time field has a stop for its hours and one for its minutes.
        again: focused instanceof HTMLInputElement && focused.type === "time",
        at: [...document.querySelectorAll("*")].indexOf(focused),
        says: focused.outerHTML.slice(0, 200),
        over:
          hit && (focused.contains(hit) || hit.contains(focused) || labels.some((l) => l.contains(hit)))
            ? ""
            : `${hit?.outerHTML.slice(0, 200)} at ${left + width / 2}, ${middle}`,
      };
    });
    if (at === -1) return stops;
    expect(at, says).toBeGreaterThan(again ? before - 1 : before);
    expect(over, says).toBe("");
    before = at;
  }
}

describe("every screen", () => {
  const all = [...screens.map(([, hash]) => hash.slice(1)), ...more];
  it("is named here", () => {
    const places = readFileSync("extension/desk/shell/routes.tsx", "utf8");
    const paths = [...places.matchAll(/path: "([^"]+)"/g)].map(([, path]) => path!.replace("/:tab?", ""));
    const named = [...screens.map(([, hash]) => hash.slice(1)), ...more, ...ofOne];
    expect(paths.length).toBeGreaterThan(20);
    for (const path of paths)
      expect(
        named.some((name) => name === path || name.startsWith(path.replace(":id", ""))),
        path,
      ).toBe(true);
  });

  /** But for that of the clock, which does not run here, and is missed after half an hour. */
  const alerts = async (page: Page) =>
    (await page.getByRole("alert").allTextContents()).filter(
      (text) => !text.startsWith("The clock has stopped"),
    );

  it("goes by keyboard, and axe finds nothing in those that are not read below", async () => {
    const page = await open(browsers.admin, "#/");
    for (const path of all) {
      await show(page, path);
      expect(await walk(page), path).toBeGreaterThan(0);
      if (!more.includes(path)) continue;
      await expect.poll(() => alerts(page), { message: path }).toEqual([]);
      await expectAccessible(page);
    }
    expect(freshErrors(browsers.admin)).toEqual([]);
  });

  /** Shows each of them in turn. */
  async function eachOf(page: Page, look: (path: string) => Promise<void>): Promise<void> {
    for (const path of all) {
      await show(page, path);
      await look(path);
    }
    expect(freshErrors(browsers.admin)).toEqual([]);
  }

  /** As it was, however the test ends. */
  const restored = (page: Page) =>
    onTestFinished(async () => {
      await page.emulateMedia({ forcedColors: null, reducedMotion: null });
      await page.setViewportSize({ width: 1280, height: 900 });
    });

  it.each([
    { zoom: 200, width: 640, height: 450 },
    { zoom: 400, width: 320, height: 256 },
  ])("at $zoom % zoom everything is reached by keyboard, and nothing lies beyond the edge", async (of) => {
    const { zoom, ...size } = of;
    const page = await open(browsers.admin, "#/");
    restored(page);
    await page.setViewportSize(size);
    await eachOf(page, async (path) => {
      await expect.poll(() => overflows(page), { message: `${path} at ${zoom} %` }).toBe(false);
      expect(await walk(page), path).toBeGreaterThan(0);
      if (path === "/do-not-call") await shot(page, `desk-zoom-${zoom}`);
      // What identifies the page is not squeezed out of its header.
      const icon = page.locator(".desk-header svg.icon");
      expect((await icon.boundingBox())!.width).toBe(24);
    });
  });

  it("at 1920 pixels each has the window's width, in columns: no prose is stretched", async () => {
    const page = await open(browsers.admin, "#/");
    restored(page);
    await page.setViewportSize({ width: 1920, height: 1080 });
    await eachOf(page, async (path) => {
      const { share, prose } = await page.evaluate(() => {
        const main = document.querySelector("main")!;
        const { paddingLeft, paddingRight } = getComputedStyle(main);
        const room = main.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
        const { width } = document.querySelector(".desk-page")!.getBoundingClientRect();
        const lines = [...main.querySelectorAll("p, .desk-head div")].filter(
          (line) => line.textContent.length > 150 && line.getBoundingClientRect().width > 1000,
        );
        return { share: width / room, prose: lines.map((line) => line.textContent.slice(0, 80)) };
      });
      expect(share, path).toBeGreaterThan(0.98);
      expect(prose, path).toEqual([]);
      if (["/", "/policy", "/check", "/connectors"].includes(path))
        await shot(page, `desk-1920${path.replace("/", "-")}`);
    });
  });

  it.each([
    ["/lists", "Declare a register…", "Declare"],
    ["/requests", "Enter a request…", "Enter it"],
  ])(
    "at %s a form of 600 pixels keeps its button in sight, and hides nothing that has the focus",
    async (at, opens, yes) => {
      const page = await open(browsers.admin, `#${at}`);
      restored(page);
      await page.setViewportSize({ width: 1280, height: 600 });
      await page.getByRole("button", { name: opens }).click();
      const dialog = page.getByRole("dialog");
      const send = dialog.getByRole("button", { name: yes, exact: true });
      const lowest = async () => {
        const box = await send.boundingBox();
        return box ? box.y + box.height : Infinity;
      };
      await expect.poll(lowest).toBeLessThan(600);
      for (let stops = 0; !(await send.evaluate((button) => button === document.activeElement)); stops++) {
        expect(stops).toBeLessThan(MOST_STOPS);
        await page.keyboard.press("Tab");
        const over = await page.evaluate(() => {
          const field = document.activeElement!;
          const { left, top, width, height } = field.getBoundingClientRect();
          const hit = document.elementFromPoint(left + Math.min(20, width / 2), top + height / 2);
          return hit && (field.contains(hit) || hit.contains(field)) ? "" : field.outerHTML.slice(0, 160);
        });
        expect(over).toBe("");
      }
      await shot(page, `desk-short-${yes.replace(/\W/g, "-").toLowerCase()}`);
      await page.keyboard.press("Escape");
    },
  );

  it("at 400 % zoom what gets the focus in a table comes into sight, from wherever the page is scrolled to", async () => {
    const state = { tries: 3, at: "2026-11-28T10:00:00Z", sentAt: null, error: "The mail service said no" };
    const mails = [1, 2, 3].map((n) => ({
      ...{ ...state, id: `m${n}`, template: "proposal-settled", state: "failed" },
      to: `somebody.number.${n}@fixture.example`,
    }));
    const answer = ok({ mails, next: null, via: null, waiting: 0, failed: 3 });
    const { page } = await answered(browsers.admin, "#/mail", { "GET /v1/mail": [answer] });
    await page.setViewportSize({ width: 320, height: 256 });
    await page.getByText("somebody.number.3@fixture.example").waitFor();
    for (const down of [0, 100, 10_000]) {
      const scrolled = () => page.evaluate((y) => scrollTo(0, y), down);
      expect(await walk(page, scrolled), `from ${down}`).toBeGreaterThan(9);
    }
  });

  it("where less motion is wanted nothing moves, a dialog neither", async () => {
    const page = await open(browsers.admin, "#/do-not-call");
    restored(page);
    await page.emulateMedia({ reducedMotion: "reduce" });
    const longest = () =>
      page.evaluate(() =>
        Math.max(
          0,
          ...document.getAnimations().map((a) => Number(a.effect?.getComputedTiming().duration ?? 0)),
        ),
      );
    await page.getByRole("button", { name: "Add a number" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await longest()).toBeLessThanOrEqual(1);
    await page.getByRole("dialog").getByRole("button", { name: "Close", exact: true }).click();
    await eachOf(page, async (path) => expect(await longest(), path).toBeLessThanOrEqual(1));
  });

  for (const role of roles)
    for (const [name, hash] of screens.filter((screen) => screen[2].includes(role)))
      it(`${name}, for ${role}: opens without an error, and axe finds nothing in light and dark`, async () => {
        const browser = browsers[role];
        const page = await open(browser, hash);
        await expect.poll(() => page.getByRole("alert").count()).toBe(0);
        await expectAccessibleInBoth(page);
        await page.emulateMedia({ colorScheme: "dark" });
        await shot(page, `desk-${name}-${role}-dark`);
        await page.emulateMedia({ colorScheme: "light" });
        await shot(page, `desk-${name}-${role}`);
        await expect.poll(() => overflows(page)).toBe(false);
        await expect.poll(() => scrollsSideways(page)).toBe(false);
        await page.setViewportSize({ width: 800, height: 900 });
        // Charts are redrawn a moment later.
        await expect.poll(() => overflows(page), { message: "at 800 px" }).toBe(false);
        await shot(page, `desk-${name}-${role}-narrow`);
        await page.setViewportSize({ width: 1280, height: 900 });
        expect(freshErrors(browser)).toEqual([]);
      });
});
