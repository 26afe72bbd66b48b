/** What the tests of natives run in their pages, and what they dial there. */
import type { IncomingMessage, ServerResponse } from "node:http";

export const BARRED = "tel:+441414960010";

export function answer(request: IncomingMessage, response: ServerResponse): void {
  const strict = request.url!.startsWith("/strict");
  const policy = strict
    ? { "content-security-policy": "require-trusted-types-for 'script'; trusted-types page default" }
    : {};
  response
    .writeHead(200, { "content-type": "text/html", ...policy })
    .end('<!doctype html><title>Natives</title><link rel="icon" href="data:,"><div id="place"></div>');
}

/** Runs in the page: all that it can read of the properties of its interfaces, and of itself. */
export const look = () => {
  const seen: string[] = [];
  const say = (of: string, native: unknown) => {
    if (typeof native !== "function") return;
    const { name, length } = native;
    const source = Function.prototype.toString.call(native);
    const own = Object.getOwnPropertyNames(native).join();
    const proto = Object.getPrototypeOf(native) as unknown;
    const from = proto === Function.prototype ? "Function" : String((proto as { name?: string }).name);
    seen.push(`${of}: ${name} ${length} ${source} ${own} ${from} ${Object.hasOwn(native, "prototype")}`);
  };
  const walk = (of: string, owner: object) => {
    for (const key of Reflect.ownKeys(owner)) {
      const own: Record<string, unknown> = { ...Object.getOwnPropertyDescriptor(owner, key) };
      const flags = ["writable", "enumerable", "configurable"].map((flag) => own[flag]);
      const place = `${of}.${String(key)}`;
      seen.push(`${place} ${flags.join()}`);
      for (const part of ["value", "get", "set"]) say(place, own[part]);
    }
  };
  for (const name of Object.getOwnPropertyNames(window)) {
    // What the tests' own tools leave there.
    if (/playwright|fixtureModel/i.test(name)) continue;
    const value = Object.getOwnPropertyDescriptor(window, name)!.value as unknown;
    seen.push(name);
    say(name, value);
    if (typeof value === "function" && typeof value.prototype === "object")
      walk(name, value.prototype as object);
  }
  walk("Document", Document);
  return seen;
};

/**
 * Runs in the page: what a function in `Error.prepareStackTrace` is told of each call in the stacks that a page can have
 * while functions of ours run, its own window's and a frame's. Each call's answers, one after the other.
 */
export const callsInStacks = (emergency: string) => {
  interface Call {
    [name: string]: () => unknown;
  }
  type Errors = Omit<ErrorConstructor, "prepareStackTrace"> & {
    new (): Error;
    prepareStackTrace?: (error: unknown, calls: Call[]) => unknown;
  };
  const found: Record<string, unknown>[] = [];
  const frame = document.body.appendChild(document.createElement("iframe"));
  const theirs = frame.contentWindow as Window & typeof globalThis;
  const keep = () => {
    for (const win of [window, theirs]) {
      const errors = win.Error as unknown as Errors;
      errors.prepareStackTrace = (_, calls) => calls;
      const calls = win.Reflect.get(new errors(), "stack") as unknown as Call[];
      delete errors.prepareStackTrace;
      for (const call of calls) {
        const answers = Object.getOwnPropertyNames(Object.getPrototypeOf(call))
          .filter((name) => /^(?:get|to)/.test(name))
          .map((name) => [name, call[name]!()]);
        found.push(Object.fromEntries(answers) as Record<string, unknown>);
      }
    }
  };
  const attempt = (run: () => unknown) => {
    try {
      run();
    } catch {
      // It is the stack on the way there that counts.
    }
  };
  const speaking = (answer: unknown) => ({ toString: () => (keep(), answer) }) as never;
  attempt(() => open(speaking(Symbol())));
  attempt(() => theirs.open(speaking(Symbol())));
  attempt(() => (document.createElement("p").innerHTML = speaking("<iframe></iframe>")));
  attempt(() => (theirs.document.createElement("p").innerHTML = speaking("<iframe></iframe>")));
  attempt(() => (document.createElement("iframe").src = speaking("about:blank")));
  document.addEventListener("click", keep);
  document.body.click();
  document.body.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  // The guard dials what a frame was to get, as nothing holds it: the page hears of that while it is asked.
  const { navigation } = window as unknown as { navigation: EventTarget };
  const heard = (event: Event) => (event.preventDefault(), keep());
  navigation.addEventListener("navigate", heard);
  document.createElement("iframe").src = emergency;
  navigation.removeEventListener("navigate", heard);
  document.removeEventListener("click", keep);
  frame.remove();
  const said = (answer: unknown) => (typeof answer === "string" ? answer : typeof answer);
  return found.map((answers) =>
    Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, said(answer)])),
  );
};

