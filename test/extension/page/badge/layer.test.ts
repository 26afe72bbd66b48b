/** When icons are drawn, on a page whose frames the test makes. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type BadgeLayer, openBadgeLayer } from "../../../../extension/page/badge/layer.ts";
import type { Mark } from "../../../../extension/page/find/mark.ts";
import type { ScrollEvents } from "../../../../extension/page/find/scrolling.ts";
import type { Host } from "../../../../extension/page/host.ts";

/** How many icons each drawing showed. */
const drawn = vi.hoisted((): number[] => []);
/** The time, and how long the place of one icon is looked for, in milliseconds. */
const clock = vi.hoisted(() => ({ now: 0, each: 0 }));
vi.mock(import("../../../../extension/page/badge/canvas.ts"), () => ({
  openCanvas: () => (_, badges) => void drawn.push(badges.length),
}));
vi.mock(import("../../../../extension/page/badge/ground.ts"), () => ({ plateFor: () => undefined }));
vi.mock(import("../../../../extension/page/badge/free-space.ts"), () => {
  const box = { left: 100, top: 100, right: 180, bottom: 120 } as DOMRect;
  return {
    ...{ boxesOf: () => [box], boxOf: () => box, boxAround: () => box, clippersOf: () => [] },
    ...{ isSeenAt: () => true, forgetPlaces: () => undefined },
    slotFor() {
      clock.now += clock.each;
      return { from: "end", dx: 2, dy: 3, size: 14 } as const;
    },
  };
});

let frames: (() => void)[];
let scrolls: Required<ScrollEvents>;
let layer: BadgeLayer;
let addMark: () => void;
let isBusy: boolean;
const frame = () => frames.splice(0).forEach((run) => run());
const scroll = () => {
  isBusy = true;
  scrolls.scrolled({} as Element);
};

beforeEach(() => {
  [frames, isBusy] = [[], false];
  Object.assign(clock, { now: 0, each: 0 });
  vi.spyOn(performance, "now").mockImplementation(() => clock.now);
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
  addMark = () => {
    const element = {} as Element;
    const decision = { verdict: "blocked", reasons: [] };
    layer.add({ kind: "text", element, parts: [], decision } as unknown as Mark);
    near([{ target: element, isIntersecting: true }]);
  };
  addMark();
  frame();
  expect(drawn.splice(0)).toEqual([1]);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

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

it.each([
  ["once a page rests, in a few frames", 0, 2],
  ["at another time a few in each frame", 2000, 6],
])("icons are placed %s", (_, ms, most) => {
  scroll();
  isBusy = false;
  scrolls.due(true);
  frame();
  clock.now += ms;
  clock.each = 3;
  for (let i = 0; i < 12; i++) addMark();
  drawn.length = 0;
  while (frames.length > 0) frame();
  expect([drawn.length, drawn.at(-1)]).toEqual([most, 13]);
});
