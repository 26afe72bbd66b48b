/** Members of elements that a form's fields hide: a form here has own properties by every such name. */
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as dom from "../../../../extension/page/find/dom.ts";
import { at } from "../../../../scripts/lib/paths.ts";

/** What each helper asks, by the name of the member on its prototype. */
const GETTERS = {
  Node: {
    ...{ parentElement: dom.parentElement, parentNode: dom.parentNode, childNodes: dom.childNodes },
    ...{ firstChild: dom.firstChild, nextSibling: dom.nextSibling, nodeType: dom.nodeType },
    ...{ isConnected: dom.isConnected, textContent: dom.textOf },
  },
  Element: {
    ...{ tagName: dom.tagName, localName: dom.localName, classList: dom.classList },
    ...{
      assignedSlot: dom.assignedSlot,
      shadowRoot: dom.shadowRoot,
      children: dom.children,
      childElementCount: dom.childElementCount,
    },
    ...{ firstElementChild: dom.firstElementChild, previousElementSibling: dom.previousElement },
    ...{ nextElementSibling: dom.nextElement, clientWidth: dom.clientWidth, clientHeight: dom.clientHeight },
  },
};
const METHODS = {
  ...{ matches: dom.matches, closest: dom.closest, querySelector: dom.query, querySelectorAll: dom.queryAll },
  ...{ getAttribute: dom.attribute, checkVisibility: dom.isVisible, getBoundingClientRect: dom.boxOf },
};

class FakeNode {}
class FakeElement extends FakeNode {}
class FakeDocument {}
class FakeRoot extends FakeNode {}
const own = (name: string) => ({ value: () => `field ${name}`, enumerable: true });

beforeEach(() => {
  for (const [kind, prototype] of [
    ["Node", FakeNode.prototype],
    ["Element", FakeElement.prototype],
  ] as const)
    for (const name of Object.keys(GETTERS[kind]))
      Object.defineProperty(prototype, name, { get: () => `its ${name}`, configurable: true });
  for (const name of Object.keys(METHODS))
    Object.defineProperty(FakeElement.prototype, name, {
      value: (x: unknown) => `its ${name} ${x as string}`,
      configurable: true,
    });
  Object.defineProperty(FakeNode.prototype, "contains", { value: () => true, configurable: true });
  for (const name of ["createTreeWalker", "elementFromPoint", "elementsFromPoint", "querySelector"])
    Object.defineProperty(FakeDocument.prototype, name, { value: () => `its ${name}`, configurable: true });
  Object.defineProperty(FakeRoot.prototype, "querySelector", { value: () => "a root's", configurable: true });
  vi.stubGlobal("ShadowRoot", FakeRoot);
  vi.stubGlobal("Node", FakeNode);
  vi.stubGlobal("Element", FakeElement);
  vi.stubGlobal("Document", FakeDocument);
  const document = new FakeDocument();
  for (const name of ["createTreeWalker", "elementFromPoint", "elementsFromPoint", "querySelector"])
    Object.defineProperty(document, name, own(name));
  vi.stubGlobal("document", document);
});
afterEach(() => vi.unstubAllGlobals());

/** <form><input name="matches"><input name="parentElement">…</form> */
function form(): Element {
  const made = new FakeElement();
  for (const name of [...Object.keys({ ...GETTERS.Node, ...GETTERS.Element, ...METHODS }), "contains"])
    Object.defineProperty(made, name, own(name));
  return made as unknown as Element;
}

describe("a form whose fields have the names of its members", () => {
  it("says what it is all the same", () => {
    const { Node: nodes, Element: elements } = GETTERS;
    for (const [name, ask] of Object.entries({ ...nodes, ...elements }))
      expect((ask as (node: Node) => unknown)(form()), name).toBe(`its ${name}`);
    for (const [name, ask] of Object.entries(METHODS))
      expect((ask as (element: Element, x: unknown) => unknown)(form(), "x"), name).toMatch(`its ${name}`);
    expect(dom.contains(form(), form())).toBe(true);
  });

  it("and so does a document with elements of such names", () => {
    expect(dom.treeWalker(form(), 1)).toBe("its createTreeWalker");
    expect(dom.elementsAt(1, 2)).toBe("its elementsFromPoint");
    expect(dom.elementAtPoint(1, 2)).toBe("its elementFromPoint");
    expect(dom.queryIn(document, "x")).toBe("its querySelector");
    expect(dom.queryIn(new FakeRoot() as unknown as Node, "x")).toBe("a root's");
    expect(dom.queryIn(form(), "x")).toBeNull();
  });
});

/** Variables that may hold any element, forms among them. */
const ANY =
  /\b(?:element|node|at|top|row|list|before|sibling|outer|host|container|card|record|heading|hit|child|parent|grid|owner|target)[!?]?\.(?:matches|closest|querySelector(?:All)?|getAttribute|hasAttribute|textContent|children|childNodes|tagName|localName|classList|parentElement|parentNode|nextSibling|(?:next|previous)ElementSibling|checkVisibility|getBoundingClientRect|client(?:Width|Height)|shadowRoot|assignedSlot|childElementCount|firstElementChild|firstChild|contains)\b/;

it("the finder asks any element for its members so, and never the element itself", () => {
  const folder = "extension/page/find";
  const files = readdirSync(at(folder)).filter((file) => file !== "dom.ts");
  expect(files.length).toBeGreaterThan(10);
  const direct = files.flatMap((file) =>
    readFileSync(at(`${folder}/${file}`), "utf8")
      .split("\n")
      // A link is no form.
      .filter((line) => ANY.test(line) && !line.includes("instanceof HTMLAnchorElement"))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(direct).toEqual([]);
});