/** Runs in the page: a click event that cannot be cancelled, where it opens nothing: whether a box is ticked by it. */
export const ticks = () => {
  const box = document.body.appendChild(document.createElement("input"));
  box.type = "checkbox";
  const prevent = (event: Event) => event.preventDefault();
  document.addEventListener("click", prevent);
  const event = new MouseEvent("click", { bubbles: true });
  box.dispatchEvent(event);
  document.removeEventListener("click", prevent);
  box.remove();
  return [box.checked, event.cancelable, event.defaultPrevented];
};

/**
 * Runs in the page: how it is heard that listens in each way, what of its words is read, and in what order. A click each;
 * a number is how often it was heard, and whether that was on the way down.
 */
export function hearings(): string[] {
  const outer = document.body.appendChild(document.createElement("div"));
  const inner = outer.appendChild(document.createElement("b"));
  const found: string[] = [];
  const words = (given: object) =>
    new Proxy(given, {
      get: (of, name, self) => (found.push(`reads ${String(name)}`), Reflect.get(of, name, self) as unknown),
    });
  const how: unknown[] = [undefined, null, true, 1, "", "yes", () => {}, words({}), words({ capture: 1 })];
  how.push(words({ once: true, capture: true }), words({ passive: true }), document.all);
  how.push(
    words({ signal: AbortSignal.abort() }),
    words({ signal: undefined }),
    Object.create({ once: true }),
  );
  for (const type of ["click", "submit", "keydown"])
    for (const one of how) {
      let heard = 0;
      let phase = 0;
      const hear = (event: Event) => void (heard++, (phase = event.eventPhase));
      outer.addEventListener(type, hear, one as AddEventListenerOptions);
      for (let i = 0; i < 2; i++) inner.dispatchEvent(new Event(type, { bubbles: true }));
      outer.removeEventListener(type, hear, one as AddEventListenerOptions);
      inner.dispatchEvent(new Event(type, { bubbles: true }));
      found.push(`${type} ${heard} ${phase}`);
    }
  for (const bad of [Symbol(), { signal: 1 }, words({ signal: null })])
    try {
      outer.addEventListener("click", () => {}, bad as AddEventListenerOptions);
      found.push("taken");
    } catch (error) {
      found.push(String(error));
    }
  found.push(String(outer.addEventListener.length));
  try {
    (outer.addEventListener as (type: string) => void)("click");
  } catch (error) {
    found.push(String(error));
  }
  outer.remove();
  return found;
}

/** Runs in the page: members that read or write markup, as the browser names them. */
export const membersOfMarkup = () =>
  Object.getOwnPropertyNames(window).flatMap((name) => {
    const value = Object.getOwnPropertyDescriptor(window, name)!.value as unknown;
    if (typeof value !== "function") return [];
    return [value, (value.prototype ?? {}) as object]
      .flatMap((owner) => Object.getOwnPropertyNames(owner))
      .filter((member) => /HTML(Unsafe)?$/.test(member))
      .map((member) => `${name}.${member}`);
  });

/**
 * Runs in the page: methods of what may take markup that make a frame of some, tried one by one with each of a few lists
 * of arguments, in a document of its own.
 */
