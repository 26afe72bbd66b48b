/**
 * What is posted to workers and through ports. A worker may own the socket of a softphone: a call is told there first, as
 * the SIP text or as a request by name, somewhere in a message.
 */
import { PORT, POSTS } from "../main-world-events.ts";
import { asks, introduces } from "./ask-guard.ts";
import {
  apply,
  exec,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  type Native,
  over,
  ownKeys,
  type Realm,
  type Trap,
} from "./natives.ts";

/** SIP, or a request of Amazon Connect's. */
const LIKELY =
  /^\s*(?:INVITE|ACK|BYE|CANCEL|REFER|INFO|MESSAGE)[ \t]|^(?:createOutboundContact|createAdditionalConnection|addNewConnection|transferContact|voice\/createOutboundCall|contact\/(?:addParticipant|transfer))$/i;
const DEEPEST = 4;
const MOST_KEYS = 32;

/** Looks into plain objects and lists alone: what calls is a small message. No getter of the page's is run. */
function isLikely(value: unknown, depth: number): boolean {
  if (typeof value === "string") return exec(LIKELY, value) !== null;
  if (typeof value !== "object" || value === null || depth > DEEPEST) return false;
  const kind = getPrototypeOf(value);
  // A list's prototype has one itself, as has a buffer's; an object's has none.
  if (kind !== null && getPrototypeOf(kind) !== null && !isList(value)) return false;
  const keys = ownKeys(value);
  for (let i = 0; i < keys.length && i < MOST_KEYS; i++)
    if (isLikely(getOwnPropertyDescriptor(value, keys[i]!)?.value, depth + 1)) return true;
  return false;
}
/** A message that throws when it is looked at is the browser's to refuse. */
function mayCall(message: unknown): boolean {
  try {
    return isLikely(message, 0);
  } catch {
    return false;
  }
}
const { isArray: isList } = Array;

const known = new WeakMap<object, number>();
const { get, set } = WeakMap.prototype as unknown as Record<"get" | "set", Native>;
let ports = 0;

const posts: Trap = (native, self, args) => {
  if (args.length === 0 || !mayCall(args[0])) return apply(native, self, args);
  let id = apply(get, known, [self]) as number | undefined;
  if (id === undefined) {
    id = ++ports;
    apply(set, known, [self, id]);
    introduces(PORT, self, id);
  }
  return asks(POSTS, [id, args[0]]) ? undefined : apply(native, self, args);
};

export function wirePorts(realm: Realm): void {
  over(realm.MessagePort.prototype, "postMessage", posts);
  over(realm.Worker.prototype, "postMessage", posts);
}
