/** What an element is by its shape: one field, or one of several records that are alike. */
import {
  areTwoParties,
  hasMore,
  hasWords,
  isSigned,
  isStrange as mayBeAnothers,
  namesName,
  namesOwn,
  namesOthersLine,
  namesOwnPlace,
  namesPart,
  namesPhone,
  withoutLines,
} from "../../../shared/country/field-names.ts";
import { namesElse, namesPlace as asksForPlace } from "../../../shared/country/places.ts";
import {
  childElementCount,
  childNodes,
  children,
  classList,
  firstElementChild,
  localName,
  matches,
  nextElement,
  nextSibling,
  parentElement,
  parentNode,
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
export const MOST_FIELDS = 30;
/** A field has no more texts: its name, its value and a remark. */
const FIELD_TEXTS = 3;
/** Siblings that are compared, on each side. */
const NEIGHBOURS = 3;
/** Characters. */
const LONGEST_START = 1000;
/** Longer texts, in characters, are no names of fields. */
const LONGEST_NAME = 30;

const LIKE_NUMBER = /\d[\d ().-]{6,}\d/;
const LETTERS = /\p{L}{2}/u;
/** What may be the name of a record, by how it looks. */
const HEAD = `b,strong,a,[class],${HEADING}`;

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
    if (cells.length === 2) return isLabel(first) || isName(textOf(first));
    const text = textOf(first);
    return first.colSpan === 1 && !(LIKE_NUMBER.test(text) && hasWords(text));
  }
  if (tagName(row) !== "LI") return false;
  return query(row, LABEL) !== null || !hasWords(textOf(row));
}

export const isLabel = (element: Element): boolean =>
  [element, firstElementChild(element)].some((at) => at !== null && matches(at, LABEL));

/** True for the name of a line or a place: a field's, not a person's. */
const isName = (text: string): boolean =>
  text.length <= LONGEST_NAME && (text.endsWith(":") || withoutLines(text) !== text || namesPlace(text));

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
  if (kindOf(sibling) !== kindOf(element)) return false;
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
  return texts.some(hasMore);
}

/**
 * Whether a text or a flag is about another number, or in another record: `block`, where it is in a block beside the number
 * (`above`: the elements around that) with a number of its own, or among blocks that are alike; `list`, where it is in what
 * has fields of several people, the number's too, so that nothing further out tells whose that is.
 */
export function isAnothers(node: Node, above: ReadonlySet<Node>, label: string): "block" | "list" | null {
  let its = node;
  let at = parentOf(node);
  let theirs = label;
  const blocks: Element[] = [];
  for (; at && !above.has(at); its = at, at = parentOf(at)) {
    const texts = textsIn(at);
    const [first = ""] = texts;
    theirs += ` ${first}`;
    blocks.push(at);
    if (holdsNumber(at) && !namesPlace(first)) return "block";
    // Beside a line's name, and more than that: of whom the line is.
    if (texts.length === FIELD_TEXTS && isName(first) && !namesPlace(first)) return "block";
    // One text may be in several nodes, and a search marks parts of it.
    if (texts.length > 1 && (shadowIn(at) || query(at, ":not(mark)")) && isOneOfMany(at, above))
      return "block";
    const isNamed = texts.length > 1 && texts.length <= FIELD_TEXTS;
    if (isOthersPlace(first) && (isNamed || query(at, HEADING))) return "list";
  }
  if (!at) return null;
  if (blocks.some((block) => isNested(block, at))) return "block";
  const around: Element[] = [];
  let mine = "";
  for (const field of above as ReadonlySet<Element>) {
    if (field === at) break;
    around.push(field);
    const [name = "", , , more] = textsIn(field);
    mine += ` ${name}`;
    if (more) continue;
    if (namesElse(name) && namesLineOrPhone(name)) return "list";
    if (!/^[^:]*\d{3}/.test(name) && isOthersLine(name)) return "list";
  }
  if (isOthersPlace(label)) return "list";
  const own = around.at(-1);
  const isLabelled = label !== "";
  const isOther = own
    ? (isLabelled && isAmong(own, its, [around, [node, ...blocks]])) ||
      areApart(own, its, isLabelled, mine, theirs)
    : areSeveral(at);
  return isOther ? "list" : null;
}

