/** Fills a page, sets its zoom, and waits for icons. */
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Launched } from "../../kit/harness.ts";
import { inOurWorld } from "../../kit/modal.ts";
import { look } from "./look.ts";

export const fill = (page: Page, html: string) =>
  page.evaluate(
    (html) => document.body.replaceChildren(document.createRange().createContextualFragment(html)),
    html,
  );

export const iconsOf = (page: Page, numbers: readonly string[] = []) => inOurWorld(page, look, numbers);

/** Waits until exactly these numbers have icons, each in a right place. */
export const expectIconsAt = (page: Page, numbers: readonly string[], message?: string) =>
  expect
    .poll(
      async () => {
        const { icons, faults } = await iconsOf(page, numbers);
        return { icons: icons.sort(), faults };
      },
      message ? { message } : {},
    )
    .toEqual({ icons: numbers.toSorted(), faults: [] });

export const setZoom = (browser: Launched, factor: number) =>
  browser.own.evaluate(async (factor) => {
    for (const tab of await chrome.tabs.query({})) await chrome.tabs.setZoom(tab.id, factor);
  }, factor);
