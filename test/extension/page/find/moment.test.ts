/** One clock for all reading and measuring: what is worked off in steps ends when it is late, by a clock of the test's. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { inMoment, openSlices, workOff } from "../../../../extension/page/find/moment.ts";

let now = 0;
let looks = 0;
beforeEach(() => {
  [now, looks] = [0, 0];
  vi.spyOn(performance, "now").mockImplementation(() => (looks++, now));
  return () => vi.restoreAllMocks();
});

/** So many steps, each of which takes as many milliseconds as `costs` says. Answers how many were made within 8 ms. */
function steps(count: number, costs: (step: number) => number): number {
  let made = 0;
  inMoment(8, () =>
    workOff(() => {
      if (made === count) return false;
      now += costs(made++);
      return true;
    }),
  );
  return made;
}

describe("work in steps", () => {
  it("ends with the step in which its time ends, where each is slow", () => {
    expect(steps(100, () => 3)).toBe(3);
    expect(steps(100, () => 20)).toBe(1);
  });
  it("asks for the time seldom where each is quick, as that costs as much as a step", () => {
    expect(steps(10_000, () => 0.001)).toBeGreaterThan(7900);
    expect(looks).toBeLessThan(2000);
  });
  it("ends soon after the steps become slow", () => {
    // In each slow one is what eight quick ones take together, and more.
    expect(steps(1000, (step) => (step < 400 ? 0.01 : 2))).toBeLessThan(410);
  });
  it("ends when there is nothing left", () => expect(steps(5, () => 0.1)).toBe(5));
});

describe("work for each of many", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());
  const done: number[] = [];
  let ended = 0;
  const control = new AbortController();
  const forEach = openSlices<number>(
    8,
    (of) => {
      done.push(of);
      now += 1;
    },
    control.signal,
  );
  beforeEach(() => void ([done.length, ended] = [0, 0]));
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
  const all = (of: Iterable<number>) => forEach(of, () => ended++);

  it("is done at once where it is little", () => {
    all(upTo(5));
    expect([done.length, ended]).toEqual([5, 1]);
  });
  it("goes on in a later task, each once, and with what has come meanwhile", () => {
    const some = new Set(upTo(30));
    all(some);
    expect(done.length).toBe(9);
    expect(ended).toBe(0);
    some.add(30);
    some.delete(29);
    vi.runAllTimers();
    expect([done, ended]).toEqual([[...upTo(29), 30], 1]);
  });
  it("begins again where it is asked again, and gives up the rest", () => {
    all(upTo(30));
    all([100, 101]);
    vi.runAllTimers();
    expect([done.slice(9), ended]).toEqual([[100, 101], 1]);
  });
  it("ends with the page's script", () => {
    all(upTo(30));
    control.abort();
    vi.runAllTimers();
    expect([done.length, ended]).toEqual([9, 0]);
  });
});
