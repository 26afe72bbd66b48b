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
