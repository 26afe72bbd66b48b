/**
 * Asks the page where there is room for a number's icon: whether the number can be seen, and what is around it. The first
 * free slot (slot-order.ts) is the answer: an offset, by which the icon then moves with its number until the page changes.
 */
import { isInLong, type Mark } from "../find/mark.ts";
import { type Box, intersect } from "./box.ts";
import { chooseSlot, onCorner, placesAtBlock, SIZE, type Slot, slotInField, WIDE } from "./slot-order.ts";
import { childElementCount, scrollLeft, scrollTop } from "../find/dom.ts";
import { once } from "../find/moment.ts";
import { parentOf, rootOf, shownIn } from "../find/roots.ts";
import { elementAt, holds } from "../find/tree.ts";

/** Containers that show nothing of their own beside their text. */
const PLAIN = new Set("TD TH DIV TR LI DD DT LABEL SECTION P ARTICLE MAIN BODY HTML".split(" "));

// One live range for all measuring. It is parked in an empty document, as live ranges slow a page's mutations.
const range = document.createRange();
const rest = document.implementation.createHTMLDocument("");

/** The rectangles of a mark in the viewport, line by line; none where it is not rendered. `afresh`: by no earlier measure. */
export const boxesOf = (mark: Mark, afresh?: true): Box[] => {
  if (mark.kind === "text") return boxesIn(mark, afresh);
  if (!mark.element.isConnected) return [];
  const box = boxOf(mark.element);
  return shown([mark.owner instanceof HTMLAreaElement ? boxOfArea(mark.owner, box) : box]);
};
// Many numbers are in the same field, or clipped by the same element.
export const boxOf = once((element: Element): DOMRect => element.getBoundingClientRect());

/** Where an area is in its picture, which is in `whole`: around all of its coordinates, in CSS pixels. */
function boxOfArea({ shape, coords }: HTMLAreaElement, whole: DOMRect): DOMRect {
  const at = coords.split(",").map(Number);
  const [x = 0, y = 0, radius] = at;
  const all =
    shape === "circle" && radius !== undefined ? [x - radius, y - radius, x + radius, y + radius] : at;
  if (all.length < 4 || all.some(Number.isNaN)) return whole;
  const across = all.filter((_, i) => i % 2 === 0);
  const down = all.filter((_, i) => i % 2 === 1);
  const [left, top] = [Math.min(...across), Math.min(...down)];
  const size = [Math.max(...across) - left, Math.max(...down) - top] as const;
  return new DOMRect(whole.left + left, whole.top + top, ...size);
}

/** The box of all from one mark to another in the same text; null where it is not rendered. */
export const boxAround = (from: Mark, to: Mark): Box | null =>
  (from.kind === "text"
    ? measured(from, to, () => [range.getBoundingClientRect()])
    : shown([boxOf(from.element)])
  )[0] ?? null;

/**
 * In a very long text what was measured is kept: it moves with the element that the text is in, as long as that is as large,
 * with all that scrolls in it. The next placing measures it again.
 */
const known = new WeakMap<Mark, readonly [boxes: DOMRect[], x: number, y: number, size: number]>();
function boxesIn(mark: Mark, afresh?: true): Box[] {
  const { element } = mark;
  const ask = () => measured(mark, mark, () => range.getClientRects());
  if (!isInLong(mark)) return ask();
  const { left, top, width, height } = boxOf(element);
  const x = left - scrollLeft(element);
  const y = top - scrollTop(element);
  const size = width * height + element.scrollWidth * element.scrollHeight;
  let was = known.get(mark);
  if (afresh || was?.[3] !== size) known.set(mark, (was = [ask(), x, y, size]));
  const [boxes, atX, atY] = was;
  return boxes.map((box) => new DOMRect(box.x + x - atX, box.y + y - atY, box.width, box.height));
}

/** The boxes from the beginning of one mark to the end of another; none where the page has changed. */
function measured(from: Mark, to: Mark, ask: () => Iterable<DOMRect>): DOMRect[] {
  const [first, last] = [from.parts[0], to.parts[to.parts.length - 1]];
  if (!first?.node.isConnected || !last?.node.isConnected || last.end > last.node.data.length) return [];
  range.setStart(first.node, first.start);
  range.setEnd(last.node, last.end);
  const found = shown(ask());
  range.selectNodeContents(rest);
  return found;
}
const shown = (rects: Iterable<DOMRect>): DOMRect[] => [...rects].filter((r) => r.width > 1 && r.height > 1);

/**
 * The slot for a mark's icon; null where the mark cannot be seen. "crowded": there is no room for an icon, so only the
 * paint shows it until somebody points at it. `taken`: another icon is there.
 */
