/** What a click or a form dials: by a link's or a form's address, or by the rule of a CRM's call button. */
import { type DialTarget, mayDial } from "../../../shared/dials/address.ts";
import { type SiteRule, siteRules } from "./site-rules.ts";
import { nameOf, parentOf } from "../find/tree.ts";
import { absolute, attribute, sentBy } from "./forms.ts";

export interface Found {
  target: DialTarget;
  /** The link or button. */
  element: Element;
  /** Null for a call button, where only the app itself knows how to dial. */
  address: string | null;
}

/** The address of a link as it is now, an animation's included; null for other elements. */
function addressOf(element: Element): string | null {
  const [name, space] = [nameOf(element), Reflect.get(Element.prototype, "namespaceURI", element)];
  if (space === SVG && name === "a") {
    const href: SVGAnimatedString = Reflect.get(SVGAElement.prototype, "href", element);
    return absolute(href.animVal);
  }
  if (name !== "a" && name !== "area") return null;
  if (space !== HTML || attribute(element, "href") === null) return null;
  const { prototype } = name === "a" ? HTMLAnchorElement : HTMLAreaElement;
  return Reflect.get(prototype, "href", element);
}
const HTML = "http://www.w3.org/1999/xhtml";
const SVG = "http://www.w3.org/2000/svg";

/** What activating one of these elements dials, innermost first; null where none dials. */
export function findDial(path: readonly Element[], rules: readonly SiteRule[]): Found | null {
  for (const element of path) {
    const form = formOf(element);
    const sent = form && sentBy(form, element);
    // Fields may be filled in until the form is sent, and are judged then.
    const address = addressOf(element) ?? (sent && !sent.fields?.length ? sent.address : null);
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

/** The form that a click on a button sends. */
function formOf(element: Element): HTMLFormElement | null {
  const name = nameOf(element);
  if (name !== "button" && name !== "input") return null;
  const { prototype } = name === "button" ? HTMLButtonElement : HTMLInputElement;
  try {
    const type: unknown = Reflect.get(prototype, "type", element);
    return type === "submit" || type === "image" ? Reflect.get(prototype, "form", element) : null;
  } catch {
    // It has the name alone.
    return null;
  }
}

const matches = (element: Element, selector: string): boolean =>
  Element.prototype.matches.call(element, selector);
