/**
 * Stage 1, runs: one pass over a text finds its runs, stretches of digits with the marks that people put between them.
 * It knows nothing of numbers: a run may hold several, or none.
 */

/** What is between two groups of digits, as bits. */
export const Gap = {
  space: 1,
  hyphen: 2,
  dot: 4,
  slash: 8,
  open: 16,
  close: 32,
  /** Comma, semicolon, pipe and the like: two numbers, never one. */
  list: 64,
  /** A line break, a wide space, a full stop and a space: one number only where everything else fits. */
  weak: 128,
  /** A plus with digits right before it: a space (`0117+4960142`), or the begin of a next international number. */
  plus: 256,
} as const;

const DIGIT = 1;
const IGNORED = 2;
const SPACE = 3;
const LINE = 4;
const HYPHEN = 5;
const DOT = 6;
const SLASH = 7;
const OPEN = 8;
const CLOSE = 9;
const LIST = 10;
const PLUS = 11;

/** The class of each UTF-16 unit, with the value of a digit in the upper four bits. Built once, 64 kB. */
const classes = new Uint8Array(0x10000);
const mark = (kind: number, chars: string, ...spans: [from: number, to: number][]) => {
  for (const c of chars) classes[c.charCodeAt(0)] = kind;
  for (const [from, to] of spans) classes.fill(kind, from, to + 1);
};
// ASCII, Arabic-Indic, Persian, Devanagari, Bengali, full-width.
for (const zero of [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xff10])
  for (let d = 0; d < 10; d++) classes[zero + d] = DIGIT | (d << 4);
// Soft hyphen, zero-width characters, directional marks and isolates, variation selectors, byte order mark.
mark(
  IGNORED,
  "\u00ad\u061c\ufe0e\ufe0f\ufeff",
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x2064],
  [0x2066, 0x2069],
);
mark(SPACE, " \u00a0\u1680\u202f\u205f\u3000", [0x2000, 0x200a]);
mark(LINE, "\u0085\u2028\u2029", [0x9, 0xd]);
mark(HYPHEN, "-~\u2212\u2e3a\u301c\u30fc\ufe58\ufe63\uff0d\uff5e", [0x2010, 0x2015]);
mark(DOT, ".\u00b7\u2024\u2027\u2219\u22c5\u30fb\uff0e");
mark(SLASH, "/\u2044\u2215\uff0f");
mark(OPEN, "([\uff08\uff3b");
mark(CLOSE, ")]\uff09\uff3d");
mark(LIST, ",;|&\u2022\u060c\u061b\u3001\uff0c\uff1b\uff5c");
mark(PLUS, "+\uff0b");

/** The decimal digits of a text, whatever their script. */
export function digitsOf(text: string): string {
  let digits = "";
  for (let i = 0; i < text.length; i++) {
    const c = classes[text.charCodeAt(i)]!;
    if ((c & 15) === DIGIT) digits += c >> 4;
  }
  return digits;
}

/** The groups of digits of one run, as parallel lists with `n` entries, one for each group. Reused for the next run. */
export interface Run {
  n: number;
  /** All digits of the run. */
  digits: string;
  /** The offset of each group in `digits`, and after the last group, the number of digits. */
  at: number[];
  /** Offsets of each group in the text. */
  start: number[];
  end: number[];
  /** What is before the group, as `Gap` bits; 0 before the first. */
  gap: number[];
  /** Offset of a plus that belongs to the group, or -1. */
  plus: number[];
  /** Offset of a bracket that opens before the group (or before its plus), or -1. */
  open: number[];
  /** Offset after a bracket that closes behind the group, or -1. */
  close: number[];
}

/** True where no number goes on over the gap before a group: a list's mark, or the plus of a next number. */
export const endsNumber = (run: Run, i: number): boolean =>
  (run.gap[i]! & Gap.list) !== 0 || (run.plus[i]! >= 0 && (run.gap[i]! & Gap.plus) === 0);

/** True where the groups on both sides of a gap may be of one number or figure. */
export const isJoined = (run: Run, i: number): boolean =>
  i > 0 && i < run.n && (run.gap[i]! & (Gap.list | Gap.weak)) === 0;

/** The digits of a group: how many, and their value. */
export const lengthOf = (run: Run, i: number): number => run.at[i + 1]! - run.at[i]!;
export const valueOf = (run: Run, i: number): number => Number(run.digits.slice(run.at[i], run.at[i + 1]));

