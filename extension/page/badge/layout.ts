/**
 * Which numbers are near the viewport, where the icon of each is, and what has to be placed again: a state and
 * functions over it. They ask the page through `Geometry`; frames, timers and events are layer.ts.
 */
import type { Verdict } from "../../../shared/check/api.ts";
import { isInLong, type Mark } from "../find/mark.ts";
import { type Box, intersect, isInBox, meet } from "./box.ts";
import { iconBox, onCorner, type Slot } from "./slot-order.ts";

/** What the page answers about one mark or element. free-space.ts asks a real page. */
export interface Geometry {
  /** The rectangles of a mark, line by line; none where it is not rendered. `afresh`: by no earlier measure. */
  boxesOf: (mark: Mark, afresh?: true) => Box[];
  /** The elements that clip what is in this one. */
  clippersOf: (element: Element) => Element[];
  boxOf: (element: Element) => Box;
  slotFor: (mark: Mark, boxes: Box[], taken: (box: Box, of?: Element) => boolean) => Slot | "crowded" | null;
  /** True where the mark is the topmost thing at a point. */
  isSeenAt: (mark: Mark, x: number, y: number) => boolean;
}

/**
 * Where the icon of a mark goes. "crowded": there is no room for one, neither beside it nor at a block around it. Null: it
 * cannot be seen, or is undecided.
 */
export interface Placement {
  slot: Slot | "crowded" | null;
  clippers: Element[];
  /** The number's last line when the slot was chosen. */
  at: Box | null;
}

/** An icon that is shown. */
export interface Badge {
  /** Of several, one with the strictest verdict. */
  mark: Mark;
  /** Of one that is for all numbers of a block or a field that have none of their own: which it is, and these numbers. */
  of?: Element | undefined;
  all: Mark[];
  box: Box;
  /** Where its number stands in a text, line by line; none where a person points at it to type. */
  lines: readonly Box[];
}

export interface Layout {
  near: Map<Mark, Placement>;
  /** Marks to be placed. */
  queue: Set<Mark>;
  /** Crowded numbers that the pointer, the focus or the card is at: they show their icon meanwhile. */
  pointed: readonly Mark[];
  badges: Badge[];
  scrolling: boolean;
  /** Blocked numbers that no highlight paints are covered. */
  masked: boolean;
  /** The page changed since all were placed: what was free or in sight may no longer be. */
  doubtful: boolean;
  /** When all were queued last, in milliseconds as `performance.now()` counts them. */
  placedAt: number;
}

/** A page that changes all the time has its icons placed again no more often, in milliseconds. */
const AGAIN_MS = 400;
/** This close to the edge of what clips it, in pixels, an icon may lie under a sticky header. */
const EDGE = 60;
/** Hit tests in one frame, for icons this close to an edge while the page scrolls. */
const SEEN_TESTS_A_FRAME = 30;

export const newLayout = (): Layout => ({
  ...{ near: new Map(), queue: new Set(), pointed: [], badges: [] },
  ...{ scrolling: false, masked: false, doubtful: false, placedAt: 0 },
});

/** A mark came near the viewport. */
export function enter({ near, queue }: Layout, mark: Mark): void {
  if (near.has(mark)) return;
  near.set(mark, { slot: null, clippers: [], at: null });
  // Without a decision it has no icon, and is placed once that has come.
  if (mark.decision) queue.add(mark);
}

/** A mark left the viewport's surroundings, or the page. False where it had not been near. */
export function leave({ near, queue }: Layout, mark: Mark): boolean {
  queue.delete(mark);
  return near.delete(mark);
}

export function queueAll(layout: Layout, now: number): void {
  layout.doubtful = false;
  layout.placedAt = now;
  for (const mark of layout.near.keys()) layout.queue.add(mark);
}

/** True where the page changed, and its icons may be placed again already. */
export const isDue = ({ doubtful, placedAt }: Layout, now: number): boolean =>
  doubtful && now - placedAt > AGAIN_MS;

/** Queues the marks that moved without any event (an animation, a late font), until it is late. */
export function queueMoved(
  { near, queue }: Layout,
  page: Pick<Geometry, "boxesOf">,
  isLate: () => boolean,
): void {
  for (const [mark, { at }] of near) {
    const now = page.boxesOf(mark, true).at(-1) ?? null;
    const moved =
      !now || !at
        ? (now === null) !== (at === null)
        : now.right !== at.right || now.top !== at.top || now.left !== at.left;
    if (moved) queue.add(mark);
    if (isLate()) return;
  }
}

