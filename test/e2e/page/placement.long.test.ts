/** Pages of CRMs where many numbers stand close together, in three themes at three zooms: whose each icon is can be seen. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { launch, type Launched } from "../kit/harness.ts";
import { inOurWorld } from "../kit/modal.ts";
import { verdictOf } from "../kit/model.ts";
import { shot } from "../kit/shots.ts";
import { contrastsOf } from "./placement/colours.ts";
import { expectIconsAt, fill, iconsOf, openEmpty, setZoom } from "./placement/kit.ts";
import type { Box } from "./placement/look.ts";
import { placesOf, sceneOf, themes } from "./placement/scenes.ts";

const { pagesUrl } = inject("e2e");
const places = placesOf();
const numbers = [places.own, ...places.together, ...places.crowded.map((of) => of.numbers)].flat();
const textArea = places.together[0]!;
let browser: Launched;
let page: Page;
beforeAll(async () => {
  browser = await launch({ viewport: { width: 1240, height: 1500 } });
  page = browser.page;
  await openEmpty(page, pagesUrl);
});
afterAll(() => browser.close());

declare const cleardialOverlay: { badges: () => { box: Box }[] };
const saysOf = { clear: "No bar found", blocked: "Do not call" };
const strictest = ["blocked", "unknown", "caution", "clear"];
const strictestOf = (numbers: string[]) =>
  strictest[Math.min(...numbers.map((number) => strictest.indexOf(verdictOf(number)!)))];

/** What has no icon of its own where it should; markers for several that are not as they should be; and where icons are wrong. */
async function wrongs() {
  const { own, shared, faults } = await iconsOf(page, numbers);
  const others = places.crowded.map((of) => of.numbers.filter((number) => !own.includes(number)));
  const wanted = [...places.together, ...others.filter(({ length }) => length > 0)];
  const group = (all: readonly string[], count: string) => [...all.toSorted(), `count ${count}`].join();
  const [expected, shown] = [
    wanted.map((all) => group(all, String(all.length))),
    shared.map(({ all, count }) => group(all, count)),
  ];
  return {
    withoutOwn: places.own.filter((number) => !own.includes(number)),
    tooFew: places.crowded.filter(({ numbers, least }, i) => numbers.length - others[i]!.length < least),
    unmarked: expected.filter((all) => !shown.includes(all)),
    unexpected: shown.filter((all) => !expected.includes(all)),
    faults,
  };
}
const noWrongs = { withoutOwn: [], tooFew: [], unmarked: [], unexpected: [], faults: [] };

it.each(themes.flatMap((theme) => [1, 1.5, 2].map((zoom) => [theme, zoom] as const)))(
  "each number has its icon, or where there is no room one with their count: %s at a zoom of %f",
  async (theme, zoom) => {
    await setZoom(browser, zoom);
    await fill(page, sceneOf(theme));
    await expect.poll(() => page.evaluate(() => devicePixelRatio)).toBeCloseTo(zoom, 1);
    try {
      await expect.poll(wrongs).toEqual(noWrongs);
    } finally {
      await shot(page, `placement-scene-${theme}-${zoom}`);
    }
    for (const { verdict, all } of (await iconsOf(page)).shared)
      expect(strictestOf(all), all.join()).toBe(verdict);
    // The two textareas, the two inputs and the dense block; while icons are placed once more for another zoom there are none.
    let contrasts: Awaited<ReturnType<typeof contrastsOf>> = [];
    const besideLines = async () => {
      contrasts = await contrastsOf(page);
      return contrasts.filter(({ line }) => line === null).length;
    };
    await expect.poll(besideLines).toBeGreaterThanOrEqual(5);
    // Nobody reads a red line on a red bar.
    for (const { written, line, icon } of contrasts) {
      if (line !== null) expect.soft(line, `the line of ${written}`).toBeGreaterThanOrEqual(2.9);
      expect.soft(icon, `the icon of ${written}`).toBeGreaterThanOrEqual(2.9);
    }
  },
);

it("the mark of a textarea lists its numbers when it is pointed at", async () => {
  await setZoom(browser, 1);
  await fill(page, `<textarea cols="40" rows="3">First ${textArea.join(", then ")}</textarea>`);
  await expectIconsAt(page, [], { together: [textArea] });
  const [mark] = await inOurWorld(page, () => cleardialOverlay.badges().map(({ box }) => box), null);
  const { left, right, top, bottom } = mark!;
  await page.mouse.move((left + right) / 2, (top + bottom) / 2, { steps: 4 });
  const items = () =>
    inOurWorld(
      page,
      () => {
        const host = document.querySelector<HTMLElement>("cleardial-host")!;
        const items = chrome.dom
          .openOrClosedShadowRoot(host)!
          .querySelectorAll<HTMLElement>("dialog[open] li");
        return [...items].map(({ innerText }) => innerText);
      },
      null,
    );
  await expect.poll(async () => (await items()).length).toBe(3);
  await shot(page, "placement-textarea-list");
  for (const [i, said] of (await items()).entries()) {
    expect(said.replace(/\D/g, "")).toContain(textArea[i]!.replace(/\D/g, "").slice(-6));
    expect(said).toContain(saysOf[verdictOf(textArea[i]!) as keyof typeof saysOf]);
  }
});
