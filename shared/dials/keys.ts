/** What of a written number a telephone takes: its keys, with the letters that are on them. */
import { decoded } from "../phone/decoded.ts";

/** All but digits and signs. A word that announces an extension or a context stays: without it these could not be read. */
const WORDS =
  /(?<!\p{L})(ext(?:n|ension)?|x|durchwahl|dw|poste)(?=[ .:=#]{0,3}\d)|(?<=;)(phone-context)(?==\+)|[^\p{Nd}\p{Pd}+*#(),;=./ ]+/giu;

/**
 * The part of a dialled text that a telephone takes. The rest may be personal: an address may hold a name, and a page
 * may put anything beside a call button.
 */
export function withoutWords(written: string): string {
  const text = decoded(written).normalize("NFKC");
  const [lettered, rest] = letteredIn(text) ?? ["", text];
  return (lettered + rest.replace(WORDS, (_, ext?: string, context?: string) => ext ?? context ?? "")).trim();
}

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
  const [number, rest] = letteredIn(written) ?? [null, ""];
  if (number === null) return null;
  const keys = number.replace(/[a-z]/gi, (letter) => KEYS.charAt(letter.toUpperCase().charCodeAt(0) - 65));
  const atEnd = !/[a-z][^a-z]*\d/i.test(number);
  return { keys: keys + rest, dropped: number.replace(/[a-z]/gi, "") + rest, atEnd };
}

/** Arabic-Indic, Persian, Devanagari and Bengali digits, as shared/phone reads them. */
const DIGITS = /[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef]/g;
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6];
function plainDigit(digit: string): string {
  const code = digit.charCodeAt(0);
  return String(code - ZEROS.findLast((zero) => zero <= code)!);
}

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
export function dialled(written: string): string {
  const { number, parameters } = keysOf(written);
  return number + (/^;ext=\d+$/i.test(parameters) ? parameters : "");
}
