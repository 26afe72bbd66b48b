/** What a click or a form dials: by a link's or a form's address, or by the rule of a CRM's call button. */
import { type DialTarget, mayDial } from "../../../shared/dials/address.ts";
import { type SiteRule, siteRules } from "./site-rules.ts";
import { formOf, linkAddress } from "../find/leads.ts";
import { parentOf } from "../find/roots.ts";
import { nameOf } from "../find/tree.ts";
import { sentBy } from "./forms.ts";

export interface Found {
  target: DialTarget;
  /** The link or button. */
  element: Element;
  /** Null for a call button, where only the app itself knows how to dial. */
  address: string | null;
}

/** What activating one of these elements dials, innermost first; null where none dials. */
export function findDial(path: readonly Element[], rules: readonly SiteRule[]): Found | null {
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
