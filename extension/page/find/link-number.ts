/** The number of a link around a written number, or beside it: `tel:+49…` around or behind the text `030 …`. */
import { readDial } from "../../../shared/dials/read.ts";
import { toE164 } from "../../../shared/phone/phone.ts";
import { digitsOf } from "../../../shared/phone/digit-runs.ts";
import type { ReadingRules } from "./reading-rules.ts";
import { attribute, byTag, matches } from "./dom.ts";
import { once } from "./moment.ts";
import { ROW } from "./record-shape.ts";
import { parentOf } from "./roots.ts";

/** A link is beside a number in an element that is so many levels above it, and not beyond its row. */
const MOST_LEVELS = 4;
/** Links that are looked at in one element. */
const MOST_LINKS = 30;
/** Fewest digits that are enough to be the same number. */
const LEAST_SAME = 7;

export interface LinkNumber {
  e164: string;
  /** The element that both are in. */
  record: Element;
}

/** Only a number with its calling code counts, and only if it ends in the written digits. */
export function linkNumber(element: Element, written: string, rules: ReadingRules): LinkNumber | null {
  const digits = digitsOf(written);
  // Without the trunk prefix, which an international number does not have.
  const end = digits.slice(-Math.max(LEAST_SAME, digits.length - 1));
  if (end.length < LEAST_SAME) return null;
  let at: Element | null = element;
  for (let level = 0; at && level < MOST_LEVELS; level++, at = parentOf(at)) {
    const inside = level === 0 ? [] : firstLinks(at);
    for (const link of [at, ...inside]) {
      const e164 = link instanceof HTMLAnchorElement ? numberIn(link, end, rules) : null;
      if (e164 !== null) return { e164, record: at };
    }
    if (matches(at, ROW)) break;
  }
  return null;
}

/** The browser keeps a list by tag until the page changes, where a selector walks through a thousand rows for each number. */
const firstLinks = once((element: Element): Element[] => {
  const links = byTag(element, "a");
  const first: Element[] = [];
  for (let i = 0; i < MOST_LINKS && links[i]; i++) first.push(links[i]!);
  return first;
});
const digitsIn = once((link: Element): string => digitsOf(attribute(link, "href") ?? ""));

function numberIn(link: HTMLAnchorElement, end: string, rules: ReadingRules): string | null {
  if (!digitsIn(link).includes(end.slice(-4))) return null;
  const target = readDial(link.href, rules.dials);
  if (!target) return null;
  const { e164, by } = toE164(target.written, rules.region);
  return by === "code" && e164?.endsWith(end) ? e164 : null;
}
