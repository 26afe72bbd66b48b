/** Runs axe-core in a page of ours: a violation fails the test. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type axe from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";

declare const window: { axe: typeof axe };

/** Less than half of `axe.source`: each page that is opened reads it anew. */
export const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Rules that depend on the colours alone. */
const colours = ["color-contrast", "link-in-text-block"];

/** Fails with each violation and where it is. `within` narrows it to a part of the page, `rules` to some rules. */
export async function expectAccessible(page: Page, within?: string, rules?: string[]): Promise<void> {
  // Evaluated by the debugger, as the page's own policy would refuse a script from elsewhere.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeSource);
  const violations = await page.evaluate(
    async ([selector, rules]) => {
      let moved = false;
      const move = () => (moved = true);
      for (const kind of ["transitionrun", "animationstart"]) document.addEventListener(kind, move, true);
      let found: axe.AxeResults;
      let tries = 0;
      // A colour halfway from light to dark, or a fading message, has the wrong contrast: wait until nothing moves, and
      // look again if something began to move meanwhile.
      do {
        let moving: Animation[];
        // While some are waited for, others begin.
        do {
          await new Promise(requestAnimationFrame);
          moving = document
            .getAnimations()
            .filter((a) => Number.isFinite(Number(a.effect?.getComputedTiming().endTime)));
          await Promise.allSettled(moving.map((a) => a.finished));
        } while (moving.length > 0);
        moved = false;
        found = await window.axe.run(selector ?? document, {
          resultTypes: ["violations"],
          // Reading each stylesheet anew, for a rule that is not on by default, takes a quarter of the time.
          preload: { assets: ["media"] },
          ...(rules && { runOnly: rules }),
        });
      } while (moved && found.violations.length > 0 && ++tries < 10);
      for (const kind of ["transitionrun", "animationstart"]) document.removeEventListener(kind, move, true);
      return found.violations.map(({ id, help, nodes }) => ({
        id,
        help,
        where: nodes.map((node) => `${node.html.slice(0, 300)} ${node.failureSummary ?? ""}`),
      }));
    },
    [within, rules] as const,
  );
  expect(violations, page.url()).toEqual([]);
}

/** In light and in dark: only the colours differ. */
export async function expectAccessibleInBoth(page: Page, within?: string): Promise<void> {
  await page.emulateMedia({ colorScheme: "light" });
  await expectAccessible(page, within);
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, within, colours);
  await page.emulateMedia({ colorScheme: null });
}
