/**
 * Dials that slip past a guard which looks once, or for patterns: what is clicked is not what opens, and markup and
 * natives in disguise. One function a row, as in routes.ts; they run in a page of its own origin.
 */
import { add, answer, form, link, make, type Route } from "./routes.ts";

const BARE = "/empty";
const iframe = (place: HTMLElement, attributes: Record<string, string> = {}) =>
  add(place, "iframe", attributes);
const frameOf = (src: string) => `<iframe src="${src}"></iframe>`;
const set = (owner: object, name: string, self: object, value: unknown) =>
  Object.getOwnPropertyDescriptor(owner, name)!.set!.call(self, value);
const shadow = (place: HTMLElement, mode: ShadowRootMode = "closed") =>
  add(place, "div").attachShadow({ mode }) as unknown as HTMLElement;
/** A handler in the way of a click that nobody hears after it, and that changes where the click leads. */
const last = <E extends HTMLElement>(element: E, type: string, run: () => void): E => {
  const inner = (element.firstElementChild ?? element) as HTMLElement;
  inner.addEventListener(type, (event) => (event.stopImmediatePropagation(), run()));
  return element;
};
const withChild = (place: HTMLElement, href: string, target = "_blank") => {
  const made = link(place, href, target);
  made.innerHTML = "<b>Call</b>";
  return made;
};

const clicked: Route[] = [
  {
    name: "a link by the control key",
    by: "control",
    put: (p, to) => link(p, to),
  },
  ...(["click", "control", "middle"] as const).map((by): Route => ({
    name: `a link that a child changes at last, by ${by}`,
    by,
    put(place, to) {
      const made = withChild(place, BARE, by === "click" ? "_blank" : "_self");
      return last(made, by === "middle" ? "auxclick" : "click", () => (made.href = to));
    },
  })),
  {
    name: "a link without an address until a child is clicked",
    by: "click",
    put(place, to) {
      const made = add(place, "a", { target: "_blank" });
      made.innerHTML = "<b>Call</b>";
      return last(made, "click", () => made.setAttribute("href", to));
    },
  },
  {
    name: "a link in a link, which is taken away at last",
    by: "click",
    put(place, to) {
      const outer = link(place, to, "_blank");
      outer.textContent = "";
      const inner = withChild(outer, BARE);
      return last(inner, "click", () => inner.removeAttribute("href"));
    },
  },
  {
    name: "a form that its submit event changes",
    by: "click",
    put(place, to) {
      const made = form(place, BARE, "_blank");
      made.addEventListener("submit", (event) => (event.stopImmediatePropagation(), (made.action = to)));
      return made.querySelector("button")!;
    },
  },
  {
    name: "a form whose button is changed by its submit event",
    by: "click",
    put(place, to) {
      const made = form(place, BARE, "_blank");
      const button = made.querySelector("button")!;
      made.addEventListener("submit", (event) => (event.stopPropagation(), (button.formAction = to)));
      return button;
    },
  },
  {
    name: "a form in a root that its submit event changes",
    by: "click",
    put(place, to) {
      const made = form(shadow(place), BARE, "_blank");
      made.addEventListener("submit", () => (made.action = to));
      return made.querySelector("button")!;
    },
  },
  ...(["open", "closed"] as const).map((mode): Route => ({
    name: `a form by Enter in an ${mode} root`,
    by: "Enter",
    put(place, to) {
      const made = form(shadow(place, mode), to, "_blank");
      made.innerHTML = "<input>";
      return made.querySelector("input")!;
    },
  })),
  {
    name: "a form whose fields hide its methods",
    by: "click",
    put(place, to) {
      const made = form(place, to, "_blank");
      for (const name of "getAttribute action target isConnected getRootNode matches localName".split(" "))
        add(made, "input", { type: "hidden", name });
      return made.querySelector("button")!;
    },
  },
  {
    name: "a form in a document whose elements hide its methods",
    by: "click",
    put(place, to) {
      const button = form(place, to, "_blank").querySelector("button")!;
      const names = "createElement baseURI querySelector".split(" ");
      place.insertAdjacentHTML("beforeend", names.map((name) => `<img name="${name}">`).join(""));
      return button;
    },
  },
  {
    name: "an animated link of a picture",
    by: "click",
    put(place, to) {
      place.innerHTML = `<svg width="80" height="30"><a href="${BARE}" target="_blank">
        <set attributeName="href" to="${to}"/><rect width="80" height="30"/></a></svg>`;
      return place.firstElementChild as unknown as HTMLElement;
    },
  },
];

