/** Whether a person can see a text or an element. Reads layout, so it is asked only about what would count. */
import { boxOf as boxOfElement, clientHeight, clientWidth, isVisible } from "./dom.ts";
import { parentOf } from "./tree.ts";

/** Pixels. Texts for screen readers alone are in boxes of one pixel. */
const LEAST = 2;
/** An element that clips a text is among its nearest. */
const MOST_LEVELS = 6;

/** Not where it has no box, is transparent, smaller than a letter, clipped away or outside the page. */
export function isSeen(node: Text | Element): boolean {
  const element = node instanceof Text ? parentOf(node) : node;
  if (!element || !isVisible(element, { opacityProperty: true, visibilityProperty: true })) return false;
  const box = boxOf(node);
  // A flag that is painted on an empty inline element has a height alone.
  if (node instanceof Text ? box.width < LEAST || box.height < LEAST : box.width + box.height < LEAST)
    return false;
  if (box.right + scrollX <= 0 || box.bottom + scrollY <= 0) return false;
  let at: Element | null = element;
  for (let level = 0; at && level < MOST_LEVELS; level++, at = parentOf(at)) if (clips(at)) return false;
  return true;
}

function boxOf(node: Text | Element): DOMRect {
  if (node instanceof Element) return boxOfElement(node);
  const range = new Range();
  range.selectNodeContents(node);
  return range.getBoundingClientRect();
}

/** True for a box without room that hides what is in it. */
function clips(element: Element): boolean {
  if (clientWidth(element) >= LEAST && clientHeight(element) >= LEAST) return false;
  const { overflow, display } = getComputedStyle(element);
  // Inline boxes have no client size, and clip nothing.
  return display !== "inline" && display !== "contents" && overflow !== "visible";
}
