/** The fields of a record: the texts and values in an element, each with its label, and rows of a name and a value. */
import { namesOwnLine } from "../../../shared/country/field-names.ts";
import { countryCoded } from "../../../shared/country/names.ts";
import type { Field } from "../../../shared/country/places.ts";
import { countryRow, type Rows, rowsOf } from "../../../shared/country/rows.ts";
import {
  attribute,
  childElementCount,
  childNodes,
  children,
  classList,
  closest,
  firstElementChild,
  matches,
  parentElement,
  previousElement,
  query,
  queryAll,
  tagName,
  textOf,
  treeWalker,
} from "./dom.ts";
import { CELL, columnOf } from "./columns.ts";
import { once } from "./moment.ts";
import {
  HEADING,
  isField,
  LABEL,
  MOST_FIELDS,
  namesPlace,
  piecesIn,
  ROW,
  shadowIn,
  startOf,
  textsIn,
} from "./record-shape.ts";
import { boxOf, isSeen } from "./seen.ts";
import { isOptedOut, isSkipped } from "./tree.ts";

export interface SeenField extends Field {
  /** Where it is: whether a person sees that decides whether it counts. */
  at: Text | Element;
}

/** What is beside a record, unless the number is in it. */
const ASIDE = "aside,nav,footer,[role=complementary],[role=navigation],[role=contentinfo]";
/** A heading counts up to the end of these. */
const SECTION = "section,article,fieldset,details,[role=region],[role=group]";
const FLAG = "[class*=flag i],img[src*=flag i],[data-country],[data-country-code]";
/** Pictures, which may be people, and values that are no texts. */
const UNREAD = "img:not([src*=flag i]),svg,canvas,[role=img],input,select,textarea,slot";
/** Pixels by which letters of two lines may overlap. */
const OVERLAP = 3;
/** The country in a flag's class or file name: its last two separate letters. */
const CODE = /(?:^|[-_/])([a-z]{2})(?:\.\w{3,4})?$/i;

/** One record has no more texts; a row of a table, which is one whatever its length, no more than the second. */
const MOST_TEXTS = 120;
const MOST_TEXTS_IN_ROW = 1000;

/**
 * The texts in an element, each with its label; null where there are too many for one record. `fieldList`: the list whose
 * rows are one record's fields. `above`: the number's element and those around it.
 */
export function fieldsOf(
  top: Element,
  fieldList: Element | null,
  above: ReadonlySet<Node>,
): SeenField[] | null {
  // What is around many numbers is reached from each of them.
  const known = knownOf(top);
  if (known.fields !== undefined && !fieldList && !known.hosts.some((host) => above.has(host)))
    return known.fields;
  let hasAside = false;
  const hosts: Element[] = [];
  const most = matches(top, ROW) ? MOST_TEXTS_IN_ROW : MOST_TEXTS;
  const fields: SeenField[] = [];
  let label = "";
  let heading = "";
  let texts = 0;
  /** False once there are too many texts. `cell`: the table cell that the node is in. */
  const say = (data: string, at: Text | Element, inLabel: boolean, cell: Element | null): boolean => {
    const text = startOf(data);
    if (text === "") return true;
    if (inLabel || isPlaceName(text)) label = text.replace(/:$/, "");
    else {
      fields.push({ label: label || columnOf(cell) || heading, text, at });
      label = "";
    }
    return ++texts <= most;
  };
  const walk = (node: Node, inLabel: boolean, cell: Element | null): boolean => {
    if (node instanceof Text) return say(node.data, node, inLabel, cell);
    if (!(node instanceof Element) || isSkipped(node)) return true;
    if (node !== top) {
      // Another record inside this one.
      const isOfList = parentElement(node) === fieldList && !hasColumns(node);
      if (matches(node, ROW) && !isOfList && !isField(node)) return true;
      if (matches(node, ASIDE)) {
        hasAside = true;
        if (!above.has(node)) return true;
      }
    }
    const value = valueOf(node);
    if (value) fields.push({ label: value.label || label, text: value.text, at: node });
    if (node instanceof HTMLSelectElement) return true;
    const before = heading;
    if (matches(node, HEADING)) {
      heading = "";
      const text = textOf(node).trim();
      if (namesPlace(text)) {
        heading = text;
        texts++;
        return true;
      }
    }
    const inner = inLabel || matches(node, LABEL);
    const its = matches(node, CELL) ? node : cell;
    // A text of which a search marks parts is one.
    const first = firstElementChild(node);
    if (
      first &&
      tagName(first) === "MARK" &&
      Array.from(children(node), tagName).every((name) => name === "MARK")
    )
      return say(textOf(node), treeWalker(first, NodeFilter.SHOW_TEXT).nextNode() as Text, inner, its);
    const lent = node instanceof HTMLSlotElement ? node.assignedNodes() : [];
    const host = lent[0] && parentElement(lent[0]);
    if (host) hosts.push(host);
    // Slots of what is around the number may be in several records: it has its own.
    if (host && above.has(host)) {
      hasAside = true;
      if (!lent.some((one) => above.has(one))) {
        // What names the other slot's names nothing behind it.
        label = heading = "";
        return true;
      }
    }
    for (const child of lent[0] ? lent : childNodes(shadowIn(node) ?? node))
      if (!walk(child, inner, its)) return false;
    if (matches(node, SECTION)) heading = before;
    return true;
  };
  const found = walk(top, false, closest(top, CELL)) ? fields : null;
  // Not for a number in one of the components, which has its own slot.
  if (!hasAside && !fieldList) Object.assign(known, { fields: found, hosts });
  return found;
}
/** True for a row of more than a name and a value. */
const hasColumns = (row: Element): boolean => tagName(row) === "TR" && childElementCount(row) > 2;
const knownOf = once((_top: Element): { fields?: SeenField[] | null; hosts: Element[] } => ({ hosts: [] }));

