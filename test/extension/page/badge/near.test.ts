/** Which marks are near the viewport. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openNear } from "../../../../extension/page/badge/near.ts";
import type { Mark } from "../../../../extension/page/find/mark.ts";

let told: (entries: unknown[]) => void;
let watched: unknown[];
beforeEach(() => {
  watched = [];
  class Observer {
    constructor(callback: typeof told) {
      told = callback;
    }
    observe = (element: unknown) => void watched.push(element);
    unobserve = (element: unknown) => (watched = watched.filter((one) => one !== element));
    disconnect = () => (watched = []);
  }
  vi.stubGlobal("IntersectionObserver", Observer);
});
afterEach(() => vi.unstubAllGlobals());

it("each mark of an element, told in batches, and none once the last mark is dropped", () => {
  const events: string[] = [];
  const inside = new Set<string>();
  const control = new AbortController();
  const near = openNear(
    {
      entered({ written }) {
        inside.add(written);
        events.push(`+${written}`);
      },
      left({ written }) {
        events.push(`-${written}`);
        return inside.delete(written);
      },
      changed: () => events.push("."),
      doubtful: () => events.push("?"),
    },
    () => null,
    control.signal,
  );
  const element = {} as Element;
  const [a, b] = ["a", "b"].map((written) => ({ written, element, parts: [] }) as unknown as Mark) as [
    Mark,
    Mark,
  ];
  near.add(a);
  near.add(b);
  expect(watched).toEqual([element]);
  told([{ target: element, isIntersecting: true }]);
  told([{ target: element, isIntersecting: false }]);
  expect(events.splice(0)).toEqual(["+a", "+b", ".", "-a", "-b", "."]);
  // An observer reports only changes: a later mark of an element is where the others are.
  told([{ target: element, isIntersecting: true }]);
  const late = { written: "late", element, parts: [] } as unknown as Mark;
  near.add(late);
  expect(events.splice(0)).toEqual(["+a", "+b", ".", "+late", "."]);
  near.drop(late);
  told([{ target: element, isIntersecting: false }]);
  expect(events.splice(0)).toEqual(["-a", "-b", "."]);
  // One that was far away all the time changes nothing.
  told([{ target: element, isIntersecting: false }]);
  expect(events).toEqual(["-a", "-b"]);
  near.drop(a);
  expect(watched).toEqual([element]);
  near.drop(b);
  near.drop(b);
  expect(watched).toEqual([]);
  near.add(a);
  control.abort();
  expect(watched).toEqual([]);
});

describe("of one long text", () => {
  const view = { left: 0, top: 0, right: 1000, bottom: 800 };
  /** A number in each line of 20 pixels; scrolled so far. */
  function text(count: number, length = 0) {
    const element = {} as Element;
    const node = { length } as Text;
    const marks = Array.from(
      { length: count },
      (_, i) => ({ element, parts: [{ node, start: i * 20 }] }) as never,
    );
    const near = new Set<number>();
    const state = { scrolled: 0, measured: 0, doubts: 0, told: 0 };
    const index = (mark: Mark) => mark.parts[0]!.start / 20;
    const all = openNear(
      {
        entered(mark) {
          state.told++;
          near.add(index(mark));
        },
        left(mark) {
          state.told++;
          return near.delete(index(mark));
        },
        changed() {},
        doubtful: () => state.doubts++,
      },
      (first, last) => {
        state.measured++;
        return {
          ...{ left: 0, right: 500 },
          ...{ top: index(first) * 20 - state.scrolled, bottom: index(last) * 20 + 20 - state.scrolled },
        };
      },
      new AbortController().signal,
    );
    for (const mark of marks) all.add(mark);
    told([{ target: element, isIntersecting: true }]);
    return { near, state, look: (isLate = () => false) => all.look(view, isLate), all, marks };
  }

  it("are those that are, and not all that are in the text", () => {
    const { near, state, look } = text(3000);
    expect(state.doubts).toBe(1);
    expect(near.size).toBe(0);
    look();
    const first = Array.from({ length: 46 }, (_, i) => i);
    expect([...near]).toEqual(expect.arrayContaining(first));
    expect(near.size).toBeLessThan(46 + 16);
    state.scrolled = 30_000;
    look();
    expect(near.has(0)).toBe(false);
    expect([...near]).toEqual(expect.arrayContaining([1494, 1500, 1539, 1545]));
    expect(near.size).toBeLessThan(53 + 16);
  });
  it("of which few are measured, however many there are", () => {
    const measures = [1000, 100_000].map((count) => {
      const { state, look } = text(count);
      state.scrolled = count * 10;
      look();
      return state.measured;
    });
    expect(measures[1]! / measures[0]!).toBeLessThan(2.4);
  });
  it("of which those alone are told of that came or went, however many there are", () => {
    const told = [1000, 100_000].map((count) => {
      const { state, look } = text(count);
      look();
      state.told = 0;
      look();
      expect(state.told).toBe(0);
      state.scrolled = count * 10;
      look();
      return state.told;
    });
    expect(told[1]! / told[0]!).toBeLessThan(2.4);
  });
  it("are looked for until it is late, and then on from there", () => {
    const { near, state, look } = text(100_000);
    state.scrolled = 1_000_000;
    // It is always late: after one measure.
    let looks = 1;
    for (; !look(() => true); looks++) expect(state.measured).toBe(looks);
    expect(looks).toBeGreaterThan(10);
    expect([...near]).toEqual(expect.arrayContaining([50_000, 50_039]));
  });
  it("are not told of once they were dropped in between", () => {
    const { near, look, all, marks } = text(3000);
    look(() => true);
    all.drop(marks[1]!);
    look();
    expect([near.has(0), near.has(1)]).toEqual([true, false]);
  });
  it("are looked for in one text after the other", () => {
    const seen = new Set<Element>();
    let measured = 0;
    const all = openNear(
      {
        entered: (mark) => void seen.add(mark.element),
        left: () => true,
        changed: () => undefined,
        doubtful: () => undefined,
      },
      () => (measured++, { left: 0, top: 0, right: 10, bottom: 10 }),
      new AbortController().signal,
    );
    for (const of of [{}, {}, {}] as Element[]) {
      for (let start = 0; start < 50; start++)
        all.add({ element: of, parts: [{ node: of, start }] } as never);
      told([{ target: of, isIntersecting: true }]);
    }
    const first = () => all.look(view, () => seen.size > 0);
    expect(first()).toBe(false);
    expect(seen.size).toBe(1);
    expect(all.look(view, () => false)).toBe(true);
    expect(seen.size).toBe(3);
    expect(measured).toBeLessThan(150);
  });
  it("are told one by one in a very long text, however few it has", () => {
    const { near, state, look } = text(30, 1_000_000);
    expect(near.size).toBe(0);
    expect(state.doubts).toBe(1);
    look();
    expect(near.size).toBe(30);
    state.scrolled = 460;
    look();
    expect([near.has(17), near.has(10)]).toEqual([true, false]);
  });
  it("a later one is looked for", () => {
    const { near, state, look, all, marks } = text(100);
    all.drop(marks[0]!);
    look();
    expect(near.has(0)).toBe(false);
    all.add(marks[0]!);
    expect(state.doubts).toBe(2);
    look();
    expect(near.has(0)).toBe(true);
  });
});

it("many elements, beyond a thousand together: in the frame after a new one Chrome looks at all", async () => {
  vi.useFakeTimers();
  try {
    const control = new AbortController();
    const near = openNear(
      { entered: () => {}, left: () => false, changed: () => {}, doubtful: () => {} },
      () => null,
      control.signal,
    );
    const markOf = () => ({ element: {}, parts: [] }) as unknown as Mark;
    const many = Array.from({ length: 2000 }, markOf);
    for (const mark of many) near.add(mark);
    expect(watched).toHaveLength(999);
    near.drop(many.at(-1)!);
    await vi.advanceTimersByTimeAsync(49);
    expect(watched).toHaveLength(999);
    await vi.advanceTimersByTimeAsync(1);
    expect(watched).toHaveLength(1999);
    expect(watched).not.toContain(many.at(-1)!.element);
    // Those that were dropped in between wait for nothing.
    near.add(markOf());
    control.abort();
    await vi.advanceTimersByTimeAsync(1000);
    expect(watched).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});
