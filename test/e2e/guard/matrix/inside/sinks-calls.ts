/** Calls and properties that open an address. Runs inside the page. */
import type { Sink } from "./sink.ts";
import { answer, clickEvent, quoted, type Tools } from "./tools.ts";

interface Navigation {
  navigate: (to: unknown, options?: object) => Record<"committed" | "finished", Promise<unknown>>;
}
const navigate = (on: object, to: unknown, options?: object) => {
  const { navigation } = on as { navigation: Navigation };
  // A document without an origin refuses it; that is an answer, not an error of the page.
  for (const told of Object.values(navigation.navigate(to, options))) told.catch(() => {});
};
const target = (t: Tools) => t.target ?? "_blank";
const to = (where: object, address: unknown) => void Reflect.set(where, "location", address);
const script = (address: string) => `javascript:void(location=${encodeURIComponent(quoted(address))})`;
const blank = (t: Tools) => t.add(t.make("iframe")).contentWindow as Window & typeof globalThis;
/** Does something with a frame when its document has come. */
const loaded = (
  t: Tools,
  attributes: Record<string, string>,
  then: (inner: Window, frame: HTMLIFrameElement) => void,
) => {
  const frame = t.make("iframe", attributes);
  frame.addEventListener("load", () => then(frame.contentWindow!, frame), { once: true });
  t.add(frame);
};
const otherSite = (path: string) => {
  const url = new URL(answer(path, ""));
  url.hostname = url.hostname === "localhost" ? "127.0.0.1" : "localhost";
  return url.href;
};

const here: Sink[] = [
  { name: "location =", go: (t, a) => to(t.win, t.value(a)) },
  { name: "document.location =", go: (t, a) => to(t.doc, t.value(a)) },
  { name: "location.href =", go: (t, a) => void (t.win.location.href = t.value(a)) },
  { name: "location.assign", go: (t, a) => t.win.location.assign(t.value(a)) },
  { name: "location.replace", go: (t, a) => t.win.location.replace(t.value(a)) },
  { name: "location to a script", go: (t, a) => to(t.win, script(a)) },
  { name: "navigation.navigate", go: (t, a) => navigate(t.win, t.value(a)) },
  {
    name: "navigation.navigate that replaces",
    go: (t, a) => navigate(t.win, t.value(a), { history: "replace" }),
  },
  { name: "top.location", go: (t, a) => to(t.win.top!, t.value(a)) },
  { name: "parent.location.replace", go: (t, a) => t.win.parent.location.replace(t.value(a)) },
  {
    name: "an inline handler",
    go(t, a) {
      const button = t.make("button", { onclick: `location.href=${quoted(a)}` });
      t.add(button).click();
    },
  },
  {
    name: "an inline script",
    go(t, a) {
      const made = t.make("script");
      made.text = `location.assign(${quoted(a)})`;
      t.add(made);
    },
  },
];

const windows: Sink[] = [
  { name: "open", targets: true, go: (t, a) => void t.own("open")(t.value(a), target(t)) },
  {
    name: "open without an opener",
    targets: true,
    go: (t, a) => void t.own("open")(t.value(a), target(t), "noopener"),
  },
  {
    name: "open as a popup",
    targets: true,
    go: (t, a) => void t.own("open")(t.value(a), target(t), "popup,width=200,height=100"),
  },
  {
    name: "document.open with an address",
    targets: true,
    go: (t, a) => void t.call(t.doc, "open", t.value(a), target(t), ""),
  },
  { name: "open a script", go: (t, a) => void t.own("open")(script(a), "_self") },
  {
    name: "open by a frame's name",
    go(t, a) {
      const name = `frame${Math.random()}`;
      t.add(t.make("iframe", { name }));
      t.own("open")(t.value(a), name);
    },
  },
  { name: "a blank window's location", go: (t, a) => to(t.own("open")("about:blank") as Window, t.value(a)) },
  {
    name: "a loaded window's location",
    go(t, a) {
      const made = t.own("open")(answer("/empty", "")) as Window;
      made.addEventListener("load", () => (made.location.href = t.value(a)));
    },
  },
  {
    name: "a window that writes a link",
    go(t, a) {
      const made = t.own("open")("") as Window;
      const link = made.document.createElement("a");
      link.href = t.value(a);
      made.document.body.append(link);
      link.click();
    },
  },
];

