/**
 * Stage 2, mask: digits that look like a number and are something else: dates, times, prices, IP addresses, identifiers.
 * Works on the groups of a run; a masked group is part of no number.
 */
import { Gap, isJoined, lengthOf, type Run, valueOf } from "./digit-runs.ts";
import { hours, isDate, isHour, isPersonal, isSpan, isYears } from "./times.ts";
import { dialledNational } from "./plans.ts";
import { amountBehind, gluedLabel, isFiller, isReference, labelBefore } from "./labels.ts";

/** True where this group is tied to the one before: only a hyphen, dot or slash is between them. */
export const isTight = (run: Run, i: number): boolean => {
  const gap = i < run.n ? run.gap[i]! : 0;
  return (
    (gap & (Gap.hyphen | Gap.dot | Gap.slash)) !== 0 && (gap & ~(Gap.hyphen | Gap.dot | Gap.slash)) === 0
  );
};

/** How the text around a run touches it, where that makes its first or last digits part of something else. */
export interface Edges {
  /** A hyphen, slash or the like ties the first group to a word before it: INV-0207…. */
  tiedBefore: boolean;
  tiedBehind: boolean;
  /** The letters that touch the first group are a label of a phone. */
  label: boolean;
  /** The label before the run is of a postcode, which is masked. */
  place: boolean;
}

/** Letters of scripts with spaces between words: in Chinese and Japanese, words touch digits. */
const LETTER = /[\p{Ll}\p{Lu}\p{Lt}\p{M}]/u;
const isLetter = (text: string, i: number): boolean => {
  const c = text.charCodeAt(i);
  if (c < 0x80) return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 64 || c === 92;
  return c >= 0x80 && LETTER.test(text[i]!);
};
const CURRENCY = /[£$€¥₹¤₩₽₺฿]/;
const CURRENCY_WORD = /(?:^|[^\p{L}])(?:GBP|USD|EUR|INR|AUD|CAD|CHF|JPY|Rs\.?|kr\.?)$/u;
const WORD_BEHIND = /^[A-Z][a-z]{2,}/;
/** 07700900123m, 07700900123call me: count only after digits that can be nothing else. */
const WORDS_BEHIND =
  /^(?:[tmhwfpdTMHWFPD](?![\p{L}\d])|(?![a-fx]+(?![a-z]))(?:\p{Ll}{4,}(?![\p{L}_-])|\p{Ll}{2,}(?![\p{L}\d_-])))/u;

