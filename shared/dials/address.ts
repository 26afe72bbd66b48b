/**
 * Dialling addresses (URLs that call or message a telephone number), and the codes before a number that hide the
 * caller. Pure and small, because it runs on every page from the first moment: it finds the number in an address, and
 * leaves reading it to shared/phone.
 */
import { decoded } from "../phone/decoded.ts";
import { parameter, type Reader, usual, usualNumbers } from "./readers.ts";
import { type Dialling, type Medium, schemes } from "./schemes.ts";
import { sites } from "./sites.ts";

export interface DialTarget {
  /** The number as the address has it: decoded, without its scheme. It may be empty, or not a number. */
  written: string;
  medium: Medium;
  /**
   * Such an address without a number: `tel:`. It tells a call from a message. A CRM's own call button has none, nor has
   * an unlisted scheme, whose name a page may choose.
   */
  via?: string;
  /**
   * The address, where its scheme is not listed: it dials only if the policy names the scheme, or if a number is in it.
   * `readDialAddress` tells.
   */
  unlisted?: string;
}

/** A scheme that the policy adds: its number is in the parameter, or where it usually is. */
export interface OwnScheme {
  scheme: string;
  parameter?: string | undefined;
  kind: Medium;
}

/** What the browser opens itself, and mail: never a dial, whatever digits are in it. */
const BROWSERS =
  /^(?:https?|wss?|ftp|file|filesystem|data|blob|about|javascript|mailto|view-source|devtools|edge|chrome(?:-[a-z]+)?)$/;
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
/** A scheme behind a scheme, and behind that one: callto:tel:… and an intent for it. */
const MOST_INSIDE = 3;

/**
 * What an address dials by the tables of schemes and sites, and by the policy's; null if nothing. Takes it as the
 * browser's URL parser gives it, or as it is written in a page.
 */
export const parseDialAddress = (address: string, own: readonly OwnScheme[] = []): DialTarget | null =>
  listed(cleaned(address), own, 0);

/**
 * What an address may dial under any policy. An address of a scheme that is not listed comes back as `unlisted`: whether
 * it dials, only `readDialAddress` can tell. Null for addresses that dial nothing.
 */
export function mayDial(address: string): DialTarget | null {
  const unlisted = cleaned(address);
  const target = listed(unlisted, [], 0);
  const parts = target ? null : partsOf(unlisted);
  if (!parts || (isListed(parts.scheme) && usualNumbers(parts.rest).length === 0)) return target;
  return { written: "", medium: "call", unlisted };
}

/**
 * What an address dials; null if nothing. An address of an unlisted scheme does if its whole body, or a parameter with
 * a usual name, is a number.
 */
export function readDialAddress(
  address: string,
  own: readonly OwnScheme[],
  isNumber: (written: string) => boolean,
): DialTarget | null {
  const href = cleaned(address);
  const target = listed(href, own, 0);
  if (target) return target;
  const numbers = usualNumbers(partsOf(href)?.rest ?? "").filter(isNumber);
  return numbers.length > 0 ? { written: numbers.join(";"), medium: "call" } : null;
}

function listed(href: string, own: readonly OwnScheme[], inside: number): DialTarget | null {
  if (inside > MOST_INSIDE) return null;
  const site = siteOf(href);
  if (site) return read(rowOf(sites[site.host]!, site.rest), `https://${site.host}/`, site.rest, own, inside);
  const { scheme, rest } = partsOf(href) ?? {};
  if (scheme === undefined || rest === undefined) return null;
  const added = own.find((row) => row.scheme === scheme);
  if (!added || isListed(scheme)) return read(rowFor(scheme, rest), `${scheme}:`, rest, own, inside);
  const named: Reader = added.parameter === undefined ? () => "" : parameter(added.parameter);
  const row = { kind: added.kind, number: (r: string) => named(r) || usual(r), source: "" };
  return read(row, `${scheme}:`, rest, own, inside);
}

function read(
  row: Dialling | undefined,
  before: string,
  rest: string,
  own: readonly OwnScheme[],
  inside: number,
): DialTarget | null {
  if (!row || row.kind === "none") return null;
  const written = (row.number ?? usual)(rest);
  const number = listed(written, own, inside + 1)?.written ?? written;
  return { written: number, medium: row.kind, via: before + (row.like ?? "") };
}

const known = <T>(table: Readonly<Record<string, T>>, name: string): boolean => Object.hasOwn(table, name);

const rowOf = (rows: readonly Dialling[], rest: string) => rows.find(({ form }) => form?.test(rest) ?? true);

/** Any page may register a scheme whose name begins with web+, and an extension one with ext+. */
const nameOf = (scheme: string): string => scheme.replace(/^(?:web|ext)\+/, "");
const isListed = (scheme: string): boolean => known(schemes, nameOf(scheme));

function rowFor(scheme: string, rest: string): Dialling | undefined {
  return isListed(scheme) ? rowOf(schemes[nameOf(scheme)]!, rest) : undefined;
}

