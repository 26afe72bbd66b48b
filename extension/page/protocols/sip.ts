/**
 * SIP over a WebSocket (RFC 7118). The Request-URI decides what rings; a different number in `To`, or in a header that a
 * provider takes one from, is judged too.
 */
import {
  decoded,
  forgetOldest,
  membersOf,
  parsed,
  type Said,
  type SocketProtocol,
  type Start,
  type Talk,
  textIn,
  userIn,
} from "./protocol.ts";
import {
  header,
  isSip,
  single,
  sipMessages,
  type SipMessage,
  sipResponse,
  tagIn,
  MOST_MESSAGES,
} from "./sip-message.ts";

/** Dialogs that one socket remembers. */
const MOST_DIALOGS = 64;
const TAG = "cleardial";
const LONGEST = 4096;

/** A dialog that this socket has seen from the other side. */
interface Dialog {
  tags: Set<string>;
  /** The users that it leads to: the other side's contacts, and what was called first. */
  users: Set<string>;
}

/** The newest last, and no more than so many. */
function renew<V>(all: Map<string, V>, key: string, value: V): void {
  all.delete(key);
  all.set(key, value);
  forgetOldest(all, MOST_DIALOGS);
}

/** `isLate`: calls may go on of which nothing was seen here. */
export function openSip(isLate = false): Talk<string> {
  const dialogs = new Map<string, Dialog>();
  /** Calls that came in, until they are answered. */
  const ringing = new Map<string, Dialog>();
  /** What was called by an INVITE that left, until it is answered. */
  const called = new Map<string, string>();

  /**
   * A To-tag proves nothing by itself: only one that the other side has given makes this a call's later step. In a page that
   * was open before us, also one of a call of which we have seen nothing: to be held and resumed it has to go on (RFC 3261,
   * 12.2.1). By a tag that a page makes up no call begins: the other side answers 481, or takes it for a dialog that it has
   * lost (12.2.2), which is to be had only there, until the page is loaded again.
   */
  function isInDialog(message: SipMessage): boolean {
    const callId = single(message, "call-id");
    const tag = tagIn(single(message, "to"));
    const dialog = dialogs.get(callId);
    if (!dialog) return isLate && callId !== "" && tag !== "" && !called.has(callId) && !ringing.has(callId);
    renew(dialogs, callId, dialog);
    return dialog.tags.has(tag) && dialog.users.has(userIn(message.uri));
  }

  function start(message: SipMessage): Said<string> {
    const key = single(message, "call-id") || `? ${header(message, "via")}`;
    const { method, status } = message;
    if (status > 0) {
      const answered = isAccepted(message) && ringing.get(key);
      if (answered) renew(dialogs, key, answered);
      return movedTo(message);
    }
    const user = userIn(message.uri);
    if (method === "INVITE") {
      if (isInDialog(message)) return { is: "of", key };
      return {
        ...{ is: "start", key, ...numbersOf(message), goes: () => renew(called, key, user) },
        refuse: () => refusal(message),
        wait: () => [sipResponse(message, "100 Trying")],
        cancelled: cancelledBy(message),
      };
    }
    if (method === "REFER") {
      const target = single(message, "refer-to") || header(message, "refer-to");
      if (isReplacing(target)) return { is: "of", key };
      return alone(message, [userIn(target)]);
    }
    const target =
      method === "INFO" ? flipOf(message.body) : method === "MESSAGE" ? forwardOf(message.body) : null;
    if (target !== null) return alone(message, [target]);
    if (method === "CANCEL" || method === "BYE") return { is: "end", key };
    return { is: "of", key };
  }

  /** An attended transfer, to the other end of a call of this socket: that number was judged. */
  function isReplacing(target: string): boolean {
    const [, replaced = ""] = /[?&]Replaces=([^&>]*)/i.exec(target) ?? [];
    const [callId = ""] = decoded(replaced).split(";");
    return dialogs.get(callId)?.users.has(userIn(target)) ?? false;
  }

  return {
    read(text) {
      const messages = sipMessages(text);
      const said = together(messages.map(start));
      // Of too many none is known.
      const isTooMany = said?.is === "start" && messages.length > MOST_MESSAGES;
      return isTooMany ? { ...said, numbers: [], rings: [] } : said;
    },
    heard(text) {
      for (const message of sipMessages(text)) {
        const callId = header(message, "call-id");
        // A call that the other side refuses, or sends elsewhere, is no dialog: its number is asked about again.
        const isAnswer = isAccepted(message);
        if (callId === "" || !(isAnswer || message.method === "INVITE")) continue;
        const running = dialogs.get(callId);
        const dialog = running ?? { tags: new Set(), users: new Set() };
        // Of calls that nobody takes there may be very many.
        renew(running || isAnswer ? dialogs : ringing, callId, dialog);
        const tag = tagIn(header(message, isAnswer ? "to" : "from"));
        if (tag) dialog.tags.add(tag);
        const contact = header(message, "contact");
        if (contact) dialog.users.add(userIn(contact));
        if (isAnswer) {
          const user = called.get(callId);
          if (user !== undefined) dialog.users.add(user);
          called.delete(callId);
        } else dialog.users.add(userIn(header(message, "from")));
        // Those that go on for weeks collect no end of them.
        for (const set of [dialog.tags, dialog.users]) forgetOldest(set, MOST_DIALOGS);
      }
    },
  };
}

