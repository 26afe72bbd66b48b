/** What every sink has at hand. Runs inside the page. */

export type Argument = "string" | "object" | "changing object" | "trusted";

/** Where a cell's elements are put, and whose functions put them there. */
export interface Realm {
  win: Window & typeof globalThis;
  doc: Document;
  place: ParentNode & Node;
}

export interface Tools extends Realm {
  /** The target attribute of what opens; null where the sink has none. */
  target: string | null;
  /** A method of the element, taken from the prototypes of the cell's choice of window. */
  call: (on: object, name: string, ...args: unknown[]) => unknown;
  set: (on: object, name: string, value: unknown) => void;
  /** A function of the window itself, such as open. */
  own: (name: "open") => (...args: unknown[]) => unknown;
  /** An address or markup as the argument that the cell wants. */
  value: (text: string) => never;
  make: <K extends keyof HTMLElementTagNameMap>(
    tag: K,
    attributes?: Record<string, string>,
  ) => HTMLElementTagNameMap[K];
  add: <T extends Node>(node: T) => T;
}

/** The prototype in `natives` that has the member: what a page can borrow. */
function lender(natives: object, on: object, name: string): object | undefined {
  for (
    let own: object | null = Object.getPrototypeOf(on) as object;
    own;
    own = Object.getPrototypeOf(own) as object
  ) {
    if (!Object.hasOwn(own, name)) continue;
    return (
      (natives as Record<string, { prototype?: object } | undefined>)[own.constructor.name]?.prototype ?? own
    );
  }
  return undefined;
}

type AnyFunction = (...args: unknown[]) => unknown;
interface Setter {
  set?: (this: void, to: unknown) => void;
}
let made = 0;
export function toolsOf(
  realm: Realm,
  natives: Window & typeof globalThis,
  target: string | null,
  argument: Argument,
  decoy: string,
): Tools {
  const { win, doc, place } = realm;
  const call: Tools["call"] = (on, name, ...args) => {
    const from = lender(natives, on, name) as
      | Record<string, ((...args: unknown[]) => unknown) | undefined>
      | undefined;
    const method = from?.[name];
    if (!method) throw new Error(`No method ${name}`);
    return Reflect.apply(method, on, args);
  };
  const value = (text: string): unknown => {
    if (argument === "object") return { toString: () => text };
    if (argument === "changing object") {
      let asked = 0;
      return { toString: () => (asked++ ? text : decoy) };
    }
    if (argument === "trusted") {
      const own = { createHTML: (s: string) => s, createScriptURL: (s: string) => s };
      return (win as unknown as Trusted).trustedTypes.createPolicy(`p${made++}`, own).createHTML(text);
    }
    return text;
  };
  return {
    ...realm,
    target,
    call,
    set(on, name, to) {
      const from = lender(natives, on, name);
      const setter: Setter | undefined = from && Object.getOwnPropertyDescriptor(from, name);
      if (!setter?.set) throw new Error(`No setter ${name}`);
      Reflect.apply(setter.set, on, [to]);
    },
    own:
      (name) =>
      (...args) =>
        Reflect.apply((natives as unknown as Record<string, AnyFunction>)[name]!, win, args),
    value: value as Tools["value"],
    make(tag, attributes = {}) {
      const element = doc.createElement(tag);
      for (const [name, text] of Object.entries(attributes)) element.setAttribute(name, text);
      return element;
    },
    add: (node) => place.appendChild(node),
  };
}
interface Trusted {
  trustedTypes: {
    createPolicy: (
      name: string,
      rules: Record<string, (text: string) => string>,
    ) => { createHTML: (text: string) => unknown };
  };
}

export const PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
export const click = (_: Tools, e: Element) => (e as HTMLElement).click();
export const aimed = (t: Tools): Record<string, string> => (t.target === null ? {} : { target: t.target });
/** A click as scripts make it. */
export const clickEvent = () => new MouseEvent("click", { bubbles: true, cancelable: true, composed: true });
export const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
/** A script's text may stand in markup. */
export const quoted = (text: string) => JSON.stringify(text).replaceAll("<", "\\u003c");
/** What the fixture's server answers, also where a document has no address of its own. */
export const answer = (path: string, to: string) => {
  const { origin } = window as unknown as { origin: string };
  const server = origin.startsWith("http") ? origin : window.matrixServer;
  return `${server}${path}?to=${encodeURIComponent(to)}`;
};

declare global {
  interface Window {
    /** The fixture's server. */
    matrixServer: string;
  }
}
