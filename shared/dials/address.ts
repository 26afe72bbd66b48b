/**
 * Dialling addresses: URLs that call or message a telephone number. Pure and small, because it runs on every page from
 * the first moment: it finds the number in an address, and leaves reading it to shared/phone.
 */
import {
  beforePause,
  parameter,
  type Reader,
  usual,
  usualNumbers,
  withFirst,
  withOthers,
} from "./readers.ts";
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
/** Names of things (RFC 2392, 8141) and of places (RFC 5870): no dial, unless the policy names them. */
const NAMES = /^(?:cid|mid|urn|geo)$/;
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

/** True where an address may dial by its query, whatever that is: where another program opens it, or a listed site. */
export function mayDialByQuery(address: string): boolean {
  const href = cleaned(address);
  const scheme = SCHEME.exec(href)?.[1]?.toLowerCase();
  return scheme !== undefined && (!BROWSERS.test(scheme) || siteOf(href) !== null);
}

/**
 * What an address dials; null if nothing. An address of an unlisted scheme does if its whole body, what its path says it
 * calls, or a parameter with a usual name is a number.
 */
export function readDialAddress(
  address: string,
  own: readonly OwnScheme[],
  isNumber: (written: string) => boolean,
): DialTarget | null {
  const href = cleaned(address);
  const target = listed(href, own, 0);
  if (target) return target;
  const { scheme = "", rest = "" } = partsOf(href) ?? {};
  const numbers = NAMES.test(scheme) ? [] : usualNumbers(rest).filter((n) => isNumber(beforePause(n)));
  return numbers.length > 0 ? { written: numbers.join(";"), medium: "call" } : null;
}

/** The row of an address in the tables, what is before its number's part, slashes included, and that part. */
export function kindOf(address: string): { row: Dialling; before: string; rest: string } | null {
  const href = cleaned(address);
  const site = siteOf(href);
  const parts = site ? null : partsOf(href);
  const row = site
    ? rowOf(sites[site.host]!, site.rest)
    : parts
      ? rowFor(parts.scheme, parts.rest)
      : undefined;
  if (!row || row.kind === "none") return null;
  const [before = ""] = site ? [`https://${site.host}/`] : (/^[^:]*:\/*/.exec(href) ?? []);
  return { row, before, rest: (site ?? parts)!.rest };
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
  const { number = usual } = row;
  const found = withOthers(number(rest), rest);
  const written = withFirst(listed(found, own, inside + 1)?.written ?? found, rest, number);
  return { written, medium: row.kind, via: before + (row.like ?? "") };
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
