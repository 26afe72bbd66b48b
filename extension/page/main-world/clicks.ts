/**
 * Clicks that a script makes, and forms that it sends. The guard hears them itself; it is told where it would not (outside
 * the page, in a shadow root), and when a handler writes something: a handler may change a link's number at the last
 * moment. After a person's own click the browser gives the guard a moment to look, after a script's it does not.
 */
import { CANCELS, ENDS, LISTENS, LOOKS, OPENS, SUBMITS } from "../main-world-events.ts";
import { tells } from "./ask-guard.ts";
import {
  apply,
  bubbles,
  buttonOf,
  documentOf,
  getRootNode,
  initEvent,
  isCancelable,
  isEnded,
  isObject,
  isPrevented,
  kindOf,
  over,
  overEach,
  phaseOf,
  preventDefault,
  type Realm,
  type Trap,
  typeOf,
} from "./natives.ts";

/** How many clicks of scripts are under way, one in the other. */
let depth = 0;
export const watch = (more: 1 | -1): void => void (depth += more);
/** What the innermost of them is on. */
let clicked: unknown = null;
/** Events that were ended while it is under way: its own, and those of clicks around it. */
let ended: Ended | null = null;
interface Ended {
  event: unknown;
  next: Ended | null;
}

function looks(): void {
  // What the page has cancelled itself opens nothing.
  let isOpen = false;
  for (let at: Ended | null = ended; at !== null; at = at.next) isOpen ||= !isPrevented(at.event);
  if (ended !== null && tells(isOpen ? ENDS : CANCELS, clicked))
    for (let at: Ended | null = ended; at !== null; at = at.next) preventDefault(at.event);
  tells(LOOKS, null);
}
/** Before the page opens something by itself: a click that it ended may open the same. */
export const looksFirst = (): void => void (ended !== null && looks());

/** What writes to an element is of no click of a script's. */
export const isStill = (): boolean => depth === 0;
/** To be called with the result of what writes to an element. */
export function wrote<T>(result: T): T {
  if (!isStill()) looks();
  return result;
}
/** A picture's attributes are written late: nobody but us sees that a link changed. */
const writesLate: Trap = (native, self, args) => {
  const result = apply(native, self, args);
  looks();
  return result;
};
const writes: Trap = (native, self, args) => wrote(apply(native, self, args));

const clicks: Trap = (native, self, args) => {
  if (kindOf(self) === null) return apply(native, self, args);
  if (getRootNode(self) !== documentOf(self)) tells(LISTENS, self);
  const outer = clicked;
  const before = ended;
  clicked = self;
  ended = null;
  depth++;
  try {
    return apply(native, self, args);
  } finally {
    depth--;
    clicked = outer;
    let open = before;
    // Its own event is over; one of a click around it is still on its way.
    for (let at = ended as Ended | null; at !== null; at = at.next)
      if (phaseOf(at.event) !== 0) open = { event: at.event, next: open };
    ended = clicked === null ? null : open;
    if (open !== before && clicked !== null) looks();
  }
};

/** The last follows a click, and is how older pages press a button. */
const isClick = (type: string | null): boolean =>
  type === "click" || type === "auxclick" || type === "DOMActivate";

/** What ends an event: the root that it is on its way to may never hear it. */
const ends: Trap = (native, self, args) => {
  const result = apply(native, self, args);
  const type = typeOf(self);
  if (isClick(type) && isEnded(self)) {
    if (clicked !== null) ended = { event: self, next: ended };
    looks();
  }
  // Its form may open another window, and nobody hears of its last listener any more.
  if (type === "submit" && isEnded(self)) tells(LOOKS, null);
  return result;
};

/**
 * How to listen. While a passive listener runs, nothing can cancel its event. Reads what the browser would, once, in its
 * order: for `when` two of them.
 */
function active(how: unknown, isWhen: boolean): unknown {
  if (!isObject(how)) return how;
  const from = how as AddEventListenerOptions;
  const { capture } = from;
  const once = !isWhen && from.once;
  const { passive } = from;
  return {
    __proto__: null,
    capture,
    once,
    passive: !passive && false,
    signal: isWhen ? undefined : from.signal,
  };
}
/** A form's events do not leave its root: there the guard is to hear them before the page. `at` is where it says how. */
const listens =
  (at: number): Trap =>
  (native, self, args) => {
    if (typeof args[0] !== "string" && args.length > 0) args[0] = `${args[0] as string}`;
    const type = args[0] as string;
    const isSent = type === "submit" || type === "formdata";
    if (isSent && kindOf(self) === ROOT) tells(LISTENS, self);
    if ((isSent || isClick(type)) && args.length > at) args[at] = active(args[at], at === 1);
    return apply(native, self, args);
  };
const ROOT = 11;

const dispatches: Trap = (native, self, args) => {
  const event = args[0];
  const type = typeOf(event);
  if (!isClick(type) && type !== "keydown") return apply(native, self, args);
  // The browser follows one that nobody hears, or can prevent: on a link or a button it is made as a person's would be.
  if (buttonOf(event) !== null && kindOf(self) !== null && (isEnded(event) || !isCancelable(event)))
    if (tells(OPENS, self)) initEvent(event, type!, bubbles(event)!, true);
  return clicks(native, self, args);
};

const submits: Trap = (native, self, args) =>
  kindOf(self) !== null && tells(SUBMITS, self) ? undefined : apply(native, self, args);

const LINKS = ["HTMLAnchorElement", "HTMLAreaElement"] as const;
const PARTS = "href target protocol username password host hostname port pathname search hash".split(" ");
const OF_BUTTONS = ["formAction", "formTarget", "popoverTargetElement", "commandForElement"];
const REMOVERS = "removeAttribute removeAttributeNS removeAttributeNode toggleAttribute".split(" ");

export function wireClicks(realm: Realm): void {
  over(realm.HTMLElement.prototype, "click", clicks);
  over(realm.EventTarget.prototype, "dispatchEvent", dispatches);
  over(realm.EventTarget.prototype, "addEventListener", listens(2));
  over(realm.EventTarget.prototype, "when", listens(1));
  overEach(realm, ["Event"], ["stopPropagation", "stopImmediatePropagation"], ends);
  over(realm.Event.prototype, "cancelBubble", ends, "set");
  over(realm.HTMLFormElement.prototype, "submit", submits);
  // A submit event does not leave a shadow root.
  over(realm.HTMLFormElement.prototype, "requestSubmit", clicks);
  over(realm.SVGAnimatedString.prototype, "baseVal", writesLate, "set");
  // What decides where a link or a form leads.
  overEach(realm, LINKS, PARTS, writes, "set");
  overEach(realm, ["HTMLFormElement", "HTMLBaseElement"], ["action", "target"], writes, "set");
  overEach(realm, ["HTMLButtonElement", "HTMLInputElement"], OF_BUTTONS, writes, "set");
  overEach(realm, ["Element"], REMOVERS, writes);
  overEach(realm, ["NamedNodeMap"], ["removeNamedItem", "removeNamedItemNS"], writes);
}
