/**
 * Dials that slip past a guard which looks once: what is clicked is not what opens. One function a row, as in routes.ts;
 * they run in a page with an origin of its own.
 */
import { disguises } from "./disguises.ts";
import { ended } from "./ended.ts";
import { fields } from "./fields.ts";
import { passive } from "./passive.ts";
import { add, form, link, make, type Route } from "./routes.ts";
import { unusual } from "./unusual.ts";

const BARE = "/empty";
const shadow = (place: HTMLElement, mode: ShadowRootMode = "closed") =>
  add(place, "div").attachShadow({ mode }) as unknown as HTMLElement;
/** A handler in the way of a click that nobody hears after it, and that changes where the click leads. */
const last = <E extends HTMLElement>(element: E, type: string, run: () => void): E => {
  const inner = (element.firstElementChild ?? element) as HTMLElement;
  inner.addEventListener(type, (event) => (event.stopImmediatePropagation(), run()));
  return element;
};
const withChild = (place: HTMLElement, href: string, target = "_blank") => {
  const made = link(place, href, target);
  made.innerHTML = "<b>Call</b>";
  return made;
};

const clicked: Route[] = [
  {
    name: "a link by the control key",
    by: "control",
    put: (p, to) => link(p, to),
  },
  ...(["click", "control", "middle"] as const).map((by): Route => ({
    name: `a link that a child changes at last, by ${by}`,
    by,
    put(place, to) {
      const made = withChild(place, BARE, by === "click" ? "_blank" : "_self");
      return last(made, by === "middle" ? "auxclick" : "click", () => (made.href = to));
    },
  })),
  {
    name: "a link without an address until a child is clicked",
    by: "click",
    put(place, to) {
      const made = add(place, "a", { target: "_blank" });
      made.innerHTML = "<b>Call</b>";
      return last(made, "click", () => made.setAttribute("href", to));
    },
  },
  {
    name: "a link in a link, which is taken away at last",
    by: "click",
    put(place, to) {
      const outer = link(place, to, "_blank");
      outer.textContent = "";
      const inner = withChild(outer, BARE);
      return last(inner, "click", () => inner.removeAttribute("href"));
    },
  },
  {
    name: "a link in a closed root that a child changes at last",
    by: "click",
    put(place, to) {
      const made = withChild(shadow(place), BARE);
      return last(made, "click", () => made.setAttributeNS(null, "href", to));
    },
  },
  {
    name: "a form that its submit event changes",
    by: "click",
    put(place, to) {
      const made = form(place, BARE, "_blank");
      made.addEventListener("submit", (event) => (event.stopImmediatePropagation(), (made.action = to)));
      return made.querySelector("button")!;
    },
  },
  {
    name: "a form whose button is changed by its submit event",
    by: "click",
    put(place, to) {
      const made = form(place, BARE, "_blank");
      const button = made.querySelector("button")!;
      made.addEventListener("submit", (event) => (event.stopPropagation(), (button.formAction = to)));
      return button;
    },
  },
  {
    name: "a form in a root that its submit event changes",
    by: "click",
    put(place, to) {
      const made = form(shadow(place), BARE, "_blank");
      made.addEventListener("submit", () => (made.action = to));
      return made.querySelector("button")!;
    },
  },
  ...(["open", "closed"] as const).map((mode): Route => ({
    name: `a form by Enter in an ${mode} root`,
    by: "Enter",
    put(place, to) {
      const made = form(shadow(place, mode), to, "_blank");
      made.innerHTML = "<input>";
      return made.querySelector("input")!;
    },
  })),
  {
    name: "a form whose fields hide its methods",
    by: "click",
    put(place, to) {
      const made = form(place, to, "_blank");
      for (const name of "getAttribute action target isConnected getRootNode matches localName".split(" "))
        add(made, "input", { type: "hidden", name });
      return made.querySelector("button")!;
    },
  },
  {
    name: "a form in a document whose elements hide its methods",
    by: "click",
    put(place, to) {
      const button = form(place, to, "_blank").querySelector("button")!;
      const names = "createElement baseURI querySelector".split(" ");
      place.insertAdjacentHTML("beforeend", names.map((name) => `<img name="${name}">`).join(""));
      return button;
    },
  },
  {
    name: "an animated link of a picture",
    by: "click",
    put(place, to) {
      place.innerHTML = `<svg width="80" height="30"><a href="${BARE}" target="_blank">
        <set attributeName="href" to="${to}"/><rect width="80" height="30"/></a></svg>`;
      return place.firstElementChild as unknown as HTMLElement;
    },
  },
];

