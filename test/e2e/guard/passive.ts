/** Links and forms that a passive listener changes: while it runs, nothing can cancel its event. */
import { add, form, link, make, type Route } from "./routes.ts";

const BARE = "/empty";
const PASSIVE = { passive: true };
type Ends = (event: Event) => void;
const goesOn: Ends = () => undefined;
const ends: Ends = (event) => event.stopImmediatePropagation();
const by = { click: "click", middle: "auxclick" } as const;

export const passive: readonly Route[] = [
  ...(["click", "middle"] as const).map((how): Route => ({
    name: `a link that a passive listener changes as it ends the event, by ${how}`,
    by: how,
    put(place, to) {
      const made = link(place, BARE, how === "click" ? "_blank" : "_self");
      made.addEventListener(by[how], (event) => (ends(event), (made.href = to)), PASSIVE);
      return made;
    },
  })),
  {
    name: "a link that a passive listener of the window changes before it ends the event",
    by: "click",
    put(place, to) {
      const made = link(place, BARE, "_blank");
      const change = (event: Event) => {
        if (event.target !== made) return;
        made.href = to;
        ends(event);
      };
      addEventListener("click", change, { capture: true, ...PASSIVE });
      return made;
    },
  },
  ...[goesOn, ends].map((end): Route => ({
    name: `a script's click on a link that a passive listener changes${end === ends ? " and ends" : ""}`,
    put(place, to) {
      const made = link(place, BARE, "_blank");
      made.addEventListener("click", (event) => ((made.href = to), end(event)), PASSIVE);
      made.click();
    },
  })),
  {
    name: "a script's click on a link in no page that a passive listener changes",
    put(_place, to) {
      const made = make("a", { href: BARE, target: "_blank" });
      made.addEventListener("click", () => (made.href = to), PASSIVE);
      made.click();
    },
  },
  {
    name: "a click that a script makes, changed by a listener object with a passive getter",
    put(place, to) {
      const made = link(place, BARE, "_blank");
      const how = Object.create({
        get passive() {
          return "yes";
        },
      }) as AddEventListenerOptions;
      made.addEventListener("click", { handleEvent: () => void (made.href = to) }, how);
      made.dispatchEvent(new MouseEvent("click", { cancelable: true }));
    },
  },
  {
    name: "a script's click on a link that a passive observable changes",
    put(place, to) {
      const made = link(place, BARE, "_blank");
      (made as unknown as Observed).when("click", PASSIVE).subscribe(() => (made.href = to));
      made.click();
    },
  },
  {
    name: "a script's click on a link that a passive listener by a frame's natives changes",
    put(place, to) {
      const made = link(place, BARE, "_blank");
      const { contentWindow } = add(place, "iframe");
      const { EventTarget } = contentWindow as Window & typeof globalThis;
      EventTarget.prototype.addEventListener.call(made, "click", () => (made.href = to), PASSIVE);
      made.click();
    },
  },
  ...[goesOn, ends].map((end): Route => ({
    name: `requestSubmit of a form that a passive listener changes${end === ends ? " and ends" : ""}`,
    put(place, to) {
      const made = form(place, BARE, "_blank");
      made.addEventListener("submit", (event) => ((made.action = to), end(event)), PASSIVE);
      made.requestSubmit();
    },
  })),
];
interface Observed {
  when: (type: string, how: typeof PASSIVE) => { subscribe: (next: () => void) => void };
}
