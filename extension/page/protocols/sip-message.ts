/** SIP messages (RFC 3261), read as leniently as servers do: any case, a line that ends in LF alone, blanks in excess. */

export interface SipMessage {
  /** In capitals; empty for a response. */
  method: string;
  /** The Request-URI. */
  uri: string;
  /** Of a response. */
  status: number;
  /** By full name in lower case, in their order. */
  headers: ReadonlyMap<string, readonly string[]>;
  body: string;
}

const VERSION = "SIP/2.0";
/** A request's method and address; null for a line that is none. No pattern, as blanks in their thousands would stall it. */
function requestIn(line: string): { method: string; uri: string } | null {
  const text = line.trim();
  const rest = text.slice(0, -VERSION.length);
  if (text.slice(-VERSION.length).toUpperCase() !== VERSION || rest.trimEnd() === rest) return null;
  const [method = ""] = /^[A-Za-z]+(?=[ \t])/.exec(rest) ?? [];
  const uri = rest.slice(method.length).trim();
  return method === "" || uri === "" ? null : { method, uri };
}
const RESPONSE = /^SIP\/2\.0[ \t]+(\d{3})/i;
const COMPACT: Readonly<Record<string, string>> = {
  i: "call-id",
  t: "to",
  f: "from",
  v: "via",
  m: "contact",
  r: "refer-to",
  l: "content-length",
};

/** True for a text that begins as a SIP message does. */
export const isSip = (text: string): boolean => {
  const [line = ""] = /[^\r\n]+/.exec(text) ?? [];
  return requestIn(line) !== null || RESPONSE.test(line.trim());
};

/** The messages in one frame, and one more than are read. A server may read what follows a body as another message. */
export function sipMessages(text: string): SipMessage[] {
  const found: SipMessage[] = [];
  for (let rest = text.trimStart(); isSip(rest) && found.length <= MOST_MESSAGES;) {
    const { message, after } = first(rest);
    found.push(message);
    rest = after.trimStart();
  }
  return found;
}
export const MOST_MESSAGES = 8;

function first(text: string): { message: SipMessage; after: string } {
  const end = /\r?\n\r?\n/.exec(text);
  const head = end ? text.slice(0, end.index) : text;
  const rest = end ? text.slice(end.index + end[0].length) : "";
  // A folded line goes on with a blank.
  const [line = "", ...lines] = head.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/);
  const headers = new Map<string, string[]>();
  for (const header of lines) {
    const colon = header.indexOf(":");
    if (colon < 0) continue;
    const written = header.slice(0, colon).trim().toLowerCase();
    const name = COMPACT[written] ?? written;
    const value = header.slice(colon + 1).trim();
    const all = headers.get(name);
    if (all) all.push(value);
    else headers.set(name, [value]);
  }
  const { method = "", uri = "" } = requestIn(line) ?? {};
  const length = Number(headers.get("content-length")?.[0] ?? NaN);
  const body = Number.isInteger(length) && length >= 0 ? firstBytes(rest, length) : rest;
  const status = Number(RESPONSE.exec(line.trim())?.[1] ?? 0);
  return {
    message: { method: method.toUpperCase(), uri, status, headers, body },
    after: rest.slice(body.length),
  };
}

/** So much of a text as fits in that number of bytes. */
function firstBytes(text: string, bytes: number): string {
  // Nearly all bodies are ASCII.
  if (bytes >= text.length * 3) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}

export const header = ({ headers }: SipMessage, name: string): string => headers.get(name)?.[0] ?? "";

/** A header that must be there once: of two, neither is trusted. */
export const single = ({ headers }: SipMessage, name: string): string => {
  const all = headers.get(name) ?? [];
  return all.length === 1 ? all[0]! : "";
};

export const tagIn = (address: string): string => /;\s*tag=([^;>\s]+)/i.exec(address)?.[1] ?? "";

/** A response to a request, as its server would send it. `more`: further lines. */
export function sipResponse(to: SipMessage, status: string, tag = "", more: readonly string[] = []): string {
  const copied = (name: string, as: string) => (to.headers.get(name) ?? []).map((value) => `${as}: ${value}`);
  const own = header(to, "to");
  const lines = [
    `SIP/2.0 ${status}`,
    ...copied("via", "Via"),
    `To: ${own}${tag && !tagIn(own) ? `;tag=${tag}` : ""}`,
    ...copied("from", "From"),
    ...copied("call-id", "Call-ID"),
    ...copied("cseq", "CSeq"),
    ...more,
    "Content-Length: 0",
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}
