/**
 * The slots for an icon at its number, in order of preference: after it, before it, on its corner. free-space.ts asks the
 * page which are free.
 */
import type { Box } from "./box.ts";

/** The offset from a corner of the number to the icon's top left corner, in CSS pixels. */
export interface Slot {
  from: "end" | "start" | "corner";
  dx: number;
  dy: number;
  size: number;
  /** The icon is this element's instead: one for all its numbers that have none of their own, with their count. */
  of?: Element;
}

export const SIZE = 14;
export const SMALL = 11;
/** The width of an icon with a count. */
export const WIDE = 28;

export interface Around {
  /** The number's end is cut off with an ellipsis, which the page does not report as a character. */
  cut: boolean;
  /** The width of a full stop or bracket right after the number. */
  stop: number;
  /** A link whose text has a number with an icon of its own: the link's goes after that. */
  second: boolean;
  /** True where the icon would cover nothing of the page. */
  free: (x: number, y: number) => boolean;
  /** True where a character of a number is, of another one. */
  foreign: (x: number, y: number) => boolean;
  /** True where another icon is. */
  taken: (box: Box) => boolean;
}

/** The box of an icon in a slot, from the number's rectangles, line by line. */
export function iconBox(slot: Slot, boxes: readonly Box[]): Box {
  const at = slot.from === "start" ? boxes[0]! : boxes[boxes.length - 1]!;
  const left = (slot.from === "start" ? at.left : at.right) + slot.dx;
  const top = at.top + slot.dy;
  return { left, top, right: left + (slot.of ? WIDE : slot.size), bottom: top + slot.size };
}

/** After the number, before it, or on its corner; null where none is free, so that only the paint shows the verdict. */
export function chooseSlot(
  boxes: readonly Box[],
  { cut, stop, second, free, foreign, taken }: Around,
): Slot | null {
  const first = boxes[0];
  const last = boxes[boxes.length - 1];
  if (!first || !last) return null;
  const beside: Slot[] = [{ from: "start", dx: -SIZE - 2, dy: middle(first), size: SIZE }];
  const after = second ? SIZE + 4 : 2;
  if (!cut) beside.unshift({ from: "end", dx: after + stop, dy: middle(last), size: SIZE });
  // Broken over two lines, it leaves room at the end of the first one.
  if (first !== last)
    beside.push({ from: "start", dx: first.right - first.left + 2, dy: middle(first), size: SIZE });
  const slot = beside.find((slot) => {
    const box = iconBox(slot, boxes);
    const y = (box.top + box.bottom) / 2;
    // As near to another number, it would be taken for that one's.
    const beyond = slot.from === "start" && slot.dx < 0 ? [box.left - 3, box.left - 8] : [box.right + 3];
    return (
      !taken(box) &&
      [box.right - 1, box.left + 1, (box.left + box.right) / 2].every((x) => free(x, y)) &&
      !beyond.some((x) => foreign(x, y))
    );
  });
  if (slot) return slot;
  const touched = foreign(last.right + 3, (last.top + last.bottom) / 2);
  const corner = touched ? { ...onCorner, dx: -SMALL } : onCorner;
  const box = iconBox(corner, boxes);
  // In close lines it would lie on the end of the number above.
  const between = [box.left + 1, box.right - 1].some((x) => foreign(x, box.top + 1));
  return !between && !taken(box) && free(box.right - 2, box.top + 2) ? corner : null;
}

export const onCorner: Slot = { from: "corner", dx: -4, dy: -6, size: SMALL };

/**
 * In a field: inside its right edge where the text leaves `room` (CSS pixels) for the icons of all its numbers, else on its
 * corner, side by side in the order of the numbers. Where there is no place for that many, and in a text area, one for all.
 */
export function slotInField(
  field: Element,
  box: Box,
  room: number,
  lines: "one" | "many",
  { after, all } = { after: 0, all: 1 },
): Slot {
  const many = lines === "many";
  if (all > 1 && (many || all > MOST_IN_FIELD || all * (SMALL + GAP) > box.right - box.left))
    return { from: "end", dx: -EDGE - WIDE, dy: ABOVE, size: SIZE, of: field };
  const last: Slot = many
    ? { from: "end", dx: -EDGE - SIZE, dy: ABOVE, size: SIZE }
    : room > 8 + all * (SIZE + GAP)
      ? { from: "end", dx: -EDGE - SIZE, dy: middle(box), size: SIZE }
      : { from: "corner", dx: -EDGE, dy: -5, size: SMALL };
  return { ...last, dx: last.dx - after * (last.size + GAP) };
}
/** From a field's right edge to its icon. */
const EDGE = 6;
/** On the upper edge of a text area, half outside: over no line of its text. */
const ABOVE = -8;
/** Most icons side by side in one field. */
const MOST_IN_FIELD = 8;
/** Between two icons in a field. */
const GAP = 2;

/**
 * The places for one icon at a block: beside its upper end, before its beginning, above it, below it; after its last line,
 * where it has one.
 */
export const placesAtBlock = (
  { left, top, right, bottom }: Box,
  last?: Box,
): [left: number, top: number][] => [
  [right + 2, top],
  [left - WIDE - 2, top],
  [right - WIDE, top - SIZE - 2],
  [right - WIDE, bottom + 2],
  ...(last ? [[last.right + 4, last.top + middle(last)] as [number, number]] : []),
];

const middle = (box: Box): number => (box.bottom - box.top - SIZE) / 2;