/** Places queued marks, until it is late: each costs several hit tests, which are slow on some pages. */
export function placeQueued(layout: Layout, page: Geometry, isLate: () => boolean): void {
  // What was drawn may have moved or gone since: nothing keeps clear of where it was.
  if (layout.queue.size > 0) layout.badges = layout.badges.flatMap((badge) => moved(layout, badge, page));
  for (const mark of layout.queue) {
    layout.queue.delete(mark);
    const placement = layout.near.get(mark);
    if (placement) place(layout, mark, placement, page);
    if (isLate()) return;
  }
}

/** An icon where its number is now; none where that is gone. */
function moved({ near }: Layout, badge: Badge, page: Geometry): Badge[] {
  const slot = near.get(badge.mark)?.slot;
  if (!slot || slot === "crowded") return slot ? [badge] : [];
  const boxes = page.boxesOf(badge.mark);
  return boxes.length > 0 ? [{ ...badge, box: badgeOf(badge.mark, slot, boxes, page).box }] : [];
}

function place(layout: Layout, mark: Mark, placement: Placement, page: Geometry): void {
  const boxes = page.boxesOf(mark, true);
  placement.at = boxes[boxes.length - 1] ?? null;
  placement.clippers = page.clippersOf(mark.element);
  const others = (of?: Element) => layout.badges.filter((b) => keyOf(b) !== (of ?? mark));
  const later = new Set<Badge>();
  const taken = (box: Box, of?: Element) => {
    const there = others(of).filter((b) => meet(b.box, box));
    for (const b of there) if (isAfter(layout, b, placement)) later.add(b);
    return there.length > 0;
  };
  let slot = mark.decision ? page.slotFor(mark, boxes, taken) : null;
  if (slot && !isOwn(slot) && later.size > 0) {
    const left = (of?: Element) => others(of).filter((b) => !later.has(b));
    const without = page.slotFor(mark, boxes, (box, of) => left(of).some((b) => meet(b.box, box)));
    if (isOwn(without)) {
      slot = without;
      makeRoom(layout, iconBox(without, boxes));
    }
  }
  placement.slot = slot;
  if (!slot || slot === "crowded") return;
  // Marks that are placed later, in this frame already, keep clear of it.
  layout.badges = [...others(slot.of), badgeOf(mark, slot, boxes, page)];
}

const isOwn = (slot: Slot | "crowded" | null): slot is Slot =>
  slot !== null && slot !== "crowded" && slot.of === undefined;

/**
 * True for an icon whose number is read after that of a placement. Between two numbers with room for one icon it is the first
 * one's, whichever was decided first: one that names its country does not wait for the table of cities.
 */
function isAfter({ near }: Layout, { of, mark }: Badge, { at }: Placement): boolean {
  const other = near.get(mark)?.at;
  if (of || !other || !at) return false;
  // A total order: of three, none makes room for the one that made room for it.
  return other.top > at.top || (other.top === at.top && other.left > at.left);
}

/** The icons in a box go, and are placed again. */
function makeRoom(layout: Layout, box: Box): void {
  for (const badge of layout.badges.filter((b) => meet(b.box, box))) {
    layout.badges = layout.badges.filter((b) => b !== badge);
    layout.near.get(badge.mark)!.slot = null;
    layout.queue.add(badge.mark);
  }
}

const badgeOf = (mark: Mark, slot: Slot, boxes: Box[], page: Pick<Geometry, "boxOf">): Badge => ({
  ...{ mark, of: slot.of, all: [mark], box: iconBox(slot, slot.of ? [page.boxOf(slot.of)] : boxes) },
  lines: !slot.of && mark.kind === "text" && !(mark.element as HTMLElement).isContentEditable ? boxes : [],
});

/** What an icon is for, by which it is the same in the next frame. */
export const keyOf = ({ of, mark }: Badge): Mark | Element => of ?? mark;
/** From the mildest to the strictest: with an unknown one nobody may call yet. */
const strictness: readonly Verdict[] = ["clear", "caution", "unknown", "blocked"];
const strictnessOf = ({ decision }: Mark): number => (decision ? strictness.indexOf(decision.verdict) : -1);
/** A card lists no more numbers: nobody reads more. */
export const MOST_LISTED = 50;
/** What a card lists of them comes first: where there are more, the strictest. */
export const listed = (marks: readonly Mark[]): readonly Mark[] =>
  marks.length > MOST_LISTED ? marks.toSorted((a, b) => strictnessOf(b) - strictnessOf(a)) : marks;

