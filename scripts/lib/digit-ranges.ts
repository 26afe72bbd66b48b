/**
 * Shortens patterns of national numbers to their first digits and lengths: `(?:20[0-4]|21[5-9])\d{6}` for any number of
 * digits and groups behind them. Reads the part of regular expressions that numbering plans use.
 */

/** A state's ways on: without a digit, and by a digit of a mask (bit 3: the digit 3). */
interface State {
  free: number[];
  by: [mask: number, to: number][];
}
interface Automaton {
  states: State[];
  start: number;
  end: number;
}
/** Adds states behind one, and returns the last. */
type Part = (from: number) => number;

const ANY = 0b1111111111;
const MOST_DIGITS = 17;

function automatonOf(pattern: string): Automaton {
  const states: State[] = [];
  const added = () => states.push({ free: [], by: [] }) - 1;
  let i = 0;

  function alternatives(): Part {
    const options = [sequence()];
    while (pattern[i] === "|") {
      i++;
      options.push(sequence());
    }
    return (from) => {
      const end = added();
      for (const option of options) states[option(from)]!.free.push(end);
      return end;
    };
  }
  function sequence(): Part {
    const parts: Part[] = [];
    while (i < pattern.length && !"|)".includes(pattern[i]!)) parts.push(repeated());
    return (from) => {
      // A branch has a beginning of its own.
      const begin = added();
      states[from]!.free.push(begin);
      return parts.reduce((at, part) => part(at), begin);
    };
  }
  function repeated(): Part {
    const part = single();
    const [whole, least = "1", most = least] =
      /^\{(\d+)(?:,(\d+))?\}/.exec(pattern.slice(i)) ?? (pattern[i] === "?" ? ["?", "0", "1"] : [""]);
    i += whole.length;
    return (from) => {
      const end = added();
      let at = from;
      for (let n = 0; n <= Number(most); n++) {
        if (n > 0) at = part(at);
        if (n >= Number(least)) states[at]!.free.push(end);
      }
      return end;
    };
  }
  function single(): Part {
    if (pattern.startsWith("(?:", i)) {
      i += 3;
      const part = alternatives();
      i++;
      return part;
    }
    const [token] = /^(?:\d|\\d|\[[\d-]+\])/.exec(pattern.slice(i)) ?? [];
    if (token === undefined) throw new Error(`a numbering plan has the pattern ${pattern}`);
    i += token.length;
    const digit = new RegExp(token);
    const mask = digits.reduce((sum, d) => (digit.test(String(d)) ? sum | (1 << d) : sum), 0);
    return (from) => {
      const to = added();
      states[from]!.by.push([mask, to]);
      return to;
    };
  }
  const start = added();
  return { states, start, end: alternatives()(start) };
}
const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** The lengths of the numbers with each first digits. */
function lengthsByStart({ states, start, end }: Automaton, first: number): Map<string, number[]> {
  const reached = (set: Set<number>) => {
    for (const at of set) for (const to of states[at]!.free) set.add(to);
    return set;
  };
  const after = (set: Set<number>, mask: number) => {
    const next = new Set<number>();
    for (const at of set) for (const [by, to] of states[at]!.by) if (by & mask) next.add(to);
    return reached(next);
  };
  const found = new Map<string, number[]>();
  const go = (begun: string, set: Set<number>) => {
    if (set.size === 0) return;
    if (begun.length < first) return digits.forEach((d) => go(begun + d, after(set, 1 << d)));
    const lengths: number[] = [];
    for (let n = first, at = set; n <= MOST_DIGITS && at.size > 0; n++, at = after(at, ANY))
      if (at.has(end)) lengths.push(n);
    if (lengths.length > 0) found.set(begun, lengths);
  };
  go("", reached(new Set([start])));
  return found;
}

/** The shortest pattern of some digits, all equally many. */
function patternOf(starts: readonly string[]): string {
  if (starts[0] === "") return "";
  const byRest = new Map<string, number[]>();
  for (const d of digits) {
    const its = starts.filter((start) => start.startsWith(String(d))).map((start) => start.slice(1));
    if (its.length === 0) continue;
    const rest = patternOf(its);
    byRest.set(rest, [...(byRest.get(rest) ?? []), d]);
  }
  const options = [...byRest].map(([rest, its]) => classOf(its) + rest);
  return options.length === 1 ? options[0]! : `(?:${options.join("|")})`;
}

function classOf(its: readonly number[]): string {
  if (its.length === 10) return "\\d";
  if (its.length === 1) return String(its[0]);
  const runs: string[] = [];
  for (const d of its) {
    const last = runs.at(-1);
    if (last !== undefined && Number(last.at(-1)) + 1 === d) runs[runs.length - 1] = last + String(d);
    else runs.push(String(d));
  }
  return `[${runs.map((run) => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run)).join("")}]`;
}

/** A pattern that is true for all numbers of `pattern`, and for others only with the same first digits and length. */
export function firstDigits(pattern: string, first: number): string {
  const byLengths = new Map<string, string[]>();
  for (const [start, lengths] of lengthsByStart(automatonOf(pattern), first)) {
    const key = lengths.join();
    byLengths.set(key, [...(byLengths.get(key) ?? []), start]);
  }
  const rest = (lengths: string) => lengths.split(",").map((n) => `\\d{${Number(n) - first}}`);
  return [...byLengths].map(([lengths, starts]) => patternOf(starts) + shortest(rest(lengths))).join("|");
}

/** `\d{5,7}` for three neighbouring lengths. */
function shortest(rests: readonly string[]): string {
  const [from, to] = [rests[0]!, rests.at(-1)!].map((rest) => Number(rest.slice(3, -1))) as [number, number];
  if (rests.length === 1) return rests[0]!;
  return to - from + 1 === rests.length ? `\\d{${from},${to}}` : `(?:${rests.join("|")})`;
}
