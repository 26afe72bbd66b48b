/** axe-core in a page of ours: a violation fails the test. */
import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";

declare const window: { axe: typeof axe };

/** Fails with what axe found wrong, and where. `within` narrows it to a part of the page. */
export async function expectAccessible(page: Page, within?: string): Promise<void> {
  // Evaluated by the debugger: the page's own policy would refuse a script from elsewhere.
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async (selector) => {
    // A colour on its way from light to dark is neither: what moves comes to rest first.
    await new Promise(requestAnimationFrame);
    const moving = document
      .getAnimations()
      .filter((a) => Number.isFinite(Number(a.effect?.getComputedTiming().endTime)));
    await Promise.allSettled(moving.map((a) => a.finished));
    const found = await window.axe.run(selector ?? document, { resultTypes: ["violations"] });
    return found.violations.map(({ id, help, nodes }) => ({
      id,
      help,
      where: nodes.map((node) => `${node.html.slice(0, 300)} ${node.failureSummary ?? ""}`),
    }));
  }, within);
  expect(violations, page.url()).toEqual([]);
}

/** The same in light and in dark. */
export async function expectAccessibleInBoth(page: Page, within?: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, within);
  }
  await page.emulateMedia({ colorScheme: null });
}
