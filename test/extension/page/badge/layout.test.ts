/** Where icons are, on a page made of rectangles that the test moves. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  badgeAt,
  crowded,
  enter,
  type Geometry,
  inReadingOrder,
  isDue,
  layOut,
  type Layout,
  leave,
  listed,
  newLayout,
  placeQueued,
  pointedAt,
  queueAll,
  queueMoved,
} from "../../../../extension/page/badge/layout.ts";
import type { Box } from "../../../../extension/page/badge/box.ts";
import type { Slot } from "../../../../extension/page/badge/slot-order.ts";
import type { Mark } from "../../../../extension/page/find/mark.ts";
import type { Verdict } from "../../../../shared/check/api.ts";

const box = (left: number, top: number, right: number, bottom: number): Box => ({ left, top, right, bottom });
const view = box(0, 0, 1000, 800);
const after: Slot = { from: "end", dx: 2, dy: 3, size: 14 };

/** A page: where each mark is, what clips it, what may be seen, and whether there is room for an icon. */
let at: Map<Mark, Box[]>;
let clips: Map<Element, Box>;
let noRoom: Set<Mark>;
let unseen: Set<Mark>;
/** The block or field that some marks have one icon of. */
let groups: Map<Mark, Element>;
let seenTests: number;
const page: Geometry = {
  boxesOf: (mark) => at.get(mark) ?? [],
  clippersOf: () => [...clips.keys()],
  boxOf: (element) => clips.get(element)!,
  slotFor: (mark, boxes, taken) => {
    if (boxes.length === 0) return null;
    const of = groups.get(mark);
    if (of) return { from: "end", dx: 2, dy: 0, size: 14, of };
    const [{ right, top }] = boxes as [Box];
    return noRoom.has(mark) || taken(box(right + 2, top + 3, right + 16, top + 17)) ? "crowded" : after;
  },
  isSeenAt: (mark) => (seenTests++, !unseen.has(mark)),
};

let layout: Layout;
beforeEach(() => {
  layout = newLayout();
  at = new Map();
  clips = new Map();
  [noRoom, unseen, groups, seenTests] = [new Set(), new Set(), new Map<Mark, Element>(), 0];
});
afterEach(() => vi.unstubAllGlobals());

function mark(where: Box | null, more: Partial<Mark> = {}): Mark {
  const made = {
    ...{ kind: "text", written: "020 7946 0000", seen: "020 7946 0000", element: {}, parts: [], source: [] },
    decision: { verdict: "blocked", reasons: [] },
    ...more,
  } as unknown as Mark;
  if (where) at.set(made, [where]);
  enter(layout, made);
  return made;
}
const never = () => false;
const placed = () => {
  placeQueued(layout, page, never);
  return layOut(layout, page, view);
};
const boxes = () => layout.badges.map((b) => b.box);

