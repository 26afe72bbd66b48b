/** Clicks and forms whose events the page ends before the guard hears of what is really clicked or sent. */
import { add, form, link, make, type Route } from "./routes.ts";

const BARE = "/empty";
type By = NonNullable<Route["by"]>;
const typeFor = (by?: By) => (by === "middle" ? "auxclick" : "click");

/** A root, and what ends each event on its host before the root hears it. */
function filtered(place: HTMLElement, type: string, mode: ShadowRootMode = "closed") {
  const host = add(place, "div");
  const root = host.attachShadow({ mode }) as unknown as HTMLElement;
  document.addEventListener(type, (event) => event.target === host && event.stopPropagation(), true);
  return { host, root };
}
const ends = (event: Event) => event.stopImmediatePropagation();
const targetFor = (by?: By) => (by === "control" || by === "middle" ? "_self" : "_blank");
const mouse = (init: MouseEventInit = {}) =>
  new MouseEvent("click", { bubbles: true, composed: true, ...init });

const people: Route[] = [
  ...(["click", "control", "middle", "Enter"] as const).map((by): Route => ({
    name: `a link in a closed root whose click ends before it, by ${by}`,
    by,
    put: (place, to) => link(filtered(place, typeFor(by)).root, to, targetFor(by)),
  })),
  ...(["click", "middle"] as const).map((by): Route => ({
    name: `a link in a closed root that ends its click, by ${by}`,
    by,
    put(place, to) {
      const { root } = filtered(place, "none");
      root.addEventListener(typeFor(by), ends, true);
      return link(root, to, targetFor(by));
    },
  })),
  {
    name: "a link in a closed root that is changed as its click ends",
    by: "click",
    put(place, to) {
      const { host, root } = filtered(place, "none");
      const made = link(root, BARE, "_blank");
      document.addEventListener(
        "click",
        (event) => event.target === host && ((event.cancelBubble = true), (made.href = to)),
        true,
      );
      return made;
    },
  },
  {
    name: "a link whose child is taken out of the page as the click ends, and then changes",
    by: "click",
    put(place, to) {
      const made = link(place, BARE, "_blank");
      made.innerHTML = "<span>Show number</span>";
      made.addEventListener("click", (event) => {
        event.stopPropagation();
        made.textContent = "Call";
        made.href = to;
      });
      return made;
    },
  },
  {
    name: "a link in a closed root in another, whose click ends between them",
    by: "click",
    put(place, to) {
      const { root } = filtered(place, "none");
      root.addEventListener("click", (event) => event.stopPropagation(), true);
      return link(filtered(root, "none").root, to, "_blank");
    },
  },
  {
    name: "a link around a slot of a closed root",
    by: "click",
    put(place, to) {
      const { host, root } = filtered(place, "none");
      link(root, to, "_blank").innerHTML = "<slot></slot>";
      const child = add(host, "b");
      child.textContent = "Call";
      return child;
    },
  },
  {
    name: "a link around a slot of a closed root, whose click ends before it",
    by: "click",
    put(place, to) {
      const { host, root } = filtered(place, "none");
      link(root, to, "_blank").innerHTML = "<slot></slot>";
      const child = add(host, "b");
      child.textContent = "Call";
      document.addEventListener("click", (event) => event.target === child && event.stopPropagation(), true);
      return child;
    },
  },
  {
    name: "a link in a closed root that is moved away between press and click",
    by: "click",
    put(place, to) {
      const { host, root } = filtered(place, "click");
      const made = link(root, to, "_blank");
      const other = link(root, BARE, "_blank");
      document.addEventListener(
        "pointerup",
        (event) => {
          if (event.target !== host) return;
          made.style.cssText = "position:fixed;top:200px";
          other.style.cssText = "position:fixed;inset:0";
        },
        true,
      );
      return made;
    },
  },
  {
    name: "a link in a closed root that has the pointer",
    by: "click",
    put(place, to) {
      const { root } = filtered(place, "click");
      const made = link(root, to, "_blank");
      const pressed = add(root, "b");
      pressed.textContent = "Press";
      pressed.addEventListener("pointerdown", (event) => made.setPointerCapture(event.pointerId));
      return pressed;
    },
  },
  {
    name: "a button in a closed root in another, whose click ends before both",
    by: "click",
    put(place, to) {
      const { root } = filtered(place, "click");
      return form(filtered(root, "none").root, to, "_blank").querySelector("button")!;
    },
  },
  ...(["open", "closed"] as const).map((mode): Route => ({
    name: `a form with a field in an ${mode} root that ends its event`,
    by: "click",
    put(place, to) {
      const { root } = filtered(place, "none", mode);
      root.addEventListener("submit", ends, true);
      const made = form(root, to, "_blank");
      add(made, "input", { name: "x", type: "hidden" });
      return made.querySelector("button")!;
    },
  })),
];