const pictures: Route[] = [
  {
    name: "a picture's link that its handler changes by property",
    by: "click",
    put(place, to) {
      place.innerHTML = `<svg width="80" height="30"><a href="${BARE}" target="_blank"><rect width="80" height="30"/></a></svg>`;
      const made = place.querySelector("a") as unknown as SVGAElement;
      made.addEventListener("click", (event) => (event.stopPropagation(), (made.href.baseVal = to)));
      return place.firstElementChild as unknown as HTMLElement;
    },
  },
];
const moved: Route = {
  name: "an animated link of a picture, moved by its handler",
  by: "click",
  put(place, to) {
    place.innerHTML = `<svg width="80" height="30"><a href="${BARE}" target="_blank">
      <set attributeName="href" begin="indefinite" to="${to}"/><rect width="80" height="30"/></a></svg>`;
    const picture = place.firstElementChild as SVGSVGElement;
    picture.addEventListener("click", () => {
      picture.querySelector("set")!.beginElement();
      picture.setCurrentTime(picture.getCurrentTime() + 0.01);
    });
    return picture as unknown as HTMLElement;
  },
};

const scripted: Route[] = [
  {
    name: "click() on a link that a child changes at last",
    put(place, to) {
      const made = withChild(place, BARE);
      last(made, "click", () => (made.href = to));
      (made.firstElementChild as HTMLElement).click();
    },
  },
  {
    name: "click() on a link whose attribute node is changed at last",
    put(place, to) {
      const made = withChild(place, BARE);
      last(made, "click", () => (made.getAttributeNode("href")!.value = to));
      (made.firstElementChild as HTMLElement).click();
    },
  },
  {
    name: "click() on a link whose scheme is changed at last",
    put(place, to) {
      const made = withChild(place, to.replace("tel:", "mailto:"));
      last(made, "click", () => (made.protocol = "tel:"));
      (made.firstElementChild as HTMLElement).click();
    },
  },
  {
    name: "click() on a link outside the page that changes itself",
    put(_, to) {
      const made = make("a", { href: BARE, target: "_blank" });
      made.addEventListener("click", () => (made.href = to));
      made.click();
    },
  },
  {
    name: "a click event on a picture's link that changes itself",
    put(place, to) {
      place.innerHTML = `<svg><a href="${BARE}" target="_blank"><text y="20">Call</text></a></svg>`;
      const made = place.querySelector("a") as unknown as SVGAElement;
      made.addEventListener("click", (event) => (event.stopPropagation(), (made.href.baseVal = to)));
      made.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    },
  },
  {
    name: "a click event that does not leave its root",
    put: (p, to) =>
      void link(shadow(p), to, "_blank").dispatchEvent(
        new MouseEvent("click", { bubbles: true, cancelable: true }),
      ),
  },
  {
    name: "requestSubmit of a form that its event changes",
    put(place, to) {
      const made = form(place, BARE, "_blank");
      made.addEventListener("submit", (event) => (event.stopImmediatePropagation(), (made.action = to)));
      made.requestSubmit();
    },
  },
  {
    name: "requestSubmit of a form in a root that its event changes",
    put(place, to) {
      const made = form(shadow(place), BARE, "_blank");
      made.addEventListener("submit", () => (made.action = to));
      made.requestSubmit();
    },
  },
  { name: "document.open of a window", put: (_, to) => void document.open(to, "_blank", "") },
  {
    name: "open with an address that is read once",
    put(_, to) {
      let reads = 0;
      open({ toString: () => (reads++ === 0 ? to : BARE) } as unknown as string, "_self");
    },
  },
];

const attributes: [name: string, put: (frame: HTMLIFrameElement, to: string) => void][] = [
  ["Element's own setAttribute", (frame, to) => Element.prototype.setAttribute.call(frame, "SRC", to)],
  [
    "Element's own setAttributeNode",
    (frame, to) => {
      const node = Object.assign(document.createAttribute("src"), { value: to });
      Element.prototype.setAttributeNode.call(frame, node);
    },
  ],
  [
    "a node that another element had",
    (frame, to) => {
      const other = make("p", { src: to });
      frame.setAttributeNode(other.removeAttributeNode(other.getAttributeNode("src")!));
    },
  ],
  ["a node's nodeValue", (frame, to) => (frame.getAttributeNode("src")!.nodeValue = to)],
  ["a node's textContent", (frame, to) => (frame.getAttributeNode("src")!.textContent = to)],
];

