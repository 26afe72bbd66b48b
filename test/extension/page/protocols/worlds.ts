/**
 * Both our scripts and a page around one socket class, without a browser: what a browser has and node has not is made here
 * as far as our scripts take it. The page's world is `page`, where `send` and `postMessage` are wrapped; the isolated one
 * has the natives.
 */
import { vi } from "vitest";
import type { Ruling } from "../../../../extension/page/protocols/calls.ts";
import type { StartedCall } from "../../../../extension/page/protocols/endpoint.ts";

/** A class with getters that throw for what is none of it, as the browser's do. */
function kind(getters: readonly string[], methods: readonly string[] = []) {
  class Kind extends EventTarget {}
  for (const name of getters)
    Object.defineProperty(Kind.prototype, name, {
      configurable: true,
      get() {
        throw new TypeError("Illegal invocation");
      },
      set() {},
    });
  for (const name of methods) Object.defineProperty(Kind.prototype, name, { value() {}, configurable: true });
  return Kind;
}

class FakeMouseEvent extends Event {
  #init: MouseEventInit;
  constructor(type: string, init: MouseEventInit = {}) {
    super(type, init);
    this.#init = init;
  }
  get button() {
    return this.#init.button ?? 0;
  }
  get relatedTarget() {
    return this.#init.relatedTarget ?? null;
  }
  get view() {
    return this.#init.view ?? null;
  }
  get detail() {
    return this.#init.detail ?? 0;
  }
}

