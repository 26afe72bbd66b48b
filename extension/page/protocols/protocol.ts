/**
 * What a protocol of softphones is: how a call begins in it, and how the other side says no. One row each, in rows.ts.
 * Rows are pure: texts and messages in, answers out. calls.ts decides what becomes of a call, the carriers bring the
 * messages.
 */

/** A call that a softphone begins, sends on or transfers. */
export interface Start<M> {
  is: "start";
  /** The protocol's own name of the call: what comes later of the same call has it too. */
  key: string;
  /**
   * What may ring, the likeliest first. Those that read as a number are judged, and the strictest verdict counts; where
   * none does, no number could be read.
   */
  numbers: string[];
  /** Those among them that ring for certain: one that reads as no number is not known, whatever the others are. */
  rings?: readonly string[];
  /** What the other side says to refuse it, in order. */
  refuse: () => M[];
  /** What it says while the call waits: else a softphone may not be able to give it up. */
  wait?: () => M[];
  /** What the receiver gets in place of a message that is refused. */
  instead?: () => M[];
  /** What the other side says where the softphone gives up while the call waits. */
  cancelled?: (ending: M) => M[];
  /** The message has left, or leaves now. */
  goes?: () => void;
}

/**
 * What a message is. `of`: it belongs to a call, and shares its fate. `end`: so, and the softphone gives the call up.
 * `swallow`: it answers what we said, of which the server knows nothing. Null: it is nothing of a call, and passes.
 */
export type Said<M> =
  | Start<M>
  | { is: "of"; key: string }
  | { is: "end"; key: string }
  | { is: "swallow" }
  | null;

/** What a protocol knows of one socket, port or window. */
export interface Talk<M> {
  /** A message that is about to be sent. `from`: the origin that sends it, where another window does. */
  read: (message: M, from?: string) => Said<M>;
  /** A message of the other side. */
  heard?: (message: M) => void;
}

interface Row<C, M> {
  /** Also what an administrator switches it off by: it never changes. Who speaks it is in documented.ts. */
  name: string;
  carrier: C;
  /** Where the shapes come from: packages, documents, files. */
  source: string;
  /** True once it was tried with the vendor's real service. */
  verified?: true;
  /** `isLate`: the other side may be in calls of which nothing was seen here. */
  open: (isLate?: boolean) => Talk<M>;
}

/** Texts on a WebSocket. */
export interface SocketProtocol extends Row<"socket", string> {
  /** True where a socket's first message, or what was asked for when it was made, is of this protocol. */
  sign: (text: string, subprotocol: string) => boolean;
}

/** Messages to the window of the vendor's frame. */
export interface MessageProtocol extends Row<"message", unknown> {
  /** True where the frame's host is the vendor's. Another app's message of the same shape is none of ours. */
  sign: (host: string, isFramed: boolean) => boolean;
}

/** Messages to a worker or through a port, by their shape alone. */
export type PortProtocol = Row<"port", unknown>;

export type Protocol = SocketProtocol | MessageProtocol | PortProtocol;

/** A protocol's talk by other messages, which have its own in them. `into`: an answer, about the message that it answers. */
export function through<M, F>(
  talk: Talk<M>,
  from: (frame: F) => M,
  into: (message: M, about: F) => F,
): Talk<F> {
  const all = (messages: readonly M[], about: F) => messages.map((message) => into(message, about));
  return {
    read(frame, origin): Said<F> {
      const said = talk.read(from(frame), origin);
      if (said?.is !== "start") return said;
      const { refuse, wait, instead, cancelled, ...start } = said;
      return {
        ...{ ...start, refuse: () => all(refuse(), frame) },
        ...(wait && { wait: () => all(wait(), frame) }),
        ...(instead && { instead: () => all(instead(), frame) }),
        ...(cancelled && { cancelled: (ending: F) => all(cancelled(from(ending)), ending) }),
      };
    },
    heard: (frame) => talk.heard?.(from(frame)),
  };
}

/** Forgets the oldest of more than so many. */
export function forgetOldest(all: Map<unknown, unknown> | Set<unknown>, most: number): void {
  for (const one of all.keys()) if (all.size > most) all.delete(one);
}

/** An object's members, of whatever a message is: a page may send anything. */
export const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

export const textIn = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";

/** A text as JSON; null for what is none. Of two members of one name, the one that `JSON.parse` keeps counts. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, "")) as unknown;
  } catch {
    return null;
  }
}

/** The user's part of a SIP address, or the number of a `tel:` one; any other text as it is. */
export function userIn(address: string): string {
  const open = address.indexOf("<") + 1;
  const close = open > 0 ? address.indexOf(">", open) : -1;
  const inside = close < 0 ? address : address.slice(open, close);
  const [, scheme, rest = ""] = /^\s*(sips?|tel):([^?]*)/i.exec(inside) ?? [];
  if (scheme === undefined) return inside.trim();
  if (scheme.toLowerCase() === "tel") return decoded(rest);
  const at = rest.lastIndexOf("@");
  // A user may have parameters of its own, as a number has, and a password.
  const [user = ""] = (at < 0 ? rest.split(";", 1)[0]! : rest.slice(0, at)).split(":", 1);
  return decoded(user);
}

/** Percent-decoded, as far as it can be. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
