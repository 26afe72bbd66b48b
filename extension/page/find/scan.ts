/** From text to numbers: each text node by itself first, and then what lies over several. */
import { resolveCountry, type ResolvedNumber } from "../../../shared/country/country.ts";
import { mayDial } from "../../../shared/dials/address.ts";
import { isEmergencyCall, textReading } from "../../../shared/dials/line.ts";
import { readDial } from "../../../shared/dials/read.ts";
import { type Phone, type Read, toE164, writtenKey } from "../../../shared/phone/phone.ts";
import { attribute, closest, contains, localName, queryIn, treeWalker } from "./dom.ts";
import { isHeadedOther, isLabelledOther } from "./heading.ts";
import { type Found, foundIn, type Line, readLine } from "./join.ts";
import { buttonAddress, linkAddress } from "./leads.ts";
import { linkNumber } from "./link-number.ts";
import { type Mark, numbersOf, seenOf } from "./mark.ts";
import type { ReadingRules } from "./reading-rules.ts";
import { type Around, placesAround } from "./record.ts";
import { DIGIT, phonesIn } from "./text-phones.ts";
import { rootOf, shadowOf } from "./roots.ts";
import { boxOwner, isSkipped, runsOf } from "./tree.ts";

/** Most restarts of one walk: a page that changes all the time must not keep us at its beginning. */
const AGAIN = 10;
/** Characters of what is before a text in its line that may be a label: "Order no." and ": ", each in a node of its own. */
const LEAD = 60;
const FIELDS = new Set("text tel search number url ".split(" "));

export const isField = (element: Element): element is HTMLInputElement | HTMLTextAreaElement =>
  element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && FIELDS.has(element.type));

/** What a click on an element opens by an address of its own, where that may dial. */
function dialAddress(element: Element): string | null {
  const address = linkAddress(element) ?? buttonAddress(element);
  return address !== null && mayDial(address) ? address : null;
}

/**
 * Resolves a written number: a person's ruling on it counts first, then its link's own calling code, a ruling on the
 * site, and everything else that is known.
 * `element`: where it is; null where that is not known. `record` in the answer: the element that was read around it.
 */
export function settledAs(
  written: string,
  read: Read,
  rules: ReadingRules,
  element: Element | null,
): ResolvedNumber & { record: Element | null; waits?: boolean } {
  const { countries, siteCountry } = rules.rulings;
  const own = countries[writtenKey(written).replace("+", "")];
  const said = own === undefined ? null : toE164(written, own);
  if (said?.e164) return { ...said, by: "said", record: null };
  const ext = read.ext === undefined ? {} : { ext: read.ext };
  // What a link dials is more than what its text shows.
  const linked = element && read.by !== "code" ? linkNumber(element, written, rules) : null;
  if (linked) return { e164: linked.e164, ...ext, by: "code", record: linked.record };
  if (siteCountry !== null && read.by === "region" && read.e164 !== null)
    return { e164: read.e164, ...ext, by: "said", record: null };
  let around: Around | null = null;
  const settled = resolveCountry(written, read, rules, () => {
    if (!element) return { countries: [], cities: [] };
    return (around = placesAround(element, rules));
  });
  const { cities = [], record = null } = (around ?? {}) as Partial<Around>;
  const waits = cities === null && settled.by === undefined;
  if (waits) rules.wantCities();
  return { ...settled, record, waits };
}

/** Where a written number is, and how it is written. */
type Place = Pick<Mark, "kind" | "owner" | "element" | "parts" | "written" | "seen" | "source" | "medium">;

function markOf(place: Place, phone: Read, rules: ReadingRules): Mark | null {
  const { written, element } = place;
  // A person ruled that it is not a number.
  if (rules.rulings.notNumbers.includes(writtenKey(written))) return null;
  const { e164, readings, ext, by, record, waits = false } = settledAs(written, phone, rules, element);
  return {
    ...place,
    ...{ e164, ext, by, record, waits },
    readings: e164 === null ? (readings ?? []) : [],
    decision: null,
  };
}

/** A number that is read from an element as a whole. */
const inElement = (kind: "field" | "link", element: Element, written: string, seen = written): Place => ({
  ...{ kind, owner: element, element, written, seen, medium: "call" },
  ...{ parts: [], source: [] },
});

/**
 * All numbers in the text of a container, before their countries are told, a few at each step. `early`: hears of those of
 * a text alone in its line while the rest of it is read, which may take long.
 */