export async function takersOfMarkup(): Promise<string[]> {
  const text = "<iframe></iframe>";
  const lists = [[], [text], ["beforeend", text], ["insertHTML", false, text], [text, "text/html"]];
  const found = new Set<string>();
  const inner = async (name: string, isStatic: boolean, method: string, list: unknown[]) => {
    const frame = document.body.appendChild(document.createElement("iframe"));
    const win = frame.contentWindow as Window & typeof globalThis;
    const doc = win.document;
    const at = doc.body.appendChild(doc.createElement("div"));
    at.contentEditable = "true";
    at.focus();
    const range = doc.createRange();
    range.selectNodeContents(at);
    const receivers: Record<string, () => object> = {
      ...{
        Element: () => at,
        HTMLElement: () => at,
        Node: () => at,
        Document: () => doc,
        Range: () => range,
      },
      ShadowRoot: () => at.attachShadow({ mode: "open" }),
      DocumentFragment: () => doc.createDocumentFragment(),
      CharacterData: () => at.appendChild(doc.createTextNode("text")),
      DOMParser: () => new win.DOMParser(),
    };
    try {
      const owner = Reflect.get(win, name) as { prototype: object };
      const self = isStatic ? owner : receivers[name]!();
      const roots = [doc, self, at.shadowRoot];
      const answer: unknown = Reflect.apply(Reflect.get(self, method) as () => unknown, self, list);
      if (answer instanceof win.WritableStream || answer instanceof WritableStream) {
        const writer = answer.getWriter();
        await writer.write(text);
        await writer.close();
      }
      for (const one of [...roots, answer])
        if ((one as Partial<ParentNode> | null)?.querySelector?.("iframe")) found.add(`${name}.${method}`);
    } catch {
      // Most want something else.
    }
    frame.remove();
  };
  const names = ["Element", "HTMLElement", "Node", "Document", "Range", "ShadowRoot", "DocumentFragment"];
  // They end the document, open a window or ask a person.
  const never = /^(close|open|constructor|startViewTransition|(request|exit|webkit).*)$/;
  for (const name of [...names, "CharacterData", "DOMParser"]) {
    const owner = Reflect.get(window, name) as { prototype: object };
    for (const isStatic of [true, false])
      for (const method of Object.getOwnPropertyNames(isStatic ? owner : owner.prototype)) {
        const own = Object.getOwnPropertyDescriptor(isStatic ? owner : owner.prototype, method)!;
        if (typeof own.value !== "function" || never.test(method)) continue;
        for (const list of lists) await inner(name, isStatic, method, list);
      }
  }
  return [...found].sort();
}

/** Runs in the page: the markup of a frame that dials, by each name of a method in pieces or as a whole. */
export async function writesByAll([names, barred]: readonly [readonly string[], string]): Promise<string[]> {
  const got: string[] = [];
  for (const name of names) {
    const place = document.body.appendChild(document.createElement("div"));
    const at = place.appendChild(document.createElement("p"));
    const method = Reflect.get(at, name) as ((text?: string) => unknown) | undefined;
    if (!method) continue;
    const text = `<b>kept</b><iframe title="1" src="${barred}"></iframe>`;
    if (name.startsWith("stream")) {
      const writer = (Reflect.apply(method, at, []) as WritableStream<string>).getWriter();
      for (const piece of text.match(/.{1,4}/gs)!) await writer.write(piece);
      await writer.close();
    } else Reflect.apply(method, at, [text]);
    await new Promise((done) => setTimeout(done, 50));
    if (place.querySelector("b")?.textContent !== "kept") got.push(`${name} wrote nothing`);
    if (place.querySelector('[src]:not([src=""])')) got.push(`${name} made a frame`);
    place.remove();
  }
  return got;
}

/** Runs in the page: the links of MathML that open by a click. */
export function linksOfMath(): string[] {
  const place = document.body.appendChild(document.createElement("div"));
  const opened: string[] = [];
  for (const name of ["math", "mrow", "mi", "a"]) {
    location.hash = "";
    place.innerHTML = `<math><${name} href="#${name}"><mi>x</mi></${name}></math>`;
    place.querySelector("mi")!.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    if (location.hash === `#${name}`) opened.push(name);
  }
  place.remove();
  return opened;
}

/** Runs in the page: gives each address to a frame, by property and by markup. Answers those that got there. */
export const writesBoth = (all: string[]) => {
  const place = document.querySelector("#place")!;
  const left: string[] = [];
  for (const address of all) {
    const frame = document.createElement("iframe");
    frame.src = address;
    if (frame.hasAttribute("src")) left.push(address.slice(0, 60));
    place.innerHTML = `<iframe src="${address}"></iframe>`;
    if (/^(tel|sms):/.test(place.querySelector("iframe")!.getAttribute("src") ?? ""))
      left.push(address.slice(0, 60));
    place.replaceChildren();
  }
  return left;
};

// Every script's digits: a zero is followed by nine more.
export const zeros = Array.from({ length: 0x1fbf1 }, (_, code) => code).filter(
  (code) =>
    code > 0x39 &&
    /\p{Nd}/u.test(String.fromCodePoint(code)) &&
    /\P{Nd}/u.test(String.fromCodePoint(code - 1)),
);
export const marks = [
  "\u200e",
  "\u200f",
  "\u202a",
  "\u202b",
  "\u202c",
  "\u202d",
  "\u202e",
  "\u2066",
  "\u2067",
  "\u2068",
  "\u2069",
  "\u061c",
];

/** Wrapped (main-world/parsers.ts, writes.ts), and in this browser. */
export const wrapped = [
  ...["Document.parseHTML", "Document.parseHTMLUnsafe"],
  ...["Element.insertAdjacentHTML", "Element.setHTML", "Element.setHTMLUnsafe"],
  ...["ShadowRoot.setHTML", "ShadowRoot.setHTMLUnsafe"],
];
