/**
 * Where an icon may stand: beside its number, never over another's text. Decided when something changed; the offset is
 * kept, and the icon then moves with its number.
 */
import type { Mark } from "./mark.ts";
import { elementAt, holds, parentOf } from "./tree.ts";

/** From a corner of the number to the icon's own left top corner. */
export interface Slot {
  from: "end" | "start" | "corner";
  dx: number;
  dy: number;
  size: number;
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const SIZE = 14;
const SMALL = 11;
/** A container that carries nothing of its own where its text is not. */
const PLAIN = new Set([
  "TD",
  "TH",
  "DIV",
  "TR",
  "LI",
  "DD",
  "DT",
  "SECTION",
  "P",
  "ARTICLE",
  "MAIN",
  "BODY",
  "HTML",
]);

// One live range for all measuring; it rests on an empty document, so that it slows no mutation of the page's.
const range = document.createRange();
const rest = document.implementation.createHTMLDocument("");

/** The rectangles that a mark shows itself in, line by line; none where it is not rendered. */
export function boxesOf(mark: Mark): Box[] {
  if (mark.kind !== "text")
    return mark.element.isConnected ? shown([mark.element.getBoundingClientRect()]) : [];
  const [first, last] = [mark.parts[0]!, mark.parts[mark.parts.length - 1]!];
  if (!first.node.isConnected || !last.node.isConnected || last.end > last.node.data.length) return [];
  range.setStart(first.node, first.start);
  range.setEnd(last.node, last.end);
  const boxes = shown(range.getClientRects());
  range.selectNodeContents(rest);
  return boxes;
}
const shown = (rects: Iterable<DOMRect>): Box[] => [...rects].filter((r) => r.width > 1 && r.height > 1);

/**
 * The slot for a mark, or null: it cannot be seen, or has no room (then the paint alone shows it). `taken` tells where
 * another icon stands.
 */
export function slotFor(mark: Mark, boxes: Box[], taken: (box: Box) => boolean): Slot | null {
  const last = boxes[boxes.length - 1];
  const first = boxes[0];
  if (!first || !last || !isVisible(mark, last)) return null;
  if (mark.kind === "field") return fieldSlot(mark.element as HTMLInputElement, last);
  const corner: Slot = { from: "corner", dx: -4, dy: -6, size: SMALL };
  if (mark.kind === "link" && !mark.element.textContent?.trim()) return corner;

  const slots: Slot[] = [
    { from: "start", dx: -SIZE - 2, dy: (first.bottom - first.top - SIZE) / 2, size: SIZE },
  ];
  if (!isCut(mark.element)) {
    const dx = 2 + stopAfter(last);
    slots.unshift({ from: "end", dx, dy: (last.bottom - last.top - SIZE) / 2, size: SIZE });
  }
  const fits = (slot: Slot): boolean => {
    const box = iconBox(slot, boxes);
    const y = (box.top + box.bottom) / 2;
    return (
      !taken(box) &&
      [box.left + 1, (box.left + box.right) / 2, box.right - 1].every((x) => isFree(mark, x, y))
    );
  };
  const slot = slots.find(fits);
  if (slot) return slot;
  const box = iconBox(corner, boxes);
  return !taken(box) && isFree(mark, box.right - 2, box.top + 2) ? corner : null;
}

/** A full stop or bracket that follows the number stands between it and its icon. */
function stopAfter(last: Box): number {
  const next = charAt(last.right + 2, (last.top + last.bottom) / 2);
  return next && /[.,;:!?)\]]/.test(next.char) ? Math.max(0, next.box.right - last.right) : 0;
}

/** Inside the right edge where the text leaves room for it, else on the corner. */
function fieldSlot(field: HTMLInputElement, box: Box): Slot {
  const inside = { from: "end", dx: -6 - SIZE, dy: (box.bottom - box.top - SIZE) / 2, size: SIZE } as const;
  if (field instanceof HTMLTextAreaElement) return { ...inside, dy: 5 };
  return textWidth(field) + 24 < field.clientWidth ? inside : { from: "corner", dx: -6, dy: -5, size: SMALL };
}

const measure = new OffscreenCanvas(1, 1).getContext("2d")!;
function textWidth(field: HTMLInputElement): number {
  const s = getComputedStyle(field);
  // The shorthand is empty or too small on many pages.
  measure.font = `${s.fontStyle} ${s.fontWeight} ${s.fontSize} ${s.fontFamily}`;
  measure.letterSpacing = s.letterSpacing === "normal" ? "0px" : s.letterSpacing;
  return measure.measureText(field.value).width + Number.parseFloat(s.paddingLeft);
}

/** Where an icon stands now. */
export function iconBox(slot: Slot, boxes: Box[]): Box {
  const at = slot.from === "start" ? boxes[0]! : boxes[boxes.length - 1]!;
  const left = (slot.from === "start" ? at.left : at.right) + slot.dx;
  const top = at.top + slot.dy;
  return { left, top, right: left + slot.size, bottom: top + slot.size };
}

/** Rendered, opaque, and the topmost thing at its end. */
function isVisible(mark: Mark, last: Box): boolean {
  if (!mark.element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
  return isSeenAt(mark, Math.max(last.left, last.right - 3), (last.top + last.bottom) / 2);
}

/** True where the point belongs to the mark's element, or to what stands in or around it as one. */
export function isSeenAt(mark: Mark, x: number, y: number): boolean {
  const hit = elementAt(x, y);
  return hit !== null && (holds(hit, mark.element) || holds(mark.element, hit));
}

function isFree(mark: Mark, x: number, y: number): boolean {
  const hit = elementAt(x, y);
  if (!hit) return false;
  if (!holds(hit, mark.element)) {
    if (!PLAIN.has(hit.tagName) || hit.closest("a, button, [role=button]")) return false;
    const before = getComputedStyle(hit, "::before").content;
    if (before !== "none" && before !== "normal") return false;
  }
  return charAt(x, y, hit) === null;
}

/** The character that stands at a point. */
function charAt(x: number, y: number, hit = elementAt(x, y)): { char: string; box: DOMRect } | null {
  const root = hit?.getRootNode();
  const caret = document.caretPositionFromPoint(
    x,
    y,
    root instanceof ShadowRoot ? { shadowRoots: [root] } : {},
  );
  const node = caret?.offsetNode;
  if (!caret || !(node instanceof Text)) return null;
  // The caret goes to the nearest gap: the character may lie on either side of it.
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

/** Cut off with an ellipsis: after the text stands the ellipsis, which is no character of its own. */
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

/** The part of the viewport that an element's ancestors leave of it. `clippers` are those that clip, once found. */
export function clippersOf(element: Element): Element[] {
  const clippers: Element[] = [];
  for (let at = parentOf(element); at && at !== document.documentElement; at = parentOf(at)) {
    if (at === document.body) continue;
    const { overflowX, overflowY } = getComputedStyle(at);
    if (overflowX !== "visible" || overflowY !== "visible") clippers.push(at);
  }
  return clippers;
}
