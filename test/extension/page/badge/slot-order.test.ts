/** Where an icon goes: the choice alone, on a page made of rectangles. */
import { describe, expect, it } from "vitest";
import { type Box, isInBox, meet } from "../../../../extension/page/badge/box.ts";
import {
  type Around,
  chooseSlot,
  iconBox,
  slotInField,
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
  it("of a link, after where the icon of the number in its text goes", () => {
    expect(placed([line], around([], { second: true }))).toEqual(box(218, 53, 232, 67));
  });
  it("of a number over two lines: after its end, or before its beginning", () => {
    expect(placed(two, around())).toEqual(box(92, 73, 106, 87));
    expect(placed(two, around([box(91, 70, 300, 90)]))).toEqual(box(284, 53, 298, 67));
  });
  it("is none of a number that shows no rectangle", () => {
    expect(chooseSlot([], around())).toBeNull();
  });
});

it("the icon moves with its number", () => {
  const slot = chooseSlot([line], around())!;
  expect(iconBox(slot, [box(0, 500, 100, 520)])).toEqual(box(102, 503, 116, 517));
});

it("in a field: inside where there is room, on the corner where there is none, at the first line of many", () => {
  const field = box(0, 0, 200, 30);
  expect(iconBox(slotInField(field, 60, "one"), [field])).toEqual(box(180, 8, 194, 22));
  expect(iconBox(slotInField(field, 24, "one"), [field])).toEqual(box(194, -5, 205, 6));
  expect(iconBox(slotInField(box(0, 0, 200, 90), 0, "many"), [field])).toMatchObject({ top: 5, right: 194 });
});

it("in a field with several numbers: side by side, in the order of the numbers, all inside or all on the corner", () => {
  const field = box(0, 0, 200, 30);
  const lefts = (room: number, all: number) =>
    Array.from(
      { length: all },
      (_, i) => iconBox(slotInField(field, room, "one", { after: all - 1 - i, all }), [field]).left,
    );
  expect(lefts(60, 3)).toEqual([148, 164, 180]);
  expect(lefts(40, 2)).toEqual([181, 194]);
  expect(lefts(60, 1)).toEqual([180]);
});