const markup: [name: string, html: (to: string) => string][] = [
  ["with entities", (to) => `<IFRAME src="&#116;e&Tab;l&colon;${to.slice(4)}"></iframe>`],
  ["without blanks", (to) => `<iframe/src=${to}>`],
  ["behind a sign in quotes", (to) => `<iframe title=">" src=${to}>`],
  ["with a tag in its attribute", (to) => `<iframe title="<iframe" src=${to}>`],
  ["behind an empty comment", (to) => `<!--><iframe src=${to}>-->`],
  [
    "in what is a title elsewhere",
    (to) => `<noscript><p title="</noscript>${frameOf(to).replaceAll('"', "")}">`,
  ],
  ["in a picture's style", (to) => `<svg><style>${frameOf(to)}</style></svg>`],
  ["as an object", (to) => `<object data=${to}></object>`],
  ["in a frame's own markup", (to) => `<iframe srcdoc="&lt;iframe src='${to}'>"></iframe>`],
];

const parsers: [name: string, put: (place: HTMLElement, to: string) => void][] = [
  ["insertAdjacentHTML", (p, to) => p.insertAdjacentHTML("beforeend", frameOf(to))],
  ["outerHTML", (p, to) => (add(p, "div").outerHTML = frameOf(to))],
  [
    "a template's innerHTML",
    (p, to) => {
      const made = make("template", {});
      made.innerHTML = frameOf(to);
      p.append(made.content.cloneNode(true));
    },
  ],
  [
    "a declared root",
    (p, to) => p.setHTMLUnsafe(`<div><template shadowrootmode="closed">${frameOf(to)}</template></div>`),
  ],
  [
    "a document with a declared root",
    (p, to) => {
      const html = `<div><template shadowrootmode="closed">${frameOf(to)}</template></div>`;
      p.append((Document as unknown as Parser).parseHTMLUnsafe(html).body.firstElementChild!);
    },
  ],
  [
    "XML with a prefix",
    (p, to) => {
      const ns = "http://www.w3.org/1999/xhtml";
      const xml = `<h:div xmlns:h="${ns}"><h:iframe src="${to}"/></h:div>`;
      p.append(new DOMParser().parseFromString(xml, "text/xml").documentElement);
    },
  ],
  [
    "XML with an entity",
    (p, to) => {
      const xml = `<!DOCTYPE x [<!ENTITY e "&#60;iframe src='${to}'/>">]><div xmlns="http://www.w3.org/1999/xhtml">&e;</div>`;
      p.append(new DOMParser().parseFromString(xml, "text/xml").documentElement);
    },
  ],
  ["a range", (p, to) => p.append(document.createRange().createContextualFragment(frameOf(to)))],
  [
    "a style sheet's result",
    (p, to) => {
      const parse = (xml: string) => new DOMParser().parseFromString(xml, "text/xml");
      const sheet = new XSLTProcessor();
      sheet.importStylesheet(
        parse(`<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
          <xsl:output method="html"/><xsl:template match="/"><iframe src="{/a}"/></xsl:template></xsl:stylesheet>`),
      );
      p.append(sheet.transformToFragment(parse(`<a>${to}</a>`), document));
    },
  ],
  [
    "a document that was fetched",
    (p, to) => {
      const request = new XMLHttpRequest();
      request.open("GET", answer("/xml", to), false);
      request.send();
      p.append(document.importNode(request.responseXML!.querySelector("iframe")!, true));
    },
  ],
  [
    "a document that is written in pieces",
    (p, to) => {
      const inner = iframe(p).contentDocument!;
      inner.open();
      for (const piece of ["<ifr", `ame src="${to.slice(0, 6)}`, `${to.slice(6)}"></iframe>`])
        inner.write(piece);
      inner.close();
    },
  ],
];
interface Parser {
  parseHTMLUnsafe: (html: string) => Document;
}

