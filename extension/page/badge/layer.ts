/**
 * The layer of icons: when they are placed and when they only move. Placing asks the page for free space, a few
 * milliseconds in each frame; moving reads rectangles only. layout.ts knows where each icon is.
 */
import type { Mark } from "../find/mark.ts";
import { inMoment, isLate } from "../find/moment.ts";
import { isElement } from "../find/roots.ts";
import { holds } from "../find/tree.ts";
import type { Host } from "../host.ts";
import type { Scrolling } from "../find/scrolling.ts";
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
import { type Box, isInBox, meet } from "./box.ts";
import { openNear } from "./near.ts";
import { boxAround, boxesOf, boxOf, clippersOf, forgetPlaces, isSeenAt, slotFor } from "./free-space.ts";
import { plateFor } from "./ground.ts";

/** Milliseconds of measuring and placing in one frame. */
const FRAME_MS = 4;
/**
 * The same for a while after the page scrolled, in milliseconds: what came into view is placed in a few frames. In many, each
 * would measure what is placed, ask around the same blocks, and draw the canvas again.
 */
const RESTED_FRAME_MS = 24;
const RESTED_MS = 1000;
/** What takes longer, as one measure in a very long text may, rests then: the next begins after so many times as long. */
const REST = 3;
/** Between two looks for what is near in a long text, in milliseconds. */
const LOOK_MS = 400;
/** A transition that moves a number is followed for this long at most, in milliseconds. */
const TRANSITION_MS = 1000;
/** Transitions of these properties move nothing. */
const MOVES_NOTHING = /color|shadow|background|outline|opacity|visibility|fill|stroke|filter|cursor/;

/** `nearChanged`: other numbers are near the viewport now. `redraw`: a mark has another plate, or none, or came near. */
export function openBadgeLayer(
  host: Host,
  scrolling: Scrolling,
  nearChanged: () => void,
  redraw: (mark: Mark) => void,
  signal: AbortSignal,
) {
  const layout = newLayout();
  const page: Geometry = {
    ...{ boxesOf, boxOf, clippersOf, isSeenAt },
    slotFor(mark, boxes, taken) {
      const plate = mark.kind === "text" ? plateFor(mark.element) : undefined;
      if (plate !== mark.plate) {
        mark.plate = plate;
        redraw(mark);
      }
      return slotFor(mark, boxes, taken);
    },
  };
  const show = openCanvas(host);
  let frame = 0;
  /** The queue is being placed, to its end. */
  let begun = false;
  let movingUntil = 0;
  /** What is near is being looked for; and has to be again, and not before this time. */
  let looking = false;
  let inDoubt = false;
  let lookAt = 0;
  let restUntil = 0;
  let restedUntil = 0;

  const near = openNear(
    {
      entered(mark) {
        enter(layout, mark);
        redraw(mark);
      },
      left: (mark) => leave(layout, mark),
      changed() {
        nearChanged();
        // What comes near waits for its decision, and of rows that leave while the page scrolls nothing is shown.
        if (layout.queue.size + layout.badges.length > 0 && !isBlank()) schedule();
      },
      doubtful() {
        inDoubt = true;
        schedule();
      },
    },
    boxAround,
    signal,
  );

  function schedule(): void {
    if (frame === 0 && !signal.aborted) frame = requestAnimationFrame(run);
  }

  function run(): void {
    frame = 0;
    // Hit tests fail while our modal makes the page inert: the icons keep their places.
    const modal = host.root.querySelector(":modal") !== null;
    const most = performance.now() < restedUntil ? RESTED_FRAME_MS : FRAME_MS;
    inMoment(most, () => {
      if (!modal && performance.now() >= restUntil && (begun || !scrolling.isBusy())) placeSome(most);
      draw();
    });
    if ((begun && !modal) || performance.now() < movingUntil) schedule();
  }

  /** Places what waits, as far as the time goes. */
  function placeSome(most: number): void {
    const now = performance.now();
    if (!looking && inDoubt && now > lookAt) [looking, inDoubt] = [true, false];
    if (looking && near.look(view(), isLate)) {
      looking = false;
      lookAt = now + LOOK_MS;
    }
    placeQueued(layout, page, isLate);
    restUntil = now + (performance.now() - now - most) * REST;
    begun = looking || layout.queue.size > 0;
    if (!begun) forgetPlaces();
  }

  function view(): Box {
    const { clientWidth: right, clientHeight: bottom } = host.element;
    return { left: 0, top: 0, right, bottom };
  }

  /** Rows that are recycled while the page scrolls show no icons until it rests: it would cost more than the rows do. */
  const isHidden = () => layout.scrolling && layout.doubtful && !layout.masked;
  /** Nothing is left of them. */
  const isBlank = () => isHidden() && layout.badges.length === 0;

  function draw(): void {
    if (!isHidden()) return show(layOut(layout, page, view()), layout.badges);
    if (layout.badges.length > 0) show([], (layout.badges = []));
  }

  function placeAll(): void {
    inDoubt = true;
    forgetPlaces();
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
  scrolling.follow({
    counts(scroller) {
      if (!isElement(scroller)) return true;
      const box = boxOf(scroller);
      // A grid that paints its rows scrolls what lies over its numbers, and holds none.
      return [...layout.near].some(
        ([{ element }, { at }]) => holds(scroller, element) || (at && meet(at, box)),
      );
    },
    scrolled() {
      layout.scrolling = true;
      forgetPlaces();
      if (layout.near.size > 0 && !isBlank()) schedule();
    },
    due(rests) {
      if (rests) {
        layout.scrolling = false;
        restedUntil = performance.now() + RESTED_MS;
      }
      placeAll();
      // By its frame the page may have scrolled on.
      begun = true;
    },
  });
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
    // The guard stays, and what it knows of us would keep the page's nodes.
    layout.badges = [];
    forgetPlaces();
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
    /** Covers blocked numbers that no highlight paints: those in fields and in very long texts. */
    mask(on: boolean): void {
      if (on === layout.masked) return;
      layout.masked = on;
      schedule();
    },
    near: (): Iterable<Mark> => layout.near.keys(),
    isNear: (mark: Mark): boolean => layout.near.has(mark),
    any: (): boolean => layout.near.size > 0,
    /** The page changed: the icons follow their numbers in the same frame, and are soon placed again. */
    changed(): void {
      if (layout.near.size === 0 || isBlank()) return;
      layout.doubtful = true;
      forgetPlaces();
      schedule();
    },
    /** The changes have been read: no icon may stay on what now covers its number. */
    settled(): void {
      if (!layout.scrolling && isDue(layout, performance.now())) placeAll();
    },
    /** Now and then: places again what moved without any event. */
    beat(): void {
      if (layout.scrolling) return;
      if (layout.doubtful) return placeAll();
      inMoment(FRAME_MS, () => queueMoved(layout, page, isLate));
      if (inDoubt || layout.queue.size > 0) schedule();
    },
    badges: (): readonly Badge[] => layout.badges,
    /** The numbers that a person can step through by keyboard, from the top. */
    walk: (): Mark[] => inReadingOrder(layout, page),
    pointAt,
    /** The pointer is here: a crowded number under it shows its icon. */
    pointedAt: (x: number, y: number): void => pointAt(pointedAt(layout, x, y)),
    badgeAt(x: number, y: number): Badge | undefined {
      const badge = badgeAt(layout, x, y);
      // Something else may stand over the number.
      return badge && (isInBox(x, y, badge.box, 2) || isSeenAt(badge.mark, x, y)) ? badge : undefined;
    },
  };
}

export type BadgeLayer = ReturnType<typeof openBadgeLayer>;
