/** The heading that a record of a list or a table stands under: a group's row, a caption, a heading before the list. */
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
  const list = record.parentElement;
  if (!list) return null;
  const title = record instanceof HTMLTableRowElement ? titleOver(record, list) : null;
  const heading = title ?? headingBefore(list, end);
  if (!heading) return null;
  const text = heading.textContent?.replace(/\s+/g, " ").trim() ?? "";
  return { label: "", text, at: heading };
}

function titleOver(record: HTMLTableRowElement, list: Element): Element | null {
  let row = hasGroups(list, "") ? record.previousElementSibling : null;
  for (let i = 0; row && i < ROWS_ABOVE; i++, row = row.previousElementSibling)
    if (row.childElementCount === 1 && row.firstElementChild!.hasAttribute("colspan")) return row;
  return record.closest("table")?.caption ?? null;
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

const hasGroups = kept((list) => list.querySelector(GROUP_ROW) !== null);

const headingBefore = kept((list, end) => {
  let at: Element | null = list;
  for (let level = 0; at && level < MOST_LEVELS && !at.matches(end); level++, at = at.parentElement) {
    let before = at.previousElementSibling;
    for (let i = 0; before && i <= BETWEEN; i++, before = before.previousElementSibling) {
      if (before.matches(LIST)) break;
      const heading = before.matches(HEADING) ? before : before.querySelector(HEADING);
      if (heading) return heading;
    }
  }
  return null;
});