const pictures: Route[] = [
  {
    name: "a picture's link that its handler changes by property",
    by: "click",
    put(place, to) {
      place.innerHTML = `<svg width="80" height="30"><a href="${BARE}" target="_blank"><rect width="80" height="30"/></a></svg>`;
      const made = place.querySelector("a") as unknown as SVGAElement;
      made.addEventListener("click", (event) => (event.stopPropagation(), (made.href.baseVal = to)));
      return place.firstElementChild as unknown as HTMLElement;
    },
  },
];
/** An animated link of a picture, with what moves it. */
const animated = (place: HTMLElement, to: string) => {
  place.innerHTML = `<svg width="80" height="30"><a href="${BARE}" target="_blank">
      <set attributeName="href" begin="indefinite" to="${to}"/><rect width="80" height="30"/></a></svg>`;
  const picture = place.firstElementChild as SVGSVGElement;
  const moves = (event: Event) => {
    if (!picture.contains(event.target as Node)) return;
    picture.querySelector("set")!.beginElement();
    picture.setCurrentTime(picture.getCurrentTime() + 0.01);
  };
  return { picture: picture as unknown as HTMLElement, moves };
};
const moved = [
  ...(["click", "DOMActivate"] as const).flatMap((type) =>
    ["", `, which ended the ${type} before`, `, which the window got meanwhile`].map((how): Route => ({
      name: `an animated link of a picture, moved by its handler of ${type}${how}`,
      by: "click",
      put(place, to) {
        const { picture, moves } = animated(place, to);
        picture.addEventListener(type, (event) => {
          if (how.includes("ended")) event.stopPropagation();
          if (how.includes("window")) addEventListener(type, moves, { once: true });
          else moves(event);
        });
        return picture;
      },
    })),
  ),
  {
    name: "an animated link of a picture, moved by a handler that the window got in a click before",
    put(place, to) {
      const { picture, moves } = animated(place, to);
      const outer = add(place, "b");
      outer.addEventListener("click", () => {
        addEventListener("click", moves);
        const inner = picture.querySelector("rect")!;
        inner.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
      });
      outer.click();
    },
  } satisfies Route,
];