/** Moves every icon with its number, and answers the covers over blocked numbers that no highlight paints. */
export function layOut(layout: Layout, page: Geometry, view: Box): Box[] {
  const { near, pointed, scrolling, masked } = layout;
  let tests = SEEN_TESTS_A_FRAME;
  const badges: Badge[] = [];
  /** One for several, by what it is of. */
  const groups = new Map<Element, Badge>();
  const covers: Box[] = [];
  for (const [mark, placement] of near) {
    const { clippers } = placement;
    const slot = isCrowded(mark, placement) && pointed.includes(mark) ? onCorner : placement.slot;
    if (!slot || slot === "crowded" || !mark.decision || (!slot.of && isOutdated(mark))) continue;
    const boxes = page.boxesOf(mark);
    const last = boxes[boxes.length - 1];
    if (!last) continue;
    const clip = clippers.reduce<Box>((c, e) => intersect(c, page.boxOf(e)), view);
    const y = (last.top + last.bottom) / 2;
    if (y < clip.top || y > clip.bottom || last.right > clip.right + 2 || last.right < clip.left) continue;
    if (scrolling && (y < clip.top + EDGE || y > clip.bottom - EDGE))
      if (tests-- <= 0 || !page.isSeenAt(mark, Math.max(last.left, last.right - 3), y)) continue;
    const badge = badgeOf(mark, slot, boxes, page);
    // Of a block that scrolls it may be over what is above or below.
    if (
      scrolling &&
      slot.of &&
      mark.kind === "text" &&
      (badge.box.top < clip.top || badge.box.bottom > clip.bottom)
    )
      continue;
    const group = slot.of && groups.get(slot.of);
    if (group) {
      group.all.push(mark);
      if (strictnessOf(mark) > strictnessOf(group.mark)) group.mark = mark;
    } else if (slot.of) groups.set(slot.of, badge);
    else badges.push(badge);
    if (masked && isCovered(mark))
      for (const box of mark.kind === "field" ? [inside(last)] : boxes) covers.push(intersect(box, clip));
  }
  // A field may have thousands: one is asked for all.
  layout.badges = [...badges, ...[...groups.values()].filter(({ mark }) => !isOutdated(mark))];
  return covers;
}

/** True for a number in a text without room for an icon of its own. */
const isCrowded = ({ kind }: Mark, { slot }: Placement): boolean =>
  slot === "crowded" || (kind === "text" && slot?.of !== undefined);

/** Crowded numbers, those that `where` picks. */
export const crowded = (
  { near }: Layout,
  where: (placement: Placement, mark: Mark) => boolean = () => true,
): Mark[] => [...near].flatMap(([mark, p]) => (isCrowded(mark, p) && where(p, mark) ? [mark] : []));

/** The badge at a point: under its icon, with a margin for unsteady hands, or else under its number. */
export const badgeAt = ({ badges }: Layout, x: number, y: number): Badge | undefined =>
  badges.find(({ box, mark }) => isInBox(x, y, box, 2) && !isOutdated(mark)) ??
  badges.find(({ lines }) => lines.some((line) => isInBox(x, y, line, 0)));

/** The crowded numbers to point at for a pointer at (x, y): those under it; as they are, where it is on their icon. */
export function pointedAt(layout: Layout, x: number, y: number): readonly Mark[] {
  const { badges, pointed } = layout;
  if (badges.some((b) => !b.of && pointed.includes(b.mark) && isInBox(x, y, b.box, 2))) return pointed;
  return crowded(layout, ({ at }) => at !== null && isInBox(x, y, at, 0));
}

/** The numbers that a person can step through, from the top: those with an icon, and the crowded ones. */
export function inReadingOrder(layout: Layout, page: Geometry): Mark[] {
  const places = new Map(layout.badges.map(({ mark, box }) => [mark, box]));
  for (const mark of crowded(layout)) {
    const [first] = page.boxesOf(mark);
    if (first) places.set(mark, first);
  }
  return [...places].sort(([, a], [, b]) => a.top - b.top || a.left - b.left).map(([mark]) => mark);
}

/**
 * What is not painted is covered: in a field, unless a person is typing in it, and in a very long text. A text area says more
 * than a number, and is not.
 */
const isCovered = (mark: Mark): boolean =>
  mark.decision?.verdict === "blocked" &&
  (mark.kind === "field"
    ? mark.element instanceof HTMLInputElement && !mark.element.matches(":focus")
    : mark.kind === "text" && isInLong(mark));

const inside = ({ left, top, right, bottom }: Box): Box => ({
  left: left + 3,
  top: top + 3,
  right: right - 3,
  bottom: bottom - 3,
});

/** A script may set a field's value without an event: its icon goes with the next frame, before it is read again. */
export const isOutdated = (mark: Mark): boolean =>
  mark.kind === "field" && !(mark.element as HTMLInputElement).value.includes(mark.seen);
