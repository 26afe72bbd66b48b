/** What a click or a form dials: by a link's or a form's address, or by the rule of a CRM's call button. */
import { type DialTarget, mayDial } from "../../../shared/dials/address.ts";
import { type SiteRule, siteRules } from "./site-rules.ts";
import { formOf, linkAddress } from "../find/leads.ts";
import { attribute, nodeType } from "../find/dom.ts";
import { parentOf, rootOf } from "../find/roots.ts";
import { nameOf } from "../find/tree.ts";
import { sentBy } from "./forms.ts";

export interface Found {
  target: DialTarget;
  /** The link or button. */
  element: Element;
  /** Null for a call button, where only the app itself knows how to dial. */
  address: string | null;
}

export const isSame = (a: DialTarget, b: DialTarget | null): boolean =>
  a.written === b?.written && a.medium === b.medium && a.unlisted === b.unlisted;

/** What activating one of these elements dials, innermost first; null where none dials. */
export function findDial(path: readonly Element[], rules: readonly SiteRule[]): Found | null {
  const shown = [...shownBy(path[0])].map((one) => dialIn([one], []));
  const [found = null, ...others] = [...shown, dialIn(path, rules)].filter((one) => one !== null);
  const isOpen = others.some(({ target }) => !isSame(target, found!.target));
  // Nobody can tell which of them it is: none of them is dialled.
  return isOpen ? { ...found!, target: { written: "", medium: "call" }, address: "tel:" } : found;
}

/** What a picture's `use` shows, and those in it: no script sees what of it was clicked. */
function shownBy(use: Element | undefined, seen = new Set<Element>()): Set<Element> {
  try {
    const { animVal }: SVGAnimatedString = Reflect.get(SVGUseElement.prototype, "href", use);
    // As the browser reads it.
    const id = animVal
      .replace(/[\t\n\r]/g, "")
      .replace(/^[^#]*#/, "")
      .replace(/[\0- ]+$/, "");
    const root = rootOf(use!);
    const { prototype } = nodeType(root) === Node.DOCUMENT_NODE ? Document : DocumentFragment;
    const named = `[id="${CSS.escape(id)}"]`;
    // An escape in it stands for another character.
    const all: NodeListOf<Element> = prototype.querySelectorAll.call(
      root,
      id.includes("%") ? "*" : `${named}, ${named} *`,
    );
    for (const one of all) if (!seen.has(one)) shownBy(one, seen.add(one));
  } catch {
    // It is another element.
  }
  return seen;
}

function dialIn(path: readonly Element[], rules: readonly SiteRule[]): Found | null {
  for (const element of path) {
    const form = formOf(element);
    const sent = form && sentBy(form, element);
    // Fields may be filled in until the form is sent, and are judged then.
    const address = linkAddress(element) ?? (sent && !sent.fields?.length ? sent.address : null);
    const target = address === null ? null : mayDial(address);
    if (target) return { target, element, address };
    for (const rule of rules)
      if (matches(element, rule.button))
        return { target: { written: numberAt(element, rule), medium: "call" }, element, address: null };
    // A link to somewhere else: the elements around it are not clicked.
    if (address !== null && !address.startsWith("javascript:") && !address.endsWith("#")) return null;
  }
  return null;
}

/** True where a click on these may open something, whatever a handler makes of it. */
export const mayOpen = (path: readonly Element[]): boolean =>
  path.some((element) => /^(?:a|area)$/.test(nameOf(element)) || formOf(element) !== null);

/**
 * True for a button in a link that shows something: Chromium opens the link as well, once what is shown has told the page.
 */
export function showsFirst(path: readonly Element[]): boolean {
  const shows = (one: Element) => (attribute(one, "popovertarget") ?? attribute(one, "commandfor")) !== null;
  return path.some((one, at) => shows(one) && mayOpen(path.slice(at + 1)));
}

/** True for a link that is being edited, which opens nothing by a click. */
export function isEdited({ element, address }: Found): boolean {
  try {
    const is: boolean = Reflect.get(HTMLElement.prototype, "isContentEditable", element);
    return is && address !== null && formOf(element) === null;
  } catch {
    // A picture's link opens in any case.
    return false;
  }
}

/** The rules for a host, such as `acme.lightning.force.com`. */
export const rulesFor = (host: string): SiteRule[] =>
  siteRules.filter(({ hosts }) => hosts.some((h) => host === h || host.endsWith(`.${h}`)));

/** The number nearest to a button: in it, or in the first element around it that has one. Empty where none has. */
function numberAt(button: Element, { number }: SiteRule): string {
  for (let around: Element | null = button, i = 0; around && i < 8; around = parentOf(around), i++) {
    const place = matches(around, number) ? around : Element.prototype.querySelector.call(around, number);
    const written = place && textOf(place);
    if (written && /\d/.test(written)) return written;
  }
  return "";
}

const textOf = (place: Element): string =>
  place instanceof HTMLInputElement ? place.value.trim() : (place.textContent ?? "").trim();

const matches = (element: Element, selector: string): boolean =>
  Element.prototype.matches.call(element, selector);
