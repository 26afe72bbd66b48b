/**
 * What we need of the page's own world, kept from before any script of the page runs, as a page may replace all of it.
 * For the same reason no method of a string, an array or an expression is called here as such, nothing is spread or
 * iterated, `instanceof` is not used, and objects that natives read have no prototype.
 */

export type Native = (this: unknown, ...args: unknown[]) => unknown;
/** What runs instead of a native function. */
export type Trap = (native: Native, self: unknown, args: unknown[]) => unknown;
/** Makes a stand-in with code of its own, which calls the native itself where its trap would do nothing more. */
export type Quick = (
  native: (self: unknown, ...args: unknown[]) => unknown,
  trap: (self: unknown, args: unknown[]) => unknown,
) => { call: Native };

/** A window with its natives. */
export type Realm = Window &
  typeof globalThis & {
    HTMLFrameElement: { prototype: object };
    Navigation?: { prototype: object };
    ServiceWorker?: { prototype: object };
    TrustedTypePolicyFactory?: { prototype: object };
  };

export const { apply, getPrototypeOf } = Reflect;
export const { keys: keysOf } = Object;
const AnyObject = Object;
/** `document.all` included, which says that it is undefined. */
export const isObject = (value: unknown): boolean => AnyObject(value) === value;
const { defineProperty, getOwnPropertyDescriptor, setPrototypeOf } = Reflect;
/* oxlint-disable typescript/unbound-method -- each becomes a function of its receiver */
const { bind, call } = Function.prototype;

/** A native method as a plain function, whose first argument is the receiver. */
const plain = <A extends unknown[], R>(native: (this: never, ...args: A) => R) =>
  apply(bind, call, [native]) as (self: unknown, ...args: A) => R;

export const dispatchEvent = plain(EventTarget.prototype.dispatchEvent);
export const addEventListener = plain<[string, (event: Event) => void], void>(
  EventTarget.prototype.addEventListener,
);
export const preventDefault = plain(Event.prototype.preventDefault);
export const initEvent = plain(Event.prototype.initEvent);
export const getRootNode = plain<[], Node>(Node.prototype.getRootNode);
export const exec = plain(RegExp.prototype.exec);
export const removeAttribute = plain(Element.prototype.removeAttribute);
export const toLowerCase = plain(String.prototype.toLowerCase);
export const lastIndexOf = plain<[string], number>(String.prototype.lastIndexOf);
export const slice = plain<[number], string>(String.prototype.slice);
export const includes = plain<[string], boolean>(String.prototype.includes);
export const whenDone = plain(Promise.prototype.then as Native) as (
  promise: Promise<unknown>,
  done: ((value: unknown) => unknown) | undefined,
  failed: () => unknown,
) => Promise<unknown>;
export const write = plain<[unknown], void>(Document.prototype.write as Native);
export const pipeTo = plain(ReadableStream.prototype.pipeTo as Native) as (
  from: unknown,
  to: unknown,
) => Promise<unknown>;
export const enqueue = plain<[unknown], void>(TransformStreamDefaultController.prototype.enqueue);
export const { isView } = ArrayBuffer;
const decodes = plain(TextDecoder.prototype.decode);
const buffered = plain(Blob.prototype.arrayBuffer);
/** Of a WeakMap. */
export const valueIn = plain(WeakMap.prototype.get) as <V>(
  map: WeakMap<object, V>,
  key: unknown,
) => V | undefined;
export const note = plain(WeakMap.prototype.set);
/* oxlint-enable typescript/unbound-method */
const part = (owner: object, name: PropertyKey, which: "get" | "set") =>
  plain(getOwnPropertyDescriptor(owner, name)![which] as Native);
export const setValue = part(Attr.prototype, "value", "set");

/** The native getter of a property; null where the receiver is of another kind. */
export const reads = <T>(owner: object, name: PropertyKey): ((self: unknown) => T | null) => {
  const get = part(owner, name, "get");
  return (self) => {
    try {
      return get(self) as T;
    } catch {
      return null;
    }
  };
};
export const typeOf = reads<string>(Event.prototype, "type");
export const bubbles = reads<boolean>(Event.prototype, "bubbles");
export const isCancelable = reads<boolean>(Event.prototype, "cancelable");
export const phaseOf = reads<number>(Event.prototype, "eventPhase");
export const isPrevented = reads<boolean>(Event.prototype, "defaultPrevented");
export const isEnded = reads<boolean>(Event.prototype, "cancelBubble");
/** Null for an event that is not a mouse's. */
export const buttonOf = reads<number>(MouseEvent.prototype, "button");
export const detailOf = reads<unknown>(CustomEvent.prototype, "detail");
export const relatedOf = reads<EventTarget>(MouseEvent.prototype, "relatedTarget");
export const kindOf = reads<number>(Node.prototype, "nodeType");
export const documentOf = reads<Document>(Node.prototype, "ownerDocument");
export const isConnected = reads<boolean>(Node.prototype, "isConnected");
export const nameOf = reads<string>(Element.prototype, "localName");
export const attributeName = reads<string>(Attr.prototype, "localName");
export const attributeValue = reads<string>(Attr.prototype, "value");
export const baseHref = reads<string>(HTMLBaseElement.prototype, "href");
export const ownerOf = reads<Element>(Attr.prototype, "ownerElement");
export const windowOf = reads<Window>(Document.prototype, "defaultView");
export const readyStateOf = reads<string>(Document.prototype, "readyState");
export const contentTypeOf = reads<string>(Document.prototype, "contentType");

