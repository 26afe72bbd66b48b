/** Where a person's click on an element leads by the element's own address, as it is now. */
import { attribute, localName } from "./dom.ts";

/** The address of a link as it is now, an animation's included; null for other elements. */
export function linkAddress(element: Element): string | null {
  const name = localName(element);
  if (name !== "a" && name !== "area") return null;
  const space: unknown = Reflect.get(Element.prototype, "namespaceURI", element);
  if (space === SVG && name === "a") {
    const href: SVGAnimatedString = Reflect.get(SVGAElement.prototype, "href", element);
    return absolute(href.animVal);
  }
  if (space !== HTML || attribute(element, "href") === null) return null;
  const { prototype } = name === "a" ? HTMLAnchorElement : HTMLAreaElement;
  return Reflect.get(prototype, "href", element);
}
const HTML = "http://www.w3.org/1999/xhtml";
const SVG = "http://www.w3.org/2000/svg";

/** The address of its own, or of its form, to which a button sends the form. */
export function buttonAddress(button: Element): string | null {
  const form = formOf(button);
  const address = form && (attribute(button, "formaction") ?? attribute(form, "action"));
  return address ? absolute(address) : null;
}

/** The form that a click on a button sends. */
export function formOf(element: Element): HTMLFormElement | null {
  const name = localName(element);
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

/** An address by a base, the page's unless given; null for what is none. */
export function absolute(
  address: string,
  base = Reflect.get(Node.prototype, "baseURI", document),
): string | null {
  try {
    return new URL(address, base).href;
  } catch {
    return null;
  }
}
