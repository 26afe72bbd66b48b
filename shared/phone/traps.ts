/**
 * Digits that look like a number and are none: dates, times, prices, addresses of machines, identifiers. Works on the
 * groups of a run; a group that is marked takes no part in any number.
 */
import { Gap, type Run } from "./scan.ts";
import { gluedLabel, isReference } from "./words.ts";

/** True where a hyphen, dot or slash alone stands between this group and the one before. */
export const isTight = (run: Run, i: number): boolean => {
  const gap = i < run.n ? run.gap[i]! : 0;
  return (
    (gap & (Gap.hyphen | Gap.dot | Gap.slash)) !== 0 && (gap & ~(Gap.hyphen | Gap.dot | Gap.slash)) === 0
  );
};

/** How the run touches the text around it, where that makes its first or last digits part of something else. */
export interface Edges {
  /** A hyphen, slash or the like ties the first group to a word before it: INV-0207…. */
  tiedBefore: boolean;
  tiedBehind: boolean;
  /** Letters that touch the first group name a phone. */
  label: boolean;
}

/** Letters of scripts that part their words: Chinese and Japanese words touch their digits. */
const LETTER = /[\p{Ll}\p{Lu}\p{Lt}\p{M}]/u;
const isLetter = (text: string, i: number): boolean => {
  const c = text.charCodeAt(i);
  if (c < 0x80) return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 64 || c === 92;
  return c >= 0x80 && LETTER.test(text[i]!);
};
const CURRENCY = /[£$€¥₹¤₩₽₺฿]/;
const CURRENCY_WORD = /(?:^|[^\p{L}])(?:GBP|USD|EUR|INR|AUD|CAD|CHF|JPY|Rs\.?|kr\.?)$/u;
const WORD_BEHIND = /^[A-Z][a-z]{2,}/;
const LABEL_BEHIND = /^(?:mobile|mob|home|work|office|fax|e-?mail|tel|phone|direct|ext)(?![a-z])/i;
/** 07700900123m: only behind what can be nothing else. */
const LETTER_BEHIND = /^[tmhwfpd](?![\p{L}\d])/iu;

