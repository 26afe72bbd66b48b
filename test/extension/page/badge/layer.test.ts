/** When icons are drawn, on a page whose frames the test makes. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type BadgeLayer, openBadgeLayer } from "../../../../extension/page/badge/layer.ts";
import type { Mark } from "../../../../extension/page/find/mark.ts";
import type { ScrollEvents } from "../../../../extension/page/find/scrolling.ts";
import type { Host } from "../../../../extension/page/host.ts";

/** How many icons each drawing showed. */
const drawn = vi.hoisted((): number[] => []);
vi.mock(import("../../../../extension/page/badge/canvas.ts"), () => ({
  openCanvas: () => (_, badges) => void drawn.push(badges.length),
}));
vi.mock(import("../../../../extension/page/badge/ground.ts"), () => ({ plateFor: () => undefined }));
vi.mock(import("../../../../extension/page/badge/free-space.ts"), () => {
  const box = { left: 100, top: 100, right: 180, bottom: 120 } as DOMRect;
  return {
    ...{ boxesOf: () => [box], boxOf: () => box, boxAround: () => box, clippersOf: () => [] },
    ...{ isSeenAt: () => true, slotFor: () => ({ from: "end", dx: 2, dy: 3, size: 14 }) as const },
  };
});

let frames: (() => void)[];
let scrolls: Required<ScrollEvents>;
let layer: BadgeLayer;
let isBusy: boolean;
const frame = () => frames.splice(0).forEach((run) => run());
const scroll = () => {
  isBusy = true;
  scrolls.scrolled({} as Element);
};

beforeEach(() => {
  [frames, isBusy] = [[], false];
  drawn.length = 0;
  let near: (entries: unknown[]) => void = () => undefined;
  class Observer {
    constructor(told: typeof near) {
      near = told;
    }
    observe(): void {}
  }
  vi.stubGlobal("IntersectionObserver", Observer);
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("requestAnimationFrame", (run: () => void) => frames.push(run));
  const host = {
    root: { querySelector: () => null },
    element: { clientWidth: 1000, clientHeight: 800 },
  } as unknown as Host;
  const scrolling = {
    isBusy: () => isBusy,
    listen: () => undefined,
    follow: (events: ScrollEvents) => void (scrolls = events as Required<ScrollEvents>),
  };
  const nothing = () => undefined;
  layer = openBadgeLayer(host, scrolling, nothing, nothing, new AbortController().signal);
  const element = {} as Element;
  const decision = { verdict: "blocked", reasons: [] };
  layer.add({ kind: "text", element, parts: [], decision } as unknown as Mark);
  near([{ target: element, isIntersecting: true }]);
  frame();
  expect(drawn.splice(0)).toEqual([1]);
});
afterEach(() => vi.unstubAllGlobals());

it("icons follow a page that scrolls, and did not change", () => {
  scroll();
  frame();
  expect(drawn).toEqual([1]);
});

it("icons go in the frame in which a page scrolls that changed just before", () => {
  layer.changed();
  frame();
  expect(drawn.splice(0)).toEqual([1]);
  scroll();
  frame();
  expect([drawn, layer.badges()]).toEqual([[0], []]);
});

it("once they are gone, neither scrolling nor a change asks for a frame, until the page rests", () => {
  layer.changed();
  scroll();
  frame();
  expect(drawn.splice(0)).toEqual([0]);
  scroll();
  layer.changed();
  expect(frames).toEqual([]);
  isBusy = false;
  scrolls.due(true);
  frame();
  expect(drawn).toEqual([1]);
});
