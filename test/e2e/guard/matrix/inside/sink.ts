/** What a sink is: a way in which a page makes the browser open an address. */
import type { Bare } from "./methods.ts";
import type { Tools } from "./tools.ts";

export interface Sink {
  name: string;
  /** What opens has a target of the page's choice. */
  targets?: boolean;
  /** A person can act on the element itself: with the mouse, or only by Enter. */
  people?: "mouse" | "Enter";
  /** Opens an address by a call. */
  go?: (t: Tools, to: string) => void;
  /** Makes an element whose attribute is an address: it is set by a method (methods.ts). */
  bare?: (t: Tools) => Bare;
  /** The attribute's value for an address; the address itself unless given. */
  content?: (to: string) => string;
  /** What opens has the number in a form's field: only writings of the number itself go there. */
  field?: true;
  /** What a script does with the element that has its attribute; nothing where the attribute alone opens. */
  open?: (t: Tools, element: Element) => void;
  /** Resolves once it would open its address: not at once. */
  ready?: (t: Tools, element: Element) => Promise<void>;
  /** The element that a person acts on. */
  acts?: (element: Element) => Element;
}