/** Masks groups of a run. `masked` has one entry for each group and is filled with 0 or 1. */
export function trap(text: string, run: Run, masked: Uint8Array, region: string): Edges {
  const n = run.n;
  masked.fill(0, 0, n);
  const edges = edge(text, run, masked);
  for (let i = 0, end = ibanAt(text, run.start[0]!); i < n && run.start[i]! < end; i++) masked[i] = 1;
  const len = (i: number) => lengthOf(run, i);
  const hide = (from: number, to: number) => {
    if (!isCoded(run, from, to)) masked.fill(1, from, to);
  };
  const labelled = () => labelBefore(text, run.start[0]!, 0) === "phone";

  // "CAP 20121 02 1234567": a postcode's label says nothing of what is behind it.
  const [start, plus] = [run.start[0]!, run.plus[0]!];
  if (n > 1 && plus < 0 && len(0) <= 6 && POSTCODE.test(text.slice(Math.max(0, start - 24), start))) {
    edges.place = true;
    masked.fill(1, 0, isTight(run, 1) ? 2 : 1);
  }
  for (let i = 0; i < n; i++) {
    if (masked[i] || isTight(run, i)) continue;
    const first = len(i);
    // The number of groups that are tied together from here.
    let tied = 1;
    while (tied < 5 && isTight(run, i + tied)) tied++;
    const same = tied === 3 && run.gap[i + 1] === run.gap[i + 2];
    // Dates: 12/03/2026, 2026-03-12. A longer chain is not a date: 01.42.68.53.00 is a number.
    if (same && isDate(run, i)) hide(i, i + 3);
    // Sort code and account: 12-34-56 12345678.
    else if (same && i + 3 < n && [0, 1, 2].every((k) => len(i + k) === 2) && len(i + 3) === 8)
      hide(i, i + 4);
    // IP addresses: 192.168.100.200, and not what is behind a calling code: 0045 33.41.27.80.
    else if (tied === 4 && !run.digits.startsWith("00", run.at[i - 1]) && isAddress(run, i) && !labelled())
      hide(i, i + 4);
    else if (tied === 2 && isPostcode(text, run, i, region, labelled)) hide(i, i + 2);
    else if (tied === 2 && isPersonal(run, i) && !labelled()) hide(i, i + 2);
    // Decimals: 51.507351, 0.1277583. A 0 before more digits begins a number: 020.79460958.
    else if (tied === 2 && isDecimal(run, i, labelled)) {
      // "1.020 7946 0958" is the first entry of a list.
      const listed =
        i === 0 && n > 2 && run.digits[run.at[1]!] === "0" && len(1) <= 5 && run.gap[2] === Gap.space;
      if ((run.digits[run.at[i]!] !== "0" || first === 1) && !listed) hide(i, i + 2);
    } else if (tied === 2 && text.slice(run.start[i], run.end[i + 1]) === "24/7") hide(i, i + 2);
    if (first === 4 && i + 1 < n && len(i + 1) === 4) {
      if (tied < 3 && (isYears(run, i) || isSpan(run, i, labelled))) hide(i, i + 2);
      // Payment cards, in fours.
      if (isInFours(run, i) && isCard(run, i, i + 4) && !isTwo(run, i, region, labelled)) hide(i, i + 4);
      hours(run, i, hide);
    }
    const groups = thousandsAt(run, i);
    if (groups > 0 && !labelled()) hide(i, i + groups);
    if (first === 1 || first === 3) goods(run, i, hide);
  }
  // Letters, colons and currency signs end a run, so they can only be at its ends.
  const last = n - 1;
  if (len(0) <= 2 && isHour(text, run.start[0]!, run.end[0]!)) masked[0] = 1;
  if (len(last) <= 2 && isHour(text, run.start[last]!, run.end[last]!)) {
    masked[last] = 1;
    // 9-17 Uhr, 9-5pm
    if (last > 0 && len(last - 1) <= 2 && run.gap[last] === Gap.hyphen) masked[last - 1] = 1;
  }
  if (n > 2) pricesAndHours(text, run, hide);
  if (isPriced(text, run.start[0]!)) {
    let to = 1;
    while (to < n && len(to) <= 3 && (isTight(run, to) || run.gap[to] === Gap.list)) to++;
    hide(0, to);
  }
  return edges;
}

/** Letters that touch the first or last digits make an identifier of all groups tied to them. */
function edge(text: string, run: Run, masked: Uint8Array): Edges {
  const n = run.n;
  const edges: Edges = { tiedBefore: false, tiedBehind: false, label: false, place: false };
  const first = run.plus[0]! >= 0 ? run.plus[0]! : run.start[0]!;
  if (first > 0 && run.plus[0]! < 0 && isLetter(text, first - 1)) {
    const word = /[\p{L}\p{M}]*$/u.exec(text.slice(Math.max(0, first - 24), first))![0];
    const apart = !/[\p{N}_@\\-]/u.test(text[first - word.length - 1] ?? " ");
    // "…0958Fax0207…" is a label between two numbers; a single letter between digits is not.
    edges.label =
      (gluedLabel(word) && (apart || word.length > 2) && !isInitial(text, run, first - word.length, word)) ||
      text.slice(first - 3, first).toUpperCase() === "%2B";
    // "London020 …" is a lost space, "SKU020…" and "e29b" are not.
    const lost =
      apart &&
      (isFiller(word) || (word.length >= 3 && /\p{Ll}{2}$/u.test(word) && !isReference(word))) &&
      run.digits[0] === "0";
    if (!edges.label && !(lost && n > 1)) hideTied(run, masked, 0, 1);
  } else if (first > 1 && run.plus[0]! < 0) {
    const c = text[first - 1]!;
    if (c === "-" || c === "_" || c === "/" || c === "=" || c === "#") {
      const word = /[\p{L}\p{M}\d_]*$/u.exec(text.slice(Math.max(0, first - 25), first - 1))![0];
      const isPath = c === "/" && text[first - 2 - word.length] === "/";
      if ((gluedLabel(word) && !isPath) || DIAL_LINK.test(text.slice(Math.max(0, first - 12), first)))
        edges.label = true;
      else edges.tiedBefore = c === "#" || (word !== "" && c !== "=" && !isFiller(word));
    }
  }
  const end = run.end[n - 1]!;
  if (end < text.length && isLetter(text, end)) {
    const behind = text.slice(end, end + 12);
    const dialled = behind[0] === "@" && /sips?:\+?$/i.test(text.slice(Math.max(0, first - 6), first));
    const led =
      run.digits[0] === "0" || run.plus[0]! >= 0 || edges.label || /^\p{Ll}{4,}(?!\p{L})/u.test(behind);
    const word =
      WORD_BEHIND.test(behind) ||
      MARK_BEHIND.test(behind) ||
      gluedLabel(/^\p{L}{3,}/u.exec(behind)?.[0] ?? "");
    if (!dialled && !word && !(led && WORDS_BEHIND.test(behind))) hideTied(run, masked, n - 1, -1);
  } else if (TIED_BEHIND.test(text.slice(end, end + 6))) edges.tiedBehind = true;
  return edges;
}