describe("placing", () => {
  it("gives each number near the viewport an icon, which then moves with it", () => {
    const one = mark(box(100, 50, 200, 70));
    placed();
    expect(boxes()).toEqual([box(202, 53, 216, 67)]);
    at.set(one, [box(100, 150, 200, 170)]);
    layOut(layout, page, view);
    expect(boxes()).toEqual([box(202, 153, 216, 167)]);
  });
  it("covers a blocked number of a very long text, which is not painted, where policy hides those", () => {
    const inText = (length: number): Partial<Mark> => ({
      parts: [{ node: { length } as Text, start: 0, end: 1 }],
    });
    mark(box(100, 50, 200, 70), inText(8_000_000));
    mark(box(100, 150, 200, 170), { ...inText(8_000_000), decision: { verdict: "clear", reasons: [] } });
    mark(box(100, 250, 200, 270), inText(1000));
    expect(placed()).toEqual([]);
    layout.masked = true;
    expect(placed()).toEqual([box(100, 50, 200, 70)]);
  });
  it("none to what is not rendered, not decided yet, or gone", () => {
    mark(null);
    mark(box(0, 0, 10, 10), { decision: null });
    const gone = mark(box(100, 50, 200, 70));
    placed();
    leave(layout, gone);
    layOut(layout, page, view);
    expect(boxes()).toEqual([]);
    expect(layout.queue.size).toBe(0);
  });
  it("stops when it is late, and the rest stays queued", () => {
    for (let i = 0; i < 5; i++) mark(box(0, i * 50, 100, i * 50 + 20));
    let late = 0;
    placeQueued(layout, page, () => ++late === 2);
    expect(layout.queue.size).toBe(3);
  });
  it("keeps clear of the icons that were placed before, in the same frame already", () => {
    const first = mark(box(100, 50, 200, 70));
    const second = mark(box(110, 50, 210, 70));
    placed();
    expect(layout.near.get(first)?.slot).toEqual(after);
    expect(crowded(layout)).toEqual([second]);
    // Placed again, an icon is not in its own way.
    queueAll(layout, 0);
    placed();
    expect(layout.near.get(first)?.slot).toEqual(after);
  });
  it("leaves the one place between two numbers to the first, whichever was decided first", () => {
    const between = box(202, 53, 216, 67);
    const before: Slot = { from: "start", dx: -16, dy: 3, size: 14 };
    let first: Mark;
    const narrow: Geometry = {
      ...page,
      slotFor: (mark, _, taken) => (taken(between) ? "crowded" : mark === first ? after : before),
    };
    const bothPlaced = (decided: (one: Mark, two: Mark) => Mark[]) => {
      layout = newLayout();
      first = mark(box(100, 50, 200, 70));
      const second = mark(box(218, 50, 318, 70));
      layout.queue.clear();
      for (const mark of decided(first, second)) {
        layout.queue.add(mark);
        placeQueued(layout, narrow, never);
      }
      layOut(layout, narrow, view);
      return [layout.badges.map((b) => b.mark === first), crowded(layout).map((mark) => mark === second)];
    };
    expect(bothPlaced((one, two) => [one, two])).toEqual([[true], [true]]);
    expect(bothPlaced((one, two) => [two, one])).toEqual([[true], [true]]);
    // Nor does it change at the next round.
    queueAll(layout, 0);
    placeQueued(layout, narrow, never);
    expect(layout.badges.map((b) => b.mark === first)).toEqual([true]);
  });

  it("keeps clear of where icons are, and not of where they were drawn", () => {
    const [first, second, third] = [50, 80, 110].map((top) => mark(box(100, top, 200, top + 20))) as [
      Mark,
      Mark,
      Mark,
    ];
    placed();
    // A row goes: each of the others is now where the one above it was.
    at.delete(first);
    at.set(second, [box(100, 50, 200, 70)]);
    at.set(third, [box(100, 80, 200, 100)]);
    queueAll(layout, 0);
    placed();
    expect(crowded(layout)).toEqual([]);
    expect(boxes()).toEqual([box(202, 53, 216, 67), box(202, 83, 216, 97)]);
  });
});

describe("what clips a number", () => {
  const frame = {} as Element;
  it.each([
    ["above", box(0, 100, 1000, 800), 0],
    ["below", box(0, 0, 1000, 40), 0],
    ["to the right", box(0, 0, 150, 800), 0],
    ["to the left", box(300, 0, 1000, 800), 0],
    ["nowhere", box(0, 0, 1000, 800), 1],
  ])("hides its icon with it: %s", (_, clip, icons) => {
    clips.set(frame, clip);
    mark(box(100, 50, 200, 70));
    placed();
    expect(boxes()).toHaveLength(icons);
  });
  it("near its edge an icon is hit-tested while the page scrolls, for so many icons in a frame", () => {
    const [seen, covered] = [mark(box(100, 10, 200, 30)), mark(box(400, 10, 500, 30))];
    const far = mark(box(100, 400, 200, 420));
    unseen.add(covered);
    placed();
    expect(seenTests).toBe(0);
    layout.scrolling = true;
    layOut(layout, page, view);
    expect(layout.badges.map((b) => b.mark)).toEqual([seen, far]);
    for (let i = 0; i < 50; i++) mark(box(i * 20, 10, i * 20 + 2, 30));
    placeQueued(layout, page, never);
    seenTests = 0;
    layOut(layout, page, view);
    expect(seenTests).toBe(30);
  });
});