const frames: Sink[] = [
  { name: "a blank frame's location", go: (t, a) => to(blank(t), t.value(a)) },
  { name: "a blank frame's location.replace", go: (t, a) => blank(t).location.replace(t.value(a)) },
  { name: "a blank frame's document.location", go: (t, a) => to(blank(t).document, t.value(a)) },
  { name: "a blank frame's open", targets: true, go: (t, a) => void blank(t).open(t.value(a), target(t)) },
  { name: "a blank frame's navigation", go: (t, a) => navigate(blank(t), t.value(a)) },
  {
    name: "a blank frame's link",
    targets: true,
    go(t, a) {
      const inner = blank(t).document;
      const link = inner.createElement("a");
      link.href = t.value(a);
      link.target = target(t);
      inner.body.append(link);
      link.click();
    },
  },
  {
    name: "a blank frame's form",
    targets: true,
    go(t, a) {
      const inner = blank(t).document;
      const form = inner.createElement("form");
      form.action = t.value(a);
      form.target = target(t);
      inner.body.append(form);
      form.submit();
    },
  },
  {
    name: "a blank frame's parser",
    go(t, a) {
      const inner = blank(t);
      const parsed = new inner.DOMParser().parseFromString("<iframe>", "text/html");
      parsed.querySelector("iframe")!.setAttribute("src", t.value(a));
      t.place.append(...parsed.body.childNodes);
    },
  },
  {
    name: "a blank frame's script",
    go(t, a) {
      const inner = blank(t).document;
      const made = inner.createElement("script");
      made.text = `location.replace(${quoted(a)})`;
      inner.body.append(made);
    },
  },
  {
    name: "a loaded frame's location",
    go: (t, a) => loaded(t, { src: answer("/empty", "") }, (inner) => to(inner, t.value(a))),
  },
  {
    name: "a loaded frame's navigation",
    go: (t, a) => loaded(t, { src: answer("/empty", "") }, (inner) => navigate(inner, t.value(a))),
  },
  {
    name: "a written frame's location",
    go: (t, a) => loaded(t, { srcdoc: "<p>" }, (inner) => to(inner, t.value(a))),
  },
  {
    name: "the location of a frame of another site",
    go: (t, a) => loaded(t, { src: otherSite("/empty") }, (inner) => to(inner, t.value(a))),
  },
  {
    name: "a frame's location in an opened document",
    go(t, a) {
      const inner = blank(t);
      inner.document.open();
      inner.document.write("<p>Opened");
      inner.document.close();
      to(inner, t.value(a));
    },
  },
  {
    name: "a link in an opened document",
    targets: true,
    go(t, a) {
      const inner = blank(t).document;
      inner.open();
      inner.write("<a>Call</a>");
      inner.close();
      const link = inner.querySelector("a")!;
      link.href = t.value(a);
      link.target = target(t);
      link.click();
    },
  },
  {
    name: "a link of a frame that runs no scripts",
    targets: true,
    go: (t, a) =>
      loaded(
        t,
        { sandbox: "allow-same-origin allow-popups allow-top-navigation", src: answer("/empty", "") },
        (_, frame) => {
          const inner = frame.contentDocument!;
          const link = inner.createElement("a");
          link.href = t.value(a);
          link.target = target(t);
          inner.body.append(link);
          link.dispatchEvent(clickEvent());
        },
      ),
  },
  {
    name: "a frame in a frame that runs no scripts",
    go: (t, a) =>
      loaded(
        t,
        { sandbox: "allow-same-origin allow-popups allow-top-navigation", src: answer("/empty", "") },
        (_, frame) => {
          const inner = frame.contentDocument!;
          const made = inner.createElement("iframe");
          made.src = t.value(a);
          inner.body.append(made);
        },
      ),
  },
];

const servers: Sink[] = [
  {
    name: "an answer that leads there, in a frame",
    go: (t, a) => void t.add(t.make("iframe", { src: answer("/302", a) })),
  },
  {
    name: "an answer with a Refresh header, in a frame",
    go: (t, a) => void t.add(t.make("iframe", { src: answer("/refresh-header", a) })),
  },
  {
    name: "an answer with a script, in a frame",
    go: (t, a) => void t.add(t.make("iframe", { src: answer("/script", a) })),
  },
  {
    name: "an answer that writes a frame in pieces",
    go: (t, a) => void t.add(t.make("iframe", { src: answer("/pieces", a) })),
  },
  {
    name: "an answer with a stylesheet for XML",
    go: (t, a) => void t.add(t.make("iframe", { src: answer("/sheet.xml", a) })),
  },
];

export const calls: readonly Sink[] = [...here, ...windows, ...frames, ...servers];