const scripted: Route[] = [
  {
    name: "click() on a link that a child changes at last",
    put(place, to) {
      const made = withChild(place, BARE);
      last(made, "click", () => (made.href = to));
      (made.firstElementChild as HTMLElement).click();
    },
  },
  {
    name: "click() on a link whose attribute node is changed at last",
    put(place, to) {
      const made = withChild(place, BARE);
      last(made, "click", () => (made.getAttributeNode("href")!.value = to));
      (made.firstElementChild as HTMLElement).click();
    },
  },
  {
    name: "click() on a link whose scheme is changed at last",
    put(place, to) {
      const made = withChild(place, to.replace("tel:", "mailto:"));
      last(made, "click", () => (made.protocol = "tel:"));
      (made.firstElementChild as HTMLElement).click();
    },
  },
  {
    name: "click() on a link outside the page that changes itself",
    put(_, to) {
      const made = make("a", { href: BARE, target: "_blank" });
      made.addEventListener("click", () => (made.href = to));
      made.click();
    },
  },
  {
    name: "a click event on a picture's link that changes itself",
    put(place, to) {
      place.innerHTML = `<svg><a href="${BARE}" target="_blank"><text y="20">Call</text></a></svg>`;
      const made = place.querySelector("a") as unknown as SVGAElement;
      made.addEventListener("click", (event) => (event.stopPropagation(), (made.href.baseVal = to)));
      made.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    },
  },
  {
    name: "a click event that does not leave its root",
    put: (p, to) =>
      void link(shadow(p), to, "_blank").dispatchEvent(
        new MouseEvent("click", { bubbles: true, cancelable: true }),
      ),
  },
  {
    name: "requestSubmit of a form that its event changes",
    put(place, to) {
      const made = form(place, BARE, "_blank");
      made.addEventListener("submit", (event) => (event.stopImmediatePropagation(), (made.action = to)));
      made.requestSubmit();
    },
  },
  {
    name: "requestSubmit of a form in a root that its event changes",
    put(place, to) {
      const made = form(shadow(place), BARE, "_blank");
      made.addEventListener("submit", () => (made.action = to));
      made.requestSubmit();
    },
  },
  { name: "document.open of a window", put: (_, to) => void document.open(to, "_blank", "") },
  {
    name: "open with an address that is read once",
    put(_, to) {
      let reads = 0;
      open({ toString: () => (reads++ === 0 ? to : BARE) } as unknown as string, "_self");
    },
  },
];

export const tricks: readonly Route[] = [
  ...[...clicked, ...fields, ...pictures, ...moved],
  ...[...scripted, ...disguises, ...ended, ...passive, ...unusual],
];

type Runs = (place: HTMLElement, to: string) => unknown;
/** Another link, or a form to another window, whose own handler dials in its place, and cancels it. */
const cancelled = (made: HTMLElement, type: string, run: () => unknown) => {
  made.addEventListener(type, (event) => (run(), event.preventDefault()));
  return made;
};
const clicksOther =
  (run: Runs): Runs =>
  (place, to) =>
    cancelled(link(place, to, "_blank"), "click", () => run(place, to)).click();
const sendsOther =
  (run: Runs): Runs =>
  (place, to) =>
    (cancelled(form(place, to, "_blank"), "submit", () => run(place, to)) as HTMLFormElement).requestSubmit();
const opens: Runs = (_, to) => open(to);
const opensOrSets: Runs = (_, to) => open(to) || (location.href = to);
const frames: Runs = (place, to) => add(place, "iframe", { src: to });

type Handles = (place: HTMLElement, to: string, event: Event) => unknown;
const bases = (place: HTMLElement) => add(place, "base", { target: "_blank" });
const ends = (event: Event) => event.stopPropagation();
/** A link and a form that leave it to the page where they open, and this handler. */
const plainLink = (place: HTMLElement, to: string, handles: Handles) => {
  const made = add(place, "a", { href: to });
  made.addEventListener("click", (event) => void handles(place, to, event));
  return made;
};
const plainForm = (place: HTMLElement, to: string, handles: Handles) => {
  const made = add(place, "form", { action: to });
  made.addEventListener("submit", (event) => void handles(place, to, event));
  return made;
};
/** A web page, which a browser opens more than once for one act of its person. */
const chat = (number: string) => `https://wa.me/call/${number.replace("+", "")}`;
const setsThenBases: Handles = (place, to, event) => (ends(event), (location.href = to), bases(place));
/** Their event ends, and nobody hears where they lead once the handler has dialled. */
const overtaken: readonly Route[] = (
  [
    ["ends it, sets an address, and adds a base", setsThenBases, 2, 1],
    [
      "sets an address, ends it, and adds a base",
      (p, to, by) => (location.assign(to), ends(by), bases(p)),
      ...[2, 1],
    ],
    [
      "ends it, opens a window, and adds a base",
      (p, to, by) => (ends(by), open(to, "_self"), bases(p)),
      ...[2, 2],
    ],
    [
      "ends it, opens another window, and adds a base",
      (p, to, by) => (ends(by), open(to), bases(p)),
      ...[2, 2],
    ],
    [
      "ends it, sends another form, and adds a base",
      (p, to, by) => (ends(by), form(p, to, "_blank").submit(), bases(p)),
      ...[2, 2],
    ],
    [
      "ends it, sets an address, and has it open another window",
      (_, to, by) => {
        ends(by);
        location.href = to;
        (by.currentTarget as HTMLAnchorElement).target = "_blank";
      },
      ...[2, 1],
    ],
    ["ends it, and sets an address", (_, to, by) => (ends(by), (location.href = to)), 1, 1],
  ] as [does: string, handles: Handles, asLink: number, asForm: number][]
).flatMap(([does, handles, asLink, asForm]): Route[] => [
  {
    name: `a link whose handler ${does}`,
    by: "click",
    address: chat,
    dials: asLink,
    put: (place, to) => plainLink(place, to, handles),
  },
  {
    name: `a form whose handler ${does}`,
    by: "click",
    address: chat,
    dials: asForm,
    put: (place, to) => add(plainForm(place, to, handles), "button"),
  },
]);