/** True where a row of another is beyond the number or the place within their own blocks, on the other's side. */
function isAmong(own: Element, its: Node, chains: readonly (readonly Node[])[]): boolean {
  // An address with a heading is the whole record's.
  const heading = its instanceof Element && query(its, HEADING) ? textsIn(its)[0]! : "";
  if (/address|adress|anschrift/i.test(heading) && namesOwnPlace(heading)) return false;
  const isBefore = rowsFrom(own, nextSibling, its) !== null;
  const rows = chains.flatMap((chain, i) =>
    chain.slice(0, -1).flatMap((at) => rowsFrom(at, isBefore === (i === 0) ? nextSibling : previousSibling)!),
  );
  return rows.some((row) => textsIn(row).length > 1 && isStrange(textsIn(row)[0]!));
}

/** True for what may be of two people, in one list: by what is between or before them, or what they are called. */
function areApart(own: Element, its: Node, isLabelled: boolean, mine: string, theirs: string): boolean {
  const rows = rowsFrom(own, nextSibling, its) ?? rowsFrom(own, previousSibling, its) ?? [];
  if ([own, its, ...rows].some(holdsSignature) || isParted(own, its, rows, isLabelled)) return true;
  const before = previousElement(own);
  if (areTwoParties(`${mine} ${before && !isLine(before) ? textOf(before) : ""}`, theirs)) return true;
  const heads = headsOver(its);
  return [...headsOver(own)].some(([kind, head]) => {
    const other = heads.get(kind) ?? head;
    if (other === head || head === its) return false;
    const text = textOf(other);
    return areTwoParties(textOf(head), text) || !(namesOwnPlace(text) || namesPart(text));
  });
}

/** Asked of long e-mails beside each number and each place. */
const holdsSignature = once((node: Node) => isSigned(wholeText(node)));

/**
 * True where something in the rows between a number's and a labelled place's, in either order, may begin what is another's: a
 * name by itself, or a field that is not known to be of the same person.
 */
function isParted(own: Element, its: Node, rows: readonly Element[], isLabelled: boolean): boolean {
  const isAlone = !LETTERS.test(textOf(own));
  // A number by itself has its label before it, of which the others are of one kind, or every second.
  const before = isAlone ? previousElement(own) : null;
  const isIts =
    before && (isLabel(before) || matches(before, "b,strong,a") || namesLineOrPhone(textOf(before)));
  const label = isIts ? before : null;
  if (label && (namesElse(textOf(label)) || isOthersLine(textOf(label)))) return true;
  if (!label && (isAlone || !isLabelled)) return false;
  const isFirst = previousElement(label ?? own) === null;
  if (!isFirst && beginsPerson(own)) return true;
  // Two fields in a row, or three.
  const cells = [own, its].flatMap((row) => (row instanceof HTMLTableRowElement ? [...row.cells] : []));
  if (cells.length > 4 && cells.some((cell) => isLabel(cell) && isStrange(textOf(cell)))) return true;
  const isEvery = label && kindOf(label) === kindOf(own);
  return rows.some((row, i) => {
    if (label && (row === label || (isEvery ? i % 2 === 1 : kindOf(row) !== kindOf(label)))) return false;
    const [name = ""] = textsIn(row);
    // A section by itself parts nothing.
    const isSection = matches(row, HEADING) || query(row, HEADING);
    return !isSection && (isStrange(name) || (namesName(name) && !isFirst));
  });
}
const isStrange = (text: string): boolean => isStrangeName(text.slice(0, 2 * LONGEST_NAME));
const isStrangeName = kept(mayBeAnothers);
const isOthersLine = (text: string): boolean => namesOthers(text.slice(0, 2 * LONGEST_NAME));
const namesOthers = kept(namesOthersLine);
const isOthersPlace = (text: string): boolean => namesPlace(text) && isStrange(text);
const namesLineOrPhone = (text: string): boolean => isName(text) || namesPhone(text);
const kindOf = (element: Element): string => tagName(element) + classList(element)[0];

