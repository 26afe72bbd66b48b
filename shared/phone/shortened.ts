/**
 * Further numbers of which a text says the last digits alone: `0113 496 0142 / 0143`, `… 0142-5`, `… 10 bis 19`. Of a
 * range only its ends are found. Where the digits may be anything else, a date, a price, hours, they are no number.
 */
import { digitsOf } from "./digit-runs.ts";
import { matchAt } from "./extension.ts";

/** A number's last digits, in place of as many of the number before. */
export interface Shortened {
  /** UTF-16 offsets of these digits. */
  start: number;
  end: number;
  /** The whole number, as the text would have written it. */
  written: string;
}

const NEXT =
  /[ \u00a0]{0,2}(?:[/&]|[,;](?=[ \u00a0])|[-\u2010-\u2015]|(?<=[ \u00a0])(?:or|and|to|oder|und|bis|ou|et|à|y|o|en|of|tot|t\/m|lub|do)(?=[ \u00a0]))[ \u00a0]{0,2}(?:[-\u2010-\u2013]|\u2026|\.{3})?[ \u00a0]?(\d{2,4}[ -]?\d{3,5}|\d{1,4})(?!\d)/uy;
/** An ellipsis in place of the first digits, some words behind the number: `ist es 0176 04069042 oder die mit …43?`. */
const ELLIPSIS = /[^\d\n]{0,40}?(?:\u2026|\.{3})(\d{2,4})(?!\d)/uy;
/** Direct dials of one stem: `01 5550006-0, Technik -20`, and the fax in the next line. */
const DIRECT = /(?:[^\d\n]{1,24}? |\/|\nfax:? ?)[-\u2010-\u2013](\d{1,5})(?!\d)/iuy;
const STEM = /(?<=\d\D+\d+ ?[-\u2010-\u2013] ?)\d{1,5}$/u;
/** The mark before a hyphen says that the digits behind it are a whole direct dial: `23125-10 / -9`. */
const FURTHER = /[^\s\d\u2010-\u2015-][ \u00a0]{0,2}[-\u2010-\u2013]\d{1,5}$/u;
/** Those that a word names: `Fax DW 4`, `Durchwahl Einkauf 14` … */
const NAMED =
  /\D{0,24}?\b(?:dw|durchwahl|klappe|nebenstelle|nst)\b[.: ]*(?:[-\u2010-\u2013]|(\p{L}+ ))?(\d{1,5})(?!\d)/iuy;
/** … and, after a name, further ones: `, Versand 15`. */
const LISTED = /[,;] \p{L}+ (\d{1,5})(?!\d)/uy;
/** In a column of them, whose heading is near the beginning. */
const LONGEST_HEAD = 99;
const IN_COLUMN = /\n[^\d\n]+\t[-\u2010-\u2013]?(\d{1,5})(?=[ \r]*(?:\n|$))/uy;
/** What makes digits part of something else, right behind them … */
const TIED = /^(?:[\p{L}%°€£$:]|[.,/-]\d|[ \u00a0][€£$%\d]|[-\u2010-\u2015][ \u00a0]?\d)/u;
/** … and a word that one or two digits count, or date. */
const COUNTED = /^[ \u00a0](?:\p{Ll}|\p{Lu}\p{Ll})/u;
/** Lines of one switchboard lie close to each other. */
const NEAR = 99;

/** The numbers behind one that ends at `end`. `hyphen`: false where a hyphen right behind it leads to an extension. */
export function shortenedAfter(text: string, written: string, end: number, hyphen: boolean): Shortened[] {
  const found: Shortened[] = [];
  let listed = false;
  for (;;) {
    const direct = !hyphen && STEM.test(written);
    let match = matchAt(NEXT, text, end);
    if (match && !hyphen && /^[-\u2010-\u2015]/.test(match[0])) match = null;
    let next =
      match && direct && FURTHER.test(match[0])
        ? written.replace(STEM, match[1]!)
        : match && replaceEnd(written, digitsOf(match[1]!));
    if (next === null && (match = matchAt(ELLIPSIS, text, end)))
      next = replaceEnd(written, digitsOf(match[1]!));
    const ways: RegExp[] = direct
      ? [
          DIRECT,
          NAMED,
          ...(listed ? [LISTED] : []),
          ...(/\t(?:dw|klappe)\b/i.test(text.slice(0, LONGEST_HEAD)) ? [IN_COLUMN] : []),
        ]
      : [NAMED];
    for (const way of next === null && !hyphen ? ways : []) {
      if ((match = matchAt(way, text, end)) === null) continue;
      listed ||= way === NAMED && match[1] !== undefined;
      next = direct ? written.replace(STEM, match.at(-1)!) : `${written}-${match.at(-1)!}`;
      break;
    }
    if (match === null || next === null) break;
    end += match[0].length;
    found.push({ start: end - match.at(-1)!.length, end, written: (written = next) });
  }
  for (let last = found.at(-1); last; last = found.at(-1)) {
    const behind = text.slice(last.end, last.end + 4);
    const few = last.end - last.start <= 2;
    if (!TIED.test(behind) && !(few && COUNTED.test(behind))) break;
    found.pop();
  }
  return found;
}

/** The written number with its last digits replaced; null where these are not a little higher. */
function replaceEnd(written: string, digits: string): string | null {
  const before = digitsOf(written).slice(-digits.length);
  const more = Number(digits) - Number(before);
  if (more < 1 || more > NEAR) return null;
  let at = written.length;
  let result = "";
  for (let k = digits.length; k > 0;) {
    const c = written[--at]!;
    result = (digitsOf(c) === "" ? c : digits[--k]!) + result;
  }
  return written.slice(0, at) + result;
}
