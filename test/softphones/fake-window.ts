/** As much of two windows as messages between them need. */

/** As a browser delivers one. Node's own takes ports alone for a source. */
export class Message extends Event {
  readonly data: unknown;
  readonly origin: string;
  readonly source: unknown;
  readonly ports: readonly unknown[];
  constructor(type: string, init: Partial<Message> = {}) {
    super(type);
    this.data = init.data;
    this.origin = init.origin ?? "";
    this.source = init.source ?? null;
    this.ports = init.ports ?? [];
  }
}

export class FakeWindow extends EventTarget {
  readonly location: { hostname: string; href: string };
  parent: unknown = this;
  readonly origin: string;
  constructor(origin: string) {
    super();
    this.origin = origin;
    this.location = { hostname: new URL(origin).hostname, href: `${origin}/` };
  }
  /** This window, as another one has it. */
  seenFrom(other: FakeWindow): object & { postMessage: (data: unknown) => void } {
    const known = this.#seen.get(other);
    if (known) return known;
    const seen = {
      postMessage: (data: unknown) => {
        const init = { data: structuredClone(data), origin: other.origin, source: other.seenFrom(this) };
        setTimeout(() => this.dispatchEvent(new Message("message", init)));
      },
    };
    this.#seen.set(other, seen);
    return seen;
  }
  readonly #seen = new Map<FakeWindow, object & { postMessage: (data: unknown) => void }>();
}