describe("crowded numbers", () => {
  it("show their icon while they are pointed at", () => {
    const tight = mark(box(100, 50, 200, 70));
    noRoom.add(tight);
    placed();
    expect(boxes()).toEqual([]);
    layout.pointed = pointedAt(layout, 150, 60);
    expect(layout.pointed).toEqual([tight]);
    layOut(layout, page, view);
    expect(boxes()).toEqual([box(196, 44, 207, 55)]);
    // On the icon that it shows, beside the number: still pointed at.
    expect(pointedAt(layout, 206, 46)).toEqual([tight]);
    expect(pointedAt(layout, 400, 400)).toEqual([]);
  });
});

describe("one icon for the numbers of a block that have none of their own", () => {
  const block = {} as Element;
  const verdicts = (...all: Verdict[]) =>
    all.map((verdict, i) => {
      const made = mark(box(100, 50 + 20 * i, 200, 66 + 20 * i), { decision: { verdict, reasons: [] } });
      groups.set(made, block);
      return made;
    });
  beforeEach(() => clips.set(block, box(100, 50, 300, 200)));

  it.each([
    [["clear", "caution"], 1],
    [["caution", "unknown", "clear"], 1],
    [["unknown", "blocked", "clear", "blocked"], 1],
    [["clear", "clear"], 0],
  ] as [Verdict[], number][])("has the strictest verdict of %j, and all of them", (all, strictest) => {
    const marks = verdicts(...all);
    placed();
    expect(layout.badges).toHaveLength(1);
    expect(layout.badges[0]).toMatchObject({ of: block, lines: [], box: box(302, 50, 330, 64) });
    expect(layout.badges[0]!.all).toEqual(marks);
    expect(layout.badges[0]!.mark).toBe(marks[strictest]);
  });
  it("counts those that are in sight", () => {
    const marks = verdicts("clear", "blocked");
    placed();
    at.set(marks[1]!, [box(100, 900, 200, 916)]);
    layOut(layout, page, view);
    expect(layout.badges[0]).toMatchObject({ mark: marks[0], all: [marks[0]] });
  });
  it("is on nothing above or below what scrolls", () => {
    const scroller = {} as Element;
    clips.set(scroller, box(0, 60, 1000, 800));
    verdicts("clear", "blocked");
    placed();
    expect(layout.badges).toHaveLength(1);
    layout.scrolling = true;
    layOut(layout, page, view);
    expect(layout.badges).toEqual([]);
  });
  it("is listed with the strictest first where a card does not list all", () => {
    const some = verdicts("clear", "blocked", "caution");
    expect(listed(some)).toEqual(some);
    const many = verdicts(...Array.from({ length: 60 }, (): Verdict => "clear"), "caution", "blocked");
    expect(listed(many).slice(0, 3)).toEqual([many[61], many[60], many[0]]);
  });
  it("goes with the last of them, and others keep clear of it", () => {
    const marks = verdicts("clear", "blocked");
    placed();
    const beside = mark(box(200, 46, 305, 66));
    placed();
    expect(crowded(layout)).toEqual([...marks, beside]);
    for (const one of marks) leave(layout, one);
    layOut(layout, page, view);
    expect(layout.badges).toEqual([]);
  });
  it("each shows its own while it is pointed at, and is stepped through by itself", () => {
    const marks = verdicts("clear", "blocked");
    placed();
    layout.pointed = pointedAt(layout, 150, 60);
    expect(layout.pointed).toEqual([marks[0]]);
    layOut(layout, page, view);
    expect(layout.badges.map(({ of, all }) => [of, all])).toEqual([
      [undefined, [marks[0]]],
      [block, [marks[1]]],
    ]);
    expect(inReadingOrder(layout, page)).toEqual(marks);
    expect(badgeAt(layout, 310, 55)!.of).toBe(block);
    expect(badgeAt(layout, 150, 60)!.mark).toBe(marks[0]);
  });
  it("a field's is one step for the keyboard, and goes where a script changed the value", () => {
    const field = { value: "020 7946 0000" };
    for (let i = 0; i < 3; i++)
      groups.set(mark(box(100, 50, 300, 200), { kind: "field", element: field as never }), block);
    placed();
    expect(inReadingOrder(layout, page)).toHaveLength(1);
    expect(layout.badges[0]!.all).toHaveLength(3);
    field.value = "";
    layOut(layout, page, view);
    expect(layout.badges).toEqual([]);
  });
});

