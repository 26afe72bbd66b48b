/** Whether our dialog is visible: by what Chrome's observer reports, and what it does not report. */
import { afterEach, expect, it, vi } from "vitest";
import { watchVisibility } from "../../../../extension/page/dialog/visibility.ts";

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
  const visibility = watchVisibility({ getBoundingClientRect: () => ({ width }) } as HTMLElement);
  // As React does: reads again when it is told to look, and compares.
  let read = visibility.seen();
  visibility.subscribe(() => (read = visibility.seen()));

  told([{ isVisible: true, intersectionRatio: 1 }]);
  expect(read).toBe(true);
  width = 0;
  read = visibility.seen();
  expect(read).toBe(false);
  width = 420;
  visibility.look();
  expect(read).toBe(true);

  told([{ isVisible: false, intersectionRatio: 1 }]);
  expect(read).toBe(false);
});
