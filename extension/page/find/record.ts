/**
 * The record that a number stands in, as fields with their labels: a row of a table, a card, a form, the sheet of one
 * contact. Read in the page, to tell the number's country, and sent nowhere.
 */
import { type Field, type Places, placesIn } from "../../../shared/country/places.ts";
import { isOptedOut, isSkipped, parentOf, shadowOf } from "./tree.ts";

/** What is repeated, once for each record. */
const ROW = "tr,[role=row],li,[role=listitem],article,[role=article]";
/** What lies around holds other matters. */
const END =
  "body,main,[role=main],form,dialog,[role=dialog],[role=tabpanel],table,[role=grid],[role=treegrid]";
const LABEL =
  "dt,th,label,legend,[role=rowheader],[class*=label i],[class*=fieldname i],[class*=field-name i]";
const CELL = "td,[role=gridcell],[role=cell]";
const FLAG = "[class*=flag i],img[src*=flag i],[data-country],[data-country-code]";
/** Of a flag's class or file: the last two letters that stand alone. */
const CODE = /(?:^|[-_/])([a-z]{2})(?:\.\w{3,4})?$/i;

/** More texts than one record has. */
const MOST_TEXTS = 120;
const MOST_LEVELS = 14;
/** A list of fields is no longer than this; longer ones list records. */
const MOST_FIELDS = 30;

export interface Around extends Places {
  /** The outermost element that was read. */
  record: Element;
}

/** What the number's record names. The nearest that names a country counts; cities, where none does. */
export function placesAround(element: Element, language: string): Around {
  let near: Around = { countries: [], cities: [], record: element };
  let at: Element | null = element;
  let fieldOf: Element | null = null;
  for (let level = 0; at && level < MOST_LEVELS; level++, at = parentOf(at)) {
    const isRow = at.matches(ROW);
    if (isRow && isField(at)) {
      // One field of a record that has a row for each: the list of them is the record.
      fieldOf = at.parentElement;
      continue;
    }
    const fields = fieldsOf(at, fieldOf);
    if (!fields) break;
    const places = placesOf(isRow ? [...fields, ...elsewhereInGrid(at)] : fields, language);
    if (places.countries.length > 0) return { ...places, record: at };
    near = near.cities.length === 0 ? { ...places, record: at } : { ...near, record: at };
    if (isRow || at.matches(END) || (fields.length >= 3 && isRepeated(at))) break;
  }
  return near;
}

/**
 * One of several alike whose neighbours bear numbers too: a record among records, whatever it is made of. What has fewer
 * than three texts may be a field with its name, among others of one record.
 */
function isRepeated(element: Element): boolean {
  let alike = 0;
  for (const step of ["previousElementSibling", "nextElementSibling"] as const) {
    let sibling = element[step];
    for (let i = 0; sibling && i < 2; i++, sibling = sibling[step])
      if (sibling.tagName === element.tagName && LIKE_NUMBER.test(sibling.textContent ?? "")) alike++;
  }
  return alike >= 2;
}
const LIKE_NUMBER = /\d[\d ().-]{6,}\d/;

/** What fields name, each asked about once: the same ones stand in an element and in all around it. */
function placesOf(fields: readonly Field[], language: string): Places {
  const countries = new Set<string>();
  const cities = new Set<string>();
  for (const field of fields) {
    const key = `${language}\n${field.label}\n${field.text}`;
    let named = known.get(key);
    if (!named) {
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(key, (named = placesIn([field], language)));
    }
    for (const region of named.countries) countries.add(region);
    for (const region of named.cities) cities.add(region);
  }
  return { countries: [...countries], cities: [...cities] };
}
const known = new Map<string, Places>();
const MOST_KNOWN = 2000;

/** A row with one name and one value. */
function isField(row: Element): boolean {
  const siblings = row.parentElement?.childElementCount ?? 0;
  if (siblings > MOST_FIELDS) return false;
  if (row instanceof HTMLTableRowElement)
    return row.cells.length === 1 || (row.cells.length === 2 && isLabel(row.cells[0]!));
  if (row.tagName !== "LI") return false;
  return row.querySelector(LABEL) !== null || !/\p{L}{3}/u.test((row.textContent ?? "").replace(LINES, ""));
}
/** What lines are called; with them alone an entry of a list is no record. */
const LINES = /\b(?:phone|telephone|tel|mobile|cell|work|home|office|direct|main|fax|ext)\b/gi;

const isLabel = (element: Element): boolean =>
  element.matches(LABEL) || element.firstElementChild?.matches(LABEL) === true;

