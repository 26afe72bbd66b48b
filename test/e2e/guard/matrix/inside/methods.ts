/** Every way in which an attribute gets its value, or an element its attributes. Runs inside the page. */
import { escaped, type Tools } from "./tools.ts";

/** An element that something can open, not yet in the page, and its attribute. */
export interface Bare {
  /** What is put into the page: the element itself, or what must stand around it. */
  root: Element;
  element: Element;
  attribute: string;
  namespace?: string;
  /** The property that reflects the attribute. */
  property?: string;
}
export interface Method {
  name: string;
  kind: "in place" | "before" | "markup";
  /** "in place": sets the attribute of an element that may be in the page. */
  set?: (t: Tools, bare: Bare, to: never) => void;
  /** "before": puts a root that has its attribute into the page, or a copy; answers what it put. */
  put?: (t: Tools, root: Element) => Element | null | void;
  /** "markup": makes the page parse it, below `at`. Answers where the element is if it is not there. */
  write?: (t: Tools, markup: never, at: Element, text: string) => ParentNode | void;
}

const attr = (t: Tools, { attribute, namespace }: Bare, to?: string) => {
  const made = namespace ? t.doc.createAttributeNS(namespace, attribute) : t.doc.createAttribute(attribute);
  if (to !== undefined) t.set(made, "value", to);
  return made;
};
/** The attribute is there already, with an innocent value. */
const present = (bare: Bare): Attr => {
  const { element, attribute, namespace = null } = bare;
  const local = attribute.replace(/^.*:/, "");
  if (!element.getAttributeNodeNS(namespace, local))
    element.setAttributeNS(namespace, attribute, "about:blank");
  return element.getAttributeNodeNS(namespace, local)!;
};

const inPlace: Method[] = [
  {
    name: "property",
    kind: "in place",
    set(t, bare, to) {
      if (bare.property) t.set(bare.element, bare.property, to);
      else if (bare.namespace) t.call(bare.element, "setAttributeNS", bare.namespace, bare.attribute, to);
      else t.call(bare.element, "setAttribute", bare.attribute, to);
    },
  },
  {
    name: "setAttribute",
    kind: "in place",
    set: (t, b, to) => void t.call(b.element, "setAttribute", b.attribute, to),
  },
  {
    name: "setAttribute in capitals",
    kind: "in place",
    set: (t, b, to) =>
      void t.call(b.element, "setAttribute", b.namespace ? b.attribute : b.attribute.toUpperCase(), to),
  },
  {
    name: "setAttributeNS",
    kind: "in place",
    set: (t, b, to) => void t.call(b.element, "setAttributeNS", b.namespace ?? null, b.attribute, to),
  },
  {
    name: "setAttributeNode",
    kind: "in place",
    set: (t, b, to) => void t.call(b.element, "setAttributeNode", attr(t, b, to)),
  },
  {
    name: "setAttributeNodeNS",
    kind: "in place",
    set: (t, b, to) => void t.call(b.element, "setAttributeNodeNS", attr(t, b, to)),
  },
  {
    name: "setNamedItem",
    kind: "in place",
    set: (t, b, to) => void t.call(b.element.attributes, "setNamedItem", attr(t, b, to)),
  },
  {
    name: "setNamedItemNS",
    kind: "in place",
    set: (t, b, to) => void t.call(b.element.attributes, "setNamedItemNS", attr(t, b, to)),
  },
  { name: "Attr.value", kind: "in place", set: (t, b, to) => t.set(present(b), "value", to) },
  { name: "Attr.nodeValue", kind: "in place", set: (t, b, to) => t.set(present(b), "nodeValue", to) },
  { name: "Attr.textContent", kind: "in place", set: (t, b, to) => t.set(present(b), "textContent", to) },
  {
    name: "an attribute of another element",
    kind: "in place",
    set(t, b, to) {
      const other = t.doc.createElement("b");
      other.setAttributeNode(attr(t, b, to));
      const moved = other.removeAttributeNode(other.attributes[0]!);
      t.call(b.element, "setAttributeNode", moved);
    },
  },
];

