/** A hostile page: it looks for our element from its first script on, and keeps everything that it can reach. */
import { allNumbers } from "../e2e/kit/model.ts";

/** A clear number and a barred one, by the fixtures' rule. */
export const CLEAR = "0141 496 0001";
export const BARRED = "0141 496 0010";
/** On a register, with a consent: it may be called after the agent has read the card. */
export const READ_FIRST = "0141 496 0061";

/** What the page keeps for the test. */
export interface Loot {
  /** Shadow roots whose creation it could see. */
  roots: string[];
  /** Nodes in events' paths that are not the page's own. */
  paths: string[];
  /** Objects that reached the built-in functions that it had replaced. */
  seen: string[];
  /** Messages that it received. */
  messages: number;
}
export interface HostileWindow {
  loot: Loot;
  /** Replaces functions that scripts use: our scripts must be unaffected, and reveal nothing. */
  poison: () => void;
  dial: (address: string) => void;
}

const script = () => {
  const page = window as unknown as HostileWindow;
  page.loot = { roots: [], paths: [], seen: [], messages: 0 };
  // oxlint-disable-next-line typescript/unbound-method -- called with its receiver
  Element.prototype.attachShadow = new Proxy(Element.prototype.attachShadow, {
    apply(native, self: Element, [init]: [ShadowRootInit]) {
      page.loot.roots.push(self.localName);
      return Reflect.apply(native, self, [{ ...init, mode: "open" }]);
    },
  });
  for (const type of [
    "click",
    "pointerdown",
    "pointermove",
    "keydown",
    "focusin",
    "toggle",
    "beforetoggle",
    "close",
  ])
    addEventListener(
      type,
      (event) => {
        for (const at of event.composedPath())
          if (at instanceof Node && at.getRootNode() !== document) page.loot.paths.push(at.nodeName);
      },
      true,
    );
  addEventListener("message", () => page.loot.messages++);

  page.poison = () => {
    let looking = false;
    const { apply } = Reflect;
    const theirs = ["cleardial-host", "facts", "verdict", "stamp"];
    const spy = (value: unknown): void => {
      try {
        const said = typeof value === "string" ? value : Object.keys(value as object).join();
        if (theirs.some((word) => said.includes(word))) page.loot.seen.push(said);
      } catch {
        // Nothing to see.
      }
    };
    const over = (owner: object, name: string, lie?: unknown): void => {
      const native = Reflect.get(owner, name) as (...args: unknown[]) => unknown;
      Object.defineProperty(owner, name, {
        configurable: true,
        writable: true,
        value(this: unknown, ...args: unknown[]): unknown {
          // The search itself uses functions that are replaced.
          if (!looking) {
            looking = true;
            spy(this);
            for (const arg of args) spy(arg);
            looking = false;
          }
          return lie === undefined ? apply(native, this, args) : lie;
        },
      });
    };
    for (const name of ["map", "filter", "push", "some", "find", "join"]) over(Array.prototype, name);
    for (const name of ["parse", "stringify"]) over(JSON, name);
    over(Promise.prototype, "then");
    over(EventTarget.prototype, "addEventListener");
    over(Event.prototype, "preventDefault");
    over(Element.prototype, "append");
    over(HTMLElement.prototype, "showPopover");
    over(HTMLDialogElement.prototype, "showModal");
    over(HTMLElement.prototype, "focus");
    // Events that might hide that a dial is held.
    over(RegExp.prototype, "exec", null);
    over(RegExp.prototype, "test", false);
    over(String.prototype, "replace", "");
    over(String.prototype, "toLowerCase", "");
    over(EventTarget.prototype, "dispatchEvent", true);
    over(Element.prototype, "closest", null);
    over(Element.prototype, "getAttribute", null);
    over(Node.prototype, "getRootNode", document);
    Object.defineProperty(Event.prototype, "isTrusted", { get: () => true, configurable: true });
    Object.defineProperty(Event.prototype, "defaultPrevented", { get: () => false, configurable: true });
    Object.defineProperty(Event.prototype, "cancelable", { get: () => false, configurable: true });
    Reflect.apply = () => true;
    Reflect.get = (() => "https://elsewhere.example") as never;
    window.CustomEvent = Event as never;
    window.URL = class {
      href = "https://elsewhere.example";
    } as never;
    window.String = Object.assign(() => "https://elsewhere.example", {
      prototype: String.prototype,
    }) as never;
  };
};

/** `many`: how many invented numbers to show. */
export const hostilePage = (
  many: number,
): string => `<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Hostile</title><link rel="icon" href="data:,"><script>(${String(script)})()</script></head><body>
<p>Clear: <a id="clear" href="tel:${CLEAR.replaceAll(" ", "")}">${CLEAR}</a></p>
<p>Barred: <a id="barred" href="tel:${BARRED.replaceAll(" ", "")}">${BARRED}</a></p>
<p>Read first: <a id="read" href="tel:${READ_FIRST.replaceAll(" ", "")}">${READ_FIRST}</a></p>
<div>${allNumbers()
  .slice(0, many)
  .map((number) => `<p>${number}</p>`)
  .join("")}</div></body></html>`;
