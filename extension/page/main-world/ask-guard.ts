/** Our end of the channel to the guard, in the page's own world. */
import {
  ANSWER,
  CLICKS,
  GIVES,
  HELLO,
  KEEPS,
  MARKUP,
  UNWATCHES,
  WATCHES,
  WIRES,
} from "../main-world-events.ts";
import {
  addEventListener,
  baseOf,
  detailOf,
  dispatchEvent,
  documentOf,
  isEnded,
  preventDefault,
  randomNumbers,
  relatedOf,
  windowOf,
} from "./natives.ts";

const Custom = CustomEvent;
const Mouse = MouseEvent;
const Target = EventTarget;

let channel: EventTarget | null = null;
let answer: unknown = null;

/** Events' options have no prototype, so that a page cannot add to them. */
const about = (relatedTarget: EventTarget | null, view: Window | null = null) =>
  ({ __proto__: null, cancelable: true, relatedTarget, view }) as MouseEventInit;

/**
 * Asks for the channel: at once of a guard that comes before the page's scripts, and of one that comes after them by a name
 * that no script can listen to, as it is made here. The background has the name as this script's answer (scripts/build.ts),
 * and the guard from there. Who gives a channel first is believed: a guard that comes second sees that, and holds all.
 */
export function join(wire: (win: Window) => void, watch: (more: 1 | -1) => void, keep: () => void): string {
  const take = (event: Event) => {
    if (channel || !(channel = relatedOf(event))) return;
    preventDefault(event);
    addEventListener(channel, ANSWER, (said) => (answer = detailOf(said)));
    addEventListener(channel, WIRES, (said) => wire(relatedOf(said) as Window));
    addEventListener(channel, WATCHES, () => watch(1));
    addEventListener(channel, UNWATCHES, () => watch(-1));
    addEventListener(channel, KEEPS, keep);
    addEventListener(channel, CLICKS, clickFor);
    wire(window);
  };
  const carrier = new Target();
  addEventListener(carrier, GIVES, take);
  dispatchEvent(document, new Mouse(HELLO, about(carrier)));
  const numbers = randomNumbers();
  const name = `${numbers[0]} ${numbers[1]}`;
  addEventListener(document, name, take);
  return name;
}

/** Asks about a text, or a message. True where the answer is no; null where the guard got nothing of it. */
export function asksWhole(type: string, detail: unknown): boolean | null {
  const event = new Custom(type, { __proto__: null, cancelable: true, detail } as CustomEventInit);
  const may = dispatchEvent(channel!, event);
  return isEnded(event) ? null : !may;
}
/** The same, of what the guard can read. */
export const asks = (type: string, detail: unknown): boolean => asksWhole(type, detail) === true;

/** The window whose guard is to hear of a node: no other touches it. */
const viewOf = (node: unknown): Window | null => windowOf(documentOf(node) ?? node);

/** Tells of an object, to the guard of a window. True where the answer is no. */
export const tells = (type: string, object: unknown, view = viewOf(object)): boolean =>
  !dispatchEvent(channel!, new Mouse(type, about(object as EventTarget | null, view)));

/** Asks what may be written of a markup at a node: null where all of it, else that, and an unfinished tag at its end. */
export function answerTo(text: string, node: unknown): [kept: string, tail: string] | null {
  answer = null;
  asks(MARKUP, `${baseOf(node) ?? ""}\n${text}`);
  return answer as [string, string] | null;
}

/** Makes a click that was held and may go on. */
function clickFor(event: Event): void {
  const element = relatedOf(event);
  if (!element) return;
  preventDefault(event);
  const { button, detail, clientX, clientY, ctrlKey, shiftKey, altKey, metaKey } = event as MouseEvent;
  const where = { button, detail, clientX, clientY, ctrlKey, shiftKey, altKey, metaKey };
  const how = { __proto__: null, ...where, bubbles: true, cancelable: true, composed: true, view: window };
  dispatchEvent(element, new Mouse("click", how));
}
