/** From a run of digit groups to the numbers in it: every way to cut the run is weighed, the best is kept. */
import { candidateOf } from "./candidate.ts";
import { judge, type Around } from "./judge.ts";
import type { Kind, Reading } from "./read.ts";
import { Gap, type Run } from "./scan.ts";
import { isTight, trap } from "./traps.ts";

export interface Found {
  /** Offsets of the number in the text. */
  start: number;
  end: number;
  reading: Reading;
  /** Nothing but its label can follow: it takes the run's last group. */
  last: boolean;
}

/** 00, three digits of calling code, the trunk 0, twelve more. */
const MAX_DIGITS = 18;
const MIN_DIGITS = 7;

const weights: Record<Kind, number> = {
  international: 10,
  national: 10,
  code: 9,
  foreign: 7,
  possible: 6,
  bare: 5,
};

let masked = new Uint8Array(64);

/** The numbers of one run, in order. `from`: the text before it has been read already. */
export function numbersIn(text: string, run: Run, from: number, region: string): Found[] {
  const n = run.start.length;
  if (masked.length < n + 4) masked = new Uint8Array(2 * n + 4);
  const around: Around = { text, run, from, region, edges: trap(text, run, masked), label: null };

  // Best worth of the first i groups, with the last of them left out, and with the last ending a number.
  const out = new Float64Array(n + 1).fill(-Infinity);
  const ended = new Float64Array(n + 1).fill(-Infinity);
  const outAfterNumber = new Uint8Array(n + 1);
  const numbers: ((Found & { group: number; afterNumber: boolean }) | undefined)[] = [];
  out[0] = 0;
  for (let i = 0; i < n; i++) {
    const tight = i > 0 && isTight(run, i);
    if (out[i]! > out[i + 1]!) out[i + 1] = out[i]!;
    if (ended[i]! > out[i + 1]! && (!tight || masked[i] || isShortTail(run, i))) {
      out[i + 1] = ended[i]!;
      outAfterNumber[i + 1] = 1;
    }
    const begins = !tight || masked[i - 1] === 1 || (i === 1 && isListNumber(text, run));
    const afterNumber = ended[i]! > out[i]! || !begins;
    const base = afterNumber ? ended[i]! : out[i]!;
    if (base === -Infinity) continue;
    for (let to = i + 1; to <= n && !masked[to - 1]; to++) {
      if (to > i + 1 && ((run.gap[to - 1]! & Gap.list) !== 0 || run.plus[to - 1]! >= 0)) break;
      const count = run.at[to]! - run.at[i]!;
      if (count > MAX_DIGITS) break;
      if (count < MIN_DIGITS) continue;
      const candidate = candidateOf(run, i, to);
      const reading = candidate && judge(candidate, around, ended[i]! > -Infinity);
      if (!reading) continue;
      const { kind, e164, fit, variable } = reading;
      const weight = kind === "bare" && e164 !== null ? 8 : weights[kind];
      const worth = base + count * weight + fit * (variable ? 1 : 10);
      if (worth <= ended[to]!) continue;
      ended[to] = worth;
      const { start, end } = candidate;
      numbers[to] = { start, end, reading, last: to === n, group: i, afterNumber };
    }
  }

  const result: Found[] = [];
  let inNumber = ended[n]! > out[n]!;
  for (let i = n; i > 0;) {
    const number = inNumber ? numbers[i] : undefined;
    if (number) {
      result.push(number);
      i = number.group;
      inNumber = number.afterNumber;
    } else {
      inNumber = outAfterNumber[i] === 1;
      i--;
    }
  }
  return result.reverse();
}

/** `0958/9`, `0958-59`: the next lines of the same switchboard. */
const isShortTail = (run: Run, i: number) =>
  (run.gap[i]! & Gap.dot) === 0 && run.end[i]! - run.start[i]! <= 4 && !isTight(run, i + 1);

/** "1." at the start of a line. */
function isListNumber(text: string, run: Run): boolean {
  if (run.end[0]! - run.start[0]! > 2 || run.gap[1] !== Gap.dot) return false;
  return /(?:^|[\n\r])[ \t]*$/.test(text.slice(Math.max(0, run.start[0]! - 8), run.start[0]));
}
