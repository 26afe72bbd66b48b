/**
 * Dialling addresses (URLs that call or message a telephone number), and the codes before a number that hide the
 * caller. Pure and small, because it runs on every page from the first moment: it finds the number in an address, and
 * leaves reading it to shared/phone.
 */
import { decoded } from "../phone/decoded.ts";

export interface DialTarget {
  /** The number as the address has it: decoded, without its scheme. It may be empty, or not a number. */
  written: string;
  /** True for a text message or a chat. */
  message: boolean;
}

/**
 * Schemes that hand a number to a telephone: RFC 3966 (tel), RFC 3261 (sip, sips), RFC 5724 (sms), and those that
 * vendors document (callto, skype, facetime, whatsapp; Android's smsto).
 */
const SCHEME = /^(tel|callto|sips?|skype|facetime(?:-audio)?|whatsapp|sms|smsto):(?:\/\/)?/i;
/** Web addresses that open a chat (faq.whatsapp.com, "How to use click to chat"). */
const CHAT =
  /^https?:\/\/(?:(?:www\.)?wa\.me\/([^?#]*)|(?:api|web)\.whatsapp\.com\/send\/?(?=[?#]|$))(?:\?([^#]*))?/i;

/**
 * What an address dials; null if nothing. Takes it as the browser's URL parser gives it, or as it is written in a page.
 */
export function parseDialAddress(address: string): DialTarget | null {
  // As the browser's parser does: drop blanks and controls around the address, tabs and line breaks inside it.
  const href = address.replace(/^[\0-\x20]+|[\t\n\r]+/g, "");
  const chat = CHAT.exec(href);
  if (chat) return { written: international(decoded(chat[1] || parameter(chat[2], "phone"))), message: true };
  const scheme = SCHEME.exec(href);
  if (!scheme) return null;
  const name = scheme[1]!.toLowerCase();
  const rest = href.slice(scheme[0].length);
  // A form that is sent by GET leaves a bare question mark.
  const [body = "", query = ""] = split(rest, "?");
  if (name === "whatsapp")
    return { written: international(parameter(query, "phone")), message: !/^call\b/i.test(body) };
  if (name === "skype") return { written: decoded(body), message: /^(chat|sms)\b/i.test(query) };
  const message = name === "sms" || name === "smsto";
  return { written: subscriber(decoded(body), name.startsWith("sip")), message };
}

/** RFC 3966: the number, with its context before it where it is incomplete without one, and its extension. */
function subscriber(body: string, sip: boolean): string {
  const [user = "", ...parameters] = (sip ? body.split("@")[0]! : body).split(";");
  const [number, pause] = paused(user);
  const value = (name: string) =>
    parameters.find((p) => p.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1);
  const context = value("phone-context") ?? "";
  const extension = pause ?? value("ext");
  // Not a parameter, but another recipient of a message.
  const others = parameters.filter((p) => !p.includes("=") && /\p{Nd}/u.test(p));
  return (
    (/^\+\d/.test(context) && !number.includes("+") ? `${context} ` : "") +
    [number.trim(), ...others].join(";") +
    (extension ? `;ext=${extension}` : "")
  );
}

/**
 * A number, a pause and an extension: 02079460958,,12. Read from the end, as a regular expression would backtrack over
 * every digit of a long address.
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

/** WhatsApp's addresses take numbers in international form, mostly without the plus. */
const international = (number: string) => (/^\s*[1-9]/.test(number) ? `+${number.trim()}` : number.trim());

const parameter = (query = "", name: string) => new URLSearchParams(query).get(name) ?? "";

function split(text: string, at: string): [string, string] {
  const i = text.indexOf(at);
  return i < 0 ? [text, ""] : [text.slice(0, i), text.slice(i + 1)];
}

/** The address that dials a written number: for a dial without the code that hid the caller. */
export const dialAddressOf = (written: string, message: boolean): string =>
  `${message ? "sms" : "tel"}:${encodeURIComponent(dialled(written)).replace("%2B", "+").replace("%3Bext%3D", ";ext=")}`;

export interface WithholdingPrefix {
  prefix: string;
  /** The networks on which it hides the caller. */
  network: string;
  /** What must follow it: otherwise the digits are a number that begins the same way. */
  before: RegExp;
  source: string;
  /** False where no source could be read, only common report. */
  confirmed: boolean;
}

const anything = /^[\d+*#]/;
/** 141 0113 … begins with the code; 1415 555 0134 is a number in San Francisco. */
const trunkOrPlus = /^(?:0|\+)/;

/** Codes before a number that hide the caller's own. The codes that show it (1470, *82, 1832) are not among them. */
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
    // Mobile networks show the number after this code. We do not know which network the call takes, so it counts as
    // hiding.
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
  /** The code as it is dialled: `141`. */
  prefix: string;
  network: string;
  /** The number after it, and after any further code of the kind. */
  rest: string;
}

/** The code that hides the caller in a number, written or URL-encoded; null without one. */
export function withheld(written: string): Withheld | null {
  const digits = dialled(written);
  const found = withholdingPrefixes.find(
    ({ prefix, before }) => digits.startsWith(prefix) && before.test(digits.slice(prefix.length)),
  );
  if (!found) return null;
  const rest = digits.slice(found.prefix.length);
  return { prefix: found.prefix, network: found.network, rest: withheld(rest)?.rest ?? rest };
}

/** All but digits and signs. A word that announces an extension stays: without it the extension could not be read. */
const WORDS =
  /(?<!\p{L})(ext(?:n|ension)?|x|durchwahl|dw|poste)(?=[ .:=#]{0,3}\d)|[^\p{Nd}\p{Pd}+*#(),;=./ ]+/giu;
/**
 * The part of a dialled text that a telephone takes. The rest may be personal: an address may hold a name, and a page
 * may put anything beside a call button.
 */
export const withoutWords = (written: string): string =>
  decoded(written)
    .normalize("NFKC")
    .replace(WORDS, (_, ext: string | undefined) => ext ?? "")
    .trim();

/** Arabic-Indic, Persian, Devanagari and Bengali digits, as shared/phone reads them. */
const DIGITS = /[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef]/g;
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6];
function plainDigit(digit: string): string {
  const code = digit.charCodeAt(0);
  return String(code - ZEROS.findLast((zero) => zero <= code)!);
}

/** What a telephone dials for a written number: digits in any script, plus, star and hash, full-width ones included. */
function dialled(written: string): string {
  const plain = decoded(written).normalize("NFKC").replace(DIGITS, plainDigit);
  const [number = "", ...parameters] = plain.split(/(?=;|\bext)/i);
  const extension = parameters.join("");
  const kept = number.replace(/^\s*tel:/i, "").replace(/[^\d+*#]/g, "");
  return kept + (/^;ext=\d+$/i.test(extension) ? extension : "");
}