/** Links whose handler dials in their place, and cancels the link after that, as pages do that count their calls first. */
export const inPlace: readonly Route[] = (
  [
    ["sets an address", "_self", (_, to) => (location.href = to)],
    ["sets an address, to another window", "_blank", (_, to) => (location.href = to)],
    ["opens a window", "_self", (_, to) => open(to, "_self")],
    ["opens another window", "_self", opens],
    ["opens a window, or else sets an address", "_self", opensOrSets],
    ["clicks on another link", "_self", (place, to) => link(place, to).click()],
    ["sends a form", "_self", (place, to) => form(place, to, "_blank").requestSubmit()],
    ["sends a form without an event", "_self", (place, to) => form(place, to, "_blank").submit()],
    ["opens another window, too", "_blank", opens],
    ["adds a frame", "_self", frames],
    ["clicks on another, whose handler opens a window in its place", "_self", clicksOther(opens)],
    ["clicks on another, whose handler adds a frame in its place", "_self", clicksOther(frames)],
    ["sends a form, whose handler opens a window in its place", "_self", sendsOther(opens)],
    ["sends a form, whose handler adds a frame in its place", "_self", sendsOther(frames)],
  ] as [does: string, target: string, run: Runs][]
)
  .map(([does, target, run]): Route => ({
    name: `a link whose handler ${does}, and then cancels the link`,
    by: "click",
    put(place, to) {
      const made = link(place, to, target);
      made.addEventListener("click", (event) => (run(place, to), event.preventDefault()));
      return made;
    },
  }))
  .concat(
    ...(
      [
        ["opens a window", opens],
        ["opens a window, or else sets an address", opensOrSets],
        ["adds a frame", frames],
      ] as [does: string, run: Runs][]
    ).map(([does, run]): Route => ({
      name: `a form's button whose submit handler ${does}, and then cancels it`,
      by: "click",
      put: (place, to) => cancelled(form(place, to), "submit", () => run(place, to)).querySelector("button")!,
    })),
    {
      name: "a link whose handler cancels it, asks its server, and clicks on another whose handler opens a window",
      by: "click",
      put(place, to) {
        const made = link(place, to);
        made.addEventListener("click", (event) => {
          event.preventDefault();
          setTimeout(() => clicksOther(opens)(place, to), 200);
        });
        return made;
      },
    },
    {
      name: "a link whose handler cancels it, and clicks on it again",
      by: "click",
      put(place, to) {
        const made = link(place, to);
        let isInner = false;
        made.addEventListener("click", (event) => {
          if (isInner) return;
          event.preventDefault();
          isInner = true;
          made.click();
          isInner = false;
        });
        return made;
      },
    },
    {
      name: "a link by the middle button whose handler gives it another number",
      by: "middle",
      put(place, to) {
        const made = link(place, "tel:+441134960892");
        made.addEventListener("auxclick", () => (made.href = to));
        return made;
      },
    },
    {
      name: "a link by the middle button whose handler makes it a call of a chat's",
      by: "middle",
      put(place, to) {
        const made = link(place, "tel:+441134960892");
        made.addEventListener("auxclick", () => (made.href = `https://wa.me/call/${to.replace(/\D/g, "")}`));
        return made;
      },
    },
    {
      name: "a link whose handler cancels it, and adds a frame in a microtask",
      by: "click",
      put(place, to) {
        const made = link(place, to);
        made.addEventListener("click", (event) => {
          event.preventDefault();
          void Promise.resolve().then(() => add(place, "iframe", { src: to }));
        });
        return made;
      },
    },
    ...["_self", "_blank"].map((target): Route => ({
      name: `a form to ${target} whose submit handler cancels it, and sends it without an event`,
      by: "click",
      put(place, to) {
        const made = form(place, to, target);
        made.addEventListener("submit", (event) => (event.preventDefault(), made.submit()));
        return made.querySelector("button")!;
      },
    })),
    {
      name: "a form whose button sends nothing any more, once it was held",
      by: "click",
      put(place, to) {
        const made = form(place, to);
        const button = made.querySelector("button")!;
        const other = Object.assign(add(place, "button"), { textContent: "Send" });
        other.addEventListener("click", () => {
          made.requestSubmit(button);
          button.type = "button";
        });
        return other;
      },
    },
    ...overtaken,
  );

