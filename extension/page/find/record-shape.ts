/** What an element is by its shape: one field, or one of several records that are alike. */
import { namesElse, namesPlace as asksForPlace } from "../../../shared/country/places.ts";
import {
  childElementCount,
  children,
  classList,
  firstElementChild,
  localName,
  matches,
  nextElement,
  parentElement,
  previousElement,
  previousSibling,
  query,
  shadowRoot,
  tagName,
  textOf as wholeText,
  treeWalker,
} from "./dom.ts";
import { kept, once } from "./moment.ts";
import { parentOf, shadowOf } from "./roots.ts";

/** Elements that are repeated, one for each record. */
export const ROW = "tr,[role=row],li,[role=listitem],article,[role=article]";
export const HEADING = "h1,h2,h3,h4,h5,h6,[role=heading],legend,caption,summary";
export const LABEL =
  "dt,th,label,legend,[role=rowheader],[class*=label i],[class*=fieldname i],[class*=field-name i]";

/** Longer lists are lists of records, not of one record's fields. */
const MOST_FIELDS = 30;
/** A field has no more texts: its name, its value and a remark. */
const FIELD_TEXTS = 3;
/** Siblings that are compared, on each side. */
const NEIGHBOURS = 3;
/** Characters. */
const LONGEST_START = 1000;
/** Longer texts, in characters, are no names of fields. */
const LONGEST_NAME = 30;

/** Names of telephone lines. */
const LINES =
  /\b(?:tele(?:phone|fon\w*)|phone|tel|mobile?|cell(?:phone|ulare)?|work|home|office|direct|main|fax|ext|numbers?|n[uú]m[eé]ro|(?:ruf)?nummer|handy|durchwahl|zentrale|portable|m[oó]vil|kom[oó]rka|tlf)\b\.?/giu;
const LIKE_NUMBER = /\d[\d ().-]{6,}\d/;
const LETTERS = /\p{L}{2}/u;
/** Parties of whom one record may have two. */
const PARTY = /buyer|seller|supplier|vendor|customer|client|contact/i;
/** Headings of no person. */
const PART = /info|detail|general|other|about/i;

/** The shadow root of a component. Asking for a closed one is slow, so only custom elements are asked. */
export const shadowIn = (element: Element): ShadowRoot | null =>
  shadowRoot(element) ?? (localName(element).includes("-") ? shadowOf(element) : null);

/** True for a text that says where somebody is, as a label does. */
export const namesPlace = (text: string): boolean => text.length <= LONGEST_NAME && isNameOfPlace(text);
const isNameOfPlace = kept(asksForPlace);

/** True for a row of one name and one value. */
export function isField(row: Element): boolean {
  const list = parentElement(row);
  const siblings = list ? childElementCount(list) : 0;
  if (siblings > MOST_FIELDS) return false;
  if (row instanceof HTMLTableRowElement) {
    const cells = [...row.cells];
    const [first] = cells;
    if (!first) return false;
    // Two fields in a row, or three: each name before its value.
    if (cells.length > 2) return cells.every((cell, i) => isLabel(cell) === (i % 2 === 0));
    return cells.length === 1 ? first.colSpan === 1 : isLabel(first) || isName(textOf(first));
  }
  if (tagName(row) !== "LI") return false;
  return query(row, LABEL) !== null || !hasWords(textOf(row));
}

export const isLabel = (element: Element): boolean =>
  [element, firstElementChild(element)].some((at) => at !== null && matches(at, LABEL));

/** True for the name of a line or a place: a field's, not a person's. */
const isName = (text: string): boolean =>
  text.length <= LONGEST_NAME && (text.endsWith(":") || withoutLines(text) !== text || namesPlace(text));

/** True for more than names of lines. */
const hasWords = (text = ""): boolean => LETTERS.test(withoutLines(text));
const withoutLines = (text: string): string => text.replace(LINES, "");
/** The beginning of a text, which is enough to tell what it is. */
export const startOf = (text: string): string => text.slice(0, LONGEST_START).trim();
const textOf = (element: Element): string => startOf(wholeText(element));

/** True for one of several records that are alike, whatever they are made of: what is beside it is another's. */
export function isOneOfMany(element: Element, above?: ReadonlySet<Node>): boolean {
  if (!isRecord(element)) return false;
  for (const step of [previousElement, nextElement]) {
    let sibling = step(element);
    for (let i = 0; sibling && i < NEIGHBOURS; i++, sibling = step(sibling))
      if (isAlike(sibling, element) && (above?.has(sibling) || isRecord(sibling))) return true;
  }
  return false;
}

