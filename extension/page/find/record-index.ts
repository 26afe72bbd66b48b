/** Which marks were read together with a record: when that changes, they are read again. */
import type { Mark } from "./mark.ts";
import { parentOf } from "./roots.ts";

/** Levels from a node up to its record, at most. */
const MOST_LEVELS = 16;

export function openRecordIndex() {
  const marks = new WeakMap<Element, Set<Mark>>();
  return {
    add(record: Element, mark: Mark): void {
      const here = marks.get(record);
      if (here) here.add(mark);
      else marks.set(record, new Set([mark]));
    },
    remove(record: Element, mark: Mark): void {
      const here = marks.get(record);
      here?.delete(mark);
      if (here?.size === 0) marks.delete(record);
    },
    /** The records that a node is in. */
    *around(node: Node): Generator<Element> {
      let at = node instanceof Element ? node : parentOf(node);
      for (let level = 0; at && level < MOST_LEVELS; level++, at = parentOf(at)) if (marks.has(at)) yield at;
    },
    marksOf: (record: Element): Iterable<Mark> => marks.get(record) ?? [],
  };
}
