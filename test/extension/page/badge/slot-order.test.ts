/** Where an icon goes: the choice alone, on a page made of rectangles. */
import { describe, expect, it } from "vitest";
import { type Box, isInBox, meet } from "../../../../extension/page/badge/box.ts";
import {
  type Around,
  chooseSlot,
  iconBox,
  placesAtBlock,
  SIZE,
  slotInField,
  WIDE,
} from "../../../../extension/page/badge/slot-order.ts";

const box = (left: number, top: number, right: number, bottom: number): Box => ({ left, top, right, bottom });
const line = box(100, 50, 200, 70);
const two = [box(300, 50, 340, 70), box(20, 70, 90, 90)];

/** Everything is free except what the rectangles cover. */
const around = (covered: Box[] = [], more: Partial<Around> = {}): Around => ({
  cut: false,
  stop: 0,
  second: false,
  free: (x, y) => !covered.some((b) => isInBox(x, y, b, 0)),
  foreign: () => false,
  taken: () => false,
  ...more,
});
const placed = (boxes: Box[], a: Around) => {
  const slot = chooseSlot(boxes, a);
  return slot && iconBox(slot, boxes);
};

describe("the first free place", () => {
  it("is after the number, in the middle of its line", () => {
    expect(placed([line], around())).toEqual(box(202, 53, 216, 67));
  });
  it("a full stop stands between", () => {
    expect(placed([line], around([], { stop: 4 }))?.left).toBe(206);
  });
  it("before it where text follows", () => {
    expect(placed([line], around([box(205, 50, 260, 70)]))).toEqual(box(84, 53, 98, 67));
  });
  it("before it where an ellipsis follows, which nobody can ask for", () => {
    expect(placed([line], around([], { cut: true }))).toEqual(box(84, 53, 98, 67));
  });
  it("on its corner, smaller, between texts", () => {
    const both = [box(205, 50, 260, 70), box(40, 50, 95, 70)];
    expect(placed([line], around(both))).toEqual(box(196, 44, 207, 55));
  });
  it("nowhere where all is covered: the paint alone shows it", () => {
    expect(placed([line], around([box(0, 0, 400, 400)]))).toBeNull();
  });
  it("never over another icon", () => {
    const other = box(210, 50, 224, 64);
    const taken = (b: Box) => meet(b, other);
    expect(placed([line], around([], { taken }))).toEqual(box(84, 53, 98, 67));
  });
  it("never as near to another number as to its own", () => {
    const beside = (other: Box) => ({ foreign: (x: number, y: number) => isInBox(x, y, other, 0) });
    // A column of numbers begins right behind the place after it: so it goes before.
    const right = box(217, 50, 300, 70);
    expect(placed([line], around([right], beside(right)))).toEqual(box(84, 53, 98, 67));
    // One that ends right before the place before it, and one that touches its end: on its own corner, and no wider.
    const left = box(0, 50, 80, 70);
    const both = (x: number, y: number) => isInBox(x, y, left, 0) || isInBox(x, y, touching, 0);
    const touching = box(200, 50, 300, 70);
    expect(placed([line], around([left, touching], { foreign: both }))).toEqual(box(189, 44, 200, 55));
    // Nor on the end of one in the line above.
    const above = box(100, 30, 200, 50);
    const three = (x: number, y: number) => both(x, y) || isInBox(x, y, above, 0);
    expect(placed([line], around([left, touching], { foreign: three }))).toBeNull();
  });
  it("of a link, after where the icon of the number in its text goes", () => {
    expect(placed([line], around([], { second: true }))).toEqual(box(218, 53, 232, 67));
  });
  it("of a number over two lines: after its end, before its beginning, or where its first line ends", () => {
    expect(placed(two, around())).toEqual(box(92, 73, 106, 87));
    const after = box(91, 70, 300, 90);
    expect(placed(two, around([after]))).toEqual(box(284, 53, 298, 67));
    const both = [after, box(20, 50, 298, 70)];
    expect(placed(two, around(both))).toEqual(box(342, 53, 356, 67));
    // Another number stands right behind that place.
    const foreign = (x: number, y: number) => isInBox(x, y, box(357, 50, 400, 70), 0);
    expect(placed(two, around(both, { foreign }))?.top).not.toBe(53);
  });
  it("is none of a number that shows no rectangle", () => {
    expect(chooseSlot([], around())).toBeNull();
  });
});

it("the icon moves with its number", () => {
  const slot = chooseSlot([line], around())!;
  expect(iconBox(slot, [box(0, 500, 100, 520)])).toEqual(box(102, 503, 116, 517));
});

const field = box(0, 0, 200, 30);
const element = {} as Element;
const inField = (
  at: Box,
  room: number,
  lines: "one" | "many",
  among?: { after: number; all: number },
): Box & { of: Element | undefined } => {
  const slot = slotInField(element, at, room, lines, among);
  return { ...iconBox(slot, [at]), of: slot.of };
};

it("in a field: inside where there is room, on the corner where there is none", () => {
  expect(inField(field, 60, "one")).toMatchObject(box(180, 8, 194, 22));
  expect(inField(field, 24, "one")).toMatchObject(box(194, -5, 205, 6));
});

it("in a field with several numbers: side by side, in the order of the numbers, all inside or all on the corner", () => {
  const lefts = (room: number, all: number) =>
    Array.from({ length: all }, (_, i) => inField(field, room, "one", { after: all - 1 - i, all }).left);
  expect(lefts(60, 3)).toEqual([148, 164, 180]);
  expect(lefts(40, 2)).toEqual([181, 194]);
  expect(lefts(60, 1)).toEqual([180]);
});

describe("one for all the numbers of a field", () => {
  it.each([
    ["of a text area", box(0, 0, 200, 90), "many", 2],
    ["that is narrower than their icons", box(0, 0, 60, 30), "one", 5],
    ["that has more of them than anybody could tell apart", box(0, 0, 900, 30), "one", 9],
  ] as const)("%s: at its corner, over no line of its text", (_, at, lines, all) => {
    const places = Array.from({ length: all }, (_, i) =>
      inField(at, 1000, lines, { after: all - 1 - i, all }),
    );
    expect(new Set(places.map((place) => JSON.stringify(place))).size).toBe(1);
    expect(places[0]!.of).toBe(element);
    expect(places[0]).toMatchObject({ top: -8, bottom: 6, right: at.right - 6 });
    expect(places[0]!.left).toBeGreaterThan(at.left);
  });
  it("not where there is one number alone", () => {
    const at = box(0, 0, 200, 90);
    expect(inField(at, 0, "many")).toEqual({ ...box(180, -8, 194, 6), of: undefined });
  });
});

it("at a block: beside its end, before its beginning, above and below, never over it", () => {
  const block = box(100, 100, 300, 200);
  const places = placesAtBlock(block).map(([left, top]) => box(left, top, left + WIDE, top + SIZE));
  expect(places).toHaveLength(4);
  for (const place of places) expect(meet(place, block)).toBe(false);
  expect(places[0]).toEqual(box(302, 100, 330, 114));
});

it("at a block: after its last line where nothing around it is free", () => {
  const [left, top] = placesAtBlock(box(100, 100, 300, 200), box(100, 184, 180, 200))[4]!;
  expect([left, top]).toEqual([184, 185]);
});
