/**
 * Recent changes. Every page has a version vector of its own, and one question to the Worker serves them all: what a page missed
 * is put together from this log.
 */
import type { CachedStorage } from "../storage.ts";

export interface Change {
  /** Stamps (`seq`): the changes after `from`, up to and including `to`. */
  from: number;
  to: number;
  numbers: string[];
  lists: string[];
  /** Every fact was dropped: the numbers are not known. */
  all: boolean;
}

const KEY = "changes";
const MOST_NUMBERS = 5000;
const MOST_ENTRIES = 500;

export function openChangeLog(storage: CachedStorage) {
  const entries = () => storage.get<Change[]>(KEY) ?? [];
  return {
    add(change: Change) {
      if (change.to === change.from && !change.all) return;
      let kept = [...entries(), change].slice(-MOST_ENTRIES);
      while (kept.length > 1 && kept.reduce((n, c) => n + c.numbers.length, 0) > MOST_NUMBERS)
        kept = kept.slice(1);
      storage.set(KEY, kept);
    },
    /** What changed after `seq`, `head` being the newest; `reset` where the log does not go back that far. */
    since(seq: number, head: number): { reset: boolean; numbers: string[]; lists: string[] } {
      if (seq === head) return { reset: false, numbers: [], lists: [] };
      // The database was restored since the page's last answer.
      if (seq > head) return { reset: true, numbers: [], lists: [] };
      const missed = entries().filter((c) => c.to > seq);
      const reset = missed.length === 0 || missed.some((c) => c.all) || (missed[0]?.from ?? 0) > seq;
      return {
        reset,
        numbers: reset ? [] : [...new Set(missed.flatMap((c) => c.numbers))],
        lists: [...new Set(missed.flatMap((c) => c.lists))],
      };
    },
    clear: () => storage.remove(KEY),
  };
}
