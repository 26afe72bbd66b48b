/**
 * Every way in which a page can dial, one function a row. They run inside the fixture page; the test reads the names. */

export const contexts = ["top", "same", "other", "opaque", "srcdoc", "closed", "modal"] as const;
export type Context = (typeof contexts)[number];

export interface Route {
  name: string;
  /** The person's act on the element that `put` returns; without it the script alone dials. */
  by?: "click" | "control" | "middle" | "Enter";
  /** The address for a number such as `+441134960001`; `tel:` by default. */
  address?: (number: string) => string;
  /** It begins a text message or a chat. */
  message?: true;
  /** How often its page dials by itself, where its number is known to be clear: once by default. Of those that a test asks about. */
  dials?: number;
  put: (place: HTMLElement, address: string) => HTMLElement | void;
}

/** Makes an element and adds it to the place. */
export function add<K extends keyof HTMLElementTagNameMap>(
  place: HTMLElement,
  tag: K,
  attributes: Record<string, string> = {},
): HTMLElementTagNameMap[K] {
  const element = make(tag, attributes);
  place.append(element);
  return element;
}
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Record<string, string>) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (tag === "a" || tag === "button") element.textContent = "Call";
  return element;
}
export const link = (place: HTMLElement, href: string, target = "_self") => add(place, "a", { href, target });
/** A click that a script makes; unlike `click()` it can be dispatched on any element. */
const clickEvent = () => new MouseEvent("click", { bubbles: true, cancelable: true, composed: true });
const loaded = (frame: HTMLIFrameElement, then: () => void) =>
  frame.addEventListener("load", then, { once: true });
/** An answer of the fixture's server, by a full address, as a document without an origin has no base address. */
export const answer = (path: string, to: string) =>
  new URL(`${path}?to=${encodeURIComponent(to)}`, document.baseURI).href;
export const form = (place: HTMLElement, action: string, target = "_self") => {
  const made = add(place, "form", { action, target });
  add(made, "button");
  return made;
};

type Scheme = [name: string, address: (number: string) => string];
const calls: Scheme[] = [
  ["tel:", (n) => `tel:${n}`],
  ["callto:", (n) => `callto:${n}`],
  ["sip:", (n) => `sip:${n}@pbx.example`],
  ["sips:", (n) => `sips:${n}@pbx.example`],
  ["skype:", (n) => `skype:${n}?call`],
  ["facetime:", (n) => `facetime:${n}`],
  ["facetime-audio:", (n) => `facetime-audio:${n}`],
  ["zoomphonecall:", (n) => `zoomphonecall://${n}?callerid=100`],
  ["dialpad:", (n) => `dialpad://${n}`],
  ["msteams:", (n) => `msteams:/l/call/0/0?users=4:${n.replace("+", "%2B")}`],
  ["rcapp:", (n) => `rcapp://r/call?number=${n.replace("+", "%2B")}`],
  ["web+tel:", (n) => `web+tel:${n}`],
  ["an unlisted scheme", (n) => `acme:${n}`],
  ["an unlisted scheme's parameter", (n) => `acme://call?id=7&number=${n.replace("+", "%2B")}`],
  ["Teams", (n) => `https://teams.microsoft.com/l/call/0/0?users=4:${n.replace("+", "%2B")}`],
  ["Google Voice", (n) => `https://voice.google.com/u/0/calls?a=nc,${n.replace("+", "%2B")}`],
  ["wa.me/call", (n) => `https://wa.me/call/${n.slice(1)}`],
];
const messages: Scheme[] = [
  ["whatsapp:", (n) => `whatsapp://send?phone=${n.slice(1)}`],
  ["wa.me", (n) => `https://wa.me/${n.slice(1)}`],
  ["sms:", (n) => `sms:${n}`],
  ["viber:", (n) => `viber://chat?number=${n.replace("+", "%2B")}`],
  ["t.me", (n) => `https://t.me/${n}`],
];
const linkBy = ([name, address]: Scheme): Route => ({
  name: `a link, ${name}`,
  by: "click",
  address,
  put: (p, to) => link(p, to),
});

