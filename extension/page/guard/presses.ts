/** Notes what a person acts on, before the page hears of it: a closed root shows nothing of its inside with the click. */
import { deepest, pathOf } from "./closed.ts";
import { isElement, shadowOf } from "../find/roots.ts";

export const isMouseEvent = (event: Event): event is MouseEvent => "button" in event;

/** `listen`: hears the events of a root. */
export function openPresses(listen: (root: EventTarget) => void) {
  /** What a person acted on, until the click that follows. */
  let pressedOn: Element | null = null;
  /** Where the pointer went down. A click is on what both are in. */
  let downOn: Element | null = null;
  /** What has the pointer: the page may give it to an element of its choice. */
  let captor: Element | null = null;

  /** Enter in a field sends its form, without a click where it has no button. */
  function hear(event: Event): void {
    if (!event.isTrusted) return;
    const path = event.composedPath();
    for (const at of path) if (at instanceof ShadowRoot) listen(at);
    const [innermost = null] = path.filter(isElement);
    const { type, clientX: x, clientY: y } = event as MouseEvent;
    const inside = innermost && shadowOf(innermost);
    if (inside) listen(inside);
    // The roots that it passes hear it one after the other, and the last knows best.
    if (type === "gotpointercapture") captor = innermost;
    else if (type === "lostpointercapture") captor = null;
    else if (captor || !innermost) pressedOn = captor;
    else {
      const at = deepest(innermost, (root) => {
        listen(root);
        return isMouseEvent(event) ? root.elementFromPoint(x, y) : root.activeElement;
      });
      if (type === "pointerdown") downOn = at;
      const down = type === "pointerup" && downOn ? pathOf(downOn) : [at];
      pressedOn = pathOf(at).find((one) => down.includes(one)) ?? null;
    }
  }

  return { hear, on: () => pressedOn, end: () => void (pressedOn = null) };
}
