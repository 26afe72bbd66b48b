/**
 * Readers of the number in a dialling address, for the table of schemes. Each takes what follows `scheme:`, or a site's
 * host, without slashes around it. None says whether it is a number: shared/phone does.
 */
import { decoded } from "../phone/decoded.ts";
import { lettersOf } from "./keys.ts";

export type Reader = (rest: string) => string;

/** Templates encode twice and more. An app decodes once or to the end: we read the number behind all of them. */
const MOST_ENCODINGS = 4;
function plain(text: string): string {
  let now = text;
  for (let i = 0, before = ""; i < MOST_ENCODINGS && now !== before; i++) [before, now] = [now, decoded(now)];
  return now;
}

/** RFC 3966: the number, its extension, and its context where it is incomplete without one. */
export const subscriber: Reader = (rest) => read(plain(cut(rest, /\?/)));

/** Those of a Skype call that are numbers; names where there is none. */
export const participants: Reader = (rest) => {
  const all = subscriber(rest);
  const numbers = all.split(";").filter((one) => !/^(?!ext=|phone-context=)[a-z]/i.test(one.trim()));
  return numbers.join(";") || all;
};

/** RFC 5724: the same, several recipients included. On iOS the text follows an ampersand. */
export const recipients: Reader = (rest) => subscriber(cut(rest, /&/));

/** RFC 3261: the same, up to the password or the host. */
export const user: Reader = (rest) => read(cut(plain(cut(rest, /\?/)), /[@:]/));

/** NetMeeting adds parameters with a plus: callto:12345+type=phone. */
export const callto: Reader = (rest) => subscriber(cut(rest, /\+[a-z]+=/i));

/** What these parameters hold, in the query or the fragment: all that differ, as an app may take any of them. */
export const parameter =
  (...names: string[]): Reader =>
  (rest) =>
    [...new Map(valuesOf(rest, names).map((value) => [digits(value) || value, value])).values()].join(";");

/** The first group of a pattern. */
export const part =
  (pattern: RegExp): Reader =>
  (rest) =>
    plain(pattern.exec(rest)?.[1] ?? "");

/**
 * The numbers among the people of a Teams call, each after `4:`; the people themselves where there is no number. Where
 * the link is within another's parameter, it is encoded once more.
 */
export const teamsUsers: Reader = (rest) => {
  const people = parameter("users")(/\bdl\/launcher\b/i.test(rest) ? plain(rest) : rest);
  const numbers = people.match(/(?<=4:)[^,;]+?(?=4:|[,;]|$)/g);
  return numbers?.join(";") ?? people;
};

/** Numbers in international form, mostly without their plus. */
export const international =
  (reader: Reader): Reader =>
  (rest) => {
    const number = reader(rest).trim();
    return /^[1-9]/.test(number) ? `+${number}` : number;
  };

/**
 * Parameters that hold a number in whatever scheme; the last three in addresses of softphones that public code has:
 * zoomphoneapp://call?callee=, tktn://call?destination=, ms-phone://call?phonenumber=
 */