/** Marks the trapped groups of a run. `masked` has one entry a group and is filled with 0 or 1. */
export function trap(text: string, run: Run, masked: Uint8Array): Edges {
  const n = run.n;
  masked.fill(0, 0, n);
  const edges = edge(text, run, masked);
  const ibanEnd = ibanAt(text, run.start[0]!);
  for (let i = 0; i < n && run.start[i]! < ibanEnd; i++) masked[i] = 1;
  const len = (i: number) => run.end[i]! - run.start[i]!;
  const value = (i: number) => Number(run.digits.slice(run.at[i], run.at[i + 1]));
  const hide = (from: number, to: number) => masked.fill(1, from, to);

  for (let i = 0; i < n; i++) {
    if (masked[i]) continue;
    const tail = isTight(run, i + 1);
    const head = isTight(run, i);
    // Dates: 12/03/2026, 2026-03-12. A longer chain of the same kind is no date: 01.42.68.53.00 is a number.
    if (
      tail &&
      !head &&
      i + 2 < n &&
      isTight(run, i + 2) &&
      !isTight(run, i + 3) &&
      run.gap[i + 1] === run.gap[i + 2]
    ) {
      if (isDate(len(i), len(i + 1), len(i + 2), value(i), value(i + 1), value(i + 2))) hide(i, i + 3);
      else if (i + 3 < n && len(i) === 2 && len(i + 1) === 2 && len(i + 2) === 2 && len(i + 3) === 8)
        hide(i, i + 4); // sort code and account
    }
    // Years: 2015-2016.
    if (
      !head &&
      !isTight(run, i + 2) &&
      i + 1 < n &&
      len(i) === 4 &&
      len(i + 1) === 4 &&
      isYears(run, i, value)
    )
      hide(i, i + 2);
    // Internet addresses: four tight numbers below 256, none with a leading zero.
    if (tail && !head && i + 3 < n && isAddress(run, i, len, value)) hide(i, i + 4);
    // Decimals: 51.507351, 0.1277583. A leading zero of more digits is a number's: 020.79460958.
    if (
      tail &&
      !head &&
      run.gap[i + 1] === Gap.dot &&
      !isTight(run, i + 2) &&
      len(i) <= 3 &&
      len(i + 1) >= 3
    ) {
      // "1.020 7946 0958" is the first of a list.
      const listed =
        i === 0 && n > 2 && run.digits[run.at[1]!] === "0" && len(1) <= 5 && run.gap[2] === Gap.space;
      if ((run.digits[run.at[i]!] !== "0" || len(i) === 1) && !listed) hide(i, i + 2);
    }
    if (!head && isThousands(run, i)) {
      hide(i, i + 1);
      for (let k = i + 1; isThousandsGap(run, k); k++) hide(k, k + 1);
    }
    if (tail && value(i) === 24 && value(i + 1) === 7 && run.gap[i + 1] === Gap.slash) hide(i, i + 2);
    // Payment cards in fours, and in one piece.
    if (
      i + 3 < n &&
      len(i) === 4 &&
      len(i + 1) === 4 &&
      len(i + 2) === 4 &&
      len(i + 3) === 4 &&
      luhn(run, i, i + 4)
    )
      hide(i, i + 4);
    if (n - i >= 3 && (len(i) === 1 || len(i) === 3)) goods(run, i, hide);
    if (n - i >= 3 && len(i) === 4) hours(run, i, hide);
  }
  // Letters, colons and signs of currency end a run: these can only stand at its ends.
  const last = n - 1;
  if (len(0) <= 2 && isHour(text, run.start[0]!, run.end[0]!)) masked[0] = 1;
  if (len(last) <= 2 && isHour(text, run.start[last]!, run.end[last]!)) {
    masked[last] = 1;
    // 9-17 Uhr, 9-5pm
    if (last > 0 && len(last - 1) <= 2 && run.gap[last] === Gap.hyphen) masked[last - 1] = 1;
  }
  if (isPriced(text, run.start[0]!)) {
    let to = 1;
    while (to < n && len(to) <= 3 && (isTight(run, to) || run.gap[to] === Gap.list)) to++;
    hide(0, to);
  }
  return edges;
}

/** Letters that touch the first or the last digits make all that is tied to these an identifier. */
function edge(text: string, run: Run, masked: Uint8Array): Edges {
  const n = run.n;
  const edges: Edges = { tiedBefore: false, tiedBehind: false, label: false };
  const first = run.plus[0]! >= 0 ? run.plus[0]! : run.start[0]!;
  if (first > 0 && run.plus[0]! < 0 && isLetter(text, first - 1)) {
    const word = /[\p{L}\p{M}]*$/u.exec(text.slice(Math.max(0, first - 24), first))![0];
    const apart = !/[\p{N}_@\\-]/u.test(text[first - word.length - 1] ?? " ");
    // "…0958Fax0207…" is a label between two numbers; a single letter between digits is not.
    edges.label =
      (gluedLabel(word) && (apart || word.length > 2)) ||
      text.slice(first - 3, first).toUpperCase() === "%2B";
    // "London020 …" is a lost space, "SKU020…" and "e29b" are not.
    const lost =
      apart && word.length >= 3 && /\p{Ll}{2}$/u.test(word) && !isReference(word) && run.digits[0] === "0";
    if (!edges.label && !(lost && n > 1)) hideTied(run, masked, 0, 1);
  } else if (first > 1 && run.plus[0]! < 0) {
    const c = text[first - 1]!;
    if (c === "-" || c === "_" || c === "/" || c === "=" || c === "#") {
      const word = /[\p{L}\p{M}\d_]*$/u.exec(text.slice(Math.max(0, first - 25), first - 1))![0];
      if (gluedLabel(word) || DIAL_LINK.test(text.slice(Math.max(0, first - 12), first))) edges.label = true;
      else edges.tiedBefore = c === "#" || (word !== "" && c !== "=");
    }
  }
  const end = run.end[n - 1]!;
  if (end < text.length && isLetter(text, end)) {
    const behind = text.slice(end, end + 12);
    const dialled = behind[0] === "@" && /sips?:\+?$/i.test(text.slice(Math.max(0, first - 6), first));
    const led = run.digits[0] === "0" || run.plus[0]! >= 0;
    const word = WORD_BEHIND.test(behind) || LABEL_BEHIND.test(behind) || EXTENSION_MARK.test(behind);
    if (!dialled && !word && !(led && LETTER_BEHIND.test(behind))) hideTied(run, masked, n - 1, -1);
  } else if (TIED_BEHIND.test(text.slice(end, end + 6))) edges.tiedBehind = true;
  return edges;
}

