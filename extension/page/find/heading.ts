/**
 * What a column's heading or a label says of digits that stand alone below or behind it: under "Invoice no." is no telephone
 * number, unless a word beside them, another label, a link that dials, or a calling code says otherwise.
 */
import { type Label, labelOfName } from "../../../shared/phone/labels.ts";
import type { Read } from "../../../shared/phone/phone.ts";
import { CELL, columnOf } from "./columns.ts";
import { closest, firstElementChild, localName, previousElement, textOf, treeWalker } from "./dom.ts";
import { kept, once } from "./moment.ts";
import { labelOf } from "./record-fields.ts";
import { isLabel } from "./record-shape.ts";

const WORD = /\p{L}{2}/u;
/** Longer texts, in characters, are more than a number. */
const LONGEST = 40;
/** Between the names of a field that may hold several things. The slash of "a/c" is within a word. */
const LIST = /[,;|&]|\/(?=\s*\p{L}{3})|\s(?:and|or|und|oder|et|ou|en|of|lub|[eioy])\s/iu;
/** Headings over values of all kinds, and over what a switchboard dials. */
const ANYTHING = /^(old |new )?value$|^transfer/i;

/** True for a number in a text that its heading or its label says is something else. */
export const isHeadedOther = (element: Element, read: Read): boolean =>
  read.by !== "code" && isOther(element) && closest(element, "a[href]") === null;

const isOther = once((element: Element): boolean => {
  const cell = closest(element, `${CELL},dd`);
  const whole = cell ?? element;
  const said = [columnOf(cell), labelBefore(whole)].map(says);
  return said.includes("never") && !said.includes("phone") && standsAlone(whole);
});

/** True for a number in a field that its label says is something else. */
export const isLabelledOther = (field: Element, value: string, read: Read): boolean =>
  field instanceof HTMLInputElement &&
  field.type !== "tel" &&
  read.by !== "code" &&
  !WORD.test(value) &&
  says(labelOf(field)) === "never";

function labelBefore(value: Element): string {
  let before = previousElement(value);
  while (before && (localName(before) === "dd" || textOf(before).trim() === ""))
    before = previousElement(before);
  return before && isLabel(before) && !hasValue(before) ? textOf(before) : "";
}

/** True for a label that has its own value with it. */
function hasValue(label: Element): boolean {
  const text = textOf(label).trim();
  const first = firstElementChild(label);
  return /\d/.test(text) || (first !== null && isLabel(first) && !text.endsWith(textOf(first).trim()));
}

/** A name that says anywhere that it may be a phone is no name of something else. */
const labelIn = kept((name: string): Label => {
  const isPhone = name.split(LIST).some((one) => labelOfName(one) === "phone");
  return isPhone ? "phone" : ANYTHING.test(name) ? "none" : labelOfName(name);
});
function says(name: string): Label {
  const text = name.trim();
  return text.length > LONGEST ? "none" : labelIn(text);
}

/** True for an element whose whole text is digits and marks. */
function standsAlone(element: Element): boolean {
  let text = "";
  const walker = treeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data } = walker.currentNode as Text;
    text += data.trim() === "" ? " " : data;
    if (text.trim().length > LONGEST || WORD.test(text)) return false;
  }
  return true;
}
