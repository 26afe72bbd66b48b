/**
 * What is posted to workers and through ports. A worker may own the socket of a softphone: a call is told there first, as
 * SIP or as a request by name, somewhere in a message.
 */
import { PORT, POSTS } from "../main-world-events.ts";
import { asks, introduces } from "./ask-guard.ts";
import {
  apply,
  exec,
  getOwnPropertyDescriptor,
  includes,
  isView,
  type Native,
  over,
  ownKeys,
  type Realm,
  type Trap,
} from "./natives.ts";

/** SIP in any case, or a request of Amazon Connect's. */
const LIKELY =
  /^\s*(?:INVITE|ACK|BYE|CANCEL|REFER|INFO|MESSAGE)[ \t]|^(?:createOutboundContact|createAdditionalConnection|addNewConnection|transferContact|voice\/createOutboundCall|contact\/(?:addParticipant|transfer))$/i;
/** Or SIP somewhere in it, as every kit writes it: a search for that takes a tenth of one in any case. */
const isTelling = (text: string): boolean => exec(LIKELY, text) !== null || includes(text, "SIP/2.0");

const DEEPEST = 4;
const MOST_KEYS = 32;
const MOST_MEMBERS = 1000;
let left = 0;

/** Looks into objects and lists alone: what calls is a small message. No getter of the page's is run. */
function isLikely(value: unknown, depth: number): boolean {
  if (typeof value === "string") return isTelling(value);
  // A view of bytes has a key for each.
  if (typeof value !== "object" || value === null || depth > DEEPEST || isView(value)) return false;
  const keys = isList(value) ? null : ownKeys(value);
  const count = keys ? keys.length : (value as unknown[]).length;
  for (let i = 0; i < count && i < MOST_KEYS && left-- > 0; i++)
    if (isLikely(getOwnPropertyDescriptor(value, keys ? keys[i]! : i)?.value, depth + 1)) return true;
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
  // Absent where a page is not secure.
  over(realm.ServiceWorker?.prototype, "postMessage", posts);
}
