/**
 * The icons: which numbers are near the viewport, and where each icon stands. Placing
 * asks the page what lies where and is done a little at a time; moving only reads rectangles.
 */
import { openCanvas } from "./canvas.ts";
import type { Host } from "../host.ts";
import type { Mark } from "../find/mark.ts";
import { boxesOf, clippersOf, isSeenAt, slotFor } from "./place.ts";
import { type Box, iconBox, intersect, meet, onCorner, type Slot, isInBox } from "./slots.ts";
import { holds } from "../find/tree.ts";

/** Milliseconds of placing in one frame: each mark asks for several hit tests, dear on some pages. */
const PLACING_MS = 4;
const SEEN_TESTS_A_FRAME = 30;
const SETTLE_MS = 120;
/** A page that changes all the time has its icons placed again no more often. */
const AGAIN_MS = 400;
/** No transition that moves a number is followed for longer. */
const TRANSITION_MS = 1000;
const MOVES_NOTHING = /color|shadow|background|outline|opacity|visibility|fill|stroke|filter|cursor/;
/** So close to the edge of what clips it, an icon may lie under a sticky header. */
const EDGE = 60;

interface Standing {
  slot: Slot | "crowded" | null;
  clippers: Element[];
  /** Where the number stood when the slot was chosen or last moved. */
  at: Box | null;
}

export interface Badge {
  mark: Mark;
  box: Box;
}

