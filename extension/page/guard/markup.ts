/**
 * Finds the frames in markup that would dial, and bases that would have others dial, in whatever state its parser will be: each place where a frame's tag may
 * begin is parsed by itself, by the browser's own inert parser. What is in a comment or in another tag counts too.
 */

/**
 * The names of tags that load something by themselves, and of bases, with a prefix as XML has them. Only the parser says
 * whether it is a tag, and what it has.
 */
const NAMES = /<(?:[^\s<>:/]+:)?(iframe|frame|embed|object|base)/gi;
/** The same but for their last letters: what a text ends with may be the beginning of one. */
const CUT = ",ifram,fram,embe,objec,bas";

/** No page nests documents in documents deeper. */
const DEEPEST = 8;
/** How much may be parsed for a text: its length so many times, as an attribute may be full of tags. */
const MOST = 32;
const LEAST = 100_000;

/** Of two attributes with one name the first counts (HTML, 13.2.5.33). No quotes: the place may be in some. */
const EMPTY = " src srcdoc data href ";

export interface Rules {
  /** True for the address of a dial, which a frame never gets. */
  dials: (address: string) => boolean;
  /** True for a base that no document gets. */
  leads: (address: string) => boolean;
}

export interface Cleaned {
  /** What may be written. */
  kept: string;
  /** An unfinished tag at the end: what comes next decides. */
  tail: string;
}

export function cleanMarkup(text: string, rules: Rules, depth = 0): Cleaned {
  const places = [...text.matchAll(NAMES)];
  let budget = Math.max(LEAST, text.length * MOST);
  let kept = "";
  let done = 0;
  const empty = (end: number) => {
    kept += text.slice(done, end) + EMPTY;
    done = end;
  };
  for (let i = 0; i < places.length; i++) {
    const { index, 0: start, 1: name = "" } = places[i]!;
    const end = index + start.length;
    let tag: Element | null = null;
    // A tag ends before the next one begins, but for one that has such a text in its attributes.
    for (let next = i + 1; !tag && budget > 0; next++) {
      const until = places[next]?.index ?? text.length;
      budget -= until - end;
      tag = parsed(text.slice(end, until));
      if (next >= places.length) break;
    }
    // `<iframes` is no frame.
    const held = tag ? tag.localName === "iframe" && isHeld(tag, name, rules, depth) : budget <= 0;
    if (held) empty(end);
    else if (!tag) return { kept: kept + text.slice(done, index), tail: text.slice(index) };
  }
  const [cut = "", name = ""] = /<([a-z]{0,5})$/i.exec(text.slice(-8)) ?? [];
  const last = text.length - (CUT.includes(`,${name.toLowerCase()}`) ? cut.length : 0);
  return { kept: kept + text.slice(done, last), tail: text.slice(last) };
}

/** In a template nothing loads and nothing runs. A picture's own document makes none. */
const inert = document.implementation.createHTMLDocument("").createElement("template");

/** The attributes that a tag has, whatever its name; null where the tag does not end. */
function parsed(attributes: string): Element | null {
  // oxlint-disable-next-line house/restricted-syntax -- it is read, and never gets into a page
  inert.innerHTML = `<iframe${attributes}`;
  return inert.content.firstElementChild;
}

/** `tag` has the attributes of a tag of that name. */
function isHeld(tag: Element, name: string, rules: Rules, depth: number): boolean {
  if (name.toLowerCase() === "base") return rules.leads(tag.getAttribute("href") ?? "");
  for (const attribute of ["src", "data"]) {
    const address = tag.getAttribute(attribute);
    if (address !== null && rules.dials(address)) return true;
  }
  const inner = tag.getAttribute("srcdoc");
  if (inner === null || !/<[ifeob]/i.test(inner)) return false;
  return depth >= DEEPEST || cleanMarkup(inner, rules, depth + 1).kept.length !== inner.length;
}

/** Takes the addresses of dials off the frames and bases in a tree that is in no page yet, its templates and roots included. */
export function cleanTree(
  tree: ParentNode,
  rules: Rules,
  rootOf: (element: Element) => ShadowRoot | null,
): void {
  for (const frame of tree.querySelectorAll("iframe, frame, embed, object"))
    for (const name of ["src", "data"]) {
      const address = frame.getAttribute(name);
      if (address !== null && rules.dials(address)) frame.removeAttribute(name);
    }
  for (const frame of tree.querySelectorAll("[srcdoc]"))
    if (isHeld(frame, "iframe", rules, 0)) frame.removeAttribute("srcdoc");
  for (const base of tree.querySelectorAll("base"))
    if (isHeld(base, "base", rules, 0)) base.removeAttribute("href");
  for (const template of tree.querySelectorAll("template")) {
    // A template of a style sheet has none.
    const { content } = template as Partial<HTMLTemplateElement>;
    if (content) cleanTree(content, rules, rootOf);
  }
  for (const element of tree.querySelectorAll("*")) {
    const root = rootOf(element);
    if (root) cleanTree(root, rules, rootOf);
  }
}
