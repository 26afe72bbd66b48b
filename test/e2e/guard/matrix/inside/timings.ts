/** When a page takes its decisive step, counted from what a person does. Runs inside the page. */

export type Gesture = "key" | "script" | "left" | "middle" | "ctrl" | "shift" | "Enter";
/** "mouse": only where a mouse is used; "late": after a person's act is over. */
export interface Timing {
  name: string;
  only?: "mouse" | "element" | "late" | "key";
  /** The page dials more than once for one act. */
  more?: true;
  begin: (act: Act, step: () => void) => void;
}
export interface Act {
  win: Window & typeof globalThis;
  /** What the person acts on; null where a key is pressed that means nothing. */
  element: Element | null;
  gesture: Gesture;
  /** A person's act opens the element by itself: the step only changes it. */
  opensItself: boolean;
  /** Opens a clear number by the same sink; its address. */
  decoy: () => void;
  clear: string;
  /** Ends the page's listening. */
  signal: AbortSignal;
}

export const clickOf = (gesture: Gesture) => (gesture === "middle" ? "auxclick" : "click");
/** Once, and only for this cell's act. */
const on = (act: Act, target: EventTarget, type: string, capture: boolean, then: (event: Event) => void) =>
  target.addEventListener(type, then, { capture, once: true, signal: act.signal });
const clicked = (act: Act, capture: boolean, then: (event: Event) => void) =>
  on(act, capture ? act.win : act.element!, clickOf(act.gesture), capture, then);
/** From a key that means nothing: now. */
const onClick = (act: Act, then: () => void) => (act.element ? clicked(act, false, then) : then());
/** Before the browser itself opens what a person acts on. */
const early = (act: Act, then: () => void) => {
  if (!act.element) then();
  else if (act.opensItself) on(act, act.win, act.gesture === "Enter" ? "keydown" : "pointerdown", true, then);
  else clicked(act, false, then);
};

export const timings: readonly Timing[] = [
  // Where an element opens itself, its address is there before the act: see perform.ts.
  { name: "at once", begin: onClick },
  {
    name: "in a microtask",
    begin: (act, step) =>
      act.element ? clicked(act, true, () => queueMicrotask(step)) : queueMicrotask(step),
  },
  { name: "after a timeout", begin: (act, step) => early(act, () => void act.win.setTimeout(step)) },
  {
    name: "much later",
    only: "late",
    begin: (act, step) => onClick(act, () => void act.win.setTimeout(step, 120)),
  },
  {
    name: "in the next frame",
    only: "late",
    begin: (act, step) => onClick(act, () => void act.win.requestAnimationFrame(step)),
  },
  {
    name: "when something has loaded",
    only: "late",
    begin: (act, step) =>
      onClick(act, () => {
        const image = new act.win.Image();
        image.addEventListener("load", step);
        image.src = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
      }),
  },
  {
    name: "by a message",
    only: "late",
    begin: (act, step) =>
      onClick(act, () => {
        const { port1, port2 } = new act.win.MessageChannel();
        port1.onmessage = step;
        port2.postMessage(0);
      }),
  },
  {
    name: "on pointerdown",
    only: "mouse",
    begin: (act, step) => on(act, act.element!, "pointerdown", false, step),
  },
  {
    name: "on mousedown",
    only: "mouse",
    begin: (act, step) => on(act, act.element!, "mousedown", false, step),
  },
  { name: "on mouseup", only: "mouse", begin: (act, step) => on(act, act.win, "mouseup", true, step) },
  { name: "as the click is captured", only: "element", begin: (act, step) => clicked(act, true, step) },
  {
    name: "as the click has bubbled",
    only: "element",
    begin: (act, step) => on(act, act.win, clickOf(act.gesture), false, step),
  },
  {
    name: "in a child's handler",
    only: "mouse",
    begin: (act, step) =>
      on(act, act.element!.querySelector(".child") ?? act.element!, clickOf(act.gesture), false, step),
  },
  {
    name: "with the click stopped",
    only: "element",
    begin: (act, step) =>
      clicked(act, true, (event) => {
        event.stopImmediatePropagation();
        step();
      }),
  },
  {
    name: "with the press stopped",
    only: "mouse",
    begin(act, step) {
      for (const type of ["pointerdown", "mousedown", "mouseup", "pointerup"])
        on(act, act.win, type, true, (event) => event.stopImmediatePropagation());
      clicked(act, true, (event) => {
        event.stopImmediatePropagation();
        step();
      });
    },
  },
  {
    name: "after a clear dial",
    more: true,
    begin: (act, step) => early(act, () => (act.decoy(), step())),
  },
  {
    name: "after a clear dial that the page cancels",
    more: true,
    begin: (act, step) =>
      early(act, () => {
        const link = act.win.document.createElement("a");
        link.href = act.clear;
        act.win.document.body.append(link);
        const cancel = (event: Event) => event.preventDefault();
        act.win.addEventListener("click", cancel);
        link.click();
        act.win.removeEventListener("click", cancel);
        link.remove();
        step();
      }),
  },
  {
    name: "after a clear navigation that the page cancels",
    more: true,
    begin: (act, step) =>
      early(act, () => {
        const { navigation } = act.win as unknown as { navigation: EventTarget };
        const cancel = (event: Event) => event.preventDefault();
        navigation.addEventListener("navigate", cancel);
        act.win.location.href = act.clear;
        navigation.removeEventListener("navigate", cancel);
        step();
      }),
  },
  { name: "twice", more: true, begin: (act, step) => early(act, () => (step(), step())) },
];