const links: Route[] = [
  ...calls.map(linkBy),
  ...messages.map((scheme): Route => ({ ...linkBy(scheme), message: true })),
  ...["_blank", "_top", "named"].map((target): Route => ({
    name: `a link to ${target}`,
    by: "click",
    put: (p, to) => link(p, to, target),
  })),
  { name: "a link by Enter", by: "Enter", put: (p, to) => link(p, to) },
  { name: "a link by the middle button", by: "middle", put: (p, to) => link(p, to) },
  {
    name: "a link that gets its number when it is clicked",
    by: "click",
    put(place, to) {
      const made = link(place, "#");
      made.addEventListener("click", () => (made.href = to));
      return made;
    },
  },
  {
    name: "a link to a script",
    by: "click",
    put: (p, to) => link(p, `javascript:void(location=${JSON.stringify(to)})`),
  },
  { name: "a form's button", by: "click", put: (p, to) => form(p, to).querySelector("button")! },
  {
    name: "a button with an action of its own",
    by: "click",
    put(place, to) {
      const button = form(place, "#").querySelector("button")!;
      button.formAction = to;
      return button;
    },
  },
];

const scripts: Route[] = [
  { name: "location =", put: (_, to) => void (window.location = to as Location & string) },
  { name: "location.href =", put: (_, to) => void (location.href = to) },
  { name: "location.assign", put: (_, to) => location.assign(to) },
  { name: "location.replace", put: (_, to) => location.replace(to) },
  {
    name: "navigation.navigate",
    // Documents without an origin refuse it: an expected refusal, not an error of the page.
    put(_, to) {
      for (const told of Object.values(navigation.navigate(to))) told.catch(() => {});
    },
  },
  { name: "click() on a link in the page", put: (p, to) => link(p, to).click() },
  { name: "click() on a link to _blank", put: (p, to) => link(p, to, "_blank").click() },
  { name: "click() on a link outside it", put: (_, href) => make("a", { href }).click() },
  {
    name: "click() on a link to _blank outside it",
    put: (_, href) => make("a", { href, target: "_blank" }).click(),
  },
  {
    name: "a click event on a link in the page",
    put: (p, to) => void link(p, to).dispatchEvent(clickEvent()),
  },
  {
    name: "a click event on a link outside it",
    put: (_, href) => void make("a", { href, target: "_blank" }).dispatchEvent(clickEvent()),
  },
  {
    name: "a click on a link in an open root",
    put(place, to) {
      const root = add(place, "div").attachShadow({ mode: "open" });
      link(root as unknown as HTMLElement, to, "_blank").click();
    },
  },
  {
    name: "a click on a link in a closed root",
    put(place, to) {
      const root = add(place, "div").attachShadow({ mode: "closed" });
      link(root as unknown as HTMLElement, to, "_blank").click();
    },
  },
  { name: "open", put: (_, to) => void open(to) },
  { name: "open in _self", put: (_, to) => void open(to, "_self") },
  { name: "open without an opener", put: (_, to) => void open(to, "_blank", "noopener") },
  {
    name: "open by a frame's name",
    put: (p, to) => (add(p, "iframe", { name: "inner" }), void open(to, "inner")),
  },
  { name: "requestSubmit", put: (p, to) => form(p, to).requestSubmit() },
  { name: "submit", put: (p, to) => form(p, to).submit() },
  { name: "submit to _blank", put: (p, to) => form(p, to, "_blank").submit() },
];