const USUAL = ["phone", "number", "tel", "to", "dial", "callee", "destination", "phonenumber"];
/** A path that says so: allo://call/…, aircall://dial/…, cloudtalk://dial/… */
const CALLED = /(?:^|\/)(?:call|dial)\/+([^/?#]+)/i;
/** An address of SIP, with its scheme or without: its user. */
const SIP = /^\s*(?:sips?:)?([^@:]*)(?::[^@]*)?@.*$/i;

/**
 * What in an address of any scheme looks like a number: its whole body, what its path says it calls, or a parameter with
 * a usual name. Two that differ are both dialled or one is a decoy: the answer has both. `isListed`: such a parameter
 * counts by its digits alone.
 */
export function usualNumbers(rest: string, isListed = false): string[] {
  const byDigits = new Map<string, string>();
  const add = (value: string, anyText = false) => {
    const text = value.replace(SIP, "$1");
    const rings = beforePause(text);
    if (looksDialled(text)) byDigits.set(digits(rings), text);
    else if (anyText && digits(text).length >= LEAST)
      byDigits.set(digits(rings), rings.replace(/^\p{L}+/u, ""));
  };
  add(bodyOf(rest));
  add(plain(CALLED.exec(rest)?.[1] ?? ""));
  for (const value of valuesOf(rest, USUAL)) add(value, isListed);
  // One behind other digits is not read as if it stood alone.
  return [...byDigits.values()].sort((a, b) => b.length - a.length);
}

const bodyOf = (rest: string): string => subscriber(/^[*#]/.test(rest) ? rest : cut(rest, /#/));

/** The same as one text, with a body that has as many digits and anything else; the body where nothing looks like a number. */
export const usual: Reader = (rest) => {
  const numbers = usualNumbers(rest, true);
  const body = bodyOf(cut(rest, /[?]/)).replace(SIP, "$1");
  const isCalled = CALLED.test(body);
  if (
    numbers.length > 0 &&
    !isCalled &&
    digits(body).length >= LEAST &&
    !numbers.some((n) => digits(n) === digits(body))
  )
    numbers.unshift(body);
  return numbers.join(";") || subscriber(rest);
};

/**
 * A listed address's number, and others that it has in the places above: an app may take any of them. A name is called
 * as it is.
 */
export function withOthers(number: string, rest: string): string {
  if (number !== "" && digits(number) === "") return number;
  const own = new Set([number, ...number.split(";")].map(digits));
  // The body is there without its fragment.
  const isOwn = (other: string) => own.has(other) || digits(number).startsWith(other);
  const others = usualNumbers(rest, true).filter((other) => !isOwn(digits(other)));
  return [...others, number].filter((text) => text !== "").join(";");
}

const BODIES: readonly Reader[] = [subscriber, participants, recipients, user, callto];

/**
 * What was read in a body, and before it all digits of the address, where these do not begin with it: a program that only
 * drops what is no digit dials them. Of people in a conference, a few digits are of their names.
 */
export function withFirst(number: string, rest: string, reader: Reader): string {
  const all = digits(plain(rest));
  const first = number.split(";").map(digits).find(Boolean) ?? "";
  const at = all.indexOf(first);
  const begins = at === 0 || (at > 0 && at < LEAST && reader === participants);
  return begins || !BODIES.includes(reader) ? number : `${all};${number}`;
}

const digits = (text: string) => text.normalize("NFKC").replace(/\P{Nd}/gu, "");

const LEAST = 7;

/** What rings: a comma, p or w behind it is a pause, but for a comma between a latitude and a longitude. */
export const beforePause = (text: string): string =>
  cut(text, /(?<=\p{Nd}[\s)]?)(?:,(?<!^-?[1-9]\d?\.\d{3,7},(?=\s?-?\d{1,3}\.\d{3}))|[pw]+(?!\p{L}))/iu);

/**
 * Fewest and most digits, with some room for an extension. No letters but those that announce one or a scheme, and those
 * that are a number's last keys: 0800-FLOWERS.
 */
function looksDialled(text: string): boolean {
  const number = beforePause(text)
    .replace(/;(?:ext|phone-context)=|^\s*(?:tel|sips?|sms|callto):/gi, "")
    .replace(/(?<=\d[\s)]*)(?:ext(?:n|ension)?|x|durchwahl|dw)(?=[ .:=#]{0,3}\d{1,7}\s*$)/i, "");
  const { length } = digits(number);
  if (/^[\d\s().+-]*[a-z]{3}[a-z\s-]*$/i.test(number)) return lettersOf(number) !== null;
  return length >= LEAST && length <= 40 && !/\p{L}/u.test(number);
}

const cut = (text: string, at: RegExp): string => {
  const i = text.search(at);
  return i < 0 ? text : text.slice(0, i);
};

/**
 * The values of these parameters that are not empty, in the order of the names; names know no case, and a list's has
 * brackets. Some apps take parameters behind a semicolon, which others take for a part of the value before it.
 */
function valuesOf(rest: string, names: readonly string[]): string[] {
  const parameters = rest
    .split(/[?#&]/)
    .flatMap((p) => [p, ...p.split(";").slice(1)])
    .map((p) => {
      const at = p.indexOf("=");
      return at < 0 ? p : plain(p.slice(0, at)).replace(/\[.*/, "") + p.slice(at);
    });
  return names.flatMap((name) =>
    parameters
      .filter((p) => p.slice(0, name.length + 1).toLowerCase() === `${name}=`)
      // A form writes a space as a plus. Before a number it is a plus all the same.
      .map((p) => plain(p.slice(name.length + 1).replace(/(?<=\d)\+|\+(?!\d)/g, " ")))
      .filter((value) => value.trim() !== ""),
  );
}

function read(body: string): string {
  const [whole = "", ...parameters] = body.split(";");
  const [number, pause] = paused(whole);
  const value = (name: string) =>
    parameters.find((p) => p.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1);
  const context = /^\+[\d().-]+$/.exec(value("phone-context") ?? "")?.[0];
  const extension = pause ?? value("ext");
  // Not a parameter, but another recipient of a message.
  const others = parameters.filter((p) => !p.includes("=") && /\p{Nd}/u.test(p));
  return (
    [number.trim(), ...others].join(";") +
    (extension ? `;ext=${extension}` : "") +
    (context && !number.includes("+") ? `;phone-context=${context}` : "")
  );
}

/**
 * A number, a pause and an extension: 02079460958,,12. Read from the end, as a regular expression would backtrack over
 * every digit of a long address.
 */
function paused(text: string): [number: string, extension?: string] {
  const [tail, extension] = /(\d{1,7})#?$/.exec(text.slice(-8)) ?? [];
  if (tail === undefined || extension === undefined) return [text];
  let end = text.length - tail.length;
  while (/[,pw]/i.test(text.charAt(end - 1))) end--;
  const number = text.slice(0, end);
  const isPaused = end < text.length - tail.length && /\d/.test(number) && !number.includes(",");
  return isPaused ? [number, extension] : [text];
}
