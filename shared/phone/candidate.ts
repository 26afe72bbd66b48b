/** Stage 3, candidate: some neighbouring groups of a run, taken as one written number. */
import type { Written } from "./grouping.ts";
import { Gap, type Run } from "./digit-runs.ts";

export interface Candidate {
  /** The groups from `from` up to, without, `to`. */
  from: number;
  to: number;
  /** Offsets in the text, with the plus and brackets of the number. */
  start: number;
  end: number;
  written: Written;
  /** It contains a line break or a wide space. */
  weak: boolean;
  /** How often the mark between its groups changes, without the first. */
  changes: number;
  /** Groups of one digit, without the first. */
  singles: number;
}

/** Numbers in more groups than this are written in pairs or single digits … */
const MAX_GROUPS = 7;
/** … and not in runs of more groups than this, which are tables of figures. */
const FIGURES = 64;

/** Fewest digits of a number whose plus is right after other digits: else that plus is a space. */
const INTERNATIONAL = 10;

const isStop = (gap: number) => (gap & (Gap.dot | Gap.weak)) === (Gap.dot | Gap.weak);

/** Null where the groups cannot be one number: too many, or with brackets of another number. */
export function candidateOf(run: Run, from: number, to: number): Candidate | null {
  const first = run.at[from]!;
  const digits = run.digits.slice(first, run.at[to]);
  const plus = run.plus[from]!;
  if (plus >= 0 && (run.gap[from]! & Gap.plus) !== 0 && digits.length < INTERNATIONAL) return null;
  const apart = to - from === digits.length;
  if (plus < 0 && digits[0] !== "0" && (digits.length > 13 || digits.length < 5 || (to - from > 6 && !apart)))
    return null;

  if (to - from > MAX_GROUPS && run.n > FIGURES) return null;
  // "1. 415 555 0134" is the first entry of a list.
  if (to - from > 1 && plus < 0 && run.at[from + 1]! - first < 3 && isStop(run.gap[from + 1]!)) return null;
  if (digits.startsWith("000")) return null;
  // A trunk prefix is not separated by a slash.
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
  let areas = 0;
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
        // Brackets around the whole number are not part of it.
        if (opened !== from || i !== to - 1) {
          if (opened === from) start = run.open[from]!;
          if (i === to - 1) end = run.close[i]!;
        }
        // (+44) (0)20 has two; (80).(585) (79).(9)64 is no number.
        if (++areas > 2) return null;
        areaFrom = run.at[opened]! - first;
        areaTo = run.at[i + 1]! - first;
        opened = -1;
      } else if (i < to - 1 && run.at[from + 1]! - first < 3 && (i > from || plus < 0)) return null;
    }
  }

  // "000064 (8 lines)", "(0800 000 729) 7 days": what a bracket opens, or is closed before, is none of the number.
  if (opened > from && opened === to - 1) return null;
  if (areaTo - areaFrom >= INTERNATIONAL - 3 && areaTo < digits.length) return null;

  const lead = digits.length - 10;
  const american =
    (lead === 0 || (lead === 1 && digits[0] === "1")) &&
    ((areaFrom === lead && areaTo === lead + 3) ||
      ((common === Gap.hyphen || common === Gap.dot || isSlashed(run, from, to)) &&
        cuts.length === 2 + lead &&
        cuts.includes(lead + 3) &&
        cuts.includes(lead + 6)));
  return {
    from,
    to,
    start,
    end,
    written: {
      ...{ digits, plus: plus >= 0, cuts, american },
      ...{ hyphens: common === Gap.hyphen, slash: (between & Gap.slash) !== 0 },
    },
    weak: (between & Gap.weak) !== 0,
    changes,
    singles,
  };
}

/** True for the marks of 702/555-0177. */
const isSlashed = (run: Run, from: number, to: number): boolean =>
  to - from === 3 && run.gap[from + 1] === Gap.slash && run.gap[from + 2] === Gap.hyphen;