function isAlike(sibling: Element, element: Element): boolean {
  if (tagName(sibling) !== tagName(element) || classList(sibling)[0] !== classList(element)[0]) return false;
  return classList(element).length > 0 || holdsNumber(sibling) || shapeOf(sibling) === shapeOf(element);
}

/** True for more than one field, of a page or a form, and its name: something says whose it is. */
function isRecord(element: Element): boolean {
  const texts = textsIn(element);
  const [first = ""] = texts;
  if (
    // An office is a place or a line, and may be somebody's.
    (namesPlace(first) && (hasWords(first) || texts.length < 3 || /\d/.test(texts[1]!))) ||
    (texts.length <= FIELD_TEXTS && ((isName(first) && !hasWords(texts[1])) || query(element, "textarea")))
  )
    return false;
  return texts.some(hasWords);
}

/**
 * True for a text or a flag that is about another number, or in another record: in a block beside the number (`above`: the
 * elements around that) with a number of its own, or among blocks that are alike.
 */
export function isAnothers(node: Node, above: ReadonlySet<Node>): boolean {
  let its = node;
  let at = parentOf(node);
  for (; at && !above.has(at); its = at, at = parentOf(at)) {
    const texts = textsIn(at);
    const [first = ""] = texts;
    if (holdsNumber(at) && !namesPlace(first)) return true;
    // Beside a line's name, and more than that: of whom the line is.
    if (texts.length === FIELD_TEXTS && isName(first) && !namesPlace(first)) return true;
    // One text may be in several nodes, and a search marks parts of it.
    if (texts.length > 1 && query(at, ":not(mark)") && isOneOfMany(at, above)) return true;
  }
  let own: Element | null = null;
  for (const field of above as ReadonlySet<Element>) {
    if (field === at) break;
    own = field;
    const [name = "", , , more] = textsIn(field);
    if (!more && namesElse(name) && isName(name)) return true;
  }
  if (!own) return false;
  const heads = headsOver(its);
  return [...headsOver(own)].some(([kind, head]) => {
    if (kind.startsWith("DT") && namesElse(textOf(head))) return true;
    const other = heads.get(kind) ?? head;
    const text = textOf(other);
    return other !== head && head !== its && !namesPlace(text) && !PART.test(text);
  });
}

/**
 * What is before a node, the nearest of each kind: a heading, or beside rows a name by itself, as of the person whose rows
 * these are, and by its name a field, which comes again for the next person.
 */
const headsOver = once((node: Node): Map<string, Element> => {
  const heads = new Map<string, Element>();
  let before = previousSibling(node);
  for (let i = 0; before && i < 2 * MOST_FIELDS; i++, before = previousSibling(before)) {
    if (!(before instanceof Element)) continue;
    const head = before;
    const add = (kind: string) => heads.has(kind) || heads.set(kind, head);
    const [name = ""] = textsIn(head);
    const [style] = classList(head);
    const isNamed = isLine(head) || matches(head, LABEL);
    const label = isNamed ? /^[^:\d]*/.exec(name)![0] : "";
    if (hasWords(label) && !/mail/i.test(label)) add(PARTY.test(label) ? "party" : label);
    if (
      matches(head, `${HEADING},dt`) ||
      (!isNamed &&
        name !== "" &&
        isLine(node) &&
        (matches(head, `${ROW},b,strong`) || style !== classList(node)[0]))
    )
      add(tagName(head) + style);
  }
  return heads;
});
/** True for more than one text, or a text with its label. */
const isLine = (node: Node): boolean =>
  node instanceof Element && (/[\d:]/.test(wholeText(node)) || textsIn(node).length > 1);

const holdsNumber = (element: Element): boolean =>
  [element, shadowIn(element)].some((at) => at && LIKE_NUMBER.test(wholeText(at)));

const shapeOf = (element: Element): string =>
  childElementCount(element) < 2 ? "" : Array.from(children(element), tagName).join();

/** The first texts of an element, one more than a field has. */
function textsIn(element: Element): string[] {
  const texts: string[] = [];
  const walker = treeWalker(element, NodeFilter.SHOW_TEXT);
  while (texts.length <= FIELD_TEXTS && walker.nextNode()) {
    const text = startOf((walker.currentNode as Text).data);
    if (text !== "") texts.push(text);
  }
  return texts;
}
