/**
 * The record that a number is in, as fields with their labels: a row of a table, a card, a form, the sheet of one
 * contact. Read to tell the number's country; none of it leaves the page.
 */
import { type Field, type Places, placesIn } from "../../../shared/country/places.ts";
import { isOptedOut, isSkipped, parentOf, shadowOf } from "./tree.ts";

/** Elements that are repeated, one for each record. */
const ROW = "tr,[role=row],li,[role=listitem],article,[role=article]";
/** A record does not extend beyond these. */
const END =
  "body,main,[role=main],form,dialog,[role=dialog],[role=tabpanel],table,[role=grid],[role=treegrid]";
const LABEL =
  "dt,th,label,legend,[role=rowheader],[class*=label i],[class*=fieldname i],[class*=field-name i]";
const CELL = "td,[role=gridcell],[role=cell]";
const FLAG = "[class*=flag i],img[src*=flag i],[data-country],[data-country-code]";
/** The country in a flag's class or file name: its last two separate letters. */
const CODE = /(?:^|[-_/])([a-z]{2})(?:\.\w{3,4})?$/i;

/** One record has no more texts. */
const MOST_TEXTS = 120;
const MOST_LEVELS = 14;
/** Longer lists are lists of records, not of one record's fields. */
const MOST_FIELDS = 30;

export interface Around extends Places {
  /** The outermost element that was read. When something in it changes, the number is read again. */
  record: Element;
}

/** The places that a number's record names. The nearest element that names a country counts; else the nearest cities. */
export function placesAround(element: Element, language: string): Around {
  let near: Around = { countries: [], cities: [], record: element };
  let at: Element | null = element;
  let fieldOf: Element | null = null;
  for (let level = 0; at && level < MOST_LEVELS; level++, at = parentOf(at)) {
    const isRow = at.matches(ROW);
    if (isRow && isField(at)) {
      // A row that is one field: the list of such rows is the record.
      fieldOf = at.parentElement;
      continue;
    }
    const fields = fieldsOf(at, fieldOf);
    if (!fields) break;
    const places = placesOf(isRow ? [...fields, ...elsewhereInGrid(at)] : fields, language);
    if (places.countries.length > 0) return { ...places, record: at };
    near = near.cities.length === 0 ? { ...places, record: at } : { ...near, record: at };
    // With fewer than three texts it may be one field of a record, with its name.
    if (isRow || at.matches(END) || (fields.length >= 3 && isRepeated(at))) break;
  }
  return near;
}

/** True for one of several alike whose neighbours hold numbers too: a record among records, whatever it is made of. */
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

/** The places that fields name. Cached, as the same fields are read for an element and for each element around it. */
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

/** True for a row of one name and one value. */
function isField(row: Element): boolean {
  const siblings = row.parentElement?.childElementCount ?? 0;
  if (siblings > MOST_FIELDS) return false;
  if (row instanceof HTMLTableRowElement)
    return row.cells.length === 1 || (row.cells.length === 2 && isLabel(row.cells[0]!));
  if (row.tagName !== "LI") return false;
  return row.querySelector(LABEL) !== null || !/\p{L}{3}/u.test((row.textContent ?? "").replace(LINES, ""));
}
/** Names of telephone lines. A list entry with only these is a field, not a record. */
const LINES = /\b(?:phone|telephone|tel|mobile|cell|work|home|office|direct|main|fax|ext)\b/gi;

const isLabel = (element: Element): boolean =>
  element.matches(LABEL) || element.firstElementChild?.matches(LABEL) === true;

/** The texts in an element, each with its label; null where there are too many for one record. */
function fieldsOf(top: Element, fieldList: Element | null): Field[] | null {
  // The list around a thousand rows is reached from each row: count its texts once.
  if (performance.now() - (fullAt.get(top) ?? -Infinity) < FULL_MS) return null;
  const fields: Field[] = [];
  let label = "";
  let texts = 0;
  /** False once there are too many texts. `cell`: the table cell that the node is in. */
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
    // Another record inside this one.
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
/** Elements with too many texts for a record, and when that was found (`performance.now()`). */
const fullAt = new WeakMap<Element, number>();
const FULL_MS = 2000;

/** The shadow root of a component. Asking for a closed one is slow, so only custom elements are asked. */
const rootOf = (element: Element): ShadowRoot | null =>
  element.shadowRoot ?? (element.localName.includes("-") ? shadowOf(element) : null);

/** The value of a form field, or the country of a flag that is a picture; else null. */
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

/** The heading of a cell's column. */
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

/** Grids with pinned columns split a row into several elements with the same `aria-rowindex`: the fields of the others. */
function elsewhereInGrid(row: Element): Field[] {
  const index = row.getAttribute("aria-rowindex");
  const grid = index !== null && /^\d+$/.test(index) ? row.closest("[role=grid],[role=treegrid]") : null;
  if (!grid) return [];
  return [...grid.querySelectorAll(`[role=row][aria-rowindex="${index}"]`)]
    .filter((piece) => piece !== row && !isOptedOut(piece))
    .flatMap((piece) => fieldsOf(piece, null) ?? []);
}