export function* findIn(
  container: Node,
  region: string,
  early: (one: Found) => void,
): Generator<undefined, Found[]> {
  const found: Found[] = [];
  // A text area's number is in its value, which is read as a field.
  if (container instanceof Element && (isSkipped(container) || localName(container) === "textarea"))
    return found;
  for (const run of runsOf(container)) {
    const line: Line[] = [];
    const alone = run.length === 1;
    let before = "";
    for (const node of run) {
      const { data } = node;
      const found = (phones: readonly Phone[]) => phones.map((phone) => early(foundIn(node, phone)));
      line.push({ node, phones: yield* phonesIn(node, data, region, before, alone ? found : undefined) });
      // Of a long text no copy is made.
      before = (before + data.slice(-LEAD)).slice(-LEAD);
    }
    for (const one of yield* readLine(line, region)) found.push(one);
  }
  return found;
}

/** The mark of a number in a container's text; null where that says that it is something else. */
export function markAt(container: Node, { parts, source, phone }: Found, rules: ReadingRules): Mark | null {
  const element = boxOwner(parts[parts.length - 1]!.node);
  if (!element || isHeadedOther(element, phone)) return null;
  const { written } = phone;
  const seen = seenOf(phone, source);
  const place = { kind: "text", owner: container, element, parts, written, seen, source } as const;
  return markOf({ ...place, medium: "call" }, phone, rules);
}

/** The numbers in a field, one mark each. The whole value of a telephone field is meant as a number. */
export function* readField(
  field: HTMLInputElement | HTMLTextAreaElement,
  rules: ReadingRules,
): Generator<undefined, Mark[]> {
  const { value, type } = field;
  const marks: Mark[] = [];
  const add = (mark: Mark | null) => mark && marks.push(mark);
  const phones = yield* phonesIn(field, value, rules.region);
  for (const phone of phones) {
    if (isLabelledOther(field, value, phone)) continue;
    const { start, first = start, end, written } = phone;
    const seen = value.slice(first, end);
    add(markOf(inElement("field", field, written, seen), phone, rules));
    yield;
  }
  if (phones.length === 0 && type === "tel" && DIGIT.test(value)) {
    const read = toE164(value, rules.region);
    if (read.e164 !== null || read.readings?.length)
      add(markOf(inElement("field", field, value), read, rules));
  }
  return marks.map((mark, i, { length }) => ({ ...mark, among: { after: length - 1 - i, all: length } }));
}

/** What a link or a button dials: its number, or a mark without one where it dials and no number can be read. */
export function readLink(link: Element, rules: ReadingRules): Mark[] {
  const address = dialAddress(link);
  const target = address === null ? null : readDial(address, rules.dials);
  const element = link instanceof HTMLAreaElement ? pictureOf(link) : link;
  if (!target || !element) return [];
  const { written, medium } = target;
  if (isEmergencyCall(written, rules.dials.lineRegion)) return [];
  const read = textReading(written, rules.region, rules.dials.lineRegion);
  const mark = markOf({ ...inElement("link", element, written), owner: link, medium }, read, rules);
  // Nothing tells of a drawing's link when an animation changes it: a number's verdict could stay on another.
  const isSure = !(link instanceof SVGElement) || (mark && numbersOf(mark).length === 0);
  return mark && isSure ? [mark] : [];
}

/** The picture that an area is a part of, and has its box in. */
const pictureOf = (area: HTMLAreaElement): Element | null => {
  const name = attribute(closest(area, "map") ?? area, "name");
  return name === null ? null : queryIn(rootOf(area), `[usemap="#${CSS.escape(name)}"]`);
};

export interface Visitor {
  root: (root: ShadowRoot) => void;
  container: (container: Node) => Generator<undefined>;
  field: (field: HTMLInputElement | HTMLTextAreaElement) => void;
  link: (link: Element) => void;
}

/**
 * Visits a subtree. Yields after each element, so that the caller can pause and resume: a page of any size is read in
 * slices.
 */
export function* visit(top: Node, containerOf: (node: Node) => Node, visitor: Visitor): Generator<undefined> {
  const seen = new Set<Node>();
  function* text(node: Node): Generator<undefined> {
    const container = containerOf(node);
    if (seen.has(container)) return;
    seen.add(container);
    yield* visitor.container(container);
  }
  const walker = treeWalker(top, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node instanceof Element && isSkipped(node) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  if (top instanceof Element && isSkipped(top)) return;
  const links: Element[] = [];
  let again = 0;
  for (let node: Node | null = walker.currentNode; node; node = walker.nextNode()) {
    if (!contains(top, node) && again < AGAIN) {
      // The page removed the current node, and with it the way to the rest: start again from the top.
      again++;
      node = walker.currentNode = top;
    }
    if (node instanceof Text) {
      if (DIGIT.test(node.data)) yield* text(node);
      continue;
    }
    if (node instanceof Element) {
      const root = shadowOf(node);
      if (root) visitor.root(root);
      if (isField(node)) visitor.field(node);
      else if (dialAddress(node) !== null) links.push(node);
    }
    yield;
  }
  // After the texts: a link whose text shows a number needs no badge of its own.
  for (const link of links) {
    visitor.link(link);
    yield;
  }
}