const scripted: Route[] = [
  {
    name: "click() on a link in a closed root whose click ends before it",
    put: (place, to) => link(filtered(place, "click").root, to, "_blank").click(),
  },
  {
    name: "click() on a link in a closed root that ends its click",
    put(place, to) {
      const { root } = filtered(place, "none");
      root.addEventListener("click", ends, true);
      link(root, to, "_blank").click();
    },
  },
  {
    name: "click() on a link outside the page that ends its click",
    put(_, to) {
      const made = make("a", { href: to, target: "_blank" });
      made.addEventListener("click", ends, true);
      made.click();
    },
  },
  {
    name: "click() on a link outside the page that ends its click, and changes then",
    put(_, to) {
      const made = make("a", { href: BARE, target: "_blank" });
      made.addEventListener("click", (event) => (ends(event), (made.href = to)), true);
      made.click();
    },
  },
  {
    name: "click() on a link outside the page that clicks another and ends its click",
    put(_, to) {
      const made = make("a", { href: to, target: "_blank" });
      made.addEventListener("click", (event) => (make("a", {}).click(), ends(event)), true);
      made.click();
    },
  },
  {
    name: "click() on a link outside the page whose click ends while another is under way",
    put(_, to) {
      const made = make("a", { href: to, target: "_blank" });
      const within = (event: Event) => {
        const other = make("b", {});
        other.addEventListener("click", (own) => (ends(event), ends(own)));
        other.click();
      };
      made.addEventListener("click", within, true);
      made.click();
    },
  },
  {
    name: "click() on a link outside the page whose click ends while a key's event is under way",
    put(_, to) {
      const made = make("a", { href: to, target: "_blank" });
      const within = (event: Event) => {
        const other = make("b", {});
        other.addEventListener("keydown", () => ends(event));
        other.dispatchEvent(new KeyboardEvent("keydown"));
      };
      made.addEventListener("click", within, true);
      made.click();
    },
  },
  {
    name: "a click event that has ended before it begins",
    put(place, to) {
      const event = mouse({ cancelable: true });
      event.stopPropagation();
      link(place, to, "_blank").dispatchEvent(event);
    },
  },
  {
    name: "a click event that cannot be cancelled",
    put: (place, to) => void link(place, to, "_blank").dispatchEvent(mouse()),
  },
  {
    name: "a click event that cannot be cancelled, outside the page",
    put: (_, to) => void make("a", { href: to, target: "_blank" }).dispatchEvent(mouse()),
  },
  ...(["open", "closed"] as const).map((mode): Route => ({
    name: `requestSubmit of a form in an ${mode} root that ends its event`,
    put(place, to) {
      const { root } = filtered(place, "none", mode);
      root.addEventListener("submit", ends, true);
      form(root, to, "_blank").requestSubmit();
    },
  })),
  {
    name: "requestSubmit of a form in a declared root that ends its event",
    put(place, to) {
      place.setHTMLUnsafe(
        `<div><template shadowrootmode="open"><form target="_blank"></form></template></div>`,
      );
      const root = place.firstElementChild!.shadowRoot!;
      root.addEventListener({ toString: () => "submit" } as unknown as string, ends, { capture: true });
      const made = root.querySelector("form")!;
      made.action = to;
      made.requestSubmit();
    },
  },
  {
    name: "requestSubmit of a form in a root that ends its event as an observable",
    put(place, to) {
      const { root } = filtered(place, "none");
      (root as unknown as Observed).when("submit", { capture: true }).subscribe(ends);
      form(root, to, "_blank").requestSubmit();
    },
  },
];
interface Observed {
  when: (type: string, how: { capture: true }) => { subscribe: (next: (event: Event) => void) => void };
}

export const ended: readonly Route[] = [...people, ...scripted];
