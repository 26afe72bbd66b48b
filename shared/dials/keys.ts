/** What of a written number a telephone takes: its keys, with the letters that are on them. */
import { decoded } from "../phone/decoded.ts";
import { withoutCodes } from "./codes.ts";
import { isEmergencyNumber } from "./emergency.ts";

/** All but digits and signs. A word that announces an extension or a context stays: without it these could not be read. */
const WORDS =
  /(?<!\p{L})(ext(?:n|ension)?|x|durchwahl|dw|poste)(?=[ .:=#]{0,3}\d)|(?<=;)(phone-context)(?==\+)|[^\p{Nd}\p{Pd}+*#(),;=./ ]+/giu;

/**
 * The part of a dialled text that a telephone takes. The rest may be personal: an address may hold a name, and a page
 * may put anything beside a call button.
 */
export function withoutWords(written: string): string {
  const text = plainText(written);
  const spelled = text.replace(SCHEME, "").replace(NO_KEYS, "");
  if (mayBeSpelled(spelled)) return spelled.trim();
  const [lettered, rest] = letteredIn(text) ?? ["", text];
  return (lettered + rest.replace(WORDS, (_, ext?: string, context?: string) => ext ?? context ?? "")).trim();
}

/** The same, as it is recorded: where no record has room for it (./api.ts), without what only separates digits for the eye (RFC 3966, 5.1.1). */
export function asRecorded(written: string): string {
  const text = withoutWords(written);
  return text.length > 100 ? text.replace(/[\s\p{Pd}./()]+/gu, "") : text;
}

/** In plain characters, with digits of every script as 0 to 9. */
const plainText = (written: string): string =>
  decoded(written)
    .normalize("NFKC")
    .replace(/(?![0-9])\p{Nd}/gu, plainDigit);

/** Scripts have their digits in order, and no other digit stands right before their zero. */
function plainDigit(digit: string): string {
  let value = 0;
  for (let code = digit.codePointAt(0)! - 1; /^\p{Nd}$/u.test(String.fromCodePoint(code)); code--) value++;
  return String(value % 10);
}

const NO_KEYS = /[^a-z\d\p{Pd}+*#(),;=./ ]+/giu;

/**
 * The digits of a short number, without what groups them, words around them and codes; null where they are not together.
 */
export function bareDigits(text: string, region: string | null): string | null {
  if (text.length > MOST_SHORT || ANNOUNCED.test(text)) return null;
  const [, found] = /^[^\d+*#;=]*(\d[\d\s().\p{Pd}/]*)[^\d+*;=]*$/u.exec(withoutCodes(text, region)) ?? [];
  return found?.replace(/\D/g, "") ?? null;
}
/** More is no short number with its words. */
const MOST_SHORT = 200;

/** True for letters among or around the digits of a service: these may be words, or keys of a number that is spelled. */
function mayBeSpelled(text: string): boolean {
  if (text.length > MOST_SHORT || !/[a-z]/i.test(text) || ANNOUNCED.test(text)) return false;
  const digits = bareDigits(text.replace(/[a-z]/gi, ""), null);
  return digits !== null && (/^\d{3}$/.test(digits) || isEmergencyNumber(digits, null));
}
const ANNOUNCED = /(?<!\p{L})(?:ext(?:n|ension)?|x|durchwahl|dw|poste)(?=[ .:=#]{0,3}\d)/iu;

/** Where an extension begins, announced by a word, a pause or as a parameter. */
const EXTENSION = /(?=[;,]|(?<!\p{L})(?:ext|[x×]|durchwahl|dw|poste)[a-z .:=#]{0,9}\d)/iu;
const SCHEME = /^\s*tel:/i;

/**
 * A number with letters: three to six digits and letters to the end (1-800-FLOWERS), or fewer digits with letters among
 * them. Letters anywhere else are words.
 */
const LETTERED = /^[\d\s().+-]*[a-z][\da-z\s().+-]*$/i;
const MOST_KEYS = 15;

/** A text cut behind its number with letters; null where it is none. */
function letteredIn(text: string): [number: string, rest: string] | null {
  const [whole = ""] = text.replace(SCHEME, "").split(EXTENSION, 1);
  if (!LETTERED.test(whole)) return null;
  const before = whole.slice(0, whole.search(/[a-z]/i)).replace(/\D/g, "").length;
  const isAmong = /[a-z][^a-z]*\d/i.test(whole);
  const keys = whole.replace(/[^\da-z]/gi, "").length;
  if (before < (isAmong ? 1 : 3) || before > 6 || keys > MOST_KEYS) return null;
  return [whole, text.replace(SCHEME, "").slice(whole.length)];
}

/** ITU-T E.161: the key of each letter, from A to Z. */
const KEYS = "22233344455566677778889999";

/**
 * A number with letters, in digits: as telephones press it that take letters for their keys, and as others do, which
 * drop them. Null where it has none. `written` is without its words; `atEnd`: the letters are its end, so that people mean their keys.
 */
export function lettersOf(written: string): { keys: string; dropped: string; atEnd: boolean } | null {
  const [number, rest] = (mayBeSpelled(written) ? [written, ""] : letteredIn(written)) ?? [null, ""];
  if (number === null) return null;
  const keys = number.replace(/[a-z]/gi, (letter) => KEYS.charAt(letter.toUpperCase().charCodeAt(0) - 65));
  const atEnd = !/[a-z][^a-z]*\d/i.test(number);
  return { keys: keys + rest, dropped: number.replace(/[a-z]/gi, "") + rest, atEnd };
}

/**
 * The keys that a telephone presses for a written number: digits in any script, plus, star and hash, full-width ones
 * included. `all`: with those of its extension, as a program presses them that only drops the words.
 */
export function keysOf(written: string): { number: string; all: string; parameters: string } {
  const plain = plainText(written).replace(/^\s*tel:|;phone-context=[^;]*/gi, "");
  const [number = "", ...parameters] = plain.split(EXTENSION);
  const keys = (text: string) => text.replace(/[^\d+*#]/g, "");
  return { number: keys(number), all: keys(plain), parameters: parameters.join("") };
}

/** What a telephone dials for a written number, with its extension where that is a parameter. */
export function dialled(written: string): string {
  const { number, parameters } = keysOf(written);
  return number + (/^;ext=\d+$/i.test(parameters) ? parameters : "");
}