it("people step through all numbers from the top, also those without room for an icon", () => {
  const low = mark(box(100, 500, 200, 520));
  const tight = mark(box(100, 300, 200, 320));
  const right = mark(box(500, 50, 600, 70));
  const left = mark(box(100, 50, 200, 70));
  noRoom.add(tight);
  placed();
  expect(inReadingOrder(layout, page)).toEqual([left, right, tight, low]);
});

it("the badge under a point, with a margin for unsteady hands, or under its number in a text", () => {
  const one = mark(box(100, 50, 200, 70));
  const field = mark(box(100, 90, 200, 110), { kind: "field", element: { value: "020 7946 0000" } as never });
  placed();
  for (const [x, hit] of [
    [99, false],
    [100, true],
    [200, true],
    [218, true],
    [219, false],
  ] as const)
    expect(badgeAt(layout, x, 60)?.mark === one, String(x)).toBe(hit);
  // A person points at a field to type.
  expect(badgeAt(layout, 199, 100)).toBeUndefined();
  expect(badgeAt(layout, 200, 100)?.mark).toBe(field);
  // An icon comes before a number below it.
  const beside = mark(box(205, 50, 300, 70));
  placed();
  expect(badgeAt(layout, 210, 60)?.mark).toBe(one);
  expect(badgeAt(layout, 230, 60)?.mark).toBe(beside);
});

describe("fields", () => {
  class Input {
    value = "020 7946 0000";
    focused = false;
    matches = () => this.focused;
  }
  it("whose value a script changed show no icon any more, though nobody said so", () => {
    const field = new Input();
    mark(box(0, 0, 200, 30), { kind: "field", element: field as never });
    placed();
    expect(badgeAt(layout, 210, 10)).toBeDefined();
    field.value = "";
    expect(badgeAt(layout, 210, 10)).toBeUndefined();
    layOut(layout, page, view);
    expect(boxes()).toEqual([]);
  });
  it("with blocked numbers are covered where policy says so, but for the one that is being typed in", () => {
    vi.stubGlobal("HTMLInputElement", Input);
    const field = new Input();
    const blocked = mark(box(0, 0, 200, 30), { kind: "field", element: field as never });
    mark(box(0, 100, 200, 130));
    expect(placed()).toEqual([]);
    layout.masked = true;
    expect(layOut(layout, page, view)).toEqual([box(3, 3, 197, 27)]);
    field.focused = true;
    expect(layOut(layout, page, view)).toEqual([]);
    field.focused = false;
    blocked.decision = { verdict: "clear", reasons: [] };
    expect(layOut(layout, page, view)).toEqual([]);
  });
});

describe("placing again", () => {
  it("is due once the page changed, and no more often than every 400 ms", () => {
    mark(box(0, 0, 100, 20));
    queueAll(layout, 1000);
    expect(isDue(layout, 5000)).toBe(false);
    layout.doubtful = true;
    expect([isDue(layout, 1400), isDue(layout, 1401)]).toEqual([false, true]);
    queueAll(layout, 1401);
    expect(layout.doubtful).toBe(false);
  });
  it("finds what moved, came into view or left it without any event", () => {
    const moved = mark(box(100, 50, 200, 70));
    const still = mark(box(100, 150, 200, 170));
    const gone = mark(box(100, 250, 200, 270));
    const come = mark(null);
    placed();
    at.set(moved, [box(101, 50, 201, 70)]);
    at.delete(gone);
    at.set(come, [box(100, 350, 200, 370)]);
    queueMoved(layout, page, never);
    expect(layout.queue).toEqual(new Set([moved, gone, come]));
    expect(layout.queue.has(still)).toBe(false);
  });
});
