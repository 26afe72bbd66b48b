/** Links, forms and frames that pages seldom have: in cloned and declared roots, in pictures, of elements of their own. */
import { add, form, link, make, type Route } from "./routes.ts";

const BARE = "/empty";
const PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
let count = 0;
/** A name that nothing else in the page has. */
const unique = () => `unusual-${count++}`;
const ends = (event: Event) => event.stopImmediatePropagation();
const endsAt = (host: Element) =>
  document.addEventListener("click", (event) => event.target === host && event.stopPropagation(), true);
const linkTo = (to: string) => `<a href="${to}" target="_blank">Call</a>`;
const formTo = (to: string) => `<form action="${to}" target="_blank"><button>Call</button></form>`;
const frameTo = (to: string) => `<iframe src="${to}"></iframe>`;
const declared = (html: string, more = "") =>
  `<div style="display:inline-block"><template shadowrootmode="closed"${more}>${html}</template></div>`;
const written = <E extends Element = HTMLElement>(place: HTMLElement, html: string): E => {
  place.innerHTML = html;
  return place.firstElementChild as E;
};

type Host = (place: HTMLElement, html: string) => HTMLElement;
/** Closed roots that no script attached where they are. */
const hosts: [name: string, host: Host][] = [
  [
    "a copied root",
    (place, html) => {
      const made = make("div", { style: "display:inline-block" });
      made.attachShadow({ mode: "closed", clonable: true }).innerHTML = html;
      return place.appendChild(made.cloneNode(true) as HTMLElement);
    },
  ],
  [
    "a root that a range copied",
    (place, html) => {
      const outer = make("div", {});
      const made = add(outer, "div", { style: "display:inline-block" });
      made.attachShadow({ mode: "closed", clonable: true }).innerHTML = html;
      const range = document.createRange();
      range.selectNodeContents(outer);
      place.append(range.cloneContents());
      return place.lastElementChild as HTMLElement;
    },
  ],
  [
    "a declared root",
    (place, html) => {
      place.setHTMLUnsafe(declared(html));
      return place.firstElementChild as HTMLElement;
    },
  ],
  [
    "a declared root of another document",
    (place, html) => {
      const { body } = (Document as unknown as Parser).parseHTMLUnsafe(declared(html));
      return place.appendChild(body.firstElementChild as HTMLElement);
    },
  ],
  [
    "a declared root that a template copied",
    (place, html) => {
      const made = make("template", {});
      made.setHTMLUnsafe(declared(html, " shadowrootclonable"));
      place.append(document.importNode(made.content, true));
      return place.lastElementChild as HTMLElement;
    },
  ],
];
interface Parser {
  parseHTMLUnsafe: (html: string) => Document;
}
const inRoots = hosts.flatMap(([name, host]): Route[] => [
  ...(
    [
      ["a link", linkTo],
      ["a form", formTo],
    ] as const
  ).map(([what, html]): Route => ({
    name: `${what} in ${name}, whose click ends before it`,
    by: "click",
    put(place, to) {
      const made = host(place, html(to));
      endsAt(made);
      return made;
    },
  })),
  { name: `a frame in ${name}`, put: (place, to) => void host(place, frameTo(to)) },
]);

/** The closed root of an element of the page's own, by its internals. */
function ownRoot(place: HTMLElement, html: string): ShadowRoot {
  const name = unique();
  let root: ShadowRoot | null = null;
  class Own extends HTMLElement {
    constructor() {
      super();
      root = this.attachInternals().shadowRoot;
    }
  }
  place.setHTMLUnsafe(`<${name}><template shadowrootmode="closed">${html}</template></${name}>`);
  customElements.define(name, Own);
  return root!;
}
const ofInternals: Route[] = [
  {
    name: "a click event within a root that an element's internals give",
    put: (place, to) =>
      void ownRoot(place, linkTo(to))
        .querySelector("a")!
        .dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })),
  },
  {
    name: "requestSubmit within a root that an element's internals give, which ends its event",
    put(place, to) {
      const root = ownRoot(place, formTo(BARE));
      const made = root.querySelector("form")!;
      root.addEventListener("submit", (event) => (ends(event), (made.action = to)), true);
      made.requestSubmit();
    },
  },
];

