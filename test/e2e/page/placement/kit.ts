/** Opens a page, fills it, sets its zoom, and waits for icons. */
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Launched } from "../../kit/harness.ts";
import { inOurWorld } from "../../kit/modal.ts";
import { watchDrawing } from "./drawn.ts";
import { look } from "./look.ts";

/** Opens an empty page. */
export async function openEmpty(page: Page, pagesUrl: string): Promise<void> {
  await page.goto(`${pagesUrl}/frame?count=0`);
  await inOurWorld(page, watchDrawing, null);
}

export const fill = (page: Page, html: string) =>
  page.evaluate(
    (html) => document.body.replaceChildren(document.createRange().createContextualFragment(html)),
    html,
  );

export const iconsOf = (page: Page, numbers: readonly string[] = []) => inOurWorld(page, look, numbers);

/** Waits until exactly these numbers have icons of their own, and each of these groups one together, in right places. */
export const expectIconsAt = (
  page: Page,
  numbers: readonly string[],
  { together = [], message }: { together?: readonly (readonly string[])[]; message?: string } = {},
) =>
  expect
    .poll(
      async () => {
        const { own, shared, faults } = await iconsOf(page, [...numbers, ...together.flat()]);
        const groups = shared.map(({ all, count }) => [...all.toSorted(), `in all ${count}`]);
        return { own: own.sort(), groups: groups.sort(), faults };
      },
      message ? { message } : {},
    )
    .toEqual({
      own: numbers.toSorted(),
      groups: together.map((all) => [...all.toSorted(), `in all ${all.length}`]).sort(),
      faults: [],
    });

export const setZoom = (browser: Launched, factor: number) =>
  browser.own.evaluate(async (factor) => {
    for (const tab of await chrome.tabs.query({})) await chrome.tabs.setZoom(tab.id, factor);
  }, factor);