export function slotFor(
  mark: Mark,
  boxes: Box[],
  taken: (box: Box, of?: Element) => boolean,
): Slot | "crowded" | null {
  const last = boxes[boxes.length - 1];
  if (!last || !isVisible(mark, last)) return null;
  if (mark.kind === "field") {
    const field = mark.element as HTMLInputElement | HTMLTextAreaElement;
    const many = field instanceof HTMLTextAreaElement;
    return slotInField(
      field,
      last,
      many ? 0 : field.clientWidth - textWidth(field),
      many ? "many" : "one",
      mark.among,
    );
  }
  if (mark.kind === "link" && !mark.element.textContent?.trim()) return onCorner;
  // Each hit test, by which there is room beside it, would go through all lines.
  if (isInLong(mark)) return onCorner;
  const cut = isCut(mark.element);
  const around = {
    cut,
    stop: cut ? 0 : stopAfter(last),
    second: mark.second === true,
    free: (x: number, y: number) => isFree(mark, x, y),
    foreign: isOfNumber,
    taken,
  };
  return chooseSlot(boxes, around) ?? slotAtBlock(mark, taken) ?? "crowded";
}

/** So far up a block is looked for that has room beside it for one icon for all its numbers without one. */
const LEVELS = 5;
/** So close to it, in CSS pixels, an icon is at a number. */
const CLOSE = [3, 8];
/** A block with more elements in it is no place that anybody takes for that of a number. */
const MOST_IN_BLOCK = 100;
function slotAtBlock({ owner, element }: Mark, taken: (box: Box, of: Element) => boolean): Slot | null {
  let of: Element | null = owner instanceof Element ? owner : element;
  for (let level = 0; of && of !== document.body && level < LEVELS; level++, of = parentOf(of)) {
    const block = of;
    const { left, top, width } = boxOf(block);
    // Without a box of its own (`display: contents`) there is nothing that the icon would move with.
    const place = (width > 0 ? placesAt(block) : []).find(
      ([x, y]) => !taken({ left: x, top: y, right: x + WIDE, bottom: y + SIZE }, block),
    );
    if (place) return { from: "start", dx: place[0] - left, dy: place[1] - top, size: SIZE, of };
  }
  return null;
}

/**
 * The free places at what can be seen of a block's contents, on its own ground or on that of what is around it: in no other
 * row, and beside no number that is not in the block.
 */
function freePlaces(block: Element): [left: number, top: number][] {
  if (childElementCount(block) > MOST_IN_BLOCK) return [];
  range.selectNodeContents(block);
  const contents = range.getBoundingClientRect();
  const line = [...range.getClientRects()].at(-1);
  range.selectNodeContents(rest);
  const view: Box = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  const clips = [block, ...clippersOf(block)].map(boxOf);
  const isGround = (x: number, y: number) => {
    const hit = elementAt(x, y);
    return hit !== null && holds(hit, block) && charAt(x, y, hit) === null;
  };
  const isOthers = (x: number, y: number) => {
    const hit = elementAt(x, y);
    return hit !== null && !holds(block, hit) && isOfNumber(x, y, hit);
  };
  const seen = clips.reduce<Box>(intersect, intersect(view, contents));
  const last = line && line.right <= seen.right && line.bottom <= seen.bottom ? line : undefined;
  return placesAtBlock(seen, last).filter(
    ([left, top]) =>
      // What is farthest from the contents of most first.
      [WIDE - 1, 1, WIDE / 2].every((x) => [1, SIZE - 1].every((y) => isGround(left + x, top + y))) &&
      !CLOSE.some(
        (by) =>
          [left - by, left + WIDE + by].some((x) => isOthers(x, top + SIZE / 2)) ||
          [1, WIDE / 2, WIDE - 1].some((x) => [top - by, top + SIZE + by].some((y) => isOthers(left + x, y))),
      ),
  );
}
/** By block, while numbers are placed, which takes several frames: the same few blocks are around most of them. */
const asked = new Map<Element, readonly [at: DOMRect, places: [left: number, top: number][]]>();
/** The page may have changed. */
export const forgetPlaces = (): void => asked.clear();
const isSame = (a: DOMRect, b: DOMRect): boolean =>
  a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
function placesAt(block: Element): [left: number, top: number][] {
  const at = boxOf(block);
  const known = asked.get(block);
  if (known && isSame(known[0], at)) return known[1];
  const places = freePlaces(block);
  asked.set(block, [at, places]);
  return places;
}

const isOfNumber = (x: number, y: number, hit?: Element): boolean =>
  /[\d+(]/.test(charAt(x, y, hit)?.char ?? "");

/** The width of a full stop or bracket right after the number, which goes between it and its icon. */
function stopAfter(last: Box): number {
  const next = charAt(last.right + 2, (last.top + last.bottom) / 2);
  return next && /[.,;:!?)\]]/.test(next.char) ? Math.max(0, next.box.right - last.right) : 0;
}

