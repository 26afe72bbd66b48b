/** Walking a page: runs of inline text, and tests that cross the borders of shadow roots. */

import {
  attribute,
  closest,
  contains,
  elementAtPoint,
  elementsAt,
  firstChild,
  isConnected,
  localName,
  nextSibling,
  parentElement,
  parentNode,
  tagName,
} from "./dom.ts";
import { once } from "./moment.ts";
import { parentOf, rootOf, shadowOf } from "./roots.ts";

/** The name of our own element. */
export const HOST = "cleardial-host";

export const isInPage = isConnected;
export const nameOf = localName;

/** The element whose box a node's text is in: slots and many custom elements have no box. */
export function boxOwner(node: Node): Element | null {
  let at = parentOf(node);
  while (at && getComputedStyle(at).display === "contents") at = parentOf(at);
  return at;
}

/** True where `outer` is `inner` or contains it, across shadow roots. */
export function holds(outer: Element, inner: Element): boolean {
  for (let at: Element = inner; ;) {
    if (contains(outer, at)) return true;
    const root = rootOf(at);
    if (!(root instanceof ShadowRoot)) return false;
    at = root.host;
  }
}

/** The topmost element of the page at a point, inside shadow roots too. Our own card is looked through. */
export function elementAt(x: number, y: number): Element | null {
  let hit = elementAtPoint(x, y);
  if (hit && localName(hit) === HOST)
    hit = elementsAt(x, y).find((element) => localName(element) !== HOST) ?? null;
  for (let depth = 0; hit && depth < 20; depth++) {
    const inner = shadowOf(hit)?.elementFromPoint(x, y);
    if (!inner || inner === hit) return hit;
    hit = inner;
  }
  return hit;
}

/** Never read: code, what is not shown, and our own element. */
const SKIPPED = new Set("script style noscript template iframe object head title datalist".split(" "));

/** With `data-cleardial="off"` on an element, a page opts out: nothing in the element is read. */
export const OPT_OUT = "data-cleardial";
const OFF = `[${OPT_OUT}="off"]`;

export function isSkipped(element: Element): boolean {
  const name = nameOf(element).toLowerCase();
  return SKIPPED.has(name) || name === HOST || attribute(element, OPT_OUT) === "off";
}

/** True where a node is in what a page opted out, across shadow roots. A walk from the top uses `isSkipped` instead. */
export function isOptedOut(node: Node): boolean {
  const passed: Node[] = [];
  let is = false;
  for (let at = node; ;) {
    const element = at instanceof Element ? at : parentElement(at);
    is = element !== null && closest(element, OFF) !== null;
    const root = rootOf(at);
    if (is || !(root instanceof ShadowRoot)) break;
    // Once for each root: they may be nested in each other by the thousand.
    const known = optedOut(root).is;
    is = known ?? false;
    if (known !== undefined) break;
    passed.push(root);
    at = root.host;
  }
  for (const root of passed) optedOut(root).is = is;
  return is;
}
const optedOut = once((_root: Node): { is?: boolean } => ({}));

/** Inline elements, over which a number may be split. */
const INLINE = new Set(
  "A ABBR ACRONYM B BDI BDO BIG CITE CODE DATA DEL DFN EM FONT I INS KBD LABEL MARK NOBR Q S SAMP SMALL SPAN STRIKE STRONG SUB SUP TIME TT U VAR WBR".split(
    " ",
  ),
);
/** True for a text, and for what is in a line by its name. */
export const isPiece = (node: Node): boolean =>
  node instanceof Text || (node instanceof Element && INLINE.has(tagName(node)));
/** Of custom elements, which may be anything, true for those that the page's styles leave in the line. Reads styles. */
export const isInline = (node: Node): boolean =>
  node instanceof Element &&
  (isPiece(node) || (tagName(node).includes("-") && getComputedStyle(node).display === "inline"));

/** The container that a text node is read with: its first ancestor that is not inline. */
export function containerOf(node: Node): Node {
  let at: Node = node instanceof Text ? (parentNode(node) ?? node) : node;
  for (let outer = parentNode(at); outer && isInline(at); outer = parentNode(at)) at = outer;
  return at;
}

const isCell = (element: Element): boolean => attribute(element, "role")?.endsWith("cell") ?? false;
/** A calling code, which is read with the number in the next cell. */
const CODE = /^[\s(]*(?:\+|00)[\d\s]{1,5}[\s)]*$/;

/**
 * The texts of a container in runs. A run ends at a line break, at an element that is not inline or is skipped, and before a
 * cell of a row that roles make.
 */
export function runsOf(container: Node): Text[][] {
  const runs: Text[][] = [];
  let run: Text[] = [];
  const end = () => {
    if (run.length > 0) runs.push(run);
    run = [];
  };
  const walk = (parent: Node) => {
    for (let child = firstChild(parent); child; child = nextSibling(child)) {
      if (child instanceof Text) run.push(child);
      else if (child instanceof Element) {
        if (!isInline(child) || isSkipped(child)) end();
        else {
          if (isCell(child) && !CODE.test(run.map(({ data }) => data).join(""))) end();
          walk(child);
        }
      }
    }
  };
  walk(container);
  end();
  return runs;
}
