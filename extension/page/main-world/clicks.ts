/**
 * Clicks that a script makes, and forms that it sends. The guard hears them itself; it is told where it would not (outside
 * the page, in a shadow root), and when a handler writes something: a handler may change a link's number at the last
 * moment. After a person's own click the browser gives the guard a moment to look, after a script's it does not.
 */
import { LISTENS, LOOKS, SUBMITS } from "../main-world-events.ts";
import { tells } from "./ask-guard.ts";
import {
  apply,
  documentOf,
  getRootNode,
  kindOf,
  over,
  overEach,
  type Realm,
  type Trap,
  typeOf,
} from "./natives.ts";

/** How many clicks of scripts are under way, one in the other. */
let depth = 0;
export const watch = (more: 1 | -1): void => void (depth += more);

/** To be called with the result of what writes to an element. */
export function wrote<T>(result: T): T {
  if (depth > 0) tells(LOOKS, null);
  return result;
}
/** A picture's attributes are written late: nobody but us sees that a link changed. */
const writesLate: Trap = (native, self, args) => {
  const result = apply(native, self, args);
  tells(LOOKS, null);
  return result;
};
const writes: Trap = (native, self, args) => wrote(apply(native, self, args));

const clicks: Trap = (native, self, args) => {
  if (kindOf(self) === null) return apply(native, self, args);
  if (getRootNode(self) !== documentOf(self)) tells(LISTENS, self);
  depth++;
  try {
    return apply(native, self, args);
  } finally {
    depth--;
  }
};

const dispatches: Trap = (native, self, args) => {
  const type = typeOf(args[0]);
  // The last is how older pages press a button.
  return type === "click" || type === "auxclick" || type === "keydown" || type === "DOMActivate"
    ? clicks(native, self, args)
    : apply(native, self, args);
};

const submits: Trap = (native, self, args) =>
  kindOf(self) !== null && tells(SUBMITS, self) ? undefined : apply(native, self, args);

const LINKS = ["HTMLAnchorElement", "HTMLAreaElement"] as const;
const PARTS = "href protocol username password host hostname port pathname search hash".split(" ");
const REMOVERS = "removeAttribute removeAttributeNS removeAttributeNode toggleAttribute".split(" ");

export function wireClicks(realm: Realm): void {
  over(realm.HTMLElement.prototype, "click", clicks);
  over(realm.EventTarget.prototype, "dispatchEvent", dispatches);
  over(realm.HTMLFormElement.prototype, "submit", submits);
  // A submit event does not leave a shadow root.
  over(realm.HTMLFormElement.prototype, "requestSubmit", clicks);
  over(realm.SVGAnimatedString.prototype, "baseVal", writesLate, "set");
  // What decides where a link or a form leads.
  overEach(realm, LINKS, PARTS, writes, "set");
  over(realm.HTMLFormElement.prototype, "action", writes, "set");
  overEach(realm, ["HTMLButtonElement", "HTMLInputElement"], ["formAction"], writes, "set");
  overEach(realm, ["Element"], REMOVERS, writes);
  overEach(realm, ["NamedNodeMap"], ["removeNamedItem", "removeNamedItemNS"], writes);
}
