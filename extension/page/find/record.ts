/**
 * The record that a number is in, as fields with their labels: a row of a table, a card, a form, the sheet of one
 * contact. Read to tell the number's country; none of it leaves the page.
 */
import type { Cities } from "../../../shared/country/cities.ts";
import { type Places, placesIn } from "../../../shared/country/places.ts";
import { attribute, closest, matches, parentElement, query, queryAll } from "./dom.ts";
import { once } from "./moment.ts";
import { countryBeside, fieldsOf, listAround, type SeenField } from "./record-fields.ts";
import { END, headingOver, PAGE } from "./record-heading.ts";
import { HEADING, isAnothers, isField, isNested, isOneOfMany, ROW } from "./record-shape.ts";
import { isSeen } from "./seen.ts";
import { sights } from "./sights.ts";
import { parentOf } from "./roots.ts";
import { isOptedOut } from "./tree.ts";

const MOST_LEVELS = 14;
/** Nothing that is read of a record is further away from it. */
const MOST_ABOVE = 100;

export interface Around extends Places {
  /** The outermost element that was read. When something in it changes, the number is read again. */
  record: Element;
}

/** How places are told by their names: in which language besides English, and by the cities, null while these are not here. */
export interface PlaceNames {
  language: string;
  cities: Cities | null;
}

/** The places that a number's record names. The nearest element that names a country counts; else the nearest cities. */
export const placesAround = (element: Element, names: PlaceNames): Around => placesOnce(element)(names);

/** Once for all numbers in an element: in a moment the names are the same, too. */
const placesOnce = once((element: Element) => {
  let around: Around | null = null;
  return (names: PlaceNames): Around => {
    if (around) return around;
    const seen: Seen = new Map();
    around = read(element, names, seen);
    sights.note(around.record, seen);
    return around;
  };
});
/** Of places that would count: whether a person sees them. */
type Seen = Map<Text | Element, boolean>;

function read(element: Element, names: PlaceNames, seen: Seen): Around {
  let near: Around = { countries: [], cities: [], record: element };
  let at: Element | null = element;
  let fieldOf: Element | null = null;
  let titled = false;
  const above = new Set<Node>();
  const passed: Element[] = [];
  let outer: Element | null = element;
  for (let level = 0; outer && level < MOST_ABOVE; level++, outer = parentOf(outer)) above.add(outer);
  for (let level = 0; at && level < MOST_LEVELS; level++, at = parentOf(at)) {
    if (passed.some((inner) => isNested(inner, at!))) break;
    passed.push(at);
    const isRow = matches(at, ROW);
    if (isRow && isField(at)) {
      // A row that is one field: the list of such rows is the record.
      fieldOf = parentElement(at);
      continue;
    }
    const fields = fieldsOf(at, fieldOf, above);
    if (!fields) break;
    const all = isRow ? [...fields, ...elsewhereInGrid(at, above)] : fields;
    const places = placesOf(titled || matches(at, PAGE) ? all.filter(isPlain) : all, names, above, seen);
    if (places.countries.length > 0 || places.waits) return { ...places, record: at };
    near = near.cities?.length === 0 ? { ...places, record: at } : { ...near, record: at };
    if (places.parted) break;
    if (isRow || isOneOfMany(at)) {
      // Rows of names and values are one record's, and are read together.
      const record = (isRow && listAround(at)) || at;
      const beside = record === at ? null : countryBeside(record, at, names.language, seen);
      if (beside) return { countries: [beside], cities: [], record };
      const heading = headingOver(at);
      const over = heading && placesOf([heading], names, above, seen);
      return over && (over.countries.length > 0 || over.waits) ? { ...over, record } : { ...near, record };
    }
    if (matches(at, END)) break;
    // A block with a heading of its own is a record; the blocks beside it may be about something else.
    titled ||= query(at, HEADING) !== null;
  }
  return near;
}

/** True for a field that says by itself that it is a place: it has a label, or is an address. */
const isPlain = ({ label, text }: SeenField): boolean => label !== "" || /[,\n\d:]/.test(text);

/** The places that fields name, as far as a person sees them. Cached, as the same fields are read for each element around. */
function placesOf(
  fields: readonly SeenField[],
  names: PlaceNames,
  above: ReadonlySet<Node>,
  seen: Seen,
): Places & { parted: boolean } {
  const countries = new Set<string>();
  const found = new Set<string>();
  let looked = false;
  let waits = false;
  let parted = false;
  for (const { label, text, at } of fields) {
    const key = `${names.language}\n${label}\n${text}`;
    let named = known.get(key);
    if (!named) {
      named = placesIn([{ label, text }], names.language, names.cities);
      if (known.size >= MOST_KNOWN) known.clear();
      if (named.cities && key.length <= LONGEST_KEY) known.set(key, named);
    }
    if (named.countries.length === 0 && named.cities?.length === 0) continue;
    const whose = isAnothers(at, above, label || (/^[^:]*:/.exec(text)?.[0] ?? ""));
    if (whose === "block") continue;
    const isShown = isSeen(at);
    // All is read again once the cities are here.
    if (named.cities) seen.set(at, isShown);
    if (!isShown) continue;
    parted ||= whose === "list";
    if (whose) continue;
    for (const region of named.countries) countries.add(region);
    for (const region of named.cities ?? []) found.add(region);
    looked ||= named.cities === null;
    waits ||= named.waits ?? false;
  }
  return { countries: [...countries], cities: looked ? null : [...found], waits, parted };
}
const known = new Map<string, Places>();
const MOST_KNOWN = 2000;
/** Longer texts, in characters, are not kept in memory. */
const LONGEST_KEY = 500;

/** Grids with pinned columns split a row into several elements with the same `aria-rowindex`: the fields of the others. */
function elsewhereInGrid(row: Element, above: ReadonlySet<Node>): SeenField[] {
  const index = attribute(row, "aria-rowindex");
  const grid = index !== null && /^\d+$/.test(index) ? closest(row, "[role=grid],[role=treegrid]") : null;
  if (!grid) return [];
  return [...queryAll(grid, `[role=row][aria-rowindex="${index}"]`)]
    .filter((piece) => piece !== row && !isOptedOut(piece))
    .flatMap((piece) => fieldsOf(piece, null, above) ?? []);
}