/** False for schemes that have their row already, and for those of the browser: a policy cannot add them. */
export const mayBeAdded = (scheme: string): boolean => !isListed(scheme) && !BROWSERS.test(scheme);

/**
 * As the browser's parser does: drops blanks and controls around the address, tabs and line breaks inside it. An Android
 * intent is the address that it stands for: intent:+441134960001#Intent;scheme=tel;end
 */
function cleaned(address: string): string {
  const href = address.replace(/^[\0-\x20]+|[\t\n\r]+/g, "");
  if (!/^intent:/i.test(href)) return href;
  const at = href.lastIndexOf("#Intent;");
  const scheme = /;scheme=([^;]*)/i.exec(href.slice(at))?.[1];
  const inner = (scheme === undefined ? "" : `${scheme}:`) + href.slice("intent:".length, at < 0 ? 0 : at);
  return /^intent:/i.test(inner) ? "" : inner;
}

/** Its scheme and what follows, of an address that a program outside the browser opens; null for all others. */
function partsOf(href: string): { scheme: string; rest: string } | null {
  const found = SCHEME.exec(href);
  const scheme = found?.[1]?.toLowerCase();
  if (!found || scheme === undefined || BROWSERS.test(scheme)) return null;
  const rest = trimmed(href.slice(found[0].length));
  return rowFor(scheme, rest)?.kind === "none" ? null : { scheme, rest };
}

const HOST = /^https?:\/\/([a-z0-9.-]+)(?:[/?#]|$)/;
/** The listed site of an address, and what follows its host. */
function siteOf(href: string): { host: string; rest: string } | null {
  // Nearly all links of a page end here, without the parser's cost.
  const plain = HOST.exec(href)?.[1];
  if (plain === undefined ? !/^https?:/i.test(href) : !known(sites, plain.replace(/\.$/, ""))) return null;
  let url: URL;
  try {
    url = new URL(href);
  } catch {
    return null;
  }
  const host = url.hostname.replace(/\.$/, "");
  return known(sites, host) ? { host, rest: trimmed(url.pathname + url.search + url.hash) } : null;
}

function trimmed(rest: string): string {
  let [start, end] = [0, rest.length];
  while (rest.charAt(start) === "/") start++;
  while (end > start && rest.charAt(end - 1) === "/") end--;
  return rest.slice(start, end);
}

/** The address that dials a written number: for a dial without the code that hid the caller. */
export const dialAddressOf = (written: string, medium: Medium): string =>
  `${medium === "message" ? "sms" : "tel"}:${encodeURIComponent(dialled(written)).replace("%2B", "+").replace("%3Bext%3D", ";ext=")}`;

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

/** All but digits and signs. A word that announces an extension or a context stays: without it these could not be read. */
const WORDS =
  /(?<!\p{L})(ext(?:n|ension)?|x|durchwahl|dw|poste)(?=[ .:=#]{0,3}\d)|(?<=;)(phone-context)(?==\+)|[^\p{Nd}\p{Pd}+*#(),;=./ ]+/giu;
/**
 * The part of a dialled text that a telephone takes. The rest may be personal: an address may hold a name, and a page
 * may put anything beside a call button.
 */
export const withoutWords = (written: string): string =>
  decoded(written)
    .normalize("NFKC")
    .replace(WORDS, (_, ext?: string, context?: string) => ext ?? context ?? "")
    .trim();

/** Arabic-Indic, Persian, Devanagari and Bengali digits, as shared/phone reads them. */
const DIGITS = /[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef]/g;
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6];
function plainDigit(digit: string): string {
  const code = digit.charCodeAt(0);
  return String(code - ZEROS.findLast((zero) => zero <= code)!);
}

/** Where an extension begins, announced by a word, a pause or as a parameter. */
const EXTENSION = /(?=[;,]|(?<!\p{L})(?:ext|[x×]|durchwahl|dw|poste)[a-z .:=#]{0,9}\d)/iu;

/**
 * The keys that a telephone presses for a written number: digits in any script, plus, star and hash, full-width ones
 * included. `all`: with those of its extension, as a program presses them that only drops the words.
 */
export function keysOf(written: string): { number: string; all: string; parameters: string } {
  const plain = decoded(written)
    .normalize("NFKC")
    .replace(DIGITS, plainDigit)
    .replace(/^\s*tel:|;phone-context=[^;]*/gi, "");
  const [number = "", ...parameters] = plain.split(EXTENSION);
  const keys = (text: string) => text.replace(/[^\d+*#]/g, "");
  return { number: keys(number), all: keys(plain), parameters: parameters.join("") };
}

/** What a telephone dials for a written number, with its extension where that is a parameter. */
function dialled(written: string): string {
  const { number, parameters } = keysOf(written);
  return number + (/^;ext=\d+$/i.test(parameters) ? parameters : "");
}