/** Most marks (hyphens, dots, slashes, commas), and most characters, between two groups of one run. */
const MAX_MARKS = 2;
const MAX_GAP = 40;

const kindAt = (text: string, i: number) => classes[text.charCodeAt(i)]! & 15;

/** Calls `onRun` with each run of at least `least` digits. `onRun` returns the offset up to which it has read. */
export function eachRun(text: string, least: number, onRun: (run: Run) => number): void {
  const run: Run = { n: 0, digits: "", at: [0], start: [], end: [], gap: [], plus: [], open: [], close: [] };
  const { length } = text;
  let floor = 0;
  for (let i = 0; ;) {
    while (i < length && kindAt(text, i) !== DIGIT) i++;
    if (i >= length) return;
    run.n = 0;
    const { plus, open } = before(text, i, floor);
    i = readRun(text, i, run, plus, open);
    if (run.at[run.n]! >= least) {
      run.digits = text.slice(run.start[0], run.end[run.n - 1]).replace(/[^0-9]+/g, "");
      if (run.digits.length !== run.at[run.n])
        run.digits = digitsOf(text.slice(run.start[0], run.end[run.n - 1]));
      i = Math.max(i, onRun(run));
    }
    floor = i;
  }
}

/** A plus and a bracket before the first group of a run: `+44`, `(+44`, `+(44`. */
function before(text: string, start: number, floor: number): { plus: number; open: number } {
  let plus = -1;
  let open = -1;
  for (let j = start - 1; j >= floor && j >= start - 6; j--) {
    const kind = kindAt(text, j);
    if (kind === PLUS && plus < 0) {
      plus = j;
      open = -1;
    } else if (kind === OPEN) {
      open = j;
      if (plus >= 0) break;
    } else if (kind !== SPACE && kind !== IGNORED) break;
  }
  return { plus, open };
}

/** Reads groups and gaps from the digit at `i`; returns the offset at which the run ends. */
function readRun(text: string, i: number, run: Run, plus: number, open: number): number {
  const { length } = text;
  let gap = 0;
  for (;;) {
    const g = run.n++;
    run.start[g] = i;
    run.gap[g] = gap;
    run.plus[g] = plus;
    run.open[g] = open;
    run.close[g] = -1;
    let count = run.at[g]!;
    for (; i < length; i++) {
      const kind = kindAt(text, i);
      if (kind === DIGIT) {
        count++;
        run.end[g] = i + 1;
      } else if (kind !== IGNORED) break;
    }
    run.at[g + 1] = count;

    gap = 0;
    plus = open = -1;
    let marks = 0;
    let spaces = 0;
    let lines = 0;
    const limit = Math.min(length, i + MAX_GAP);
    for (; ; i++) {
      if (i >= limit) return i;
      const code = text.charCodeAt(i);
      const kind = classes[code]! & 15;
      if (kind === DIGIT) break;
      switch (kind) {
        case IGNORED:
          continue;
        case SPACE:
          // A dot and a space end a sentence or a list's number; a wide space separates two columns.
          if (++spaces > 2 || (gap & Gap.dot) !== 0) gap |= Gap.weak;
          gap |= Gap.space;
          continue;
        case LINE:
          // One line break may be wrapping; an empty line is not.
          if (code === 10 && ++lines > 1) return i;
          gap |= Gap.space | Gap.weak;
          plus = -1;
          continue;
        case OPEN:
          gap |= Gap.open;
          if (plus < 0) open = i;
          continue;
        case CLOSE:
          gap |= Gap.close;
          if (run.close[g] < 0) run.close[g] = i + 1;
          open = -1;
          continue;
        case PLUS:
          plus = i;
          if (i === run.end[g]) gap |= Gap.space | Gap.plus;
          continue;
        case HYPHEN:
          gap |= Gap.hyphen;
          break;
        case DOT:
          gap |= Gap.dot;
          break;
        case SLASH:
          gap |= Gap.slash;
          break;
        case LIST:
          gap |= Gap.list;
          break;
        default:
          // Swiss: 076/555'01'70.
          if ((code !== 39 && code !== 0x2019) || i !== run.end[g] || kindAt(text, i + 1) !== DIGIT) return i;
          gap |= Gap.dot;
      }
      plus = open = -1;
      if (++marks > MAX_MARKS) return i;
    }
  }
}
