/**
 * The record that a number is in, as fields with their labels: a row of a table, a card, a form, the sheet of one
 * contact. Read to tell the number's country; none of it leaves the page.
 */
import { type Places, placesIn } from "../../../shared/country/places.ts";
import { fieldsOf, HEADING, type SeenField } from "./record-fields.ts";
import { headingOver } from "./record-heading.ts";
import { isAnothers, isField, isOneOfMany, ROW } from "./record-shape.ts";
import { isSeen } from "./seen.ts";
import { isOptedOut, parentOf } from "./tree.ts";

/** A whole page: only what has a label, or is an address, counts of it. */
const PAGE = "body,main,[role=main]";
/** A record does not extend beyond these. */
const END = `${PAGE},dialog,[role=dialog]`;
const MOST_LEVELS = 14;

export interface Around extends Places {
  /** The outermost element that was read. When something in it changes, the number is read again. */
  record: Element;
}

/** The places that a number's record names. The nearest element that names a country counts; else the nearest cities. */
export function placesAround(element: Element, language: string): Around {
  let near: Around = { countries: [], cities: [], record: element };
  let at: Element | null = element;
  let fieldOf: Element | null = null;
  let titled = false;
  const above = new Set<Node>();
  for (let outer: Element | null = element; outer; outer = parentOf(outer)) above.add(outer);
  for (let level = 0; at && level < MOST_LEVELS; level++, at = parentOf(at)) {
    const isRow = at.matches(ROW);
    if (isRow && isField(at)) {
      // A row that is one field: the list of such rows is the record.
      fieldOf = at.parentElement;
      continue;
    }
    const fields = fieldsOf(at, fieldOf, above);
    if (!fields) break;
    const all = isRow ? [...fields, ...elsewhereInGrid(at, above)] : fields;
    const places = placesOf(titled || at.matches(PAGE) ? all.filter(isPlain) : all, language, above);
    if (places.countries.length > 0) return { ...places, record: at };
    near = near.cities.length === 0 ? { ...places, record: at } : { ...near, record: at };
    if (isRow || isOneOfMany(at)) {
      const heading = headingOver(at, END);
      const over = heading && placesOf([heading], language, above);
      return over && over.countries.length > 0 ? { ...over, record: at } : near;
    }
    if (at.matches(END)) break;
    // A block with a heading of its own is a record; the blocks beside it may be about something else.
    titled ||= at.querySelector(HEADING) !== null;
  }
  return near;
}

/** True for a field that says by itself that it is a place: it has a label, or is an address. */
const isPlain = ({ label, text }: SeenField): boolean => label !== "" || /[,\n\d:]/.test(text);

/** The places that fields name, as far as a person sees them. Cached, as the same fields are read for each element around. */
function placesOf(fields: readonly SeenField[], language: string, above: ReadonlySet<Node>): Places {
  const countries = new Set<string>();
  const cities = new Set<string>();
  for (const { label, text, at } of fields) {
    const key = `${language}\n${label}\n${text}`;
    let named = known.get(key);
    if (!named) {
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(key, (named = placesIn([{ label, text }], language)));
    }
    if (named.countries.length + named.cities.length === 0) continue;
    if (isAnothers(at, above) || !isSeen(at)) continue;
    for (const region of named.countries) countries.add(region);
    for (const region of named.cities) cities.add(region);
  }
  return { countries: [...countries], cities: [...cities] };
}
const known = new Map<string, Places>();
const MOST_KNOWN = 2000;

/** Grids with pinned columns split a row into several elements with the same `aria-rowindex`: the fields of the others. */
function elsewhereInGrid(row: Element, above: ReadonlySet<Node>): SeenField[] {
  const index = row.getAttribute("aria-rowindex");
  const grid = index !== null && /^\d+$/.test(index) ? row.closest("[role=grid],[role=treegrid]") : null;
  if (!grid) return [];
  return [...grid.querySelectorAll(`[role=row][aria-rowindex="${index}"]`)]
    .filter((piece) => piece !== row && !isOptedOut(piece))
    .flatMap((piece) => fieldsOf(piece, null, above) ?? []);
}
