/** Stage 6, numbers: cuts a run into numbers. Weighs every way to cut it, by dynamic programming, and keeps the best. */
import { type Candidate, candidateOf } from "./candidate.ts";
import { acceptPlain, acceptUnclear, type Around } from "./accept.ts";
import type { Columns } from "./columns.ts";
import { isPlainLead, type Kind, type Reading } from "./read-digits.ts";
import { endsNumber, Gap, lengthOf, type Run } from "./digit-runs.ts";
import { dialledNational } from "./plans.ts";
import { findJoints, isBehind, isJoint, isWithin } from "./joined.ts";
import { speltIn } from "./spelt.ts";
import { isTight, trap } from "./traps.ts";

export interface Found {
  /** Offsets of the number in the text. */
  start: number;
  end: number;
  reading: Reading;
  /** Its groups in the run, from `from` up to, without, `to`. */
  from: number;
  to: number;
}

/** 00, three digits of calling code, the trunk prefix 0, and twelve more. */
const MAX_DIGITS = 18;
const MIN_DIGITS = 7;

/** The worth of one digit, by kind of number. */
const weights: Record<Kind, number> = {
  international: 10,
  national: 10,
  code: 9,
  foreign: 7,
  possible: 6,
  bare: 5,
};

/** Entries in the arrays below, which are kept from call to call. */
let room = 0;
/** The best worth of the first i groups, with the last of them in no number, */
let out: Float64Array;
/** … and with the last of them ending the number `numbers[i]`. */
let ended: Float64Array;
/** Whether `out[i]` came from `ended[i - 1]`. */
let outOfNumber: Uint8Array;
/** 1 for groups that traps.ts masked. */
let masked: Uint8Array;
/** What joined.ts knows of the places between the groups. */
let joints: Uint8Array;
const numbers: (Found & { afterNumber: boolean })[] = [];

function makeRoom(n: number): void {
  if (room > n + 4) return;
  room = 2 * n + 64;
  out = new Float64Array(room);
  ended = new Float64Array(room);
  outOfNumber = new Uint8Array(room);
  masked = new Uint8Array(room);
  joints = new Uint8Array(room);
}

/** The numbers in one run, in order. `from`: the text before this offset has been read already. */
export function numbersIn(
  text: string,
  run: Run,
  from: number,
  region: string,
  columns: Columns | null,
): Found[] {
  const { n } = run;
  makeRoom(n);
  const cells = columns ? run.start.slice(0, n).map(columns) : [];
  const around: Around = {
    text,
    run,
    from,
    region,
    cells,
    edges: trap(text, run, masked, region),
    label: null,
  };
  findJoints(run, masked, region, joints);
  // Plain numbers first; the others may only take the groups between these.
  const plain = weigh(around, 0, n, true);
  const all: Found[] = [];
  let lo = 0;
  const others = (hi: number) => {
    if (run.at[hi]! - run.at[lo]! >= MIN_DIGITS)
      for (const found of weigh(around, lo, hi, false)) all.push(found);
  };
  for (const found of plain) {
    others(found.from);
    all.push(found);
    lo = found.to;
  }
  others(n);
  if (all.length > 0 || masked.subarray(0, n).includes(1)) return all;
  const reading = speltIn(text, run, from, region);
  return reading ? [{ start: run.start[0]!, end: run.end[n - 1]!, reading, from: 0, to: n }] : all;
}

/** The best way to cut the groups from `lo` up to, without, `hi` into numbers. */
function weigh(around: Around, lo: number, hi: number, plain: boolean): Found[] {
  const { text, run, region } = around;
  out.fill(-Infinity, lo, hi + 1);
  ended.fill(-Infinity, lo, hi + 1);
  outOfNumber.fill(0, lo, hi + 1);
  // A group right after a number that was found comes after a number.
  if (lo > 0) ended[lo] = 0;
  else out[0] = 0;
  let any = false;
  for (let i = lo; i < hi; i++) {
    const tight = i > 0 && isTight(run, i);
    out[i + 1] = out[i]!;
    if (ended[i]! > out[i]! && (!tight || masked[i] || isJoint(joints[i]!) || isShortTail(text, run, i))) {
      out[i + 1] = ended[i]!;
      outOfNumber[i + 1] = 1;
    }
    if (isWithin(joints[i]!)) continue;
    if (masked[i] || (plain && run.plus[i]! < 0 && !isPlainLead(run.digits[run.at[i]!]!, region))) continue;
    // A group tied to digits before it begins no number, unless those are a number, a date, or a list's number.
    const free =
      !tight || masked[i - 1] === 1 || isBehind(joints[i]!) || (i === 1 && isListNumber(text, run));
    const afterNumber = ended[i]! > out[i]! || !free;
    const base = afterNumber ? ended[i]! : out[i]!;
    if (base === -Infinity) continue;
    // The worth of the best shorter number from here, and where it ends.
    let shorter = -Infinity;
    let ends = 0;
    for (let to = i + 1; to <= hi && !masked[to - 1]; to++) {
      if (
        to > i + 1 &&
        (endsNumber(run, to - 1) || isJoint(joints[to - 1]!) || isNextLine(text, run, i, to - 1))
      )
        break;
      const count = run.at[to]! - run.at[i]!;
      if (count > MAX_DIGITS) break;
      if (count < MIN_DIGITS || isWithin(joints[to]!)) continue;
      const candidate = candidateOf(run, i, to);
      if (!candidate) continue;
      const reading = plain
        ? acceptPlain(candidate, around)
        : acceptUnclear(candidate, around, ended[i]! > -Infinity);
      if (!reading || isPart(candidate, reading, around)) continue;
      const weight = reading.kind === "bare" && reading.e164 !== null ? 8 : weights[reading.kind];
      let worth = base + count * weight + reading.fit * (reading.variable ? 1 : 10);
      // An unclear number is not cut short: what would be left is no number.
      if (!plain && reading.fit >= 2 && run.at[to]! - ends < MIN_DIGITS) worth = Math.max(worth, shorter + 1);
      if (worth > shorter) [shorter, ends] = [worth, run.at[to]!];
      if (worth <= ended[to]!) continue;
      ended[to] = worth;
      numbers[to] = { start: candidate.start, end: candidate.end, reading, from: i, to, afterNumber };
      any = true;
    }
  }
  if (!any) return [];
  const found: Found[] = [];
  let inNumber = ended[hi]! > out[hi]!;
  for (let i = hi; i > lo;) {
    if (inNumber) {
      const number = numbers[i]!;
      found.push(number);
      i = number.from;
      inNumber = number.afterNumber;
    } else inNumber = outOfNumber[i--] === 1;
  }
  return found.reverse();
}

