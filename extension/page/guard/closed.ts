/** What is in closed roots, which an event does not show outside them. */
import { parentElement } from "../find/dom.ts";
import { parentOf, rootOf, shadowOf } from "../find/roots.ts";

/** The innermost element that roots answer, from the root of this one on. */
export function deepest(from: Element, pick: (root: ShadowRoot) => Element | null): Element {
  const root = shadowOf(from);
  const inner = root && pick(root);
  // A root answers elements around it, too.
  return inner && rootOf(inner) === root ? deepest(inner, pick) : from;
}

/** The elements that an event on this one passes, innermost first. */
export function pathOf(from: Element | null | undefined): Element[] {
  const path: Element[] = [];
  for (let at = from; at; at = slotOf(at) ?? parentOf(at)) path.push(at);
  return path;
}

/** The slot that an element is shown in. */
function slotOf(element: Element): Element | null {
  const parent = parentElement(element);
  const slots = parent && shadowOf(parent)?.querySelectorAll("slot");
  return [...(slots ?? [])].find((slot) => slot.assignedElements().includes(element)) ?? null;
}