const XHTML = "http://www.w3.org/1999/xhtml";
const elsewhere = (t: Tools) => t.doc.implementation.createHTMLDocument("");
const insertions: Method[] = [
  { name: "then appendChild", kind: "before", put: (t, root) => void t.call(t.place, "appendChild", root) },
  { name: "then append", kind: "before", put: (t, root) => void t.call(t.place, "append", root) },
  {
    name: "then insertBefore",
    kind: "before",
    put: (t, root) => void t.call(t.place, "insertBefore", root, null),
  },
  {
    name: "then replaceWith",
    kind: "before",
    put: (t, root) => void t.call(t.add(t.doc.createElement("i")), "replaceWith", root),
  },
  {
    name: "then replaceChildren",
    kind: "before",
    put: (t, root) => void t.call(t.add(t.doc.createElement("i")), "replaceChildren", root),
  },
  {
    name: "then insertAdjacentElement",
    kind: "before",
    put: (t, root) => void t.call(t.add(t.doc.createElement("i")), "insertAdjacentElement", "afterend", root),
  },
  {
    name: "then a range",
    kind: "before",
    put(t, root) {
      const range = t.doc.createRange();
      range.selectNodeContents(t.add(t.doc.createElement("i")));
      t.call(range, "insertNode", root);
    },
  },
  {
    name: "cloneNode",
    kind: "before",
    put: (t, root) => t.add(t.call(root, "cloneNode", true) as Element),
  },
  {
    name: "importNode",
    kind: "before",
    put: (t, root) => t.add(t.call(t.doc, "importNode", elsewhere(t).adoptNode(root), true) as Element),
  },
  {
    name: "adoptNode",
    kind: "before",
    put: (t, root) => t.add(t.call(t.doc, "adoptNode", elsewhere(t).adoptNode(root)) as Element),
  },
  {
    name: "a copy of a range",
    kind: "before",
    put(t, root) {
      const inert = elsewhere(t);
      inert.body.append(root);
      const range = inert.createRange();
      range.selectNodeContents(inert.body);
      const copy = (t.call(range, "cloneContents") as DocumentFragment).firstElementChild!;
      return t.add(copy);
    },
  },
];

