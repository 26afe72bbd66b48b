/**
 * What dials: which addresses call or write to a telephone number, and which numbers hide who calls. Pure and small,
 * because it runs on every page from its first moment: it reads no number, it only finds where one is written.
 */
import { decoded } from "../phone/decoded.ts";

export interface DialTarget {
  /** The number as it stands in the address: decoded, without its scheme. May be no number at all, and empty. */
  written: string;
  /** A text message or a chat, not a call. */
  message: boolean;
}

/**
 * Schemes that hand a number to a telephone: RFC 3966 (tel), RFC 3261 (sip, sips), RFC 5724 (sms), and those that
 * vendors have documented (callto, skype, facetime, whatsapp; smsto is Android's).
 */
const SCHEME = /^(tel|callto|sips?|skype|facetime(?:-audio)?|whatsapp|sms|smsto):(?:\/\/)?/i;
/** Chats that open by a plain web address (faq.whatsapp.com, "How to use click to chat"). */
const CHAT =
  /^https?:\/\/(?:(?:www\.)?wa\.me\/([^?#]*)|(?:api|web)\.whatsapp\.com\/send\/?(?=[?#]|$))(?:\?([^#]*))?/i;

/** Null for an address that dials nothing. Takes it as the browser's URL parser gives it, or as somebody wrote it. */
export function dialOf(address: string): DialTarget | null {
  // What the browser's own parser drops: blanks and controls around the address, tabs and line breaks inside.
  const href = address.replace(/^[\0-\x20]+|[\t\n\r]+/g, "");
  const chat = CHAT.exec(href);
  if (chat) return { written: global(decoded(chat[1] || parameter(chat[2], "phone"))), message: true };
  const scheme = SCHEME.exec(href);
  if (!scheme) return null;
  const name = scheme[1]!.toLowerCase();
  const rest = href.slice(scheme[0].length);
  // A form that is sent by GET leaves a bare question mark behind.
  const [body = "", query = ""] = split(rest, "?");
  if (name === "whatsapp")
    return { written: global(parameter(query, "phone")), message: !/^call\b/i.test(body) };
  if (name === "skype") return { written: decoded(body), message: /^(chat|sms)\b/i.test(query) };
  const message = name === "sms" || name === "smsto";
  return { written: subscriber(decoded(body), name.startsWith("sip")), message };
}

/** RFC 3966: the number, with its context before it where it is complete only with one, and its extension. */
function subscriber(body: string, sip: boolean): string {
  const [user = "", ...parameters] = (sip ? body.split("@")[0]! : body).split(";");
  const [number, pause] = paused(user);
  const value = (name: string) =>
    parameters.find((p) => p.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1);
  const context = value("phone-context") ?? "";
  const extension = pause ?? value("ext");
  // No parameter, but one more whom a message goes to.
  const others = parameters.filter((p) => !p.includes("=") && /\p{Nd}/u.test(p));
  return (
    (/^\+\d/.test(context) && !number.includes("+") ? `${context} ` : "") +
    [number.trim(), ...others].join(";") +
    (extension ? `;ext=${extension}` : "")
  );
}

/**
 * A pause and then the extension: 02079460958,,12. Read from the end: a pattern for it would try every digit of a long
 * address anew.
 */
function paused(user: string): [number: string, extension?: string] {
  const [tail, extension] = /(\d{1,7})#?$/.exec(user.slice(-8)) ?? [];
  if (tail === undefined || extension === undefined) return [user];
  let end = user.length - tail.length;
  while (/[,pw]/i.test(user.charAt(end - 1))) end--;
  const number = user.slice(0, end);
  const isPaused = end < user.length - tail.length && /\d/.test(number) && !number.includes(",");
  return isPaused ? [number, extension] : [user];
}

/** These addresses take numbers in international form, mostly without the plus. */
const global = (number: string) => (/^\s*[1-9]/.test(number) ? `+${number.trim()}` : number.trim());

const parameter = (query = "", name: string) => new URLSearchParams(query).get(name) ?? "";

function split(text: string, at: string): [string, string] {
  const i = text.indexOf(at);
  return i < 0 ? [text, ""] : [text.slice(0, i), text.slice(i + 1)];
}

/** The address that dials a number as it is written: for a dial whose code was left out. */
export const dialAddress = (written: string, message: boolean): string =>
  `${message ? "sms" : "tel"}:${encodeURIComponent(dialled(written)).replace("%2B", "+").replace("%3Bext%3D", ";ext=")}`;

export interface WithholdingPrefix {
  prefix: string;
  /** Where it hides the caller. */
  network: string;
  /** What must follow for the digits to be this code, and no number that begins alike. */
  before: RegExp;
  source: string;
  /** False where no source could be read, and the row stands on common report. */
  confirmed: boolean;
}

const anything = /^[\d+*#]/;
/** 141 0113 … is the code, 1415 555 0134 is San Francisco. */
const trunkOrPlus = /^(?:0|\+)/;

/** Codes before a number that hide the caller's. Their opposites (1470, *82, 1832) are none. */
export const withholdingPrefixes: readonly WithholdingPrefix[] = [
  {
    prefix: "141",
    network: "United Kingdom and Ireland, fixed lines",
    before: trunkOrPlus,
    source: "https://en.wikipedia.org/wiki/Caller_ID (blocking)",
    confirmed: true,
  },
  {
    prefix: "#31#",
    network: "mobile networks (GSM and its successors)",
    before: anything,
    source: "3GPP TS 22.030 annex B, CLIR; https://www.telespiegel.de/?p=8827",
    confirmed: true,
  },
  {
    // Shows the number on mobile networks. Which network the call takes is not known here, so it is refused.
    prefix: "*31#",
    network: "fixed lines in Germany",
    before: anything,
    source: "https://handy-page.mdv-net.de/gsm-und-ussd-codes/clip-clir/ (*31# and number: CLIR)",
    confirmed: true,
  },
  {
    prefix: "*67",
    network: "North America",
    before: anything,
    source: "https://en.wikipedia.org/wiki/Caller_ID (blocking)",
    confirmed: true,
  },
  {
    prefix: "1167",
    network: "North America, rotary dials",
    before: /^(?:1?[2-9]\d{9}$|\+|011)/,
    source: "https://en.wikipedia.org/wiki/Caller_ID (blocking)",
    confirmed: true,
  },
  {
    prefix: "1831",
    network: "Australia",
    before: /^(?:0|\+|1[38]\d|[2-9]\d{7}$)/,
    source: "https://www.acma.gov.au, fact sheet on calling number display",
    confirmed: true,
  },
  {
    prefix: "067",
    network: "Spain",
    before: /^(?:00|\+|[6-9]\d{8}$)/,
    source: "common report",
    confirmed: false,
  },
  {
    prefix: "184",
    network: "Japan",
    before: /^0\d{9}/,
    source: "common report (184 hides, 186 shows)",
    confirmed: false,
  },
];

export interface Withheld {
  /** As it is dialled: `141`. */
  prefix: string;
  network: string;
  /** The number behind it, and behind any further code of the kind. */
  rest: string;
}

/** Null where the number, as written or encoded, bears no code that hides who calls. */
export function withheld(written: string): Withheld | null {
  const digits = dialled(written);
  const found = withholdingPrefixes.find(
    ({ prefix, before }) => digits.startsWith(prefix) && before.test(digits.slice(prefix.length)),
  );
  if (!found) return null;
  const rest = digits.slice(found.prefix.length);
  return { prefix: found.prefix, network: found.network, rest: withheld(rest)?.rest ?? rest };
}

/** What announces an extension stays; the word is needed to read it. */
const WORDS =
  /(?<!\p{L})(ext(?:n|ension)?|x|durchwahl|dw|poste)(?=[ .:=#]{0,3}\d)|[^\p{Nd}\p{Pd}+*#(),;=./ ]+/giu;
/**
 * Of what was dialled only what a telephone takes: the address may hold a name, and the place beside a call button
 * anything at all.
 */
export const withoutWords = (written: string): string =>
  decoded(written)
    .normalize("NFKC")
    .replace(WORDS, (_, ext: string | undefined) => ext ?? "")
    .trim();

/** Arabic-Indic, Persian, Devanagari and Bengali digits: numbers are read in them too (phone/scan.ts). */
const DIGITS = /[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef]/g;
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6];
function plainDigit(digit: string): string {
  const code = digit.charCodeAt(0);
  return String(code - ZEROS.findLast((zero) => zero <= code)!);
}

/** What a telephone makes of a written number: its digits in any script, plus, star and hash, also full-width ones. */
function dialled(written: string): string {
  const plain = decoded(written).normalize("NFKC").replace(DIGITS, plainDigit);
  const [number = "", ...parameters] = plain.split(/(?=;|\bext)/i);
  const extension = parameters.join("");
  const kept = number.replace(/^\s*tel:/i, "").replace(/[^\d+*#]/g, "");
  return kept + (/^;ext=\d+$/i.test(extension) ? extension : "");
}
