/**
 * The layer of icons: when they are placed and when they only move. Placing asks the page for free space, a few
 * milliseconds in each frame; moving reads rectangles only. layout.ts knows where each icon is.
 */
import type { Mark } from "../find/mark.ts";
import { holds } from "../find/tree.ts";
import type { Host } from "../host.ts";
import { openCanvas } from "./canvas.ts";
import {
  type Badge,
  badgeAt,
  crowded,
  enter,
  type Geometry,
  inReadingOrder,
  isDue,
  layOut,
  leave,
  newLayout,
  placeQueued,
  pointedAt,
  queueAll,
  queueMoved,
} from "./layout.ts";
import { openNear } from "./near.ts";
import { boxesOf, clippersOf, isSeenAt, slotFor } from "./free-space.ts";

/** Milliseconds of placing in one frame. */
const PLACING_MS = 4;
/** So long after the last scroll event, in milliseconds, scrolling is over. */
const SETTLE_MS = 120;
/** A transition that moves a number is followed for this long at most, in milliseconds. */
const TRANSITION_MS = 1000;
/** Transitions of these properties move nothing. */
const MOVES_NOTHING = /color|shadow|background|outline|opacity|visibility|fill|stroke|filter|cursor/;

const page: Geometry = {
  ...{ boxesOf, clippersOf, slotFor, isSeenAt },
  boxOf: (element) => element.getBoundingClientRect(),
};

/** `nearChanged`: other numbers are near the viewport now. */
export function openBadgeLayer(host: Host, nearChanged: () => void, signal: AbortSignal) {
  const layout = newLayout();
  const show = openCanvas(host);
  let frame = 0;
  let settling: ReturnType<typeof setTimeout> | undefined;
  let movingUntil = 0;

  const near = openNear(
    {
      entered: (mark) => enter(layout, mark),
      left: (mark) => leave(layout, mark),
      changed() {
        nearChanged();
        schedule();
      },
    },
    signal,
  );

  function schedule(): void {
    if (frame === 0 && !signal.aborted) frame = requestAnimationFrame(run);
  }

  function run(): void {
    frame = 0;
    const until = performance.now() + PLACING_MS;
    // Hit tests fail while our modal makes the page inert: the icons keep their places.
    const modal = host.root.querySelector(":modal") !== null;
    if (!modal) placeQueued(layout, page, () => performance.now() > until);
    draw();
    if ((layout.queue.size > 0 && !modal) || performance.now() < movingUntil) schedule();
  }

  function draw(): void {
    const { clientWidth: right, clientHeight: bottom } = host.element;
    const covers = layOut(layout, page, { left: 0, top: 0, right, bottom });
    show(layout.badges, covers);
  }

  function placeAll(): void {
    queueAll(layout, performance.now());
    schedule();
  }

  /** Shows the icons of these crowded numbers, and of no others. */
  function pointAt(marks: readonly Mark[]): void {
    const { pointed } = layout;
    if (marks.length === pointed.length && marks.every((mark) => pointed.includes(mark))) return;
    layout.pointed = marks;
    draw();
  }

  const quiet = { signal, capture: true, passive: true };
  addEventListener(
    "focusin",
    ({ target }) => {
      if (target instanceof Element && target !== host.element)
        pointAt(crowded(layout, (_, mark) => holds(target, mark.element)));
    },
    quiet,
  );
  addEventListener(
    "scroll",
    () => {
      layout.scrolling = true;
      clearTimeout(settling);
      settling = setTimeout(() => {
        layout.scrolling = false;
        placeAll();
      }, SETTLE_MS);
      schedule();
    },
    quiet,
  );
  addEventListener("resize", placeAll, { signal, passive: true });
  addEventListener(
    "transitionrun",
    ({ propertyName }) => {
      if (layout.near.size === 0 || MOVES_NOTHING.test(propertyName)) return;
      movingUntil = performance.now() + TRANSITION_MS;
      schedule();
    },
    quiet,
  );
  signal.addEventListener("abort", () => {
    cancelAnimationFrame(frame);
    clearTimeout(settling);
  });

  return {
    add: (mark: Mark): void => near.add(mark),
    drop(mark: Mark): void {
      near.drop(mark);
      if (leave(layout, mark)) schedule();
    },
    /** A mark got its first decision, or another one. */
    decided(mark: Mark): void {
      const placement = layout.near.get(mark);
      if (!placement) return;
      if (!placement.slot) layout.queue.add(mark);
      schedule();
    },
    placeAll,
    /** Covers blocked numbers in fields, which no highlight paints. */
    mask(on: boolean): void {
      if (on === layout.masked) return;
      layout.masked = on;
      schedule();
    },
    near: (): Iterable<Mark> => layout.near.keys(),
    any: (): boolean => layout.near.size > 0,
    /** The page changed: the icons follow their numbers in the same frame, and are soon placed again. */
    changed(): void {
      if (layout.near.size === 0) return;
      layout.doubtful = true;
      schedule();
    },
    /** The changes have been read: no icon may stay on what now covers its number. */
    settled(): void {
      if (isDue(layout, performance.now())) placeAll();
    },
    /** Now and then: places again what moved without any event. */
    beat(): void {
      if (layout.doubtful) return placeAll();
      queueMoved(layout, page);
      if (layout.queue.size > 0) schedule();
    },
    badges: (): readonly Badge[] => layout.badges,
    /** The numbers that a person can step through by keyboard, from the top. */
    walk: (): Mark[] => inReadingOrder(layout, page),
    pointAt,
    /** The pointer is here: a crowded number under it shows its icon. */
    pointedAt: (x: number, y: number): void => pointAt(pointedAt(layout, x, y)),
    badgeAt: (x: number, y: number): Badge | undefined => badgeAt(layout, x, y),
  };
}

export type BadgeLayer = ReturnType<typeof openBadgeLayer>;
