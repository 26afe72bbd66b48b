/**
 * What sockets send. A text that may begin a call, a socket's first, and all of one on which calls were seen are shown to
 * the guard before they go. Every other text goes at once: sending is a hot path of pages without calls. The socket itself
 * stays the page's own.
 */
import { SENDS, SPEAKS } from "../main-world-events.ts";
import { asks, tells } from "./ask-guard.ts";
import {
  apply,
  bytesIn,
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
  startOf,
  type Trap,
  valueIn,
  whenDone,
  wordsOf,
} from "./natives.ts";

/** JSON behind blanks, which nobody writes but to hide. */
const HIDDEN = /^[\s\uFEFF]+[{[]/;
/** The first two letters of SIP, each with those that may follow: most texts end here. Blanks may hide anything. */
const BEGINS = { __proto__: null } as unknown as Record<string, string>;
for (const [first, seconds] of [
  ...["aAcC", "bByY", "cCaA", "iInN", "mMeE", "nNoO", "oOpP", "pPuUrR", "rReE", "sSuUiI", "uUpP"],
].map((of) => [of.slice(0, 2), of.slice(2)] as const))
  for (const letter of first) BEGINS[letter] = seconds;

function begins(first: string, second: string): boolean {
  const seconds = BEGINS[first];
  return seconds !== undefined && includes(seconds, second);
}
const { fromCharCode } = String;

/** True for a text that the guard is to see: of JSON, what offers audio. */
export function isLikely(text: string): boolean {
  const first = text[0]!;
  if (first === "{" || first === "[")
    // An offer has lines, whose ends JSON writes with a backslash: a search for one letter is the fastest. What follows may be
    // escaped.
    return includes(text, "\\") && (includes(text, "=audio") || includes(text, "\\u"));
  if (first > " " && first < "\x7f" && !begins(first, text[1] ?? "")) return false;
  // Each message of SIP has its version, in whatever case the rest is.
  return includes(text, "/2.0") || exec(HIDDEN, text) !== null;
}
/** The same, of the bytes of a text: most are not read further than to the second that is no blank. */
export function isLikelyBytes(bytes: Uint8Array): boolean {
  // Three bytes of a byte order mark.
  let at = bytes[0] === 0xef ? 3 : 0;
  while (bytes[at] === 0x20 || (bytes[at]! > 8 && bytes[at]! < 14)) at++;
  const first = bytes[at]!;
  const isJson = first === 0x7b || first === 0x5b;
  const isOpening = isJson
    ? at > 0 || mayEscape(bytes)
    : begins(fromCharCode(first), fromCharCode(bytes[at + 1]!));
  return isOpening && isLikely(decode(bytes));
}
/** Of four bytes: each a backslash, the lowest bit of each, and the highest. */
const [BACKSLASHES, LOWEST, HIGHEST] = [0x5c5c5c5c, 0x01010101, 0x80808080];
/** True where a backslash is in the bytes, or where they are a few. Decoding takes twice as long. */
export function mayEscape(bytes: Uint8Array): boolean {
  const length = bytesIn(bytes);
  /** Bytes before the first that is at a fourth of their buffer. */
  const from = -startOf(bytes) & 3;
  const count = (length - from) >> 2;
  if (count < 1) return true;
  const words = wordsOf(bytes, from, count);
  // One less than a byte that is 0 has its highest bit, which that byte had not. Two halves at once: neither waits for the other.
  let seen = 0;
  let beside = 0;
  for (let i = 0, n = count >> 1; n < count; i++, n++) {
    const one = words[i]! ^ BACKSLASHES;
    const other = words[n]! ^ BACKSLASHES;
    seen |= (one - LOWEST) & ~one;
    beside |= (other - LOWEST) & ~other;
  }
  if ((seen | beside) & HIGHEST) return true;
  for (let i = 0; i < length; i++) {
    if (i === from) i += count * 4;
    if (bytes[i] === 0x5c) return true;
  }
  return false;
}

interface Socket {
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
/** The guard wants everything of the socket that it was asked about last. */
let isKept = false;
export const keep = (): void => void (isKept = true);

const sends: Trap = (native, self, args) => {
  const socket = knownOf(self);
  const data = args[0];
  const bytes = bytesOf(data);
  if (socket && !socket.all && !socket.reading)
    if (bytes ? !isLikelyBytes(bytes) : typeof data === "string" && !isLikely(data))
      return apply(native, self, args);
  // Not yet open, or closed, or no socket: as the browser has it.
  if (args.length === 0 || !isOpen(self)) return apply(native, self, args);
  const own = socket ?? noted(self as object);
  const blob = bytes ? null : read(data);
  // An object may say something else the second time.
  if (!bytes && !blob) args[0] = `${data as string}`;
  if (!blob && !own.reading)
    return isHeld(self, own, bytes ?? (args[0] as string), !socket) ? undefined : apply(native, self, args);
  // The browser too takes what is sent as it is now.
  const now = bytes ? copyOf(bytes) : args[0];
  const goes = (what: unknown) => {
    if (own.reading === turn) own.reading = null;
    if (isOpen(self) && !isHeld(self, own, bytesOf(what) ?? (what as string), false))
      apply(native, self, [what]);
  };
  const next = () => (blob ? whenDone(blob, goes, () => undefined) : goes(now));
  const turn = own.reading ? whenDone(own.reading, next, next) : (next() as Promise<unknown>);
  own.reading = turn;
  return undefined;
};

function noted(self: object): Socket {
  const socket: Socket = { all: false, reading: null };
  try {
    new Known(self, socket);
  } catch {
    note(others, self, socket);
  }
  return socket;
}

function isHeld(self: unknown, socket: Socket, sent: string | Uint8Array, isFirst: boolean): boolean {
  const isText = typeof sent === "string";
  if (!isFirst && !socket.all && !(isText ? isLikely(sent) : isLikelyBytes(sent))) return false;
  tells(SPEAKS, self, null);
  isKept = socket.all;
  const held = asks(SENDS, isText ? `t${sent}` : `b${decode(sent)}`);
  socket.all = isKept;
  return held;
}

export function wireSockets(realm: Realm): void {
  over(realm.WebSocket.prototype, "send", sends);
}
