/** Some neighbouring groups of a run, seen as one written number. */
import type { Written } from "./read-digits.ts";
import { Gap, type Run } from "./split.ts";

export interface Candidate {
  /** Groups from `from` up to `to`. */
  from: number;
  to: number;
  /** Offsets in the text, with the plus and the brackets that belong to the number. */
  start: number;
  end: number;
  written: Written;
  /** A line break or a wide space stands in it. */
  weak: boolean;
  slash: boolean;
  /** How often the mark between its groups changes, the first one apart. */
  changes: number;
  /** Groups of one digit, the first one apart. */
  singles: number;
}

/** Numbers in more groups than this are written in pairs or single digits, and not in tables of figures. */
const MAX_GROUPS = 7;
const FIGURES = 64;

const isStop = (gap: number) => (gap & (Gap.dot | Gap.weak)) === (Gap.dot | Gap.weak);

/** Null where the groups cannot be one number: too many of them, or brackets that close another's. */
export function candidateOf(run: Run, from: number, to: number): Candidate | null {
  const first = run.at[from]!;
  const digits = run.digits.slice(first, run.at[to]);
  const plus = run.plus[from]!;
  if (plus < 0 && digits[0] !== "0" && (digits.length > 13 || digits.length < 5 || to - from > 6))
    return null;

  if (to - from > MAX_GROUPS && run.n > FIGURES) return null;
  // "1. 415 555 0134" is the first of a list; three zeros lead nowhere.
  if (to - from > 1 && plus < 0 && run.at[from + 1]! - first < 3 && isStop(run.gap[from + 1]!)) return null;
  if (digits.startsWith("000")) return null;
  // Nor is a trunk prefix parted by a slash.
  if (to - from > 1 && run.at[from + 1]! - first === 1 && (run.gap[from + 1]! & Gap.slash) !== 0) return null;

  const cuts: number[] = [];
  let between = 0;
  let common = -1;
  let last = -1;
  let changes = 0;
  let singles = 0;
  let start = plus >= 0 ? plus : run.start[from]!;
  let end = run.end[to - 1]!;
  let opened = -1;
  let areaFrom = -1;
  let areaTo = -1;
  for (let i = from; i < to; i++) {
    if (i > from) {
      const gap = run.gap[i]!;
      cuts.push(run.at[i]! - first);
      between |= gap;
      common = i === from + 1 ? gap : common === gap ? gap : 0;
      const mark = gap & (Gap.hyphen | Gap.dot | Gap.slash);
      if (i > from + 2 && mark !== last) changes++;
      last = mark;
      if (run.at[i + 1]! - run.at[i]! === 1) singles++;
      if (to - from > MAX_GROUPS && run.at[i + 1]! - run.at[i]! > 2) return null;
    }
    if (run.open[i]! >= 0) opened = i;
    if (run.close[i]! >= 0) {
      if (opened >= 0) {
        // A bracket around the whole is not the number's.
        if (opened !== from || i !== to - 1) {
          if (opened === from) start = run.open[from]!;
          if (i === to - 1) end = run.close[i]!;
        }
        areaFrom = run.at[opened]! - first;
        areaTo = run.at[i + 1]! - first;
        opened = -1;
      } else if (i < to - 1 && run.at[from + 1]! - first < 3 && (i > from || plus < 0)) return null;
    }
  }

  const lead = digits.length - 10;
  const american =
    (lead === 0 || (lead === 1 && digits[0] === "1")) &&
    ((areaFrom === lead && areaTo === lead + 3) ||
      ((common === Gap.hyphen || common === Gap.dot) &&
        cuts.length === 2 + lead &&
        cuts.includes(lead + 3) &&
        cuts.includes(lead + 6)));
  return {
    from,
    to,
    start,
    end,
    written: { digits, plus: plus >= 0, cuts, american, hyphens: common === Gap.hyphen },
    weak: (between & Gap.weak) !== 0,
    slash: (between & Gap.slash) !== 0,
    changes,
    singles,
  };
}
