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
/** Once the animation has changed its link, a moment later; where it does not, after so many milliseconds. */
const begun = (t: Tools, link: SVGAElement, most = Infinity): Promise<void> =>
  new Promise((done) => {
    const until = t.win.performance.now() + most;
    const look = () => {
      const waits = link.href.animVal === "" && t.win.performance.now() < until;
      if (waits) t.win.setTimeout(look, 40);
      else done();
    };
    t.win.setTimeout(look, 80);
  });

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
  open: (t, e) => {
    const link = e.parentElement as unknown as SVGAElement;
    // Before, it leads nowhere.
    void begun(t, link).then(() => link.dispatchEvent(clickEvent()));
  },
  acts: (e) => e.parentElement!,
  ready: (t, e) => begun(t, e as SVGAElement, 1500),
});
