/**
 * SIP that is posted to a worker, through a port or to a frame, in whatever wrapper: as a text, in a line behind a few
 * letters, in JSON, or somewhere in objects and lists. It is read where a text begins with it: what follows other
 * lines is a log of a call, which was judged.
 */
import { type MessageProtocol, parsed, type PortProtocol, type Said, type Talk } from "./protocol.ts";
import { sipIn } from "./ringcentral.ts";
import { openSip, together } from "./sip.ts";
import { header, isSip, sipMessages, tagIn } from "./sip-message.ts";

const DEEPEST = 8;
/** Of one object, and of a message; a long list before the text must not hide it. */
const MOST_KEYS = 32;
const MOST_MEMBERS = 1000;
const MOST_CHARACTERS = 4_000_000;
/** What may stand before SIP in its line. */
const LONGEST_PREFIX = 64;
const METHOD = /\b(?:INVITE|ACK|BYE|CANCEL|REFER|INFO|MESSAGE|SIP\/2\.0)[ \t]/i;

/** True for a later step of a call. What a frame answers is not heard here: it is judged where the frame sends it. */
const isLater = (text: string): boolean => sipMessages(text).every((one) => tagIn(header(one, "to")) !== "");

/** Each SIP text in a message. */
export function sipTextsIn(message: unknown): string[] {
  const found: string[] = [];
  let [left, characters] = [MOST_MEMBERS, MOST_CHARACTERS];
  function look(value: unknown, depth: number): void {
    if (--left < 0 || depth > DEEPEST) return;
    if (typeof value === "string") return read(value, depth);
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
    for (const member of Object.values(value).slice(0, MOST_KEYS)) look(member, depth + 1);
  }
  function read(text: string, depth: number): void {
    characters -= text.length;
    if (characters < 0 || !text.includes("/2.0")) return;
    const json = /^[\s\d\uFEFF]*[[{]/.exec(text)?.[0];
    if (json !== undefined) return look(parsed(text.slice(json.length - 1)), depth + 1);
    const all = text.trimStart();
    const [line = ""] = /^[^\r\n]*/.exec(all.slice(0, LONGEST_PREFIX)) ?? [];
    const sip = all.slice(Math.max(line.search(METHOD), 0));
    if (isSip(sip)) found.push(sip);
  }
  look(message, 0);
  return found;
}

function openPosted(isOurs: (text: string, message: unknown) => boolean, isLate = false): Talk<unknown> {
  const talk = openSip(isLate);
  return {
    read(message): Said<unknown> {
      const texts = sipTextsIn(message).filter((text) => isOurs(text, message));
      const said = together(texts.map((text) => talk.read(text)));
      if (said?.is !== "start") return said;
      const { refuse, wait, cancelled, ...start } = said;
      // How the receiver of another wrapper would answer, nobody has written down: such a call ends without a word.
      if (typeof message !== "string" || message.trimStart() !== texts[0])
        return { ...start, refuse: () => [] };
      return {
        ...{ ...start, refuse },
        ...(wait && { wait }),
        ...(cancelled && { cancelled: (ending: unknown) => cancelled(sipTextsIn(ending)[0] ?? "") }),
      };
    },
    heard(message) {
      for (const text of sipTextsIn(message)) talk.heard?.(text);
    },
  };
}

const source = "ringcentral-web-phone 2.5.4 (README, its shared workers); RFC 3261 for what a message is";

export const sipPorts: PortProtocol = {
  name: "sip",
  carrier: "port",
  // RingCentral's row answers what is its own.
  open: (isLate) => openPosted((text, message) => text !== sipIn(message).trimStart(), isLate),
  source,
};

export const sipFrames: MessageProtocol = {
  name: "sip",
  carrier: "message",
  sign: (_host, isFramed) => isFramed,
  open: () => openPosted((text) => !isLater(text)),
  source,
};