/** True for the P of "Passport P1234567", and the C of `"client":"C600100204"`: a letter of the reference. */
function isInitial(text: string, run: Run, start: number, word: string): boolean {
  if (word.length > 1) return false;
  const label = labelBefore(text, start, 0);
  return label === "never" || label === "reference" || (label === "party" && run.n === 1);
}

const DIAL_LINK = /(?:wa\.me|whatsapp:|tel:|callto:)\/*$/i;
/** A word after a hyphen or an underscore, or the end of a file's or a host's name. */
const TIED_BEHIND = /^(?:[-_][\p{L}\d_]|\.[a-z]{2,4}(?![\p{L}\d]))/u;
const MARK_BEHIND = /^(?:[x×](?![x×])|ext|e-?mail)/iu;

function hideTied(run: Run, masked: Uint8Array, from: number, step: 1 | -1): void {
  masked[from] = 1;
  for (let i = from; ; i += step) {
    const tied = step === 1 ? isTight(run, i + 1) : isTight(run, i);
    if (!tied) return;
    masked[i + step] = 1;
  }
}

/** True for what is still of a number with a calling code (ITU-T E.164: at most fifteen digits), +34 91.123.45.67. */
function isCoded(run: Run, from: number, to: number): boolean {
  for (let i = from; i >= 0 && run.at[to]! - run.at[i]! <= 15; i--) {
    if (run.plus[i]! >= 0) return true;
    if (!isJoined(run, i)) break;
  }
  return false;
}

/** The number of groups of an amount, 12.345.678.901, 1 234 567 890, or of an animal's chip, 900 027 555 012 345; else 0. */
function thousandsAt(run: Run, i: number): number {
  const [first, dots] = [lengthOf(run, i), run.gap[i + 1] === Gap.dot];
  if (run.digits[run.at[i]!] === "0" || isJoined(run, i)) return 0;
  let groups = 1;
  while (isThousandsGap(run, i + groups)) groups++;
  if (isJoined(run, i + groups)) return 0;
  return groups > 3
    ? dots || first === 1 || groups === 5
      ? groups
      : 0
    : dots && groups === 3 && first < 3
      ? groups
      : 0;
}

/** True for three digits after a dot or a space. */
function isThousandsGap(run: Run, i: number): boolean {
  const gap = run.gap[i];
  return i < run.n && (gap === Gap.dot || gap === Gap.space) && lengthOf(run, i) === 3;
}

function isPriced(text: string, start: number): boolean {
  const at = isBlank(text, start - 1) ? start - 2 : start - 1;
  const c = text.charCodeAt(at);
  if (c === 0x24 || c >= 0xa2) return CURRENCY.test(text[at]!);
  return (c === 46 || isLetter(text, at)) && CURRENCY_WORD.test(text.slice(Math.max(0, at - 5), at + 1));
}

const isBlank = (text: string, i: number) => text.charCodeAt(i) === 32 || text.charCodeAt(i) === 0xa0;

/** True for four numbers below 256 with dots between them, without leading zeros. */
function isAddress(run: Run, i: number): boolean {
  for (let k = i; k < i + 4; k++) {
    if (k > i && run.gap[k] !== Gap.dot) return false;
    const length = lengthOf(run, k);
    if (length > 3 || valueOf(run, k) > 255 || (length > 1 && run.digits[run.at[k]!] === "0")) return false;
  }
  return true;
}

