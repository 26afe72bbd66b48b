/** Elements whose attribute is an address: links and frames. Runs inside the page. */
import type { Sink } from "./sink.ts";
import { animated, SVG, svgLink, XLINK } from "./svg.ts";
import { aimed, answer, click, clickEvent, escaped, PIXEL, quoted, type Tools } from "./tools.ts";

const dispatch = (_: Tools, e: Element) => void e.dispatchEvent(clickEvent());

const link = (t: Tools) => {
  const element = t.make("a", { ...aimed(t), style: "display:inline-block;padding:4px" });
  element.append(t.make("span", { class: "child" }));
  element.firstElementChild!.textContent = "Call";
  return element;
};
const bareLink = (t: Tools) => {
  const element = link(t);
  return { root: element, element, attribute: "href", property: "href" };
};
const links: Sink[] = [
  { name: "a link", targets: true, people: "mouse", bare: bareLink, open: click },
  { name: "a click event on a link", targets: true, bare: bareLink, open: dispatch },
  {
    name: "a link that downloads",
    targets: true,
    people: "mouse",
    bare(t) {
      const made = bareLink(t);
      made.element.setAttribute("download", "");
      return made;
    },
    open: click,
  },
  {
    name: "a link without an opener or a referrer",
    targets: true,
    people: "mouse",
    bare(t) {
      const made = bareLink(t);
      made.element.rel = "noopener noreferrer";
      return made;
    },
    open: click,
  },
  {
    name: "a link to a script",
    people: "mouse",
    bare: bareLink,
    content: (a) => `javascript:void(location=${encodeURIComponent(quoted(a))})`,
    open: click,
  },
  {
    name: "an area",
    targets: true,
    people: "mouse",
    bare(t) {
      const name = `map${Math.random()}`;
      const root = t.make("div");
      root.append(t.make("img", { src: PIXEL, usemap: `#${name}`, width: "40", height: "20" }));
      const map = root.appendChild(t.make("map", { name }));
      const element = map.appendChild(t.make("area", { shape: "rect", coords: "0,0,40,20", ...aimed(t) }));
      return { root, element, attribute: "href", property: "href" };
    },
    open: click,
    acts: (e) => e.closest("div")!.querySelector("img")!,
  },
  {
    name: "an SVG link",
    targets: true,
    people: "mouse",
    bare: (t) => ({ ...svgLink(t), attribute: "href" }),
    open: dispatch,
  },
  {
    name: "an SVG link by xlink",
    targets: true,
    people: "mouse",
    bare: (t) => ({ ...svgLink(t), attribute: "xlink:href", namespace: XLINK }),
    open: dispatch,
  },
  animated("an animated SVG link", "animate", "href"),
  animated("an SVG link that is set", "set", "href"),
  animated("an animated SVG link by xlink", "animate", "xlink:href"),
];

const framed = (
  name: string,
  tag: "iframe" | "embed" | "object" | "frame",
  attribute: string,
  content?: Sink["content"],
): Sink => ({
  name,
  bare(t) {
    const element = t.doc.createElement(tag);
    return { root: element, element, attribute, property: attribute };
  },
  ...(content && { content }),
});
const inScript = (a: string) => `<script>location=${quoted(a)}</script>`;

const frames: Sink[] = [
  framed("a frame", "iframe", "src"),
  framed("an old frame", "frame", "src"),
  framed("an embed", "embed", "src"),
  framed("an object", "object", "data"),
  framed(
    "a frame to a script",
    "iframe",
    "src",
    (a) => `javascript:void(location=${encodeURIComponent(quoted(a))})`,
  ),
  framed("a frame of data", "iframe", "src", (a) => `data:text/html,${encodeURIComponent(inScript(a))}`),
  framed(
    "an object of data",
    "object",
    "data",
    (a) =>
      `data:text/html,${encodeURIComponent(`<meta http-equiv="refresh" content="0;url=${escaped(a)}">`)}`,
  ),
  framed(
    "a frame of SVG data",
    "iframe",
    "src",
    (a) =>
      `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="${SVG}"><script>location=${quoted(a)}</script></svg>`)}`,
  ),
  framed("a frame of a blob", "iframe", "src", (a) =>
    URL.createObjectURL(new Blob([inScript(a)], { type: "text/html" })),
  ),
  framed("a written frame's script", "iframe", "srcdoc", inScript),
  framed(
    "a written frame's refresh",
    "iframe",
    "srcdoc",
    (a) => `<meta http-equiv="refresh" content="0;url=${escaped(a)}">`,
  ),
  framed("a written frame's frame", "iframe", "srcdoc", (a) => `<iframe src="${escaped(a)}"></iframe>`),
  framed(
    "a written frame's base",
    "iframe",
    "srcdoc",
    (a) => `<base href="${escaped(a)}"><a href="#x">Call</a><script>document.links[0].click()</script>`,
  ),
  {
    name: "a refresh in the page",
    bare(t) {
      const element = t.make("meta", { "http-equiv": "refresh" });
      return { root: element, element, attribute: "content", property: "content" };
    },
    content: (a) => `0;url=${a}`,
  },
  {
    name: "a frame that is named and aimed at",
    bare(t) {
      const root = t.make("div");
      const name = `aim${Math.random()}`;
      root.append(t.make("iframe", { name }));
      const element = root.appendChild(t.make("a", { target: name }));
      return { root, element, attribute: "href", property: "href" };
    },
    open: click,
  },
  {
    name: "a frame that was loaded",
    bare(t) {
      const element = t.make("iframe", { src: answer("/empty", "") });
      return { root: element, element, attribute: "src", property: "src" };
    },
  },
];

export const elements: readonly Sink[] = [...links, ...frames];
