/**
 * Runs in the page's own world: wraps the ways of dialling that cause no event, so that the guard in the isolated world
 * is asked first. The guard can stop the dial; nothing here can allow one. Without a listener everything works as before.
 */
import { CLICKS, DIALS, REOPENED } from "../main-world-events.ts";
import { navigation } from "./navigation.ts";

/* eslint-disable @typescript-eslint/unbound-method -- each is called through `apply`, with its receiver */
const dispatch = EventTarget.prototype.dispatchEvent;
const closest = Element.prototype.closest;
const rootOf = Node.prototype.getRootNode;
const getAttribute = Element.prototype.getAttribute;
const hasAttribute = Element.prototype.hasAttribute;
const nameOf = Object.getOwnPropertyDescriptor(Attr.prototype, "name")!.get!;
const valueOf = Object.getOwnPropertyDescriptor(Attr.prototype, "value")!.get!;
const hrefOf = Object.getOwnPropertyDescriptor(URL.prototype, "href")!.get!;
const baseOf = Object.getOwnPropertyDescriptor(Node.prototype, "baseURI")!.get!;
// A page may replace these, too, and must not let a held dial through by that.
const { apply, get } = Reflect;
/* eslint-enable @typescript-eslint/unbound-method */
const Custom = CustomEvent;
const Mouse = MouseEvent;
const Address = URL;

type Native = (this: unknown, ...args: unknown[]) => unknown;
/** What runs instead, with the receiver, the arguments, and the native method. */
type Instead = (self: unknown, args: unknown[], native: (args?: unknown[]) => unknown) => unknown;

/** A proxy keeps the native method's name, length and source text. */
const wrapped = (native: Native, instead: Instead): Native =>
  new Proxy(native, {
    apply: (_, self, args: unknown[]) => instead(self, args, (given = args) => apply(native, self, given)),
  });

function over(owner: object, name: string, instead: Instead): void {
  const native = (owner as Record<string, Native | undefined>)[name];
  if (!native) return;
  const own = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, {
    ...(own ?? { configurable: true, enumerable: true, writable: true }),
    value: wrapped(native, instead),
  });
}

function overSetter(owner: object, name: string, instead: Instead): void {
  const own = Object.getOwnPropertyDescriptor(owner, name);
  const set = own && (get(own, "set") as Native | undefined);
  if (set) Object.defineProperty(owner, name, { ...own, set: wrapped(set, instead) });
}

/** Asks the guard about an address: true where it dials and is held. Which addresses dial is not decided here. */
function holds(address: unknown): boolean {
  let href: unknown;
  try {
    href = apply(hrefOf, new Address(`${address as string}`, apply(baseOf, document, []) as string), []);
  } catch {
    return false;
  }
  const event = new Custom(DIALS, { cancelable: true, detail: href });
  return !apply(dispatch, navigation, [event]);
}

/** A click on a link outside the document reaches none of our listeners, but still dials. */
function heldLink(self: unknown): boolean {
  if (!(self instanceof Element) || self.isConnected) return false;
  const link = apply<Element, [string], Element | null>(closest, self, ["a[href],area[href]"]);
  return link !== null && holds(apply(getAttribute, link, ["href"]));
}

/** A field named `action` hides the form's own. */
const actionOf = (form: HTMLFormElement) => get(HTMLFormElement.prototype, "action", form);

/** An attribute node, with its own value or the one that it is given. Other attributes do not dial. */
function heldAttribute(node: unknown, value?: unknown): boolean {
  if (!(node instanceof Attr)) return false;
  const name = apply(nameOf, node, []) as string;
  return (name === "src" || name === "data") && holds(value ?? apply(valueOf, node, []));
}