const Words = Int32Array;
const random = crypto.getRandomValues.bind(crypto);
/** Two, as no page can guess them. */
export const randomNumbers = (): Int32Array => random(new Words(2));

const stateOf = reads<number>(WebSocket.prototype, "readyState");
export const isOpen = (socket: unknown): boolean => stateOf(socket) === WebSocket.OPEN;

const getter = <T>(owner: object, name: PropertyKey) => part(owner, name, "get") as (self: unknown) => T;
const viewOf = (owner: object, how: typeof getter) =>
  [
    how<ArrayBuffer>(owner, "buffer"),
    how<number>(owner, "byteOffset"),
    how<number>(owner, "byteLength"),
  ] as const;
const Bytes = Uint8Array;
const typed = getPrototypeOf(Bytes.prototype)!;
/** Of a view without its memory, the second throws. */
const [ofTyped, ofView] = [viewOf(typed, getter), viewOf(DataView.prototype, reads as typeof getter)];
/** Of bytes. As fast as it can be: `reads` is one function for all. */
const [memoryOf, startOf, bytesIn] = ofTyped;
export { bytesIn, startOf };
/** Undefined for what is not typed. */
const tagOf = getter<string | undefined>(typed, Symbol.toStringTag);
const sizeOf = reads<number>(ArrayBuffer.prototype, "byteLength");
/** The same bytes four at a time, from one on that is at a fourth of their buffer. */
export const wordsOf = (bytes: Uint8Array, from: number, count: number): Int32Array =>
  new Words(memoryOf(bytes), startOf(bytes) + from, count);
/** The bytes of a buffer or of a view of one, not copied; null for anything else. */
export function bytesOf(data: unknown): Uint8Array<ArrayBuffer> | null {
  if (typeof data !== "object" || data === null) return null;
  const tag = tagOf(data);
  if (tag === "Uint8Array") return data as Uint8Array<ArrayBuffer>;
  if (!isView(data)) return sizeOf(data) === null ? null : new Bytes(data as ArrayBuffer);
  const of = tag === undefined ? ofView : ofTyped;
  return new Bytes(of[0](data), of[1](data), of[2](data));
}
export const copyOf = (bytes: Uint8Array): Uint8Array => new Bytes(bytes);

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** As a text; what is none has marks in it. */
export const decode = (bytes: Uint8Array): string => decodes(decoder, bytes);

const blobSize = reads<number>(Blob.prototype, "size");
/** What a Blob will be; null for anything else. */
export const read = (data: unknown): Promise<ArrayBuffer> | null =>
  typeof data === "object" && data !== null && blobSize(data) !== null ? buffered(data) : null;

const Address = URL;
const hrefOf = reads<string>(URL.prototype, "href");
export const baseOf = reads<string>(Node.prototype, "baseURI");
/** An address by the base of a document; as it is where it is none. */
export function absolute(address: string, document: unknown): string {
  try {
    return hrefOf(new Address(address, baseOf(document) ?? undefined)) ?? address;
  } catch {
    return address;
  }
}

/** A set of objects that were seen: true once for each. */
export function firstTime(): (one: object) => boolean {
  const seen = new WeakMap<object, true>();
  return (one) => !valueIn(seen, one) && (note(seen, one, true), true);
}

/** The native of each function that stands in for one. */
const natives = new WeakMap<object, Native>();

const LOOKS = ["name", "length"];
/** In a class, whose code is strict: else a call without a receiver would get our window for one. */
class StandIn {
  static of(native: Native, trap: Trap): { call: Native } {
    return {
      call(...args) {
        return trap(native, this, args);
      },
    };
  }
}

/**
 * A function instead of a native one, which looks like it. No proxy: Chrome takes a slow way to each property whose getter
 * or setter is one.
 */
function standIn(native: Native, trap: Trap, quick?: Quick): Native {
  const made = quick
    ? quick(plain(native), (self, args) => trap(native, self, args))
    : StandIn.of(native, trap);
  const own = made.call;
  for (let i = 0; i < LOOKS.length; i++) {
    const look = getOwnPropertyDescriptor(native, LOOKS[i]!)!;
    setPrototypeOf(look, null);
    defineProperty(own, LOOKS[i]!, look);
  }
  setPrototypeOf(own, getPrototypeOf(native));
  note(natives, own, native);
  return own;
}

/** `Function.prototype.toString`, which shows a native of each that stands in for one. */
export const shows: Trap = (native, self, args) => apply(native, valueIn(natives, self) ?? self, args);

/** Puts a trap over a method, a getter or a setter. The property keeps its place and kind. */
export function over(
  owner: object | undefined,
  name: string,
  trap: Trap,
  part: "value" | "get" | "set" = "value",
  quick?: Quick,
): void {
  const own = owner && getOwnPropertyDescriptor(owner, name);
  const native = own?.[part] as Native | undefined;
  if (typeof native !== "function") return;
  own![part] = standIn(native, trap, quick);
  setPrototypeOf(own!, null);
  defineProperty(owner!, name, own!);
}

/** The same for members of a window's interfaces: each name on each of them, as far as the browser has it. */
export function overEach(
  realm: Realm,
  interfaces: readonly (keyof Realm & string)[],
  names: readonly string[],
  trap: Trap,
  part?: "value" | "get" | "set",
): void {
  for (let i = 0; i < interfaces.length; i++)
    for (let n = 0; n < names.length; n++) {
      const owner = realm[interfaces[i]!] as { prototype: object } | undefined;
      over(owner?.prototype, names[n]!, trap, part);
    }
}
