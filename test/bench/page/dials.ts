/**
 * Judges dials in a page as the guard does: the record of each is made there, as a row of a table or by its own HTML, and
 * what it tells of the number's country is read around the number, as a person sees it.
 */
import { newRules } from "../../../extension/page/find/reading-rules.ts";
import { readDialledNumber } from "../../../extension/page/guard/assess.ts";
import { allCities } from "../../../shared/country/all-cities.ts";
import { dialRules } from "../../../shared/dials/read.ts";
import type { DayDial } from "../../corpus/day.ts";
import { judged } from "../dials/day.ts";

const made = <K extends keyof HTMLElementTagNameMap>(name: K, ...inside: (Node | string)[]) => {
  const element = document.createElement(name);
  element.append(...inside);
  return element;
};

/** The element with the number's text: a link where an address is dialled. */
function inRow({ fields, number, address }: DayDial): Element {
  const place = address === null ? made("span", number) : made("a", number);
  if (address !== null) place.setAttribute("href", address);
  const of = fields.findIndex(({ text }) => text.includes(number));
  const cells = fields.map(({ text }, i) => {
    const at = i === of ? text.indexOf(number) : -1;
    return at < 0 ? made("td", text) : made("td", text.slice(0, at), place, text.slice(at + number.length));
  });
  // The last digits of a number alone may be in the text.
  if (of < 0) cells.push(made("td", place));
  const heads = cells.map((_, i) => made("th", fields[i]?.label ?? ""));
  document.body.replaceChildren(
    made("table", made("thead", made("tr", ...heads)), made("tbody", made("tr", ...cells))),
  );
  return place;
}

const inside = (root: Element | ShadowRoot): Element[] =>
  [...root.querySelectorAll("*")].flatMap((one) => [one, ...(one.shadowRoot ? inside(one.shadowRoot) : [])]);

/** The innermost element that has the number: the last one of several. */
function inLayout(html: string, number: string): Element {
  document.body.setHTMLUnsafe(html.startsWith("<main") ? html : `<main>${html}</main>`);
  const has = (element: Element) =>
    element instanceof HTMLInputElement
      ? element.value === number
      : !element.matches("script, style") && element.textContent.includes(number);
  const found = inside(document.body).findLast(has);
  if (!found) throw new Error(`${number} is not in ${html}`);
  return found;
}

/** `barred`: how the numbers begin that are. */
function judgeAll(dials: readonly DayDial[], barred: string | null) {
  return dials.map((dial) => {
    const { desk, also, language, html, number } = dial;
    const element = html === undefined ? inRow(dial) : inLayout(html, number);
    const hints = { region: desk, also, language, cities: allCities };
    const { handling, shown } = judged(
      dial,
      (e164) => barred !== null && e164.startsWith(barred),
      (_, written, policy) =>
        readDialledNumber(written, { ...newRules(), ...hints, dials: dialRules(policy) }, { element }),
    );
    return { handling, shown };
  });
}
export type JudgeAll = typeof judgeAll;
Object.assign(window, { judgeAll });
