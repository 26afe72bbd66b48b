/** Links of a picture, and such that an animation changes. Runs inside the page. */
import type { Sink } from "./sink.ts";
import { clickEvent, type Tools } from "./tools.ts";

export const SVG = "http://www.w3.org/2000/svg";
export const XLINK = "http://www.w3.org/1999/xlink";

export function svgLink(t: Tools) {
  const root = t.doc.createElementNS(SVG, "svg");
  const size = { width: "40", height: "20" };
  for (const [side, length] of Object.entries(size)) root.setAttribute(side, length);
  // An animation looks its attribute's prefix up.
  root.setAttributeNS("http://www.w3.org/2000/xmlns/", "xmlns:xlink", XLINK);
  const element = root.appendChild(t.doc.createElementNS(SVG, "a"));
  if (t.target !== null) element.setAttribute("target", t.target);
  const shape = element.appendChild(t.doc.createElementNS(SVG, "rect"));
  for (const [side, length] of Object.entries(size)) shape.setAttribute(side, length);
  shape.setAttribute("class", "child");
  return { root, element };
}
export const animated = (name: string, kind: "animate" | "set", attribute: string): Sink => ({
  name,
  targets: true,
  people: "mouse",
  bare(t) {
    const { root, element } = svgLink(t);
    const change = element.appendChild(t.doc.createElementNS(SVG, kind));
    const all = { attributeName: attribute, dur: "10ms", begin: "0s", fill: "freeze" };
    for (const [key, value] of Object.entries(all)) change.setAttribute(key, value);
    return { root, element: change, attribute: "to" };
  },
  // The animation's first picture comes a moment later.
  open: (t, e) => void t.win.setTimeout(() => e.parentElement!.dispatchEvent(clickEvent()), 80),
  acts: (e) => e.parentElement!,
  slow: true,
});