/** True for the name of a field of places as a text by itself: Country, City:. */
const isPlaceName = (text: string): boolean =>
  text.length < 20 && /^(?:billing |shipping |mailing )?\p{L}+:?$/iu.test(text) && namesPlace(text);

/** The value of a form field, or the country of a flag that is a picture; else null. */
function valueOf(element: Element): Field | null {
  if (element instanceof HTMLSelectElement || element instanceof HTMLInputElement) {
    const text = shownIn(element).trim();
    const label = text === "" ? "" : labelOf(element);
    // What nothing names may choose the page's language.
    return label === "" ? null : { label, text };
  }
  if (!matches(element, FLAG)) return null;
  const given = attribute(element, "data-country-code") ?? attribute(element, "data-country");
  const named = [given, ...classList(element), element instanceof HTMLImageElement ? element.src : null];
  for (const name of named) {
    const code = name === null ? null : (CODE.exec(name.replace(/[?#].*$/, ""))?.[1] ?? null);
    if (code !== null) return { label: "country", text: code.toUpperCase() };
  }
  const said = attribute(element, "title") ?? attribute(element, "alt");
  return said ? { label: "country", text: said } : null;
}

function shownIn(field: HTMLInputElement | HTMLSelectElement): string {
  if (field instanceof HTMLSelectElement) return field.selectedOptions[0]?.textContent ?? "";
  return field.type === "text" || field.type === "search" || field.type === "" ? field.value : "";
}

/** What names a field: its label, else its own name. */
export function labelOf(field: HTMLInputElement | HTMLSelectElement): string {
  // A label around a field has its options, too.
  const seen =
    field.labels?.[0]?.textContent.replace(field.textContent, "").trim() ?? field.getAttribute("aria-label");
  return (
    seen ||
    [field.name, field.autocomplete]
      .join(" ")
      .replace(/[-_[\].]|(?<=[a-z])(?=[A-Z])/g, " ")
      .trim()
  );
}

/** The list around a row of two texts, of which one is the name of a line; null where it may be no one record's. */
export function listAround(row: Element): Element | null {
  const list = parentElement(row);
  if (!list || childElementCount(list) > MOST_FIELDS) return null;
  const texts = textsIn(row);
  return texts.length === 2 && texts.some(namesOwnLine) ? list : null;
}

/** Once for all numbers in a list: in a moment the language is the same, too. */
const rowsIn = once((list: Element) => {
  let read: (Rows & { rows: Element[] }) | null | undefined;
  return (language: string) => (read === undefined ? (read = readRows(list, language)) : read);
});

const isText = (node: Node): boolean => node instanceof Text && startOf(node.data) !== "";

function readRows(list: Element, language: string) {
  const rows = [...children(list)];
  const read = rowsOf(rows.map(textsIn), language);
  // A text between the rows may be a name, as of the person whose rows come next.
  if (!read || [...childNodes(list)].some(isText) || query(list, UNREAD)) return null;
  const isOther = (at: Element) =>
    shadowIn(at) || (matches(at, FLAG) && countryCoded(valueOf(at)?.text ?? "") !== read.region);
  if ([...queryAll(list, "*")].some(isOther) || !areBelow(list, rows)) return null;
  return { ...read, rows };
}

/** True where a person sees rows below each other in their order: beside each other they may be two people's. */
function areBelow(list: Element, rows: readonly Element[]): boolean {
  const { columnCount, columnWidth } = getComputedStyle(list);
  // From the end of a column a person goes on at the top of the next, within a row, too.
  const flows = /\d/.test(columnCount + columnWidth);
  const boxes = rows
    .map(piecesIn)
    .filter((pieces) => pieces.length > 0)
    .map((pieces) => [0, -1].map((i) => (flows ? boxOf(pieces.at(i)!) : boxOf(pieces[0]!, pieces.at(-1)))))
    .filter(([box]) => box!.height > 0);
  return boxes.every(([box], i) => {
    const [first, last] = boxes[i - 1] ?? [];
    return (
      !first ||
      box!.top + OVERLAP > last!.bottom ||
      (flows && box!.left > first.left && box!.bottom < first.top)
    );
  });
}

/**
 * The country that another row of the list names for the number in a row. `seen`: takes whether a person sees it, without
 * which it does not count.
 */
export function countryBeside(
  list: Element,
  row: Element,
  language: string,
  seen: Map<Text | Element, boolean>,
): string | null {
  const found = rowsIn(list)(language);
  if (!found) return null;
  const { rows, side, region } = found;
  const own = rows.indexOf(row);
  const at = countryRow(found, own);
  if (at === null) return null;
  const [mine, its] = [own, at].map((i) => piecesIn(rows[i]!)[1 - side]!) as [Text, Text];
  const isShown = isSeen(its) && !isOptedOut(its);
  seen.set(its, isShown);
  const columns = [columnIn(mine, row), columnIn(its, rows[at]!)].toSorted();
  return isShown && columns[1]!.startsWith(columns[0]!) ? region : null;
}

/** Where in its row a text is, by how many are before it on each level: two people's rows may be columns. */
function columnIn(text: Node, row: Element): string {
  const at = parentElement(text)!;
  if (at === row) return "";
  let before = 0;
  for (let one = previousElement(at); one; one = previousElement(one)) before++;
  return `${columnIn(at, row)}${before} `;
}