const DIAL_LINK = /(?:wa\.me|whatsapp:|tel:|callto:)\/*$/i;
/** A word after a hyphen or a low line, or the end of a file's or a host's name. */
const TIED_BEHIND = /^(?:[-_][\p{L}\d_]|\.[a-z]{2,4}(?![\p{L}\d]))/u;
const EXTENSION_MARK = /^(?:x|×|ext)/iu;

function hideTied(run: Run, masked: Uint8Array, from: number, step: 1 | -1): void {
  masked[from] = 1;
  for (let i = from; ; i += step) {
    const tied = step === 1 ? isTight(run, i + 1) : isTight(run, i);
    if (!tied) return;
    masked[i + step] = 1;
  }
}

/** 12.345.678.901, 1 234 567 890: an amount. */
function isThousands(run: Run, i: number): boolean {
  const first = run.end[i]! - run.start[i]!;
  if (run.digits[run.at[i]!] === "0" || run.plus[i]! >= 0) return false;
  if (i > 0 && (run.gap[i]! & (Gap.list | Gap.weak)) === 0) return false;
  let groups = 1;
  while (i + groups < run.n && isThousandsGap(run, i + groups)) groups++;
  const behind = i + groups < run.n ? run.gap[i + groups]! : Gap.list;
  if ((behind & (Gap.list | Gap.weak)) === 0) return false;
  return run.gap[i + 1] === Gap.dot ? groups >= 4 || (groups === 3 && first < 3) : groups >= 4 && first === 1;
}

/** A dot or a space, and then three digits, as before them. */
function isThousandsGap(run: Run, i: number): boolean {
  const gap = run.gap[i];
  return i < run.n && (gap === Gap.dot || gap === Gap.space) && run.end[i]! - run.start[i]! === 3;
}

function isPriced(text: string, start: number): boolean {
  const at = isBlank(text, start - 1) ? start - 2 : start - 1;
  const c = text.charCodeAt(at);
  if (c === 0x24 || c >= 0xa2) return CURRENCY.test(text[at]!);
  return (c === 46 || isLetter(text, at)) && CURRENCY_WORD.test(text.slice(Math.max(0, at - 5), at + 1));
}

const isBlank = (text: string, i: number) => text.charCodeAt(i) === 32 || text.charCodeAt(i) === 0xa0;

function isDate(la: number, lb: number, lc: number, a: number, b: number, c: number): boolean {
  if (la === 4 && lb <= 2 && lc <= 2) return a > 1800 && a < 2200 && b >= 1 && b <= 12 && c >= 1 && c <= 31;
  if (la > 2 || lb > 2 || (lc !== 4 && lc !== 2)) return false;
  if (lc === 4 && (c < 1800 || c > 2200)) return false;
  return a >= 1 && b >= 1 && a <= 31 && b <= 31 && (a <= 12 || b <= 12);
}

const isYears = (run: Run, i: number, value: (i: number) => number) =>
  (run.gap[i + 1]! & Gap.hyphen) !== 0 && value(i) >= 1900 && value(i) <= value(i + 1) && value(i + 1) < 2100;