const map = (to: string, area = 'coords="0,0,40,20"') => {
  const name = unique();
  return `<img src="${PIXEL}" usemap="#${name}" width="40" height="20"><map name="${name}"><area href="${to}" target="_blank" ${area}></map>`;
};
const picture = (inside: string) => `<svg width="80" height="30">${inside}</svg>`;
const RECT = '<rect width="80" height="30"/>';
const pictures: Route[] = [
  {
    name: "a picture's link by Enter",
    by: "Enter",
    put: (place, to) =>
      written(place, picture(`<a href="${to}" target="_blank">${RECT}</a>`)).querySelector("a")!,
  },
  {
    name: "a picture's link around what shows another part",
    by: "click",
    put(place, to) {
      const id = unique();
      const inside = `<defs><g id="${id}">${RECT}</g></defs><a href="${to}" target="_blank"><use href="#${id}"/></a>`;
      return written<HTMLElement>(place, picture(inside));
    },
  },
  {
    name: "an area by Enter",
    by: "Enter",
    put: (place, to) => (written(place, map(to)), place.querySelector("area")!),
  },
  {
    name: "an area of a picture in a link to somewhere else",
    by: "click",
    put: (place, to) => (
      written(place, `<a href="${BARE}">${map(to, 'shape="default"').replace(">", "></a>")}`),
      place.querySelector("img")!
    ),
  },
  {
    name: "an area in a closed root whose click ends before it",
    by: "click",
    put(place, to) {
      const host = add(place, "div");
      const root = host.attachShadow({ mode: "closed" });
      root.innerHTML = map(to);
      endsAt(host);
      return root.querySelector("img")!;
    },
  },
  {
    name: "an area that is changed as its click ends",
    by: "click",
    put(place, to) {
      written(place, map(BARE));
      const area = place.querySelector("area")!;
      area.addEventListener("click", (event) => (ends(event), (area.href = to)));
      return place.querySelector("img")!;
    },
  },
];

const pressed: Route[] = [
  {
    name: "a link around a button",
    by: "click",
    put(place, to) {
      const made = link(place, to, "_blank");
      made.innerHTML = '<button type="button">Call</button>';
      return made;
    },
  },
  {
    name: "a label of a form's button",
    by: "click",
    put(place, to) {
      const id = unique();
      Object.assign(form(place, to, "_blank").querySelector("button")!, { id, hidden: true });
      return Object.assign(add(place, "label", { for: id }), { textContent: "Call" });
    },
  },
  {
    name: "a link in a closed root whose press and click both end before it",
    by: "click",
    put(place, to) {
      const host = add(place, "div", { style: "display:inline-block" });
      link(host.attachShadow({ mode: "closed" }) as unknown as HTMLElement, to, "_blank");
      for (const type of ["pointerdown", "mousedown", "pointerup", "mouseup", "click"])
        document.addEventListener(type, (event) => event.target === host && ends(event), true);
      return host;
    },
  },
];