const markup: Method[] = [
  { name: "innerHTML", kind: "markup", write: (t, m, at) => t.set(at, "innerHTML", m) },
  {
    name: "outerHTML",
    kind: "markup",
    write: (t, m, at) => (t.set(at.appendChild(t.doc.createElement("i")), "outerHTML", m), at),
  },
  {
    name: "insertAdjacentHTML",
    kind: "markup",
    write: (t, m, at) => void t.call(at, "insertAdjacentHTML", "beforeend", m),
  },
  { name: "setHTMLUnsafe", kind: "markup", write: (t, m, at) => void t.call(at, "setHTMLUnsafe", m) },
  {
    name: "innerHTML of a root",
    kind: "markup",
    write(t, m, at) {
      const root = at.attachShadow({ mode: "open" });
      t.set(root, "innerHTML", m);
      return root;
    },
  },
  {
    name: "createContextualFragment",
    kind: "markup",
    write(t, m, at) {
      const range = t.doc.createRange();
      range.selectNodeContents(at);
      at.append(t.call(range, "createContextualFragment", m) as DocumentFragment);
    },
  },
  {
    name: "a template",
    kind: "markup",
    write(t, m, at) {
      const template = t.doc.createElement("template");
      t.set(template, "innerHTML", m);
      at.append(t.doc.importNode(template.content, true));
    },
  },
  {
    name: "DOMParser",
    kind: "markup",
    write(t, m, at) {
      const parsed = t.call(new t.win.DOMParser(), "parseFromString", m, "text/html") as Document;
      at.append(...parsed.body.childNodes);
    },
  },
  {
    name: "a document of its own",
    kind: "markup",
    write(t, m, at) {
      const inert = elsewhere(t);
      t.set(inert.body, "innerHTML", m);
      at.append(...inert.body.childNodes);
    },
  },
  {
    name: "a declared root",
    kind: "markup",
    write(t, m, at, text) {
      void m;
      t.call(
        at,
        "setHTMLUnsafe",
        t.value(`<div id="declared"><template shadowrootmode="open">${text}</template></div>`),
      );
      return at.querySelector("#declared")!.shadowRoot!;
    },
  },
  {
    name: "insertHTML",
    kind: "markup",
    write(t, m, at) {
      at.setAttribute("contenteditable", "true");
      (at as HTMLElement).focus();
      t.call(t.doc, "execCommand", "insertHTML", false, m);
    },
  },
  {
    name: "a stylesheet's result",
    kind: "markup",
    write(t, m, at, text) {
      void m;
      const parsed = new t.win.DOMParser().parseFromString(text, "text/html");
      const inner = Array.from(parsed.body.children, (e) =>
        new t.win.XMLSerializer().serializeToString(e),
      ).join("");
      const sheet = `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/">${inner}</xsl:template></xsl:stylesheet>`;
      const xml = (source: string) => new t.win.DOMParser().parseFromString(source, "text/xml");
      const processor = new t.win.XSLTProcessor();
      processor.importStylesheet(xml(sheet));
      at.append(t.call(processor, "transformToFragment", xml("<r/>"), t.doc) as DocumentFragment);
    },
  },
  {
    name: "XML with a prefix",
    kind: "markup",
    write(t, m, at, text) {
      void m;
      const parsed = new t.win.DOMParser().parseFromString(text, "text/html");
      const all = Array.from(parsed.querySelectorAll(":is(head, body) > *"), (e) =>
        new t.win.XMLSerializer().serializeToString(e),
      ).join("");
      // A picture in it has another namespace.
      const prefixed = all
        .replace(/<(\/?)(?=[a-z])/g, "<$1h:")
        .replaceAll(` xmlns="${XHTML}"`, ` xmlns:h="${XHTML}"`);
      const { documentElement } = t.doc.implementation.createDocument(XHTML, "html");
      t.set(documentElement, "innerHTML", t.value(all.includes("<svg") ? all : prefixed));
      at.append(...documentElement.childNodes);
    },
  },
  { name: "document.write", kind: "markup", write: (t, m, at) => written(t, at, [m]) },
  {
    name: "document.write in pieces",
    kind: "markup",
    write: (t, _, at, text) => written(t, at, (text.match(/.{1,3}/gsu) ?? []) as never[]),
  },
];

/** Into a document below: the page's own has been read, and writing would replace it. */
function written(t: Tools, at: Element, pieces: never[]): ParentNode {
  const frame = at.appendChild(t.doc.createElement("iframe"));
  const inner = frame.contentDocument!;
  inner.open();
  for (const piece of pieces) t.call(inner, "write", piece);
  inner.close();
  return inner;
}

export const methods: readonly Method[] = [...inPlace, ...insertions, ...markup];

/** Where a value stands while the markup is made. */
const STANDIN = "about:standin";
let count = 0;

/** Puts an element with its address into the page by one method; answers the element. */
export function placed(t: Tools, method: Method, bare: Bare, to: string, connectFirst: boolean): Element {
  if (method.set) {
    if (connectFirst) t.add(bare.root);
    method.set(t, bare, t.value(to));
    if (!connectFirst) t.add(bare.root);
    return bare.element;
  }
  const id = `cell-${count++}`;
  bare.element.setAttribute("data-cell", id);
  const find = (from: ParentNode) =>
    from instanceof Element && from.matches(`[data-cell=${id}]`)
      ? from
      : from.querySelector(`[data-cell=${id}]`)!;
  if (method.put) {
    inPlace[0]!.set!(t, bare, t.value(to));
    const put = method.put(t, bare.root);
    return put ? find(put) : bare.element;
  }
  bare.element.setAttributeNS(bare.namespace ?? null, bare.attribute, STANDIN);
  const text = bare.root.outerHTML.replace(STANDIN, () => escaped(to));
  const at = t.add(t.doc.createElement("div"));
  return find(method.write!(t, t.value(text), at, text) ?? at);
}