/** The same, where nobody cancels the link: it dials beside what its handler dials. */
export const beside: readonly Route[] = (
  [
    ["opens a window", "_self", (_, to) => open(to, "_self")],
    ["opens another window", "_blank", opens],
    ["opens another window, and ends it", "_blank", (_, to, event) => (open(to), event.stopPropagation())],
    ["ends it, and opens another window", "_blank", (_, to, event) => (event.stopPropagation(), open(to))],
    ["sets an address", "_blank", (_, to) => (location.href = to)],
    ["adds a frame", "_blank", frames],
  ] as [does: string, target: string, run: (place: HTMLElement, to: string, event: Event) => unknown][]
)
  .map(([does, target, run]): Route => ({
    name: `a link to ${target} whose handler ${does}`,
    by: "click",
    put(place, to) {
      const made = link(place, to, target);
      made.addEventListener("click", (event) => void run(place, to, event));
      return made;
    },
  }))
  .concat(
    {
      name: "a link whose handler ends it, adds a base, and sets an address",
      by: "click",
      put: (place, to) =>
        plainLink(place, to, (_, __, event) => (ends(event), bases(place), (location.href = to))),
    },
    {
      name: "a form to _blank whose handler opens another window, and ends its event",
      put(place, to) {
        const made = form(place, to, "_blank");
        made.addEventListener("submit", (event) => (open(to), event.stopImmediatePropagation()));
        made.requestSubmit();
      },
    },
    {
      name: "a form to _blank whose event the document ends, once it has opened another window",
      put(place, to) {
        const made = form(place, to, "_blank");
        const ends = (event: Event) => event.target === made && (open(to), event.stopPropagation());
        document.addEventListener("submit", ends, true);
        made.requestSubmit();
      },
    },
    {
      name: "a link whose handler clicks on another to _blank, whose handler opens a window",
      by: "click",
      put(place, to) {
        const made = link(place, to);
        made.addEventListener("click", (event) => {
          const other = link(place, to, "_blank");
          other.addEventListener("click", () => open(to));
          other.click();
          event.preventDefault();
        });
        return made;
      },
    },
    ...["bubbles", "does not bubble"].map((does): Route => ({
      name: `a link whose handler clicks on one ${does === "bubbles" ? "outside the page " : ""}to _blank, by an event that ${does}, whose handler opens a window`,
      by: "click",
      put(place, to) {
        const made = link(place, to);
        made.addEventListener("click", (event) => {
          const other = make("a", { href: to, target: "_blank" });
          if (does !== "bubbles") place.append(other);
          other.addEventListener("click", () => open(to));
          other.dispatchEvent(new MouseEvent("click", { bubbles: does === "bubbles", cancelable: true }));
          event.preventDefault();
        });
        return made;
      },
    })),
    {
      name: "a link to _blank, where the window's listener opens a window and clicks on another",
      by: "click",
      put(place, to) {
        const made = link(place, to, "_blank");
        addEventListener("click", (event) => {
          if (event.target !== made) return;
          open(to);
          add(place, "b").click();
        });
        return made;
      },
    },
    {
      name: "a link whose handler clicks on one outside the page to _blank, which ends its click and opens a window",
      by: "click",
      put(place, to) {
        const made = link(place, to);
        made.addEventListener("click", (event) => {
          const other = make("a", { href: to, target: "_blank" });
          other.addEventListener("click", (e) => (e.stopImmediatePropagation(), open(to)));
          other.click();
          event.preventDefault();
        });
        return made;
      },
    },
  );

