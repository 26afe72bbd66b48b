/**
 * What a column's heading or a field's label says of digits that stand alone below or behind it: under "Invoice no." is no
 * telephone number. A word beside them, a link that dials, or a calling code says otherwise.
 */
import { namesOther } from "../../../shared/phone/labels.ts";
import type { Read } from "../../../shared/phone/phone.ts";
import { closest, localName, previousElement, textOf, treeWalker } from "./dom.ts";
import { CELL, columnOf, labelOf } from "./record-fields.ts";

const WORD = /\p{L}{2}/u;
/** Longer texts, in characters, are more than a number. */
const LONGEST = 40;

/** True for a number in a text that its heading says is something else. */
export function isHeadedOther(element: Element, read: Read): boolean {
  const cell = read.by === "code" ? null : closest(element, `${CELL},dd`);
  return cell !== null && says(headOf(cell)) && standsAlone(cell) && closest(element, "a[href]") === null;
}

/** True for a number in a field that its label says is something else. */
export const isLabelledOther = (field: Element, value: string, read: Read): boolean =>
  field instanceof HTMLInputElement &&
  field.type !== "tel" &&
  read.by !== "code" &&
  !WORD.test(value) &&
  says(labelOf(field));

function headOf(cell: Element): string {
  if (localName(cell) === "dd") {
    let at = previousElement(cell);
    while (at && localName(at) === "dd") at = previousElement(at);
    return at ? textOf(at) : "";
  }
  const column = columnOf(cell);
  if (column !== "") return column;
  const before = previousElement(cell);
  return before && localName(before) === "th" ? textOf(before) : "";
}

/** Cached, as the same few stand above every row. */
function says(head: string): boolean {
  const text = head.trim();
  if (text === "" || text.length > LONGEST) return false;
  let other = known.get(text);
  if (other === undefined) {
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(text, (other = namesOther(text)));
  }
  return other;
}
const known = new Map<string, boolean>();
const MOST_KNOWN = 500;

/** True for a cell whose whole text is digits and marks. */
function standsAlone(cell: Element): boolean {
  let text = "";
  const walker = treeWalker(cell, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    text += (walker.currentNode as Text).data;
    if (text.trim().length > LONGEST || WORD.test(text)) return false;
  }
  return true;
}