const realms: [name: string, put: (place: HTMLElement, to: string) => void][] = [
  [
    "a blank frame's property",
    (p, to) => set(windowOf(iframe(p)).HTMLIFrameElement.prototype, "src", iframe(p), to),
  ],
  [
    "a blank frame's innerHTML",
    (p, to) => set(windowOf(iframe(p)).Element.prototype, "innerHTML", p, frameOf(to)),
  ],
  [
    "a frame's that is not loaded yet",
    (p, to) => windowOf(iframe(p, { src: BARE })).Element.prototype.setAttribute.call(iframe(p), "src", to),
  ],
  [
    "a frame's that is named before anything of it is",
    (p, to) => {
      iframe(p, { src: BARE });
      const inner = window[window.length - 1] as unknown as Realm;
      inner.Element.prototype.setAttribute.call(iframe(p), "src", to);
    },
  ],
  [
    "a window's that is not loaded yet",
    (p, to) => (open(BARE) as Realm).Element.prototype.setAttribute.call(iframe(p), "src", to),
  ],
  [
    "a frame's without scripts",
    (p, to) => {
      iframe(p, { sandbox: "allow-same-origin" });
      const inner = window[window.length - 1] as unknown as Realm;
      inner.Element.prototype.setAttribute.call(iframe(p), "src", to);
    },
  ],
  [
    "click of a frame without scripts",
    (p, to) => {
      const inner = windowOf(iframe(p, { sandbox: "allow-same-origin" }));
      inner.HTMLElement.prototype.click.call(make("a", { href: to, target: "_blank" }));
    },
  ],
  [
    "click of a link that is in no page, of a blank frame",
    (p, to) => {
      const made = iframe(p).contentDocument!.createElement("a");
      made.setAttribute("href", to);
      made.target = "_blank";
      made.click();
    },
  ],
  [
    "those of a frame that is added while every object has accessors",
    (p, to) => {
      const prototype = Object.prototype as unknown as Record<string, unknown>;
      prototype["get"] = () => undefined;
      const inner = windowOf(iframe(p));
      delete prototype["get"];
      inner.open(to);
    },
  ],
  [
    "those that a proxy's handler would give away",
    (p, to) => {
      const stolen: unknown[] = [];
      const prototype = Object.prototype as unknown as Record<string, unknown>;
      prototype["get"] = (native: unknown) => void stolen.push(native);
      void open.name;
      delete prototype["get"];
      if (typeof stolen[0] === "function") (stolen[0] as typeof open).call(window, to);
      else open(to);
      p.replaceChildren();
    },
  ],
  [
    "where a page answers for its own kinds",
    (p, to) => {
      Object.defineProperty(HTMLFormElement, Symbol.hasInstance, { value: () => false, configurable: true });
      form(p, to, "_blank").submit();
      delete (HTMLFormElement as unknown as Record<symbol, unknown>)[Symbol.hasInstance];
    },
  ],
];
type Realm = Window & typeof globalThis;
const windowOf = (frame: HTMLIFrameElement) => frame.contentWindow as Realm;

export const tricks: readonly Route[] = [
  ...clicked,
  ...pictures,
  moved,
  {
    name: "a frame in a document that a script's address makes",
    put: (p, to) => void iframe(p, { src: `javascript:${JSON.stringify(frameOf(to))}` }),
  },
  ...scripted,
  ...attributes.map(([name, put]): Route => ({
    name: `a frame by ${name}`,
    put: (p, to) => put(iframe(p, { src: "about:blank" }), to),
  })),
  ...markup.map(([name, html]): Route => ({
    name: `a frame in markup, ${name}`,
    put: (p, to) => void (p.innerHTML = html(to)),
  })),
  ...parsers.map(([name, put]): Route => ({ name: `a frame by ${name}`, put })),
  ...realms.map(([name, put]): Route => ({ name: `another window's natives: ${name}`, put })),
];

/** Gestures that dial more than once, or that could be taken for it: how many dials each is. */
export const gestures: readonly { dials: number; route: Route }[] = [
  {
    dials: 2,
    route: { name: "two windows", put: (_, to) => (open(to, "_self"), void open(to, "_self")) },
  },
  {
    dials: 2,
    route: {
      name: "a link and a window",
      by: "click",
      put(place, to) {
        const made = link(place, to);
        made.addEventListener("click", () => open(to, "_self"));
        return made;
      },
    },
  },
  {
    dials: 2,
    route: {
      name: "a link to another window, and later an address",
      by: "click",
      put(place, to) {
        const made = link(place, to, "_blank");
        made.addEventListener("click", () => setTimeout(() => (location.href = to), 200));
        return made;
      },
    },
  },
  {
    dials: 1,
    route: {
      name: "a link whose handler dials in its place",
      by: "click",
      put(place, to) {
        const made = link(place, to);
        made.addEventListener("click", (event) => (event.preventDefault(), open(to, "_self")));
        return made;
      },
    },
  },
  {
    dials: 1,
    route: {
      name: "a link whose handler asks its server first",
      by: "click",
      put(place, to) {
        const made = link(place, to);
        made.addEventListener("click", (event) => {
          event.preventDefault();
          setTimeout(() => (location.href = to), 300);
        });
        return made;
      },
    },
  },
];