export function openBadgeLayer(host: Host, nearChanged: () => void, signal: AbortSignal) {
  const near = new Map<Mark, Standing>();
  const marksOf = new Map<Element, Set<Mark>>();
  const queue = new Set<Mark>();
  /** Crowded numbers that the pointer, the focus or the card is at: they show their icon for so long. */
  let pointed: readonly Mark[] = [];
  const show = openCanvas(host);
  let badges: Badge[] = [];
  let frame = 0;
  let settling: ReturnType<typeof setTimeout> | undefined;
  let scrolling = false;
  let masked = false;
  /** Something changed since all were placed: what was free or in sight may no longer be. */
  let doubtful = false;
  let placedAt = 0;
  let movingUntil = 0;

  const nearby = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries)
        for (const mark of marksOf.get(target) ?? [])
          if (!isIntersecting) leave(mark);
          else if (!near.has(mark)) {
            near.set(mark, { slot: null, clippers: [], at: null });
            queue.add(mark);
          }
      nearChanged();
      schedule();
    },
    { rootMargin: "120px" },
  );

  function leave(mark: Mark): void {
    near.delete(mark);
    queue.delete(mark);
  }

  function schedule(): void {
    if (frame === 0 && !signal.aborted) frame = requestAnimationFrame(run);
  }

  function run(): void {
    frame = 0;
    const until = performance.now() + PLACING_MS;
    // Behind our own modal the page is inert, and says of no point that a character stands there: icons keep their places.
    const asking = host.root.querySelector(":modal") !== null;
    for (const mark of asking ? [] : queue) {
      queue.delete(mark);
      const standing = near.get(mark);
      if (standing) place(mark, standing);
      if (performance.now() > until) break;
    }
    draw();
    if ((queue.size > 0 && !asking) || performance.now() < movingUntil) schedule();
  }

  function place(mark: Mark, standing: Standing): void {
    const boxes = boxesOf(mark);
    standing.at = boxes[boxes.length - 1] ?? null;
    standing.clippers = clippersOf(mark.element);
    const taken = (box: Box) => badges.some((b) => b.mark !== mark && meet(b.box, box));
    standing.slot = mark.decision ? slotFor(mark, boxes, taken) : null;
    if (!standing.slot || standing.slot === "crowded") return;
    // Those that are placed after it, in this frame already, keep clear of it.
    const badge = { mark, box: iconBox(standing.slot, boxes) };
    badges = [...badges.filter((b) => b.mark !== mark), badge];
  }

  function draw(): void {
    const { clientWidth: width, clientHeight: height } = host.element;
    const clips = new Map<Element, Box>();
    let tests = SEEN_TESTS_A_FRAME;
    badges = [];
    const covers: Box[] = [];
    for (const [mark, { slot: chosen, clippers }] of near) {
      const slot = chosen === "crowded" ? (pointed.includes(mark) ? onCorner : null) : chosen;
      if (!slot || !mark.decision || isOutdated(mark)) continue;
      const boxes = boxesOf(mark);
      const last = boxes[boxes.length - 1];
      if (!last) continue;
      const box = iconBox(slot, boxes);
      const clip = clippers.reduce<Box>((c, e) => intersect(c, boxOf(e, clips)), {
        left: 0,
        top: 0,
        right: width,
        bottom: height,
      });
      const y = (last.top + last.bottom) / 2;
      if (y < clip.top || y > clip.bottom || last.right > clip.right + 2 || last.right < clip.left) continue;
      if (scrolling && (y < clip.top + EDGE || y > clip.bottom - EDGE))
        if (tests-- <= 0 || !isSeenAt(mark, Math.max(last.left, last.right - 3), y)) continue;
      badges.push({ mark, box });
      if (masked && isHidden(mark)) covers.push(intersect(inside(last), clip));
    }
    show(badges, covers);
  }

  function scrolled(): void {
    scrolling = true;
    clearTimeout(settling);
    settling = setTimeout(() => {
      scrolling = false;
      placeAll();
    }, SETTLE_MS);
    schedule();
  }

  function placeAll(): void {
    doubtful = false;
    placedAt = performance.now();
    for (const mark of near.keys()) queue.add(mark);
    schedule();
  }

  /** Shows the icons of these crowded numbers, and of no others. */
  function pointAt(marks: readonly Mark[]): void {
    if (marks.length === pointed.length && marks.every((mark) => pointed.includes(mark))) return;
    pointed = marks;
    draw();
  }
  const crowded = (where: (standing: Standing, mark: Mark) => boolean = () => true): Mark[] =>
    [...near].flatMap(([mark, s]) => (s.slot === "crowded" && where(s, mark) ? [mark] : []));

  addEventListener(
    "focusin",
    ({ target }) => {
      if (target instanceof Element && target !== host.element)
        pointAt(crowded((_, mark) => holds(target, mark.element)));
    },
    { signal, capture: true, passive: true },
  );
  addEventListener("scroll", scrolled, { signal, capture: true, passive: true });
  addEventListener("resize", placeAll, { signal, passive: true });
  addEventListener(
    "transitionrun",
    ({ propertyName }) => {
      if (near.size === 0 || MOVES_NOTHING.test(propertyName)) return;
      movingUntil = performance.now() + TRANSITION_MS;
      schedule();
    },
    { signal, capture: true, passive: true },
  );
  signal.addEventListener("abort", () => {
    nearby.disconnect();
    cancelAnimationFrame(frame);
    clearTimeout(settling);
  });

  return {
    add(mark: Mark): void {
      const marks = marksOf.get(mark.element);
      if (marks) {
        marks.add(mark);
        // The observer speaks up only when something changes: what is near already is so for the new mark too.
        nearby.unobserve(mark.element);
      } else marksOf.set(mark.element, new Set([mark]));
      nearby.observe(mark.element);
    },
    drop(mark: Mark): void {
      leave(mark);
      const marks = marksOf.get(mark.element);
      marks?.delete(mark);
      if (marks?.size === 0) {
        marksOf.delete(mark.element);
        nearby.unobserve(mark.element);
      }
      schedule();
    },
    /** The verdict of a mark changed, or came. */
    decided(mark: Mark): void {
      const standing = near.get(mark);
      if (!standing) return;
      if (!standing.slot) queue.add(mark);
      schedule();
    },
    placeAll,
    /** Covers blocked numbers in fields, which no highlight paints. */
    mask(on: boolean): void {
      if (on === masked) return;
      masked = on;
      schedule();
    },
    near: (): Iterable<Mark> => near.keys(),
    any: (): boolean => near.size > 0,
    /** The page changed: the icons follow their numbers in the same frame, and are soon placed again. */
    changed(): void {
      if (near.size === 0) return;
      doubtful = true;
      schedule();
    },
    /** What changed has been read: an icon must not stay on what now covers its number. */
    settled(): void {
      if (doubtful && performance.now() - placedAt > AGAIN_MS) placeAll();
    },
    /** Now and then: whatever moved without a sign (an animation, a late font) is placed again. */
    beat(): void {
      if (doubtful) return placeAll();
      for (const [mark, standing] of near) {
        const boxes = boxesOf(mark);
        const now = boxes[boxes.length - 1];
        const { at } = standing;
        const moved =
          !now || !at ? !!now !== !!at : now.right !== at.right || now.top !== at.top || now.left !== at.left;
        if (moved) queue.add(mark);
      }
      if (queue.size > 0) schedule();
    },
    badges: (): readonly Badge[] => badges,
    /** The numbers that a person can be led to, from the top: those with an icon, and those without room for one. */
    walk: (): Mark[] => {
      const places = new Map(badges.map(({ mark, box }) => [mark, box]));
      for (const mark of crowded()) {
        const [first] = boxesOf(mark);
        if (first) places.set(mark, first);
      }
      return [...places].sort(([, a], [, b]) => a.top - b.top || a.left - b.left).map(([mark]) => mark);
    },
    pointAt,
    /** The pointer is here: a crowded number under it, or under the icon that it shows, shows its icon. */
    pointedAt(x: number, y: number): void {
      if (badges.some(({ mark, box }) => pointed.includes(mark) && isInBox(x, y, box, 2))) return;
      pointAt(crowded(({ at }) => at !== null && isInBox(x, y, at, 0)));
    },
    /** The badge under a point: the icon, with a margin for unsteady hands. */
    badgeAt: (x: number, y: number): Badge | undefined =>
      badges.find(({ box, mark }) => isInBox(x, y, box, 2) && !isOutdated(mark)),
  };
}

export type BadgeLayer = ReturnType<typeof openBadgeLayer>;

function boxOf(element: Element, known: Map<Element, Box>): Box {
  let box = known.get(element);
  if (!box) known.set(element, (box = element.getBoundingClientRect()));
  return box;
}

/** A field is covered unless somebody is writing in it; a text area, which says more than a number, is not. */
const isHidden = (mark: Mark): boolean =>
  mark.kind === "field" &&
  mark.decision?.verdict === "blocked" &&
  mark.element instanceof HTMLInputElement &&
  !mark.element.matches(":focus");

const inside = ({ left, top, right, bottom }: Box): Box => ({
  left: left + 3,
  top: top + 3,
  right: right - 3,
  bottom: bottom - 3,
});

/** A script may set a field's value without a sign: its icon goes at the next frame, not at the next reading. */
const isOutdated = (mark: Mark): boolean =>
  mark.kind === "field" && !(mark.element as HTMLInputElement).value.includes(mark.written);
