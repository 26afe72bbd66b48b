/**
 * What is posted to workers, through ports and on channels that workers hear. A worker may own the socket of a softphone: a call is told there first, as
 * SIP or as a request by name, somewhere in a message.
 */
import { POSTS, SPEAKS } from "../main-world-events.ts";
import { asks, asksWhole, tells } from "./ask-guard.ts";
import { apply, exec, includes, isView, keysOf, overEach, type Realm, type Trap } from "./natives.ts";

/** A request of Amazon Connect's. */
const REQUEST =
  /^(?:createOutboundContact|createAdditionalConnection|addNewConnection|transferContact|voice\/createOutboundCall|contact\/(?:addParticipant|transfer))$/i;
/** Of the shortest there is, which is `BYE a SIP/2.0`, and of the longest request. */
const [SHORTEST, LONGEST] = [13, 26];
/** Or SIP: its version is somewhere in each message, in whatever case the rest is. */
const isTelling = (text: string): boolean =>
  text.length >= SHORTEST &&
  (includes(text, "/2.0") || (text.length <= LONGEST && exec(REQUEST, text) !== null));

/** As deep as the guard reads (protocols/posted.ts). */
const DEEPEST = 8;
const MOST_KEYS = 32;
const MOST_MEMBERS = 1000;
let left = 0;

/**
 * Looks into objects and lists alone, at the members that the browser copies: what calls is a small message. No getter of
 * an object is run. A list is read as it is: its elements have none, and to ask would take twenty times as long.
 */
function isLikely(value: unknown, depth: number): boolean {
  if (typeof value === "string") return isTelling(value);
  // A view of bytes has a key for each.
  if (typeof value !== "object" || value === null || depth > DEEPEST || isView(value)) return false;
  const keys = isList(value) ? null : keysOf(value);
  const count = keys ? keys.length : (value as unknown[]).length;
  for (let i = 0; i < count && i < MOST_KEYS && left-- > 0; i++) {
    const member: unknown = keys ? memberOf(value, keys[i]!)?.value : (value as unknown[])[i];
    if (isLikely(member, depth + 1)) return true;
  }
  return false;
}
/** A message that throws when it is looked at is the browser's to refuse. */
function mayCall(message: unknown): boolean {
  left = MOST_MEMBERS;
  try {
    return isLikely(message, 0);
  } catch {
    return false;
  }
}
const { isArray: isList } = Array;
// Twice as fast as those of Reflect, in Chrome.
const { getOwnPropertyDescriptor: memberOf } = Object;

/** A copy of what is looked into, for the guard. What is handed on, as a port, is an object without members in it. */
function readable(value: unknown, depth: number): unknown {
  if (typeof value === "string" || typeof value === "number") return value;
  if (typeof value !== "object") return null;
  const copy = { __proto__: null } as unknown as Record<string, unknown>;
  if (value === null || depth > DEEPEST || isView(value)) return copy;
  const keys = keysOf(value);
  for (let i = 0; i < keys.length && i < MOST_KEYS && left-- > 0; i++)
    copy[keys[i]!] = readable(memberOf(value, keys[i]!)?.value, depth + 1);
  return copy;
}

const posts: Trap = (native, self, args) => {
  const message = args[0];
  if (args.length === 0 || !mayCall(message)) return apply(native, self, args);
  tells(SPEAKS, self, null);
  let held = asksWhole(POSTS, [message]);
  if (held === null) {
    left = MOST_MEMBERS;
    held = asks(POSTS, [readable(message, 0), true]);
  }
  return held ? undefined : apply(native, self, args);
};

export function wirePorts(realm: Realm): void {
  // The last is absent where a page is not secure.
  overEach(realm, ["MessagePort", "Worker", "BroadcastChannel", "ServiceWorker"], ["postMessage"], posts);
}
