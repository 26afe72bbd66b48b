/** Frames and windows in disguise: by every method and parser, in markup that looks like something else, by other windows' natives. */
import { add, answer, form, make, type Route } from "./routes.ts";

const BARE = "/empty";
const XHTML = "http://www.w3.org/1999/xhtml";
const iframe = (place: HTMLElement, attributes: Record<string, string> = {}) =>
  add(place, "iframe", attributes);
const frameOf = (src: string) => `<iframe src="${src}"></iframe>`;
const set = (owner: object, name: string, self: object, value: unknown) =>
  Object.getOwnPropertyDescriptor(owner, name)!.set!.call(self, value);

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

/** Markup that is written into a document of XML. */
const inXml: [name: string, prefix: string, write: (at: Element, xml: string) => void][] = [
  ["innerHTML", "", (at, xml) => (at.innerHTML = xml)],
  ["innerHTML", "h", (at, xml) => (at.innerHTML = xml)],
  ["outerHTML", "Ω-h", (at, xml) => (at.appendChild(at.ownerDocument.createElement("i")).outerHTML = xml)],
  ["insertAdjacentHTML", "h", (at, xml) => at.insertAdjacentHTML("beforeend", xml)],
  [
    "a range",
    "h",
    (at, xml) => {
      const range = at.ownerDocument.createRange();
      range.selectNodeContents(at);
      at.append(range.createContextualFragment(xml));
    },
  ],
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
      const xml = `<h:div xmlns:h="${XHTML}"><h:iframe src="${to}"/></h:div>`;
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
  ...inXml.map(([name, prefix, write]): (typeof parsers)[number] => [
    `XML ${prefix ? `with the prefix ${prefix}` : "without a prefix"}, by ${name}`,
    (p, to) => {
      const { documentElement } = document.implementation.createDocument(XHTML, "html");
      const declared = `xmlns${prefix && `:${prefix}`}="${XHTML}"`;
      write(documentElement, `<${prefix && `${prefix}:`}iframe ${declared} src="${to}"/>`);
      p.append(documentElement.firstElementChild ?? "");
    },
  ]),
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

const bases: [name: string, give: (to: Document, href: string) => void][] = [
  ["by property", (to, href) => (to.head.appendChild(to.createElement("base")).href = href)],
  ["by attribute", (to, href) => to.head.appendChild(to.createElement("base")).setAttribute("HREF", href)],
  [
    "by a node",
    (to, href) => {
      const node = Object.assign(to.createAttribute("href"), { value: href });
      to.head.appendChild(to.createElement("base")).attributes.setNamedItem(node);
    },
  ],
  ["by markup", (to, href) => (to.head.innerHTML = `<BASE href="${href}">`)],
  [
    "by a document",
    (to, href) => {
      const parsed = new DOMParser().parseFromString(`<base href="${href}">`, "text/html");
      to.head.append(parsed.querySelector("base")!);
    },
  ],
];

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
    "a frame's that is named by its own name before anything of it is",
    (p, to) => {
      const name = `named-${Math.random()}`;
      iframe(p, { src: BARE, name });
      const inner = (document as unknown as Record<string, Realm>)[name]!;
      inner.Element.prototype.setAttribute.call(iframe(p), "src", to);
    },
  ],
  ...(
    [
      ["opened", (name) => open("", name)],
      ["opened, with an object for an address,", (name) => open([] as unknown as string, name)],
      ["opened by the document", (name) => document.open("", name, "")],
    ] as [how: string, opens: (name: string) => Window | null][]
  ).map(([how, opens]): [string, (p: HTMLElement, to: string) => void] => [
    `a frame's that is ${how} by its name before anything of it is`,
    (p, to) => {
      const name = `named-${Math.random()}`;
      iframe(p, { src: BARE, name });
      (opens(name) as Realm).Element.prototype.setAttribute.call(iframe(p), "src", to);
    },
  ]),
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

export const disguises: readonly Route[] = [
  {
    name: "a frame in a document that a script's address makes",
    put: (p, to) => void iframe(p, { src: `javascript:${JSON.stringify(frameOf(to))}` }),
  },
  ...attributes.map(([name, put]): Route => ({
    name: `a frame by ${name}`,
    put: (p, to) => put(iframe(p, { src: "about:blank" }), to),
  })),
  ...markup.map(([name, html]): Route => ({
    name: `a frame in markup, ${name}`,
    put: (p, to) => void (p.innerHTML = html(to)),
  })),
  {
    name: "an answer with a base and a script, in a frame",
    put: (place, to) => void iframe(place, { src: answer("/based", to.slice("tel:".length)) }),
  },
  ...bases.map(([name, give]): Route => ({
    name: `a frame whose document gets a base later, ${name}`,
    put(place, to) {
      const inner = iframe(place).contentDocument!;
      const made = inner.createElement("iframe");
      made.src = to.slice("tel:".length);
      give(inner, "tel://x/");
      inner.body.append(made);
    },
  })),
  {
    name: "a frame in markup, by the base of another page",
    put(place, to) {
      const made = iframe(place, { src: "/based" });
      const html = frameOf(to.slice("tel:".length));
      made.addEventListener("load", () => (made.contentDocument!.body.innerHTML = html), { once: true });
    },
  },
  ...parsers.map(([name, put]): Route => ({ name: `a frame by ${name}`, put })),
  ...realms.map(([name, put]): Route => ({ name: `another window's natives: ${name}`, put })),
];