/** A link that another listener changes once its click's own have run: the browser says `DOMActivate` of what is in it. */
const activates = (to: string, place: HTMLElement = make("div", {})) => {
  const made = link(place, BARE, "_blank");
  made.innerHTML = "<b>Call</b>";
  const change = (event: Event) => {
    if (event.composedPath().includes(document)) ends(event);
    made.href = to;
  };
  made.addEventListener("DOMActivate", change, true);
  return made;
};
const activated: Route[] = [
  {
    name: "a link that its activation changes, after its click",
    by: "click",
    put: (place, to) => activates(to, place),
  },
  {
    name: "click() on a link outside the page that its activation changes",
    put: (_, to) => (activates(to).firstElementChild as HTMLElement).click(),
  },
  {
    name: "a link in a closed root that its activation changes",
    by: "click",
    put: (place, to) =>
      activates(to, add(place, "div").attachShadow({ mode: "closed" }) as unknown as HTMLElement),
  },
  {
    name: "a link in a closed root that its activation changes, and whose click ends before it",
    by: "click",
    put(place, to) {
      const host = add(place, "div", { style: "display:inline-block" });
      activates(to, host.attachShadow({ mode: "closed" }) as unknown as HTMLElement);
      endsAt(host);
      return host;
    },
  },
  ...["mouseup", "click"].map((type): Route => ({
    name: `a link that its activation changes, whose ${type} clicks on another within it`,
    by: "click",
    put(place, to) {
      const made = activates(to, place);
      const inner = made.firstElementChild as HTMLElement;
      // Without a text: nobody clicks on it.
      const other = Object.assign(link(inner, "#other"), { textContent: "" });
      inner.addEventListener(type, (event) => event.target === inner && other.click());
      return made;
    },
  })),
];

/** A button in a link that shows something, which changes the link as it is shown. */
const showing = (place: HTMLElement, button: string, type: string, to: string): HTMLElement => {
  const [id, made] = [unique(), link(place, BARE, "_blank")];
  made.innerHTML = button.replaceAll("ID", id);
  const shown = add(place, "dialog", { id, ...(button.includes("popover") && { popover: "" }) });
  shown.addEventListener(type, () => {
    made.href = to;
    setTimeout(() => (shown.matches("[popover]") ? shown.hidePopover() : shown.close()), 50);
  });
  if (type === "focusin") add(shown, "input", { autofocus: "" });
  return made;
};
const shows: [name: string, button: string, type: string][] = [
  ["a popover", `<button type="button" popovertarget="ID">Call</button>`, "beforetoggle"],
  ["a popover, as an input", `<input type="button" value="Call" popovertarget="ID">`, "beforetoggle"],
  ["a dialog", `<button type="button" command="show-modal" commandfor="ID">Call</button>`, "focusin"],
  [
    "by a command of its own",
    `<button type="button" command="--own" commandfor="ID">Call</button>`,
    "command",
  ],
];
const shown: Route[] = [
  ...shows.flatMap(([name, button, type]): Route[] => [
    {
      name: `a link whose button shows something that changes it: ${name}`,
      by: "click",
      put: (place, to) => showing(place, button, type, to),
    },
    {
      name: `click() on a link's button that shows something that changes it: ${name}`,
      put: (place, to) => (showing(place, button, type, to).firstElementChild as HTMLElement).click(),
    },
  ]),
  {
    name: "a link to _blank whose button shows something",
    by: "click",
    put(place, to) {
      const [id, made] = [unique(), link(place, to, "_blank")];
      made.innerHTML = `<button type="button" popovertarget="${id}">Call</button>`;
      add(place, "div", { popover: "", id });
      return made;
    },
  },
];

const linkIn = (to: string, id: string) =>
  `<a id="${id}" href="${to}" target="_blank"><rect width="80" height="30"/></a>`;
const using = (place: HTMLElement, defs: string, href: string) =>
  written(place, `<svg width="80" height="30"><defs>${defs}</defs><use href="${href}"/></svg>`);