/** As much of a browser's socket as the kits use. */
export class FakeSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  static made: FakeSocket[] = [];
  /** What really left. */
  readonly sent: unknown[] = [];
  binaryType = "blob";
  bufferedAmount = 0;
  extensions = "";
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: Event) => void) | null = null;
  onclose: ((event: Event) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  #state = 0;
  #url: string;
  #protocol: string;
  /** The server: what it says to a text. */
  static server: (text: string, socket: FakeSocket) => void = () => {};

  constructor(url: string | URL, protocols: string | string[] = "") {
    super();
    this.#url = String(url);
    this.#protocol = [protocols].flat()[0] ?? "";
    for (const type of ["open", "message", "close", "error"] as const)
      this.addEventListener(type, (event) => this[`on${type}`]?.(event));
    FakeSocket.made.push(this);
    queueMicrotask(() => {
      if (this.#state !== 0) return;
      this.#state = 1;
      this.dispatchEvent(new Event("open"));
    });
  }
  get readyState() {
    return this.#state;
  }
  get url() {
    return this.#url;
  }
  get protocol() {
    return this.#protocol;
  }
  send(data: unknown): void {
    if (this.#state === 0) throw new DOMException("Still in CONNECTING state", "InvalidStateError");
    if (this.#state !== 1) return;
    this.sent.push(data);
    const text = typeof data === "string" ? data : new TextDecoder().decode(data as ArrayBuffer);
    queueMicrotask(() => FakeSocket.server(text, this));
  }
  /** The server says something. Only the browser makes trusted events: they are named here. */
  hears(data: unknown): void {
    const event = new MessageEvent("message", { data });
    Object.defineProperty(event, "isTrusted", { value: true });
    this.dispatchEvent(event);
  }
  close(): void {
    if (this.#state >= 2) return;
    this.#state = 3;
    const event = new Event("close");
    Object.defineProperty(event, "isTrusted", { value: true });
    queueMicrotask(() => this.dispatchEvent(event));
  }
}

class FakePort extends EventTarget {
  readonly posted: unknown[] = [];
  /** What is handed on stays the same thing, in this one. */
  postMessage(message: unknown, handedOn: unknown[] = []): void {
    this.posted.push(handedOn.length > 0 ? message : structuredClone(message));
  }
}

class FakeServiceWorker extends EventTarget {
  readonly posted: unknown[] = [];
  postMessage(message: unknown): void {
    this.posted.push(structuredClone(message));
  }
}

class FakeChannel extends EventTarget {
  readonly posted: unknown[] = [];
  postMessage(message: unknown): void {
    this.posted.push(structuredClone(message));
  }
}

export interface Worlds {
  /** The page's socket class. */
  Socket: typeof FakeSocket;
  Port: typeof FakePort;
  ServiceWorker: typeof FakeServiceWorker;
  Channel: typeof FakeChannel;
  /** The calls that were asked about. */
  judged: StartedCall[];
  /** What the judge says to a call. */
  rule: (ruling: (numbers: string) => Ruling | Promise<Ruling>) => void;
  /** Texts that left. */
  texts: (socket: FakeSocket) => string[];
}

/** `send` as the browser has it: our isolated world's, and the page's before we wrapped it. */
export const nativeSend = Object.getOwnPropertyDescriptor(FakeSocket.prototype, "send")!;
const posting = [FakePort, FakeServiceWorker, FakeChannel].map(
  (Kind) => [Kind.prototype, Object.getOwnPropertyDescriptor(Kind.prototype, "postMessage")!] as const,
);

/** What scripts find by the name: it makes the page's sockets, and has the isolated world's `send`. */
function isolated() {
  const Isolated = function (url: string, protocols?: string | string[]) {
    return new FakeSocket(url, protocols);
  };
  const { CONNECTING, OPEN, CLOSING, CLOSED } = FakeSocket;
  Object.assign(Isolated, { CONNECTING, OPEN, CLOSING, CLOSED });
  Isolated.prototype = { send: nativeSend.value as unknown };
  return Isolated;
}

/** Stubs globals: call `vi.unstubAllGlobals` after. */
export async function openWorlds(): Promise<Worlds> {
  vi.resetModules();
  Object.defineProperty(FakeSocket.prototype, "send", nativeSend);
  for (const [owner, native] of posting) Object.defineProperty(owner, "postMessage", native);
  FakeSocket.made = [];
  const page = new EventTarget();
  const fakes = {
    Node: kind(["nodeType", "ownerDocument", "isConnected", "baseURI"], ["getRootNode"]),
    Element: kind(["localName"], ["removeAttribute"]),
    Attr: kind(["value", "localName", "ownerElement"]),
    HTMLBaseElement: kind(["href"]),
    Document: kind(["defaultView", "readyState", "contentType"], ["write"]),
    MouseEvent: FakeMouseEvent,
    document: page,
    window: page,
    WebSocket: FakeSocket,
  };
  for (const [name, fake] of Object.entries(fakes)) vi.stubGlobal(name, fake);

  const { GIVES, HELLO, POSTS } = await import("../../../../extension/page/main-world-events.ts");
  const channel = new EventTarget();
  page.addEventListener(HELLO, (event) => {
    (event as unknown as FakeMouseEvent).relatedTarget!.dispatchEvent(
      new FakeMouseEvent(GIVES, { relatedTarget: channel }),
    );
  });
  channel.addEventListener(POSTS, (event) => {
    // As the browser hands a copy from one world to the other.
    let detail: unknown = null;
    try {
      detail = structuredClone((event as CustomEvent<unknown>).detail);
    } catch {
      // A port that is not handed on with it, for one.
    }
    Object.defineProperty(event, "detail", { value: detail });
  });
  const judged: StartedCall[] = [];
  let ruled: (numbers: string) => Ruling | Promise<Ruling> = () => "go";
  const { openSockets } = await import("../../../../extension/page/protocols/sockets.ts");
  openSockets(channel, {
    judge(call) {
      judged.push(call);
      return ruled(call.numbers.join());
    },
    ended: () => {},
    isLate: false,
    now: () => performance.now(),
    later: (run, ms) => void setTimeout(run, ms),
    signal: new AbortController().signal,
  });
  const { join } = await import("../../../../extension/page/main-world/ask-guard.ts");
  const sockets = await import("../../../../extension/page/main-world/sockets.ts");
  const ports = await import("../../../../extension/page/main-world/ports.ts");
  join(
    () => {},
    () => {},
    sockets.keep,
  );
  const realm = {
    WebSocket: FakeSocket,
    MessagePort: FakePort,
    Worker: kind([], ["postMessage"]),
    ServiceWorker: FakeServiceWorker,
    BroadcastChannel: FakeChannel,
  } as unknown;
  sockets.wireSockets(realm as Parameters<typeof sockets.wireSockets>[0]);
  ports.wirePorts(realm as Parameters<typeof ports.wirePorts>[0]);
  // The isolated world's own: from here on the global is what our scripts there see.
  vi.stubGlobal("WebSocket", isolated());
  const worlds: Worlds = {
    ...{ Socket: FakeSocket, Port: FakePort, ServiceWorker: FakeServiceWorker, Channel: FakeChannel },
    judged,
    rule: (ruling) => (ruled = ruling),
    texts: (socket) =>
      socket.sent.map((data) =>
        typeof data === "string" ? data : new TextDecoder().decode(data as ArrayBuffer),
      ),
  };
  return worlds;
}
