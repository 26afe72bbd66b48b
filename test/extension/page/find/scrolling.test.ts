/** When what waits for a scrolling page begins. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openScrolling, type Scrolling, type View } from "../../../../extension/page/find/scrolling.ts";

type Root = Parameters<Scrolling["listen"]>[0];
/** The list holds numbers, the ticker none. */
const [list, ticker] = [{}, {}] as [Element, Element];
let scroll: (target?: Element) => void;
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What a root of a page would listen with. */
function listening({ listen }: Scrolling): (target: Element) => void {
  let heard: (event: { target: Element }) => void;
  const root = { addEventListener: (type: string, run: typeof heard) => type === "scroll" && (heard = run) };
  listen(root as unknown as Root);
  return (target) => heard({ target });
}

function opened(view: () => View = () => []) {
  const control = new AbortController();
  const scrolling = openScrolling(control.signal, view);
  const told: string[] = [];
  let hasNumbers = true;
  scrolling.follow({
    counts: (scroller) => scroller === list && hasNumbers,
    scrolled: () => told.push("scrolled"),
    due: (rests) => told.push(rests ? "rests" : "due"),
  });
  const hears = listening(scrolling);
  scroll = (target = list) => hears(target);
  return {
    ...{ scrolling, told: () => told.splice(0), stop: () => control.abort() },
    empty: () => void (hasNumbers = false),
  };
}
/** Scrolls every 16 ms for so long. */
function scrollFor(ms: number, target = list): void {
  for (let at = 0; at < ms; at += 16) {
    scroll(target);
    vi.advanceTimersByTime(16);
  }
}
const count = (told: string[], what: string) => told.filter((one) => one === what).length;

describe("work", () => {
  it("may begin at once in a page that does not scroll", () => {
    expect(opened().scrolling.isBusy()).toBe(false);
  });
  it("waits until the page rests", () => {
    const { scrolling, told } = opened();
    scrollFor(300);
    expect(scrolling.isBusy()).toBe(true);
    expect(count(told(), "due")).toBe(0);
    vi.advanceTimersByTime(300);
    expect(told()).toEqual(["rests"]);
    expect(scrolling.isBusy()).toBe(false);
  });
  it("of a page that scrolls all the time begins again and again, and waits anew each time", () => {
    const { scrolling, told } = opened();
    scrollFor(5000);
    const all = told();
    expect(count(all, "rests")).toBe(0);
    expect(count(all, "due")).toBe(2);
    expect(scrolling.isBusy()).toBe(true);
  });
  it("of what passes by by more than is in view waits on, until that moves less", () => {
    let at = 0;
    const { scrolling, told } = opened(() => [
      [at, 600],
      [0, 800],
    ]);
    for (let i = 0; i < 450; i++) {
      scrollFor(16);
      at += i < 250 ? 10 : 1;
    }
    const all = told();
    // By 1,250 pixels in the first two seconds, and in the next two; by 125 in those after.
    expect(count(all, "due")).toBe(1);
    expect(all.indexOf("due")).toBeGreaterThan(250);
    expect(scrolling.isBusy()).toBe(true);
  });
  it("does not wait for what has no numbers in it", () => {
    const { scrolling, told } = opened();
    scrollFor(3000, ticker);
    expect(scrolling.isBusy()).toBe(false);
    expect(told()).toEqual([]);
  });
  it("waits for a list whose numbers go while it scrolls, until the page rests", () => {
    const { scrolling, told, empty } = opened();
    scrollFor(300);
    empty();
    scrollFor(300);
    expect(scrolling.isBusy()).toBe(true);
    vi.advanceTimersByTime(300);
    expect(count(told(), "rests")).toBe(1);
    scrollFor(300);
    expect(scrolling.isBusy()).toBe(false);
  });
  it("is told of each root that it listens in", () => {
    const { scrolling, told } = opened();
    listening(scrolling)(list);
    scroll();
    expect(told()).toEqual(["scrolled", "scrolled"]);
  });
  it("never begins once all is over", () => {
    const { told, stop } = opened();
    scroll();
    told();
    stop();
    vi.advanceTimersByTime(5000);
    expect(told()).toEqual([]);
  });
});
