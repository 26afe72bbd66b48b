/** What a click or a form dials: by a link's or a form's address, or by the rule of a CRM's call button. */
import { type DialTarget, mayDial } from "../../../shared/dials/address.ts";
import { type SiteRule, siteRules } from "./site-rules.ts";
import { parentOf } from "../find/tree.ts";

export interface Found {
  target: DialTarget;
  /** The link or button. */
  element: Element;
  /** Null for a call button, where only the app itself knows how to dial. */
  address: string | null;
}

/** The address of a link as it is now, an animation's included; null for other elements. */
function addressOf(element: Element): string | null {
  if (element instanceof HTMLAnchorElement || element instanceof HTMLAreaElement)
    return element.hasAttribute("href") ? element.href : null;
  if (element instanceof SVGAElement) return absolute(element.href.animVal);
  return null;
}

/*
 * A field's name hides its form's properties and methods, and an element's name those of the document, in our world too.
 * So they are taken from the prototype.
 */
const attribute = (element: Element | null, name: string): string | null =>
  element && Element.prototype.getAttribute.call(element, name);
export const isInPage = (node: Node): boolean => Reflect.get(Node.prototype, "isConnected", node);

/** The address that a form is sent to. */
export const actionOf = (form: HTMLFormElement, submitter: Element | null): string =>
  absolute(attribute(submitter, "formaction") ?? attribute(form, "action") ?? "") ?? "";

/** True where a form is sent by this very window, and its navigate event tells of it. */
export function opensHere(form: HTMLFormElement, submitter: Element | null): boolean {
  const target =
    attribute(submitter, "formtarget") ??
    attribute(form, "target") ??
    attribute(document.querySelector("base[target]"), "target") ??
    "";
  return /^(_self)?$/i.test(target) && self.origin !== "null";
}

/** What activating one of these elements dials, innermost first; null where none dials. */
export function findDial(path: readonly Element[], rules: readonly SiteRule[]): Found | null {
  for (const element of path) {
    const address = addressOf(element) ?? (isSubmit(element) ? actionOf(element.form!, element) : null);
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

const isSubmit = (element: Element): element is HTMLButtonElement | HTMLInputElement =>
  (element instanceof HTMLButtonElement || element instanceof HTMLInputElement) &&
  (element.type === "submit" || element.type === "image") &&
  element.form !== null;

const matches = (element: Element, selector: string): boolean =>
  Element.prototype.matches.call(element, selector);

/** An address by the page's base; null for what is none. */
export function absolute(address: string): string | null {
  try {
    return new URL(address, Reflect.get(Node.prototype, "baseURI", document)).href;
  } catch {
    return null;
  }
}
