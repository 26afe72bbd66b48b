/**
 * Whether what holds numbers scrolls. Much of what comes into view then leaves it the next moment, so reading and placing
 * wait until it rests; but not for long, as some pages scroll all the time, unless all passes by.
 */
import {
  childElementCount,
  clientHeight,
  clientWidth,
  firstElementChild,
  localName,
  parentNode,
  scrollLeft,
  scrollTop,
} from "./dom.ts";
import { isElement } from "./roots.ts";
import { containerOf } from "./tree.ts";

/** So long after the last scroll event, in milliseconds, the page rests. */
const REST_MS = 250;
/** What waits may begin after this time, in milliseconds, though the page still scrolls: not what passes by. */
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

/** Where what it shows begins, and how long that is, in pixels, down and across. */
export type View = readonly (readonly [from: number, length: number])[];
function viewOfPage(scroller: Scroller): View {
  const page = (): Element | null => Reflect.get(Document.prototype, "scrollingElement", scroller);
  const at = isElement(scroller) ? scroller : page();
  return at
    ? [
        [scrollTop(at), clientHeight(at)],
        [scrollLeft(at), clientWidth(at)],
      ]
    : [];
}
/** True where nothing that was in view still is. */
const isAway = (before: View, now: View): boolean =>
  now.some(([from, length], i) => Math.abs(from - (before[i] ?? now[i]!)[0]) > length);

export function openScrolling(signal: AbortSignal, viewOf = viewOfPage): Scrolling {
  const followers: ScrollEvents[] = [];
  /** Those that count until the page rests, with what they showed: a grid that drops its rows meanwhile has no numbers. */
  const counted = new Map<Scroller, View>();
  let heardAt = 0;
  let resting: ReturnType<typeof setTimeout> | undefined;
  let longest: ReturnType<typeof setTimeout> | undefined;

  function due(rests: boolean): void {
    clearTimeout(longest);
    longest = undefined;
    if (rests) {
      resting = undefined;
      counted.clear();
    }
    for (const { due } of followers) due?.(rests);
  }
  /** One timer for many events. */
  function rest(): void {
    const left = heardAt + REST_MS - performance.now();
    if (left > 0) resting = setTimeout(rest, left);
    else due(true);
  }
  function waitedLong(): void {
    let passes = true;
    for (const [scroller, before] of counted) {
      const now = viewOf(scroller);
      counted.set(scroller, now);
      passes &&= isAway(before, now);
    }
    if (passes) longest = setTimeout(waitedLong, LONGEST_MS);
    else due(false);
  }
  function heard({ target }: Event): void {
    const scroller = target as Scroller;
    if (!counted.has(scroller) && !followers.some(({ counts }) => counts?.(scroller))) return;
    if (!counted.has(scroller)) counted.set(scroller, viewOf(scroller));
    heardAt = performance.now();
    resting ??= setTimeout(rest, REST_MS);
    longest ??= setTimeout(waitedLong, LONGEST_MS);
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

/** So far above an element what is to be read as a whole is looked for. */
const LEVELS = 3;

interface Noted {
  /** Subtrees to read. */
  dirty: Set<Node>;
  /** Containers whose text is to be read. */
  changed: Set<Node>;
  /** True where a number's text is in a container. */
  hasMarks: (container: Node) => boolean;
  /** The page scrolls. */
  isBusy: () => boolean;
}

/**
 * What a page writes again and again before it is read, as a grid that scrolls does with its cells and rows: it is noted to be
 * read as a whole, and what came and went in it is not looked at.
 */
export function openWritten({ dirty, changed, hasMarks, isBusy }: Noted) {
  /** How often something came or went in an element while the page scrolls. */
  const bursts = new Map<Node, number>();
  /** Containers that were noted, without a number, and of text alone: until they are read nothing else is asked of them. */
  const texts = new Set<Node>();

  const isNoted = (at: Node | null, level = 0): boolean =>
    at !== null && level < LEVELS && (dirty.has(at) || isNoted(parentNode(at), level + 1));
  /** True once rows came or went, while the page scrolls, as often as an element has rows: those that stayed are few. */
  function isBurst(target: Element): boolean {
    const count = (bursts.get(target) ?? 0) + 1;
    if (isBusy()) bursts.set(target, count);
    // They are counted now and then, as they may be thousands.
    return count % 16 === 0 && childElementCount(target) < count;
  }

  return {
    /** True for one that was noted before, of which nothing else is to be noted. */
    has: (target: Node): boolean => texts.has(target),
    /** Notes an element of no number's text that is read as a whole anyway, or had better be. False for any other. */
    note(target: Element): boolean {
      const container = containerOf(target);
      if (hasMarks(container)) return false;
      if (!firstElementChild(target)) {
        // A custom element may be in the line later.
        if (container === target && !localName(target).includes("-")) texts.add(target);
      } else if (!isNoted(target)) {
        if (!isBurst(target)) return false;
        dirty.add(target);
      }
      changed.add(container);
      return true;
    },
    /** Reading begins. An element that came into one of the texts since is to be read, too. */
    begins(): void {
      for (const text of texts) if (firstElementChild(text)) dirty.add(text);
      texts.clear();
    },
    rests: (): void => bursts.clear(),
  };
}
