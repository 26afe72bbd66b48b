/**
 * What a column's heading or a field's label says of digits that stand alone below or behind it: under "Invoice no." is no
 * telephone number. A word beside them, a link that dials, or a calling code says otherwise.
 */
import { labelOfName } from "../../../shared/phone/labels.ts";
import type { Read } from "../../../shared/phone/phone.ts";
import { closest, localName, previousElement, textOf, treeWalker } from "./dom.ts";
import { kept, once } from "./moment.ts";
import { CELL, columnOf, labelOf } from "./record-fields.ts";

const WORD = /\p{L}{2}/u;
/** Longer texts, in characters, are more than a number. */
const LONGEST = 40;

/** True for a number in a text that its heading says is something else. */
export function isHeadedOther(element: Element, read: Read): boolean {
  const cell = read.by === "code" ? null : closest(element, `${CELL},dd`);
  return cell !== null && isOther(cell) && closest(element, "a[href]") === null;
}
const isOther = once((cell: Element): boolean => says(headOf(cell)) && standsAlone(cell));

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

const isNameOfOther = kept((name: string) => labelOfName(name) === "never");
function says(head: string): boolean {
  const text = head.trim();
  return text !== "" && text.length <= LONGEST && isNameOfOther(text);
}

/** True for a cell whose whole text is digits and marks. */
function standsAlone(cell: Element): boolean {
  let text = "";
  const walker = treeWalker(cell, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data } = walker.currentNode as Text;
    text += data.trim() === "" ? " " : data;
    if (text.trim().length > LONGEST || WORD.test(text)) return false;
  }
  return true;
}