/** A click by an event that the page has made, on a link whose handler opens a window the first time. */
function clickBy(place: HTMLElement | null, to: string, handles: (event: Event) => void) {
  const made = make("a", { href: to, target: "_blank" });
  place?.append(made);
  const event = new MouseEvent("click", { bubbles: true, cancelable: true });
  made.addEventListener("click", () => (open(to), handles(event)), { once: true });
  made.dispatchEvent(event);
  return { made, event };
}
/** Pages that cancel an event once it has dialled, and dispatch it again: two dials, of a handler's and its own. */
export const again: readonly Route[] = [
  {
    name: "a click that a script cancels afterwards, and dispatches again",
    put(place, to) {
      const { made, event } = clickBy(place, to, () => {});
      event.preventDefault();
      made.dispatchEvent(event);
    },
  },
  {
    name: "a click outside the page that ends, and that a script cancels afterwards and dispatches in the page",
    put(place, to) {
      const { made, event } = clickBy(null, to, ends);
      place.append(made);
      event.preventDefault();
      made.dispatchEvent(event);
    },
  },
  {
    name: "a form's event that a script cancels afterwards, and dispatches again",
    put(place, to) {
      const made = form(place, to, "_blank");
      let first: Event | null = null;
      made.addEventListener("submit", (event) => ((first = event), open(to)), { once: true });
      made.requestSubmit();
      first!.preventDefault();
      made.dispatchEvent(first!);
    },
  },
  {
    name: "a link by one event twice",
    put(place, to) {
      const made = link(place, to, "_blank");
      const event = new MouseEvent("click", { bubbles: true, cancelable: true });
      made.dispatchEvent(event);
      made.dispatchEvent(event);
    },
  },
];

