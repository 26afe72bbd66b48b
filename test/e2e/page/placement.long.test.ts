/** Pages of CRMs where many numbers stand close together, in three themes at three zooms: whose each icon is can be seen. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { launch, type Launched } from "../kit/harness.ts";
import { verdictOf } from "../kit/model.ts";
import { shot } from "../kit/shots.ts";
import { contrastsOf } from "./placement/colours.ts";
import { expectIconsAt, fill, iconsOf, setZoom } from "./placement/kit.ts";
import { numbersOf, sceneOf, themes } from "./placement/scenes.ts";

const { pagesUrl } = inject("e2e");
const numbers = numbersOf();
let browser: Launched;
let page: Page;
beforeAll(async () => {
  browser = await launch({ viewport: { width: 1240, height: 1500 } });
  page = browser.page;
  await page.goto(`${pagesUrl}/frame?count=0`);
});
afterAll(() => browser.close());

const strictest = ["blocked", "unknown", "caution", "clear"];
const strictestOf = (numbers: string[]) =>
  strictest[Math.min(...numbers.map((number) => strictest.indexOf(verdictOf(number)!)))];

it.each(themes.flatMap((theme) => [1, 1.5, 2].map((zoom) => [theme, zoom] as const)))(
  "each number has an icon, at it or at its block: %s at a zoom of %f",
  async (theme, zoom) => {
    await setZoom(browser, zoom);
    await fill(page, sceneOf(theme));
    await expect.poll(() => page.evaluate(() => devicePixelRatio)).toBeCloseTo(zoom, 1);
    try {
      await expectIconsAt(page, numbers);
    } finally {
      await shot(page, `placement-scene-${theme}-${zoom}`);
    }
    for (const { verdict, all } of (await iconsOf(page)).shared)
      expect(strictestOf(all), all.join()).toBe(verdict);
    if (zoom !== 1) return;
    // Nobody reads a red line on a red bar.
    for (const { written, line, icon } of await contrastsOf(page)) {
      expect.soft(line, `the line of ${written}`).toBeGreaterThanOrEqual(2.9);
      expect.soft(icon, `the icon of ${written}`).toBeGreaterThanOrEqual(2.9);
    }
  },
);
