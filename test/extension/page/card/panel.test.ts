/** When the card opens, moves and closes under the pointer, on a page of rectangles. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { BadgeLayer } from "../../../../extension/page/badge/layer.ts";
import { isInBox } from "../../../../extension/page/badge/box.ts";
import type { Badge } from "../../../../extension/page/badge/layout.ts";
import { type Card, cardHandle, type CardProps, type Shown } from "../../../../extension/page/card/handle.ts";
import { openPanel } from "../../../../extension/page/card/panel.ts";
import type { Host } from "../../../../extension/page/host.ts";
import type { Mark } from "../../../../extension/page/find/mark.ts";
import type { ScrollEvents } from "../../../../extension/page/find/scrolling.ts";

const box = (left: number, top: number, right: number, bottom: number) => ({ left, top, right, bottom });
/** A column of numbers, 100 pixels wide, with an icon behind each. */
const marks = [0, 1, 2].map(
  (i) => ({ element: { contains: (other: unknown) => other === i } }) as unknown as Mark,
);
const badges = marks.map((mark, i): Badge => ({
  ...{ mark, all: [mark] },
  box: box(102, 20 * i + 3, 116, 20 * i + 17),
  lines: [box(0, 20 * i, 100, 20 * i + 20)],
}));
const hears = new Map<string, (event: object) => void>();
let shown: Shown | null;
let busy: boolean;
let scroll: ScrollEvents;

beforeEach(() => {
  vi.useFakeTimers();
  hears.clear();
  [shown, busy] = [null, false];
  vi.stubGlobal("addEventListener", (type: string, run: (event: object) => void) => hears.set(type, run));
  vi.stubGlobal("document", {
    activeElement: null,
    addEventListener: (type: string, run: () => void) => hears.set(type, run),
  });
  vi.stubGlobal("HTMLElement", class {});
  const card: Card = {
    show: (what) => void (shown = what),
    hide: () => void (shown = null),
    remove: () => undefined,
    reach: () => undefined,
    // To the side of the icon, below it.
    box: () => shown && box(shown.at.right + 6, shown.at.bottom + 6, 400, 300),
    busy: () => busy,
  };
  cardHandle.set(() => card);
  const layer = {
    any: () => true,
    badges: () => badges,
    badgeAt: (x: number, y: number) =>
      badges.find((b) => isInBox(x, y, b.box, 2)) ??
      badges.find((b) => b.lines.some((line) => isInBox(x, y, line, -1))),
    pointedAt: () => undefined,
    pointAt: () => undefined,
    walk: () => badges.map(({ mark }) => mark),
  } as unknown as BadgeLayer;
  openPanel({
    ...{ host: {} as Host, layer, signal: new AbortController().signal },
    scrolling: { isBusy: () => false, listen: () => undefined, follow: (events) => void (scroll = events) },
    propsOf: () => ({}) as CardProps,
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function move(x: number, y: number, ms = 1000): Promise<number> {
  hears.get("pointermove")!({ clientX: x, clientY: y, buttons: 0 });
  await vi.advanceTimersByTimeAsync(ms);
  return badges.findIndex((badge) => badge.box === shown?.at);
}

it("opens at an icon at once, and at the number itself a little later", async () => {
  expect(await move(109, 10, 200)).toBe(0);
  expect(await move(600, 600)).toBe(-1);
  expect(await move(50, 30, 200)).toBe(-1);
  expect(await move(51, 30, 300)).toBe(1);
});

it("moves straight down from icon to icon, and from number to number", async () => {
  expect(await move(109, 10)).toBe(0);
  expect(await move(109, 30)).toBe(1);
  expect(await move(109, 50)).toBe(2);
  expect(await move(50, 30)).toBe(1);
  expect(await move(50, 10)).toBe(0);
});

it("stays on its own number, on the way to it and over it", async () => {
  expect(await move(50, 10)).toBe(0);
  expect(await move(90, 10)).toBe(0);
  expect(await move(118, 20)).toBe(0);
  expect(await move(200, 100)).toBe(0);
  expect(await move(600, 600)).toBe(-1);
});

it("with an open form stays whatever the pointer is at", async () => {
  expect(await move(109, 10)).toBe(0);
  busy = true;
  expect(await move(50, 50)).toBe(0);
  expect(await move(600, 600)).toBe(0);
});

it("does not open where a person presses before, or over what scrolls on", async () => {
  await move(50, 10, 100);
  hears.get("pointerdown")!({});
  await vi.advanceTimersByTimeAsync(1000);
  expect(shown).toBeNull();
  expect(await move(109, 10)).toBe(0);
  scroll.scrolled!({ nodeType: 9 } as Document);
  expect(shown).toBeNull();
});

it("lists the numbers of an icon that is for several, and moves on to a number of its own", async () => {
  const block = {} as Element;
  badges.push({
    mark: marks[1]!,
    of: block,
    all: [marks[1]!, marks[2]!],
    box: box(302, 0, 330, 14),
    lines: [],
  });
  try {
    expect(await move(109, 30)).toBe(1);
    expect(shown!.list).toBeUndefined();
    // The same number is in the list as well: the icon decides.
    expect(await move(310, 7)).toBe(3);
    expect(shown!.list).toHaveLength(2);
    expect(await move(109, 30)).toBe(1);
    expect(shown!.list).toBeUndefined();
    // By keyboard it is the number's own.
    hears.get("keydown")!({ altKey: true, shiftKey: true, code: "KeyC", preventDefault: () => undefined });
    await vi.advanceTimersByTimeAsync(100);
    expect(shown!.list).toBeUndefined();
  } finally {
    badges.pop();
  }
});

it("goes once the pointer leaves the window, and hears of none of the elements that it leaves there", async () => {
  expect(await move(109, 10, 200)).toBe(0);
  // While a grid scrolls under the pointer, that would be one at each frame.
  expect([...hears.keys()]).not.toContain("pointerout");
  hears.get("pointerleave")!({});
  await vi.advanceTimersByTimeAsync(1000);
  expect(shown).toBeNull();
});
