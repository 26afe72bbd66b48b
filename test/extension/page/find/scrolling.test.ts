/** When what waits for a scrolling page begins. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openScrolling } from "../../../../extension/page/find/scrolling.ts";

let scroll: () => void;
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("addEventListener", (type: string, run: () => void) => {
    expect(type).toBe("scroll");
    scroll = run;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function opened() {
  const control = new AbortController();
  const scrolling = openScrolling(control.signal);
  const told: string[] = [];
  scrolling.follow({
    scrolled: () => told.push("scrolled"),
    due: (rests) => told.push(rests ? "rests" : "due"),
  });
  return { scrolling, told: () => told.splice(0), stop: () => control.abort() };
}
/** Scrolls every 16 ms for so long. */
function scrollFor(ms: number): void {
  for (let at = 0; at < ms; at += 16) {
    scroll();
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
  it("never begins once all is over", () => {
    const { told, stop } = opened();
    scroll();
    told();
    stop();
    vi.advanceTimersByTime(5000);
    expect(told()).toEqual([]);
  });
});
