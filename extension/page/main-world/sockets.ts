/**
 * What sockets send. A text that may begin a call, a socket's first, and all of one on which calls were seen are shown to
 * the guard before they go. Every other text goes at once: sending is a hot path of pages without calls. The socket itself
 * stays the page's own.
 */
import { SENDS, SOCKET } from "../main-world-events.ts";
import { asks, introduces } from "./ask-guard.ts";
import {
  apply,
  bytesOf,
  copyOf,
  decode,
  exec,
  includes,
  isOpen,
  note,
  over,
  read,
  type Realm,
  type Trap,
  valueIn,
  whenDone,
} from "./natives.ts";

/** SIP in any case behind blanks; or JSON behind blanks, which nobody writes but to hide. */
const LIKELY =
  /^[\s\uFEFF]*(?:INVITE|ACK|BYE|CANCEL|REFER|INFO|MESSAGE|REGISTER|OPTIONS|NOTIFY|SUBSCRIBE|PUBLISH|PRACK|UPDATE|SIP\/2\.0)[ \t]|^[\s\uFEFF]+[{[]/i;
/** The first two letters of these, each with those that may follow: most texts end here. Blanks may hide anything. */
const BEGINS = { __proto__: null } as unknown as Record<string, string>;
for (const [first, seconds] of [
  ...["aAcC", "bByY", "cCaA", "iInN", "mMeE", "nNoO", "oOpP", "pPuUrR", "rReE", "sSuUiI", "uUpP"],
].map((of) => [of.slice(0, 2), of.slice(2)] as const))
  for (const letter of first) BEGINS[letter] = seconds;

/** True for a text that the guard is to see: of JSON, what offers audio. An escaped letter may hide that. */
export function isLikely(text: string): boolean {
  const first = text[0]!;
  // A search looks for the first letter of what it is given, which is rare in other texts.
  if (first === "{" || first === "[") return includes(text, "=audio") || includes(text, "\\u");
  if (first > " " && first < "\x7f") {
    const second = BEGINS[first];
    if (second === undefined || !includes(second, text[1] ?? "")) return false;
  }
  return exec(LIKELY, text) !== null;
}
/** The same, of the bytes of a text: most are not read further than to the second that is no blank. */
function isLikelyBytes(bytes: Uint8Array): boolean {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (bytes[at] === 10 || bytes[at] === 13 || bytes[at] === 32 || bytes[at] === 9) at++;
  const first = bytes[at];
  if (first === undefined) return false;
  // An opening brace or bracket, or two letters.
  const isOpening = first === 0x7b || first === 0x5b || PAIRS[first * 256 + (bytes[at + 1] ?? 0)] === true;
  return isOpening && isLikely(decode(bytes));
}
/** The first two letters of SIP's methods, in any case, as two bytes. */
const PAIRS = { __proto__: null } as unknown as Record<number, true>;
for (const first of Object.keys(BEGINS))
  for (const second of BEGINS[first]!) PAIRS[first.charCodeAt(0) * 256 + second.charCodeAt(0)] = true;

interface Socket {
  id: number;
  /** The guard wants to see everything. */
  all: boolean;
  /** A Blob is being read: what is sent after it leaves after it. */
  reading: Promise<unknown> | null;
}
/** Notes what is known of a socket on the socket itself, where no page can see it: a map would take longer. */
class Known extends (function (socket: object) {
  return socket;
} as unknown as new (socket: object) => object) {
  #known: Socket;
  constructor(socket: object, known: Socket) {
    super(socket);
    this.#known = known;
  }
  static of(socket: unknown): Socket | undefined {
    return typeof socket === "object" && socket !== null && #known in socket ? socket.#known : undefined;
  }
}
/** Sockets that the page has closed to further members. */
const others = new WeakMap<object, Socket>();
const knownOf = (socket: unknown) => Known.of(socket) ?? valueIn(others, socket);
let sockets = 0;
/** Those of which the guard wants everything, by number: a few at most. */
const kept = { __proto__: null } as unknown as Record<number, true>;
export const keep = (id: unknown): void => void (kept[id as number] = true);

const sends: Trap = (native, self, args) => {
  const socket = knownOf(self);
  const data = args[0];
  if (typeof data === "string" && socket && !socket.all && !socket.reading && !isLikely(data))
    return apply(native, self, args);
  // Not yet open, or closed, or no socket: as the browser has it.
  if (args.length === 0 || !isOpen(self)) return apply(native, self, args);
  const own = socket ?? introduced(self as object);
  const bytes = bytesOf(data);
  const blob = bytes ? null : read(data);
  // An object may say something else the second time.
  if (!bytes && !blob) args[0] = `${data as string}`;
  if (!blob && !own.reading)
    return isHeld(own, bytes ?? (args[0] as string), !socket) ? undefined : apply(native, self, args);
  // The browser too takes what is sent as it is now.
  const now = bytes ? copyOf(bytes) : args[0];
  const goes = (what: unknown) => {
    if (own.reading === turn) own.reading = null;
    if (isOpen(self) && !isHeld(own, bytesOf(what) ?? (what as string), false)) apply(native, self, [what]);
  };
  const next = () => (blob ? whenDone(blob, goes, () => undefined) : goes(now));
  const turn = own.reading ? whenDone(own.reading, next, next) : (next() as Promise<unknown>);
  own.reading = turn;
  return undefined;
};

function introduced(self: object): Socket {
  const socket: Socket = { id: ++sockets, all: false, reading: null };
  try {
    new Known(self, socket);
  } catch {
    note(others, self, socket);
  }
  introduces(SOCKET, self, socket.id);
  return socket;
}

function isHeld(socket: Socket, sent: string | Uint8Array, isFirst: boolean): boolean {
  const isText = typeof sent === "string";
  if (!isFirst && !socket.all && !(isText ? isLikely(sent) : isLikelyBytes(sent))) return false;
  const held = asks(SENDS, `${socket.id} ${isText ? "t" : "b"}${isText ? sent : decode(sent)}`);
  socket.all ||= kept[socket.id] === true;
  return held;
}

export function wireSockets(realm: Realm): void {
  over(realm.WebSocket.prototype, "send", sends);
}