/** The texts in an element, each with its label; null where there are more than one record has. */
function fieldsOf(top: Element, fieldList: Element | null): Field[] | null {
  // A list of thousands is met from each of its rows.
  if (performance.now() - (fullAt.get(top) ?? -Infinity) < FULL_MS) return null;
  const fields: Field[] = [];
  let label = "";
  let texts = 0;
  /** False once there were too many. `cell`: the cell of a table that it stands in. */
  const walk = (node: Node, inLabel: boolean, cell: Element | null): boolean => {
    if (node instanceof Text) {
      const text = node.data.trim();
      if (text === "") return true;
      if (inLabel) label = text;
      else {
        fields.push({ label: label || columnOf(cell), text });
        label = "";
      }
      return ++texts <= MOST_TEXTS;
    }
    if (!(node instanceof Element) || isSkipped(node)) return true;
    // Another record in this one's own.
    if (node !== top && node.matches(ROW) && node.parentElement !== fieldList && !isField(node)) return true;
    const own = valueOf(node);
    if (own) fields.push({ label: own.label || label, text: own.text });
    const inner = inLabel || node.matches(LABEL);
    const its = node.matches(CELL) ? node : cell;
    for (const child of (rootOf(node) ?? node).childNodes) if (!walk(child, inner, its)) return false;
    return true;
  };
  if (walk(top, false, top.closest(CELL))) return fields;
  fullAt.set(top, performance.now());
  return null;
}
/** Elements that hold more than a record, and when that was seen. */
const fullAt = new WeakMap<Element, number>();
const FULL_MS = 2000;

/** A component's root. To ask for a closed one is dear: only what a page defined itself is asked. */
const rootOf = (element: Element): ShadowRoot | null =>
  element.shadowRoot ?? (element.localName.includes("-") ? shadowOf(element) : null);

/** What a form field holds, and the flags that are pictures. */
function valueOf(element: Element): Field | null {
  if (element instanceof HTMLSelectElement) {
    const text = element.selectedOptions[0]?.textContent?.trim() ?? "";
    return text === "" ? null : { label: labelOf(element), text };
  }
  if (element instanceof HTMLInputElement) {
    const shown = element.type === "text" || element.type === "search" || element.type === "";
    return shown && element.value.trim() !== ""
      ? { label: labelOf(element), text: element.value.trim() }
      : null;
  }
  if (!element.matches(FLAG)) return null;
  const given = element.getAttribute("data-country-code") ?? element.getAttribute("data-country");
  const named = [given, ...element.classList, element instanceof HTMLImageElement ? element.src : null];
  for (const name of named) {
    const code = name === null ? null : (CODE.exec(name.replace(/[?#].*$/, ""))?.[1] ?? null);
    if (code !== null) return { label: "country", text: code.toUpperCase() };
  }
  const said = element.getAttribute("title") ?? element.getAttribute("alt");
  return said ? { label: "country", text: said } : null;
}

function labelOf(field: HTMLInputElement | HTMLSelectElement): string {
  const seen = field.labels?.[0]?.textContent?.trim() ?? field.getAttribute("aria-label");
  return (
    seen ||
    [field.name, field.autocomplete]
      .join(" ")
      .replace(/[-_[\].]|(?<=[a-z])(?=[A-Z])/g, " ")
      .trim()
  );
}

/** What stands over a cell of a table. */
function columnOf(cell: Element | null): string {
  if (!cell) return "";
  if (cell instanceof HTMLTableCellElement) {
    const table = cell.closest("table");
    const head =
      table?.tHead?.rows[0] ?? (table?.rows[0]?.cells[0]?.tagName === "TH" ? table.rows[0] : undefined);
    return head && !head.contains(cell) ? (head.cells[cell.cellIndex]?.textContent?.trim() ?? "") : "";
  }
  const column = cell.getAttribute("aria-colindex");
  if (column === null || !/^\d+$/.test(column)) return "";
  const grid = cell.closest("[role=grid],[role=treegrid],[role=table]");
  return grid?.querySelector(`[role=columnheader][aria-colindex="${column}"]`)?.textContent?.trim() ?? "";
}

/** Grids with pinned columns keep a row in several pieces that bear the same number. */
function elsewhereInGrid(row: Element): Field[] {
  const index = row.getAttribute("aria-rowindex");
  const grid = index !== null && /^\d+$/.test(index) ? row.closest("[role=grid],[role=treegrid]") : null;
  if (!grid) return [];
  return [...grid.querySelectorAll(`[role=row][aria-rowindex="${index}"]`)]
    .filter((piece) => piece !== row && !isOptedOut(piece))
    .flatMap((piece) => fieldsOf(piece, null) ?? []);
}