/** True for lines of text, as of fields of several people: what is bold, or is before a colon, is a name. */
function areSeveral(lines: Element): boolean {
  const names = Array.from(childNodes(lines), (node) => {
    if (node instanceof Element) return matches(node, `b,strong,${LABEL}`) ? textOf(node) : "";
    return /^[^:]*:/.exec(startOf(wholeText(node)))?.[0] ?? "";
  }).filter((name) => name !== "");
  return names.some(
    (name, i) =>
      (i > 0 && (isStrange(name) || namesName(name))) || names.some((other) => areTwoParties(name, other)),
  );
}

/** True for a block of several fields, the first of which is a person's name. */
function beginsPerson(block: Element): boolean {
  const [first = "", second = "", , more] = textsIn(block);
  return (
    more !== undefined &&
    (namesName(first) || namesName(second) || (/^contact\W*$/i.test(first) && !query(block, HEADING)))
  );
}

/** True for a record in another of its kind, as a chart of people has them: both begin with a name that looks the same. */
export function isNested(inner: Element, outer: Element): boolean {
  const [name, over] = [inner, outer].map(firstElementChild);
  if (!name || !over || kindOf(name) !== kindOf(over)) return false;
  if (!matches(name, HEAD) && (classList(inner).length === 0 || kindOf(inner) !== kindOf(outer)))
    return false;
  return [name, over].every((one) => {
    const text = textOf(one);
    return childElementCount(one) === 0 && hasWords(text) && !namesOwn(text) && !namesLineOrPhone(text);
  });
}

/** The elements with a text from a node on, up to another one; null where that is not met. */
function rowsFrom(node: Node, step: typeof nextSibling, to: Node | null = null): Element[] | null {
  const found: Element[] = [];
  let at = step(node);
  for (let i = 0; at && at !== to && i < 4 * MOST_FIELDS; i++, at = step(at))
    if (at instanceof Element && textsIn(at).length > 0) found.push(at);
  return at === to || !to ? found : null;
}

/**
 * What is before a node, the nearest of each kind: a heading, or beside rows a name by itself, as of the person whose rows
 * these are.
 */
const headsOver = once((node: Node): Map<string, Element> => {
  const heads = new Map<string, Element>();
  let head = previousSibling(node);
  for (let i = 0; head && i < 2 * MOST_FIELDS; i++, head = previousSibling(head)) {
    if (!(head instanceof Element)) continue;
    const kind = kindOf(head);
    const isName =
      textsIn(head).length > 0 &&
      isLine(node) &&
      !isLine(head) &&
      !matches(head, LABEL) &&
      (matches(head, `${ROW},b,strong`) || classList(head)[0] !== classList(node)[0]);
    if ((isName || matches(head, `${HEADING},dt`)) && !heads.has(kind)) heads.set(kind, head);
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

/** The first texts of an element, one more than a field has. Of a component, those in its shadow come first. */
export const piecesIn = once((element: Element): Text[] => {
  const pieces: Text[] = [];
  for (const root of [shadowIn(element), element]) {
    const walker = root && treeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker && pieces.length <= FIELD_TEXTS && walker.nextNode()) {
      const piece = walker.currentNode as Text;
      if (startOf(piece.data) !== "" && parentNode(piece)!.nodeName !== "STYLE") pieces.push(piece);
    }
  }
  return pieces;
});
export const textsIn = once((element: Element) => piecesIn(element).map(({ data }) => startOf(data)));
