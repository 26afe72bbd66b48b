/**
 * Frames, embeds and objects load what their attributes say, in silence. An address that dials never becomes one of their
 * attributes, so that no clone or move of the element dials either: the guard dials by itself where it may. Nor does a
 * document get a base that dials: it would make dials of addresses that were looked at before.
 */
import { BASES, FRAMES } from "../main-world-events.ts";
import { asks } from "./ask-guard.ts";
import { isStill, wrote } from "./clicks.ts";
import {
  absolute,
  apply,
  attributeName,
  attributeValue,
  baseHref,
  documentOf,
  kindOf,
  lastIndexOf,
  nameOf,
  over,
  overEach,
  ownerOf,
  type Quick,
  type Realm,
  removeAttribute,
  setValue,
  slice,
  toLowerCase,
  type Trap,
} from "./natives.ts";
import { once, safeMarkup, textOf } from "./values.ts";

const ATTRIBUTE = 2;

/** What an attribute of that name does to a frame, or to a base. */
function roleOf(name: string): "address" | "markup" | "base" | null {
  // Most names end here.
  if (name.length !== 3 && name.length !== 4 && name.length !== 6) return null;
  const lower = name === "href" ? name : toLowerCase(name);
  if (lower === "href") return "base";
  return lower === "src" || lower === "data" ? "address" : lower === "srcdoc" ? "markup" : null;
}

function isFrame(element: unknown): boolean {
  const name = nameOf(element);
  return name === "iframe" || name === "frame" || name === "embed" || name === "object";
}

/** A name without its prefix. */
const local = (name: string) => slice(name, lastIndexOf(name, ":") + 1);

/** Looks at one value on its way into a frame: false where it must not get there. */
function admits(use: "address" | "markup" | "base", args: unknown[], at: number, node: unknown): boolean {
  if (use === "base") return true;
  if (use === "markup") {
    args[at] = safeMarkup(args[at], node);
    return true;
  }
  args[at] = once(args[at]);
  return !asks(FRAMES, absolute(textOf(args[at]), documentOf(node)));
}

/** To be called with the result of what gave an element an attribute: a base does nothing before it is read. */
function gave<T>(result: T, use: ReturnType<typeof roleOf>, element: unknown): T {
  if (use === "base" && nameOf(element) === "base") {
    const href = baseHref(element);
    if (href && asks(BASES, href)) removeAttribute(element, "href");
  }
  return wrote(result);
}

/** `setAttribute` and its kind, with the name at `at` and the value after it. */
const setsAttribute =
  (at: number): Trap =>
  (native, self, args) => {
    if (args.length <= at + 1) return apply(native, self, args);
    const name = (args[at] = typeof args[at] === "string" ? args[at] : `${args[at] as string}`);
    const use = roleOf(at === 0 ? name : local(name));
    // Most of these are the addresses of links, whose elements are asked for their name once.
    if (use && use !== "base" && isFrame(self) && !admits(use, args, at + 1, self)) return undefined;
    return gave(apply(native, self, args), use, self);
  };

const setsProperty =
  (use: "address" | "markup" | "base"): Trap =>
  (native, self, args) =>
    args.length > 0 && !admits(use, args, 0, self) ? undefined : gave(apply(native, self, args), use, self);

/** The value of an attribute node. Its element may not be a frame yet when it gets one. */
const setsValue: Trap = (native, self, args) => {
  const use = kindOf(self) === ATTRIBUTE && args.length > 0 ? roleOf(attributeName(self)!) : null;
  if (use && isFrame(ownerOf(self)) && args[0] !== null && !admits(use, args, 0, self)) return undefined;
  // Asking a node of another kind for its owner throws, which costs more than all texts of a page.
  return gave(apply(native, self, args), use, use && ownerOf(self));
};

/** An attribute node that an element gets, directly or through its map of attributes, which does not tell whose it is. */
const setsNode: Trap = (native, self, args) => {
  const use = roleOf(attributeName(args[0]) ?? "");
  if (use && use !== "base" && (nameOf(self) === null || isFrame(self))) {
    const value = [attributeValue(args[0])];
    const before = value[0];
    if (!admits(use, value, 0, args[0])) return null;
    if (value[0] !== before) setValue(args[0], value[0]);
  }
  return gave(apply(native, self, args), use, ownerOf(args[0]));
};

/** What pages call most. In a class, as `StandIn`. */
class Often {
  static setAttribute: Quick = (native, trap) => ({
    call(name, value) {
      // A list of arguments costs more than all that is asked here.
      return arguments.length === 2 && typeof name === "string" && !roleOf(name) && isStill()
        ? native(this, name, value)
        : trap(this, arguments as unknown as unknown[]);
    },
  });

  static text: Quick = (native, trap) => ({
    call(text) {
      return kindOf(this) !== ATTRIBUTE && isStill() ? native(this, text) : trap(this, [text]);
    },
  });
}

export function wireFrames(realm: Realm): void {
  over(realm.Element.prototype, "setAttribute", setsAttribute(0), "value", Often.setAttribute);
  over(realm.Element.prototype, "setAttributeNS", setsAttribute(1));
  overEach(realm, ["Element"], ["setAttributeNode", "setAttributeNodeNS"], setsNode);
  overEach(realm, ["NamedNodeMap"], ["setNamedItem", "setNamedItemNS"], setsNode);
  over(realm.Attr.prototype, "value", setsValue, "set");
  over(realm.Node.prototype, "nodeValue", setsValue, "set");
  over(realm.Node.prototype, "textContent", setsValue, "set", Often.text);
  over(realm.HTMLBaseElement.prototype, "href", setsProperty("base"), "set");
  over(realm.HTMLIFrameElement.prototype, "srcdoc", setsProperty("markup"), "set");
  const address = setsProperty("address");
  overEach(realm, ["HTMLIFrameElement", "HTMLFrameElement", "HTMLEmbedElement"], ["src"], address, "set");
  over(realm.HTMLObjectElement.prototype, "data", address, "set");
}
