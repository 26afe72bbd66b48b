/** Open and closed shadow roots. The overlay has these from the guard (scripts/lib/shipped.ts). */
import { assignedSlot, localName, nodeType, parentElement, parentNode } from "./dom.ts";

/** Built-in elements that may have a shadow root (DOM Standard, `attachShadow`); custom elements may, too. */
const HOSTS = new Set(
  "article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section span".split(" "),
);

export const rootOf = (node: Node): Node => Node.prototype.getRootNode.call(node);
/** Told by its number, as an object that another frame's script has touched first has that frame's prototypes. */
export function isElement(at: object): at is Element {
  try {
    return nodeType(at as Node) === Node.ELEMENT_NODE;
  } catch {
    return false;
  }
}

/** The shadow root of an element, open or closed. */
export function shadowOf(element: Element): ShadowRoot | null {
  const name = localName(element);
  if (!HOSTS.has(name) && !name.includes("-")) return null;
  try {
    return chrome.dom.openOrClosedShadowRoot(element as HTMLElement);
  } catch {
    // Chrome refuses some unusual elements, and every element once the extension is gone.
    return null;
  }
}

/** The parent, across the border of a shadow root. */
export function parentOf(node: Node): Element | null {
  const parent = parentElement(node);
  if (parent) return parent;
  const root = parentNode(node);
  return root instanceof ShadowRoot ? root.host : null;
}

/** What a text or an element is shown in: its slot, else its parent. Closed roots do not tell their slots. */
export const shownIn = (shown: Text | Element): Element | null =>
  (shown instanceof Text ? shown.assignedSlot : assignedSlot(shown)) ?? parentOf(shown);
