/**
 * What a column's heading or a label says of digits that stand alone below or behind it: under "Invoice no." is no telephone
 * number, unless a word beside them, another label, a link that dials, or a calling code says otherwise.
 */
import { type Label, labelBefore as labelIn, labelOfName } from "../../../shared/phone/labels.ts";
import type { Read } from "../../../shared/phone/phone.ts";
import { CELL, columnOf } from "./columns.ts";
import {
  childElementCount,
  children,
  closest,
  contains,
  firstElementChild,
  localName,
  matches,
  parentElement,
  previousElement,
  textOf,
  treeWalker,
} from "./dom.ts";
import { kept, once } from "./moment.ts";
import { labelOf as labelOfField } from "./record-fields.ts";
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
  const isNever = said.includes("never");
  if (said.includes("phone") || !(isNever || standsAlone(whole))) return false;
  const name = nameBeside(whole);
  const isNamed = namesOther(name);
  return (isNever || isNamed) && standsAlone(whole, isNamed ? name : "");
});

/** So far around a value its name is looked for, which is beside it by itself. */
const MOST_LEVELS = 4;
const MOST_BESIDE = 6;

/** The one other text in what is around a value, before it or below it; empty where there are more. */
function nameBeside(value: Element): string {
  let at: Element | null = value;
  for (let level = 0; at && level < MOST_LEVELS && childElementCount(at) <= MOST_BESIDE; level++) {
    const texts = Array.from(children(at), (one) => (contains(one, value) ? "" : textOf(one).trim()));
    // Of the value itself a search may mark a part.
    const [name, other] = texts.filter((text) => (at === value ? WORD.test(text) : text !== ""));
    if (name !== undefined) return other === undefined ? name : "";
    at = parentElement(at);
  }
  return "";
}

/**
 * True for a name that says so in any grouping of the digits, as "Order no." and "VAT", or is an abbreviation: a person may be
 * called Price.
 */
const namesOther = (name: string): boolean =>
  says(name) === "never" &&
  !/\d/.test(name) &&
  (labelIn(name, name.length, 0) === "never" || /^\p{Lu}+:?$/u.test(name));

/** True for a number in a field that its label says is something else. */
export const isLabelledOther = (field: Element, value: string, read: Read): boolean =>
  field instanceof HTMLInputElement &&
  field.type !== "tel" &&
  read.by !== "code" &&
  !WORD.test(value) &&
  says(labelOfField(field)) === "never";

function labelBefore(value: Element): string {
  let before = previousElement(value);
  while (before && (localName(before) === "dd" || textOf(before).trim() === ""))
    before = previousElement(before);
  const text = before ? textOf(before) : "";
  const isIts =
    before && (isLabel(before) ? !hasValue(before) : matches(before, CELL) && namesOther(text.trim()));
  return isIts ? text : "";
}

/** True for a label that has its own value with it. */
function hasValue(label: Element): boolean {
  const text = textOf(label).trim();
  const first = firstElementChild(label);
  return /\d/.test(text) || (first !== null && isLabel(first) && !text.endsWith(textOf(first).trim()));
}

/** A name that says anywhere that it may be a phone is no name of something else. */
const labelOf = kept((name: string): Label => {
  const isPhone = name.split(LIST).some((one) => labelOfName(one) === "phone");
  return isPhone ? "phone" : ANYTHING.test(name) ? "none" : labelOfName(name);
});
function says(name: string): Label {
  const text = name.trim();
  return text.length > LONGEST ? "none" : labelOf(text);
}

/** True for an element whose whole text, but for a name in it, is digits and marks. */
function standsAlone(element: Element, but = ""): boolean {
  let text = "";
  const walker = treeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data } = walker.currentNode as Text;
    text += ["", but].includes(data.trim()) ? " " : data;
    if (text.trim().length > LONGEST || WORD.test(text)) return false;
  }
  return true;
}
