/** The heading that a record of a list or a table stands under: a group's row, a caption, a heading before the list. */
import {
  attribute,
  childElementCount,
  closest,
  firstElementChild,
  matches,
  parentElement,
  previousElement,
  query,
  textOf,
} from "./dom.ts";
import { once } from "./moment.ts";
import type { SeenField } from "./record-fields.ts";
import { HEADING } from "./record-shape.ts";

/** A whole page: only what has a label, or is an address, counts of it. */
export const PAGE = "body,main,[role=main]";
/** A record does not extend beyond these. */
export const END = `${PAGE},dialog,[role=dialog]`;
/** What may be between a heading and its list, on each level. */
const BETWEEN = 2;
const MOST_LEVELS = 4;
/** Another list: what is before it is over that one. */
const LIST = "table,ul,ol,dl,[role=grid],[role=table],[role=list]";
const GROUP_ROW = ":scope > tr > [colspan]:only-child";
/** In a longer group nobody sees its title. */
const ROWS_ABOVE = 40;

/** As a field without a label; null where there is none. */
export function headingOver(record: Element): SeenField | null {
  const list = parentElement(record);
  if (!list) return null;
  const title = record instanceof HTMLTableRowElement ? titleOver(record, list) : null;
  const heading = title ?? headingBefore(list);
  if (!heading) return null;
  const text = textOf(heading).replace(/\s+/g, " ").trim();
  return { label: "", text, at: heading };
}

function titleOver(record: HTMLTableRowElement, list: Element): Element | null {
  let row = hasGroups(list) ? previousElement(record) : null;
  for (let i = 0; row && i < ROWS_ABOVE; i++, row = previousElement(row))
    if (childElementCount(row) === 1 && attribute(firstElementChild(row)!, "colspan") !== null) return row;
  return (closest(record, "table") as HTMLTableElement | null)?.caption ?? null;
}

// Each of a list's records asks about it.
const hasGroups = once((list: Element) => query(list, GROUP_ROW) !== null);

const headingBefore = once((list: Element): Element | null => {
  let at: Element | null = list;
  for (let level = 0; at && level < MOST_LEVELS && !matches(at, END); level++, at = parentElement(at)) {
    let before = previousElement(at);
    for (let i = 0; before && i <= BETWEEN; i++, before = previousElement(before)) {
      if (matches(before, LIST)) break;
      const heading = matches(before, HEADING) ? before : query(before, HEADING);
      if (heading) return heading;
    }
  }
  return null;
});
