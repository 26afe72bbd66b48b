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
import { HEADING, type SeenField } from "./record-fields.ts";

/** What may be between a heading and its list, on each level. */
const BETWEEN = 2;
const MOST_LEVELS = 4;
/** Another list: what is before it is over that one. */
const LIST = "table,ul,ol,dl,[role=grid],[role=table],[role=list]";
const GROUP_ROW = ":scope > tr > [colspan]:only-child";
/** In a longer group nobody sees its title. */
const ROWS_ABOVE = 40;

/** As a field without a label; null where there is none. `end`: a selector of what no heading is beyond. */
export function headingOver(record: Element, end: string): SeenField | null {
  const list = parentElement(record);
  if (!list) return null;
  const title = record instanceof HTMLTableRowElement ? titleOver(record, list) : null;
  const heading = title ?? headingBefore(list, end);
  if (!heading) return null;
  const text = textOf(heading).replace(/\s+/g, " ").trim();
  return { label: "", text, at: heading };
}

function titleOver(record: HTMLTableRowElement, list: Element): Element | null {
  let row = hasGroups(list, "") ? previousElement(record) : null;
  for (let i = 0; row && i < ROWS_ABOVE; i++, row = previousElement(row))
    if (childElementCount(row) === 1 && attribute(firstElementChild(row)!, "colspan") !== null) return row;
  return (closest(record, "table") as HTMLTableElement | null)?.caption ?? null;
}

/** Answers about a list, kept for a moment, as each of its records asks. */
function kept<T>(find: (list: Element, end: string) => T): (list: Element, end: string) => T {
  const known = new WeakMap<Element, { when: number; found: T }>();
  return (list, end) => {
    const before = known.get(list);
    const now = performance.now();
    if (before && now - before.when < KEPT_MS) return before.found;
    const found = find(list, end);
    known.set(list, { when: now, found });
    return found;
  };
}
const KEPT_MS = 2000;

const hasGroups = kept((list) => query(list, GROUP_ROW) !== null);

const headingBefore = kept((list, end) => {
  let at: Element | null = list;
  for (let level = 0; at && level < MOST_LEVELS && !matches(at, end); level++, at = parentElement(at)) {
    let before = previousElement(at);
    for (let i = 0; before && i <= BETWEEN; i++, before = previousElement(before)) {
      if (matches(before, LIST)) break;
      const heading = matches(before, HEADING) ? before : query(before, HEADING);
      if (heading) return heading;
    }
  }
  return null;
});
