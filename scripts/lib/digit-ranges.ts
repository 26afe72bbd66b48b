/**
 * Patterns of national numbers in short: `10:20[1-9]|3;7,8:80` for numbers of ten digits that begin 201 to 209 or 3, and
 * those of seven or eight that begin 80. `(…)` groups, `#` is any digit. Reads the part of regular expressions that
 * numbering plans use.
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

const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

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

/** What may follow some first digits. Equal ones are one object. */
interface Rest {
  id: number;
  /** Counts of digits that may follow. */
  lengths: number[];
  /** What may follow each digit. */
  by: (Rest | null)[];
  /** Every digit may stand everywhere. */
  any: boolean;
}

/** What a pattern allows, without doubles. */
function restOf({ states, start, end }: Automaton): Rest | null {
  const equal = new Map<string, Rest>();
  const seen = new Map<string, Rest | null>();
  const reached = (set: Set<number>) => {
    for (const at of set) for (const to of states[at]!.free) set.add(to);
    return set;
  };
  const go = (set: Set<number>): Rest | null => {
    if (set.size === 0) return null;
    const name = [...set].sort((a, b) => a - b).join();
    const known = seen.get(name);
    if (known !== undefined) return known;
    const by = digits.map((d) => {
      const next = new Set<number>();
      for (const at of set) for (const [mask, to] of states[at]!.by) if (mask & (1 << d)) next.add(to);
      return go(reached(next));
    });
    const ends = set.has(end);
    const key = [ends, ...by.map((rest) => rest?.id)].join();
    let rest = equal.get(key);
    if (!rest) {
      const lengths = new Set(ends ? [0] : []);
      for (const next of by) for (const n of next?.lengths ?? []) lengths.add(n + 1);
      const [first = null] = by;
      const any = by.every((next) => next === first) && (first?.any ?? true);
      rest = { id: equal.size, lengths: [...lengths].sort((a, b) => a - b), by, any };
      equal.set(key, rest);
    }
    seen.set(name, rest);
    return rest;
  };
  return go(reached(new Set([start])));
}

/** The first digits of some numbers, as a tree whose equal branches are one object; what follows `END` is free. */
interface Branch {
  id: number;
  by: Map<number, Branch>;
  /** What every way from here to the end passes, this and the end included. */
  passes: Branch[];
}

function branchOf(starts: readonly (readonly number[])[]): Branch {
  const END: Branch = { id: 0, by: new Map(), passes: [] };
  END.passes.push(END);
  const equal = new Map<string, Branch>();
  const go = (here: readonly (readonly number[])[], depth: number): Branch => {
    if (here.some((start) => start.length === depth)) return END;
    const by = new Map<number, Branch>();
    for (const [d, its] of Map.groupBy(here, (start) => start[depth]!)) by.set(d, go(its, depth + 1));
    const key = [...by].map(([d, { id }]) => `${d} ${id}`).join();
    let branch = equal.get(key);
    if (!branch) {
      const [one, ...others] = [...by.values()];
      const passes = one!.passes.filter((b) => others.every((other) => other.passes.includes(b)));
      branch = { id: equal.size + 1, by, passes };
      passes.unshift(branch);
      equal.set(key, branch);
    }
    return branch;
  };
  return go(starts, 0);
}

/** The ways from one branch to the next that all of them pass. */
function options(from: Branch, next: Branch): string[] {
  const byRest = Map.groupBy([...from.by.keys()], (d) => patternOf(from.by.get(d)!, next));
  return [...byRest].map(([rest, its]) => classOf(its) + rest);
}

/** The pattern of the ways from one branch to another; what all have at their end stands once. */
function patternOf(from: Branch, to: Branch): string {
  if (from === to) return "";
  const next = from.passes[1]!;
  const ways = options(from, next);
  return (ways.length === 1 ? ways[0]! : `(${ways.join("|")})`) + patternOf(next, to);
}

function classOf(its: readonly number[]): string {
  if (its.length === 10) return "#";
  if (its.length === 1) return String(its[0]);
  const runs: string[] = [];
  for (const d of its) {
    const last = runs.at(-1);
    if (last !== undefined && Number(last.at(-1)) + 1 === d) runs[runs.length - 1] = last + String(d);
    else runs.push(String(d));
  }
  return `[${runs.map((run) => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run)).join("")}]`;
}

/** The options of a pattern: `1(2|3)` and `4` for `1(2|3)|4`. */
function optionsOf(pattern: string): string[] {
  let depth = 0;
  const found = [""];
  for (const sign of pattern) {
    if (sign === "(") depth++;
    if (sign === ")") depth--;
    if (sign === "|" && depth === 0) found.push("");
    else found[found.length - 1] += sign;
  }
  return found;
}

/** The first digits of a pattern's numbers, by the lengths that these have. */
function startsOf(pattern: string, first: number): Map<string, number[][]> {
  const found = new Map<string, number[][]>();
  const add = (lengths: readonly number[], start: number[]) => {
    const key = lengths.map((n) => n + start.length).join();
    const starts = found.get(key) ?? [];
    starts.push(start);
    found.set(key, starts);
  };
  const go = (rest: Rest | null, start: number[]) => {
    if (!rest) return;
    if (rest.any || start.length === first) return add(rest.lengths, start);
    if (rest.lengths[0] === 0) add([0], start);
    for (const d of digits) go(rest.by[d]!, [...start, d]);
  };
  go(restOf(automatonOf(pattern)), []);
  return found;
}

/**
 * The numbers of a pattern in short; to so many first digits, where `first` is given, and then also others that begin so.
 * Options that overlap are shorter in one, or each by itself.
 */
export function rangesOf(pattern: string, first = Infinity): string {
  const of = (patterns: readonly string[]) => {
    const byLengths = new Map<string, Set<string>>();
    for (const [lengths, starts] of patterns.flatMap((p) => [...startsOf(p, first)])) {
      const branch = branchOf(starts);
      const end = branch.passes.at(-1)!;
      const ways = branch.passes[1] === end ? options(branch, end) : [patternOf(branch, end)];
      byLengths.set(lengths, new Set([...(byLengths.get(lengths) ?? []), ...ways]));
    }
    return [...byLengths].map(([lengths, ways]) => `${lengths}:${[...ways].join("|")}`).join(";");
  };
  return [of([pattern]), of(optionsOf(pattern))].sort((a, b) => a.length - b.length)[0]!;
}
