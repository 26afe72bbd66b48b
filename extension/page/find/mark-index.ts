/** Which marks have something in common: a number, or a record, with which they were read and are read again when it changes. */
import { type Mark, numbersOf } from "./mark.ts";
import { parentOf } from "./roots.ts";

export type Records = readonly Element[];

const keysOf = (mark: Mark): (string | Element | null)[] => [...numbersOf(mark), mark.record];

export function openMarkIndex() {
  const marks = new Map<string | Element | null, Set<Mark>>();
  return {
    add(mark: Mark): void {
      for (const key of keysOf(mark)) {
        const here = marks.get(key);
        if (here) here.add(mark);
        else marks.set(key, new Set([mark]));
      }
    },
    remove(mark: Mark): void {
      for (const key of keysOf(mark)) {
        const here = marks.get(key);
        here?.delete(mark);
        if (here?.size === 0) marks.delete(key);
      }
    },
    /** The marks of a number or a record. */
    of: (key: string | Element): Iterable<Mark> => marks.get(key) ?? [],
    /** The records that a node is in. `known`: those of what is around it, as long as nothing changes. */
    around(node: Node, known = new Map<Element, Records>()): Records {
      const passed: Element[] = [];
      let at = marks.size === 0 ? null : node instanceof Element ? node : parentOf(node);
      for (; at && !known.has(at); at = parentOf(at)) passed.push(at);
      let found = (at && known.get(at)) ?? [];
      for (const at of passed.reverse()) {
        if (marks.has(at)) found = [at, ...found];
        known.set(at, found);
      }
      return found;
    },
  };
}
