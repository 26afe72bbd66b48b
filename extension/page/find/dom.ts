/**
 * What is asked of nodes, taken from their prototypes: a field of a form hides the form's own members
 * (`<input name="matches">`), and an element with such a name the document's, in our world too.
 */

/** A getter of a prototype, which is looked up when it is first asked. */
function getter<T>(of: () => object, name: string): (node: Node) => T {
  let found: { get: (this: Node) => T } | undefined;
  return (node) =>
    (found ??= Object.getOwnPropertyDescriptor(of(), name) as { get: (this: Node) => T }).get.call(node);
}
/** Marked as pure below: a script has those alone that it uses. */
const ofNode = <T>(name: string) => getter<T>(() => Node.prototype, name);
const ofElement = <T>(name: string) => getter<T>(() => Element.prototype, name);

export const parentElement = /* @__PURE__ */ ofNode<Element | null>("parentElement");
export const parentNode = /* @__PURE__ */ ofNode<ParentNode | null>("parentNode");
export const childNodes = /* @__PURE__ */ ofNode<NodeListOf<ChildNode>>("childNodes");
export const firstChild = /* @__PURE__ */ ofNode<ChildNode | null>("firstChild");
export const previousSibling = /* @__PURE__ */ ofNode<ChildNode | null>("previousSibling");
export const nextSibling = /* @__PURE__ */ ofNode<ChildNode | null>("nextSibling");
export const nodeType = /* @__PURE__ */ ofNode<number>("nodeType");
export const isConnected = /* @__PURE__ */ ofNode<boolean>("isConnected");
const textContent = /* @__PURE__ */ ofNode<string | null>("textContent");
export const textOf = (node: Node): string => textContent(node) ?? "";

export const tagName = /* @__PURE__ */ ofElement<string>("tagName");
export const localName = /* @__PURE__ */ ofElement<string>("localName");
export const classList = /* @__PURE__ */ ofElement<DOMTokenList>("classList");
export const shadowRoot = /* @__PURE__ */ ofElement<ShadowRoot | null>("shadowRoot");
export const assignedSlot = /* @__PURE__ */ ofElement<HTMLSlotElement | null>("assignedSlot");
export const children = /* @__PURE__ */ ofElement<HTMLCollection>("children");
export const childElementCount = /* @__PURE__ */ ofElement<number>("childElementCount");
export const firstElementChild = /* @__PURE__ */ ofElement<Element | null>("firstElementChild");
export const previousElement = /* @__PURE__ */ ofElement<Element | null>("previousElementSibling");
export const nextElement = /* @__PURE__ */ ofElement<Element | null>("nextElementSibling");
export const clientWidth = /* @__PURE__ */ ofElement<number>("clientWidth");
export const clientHeight = /* @__PURE__ */ ofElement<number>("clientHeight");
export const scrollTop = /* @__PURE__ */ ofElement<number>("scrollTop");
export const scrollLeft = /* @__PURE__ */ ofElement<number>("scrollLeft");

export const matches = (element: Element, selector: string): boolean =>
  Element.prototype.matches.call(element, selector);
export const closest = (element: Element, selector: string): Element | null =>
  Element.prototype.closest.call(element, selector);
export const query = (element: Element, selector: string): Element | null =>
  Element.prototype.querySelector.call(element, selector);
export const queryAll = (element: Element, selector: string): NodeListOf<Element> =>
  Element.prototype.querySelectorAll.call(element, selector);
/** In the page or a shadow root; null where an element is the root, as of what was removed. */
export function queryIn(root: Node, selector: string): Element | null {
  if (root instanceof Document) return Document.prototype.querySelector.call(root, selector);
  return root instanceof ShadowRoot ? ShadowRoot.prototype.querySelector.call(root, selector) : null;
}
/** A live list. */
export const byTag = (element: Element, tag: string): HTMLCollectionOf<Element> =>
  Element.prototype.getElementsByTagName.call(element, tag);
export const attribute = (element: Element, name: string): string | null =>
  Element.prototype.getAttribute.call(element, name);
export const isVisible = (element: Element, options: CheckVisibilityOptions): boolean =>
  Element.prototype.checkVisibility.call(element, options);
export const boxOf = (element: Element): DOMRect => Element.prototype.getBoundingClientRect.call(element);
export const contains = (outer: Node, inner: Node): boolean => Node.prototype.contains.call(outer, inner);

export const elementAtPoint = (x: number, y: number): Element | null =>
  Document.prototype.elementFromPoint.call(document, x, y);
export const elementsAt = (x: number, y: number): Element[] =>
  Document.prototype.elementsFromPoint.call(document, x, y);

export const treeWalker = (top: Node, what: number, filter?: NodeFilter): TreeWalker =>
  Document.prototype.createTreeWalker.call(document, top, what, filter);
