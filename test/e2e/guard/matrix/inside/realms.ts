/** The places where a cell's elements and scripts can be. Runs inside the page. */
import type { Realm } from "./tools.ts";
import { answer } from "./tools.ts";

/** Documents of their own, where the driver runs the cell's script. */
export const documents = [
  "top",
  "same site",
  "other site",
  "sandboxed",
  "sandboxed srcdoc",
  "srcdoc",
  "popup",
] as const;
/** Places that the script makes in the top document. */
const inPage = {
  "open root": (at: HTMLElement) => rooted(at, "open"),
  "closed root": (at: HTMLElement) => rooted(at, "closed"),
  "modal dialog"(at: HTMLElement) {
    const dialog = at.appendChild(document.createElement("dialog"));
    dialog.style.cssText =
      "position:fixed;inset:4px auto auto 4px;margin:0;padding:0;width:200px;height:40px";
    dialog.showModal();
    return here(dialog.appendChild(document.createElement("div")));
  },
  "blank frame": (at: HTMLElement) => within(frame(at, {})),
  async "frame without scripts"(at: HTMLElement) {
    const made = frame(at, {
      sandbox: "allow-same-origin allow-popups allow-forms allow-top-navigation",
      src: answer("/empty", ""),
    });
    await loaded(made);
    return within(made);
  },
  "opened document"(at: HTMLElement) {
    const made = frame(at, {});
    const inner = made.contentDocument!;
    inner.open();
    inner.write("<!doctype html><body style='margin:0'>");
    inner.close();
    return within(made);
  },
} satisfies Record<string, (at: HTMLElement) => Realm | Promise<Realm>>;

export const realms = [...documents, ...(Object.keys(inPage) as (keyof typeof inPage)[])] as const;
export type RealmName = (typeof realms)[number];
/** Without an origin: nobody's functions can be borrowed. */
export const withoutOrigin: readonly string[] = ["sandboxed", "sandboxed srcdoc"];
/** The document where the driver runs a cell of the realm. */
export const documentOf = (realm: RealmName): (typeof documents)[number] =>
  (documents as readonly string[]).includes(realm) ? (realm as (typeof documents)[number]) : "top";

const here = (place: Realm["place"]): Realm => ({ win: window, doc: document, place });
function rooted(at: HTMLElement, mode: ShadowRootMode): Realm {
  const root = at.attachShadow({ mode });
  return here(root.appendChild(document.createElement("div")));
}
function frame(at: HTMLElement, attributes: Record<string, string>): HTMLIFrameElement {
  const made = document.createElement("iframe");
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.style.cssText = "width:160px;height:36px;border:0";
  return at.appendChild(made);
}
const loaded = (made: HTMLIFrameElement) =>
  new Promise((done) => made.addEventListener("load", done, { once: true }));
function within(made: HTMLIFrameElement): Realm {
  const doc = made.contentDocument!;
  doc.body.style.margin = "0";
  return { win: made.contentWindow as Realm["win"], doc, place: doc.body };
}

export async function enter(realm: RealmName, at: HTMLElement): Promise<Realm> {
  const make = (inPage as Record<string, ((at: HTMLElement) => Realm | Promise<Realm>) | undefined>)[realm];
  return make ? make(at) : here(at);
}

export type Natives = "own" | "a blank frame's" | "a scriptless frame's";
let scriptless: Promise<Realm["win"]> | undefined;
/** The window whose functions a cell uses. */
export async function nativesOf(natives: Natives, realm: Realm): Promise<Realm["win"]> {
  const hidden = () => document.body.appendChild(document.createElement("div"));
  if (natives === "own") return realm.win;
  if (natives === "a blank frame's") return within(frame(hidden(), {})).win;
  scriptless ??= (async () => {
    const made = frame(hidden(), { sandbox: "allow-same-origin", src: answer("/empty", "") });
    await loaded(made);
    return made.contentWindow as Realm["win"];
  })();
  return scriptless;
}