const used: Route[] = [
  ...(["click", "control", "middle"] as const).map((by): Route => ({
    name: `a picture's use of a link, by ${by}`,
    by,
    put: (place, to) => using(place, linkIn(to, "x"), "#x"),
  })),
  {
    name: "a picture's use of a use of a link",
    by: "click",
    put: (place, to) => using(place, linkIn(to, "x") + `<g id="y"><use href="#x"/></g>`, "#y"),
  },
  {
    name: "a picture's use of a link, with a line break in its name and a blank behind it",
    by: "click",
    put: (place, to) => using(place, linkIn(to, "xy"), "#x&#10;y "),
  },
  {
    name: "a picture's use of a link with an escape in its name",
    by: "click",
    put: (place, to) => using(place, linkIn(to, "A%zz"), "#%41%zz"),
  },
  {
    name: "a picture's use of a link, in a closed root",
    by: "click",
    put(place, to) {
      const host = add(place, "div", { style: "display:inline-block" });
      using(host.attachShadow({ mode: "closed" }) as unknown as HTMLElement, linkIn(to, "x"), "#x");
      return host;
    },
  },
  {
    name: "a picture's use of a link that its press changes",
    by: "click",
    put(place, to) {
      const made = using(place, linkIn(BARE, "x"), "#x");
      made.addEventListener("pointerdown", () => made.querySelector("a")!.setAttribute("href", to));
      return made;
    },
  },
];

/** In a link that is being edited, a click puts the caret. */
const edited = (["click", "control"] as const).map((by): Route => ({
  name: `a link that is being edited, by ${by}`,
  by,
  put(place, to) {
    const editor = add(place, "div", { contenteditable: "true" });
    return link(editor, to, "_blank");
  },
}));

const framed = (place: HTMLElement, to: string, undo: (made: HTMLIFrameElement) => void) => {
  const made = make("iframe", { src: to, srcdoc: "<p>" });
  made.addEventListener("load", () => undo(made), { once: true });
  place.append(made);
};
/** A document in which the page's own policy makes all markup, whatever it is given. */
const byPolicy = (place: HTMLElement, to: string, writes: string) => {
  const makes = JSON.stringify(frameTo(to)).replaceAll("</", "<\\/");
  const srcdoc = `<meta http-equiv="Content-Security-Policy" content="require-trusted-types-for 'script'"><body><script>
    trustedTypes.createPolicy("default", { createHTML: () => ${makes}, createScriptURL: () => ${JSON.stringify(to)} });
    ${writes}</script>`;
  add(place, "iframe", { srcdoc });
};
const frames: Route[] = [
  {
    name: "a frame that loses its markup",
    put: (place, to) => framed(place, to, (made) => made.removeAttribute("srcdoc")),
  },
  {
    name: "a frame that loses its markup, by a map of attributes",
    put: (place, to) => framed(place, to, (made) => made.attributes.removeNamedItem("srcdoc")),
  },
  {
    name: "a frame that an editor brings back",
    put(place, to) {
      const editor = add(place, "div", { contenteditable: "true" });
      editor.innerHTML = "a<iframe></iframe>b";
      const made = editor.querySelector("iframe")!;
      editor.focus();
      getSelection()!.selectAllChildren(editor);
      document.execCommand("delete");
      made.src = to;
      document.execCommand("undo");
    },
  },
  {
    name: "a frame whose element is the page's own",
    put(place, to) {
      const name = unique();
      class Own extends HTMLIFrameElement {
        static observedAttributes = ["src"];
        attributeChangedCallback(_name: string, _before: string, now: string) {
          if (now !== to) this.setAttribute("src", to);
        }
      }
      customElements.define(name, Own, { extends: "iframe" });
      const made = document.createElement("iframe", { is: name });
      place.append(made);
      made.src = BARE;
    },
  },
  ...(
    [
      ["markup", 'document.body.innerHTML = "<p>"'],
      ["a fragment", 'document.body.append(document.createRange().createContextualFragment("<p>"))'],
      ["a frame's own markup", 'document.body.appendChild(document.createElement("iframe")).srcdoc = "<p>"'],
      ["an object's address", `document.body.appendChild(document.createElement("object")).data = "${BARE}"`],
    ] as const
  ).map(([what, writes]): Route => ({
    name: `a written document whose policy makes ${what}`,
    put: (place, to) => byPolicy(place, to, writes),
  })),
];

export const unusual: readonly Route[] = [
  ...inRoots,
  ...ofInternals,
  ...pictures,
  ...pressed,
  ...activated,
  ...shown,
  ...used,
  ...edited,
  ...frames,
];
