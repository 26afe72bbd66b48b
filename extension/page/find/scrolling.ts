/**
 * Whether what holds numbers scrolls. Much of what comes into view then leaves it the next moment, so reading and placing
 * wait until it rests; but not for long, as some pages scroll all the time.
 */

/** So long after the last scroll event, in milliseconds, the page rests. */
const REST_MS = 250;
/** What waits may begin after this time, in milliseconds, though the page still scrolls. */
const LONGEST_MS = 2000;

/** What was scrolled: the document, or an element that clips. */
export type Scroller = Document | Element;

export interface ScrollEvents {
  /** True for one that holds numbers near the viewport. Others, as a ticker of news, are none of our business. */
  counts?: (scroller: Scroller) => boolean;
  scrolled?: (scroller: Scroller) => void;
  /** What waited may begin. `rests`: the page scrolls no more. */
  due?: (rests: boolean) => void;
}

export interface Scrolling {
  /** True where new work should wait for `due`. */
  isBusy: () => boolean;
  /** Hears what scrolls in a root: the event does not leave a shadow root. */
  listen: (root: Document | ShadowRoot) => void;
  follow: (events: ScrollEvents) => void;
}

export function openScrolling(signal: AbortSignal): Scrolling {
  const followers: ScrollEvents[] = [];
  /** Those that count until the page rests: a grid that drops its rows meanwhile has no numbers. */
  const counted = new Set<Scroller>();
  let resting: ReturnType<typeof setTimeout> | undefined;
  let longest: ReturnType<typeof setTimeout> | undefined;

  function due(rests: boolean): void {
    clearTimeout(longest);
    longest = undefined;
    if (rests) counted.clear();
    for (const { due } of followers) due?.(rests);
  }
  function heard({ target }: Event): void {
    const scroller = target as Scroller;
    if (!counted.has(scroller) && !followers.some(({ counts }) => counts?.(scroller))) return;
    counted.add(scroller);
    clearTimeout(resting);
    resting = setTimeout(due, REST_MS, true);
    longest ??= setTimeout(due, LONGEST_MS, false);
    for (const { scrolled } of followers) scrolled?.(scroller);
  }
  signal.addEventListener("abort", () => {
    clearTimeout(resting);
    clearTimeout(longest);
  });
  return {
    isBusy: () => longest !== undefined,
    listen: (root) => root.addEventListener("scroll", heard, { signal, capture: true, passive: true }),
    follow: (events) => void followers.push(events),
  };
}