/** Gestures that dial more than once, or that could be taken for it: how many dials each is. */
export const gestures: readonly { dials: number; route: Route }[] = [
  {
    dials: 2,
    route: { name: "two windows", put: (_, to) => (open(to, "_self"), void open(to, "_self")) },
  },
  {
    dials: 2,
    route: {
      name: "a link and a window",
      by: "click",
      put(place, to) {
        const made = link(place, to);
        made.addEventListener("click", () => open(to, "_self"));
        return made;
      },
    },
  },
  {
    dials: 2,
    route: {
      name: "a link to another window, and later an address",
      by: "click",
      put(place, to) {
        const made = link(place, to, "_blank");
        made.addEventListener("click", () => setTimeout(() => (location.href = to), 200));
        return made;
      },
    },
  },
  {
    dials: 2,
    route: {
      name: "a link in a closed root that has the pointer, whose click ends and opens a window",
      by: "click",
      put(place, to) {
        const root = shadow(place);
        const host = place.lastElementChild;
        const made = link(root, to, "_blank");
        const pressed = add(root, "b");
        pressed.textContent = "Press";
        pressed.addEventListener("pointerdown", (event) => made.setPointerCapture(event.pointerId));
        document.addEventListener(
          "click",
          (event) => event.target === host && (event.stopPropagation(), open(to, "_self")),
          true,
        );
        return pressed;
      },
    },
  },
  ...([false, true] as const).map((cancels) => ({
    dials: cancels ? 1 : 2,
    route: {
      name: `a link outside the page whose click ends${cancels ? ", is cancelled" : ""} and opens a window`,
      put(_: HTMLElement, to: string) {
        const made = make("a", { href: to, target: "_blank" });
        made.addEventListener("click", (event) => {
          event.stopImmediatePropagation();
          if (cancels) event.preventDefault();
          open(to, "_self");
        });
        made.click();
      },
    },
  })),
  {
    dials: 2,
    route: {
      name: "a link to another window and an address",
      by: "click",
      put(place, to) {
        const made = link(place, to, "_blank");
        made.addEventListener("click", () => (location.href = to));
        return made;
      },
    },
  },
  {
    dials: 2,
    route: {
      name: "a link by the control key and an address",
      by: "control",
      put(place, to) {
        const made = link(place, to);
        made.addEventListener("click", () => (location.href = to));
        return made;
      },
    },
  },
  ...(["submit", "requestSubmit"] as const).flatMap((sends) => [
    {
      dials: 2,
      route: {
        name: `a link and a form by ${sends}`,
        by: "click" as const,
        put(place: HTMLElement, to: string) {
          const sent = form(place, to, "_blank");
          const made = link(place, to);
          made.addEventListener("click", () => sent[sends]());
          return made;
        },
      },
    },
    {
      dials: 2,
      route: {
        name: `a form to another window by ${sends}, and a window`,
        by: "click" as const,
        put(place: HTMLElement, to: string) {
          const sent = form(place, to, "_blank");
          const made = add(place, "b");
          made.textContent = "Press";
          made.addEventListener("click", () => (sent[sends](), void open(to, "_self")));
          return made;
        },
      },
    },
  ]),
  {
    dials: 2,
    route: {
      name: "click() on a link to another window, and a window",
      put(place, to) {
        link(place, to, "_blank").click();
        open(to, "_self");
      },
    },
  },
  {
    dials: 2,
    route: {
      name: "a script's click with the control key, and an address",
      put(place, to) {
        const made = link(place, to);
        made.dispatchEvent(new MouseEvent("click", { ctrlKey: true, bubbles: true, cancelable: true }));
        location.href = to;
      },
    },
  },
  {
    dials: 2,
    route: {
      name: "click() on a link to another window, whose target changes before an address is set",
      put(place, to) {
        const made = link(place, to, "_blank");
        made.click();
        made.target = "_self";
        location.href = to;
      },
    },
  },
  {
    dials: 2,
    route: {
      name: "click() on a link whose handler gives the page a base with a target, and sets an address",
      put(place, to) {
        const made = link(place, to);
        made.addEventListener("click", () => {
          add(place, "base", { target: "_blank" });
          location.href = to;
        });
        made.click();
      },
    },
  },
  {
    dials: 2,
    route: {
      name: "a link whose handler ends it, sets an address, and then adds a base",
      by: "click",
      put: (place, to) => plainLink(place, to, setsThenBases),
    },
  },
  {
    dials: 1,
    route: {
      name: "click() on a link whose handler ends it, sets an address, and adds a base",
      address: chat,
      put: (place, to) => plainLink(place, to, setsThenBases).click(),
    },
  },
  {
    dials: 1,
    route: {
      name: "a form by requestSubmit whose handler ends it, sets an address, and adds a base",
      address: chat,
      put: (place, to) => plainForm(place, to, setsThenBases).requestSubmit(),
    },
  },
  {
    dials: 2,
    route: {
      name: "a link with an empty target, where the page has a base, whose handler sets an address",
      by: "click",
      put(place, to) {
        bases(place);
        const made = link(place, to, "");
        made.addEventListener("click", () => (location.href = to));
        return made;
      },
    },
  },
  ...(
    [
      ["sets an address", "nobody", (to) => (location.href = to)],
      ["sets one in a microtask", "nobody", (to) => queueMicrotask(() => (location.href = to))],
      ["ends it and sets one", "nobody", (to, event) => (event.stopPropagation(), (location.href = to))],
      ["ends it, too", "x\n<", (to, event) => (event.stopPropagation(), (location.href = to))],
    ] as [does: string, target: string, run: (to: string, event: Event) => unknown][]
  ).map(([does, target, run]) => ({
    dials: 2,
    route: {
      name: `a link to ${JSON.stringify(target)}, which is not there, whose handler ${does}`,
      by: "click" as const,
      put(place: HTMLElement, to: string) {
        const made = link(place, to, target);
        made.addEventListener("click", (event) => void run(to, event));
        return made;
      },
    },
  })),
  ...[1, 2].flatMap((dials): { dials: number; route: Route }[] => {
    const does = dials === 2 ? "sets an address, and then " : "";
    const run = (to: string) => dials === 2 && (location.href = to);
    return [
      {
        dials,
        route: {
          name: `a link whose handler ${does}has it open another window`,
          by: "click",
          put(place, to) {
            const made = link(place, to);
            made.addEventListener("click", () => (run(to), (made.target = "_blank")));
            return made;
          },
        },
      },
      {
        dials,
        route: {
          name: `click() on a link whose handler ${does}has it open another window`,
          put(place, to) {
            const made = link(place, to);
            made.addEventListener("click", () => (run(to), (made.target = "_blank")));
            made.click();
          },
        },
      },
      {
        dials,
        route: {
          name: `a form whose handler ${does}has it open another window`,
          by: "click",
          put(place, to) {
            const made = form(place, to);
            made.addEventListener("submit", () => (run(to), (made.target = "_blank")));
            return made.querySelector("button")!;
          },
        },
      },
    ];
  }),
  {
    dials: 2,
    route: {
      name: "a link whose handler dials the national form in its place, and then cancels it",
      by: "click",
      put(place, to) {
        const made = link(place, to);
        made.addEventListener("click", (event) => {
          open(to.replace("+44", "0"), "_self");
          event.preventDefault();
        });
        return made;
      },
    },
  },
  {
    dials: 1,
    route: {
      name: "a link whose handler dials in its place",
      by: "click",
      put(place, to) {
        const made = link(place, to);
        made.addEventListener("click", (event) => (event.preventDefault(), open(to, "_self")));
        return made;
      },
    },
  },
  {
    dials: 1,
    route: inPlace[0]!,
  },
  {
    dials: 1,
    route: inPlace.find(({ name }) => name.startsWith("a form to _blank whose submit handler cancels it"))!,
  },
  {
    dials: 2,
    route: {
      name: "a form whose submit handler cancels it, and sends it and another without an event",
      by: "click",
      put(place, to) {
        const [made, other] = [form(place, to, "_blank"), form(place, to, "_blank")];
        made.addEventListener("submit", (event) => (event.preventDefault(), made.submit(), other.submit()));
        return made.querySelector("button")!;
      },
    },
  },
  {
    dials: 1,
    route: {
      name: "a link whose handler asks its server first",
      by: "click",
      put(place, to) {
        const made = link(place, to);
        made.addEventListener("click", (event) => {
          event.preventDefault();
          setTimeout(() => (location.href = to), 300);
        });
        return made;
      },
    },
  },
];
