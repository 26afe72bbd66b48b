/** Walking a page: shadow roots open and closed, inline runs, and questions that cross their borders. */

/** The name of our own element. */
export const HOST = "cleardial-host";

/** Elements that may have a root, beside those that a page defines itself (DOM Standard, `attachShadow`). */
const HOSTS = new Set(
  "article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section span".split(" "),
);

/** The shadow root of an element, also a closed one. */
export function shadowOf(element: Element): ShadowRoot | null {
  if (!HOSTS.has(element.localName) && !element.localName.includes("-")) return null;
  if (!(element instanceof HTMLElement)) return null;
  try {
    return chrome.dom.openOrClosedShadowRoot(element);
  } catch {
    // Chrome refuses some elements that pages made in unusual ways, and all of them once the extension is gone.
    return null;
  }
}

/** The parent, across the border of a shadow root. */
export function parentOf(node: Node): Element | null {
  if (node.parentElement) return node.parentElement;
  const root = node.parentNode;
  return root instanceof ShadowRoot ? root.host : null;
}

/** The element whose box a node's text lies in: slots and many custom elements have none of their own. */
export function boxOwner(node: Node): Element | null {
  let at = parentOf(node);
  while (at && getComputedStyle(at).display === "contents") at = parentOf(at);
  return at;
}

/** True where `outer` is `inner` or holds it, shadow roots included. */
export function holds(outer: Element, inner: Element): boolean {
  for (let at: Element | null = inner; at; at = parentOf(at)) if (at === outer) return true;
  return false;
}

/** The topmost element of the page at a point, inside shadow roots too: our card, where it is open, is looked through. */
export function elementAt(x: number, y: number): Element | null {
  let hit = document.elementFromPoint(x, y);
  if (hit?.localName === HOST)
    hit = document.elementsFromPoint(x, y).find(({ localName }) => localName !== HOST) ?? null;
  for (let depth = 0; hit && depth < 20; depth++) {
    const inner = shadowOf(hit)?.elementFromPoint(x, y);
    if (!inner || inner === hit) return hit;
    hit = inner;
  }
  return hit;
}

/** Never read: code, what is not shown, and ourselves. */
const SKIPPED = new Set([
  "SCRIPT",
  "STYLE",
  "NOSCRIPT",
  "TEMPLATE",
  "IFRAME",
  "OBJECT",
  "HEAD",
  "TITLE",
  "DATALIST",
  HOST.toUpperCase(),
]);

/** By `data-cleardial="off"` a page says of an element that nothing in it shall be read. */
export const OPT_OUT = "data-cleardial";
const OFF = `[${OPT_OUT}="off"]`;

export const isSkipped = (element: Element): boolean =>
  SKIPPED.has(element.tagName.toUpperCase()) || element.getAttribute(OPT_OUT) === "off";

/** True where a node lies in what a page opted out, shadow roots included. A walk from the top asks `isSkipped` instead. */
export function isOptedOut(node: Node): boolean {
  for (let at: Node = node; ;) {
    const element = at instanceof Element ? at : at.parentElement;
    if (element?.closest(OFF)) return true;
    const root = at.getRootNode();
    if (!(root instanceof ShadowRoot)) return false;
    at = root.host;
  }
}

/** Elements that text runs through: a number may be split over them. */
const INLINE = new Set(
  "A ABBR B BDI BDO BIG CITE CODE DATA DEL DFN EM FONT I INS KBD LABEL MARK Q S SAMP SMALL SPAN STRONG SUB SUP TIME U VAR WBR".split(
    " ",
  ),
);
export const isInline = (node: Node): boolean => node instanceof Element && INLINE.has(node.tagName);

/** What a text node is read together with: the first ancestor that is not inline. */
export function containerOf(node: Node): Node {
  let at: Node = node instanceof Text ? (node.parentNode ?? node) : node;
  while (isInline(at) && at.parentNode) at = at.parentNode;
  return at;
}

/** The texts of a container in runs: a run ends at a line break, and at whatever is not inline or not read. */
export function runsOf(container: Node): Text[][] {
  const runs: Text[][] = [];
  let run: Text[] = [];
  const end = () => {
    if (run.length > 0) runs.push(run);
    run = [];
  };
  const walk = (parent: Node) => {
    for (let child = parent.firstChild; child; child = child.nextSibling) {
      if (child instanceof Text) run.push(child);
      else if (child instanceof Element) {
        if (!isInline(child) || isSkipped(child)) end();
        else walk(child);
      }
    }
  };
  walk(container);
  end();
  return runs;
}
