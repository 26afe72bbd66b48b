/**
 * The splitter: one pass over a text that yields runs, stretches of digits and the marks that people put between
 * them. It knows nothing of numbers; a run may hold several, or none.
 */

/** What stands between two groups of digits, as bits. */
export const Gap = {
  space: 1,
  hyphen: 2,
  dot: 4,
  slash: 8,
  open: 16,
  close: 32,
  /** Comma, semicolon, pipe and their like: two numbers, never one. */
  list: 64,
  /** A line break, a wide space, a full stop and a space: one number only where all else speaks for it. */
  weak: 128,
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

/** Class of each UTF-16 unit; digits bear their value in the upper bits. Built once, 64 kB. */
const classes = new Uint8Array(0x10000);
const mark = (kind: number, chars: string) => {
  for (const c of chars) classes[c.charCodeAt(0)] = kind;
};
// ASCII, Arabic-Indic, Persian, Devanagari, Bengali, full-width.
for (const zero of [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xff10])
  for (let d = 0; d < 10; d++) classes[zero + d] = DIGIT | (d << 4);
// Soft hyphen, zero-width characters, directional marks and isolates, variation selectors, byte order mark.
mark(
  IGNORED,
  "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufe0e\ufe0f\ufeff",
);
mark(
  SPACE,
  " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
);
mark(LINE, "\n\r\t\u000b\u000c\u0085\u2028\u2029");
mark(HYPHEN, "-~\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\u301c\u30fc\ufe58\ufe63\uff0d\uff5e");
mark(DOT, ".\u00b7\u2024\u2027\u2219\u22c5\u30fb\uff0e");
mark(SLASH, "/\u2044\u2215\uff0f");
mark(OPEN, "([\uff08\uff3b");
mark(CLOSE, ")]\uff09\uff3d");
mark(LIST, ",;|&\u2022\u060c\u061b\u3001\uff0c\uff1b\uff5c");
mark(PLUS, "+\uff0b");

export const isDigitAt = (text: string, i: number): boolean => (classes[text.charCodeAt(i)]! & 15) === DIGIT;

/** The decimal digits of a text, whatever their script. */
export function digitsOf(text: string): string {
  let digits = "";
  for (let i = 0; i < text.length; i++) {
    const c = classes[text.charCodeAt(i)]!;
    if ((c & 15) === DIGIT) digits += c >> 4;
  }
  return digits;
}

/** Groups of digits of one run; parallel lists, one entry a group. */
export interface Run {
  /** All digits of the run. */
  digits: string;
  /** Where each group begins in `digits`, and, one further, their number. */
  at: number[];
  start: number[];
  end: number[];
  /** What stands before the group (0 before the first), as `Gap` bits. */
  gap: number[];
  /** Offset of a plus that belongs to the group, or -1. */
  plus: number[];
  /** Offset of a bracket that opens before the group (or before its plus), or -1. */
  open: number[];
  /** Offset after a bracket that closes behind the group, or -1. */
  close: number[];
}

const emptyRun = (): Run => ({
  digits: "",
  at: [0],
  start: [],
  end: [],
  gap: [],
  plus: [],
  open: [],
  close: [],
});

/** Most marks, spaces apart, between two groups of one number. */
const MAX_MARKS = 2;
const MAX_GAP = 40;

/** Calls `onRun` with each run of at least `least` digits; it returns the offset up to which it has read. */
export function scan(text: string, least: number, onRun: (run: Run) => number): void {
  const length = text.length;
  const run = emptyRun();
  let gap = 0;
  let gapFrom = 0;
  let marks = 0;
  let spaces = 0;
  let lines = 0;
  let plus = -1;
  let open = -1;
  let i = 0;

  const clear = () => {
    gap = marks = spaces = lines = 0;
    plus = open = -1;
  };
  /** Ends the run; the scan goes on where its reader says. */
  const flush = (next: number): number => {
    let resume = next;
    if (run.digits.length >= least) resume = Math.max(next, onRun(run));
    run.digits = "";
    run.at.length = 1;
    for (const list of [run.start, run.end, run.gap, run.plus, run.open, run.close]) list.length = 0;
    clear();
    return resume;
  };

  while (i < length) {
    const c = classes[text.charCodeAt(i)]!;
    if (c === 0) {
      if (run.start.length > 0) i = flush(i + 1);
      else {
        plus = open = -1;
        i++;
      }
      continue;
    }
    const inRun = run.start.length > 0;
    if ((c & 15) === DIGIT) {
      const from = i;
      let plain = true;
      let end = i;
      for (; i < length; i++) {
        const code = text.charCodeAt(i);
        const kind = classes[code]! & 15;
        if (kind === DIGIT) end = i + 1;
        else if (kind !== IGNORED) break;
        plain &&= code < 0x80;
      }
      const digits = plain ? text.slice(from, end) : digitsOf(text.slice(from, end));
      if (inRun && spaces > 2) gap |= Gap.weak;
      run.gap.push(inRun ? gap : 0);
      run.start.push(from);
      run.end.push(end);
      run.plus.push(plus);
      run.open.push(open);
      run.close.push(-1);
      run.digits += digits;
      run.at.push(run.digits.length);
      clear();
      gapFrom = i;
      continue;
    }
    switch (c) {
      case IGNORED:
        break;
      case SPACE:
        spaces++;
        gap |= Gap.space | (gap & Gap.dot ? Gap.weak : 0);
        break;
      case LINE:
        // One line break may be the source's own wrapping; an empty line is not.
        gap |= Gap.space | Gap.weak;
        plus = -1;
        if (text.charCodeAt(i) === 10) lines++;
        break;
      case HYPHEN:
        gap |= Gap.hyphen;
        marks++;
        break;
      case DOT:
        gap |= Gap.dot;
        marks++;
        break;
      case SLASH:
        gap |= Gap.slash;
        marks++;
        break;
      case OPEN:
        gap |= Gap.open;
        if (plus < 0) open = i;
        break;
      case CLOSE:
        gap |= Gap.close;
        if (inRun && run.close[run.close.length - 1] === -1) run.close[run.close.length - 1] = i + 1;
        open = -1;
        break;
      case LIST:
        gap |= Gap.list;
        marks++;
        open = plus = -1;
        break;
      case PLUS:
        plus = i;
        break;
    }
    if (c === HYPHEN || c === DOT || c === SLASH) plus = open = -1;
    if (inRun && (marks > MAX_MARKS || lines > 1 || i - gapFrom > MAX_GAP)) {
      const keepPlus = plus;
      const keepOpen = open;
      i = flush(i + 1);
      plus = keepPlus;
      open = keepOpen;
    } else i++;
  }
  flush(length);
}
