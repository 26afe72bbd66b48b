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
const ofNode = <T>(name: string) => getter<T>(() => Node.prototype, name);
const ofElement = <T>(name: string) => getter<T>(() => Element.prototype, name);

export const parentElement = ofNode<Element | null>("parentElement");
export const parentNode = ofNode<ParentNode | null>("parentNode");
export const childNodes = ofNode<NodeListOf<ChildNode>>("childNodes");
export const firstChild = ofNode<ChildNode | null>("firstChild");
export const nextSibling = ofNode<ChildNode | null>("nextSibling");
export const nodeType = ofNode<number>("nodeType");
export const isConnected = ofNode<boolean>("isConnected");
const textContent = ofNode<string | null>("textContent");
export const textOf = (node: Node): string => textContent(node) ?? "";

export const tagName = ofElement<string>("tagName");
export const localName = ofElement<string>("localName");
export const classList = ofElement<DOMTokenList>("classList");
export const shadowRoot = ofElement<ShadowRoot | null>("shadowRoot");
export const children = ofElement<HTMLCollection>("children");
export const childElementCount = ofElement<number>("childElementCount");
export const firstElementChild = ofElement<Element | null>("firstElementChild");
export const previousElement = ofElement<Element | null>("previousElementSibling");
export const nextElement = ofElement<Element | null>("nextElementSibling");
export const clientWidth = ofElement<number>("clientWidth");
export const clientHeight = ofElement<number>("clientHeight");

export const matches = (element: Element, selector: string): boolean =>
  Element.prototype.matches.call(element, selector);
export const closest = (element: Element, selector: string): Element | null =>
  Element.prototype.closest.call(element, selector);
export const query = (element: Element, selector: string): Element | null =>
  Element.prototype.querySelector.call(element, selector);
export const queryAll = (element: Element, selector: string): NodeListOf<Element> =>
  Element.prototype.querySelectorAll.call(element, selector);
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
