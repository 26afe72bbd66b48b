/**
 * Whether a person can see a text or an element. Reads layout, so it is asked only about what would count. Not told: what
 * something else lies on.
 */
import { boxOf as boxOfElement, clientHeight, clientWidth, isVisible } from "./dom.ts";
import { once } from "./moment.ts";
import { isReadable } from "./readable.ts";
import { shownIn } from "./roots.ts";

/** Pixels. Texts for screen readers alone are in boxes of one pixel, and no letter is lower than the second. */
const LEAST = 2;
const LOWEST = 4;

/** From and to, in pixels of the viewport. */
type Span = readonly [from: number, to: number];
const both = (a: Span, b: Span): Span => [Math.max(a[0], b[0]), Math.min(a[1], b[1])];

/** Not where it has no box, is smaller than a letter, clipped away, outside the page, transparent or of its ground's colour. */
export function isSeen(node: Text | Element): boolean {
  const element = node instanceof Text ? shownIn(node) : node;
  if (!element || getComputedStyle(element).visibility !== "visible") return false;
  let box: Element | null = element;
  // A slot itself has no box, unless a style gives it one.
  while (box instanceof HTMLSlotElement && getComputedStyle(box).display === "contents") box = shownIn(box);
  if (!box || !isVisible(box, { opacityProperty: true })) return false;
  const [width, height] = leftOf(boxOf(node), element);
  if (width < 0 || height < 0 || (node instanceof Text && (width < LEAST || height < LOWEST))) return false;
  // A flag that is painted on an empty inline element has a height alone, and no letters.
  const isFlag = !(
    node instanceof Text ||
    node instanceof HTMLInputElement ||
    node instanceof HTMLSelectElement
  );
  return width + height >= LEAST && isReadable(element, isFlag);
}

/** The box of an element, or of a text, up to the end of another one. */
export function boxOf(node: Text | Element, end?: Text): DOMRect {
  if (node instanceof Element) return boxOfElement(node);
  const range = new Range();
  range.selectNodeContents(node);
  if (end) range.setEnd(end, end.length);
  return range.getBoundingClientRect();
}

/** The size of what all around an element leaves of a box in it. What can be scrolled to is there. */
function leftOf({ left, right, top, bottom }: DOMRect, element: Element): [width: number, height: number] {
  let across: Span = both([left, right], [-scrollX, Infinity]);
  let down: Span = both([top, bottom], [-scrollY, Infinity]);
  let position = "";
  for (let at: Element | null = element; at; at = shownIn(at)) {
    const its = around(at);
    if (its.cuts) return [-1, -1];
    // What another element places is not clipped by those between.
    if ((position === "fixed" || (position === "absolute" && its.position === "static")) && !its.holds)
      continue;
    ({ position } = its);
    across = its.across(across);
    down = its.down(down);
  }
  return [across[1] - across[0], down[1] - down[0]];
}

/** What an element does to what is in it. */
const around = once((at: Element) => {
  const style = getComputedStyle(at);
  const { display, position, clip, clipPath, direction } = style;
  const px = (name: string): number => Reflect.get(Element.prototype, name, at) as number;
  const paints = /paint|strict|content/.test(style.contain);
  const { left, top } = boxOfElement(at);
  const [x, y] = [left + px("clientLeft"), top + px("clientTop")];
  const isPage = at === document.body || at === document.documentElement;
  /** What is left of a span. `own`: the element's own, which scrolls; `back`: to before its beginning, too. */
  const cut = (overflow: string, own: Span, scrolled: number, back: boolean) => (span: Span) => {
    // Inline boxes clip nothing.
    if (/^(inline|contents)$/.test(display) || (overflow === "visible" && !paints)) return span;
    const scrolls = overflow === "auto" || overflow === "scroll";
    // The page's own overflow is the viewport's.
    if (isPage) return scrolls ? span : both(span, [-Infinity, innerWidth]);
    return scrolls && (back || span[1] > own[0] - scrolled) ? own : both(span, own);
  };
  return {
    position,
    /** By a form that is not worked out. */
    cuts:
      (/^(abs|fix)/.test(position) && clip !== "auto") || !/^none|^inset\(0(px|%)?( round|\))/.test(clipPath),
    /** It is what places all in it. */
    holds: paints || `${style.transform}${style.filter}${style.perspective}` !== "nonenonenone",
    across: cut(style.overflowX, [x, x + clientWidth(at)], px("scrollLeft"), direction === "rtl"),
    // Below its end a page goes on, but while a dialog of its own is open.
    down: cut(isPage ? "visible" : style.overflowY, [y, y + clientHeight(at)], px("scrollTop"), false),
  };
});
