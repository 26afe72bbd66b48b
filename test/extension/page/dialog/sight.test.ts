/** Whether our modal is seen: what Chrome's observer says, and what it does not say. */
import { afterEach, expect, it, vi } from "vitest";
import { watchSight } from "../../../../extension/page/dialog/sight.ts";

afterEach(() => vi.unstubAllGlobals());

it("one that is closed and opened again before the observer's next look is seen again", () => {
  let told: (entries: unknown[]) => void = () => {};
  class Observer {
    constructor(callback: typeof told) {
      told = callback;
    }
    observe() {}
    disconnect() {}
  }
  vi.stubGlobal("IntersectionObserver", Observer);
  vi.stubGlobal("innerWidth", 1000);
  let width = 420;
  const sight = watchSight({ getBoundingClientRect: () => ({ width }) } as HTMLElement);
  // As React does: what was read last is compared with what is read when it is told to look.
  let read = sight.seen();
  sight.subscribe(() => (read = sight.seen()));

  told([{ isVisible: true, intersectionRatio: 1 }]);
  expect(read).toBe(true);
  width = 0;
  read = sight.seen();
  expect(read).toBe(false);
  width = 420;
  sight.look();
  expect(read).toBe(true);

  told([{ isVisible: false, intersectionRatio: 1 }]);
  expect(read).toBe(false);
});