const measure = new OffscreenCanvas(1, 1).getContext("2d")!;
function textWidth(field: HTMLInputElement): number {
  const s = getComputedStyle(field);
  // The shorthand `font` is empty or incomplete on many pages.
  measure.font = `${s.fontStyle} ${s.fontWeight} ${s.fontSize} ${s.fontFamily}`;
  measure.letterSpacing = s.letterSpacing === "normal" ? "0px" : s.letterSpacing;
  return measure.measureText(field.value).width + Number.parseFloat(s.paddingLeft);
}

/** True where it is rendered, opaque, and the topmost thing at its end. */
function isVisible(mark: Mark, last: Box): boolean {
  if (!mark.element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
  // `checkVisibility` says nothing about content that the element itself hides.
  if (getComputedStyle(mark.element).contentVisibility === "hidden") return false;
  return isSeenAt(mark, Math.max(last.left, last.right - 3), (last.top + last.bottom) / 2);
}

/** True where the topmost element at a point is the mark's element, or is inside or around it. */
export function isSeenAt(mark: Mark, x: number, y: number): boolean {
  const hit = elementAt(x, y);
  return hit !== null && (hit === mark.owner || holds(hit, mark.element) || holds(mark.element, hit));
}

function isFree(mark: Mark, x: number, y: number): boolean {
  const hit = elementAt(x, y);
  if (!hit) return false;
  if (!holds(hit, mark.element) && !isSlotIn(hit, mark)) {
    if (!PLAIN.has(hit.tagName) || hit.closest("a, button, [role=button]")) return false;
    const before = getComputedStyle(hit, "::before").content;
    if (before !== "none" && before !== "normal") return false;
  }
  return charAt(x, y, hit) === null;
}

/** True where a component shows the mark's text in one of its own elements. */
function isSlotIn(own: Element, { parts, element }: Mark): boolean {
  for (let at = shownIn(parts[0]?.node ?? element); at; at = shownIn(at)) if (at === own) return true;
  return false;
}

/** The gap between characters that is nearest to a point. `hit`: what is there, where that is known. */
function caretAt(x: number, y: number, hit?: Element): CaretPosition | null {
  const root = hit && rootOf(hit);
  const caret = document.caretPositionFromPoint(
    x,
    y,
    root instanceof ShadowRoot ? { shadowRoots: [root] } : {},
  );
  // A text in a shadow root is told only where that root is named; most texts are in none.
  if (hit || caret?.offsetNode instanceof Text) return caret;
  const within = elementAt(x, y);
  return within && rootOf(within) instanceof ShadowRoot ? caretAt(x, y, within) : caret;
}

/** The character at a point. */
function charAt(x: number, y: number, hit?: Element): { char: string; box: DOMRect } | null {
  const caret = caretAt(x, y, hit);
  const node = caret?.offsetNode;
  if (!caret || !(node instanceof Text)) return null;
  // The caret is in the nearest gap: the character may be on either side of it.
  for (const start of [caret.offset - 1, caret.offset]) {
    const char = node.data[start];
    if (char === undefined || /\s/.test(char)) continue;
    range.setStart(node, start);
    range.setEnd(node, start + 1);
    const box = range.getBoundingClientRect();
    range.selectNodeContents(rest);
    if (x >= box.left && x <= box.right && y >= box.top && y <= box.bottom) return { char, box };
  }
  return null;
}

/** True where the text is cut off with an ellipsis, which hit tests do not report as a character. */
function isCut(element: Element): boolean {
  for (let at: Element | null = element, i = 0; at && i < 3; at = parentOf(at), i++)
    if (
      at.scrollWidth > at.clientWidth + 1 &&
      at.clientWidth > 0 &&
      getComputedStyle(at).textOverflow === "ellipsis"
    )
      return true;
  return false;
}

/** An element and its ancestors, those that clip their content. Once for each in a moment: many share their ancestors. */
export function clippersOf(element: Element): Element[] {
  const passed: Element[] = [];
  let at: Element | null = element;
  for (; at && at !== document.documentElement && !clipped(at).clippers; at = parentOf(at)) passed.push(at);
  let clippers = (at && clipped(at).clippers) ?? [];
  for (const at of passed.reverse()) {
    const { overflowX, overflowY } = getComputedStyle(at);
    if (at !== document.body && (overflowX !== "visible" || overflowY !== "visible"))
      clippers = [at, ...clippers];
    clipped(at).clippers = clippers;
  }
  return clippers;
}
const clipped = once((_element: Element): { clippers?: Element[] } => ({}));