const frames: Route[] = [
  { name: "a new frame", put: (p, src) => void add(p, "iframe", { src }) },
  {
    name: "a new frame's property",
    put: (p, src) => p.append(Object.assign(document.createElement("iframe"), { src })),
  },
  { name: "a frame that is there", put: (p, src) => void (add(p, "iframe").src = src) },
  {
    name: "a frame that is loaded",
    put: (p, to) => {
      const frame = add(p, "iframe", { src: answer("/empty", "") });
      loaded(frame, () => (frame.src = to));
    },
  },
  {
    name: "a frame's attribute, by namespace",
    put: (p, src) => add(p, "iframe").setAttributeNS(null, "src", src),
  },
  {
    name: "a frame's attribute, as a node",
    put(p, src) {
      const attribute = document.createAttribute("src");
      attribute.value = src;
      add(p, "iframe").setAttributeNode(attribute);
    },
  },
  {
    name: "a frame's attribute, as a named item",
    put(p, src) {
      const attribute = document.createAttribute("src");
      attribute.value = src;
      add(p, "iframe").attributes.setNamedItem(attribute);
    },
  },
  {
    name: "the value of a frame's attribute",
    put: (p, src) => void (add(p, "iframe", { src: "about:blank" }).getAttributeNode("src")!.value = src),
  },
  {
    name: "a frame by an editor's command",
    put(p, src) {
      add(p, "div", { contenteditable: "true" }).focus();
      document.execCommand("insertHTML", false, `<iframe src="${src}"></iframe>`);
    },
  },
  {
    name: "a frame in markup",
    put: (p, to) => void Reflect.set(p, "innerHTML", `<iframe src="${to}"></iframe>`),
  },
  {
    name: "a frame in parsed markup",
    put: (p, to) => {
      const parsed = new DOMParser().parseFromString(`<iframe src="${to}"></iframe>`, "text/html");
      p.append(...parsed.body.childNodes);
    },
  },
  {
    name: "a frame in unsafe markup",
    put: (p, to) => p.setHTMLUnsafe(`<iframe src="${to}"></iframe>`),
  },
  { name: "an embed", put: (p, src) => void add(p, "embed", { src }) },
  { name: "an object", put: (p, data) => void add(p, "object", { data }) },
  {
    name: "a frame's script",
    put: (p, to) => void add(p, "iframe", { srcdoc: `<script>location = ${JSON.stringify(to)}</script>` }),
  },
  {
    name: "a frame's refresh",
    put: (p, to) => void add(p, "iframe", { srcdoc: `<meta http-equiv="refresh" content="0;url=${to}">` }),
  },
  {
    name: "a frame in a frame's markup",
    put: (p, to) => void add(p, "iframe", { srcdoc: `<iframe src="${to}"></iframe>` }),
  },
  {
    name: "the window of a frame, at once",
    put: (p, to) => void (add(p, "iframe").contentWindow!.location.href = to),
  },
  {
    name: "the window of a frame that is loaded",
    put: (p, to) => {
      const frame = add(p, "iframe", { src: answer("/empty", "") });
      loaded(frame, () => (frame.contentWindow!.location = to as Location & string));
    },
  },
  {
    name: "the window of a written frame",
    put: (p, to) => {
      const frame = add(p, "iframe", { srcdoc: "<p>Written" });
      loaded(frame, () => (frame.contentWindow!.location = to as Location & string));
    },
  },
  {
    name: "the window of a frame of another site",
    put: (p, to) => {
      const other = location.hostname === "localhost" ? "127.0.0.1" : "localhost";
      const frame = add(p, "iframe", { src: answer("/empty", "").replace(/\/\/[^:]+/, `//${other}`) });
      loaded(frame, () => (frame.contentWindow!.location = to as Location & string));
    },
  },
  { name: "a blank frame's own open", put: (p, to) => void add(p, "iframe").contentWindow!.open(to) },
  {
    name: "a link of a blank frame",
    put(p, to) {
      const inner = add(p, "iframe").contentDocument!;
      const made = inner.createElement("a");
      made.href = to;
      inner.body.append(made);
      made.click();
    },
  },
];

const windows: Route[] = [
  {
    name: "a blank window's location, at once",
    put: (_, to) => void (open("about:blank")!.location = to as Location & string),
  },
  { name: "an empty window's location, at once", put: (_, to) => void (open()!.location.href = to) },
  {
    name: "a blank window's location, later",
    put(_, to) {
      const made = open("about:blank")!;
      setTimeout(() => made.location.replace(to), 200);
    },
  },
  {
    name: "a loaded window's location",
    put(_, to) {
      const made = open(answer("/empty", ""))!;
      made.addEventListener("load", () => (made.location.href = to));
    },
  },
  { name: "top.location", put: (_, to) => void (top!.location.href = to) },
];

const servers: Route[] = [
  {
    name: "a refresh in the page",
    put: (p, to) => void add(p, "meta", { "http-equiv": "refresh", content: `0;url=${to}` }),
  },
  {
    name: "an answer with a refresh, in a frame",
    put: (p, to) => void add(p, "iframe", { src: answer("/refresh", to) }),
  },
  {
    name: "an answer with a frame, in a frame",
    put: (p, to) => void add(p, "iframe", { src: answer("/markup", to) }),
  },
  { name: "an answer that leads there", put: (_, to) => location.assign(answer("/302", to)) },
  {
    name: "an answer that leads there, in a frame",
    put: (p, to) => void add(p, "iframe", { src: answer("/302", to) }),
  },
  { name: "an answer that leads there, in a window", put: (_, to) => void open(answer("/302", to)) },
];

export const routes: readonly Route[] = [...scripts, ...frames, ...windows, ...servers, ...links];

declare const navigation: { navigate: (to: string) => Record<"committed" | "finished", Promise<unknown>> };
