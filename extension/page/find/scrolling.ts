/**
 * Whether the page scrolls. Much of what comes into view then leaves it the next moment, so reading and placing wait until
 * it rests; but not for long, as some pages scroll all the time.
 */

/** So long after the last scroll event, in milliseconds, the page rests. */
const REST_MS = 250;
/** What waits may begin after this time, in milliseconds, though the page still scrolls. */
const LONGEST_MS = 2000;

export interface ScrollEvents {
  scrolled?: () => void;
  /** What waited may begin. `rests`: the page scrolls no more. */
  due: (rests: boolean) => void;
}

export interface Scrolling {
  /** True where new work should wait for `due`. */
  isBusy: () => boolean;
  follow: (events: ScrollEvents) => void;
}

export function openScrolling(signal: AbortSignal): Scrolling {
  const followers: ScrollEvents[] = [];
  let resting: ReturnType<typeof setTimeout> | undefined;
  let longest: ReturnType<typeof setTimeout> | undefined;

  function due(rests: boolean): void {
    clearTimeout(longest);
    longest = undefined;
    for (const { due } of followers) due(rests);
  }
  addEventListener(
    "scroll",
    () => {
      clearTimeout(resting);
      resting = setTimeout(due, REST_MS, true);
      longest ??= setTimeout(due, LONGEST_MS, false);
      for (const { scrolled } of followers) scrolled?.();
    },
    { signal, capture: true, passive: true },
  );
  signal.addEventListener("abort", () => {
    clearTimeout(resting);
    clearTimeout(longest);
  });
  return { isBusy: () => longest !== undefined, follow: (events) => void followers.push(events) };
}
