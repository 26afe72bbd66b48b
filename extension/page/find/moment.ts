/**
 * Answers about the page that hold for a moment: while a slice of reading or a frame of placing runs, no script of the page
 * does, so nothing changes.
 */
let moment: object | null = null;
/** When the work of this moment should end. All that reads and measures asks this one clock. */
let until = 0;

/** Runs what should take so many milliseconds; in a moment already, as long as that has left. */
export function inMoment<T>(ms: number, run: () => T): T {
  const outer = moment;
  if (!outer) until = performance.now() + ms;
  moment ??= {};
  try {
    return run();
  } finally {
    moment = outer;
  }
}
export const isLate = (): boolean => performance.now() > until;

/** Looking at the clock costs as much as a small step: it is done every so many steps, of those that are quick. */
const STEPS = 8;
/** Milliseconds of a step that is not. */
const SLOW_MS = 0.25;

/** Takes steps until there is none, or it is late. Answers whether all are done. */
export function workOff(step: () => boolean): boolean {
  let looked = performance.now();
  for (let each = 1, left = each; step();) {
    if (--left > 0) continue;
    const now = performance.now();
    if (now > until) return false;
    left = each = now - looked > SLOW_MS * each ? 1 : Math.min(each * 2, STEPS);
    looked = now;
  }
  return true;
}

/** Runs for each of some things, so many milliseconds at once, the first at once. What is left of an earlier call is given up. */
export function openSlices<T>(ms: number, run: (of: T) => void, signal: AbortSignal) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => clearTimeout(timer);
  signal.addEventListener("abort", stop);
  return (all: Iterable<T>, done: () => void): void => {
    stop();
    const left = all[Symbol.iterator]();
    const step = (): boolean => {
      const next = left.next();
      if (!next.done) run(next.value);
      return !next.done;
    };
    const slice = (): void => {
      if (inMoment(ms, () => workOff(step))) done();
      else timer = setTimeout(slice);
    };
    slice();
  };
}

/** Asks about each node once in a moment; outside of one, every time. */
export function once<K extends object, T>(ask: (of: K) => T): (of: K) => T {
  let asked: object | null = null;
  let answers = new WeakMap<K, { answer: T }>();
  return (of) => {
    if (!moment) return ask(of);
    if (asked !== moment) [asked, answers] = [moment, new WeakMap()];
    const known = answers.get(of) ?? { answer: ask(of) };
    answers.set(of, known);
    return known.answer;
  };
}

/** More texts are not kept in memory. */
const MOST_KEPT = 2000;

/** Answers about short texts, of which the same few stand in every record. */
export function kept<T>(ask: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    let answer = known.get(text);
    if (answer === undefined) {
      if (known.size >= MOST_KEPT) known.clear();
      known.set(text, (answer = ask(text)));
    }
    return answer;
  };
}