function isAddress(run: Run, i: number, len: (i: number) => number, value: (i: number) => number): boolean {
  if (isTight(run, i + 4)) return false;
  for (let k = i; k < i + 4; k++) {
    if (k > i && run.gap[k] !== Gap.dot) return false;
    if (len(k) > 3 || value(k) > 255 || (len(k) > 1 && run.digits[run.at[k]!] === "0")) return false;
  }
  return true;
}

const IBAN_BEFORE = /(?:^|[^A-Za-z0-9])([A-Z]{2}(?:\d{2}(?:[ -]?[A-Z0-9]{4})*[ -]?)?)$/;
const IBAN = /^[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/;

/** Where an IBAN that `start` stands in comes to its end, or 0. */
function ibanAt(text: string, start: number): number {
  const before = text.charCodeAt(start - 1);
  const last = before === 32 || before === 45 ? text.charCodeAt(start - 2) : before;
  if (!(last >= 65 && last <= 90)) return 0;
  const found = IBAN_BEFORE.exec(text.slice(Math.max(0, start - 40), start));
  if (!found) return 0;
  const from = start - found[1]!.length;
  const iban = IBAN.exec(text.slice(from, from + 45))?.[0];
  if (iban === undefined) return 0;
  const plain = iban.replace(/[ -]/g, "");
  let rest = 0;
  for (const c of plain.slice(4) + plain.slice(0, 4)) {
    const v = parseInt(c, 36);
    rest = (rest * (v > 9 ? 100 : 10) + v) % 97;
  }
  return rest === 1 || plain.length >= 18 ? from + iban.length : 0;
}

/** 9:30, 17:00, 9am, 5 p.m., 9h. */
function isHour(text: string, start: number, end: number): boolean {
  if (text[end] === ":" && /\d/.test(text[end + 1] ?? "")) return true;
  if (text[start - 1] === ":" && /\d/.test(text[start - 2] ?? "")) return true;
  return /^[ \u00a0]?(?:[ap]\.?m\b|h\d|uhr\b)/iu.test(text.slice(end, end + 6));
}

function luhn(run: Run, from: number, to: number): boolean {
  let sum = 0;
  const digits = run.digits.slice(run.at[from], run.at[to]);
  for (let k = 0; k < digits.length; k++) {
    const d = Number(digits[digits.length - 1 - k]);
    sum += k % 2 === 0 ? d : d > 4 ? 2 * d - 9 : 2 * d;
  }
  return sum % 10 === 0;
}

/** ISBN (978-0-306-40615-7) and what is printed under bar codes (5 012345 678900), by their check digit. */
function goods(run: Run, i: number, hide: (from: number, to: number) => void): void {
  const book = run.digits.startsWith("978", run.at[i]) || run.digits.startsWith("979", run.at[i]);
  if (run.end[i]! - run.start[i]! === 3 && !book) return;
  for (let to = i + 3; to <= Math.min(i + 5, run.n); to++) {
    const digits = run.digits.slice(run.at[i], run.at[to]);
    if (digits.length !== 13 && (digits.length !== 12 || book || to - i !== 4)) continue;
    let sum = 0;
    for (let k = 0; k < digits.length; k++)
      sum += Number(digits[k]) * ((digits.length - k) % 2 === 0 ? 3 : 1);
    if (sum % 10 === 0) hide(i, to);
  }
}

/** 0800 1200 1300 1700: three times of day and more, to five minutes. */
function hours(run: Run, i: number, hide: (from: number, to: number) => void): void {
  let to = i;
  for (; to < run.n && run.end[to]! - run.start[to]! === 4; to++) {
    const time = Number(run.digits.slice(run.at[to], run.at[to + 1]));
    if (time >= 2400 || time % 100 > 55 || time % 5 !== 0) break;
  }
  if (to - i >= 3) hide(i, to);
}