/** Most digits of a national number: fifteen of E.164, and a trunk prefix in place of the calling code. */
const MAX_NATIONAL = 15;

/**
 * True for a part of a longer stretch of digits that as a whole rings another number of the region. Not where lengths vary
 * and the region's own numbers may follow each other, or a few digits more.
 */
function isPart({ from, to, written }: Candidate, reading: Reading, { run, region }: Around): boolean {
  if (written.plus) return false;
  const joined = (i: number) =>
    (run.gap[i]! & (Gap.weak | Gap.slash)) === 0 && !endsNumber(run, i) && !isJoint(joints[i]!);
  let lo = from;
  let hi = to;
  const digits = () => run.at[hi]! - run.at[lo]!;
  while (lo > 0 && digits() <= MAX_NATIONAL && joined(lo) && !masked[lo - 1]) lo--;
  while (hi < run.n && digits() <= MAX_NATIONAL && joined(hi) && !masked[hi]) hi++;
  if (digits() === written.digits.length || digits() > MAX_NATIONAL || run.plus[lo]! >= 0) return false;
  const before = run.at[from]! - run.at[lo]!;
  if (reading.variable && reading.kind === "national" && (before === 0 || before >= MIN_DIGITS)) return false;
  const whole = dialledNational(run.digits.slice(run.at[lo], run.at[hi]), region);
  return whole !== null && reading.e164 !== `+${whole.code}${whole.nsn}`;
}

/** True for the short end of `0958/9`, `0958-59` or `0/-10/-20`: further lines of the same switchboard. */
const isShortTail = (text: string, run: Run, i: number) =>
  isFurther(text, run, i) ||
  ((run.gap[i]! & Gap.dot) === 0 &&
    run.end[i]! - run.start[i]! <= 4 &&
    (!isTight(run, i + 1) || isOneMore(run, i)));
/** 0000001/2/3 */
const isOneMore = (run: Run, i: number) =>
  run.gap[i] === Gap.slash && run.gap[i + 1] === Gap.slash && run.at[i + 2]! - run.at[i + 1]! <= 2;

/** True for the 10 of `030 23125-0 / -10`: a direct dial of the same stem. */
const isFurther = (text: string, run: Run, i: number): boolean =>
  (run.gap[i]! & FURTHER) === FURTHER &&
  lengthOf(run, i) <= 5 &&
  /\/[ \u00a0]?[-\u2010-\u2013]$/.test(text.slice(run.end[i - 1], run.start[i]));
const FURTHER = Gap.slash | Gap.hyphen;

/** True for the 3 of `0000001/3` and the 29 of `5000020 – 29`: the end of a number whose last digits alone differ. */
function isNextLine(text: string, run: Run, from: number, i: number): boolean {
  if (run.at[i]! - run.at[from]! < MIN_DIGITS) return false;
  if (isFurther(text, run, i)) return true;
  if (lengthOf(run, i) > 2) return false;
  const before = (k: number) => text.slice(run.end[k - 1], run.start[k]);
  const mark = before(i);
  if (mark !== "/" && !DASH.test(mark)) return false;
  for (let k = from + 1; k < i; k++) if (before(k) === mark) return false;
  return true;
}
const DASH = /^[ \u00a0][\u2013\u2014][ \u00a0]$/;

/** True for "1." at the start of a line. */
function isListNumber(text: string, run: Run): boolean {
  if (run.end[0]! - run.start[0]! > 2 || run.gap[1] !== Gap.dot) return false;
  return /(?:^|[\n\r])[ \t]*$/.test(text.slice(Math.max(0, run.start[0]! - 8), run.start[0]));
}
