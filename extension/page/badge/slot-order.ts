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
}

export const SIZE = 14;
export const SMALL = 11;

export interface Around {
  /** The number's end is cut off with an ellipsis, which the page does not report as a character. */
  cut: boolean;
  /** The width of a full stop or bracket right after the number. */
  stop: number;
  /** A link whose text has a number with an icon of its own: the link's goes after that. */
  second: boolean;
  /** True where the icon would cover nothing of the page. */
  free: (x: number, y: number) => boolean;
  /** True where another icon is. */
  taken: (box: Box) => boolean;
}

/** The box of an icon in a slot, from the number's rectangles, line by line. */
export function iconBox(slot: Slot, boxes: readonly Box[]): Box {
  const at = slot.from === "start" ? boxes[0]! : boxes[boxes.length - 1]!;
  const left = (slot.from === "start" ? at.left : at.right) + slot.dx;
  const top = at.top + slot.dy;
  return { left, top, right: left + slot.size, bottom: top + slot.size };
}

/** After the number, before it, or on its corner; null where none is free, so that only the paint shows the verdict. */
export function chooseSlot(boxes: readonly Box[], { cut, stop, second, free, taken }: Around): Slot | null {
  const first = boxes[0];
  const last = boxes[boxes.length - 1];
  if (!first || !last) return null;
  const beside: Slot[] = [{ from: "start", dx: -SIZE - 2, dy: middle(first), size: SIZE }];
  const after = second ? SIZE + 4 : 2;
  if (!cut) beside.unshift({ from: "end", dx: after + stop, dy: middle(last), size: SIZE });
  const slot = beside.find((slot) => {
    const box = iconBox(slot, boxes);
    const y = (box.top + box.bottom) / 2;
    return !taken(box) && [box.left + 1, (box.left + box.right) / 2, box.right - 1].every((x) => free(x, y));
  });
  if (slot) return slot;
  const box = iconBox(onCorner, boxes);
  return !taken(box) && free(box.right - 2, box.top + 2) ? onCorner : null;
}

export const onCorner: Slot = { from: "corner", dx: -4, dy: -6, size: SMALL };

/**
 * In a field: inside its right edge where the text leaves `room` (CSS pixels) for the icons of all its numbers, else on its
 * corner. Its numbers have theirs side by side, in their order.
 */
export function slotInField(
  box: Box,
  room: number,
  lines: "one" | "many",
  { after, all } = { after: 0, all: 1 },
): Slot {
  const last: Slot =
    lines === "many"
      ? { from: "end", dx: -6 - SIZE, dy: 5, size: SIZE }
      : room > 8 + all * (SIZE + GAP)
        ? { from: "end", dx: -6 - SIZE, dy: middle(box), size: SIZE }
        : { from: "corner", dx: -6, dy: -5, size: SMALL };
  return { ...last, dx: last.dx - Math.min(after, MOST_IN_FIELD - 1) * (last.size + GAP) };
}
/** Most icons side by side in one field; further ones lie on the first. */
const MOST_IN_FIELD = 8;
/** Between two icons in a field. */
const GAP = 2;

const middle = (box: Box): number => (box.bottom - box.top - SIZE) / 2;