/** The answer that makes a call of an INVITE. */
const isAccepted = (message: SipMessage): boolean =>
  message.status >= 200 && message.status < 300 && /\bINVITE\b/i.test(header(message, "cseq"));

/** Of several in one frame, the calls decide about all: each of their numbers is judged. */
export function together(said: readonly Said<string>[]): Said<string> {
  const starts = said.flatMap((one) => (one?.is === "start" ? [one] : []));
  const [first] = starts;
  if (first === undefined) return said.find((one) => one !== null) ?? null;
  if (starts.length === 1) return first;
  return {
    ...first,
    key: starts.map(({ key }) => key).join(" "),
    numbers: starts.flatMap(({ numbers }) => numbers),
    rings: starts.flatMap(({ rings = [] }) => rings),
    refuse: () => starts.flatMap((one) => one.refuse()),
    goes: () => starts.forEach((one) => one.goes?.()),
  };
}

/** A step with a name of its own: the running call goes on, whatever becomes of it. */
const alone = (message: SipMessage, numbers: string[]): Start<string> => ({
  is: "start",
  key: `${message.method} ${header(message, "call-id")} ${stepOf(message)}`,
  numbers: numbers.filter((one) => one !== ""),
  refuse: () => [sipResponse(message, "603 Decline", TAG)],
});

/** A call that came in is sent on: the exchange rings one of the contacts. Null for every other answer. */
function movedTo(message: SipMessage): Said<string> {
  if (Math.floor(message.status / 100) !== 3) return null;
  const contacts = (message.headers.get("contact") ?? []).join().split(/[,<>]/);
  const rings = contacts.filter((one) => /^\s*(?:sips?|tel):/i.test(one)).map(userIn);
  return { ...alone(message, rings), rings, refuse: () => [] };
}

/** Its place in the call; the same where it is sent once more, with a password. */
function stepOf(message: SipMessage): number {
  const isAgain = message.headers.has("proxy-authorization") || message.headers.has("authorization");
  return Number.parseInt(header(message, "cseq"), 10) - (isAgain ? 1 : 0);
}

/** The user of the Request-URI, which rings, and of `To`; at Plivo the app's own headers may have the real number. */
function numbersOf(message: SipMessage): Pick<Start<string>, "numbers" | "rings"> {
  const own = [...message.headers].flatMap(([name, values]) => (name.startsWith("x-ph-") ? values : []));
  const user = userIn(message.uri);
  const others = [...(message.headers.get("to") ?? []).map(userIn), ...own].filter((one) => one !== "");
  const isOwn = own.length > 0 && PLIVO.test(message.uri);
  return { numbers: [...new Set([user, ...others])], ...(!isOwn && { rings: [user] }) };
}
/** Its addresses name an app of its customer's, which rings what it is told. */
const PLIVO = /^\s*sips?:[^@]*@(?:[\w-]+\.)*plivo\.com(?:[:;?\s]|$)/i;

const isRingCentral = (message: SipMessage): boolean =>
  /^ringcentral-/i.test(header(message, "user-agent")) || /@[\w.-]*\bringcentral\.\w+/i.test(message.uri);

/** Its texts have no colon with a blank, which RingCentral's reader takes for the end of a header's name. */
const why = 'Reason: SIP;cause=603;text="This number may not be called"';

function refusal(message: SipMessage): string[] {
  const declined = sipResponse(message, "603 Decline", TAG, [why]);
  if (!isRingCentral(message)) return [sipResponse(message, "100 Trying"), declined];
  // It expects to be asked for its password first, and takes the answer to its second request alone for the call's.
  if (!message.headers.has("proxy-authorization"))
    return [
      sipResponse(message, "407 Proxy Authentication Required", TAG, [
        'Proxy-Authenticate: Digest realm="cleardial", nonce="cleardial"',
      ]),
    ];
  return [sipResponse(message, "100 Trying"), sipResponse(message, "183 Session Progress", TAG), declined];
}

const cancelledBy =
  (invite: SipMessage) =>
  (text: string): string[] => [
    ...sipMessages(text)
      .slice(0, 1)
      .map((cancel) => sipResponse(cancel, "200 OK", TAG)),
    sipResponse(invite, "487 Request Terminated", TAG),
  ];

/** RingCentral: the call goes on at another number. */
function flipOf(body: string): string | null {
  const request = membersOf(membersOf(parsed(body))["request"]);
  return request["command"] === "callflip" ? textIn(request["target"]) : null;
}

/** RingCentral: an inbound call is sent on to a number (its agent's command 10). */
function forwardOf(body: string): string | null {
  // The agent's messages are short.
  if (body.length > LONGEST || !/<Hdr\b[^>]*\bCmd="10"/i.test(body)) return null;
  return /<Bdy\b[^>]*\bPhn="([^"]*)"/i.exec(body)?.[1] ?? null;
}

export const sip: SocketProtocol = {
  name: "sip",
  carrier: "socket",
  sign: (text, subprotocol) => /(?:^|,)\s*sip\s*(?:,|$)/i.test(subprotocol) || isSip(text),
  open: openSip,
  source:
    "RFC 3261, 3515, 7118; sip.js 0.21.2, jssip 3.13.8, plivo-browser-sdk 2.2.21, ringcentral-web-phone 2.5.4; Kamailio's parse_fline.c",
};