const FRAME_SOURCE = /(<i?frame\b[^>]*?\s)src\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)/gi;
/** Markup without the sources of held frames; unchanged where there are none. */
function withoutHeldFrames(markup: unknown): unknown {
  const text = String(markup);
  if (!/<i?frame/i.test(text)) return markup;
  const kept = text.replace(FRAME_SOURCE, (all: string, before: string, source: string) =>
    holds(source.replace(/^["']|["']$/g, "")) ? before : all,
  );
  return kept === text ? markup : kept;
}

/** Makes a click that was held and may go on. A page that sends this event itself clicks what it could click anyway. */
function clickFor(event: Event): void {
  if (!(event instanceof MouseEvent) || !event.relatedTarget) return;
  event.preventDefault();
  const { button, detail, clientX, clientY, ctrlKey, shiftKey, altKey, metaKey } = event;
  const how = { button, detail, clientX, clientY, ctrlKey, shiftKey, altKey, metaKey };
  const click = new Mouse("click", { ...how, bubbles: true, cancelable: true, composed: true, view: window });
  apply(dispatch, event.relatedTarget, [click]);
}

/** Wraps everything that dials. Called once in a window. */
export function askBeforeDials(): void {
  navigation.addEventListener(CLICKS, clickFor);
  over(window, "open", (_, args, native) => {
    if (args.length === 0 || args[0] === "") return native();
    // Read once: an object could give another address the second time.
    const [address, ...others] = args;
    const read =
      typeof address === "object" && address !== null ? `${address as unknown as string}` : address;
    return holds(read) ? null : native([read, ...others]);
  });
  // Documents without an origin have this method, but no navigate event.
  over(Object.getPrototypeOf(navigation) as object, "navigate", (_, args, native) => {
    if (!holds(args[0])) return native();
    // As the native promises: a rejection that nobody awaits is not reported.
    const refusal = () => {
      const refused = Promise.reject(new DOMException("The navigation was held", "AbortError"));
      refused.catch(() => {});
      return refused;
    };
    return { committed: refusal(), finished: refusal() };
  });
  over(HTMLElement.prototype, "click", (self, _, native) => (heldLink(self) ? undefined : native()));
  over(EventTarget.prototype, "dispatchEvent", (self, args, native) =>
    args[0] instanceof MouseEvent && args[0].type === "click" && heldLink(self) ? false : native(),
  );
  over(HTMLFormElement.prototype, "submit", (self, _, native) =>
    self instanceof HTMLFormElement && holds(actionOf(self)) ? undefined : native(),
  );
  // A submit event does not leave a shadow root.
  over(HTMLFormElement.prototype, "requestSubmit", (self, args, native) => {
    if (!(self instanceof HTMLFormElement)) return native();
    const [by] = args;
    const own = by instanceof Element && apply<Element, [string], boolean>(hasAttribute, by, ["formaction"]);
    const inRoot = apply<Node, [], Node>(rootOf, self, []) !== document;
    return inRoot && holds(own ? (by as HTMLButtonElement).formAction : actionOf(self))
      ? undefined
      : native();
  });

  const markup =
    (at: number): Instead =>
    (_, args, native) =>
      native(args.map((arg, i) => (i === at ? withoutHeldFrames(arg) : arg)));
  const frames: [prototype: object, attribute: string][] = [
    [HTMLIFrameElement.prototype, "src"],
    [HTMLFrameElement.prototype, "src"],
    [HTMLEmbedElement.prototype, "src"],
    [HTMLObjectElement.prototype, "data"],
  ];
  for (const [frame, attribute] of frames) {
    overSetter(frame, attribute, (_, args, native) => (holds(args[0]) ? undefined : native()));
    // On the frame's own prototype, so that other elements' attributes cost nothing.
    for (const [method, at] of [
      ["setAttribute", 0],
      ["setAttributeNS", 1],
    ] as const)
      over(frame, method, (self, args, native) => {
        const name = String(args[at]).toLowerCase();
        if (name === "srcdoc") return markup(at + 1)(self, args, native);
        return name === attribute && holds(args[at + 1]) ? undefined : native();
      });
    for (const method of ["setAttributeNode", "setAttributeNodeNS"])
      over(frame, method, (_, args, native) => (heldAttribute(args[0]) ? null : native()));
  }
  for (const method of ["setNamedItem", "setNamedItemNS"])
    over(NamedNodeMap.prototype, method, (_, args, native) => (heldAttribute(args[0]) ? null : native()));
  overSetter(Attr.prototype, "value", (self, args, native) =>
    heldAttribute(self, args[0]) ? undefined : native(),
  );
  over(Document.prototype, "execCommand", (self, args, native) =>
    /^insertHTML$/i.test(String(args[0])) ? markup(2)(self, args, native) : native(),
  );
  for (const owner of [Element.prototype, ShadowRoot.prototype]) {
    overSetter(owner, "innerHTML", markup(0));
    over(owner, "setHTMLUnsafe", markup(0));
  }
  overSetter(Element.prototype, "outerHTML", markup(0));
  over(Element.prototype, "insertAdjacentHTML", markup(1));
  over(Range.prototype, "createContextualFragment", markup(0));
  over(DOMParser.prototype, "parseFromString", markup(0));
  over(Document, "parseHTMLUnsafe", markup(0));
  overSetter(HTMLIFrameElement.prototype, "srcdoc", markup(0));

  for (const name of ["open", "write", "writeln"])
    over(Document.prototype, name, (self, args, native) => {
      const before = document.readyState;
      const answer = native(name === "open" ? args : args.map(withoutHeldFrames));
      if (self === document && before !== "loading") apply(dispatch, navigation, [new Custom(REOPENED)]);
      return answer;
    });
}