const IBAN_BEFORE = /(?:^|[^A-Za-z0-9])([A-Z]{2}(?:\d{2}(?:[ -]?[A-Z0-9]{4})*[ -]?[A-Z0-9]{0,3})?)$/;
const IBAN = /^[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/;

/** The end of the IBAN that the digits at `start` are in, or 0. A short one needs right check digits (ISO 13616). */
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

/** What else stands right behind a whole number: `1,21 €/min`, `14 Cent`, `7 days`, `8–20`. */
function pricesAndHours(text: string, run: Run, hide: (from: number, to: number) => void): void {
  const [before, last] = [run.n - 2, run.n - 1];
  const end = run.end[last]!;
  const spaced = (i: number) => run.gap[i] === Gap.space && run.at[i]! >= WHOLE;
  const small = (i: number) => lengthOf(run, i) <= 2;
  if (spaced(before) && small(before) && small(last)) {
    const [from, to] = [valueOf(run, before), valueOf(run, last)];
    const hours = run.gap[last] === Gap.hyphen && from >= 6 && from <= 11 && to >= 12 && to <= 24;
    const price = run.gap[last] === Gap.list && text[end - 3] === "," && amountBehind(text, end);
    if (hours || price) hide(before, run.n);
  } else if (spaced(last) && small(last) && amountBehind(text, end)) hide(last, run.n);
}
/** Digits of a whole number, at least. */
const WHOLE = 9;

const POSTCODE = /(?<!\p{L})(?:zip|post(?:al|code|leitzahl)|plz|cap)(?: ?codes?)?[^\p{L}\d]{0,4}$/iu;
/** True for an American postcode: 12345-6789, MA 02134-1234; at home also 02134-1234, which may be a number elsewhere. */
function isPostcode(text: string, run: Run, i: number, region: string, labelled: () => boolean): boolean {
  if (run.gap[i + 1] !== Gap.hyphen || lengthOf(run, i) !== 5 || lengthOf(run, i + 1) !== 4) return false;
  if (isJoined(run, i)) return false;
  const state = /(?:^|\P{L})[A-Z]{2},? $/u.test(text.slice(Math.max(0, run.start[i]! - 5), run.start[i]));
  return state || ((region === "US" || run.digits[run.at[i]!] !== "0") && !labelled());
}

/** True for 51.507351; not behind a bracket, (343)555.0113, nor as Italians write a mobile behind its label, 320.1234567. */
function isDecimal(run: Run, i: number, labelled: () => boolean): boolean {
  const behind = lengthOf(run, i + 1);
  if (run.gap[i + 1] !== Gap.dot || lengthOf(run, i) > 3 || behind < 3) return false;
  if (i > 0 && run.close[i - 1]! >= 0) return false;
  return behind < 6 || !labelled();
}

/** True for four groups of four with the same marks, which belong to no digits before them: 020 [7946 0958 / 0044 7700]. */
function isInFours(run: Run, i: number): boolean {
  if (i + 4 > run.n || run.digits[run.at[i]!] === "0" || isJoined(run, i)) return false;
  const gap = run.gap[i + 1]!;
  return [1, 2, 3].every((k) => lengthOf(run, i + k) === 4 && run.gap[i + k] === gap);
}

/** True for two numbers of a region, 9123 1441 8123 4567: no payment card begins with 7 to 9, but Turkey's, with 9792. */
const isTwo = (run: Run, i: number, region: string, labelled: () => boolean): boolean =>
  [i, i + 2].every((k) => dialledNational(run.digits.slice(run.at[k], run.at[k + 2]), region) !== null) &&
  ((run.digits[run.at[i]!]! > "6" && !run.digits.startsWith("9792", run.at[i])) || labelled());

/** True where the last digit is Luhn's check digit (ISO/IEC 7812), as on payment cards. */
function isCard(run: Run, from: number, to: number): boolean {
  let sum = 0;
  const digits = run.digits.slice(run.at[from], run.at[to]);
  for (let k = 0; k < digits.length; k++) {
    const d = Number(digits[digits.length - 1 - k]);
    sum += k % 2 === 0 ? d : d > 4 ? 2 * d - 9 : 2 * d;
  }
  return sum % 10 === 0;
}

/** Masks ISBNs (978-0-306-40615-7) and the digits under bar codes (5 012345 678900), by their check digit. */
function goods(run: Run, i: number, hide: (from: number, to: number) => void): void {
  const book = run.digits.startsWith("978", run.at[i]) || run.digits.startsWith("979", run.at[i]);
  if (lengthOf(run, i) === 3 && !book) return;
  for (let to = i + 3; to <= Math.min(i + 5, run.n); to++) {
    // "Row 4, 020 7946 0004", "2. 0191 498 0055": a comma or a full stop parts two things.
    if (run.gap[to - 1] !== run.gap[i + 1] || !isJoined(run, i + 1)) return;
    const digits = run.digits.slice(run.at[i], run.at[to]);
    if (digits.length !== 13 && (digits.length !== 12 || book || to - i !== 4)) continue;
    let sum = 0;
    for (let k = 0; k < digits.length; k++)
      sum += Number(digits[k]) * ((digits.length - k) % 2 === 0 ? 3 : 1);
    if (sum % 10 === 0) hide(i, to);
  }
}
