/** Which marks were read together with a record: when that changes, they are read again. */
import type { Mark } from "./mark.ts";
import { parentOf } from "./tree.ts";

/** Levels from a node up to its record, at most. */
const MOST_LEVELS = 16;

export function openRecordIndex() {
  const marks = new WeakMap<Element, Set<Mark>>();
  return {
    add(element: Element, mark: Mark): void {
      const here = marks.get(element);
      if (here) here.add(mark);
      else marks.set(element, new Set([mark]));
    },
    remove(element: Element, mark: Mark): void {
      marks.get(element)?.delete(mark);
    },
    /** The marks of all records that a node is in. */
    *around(node: Node): Generator<Mark> {
      let at = node instanceof Element ? node : parentOf(node);
      for (let level = 0; at && level < MOST_LEVELS; level++, at = parentOf(at)) yield* marks.get(at) ?? [];
    },
  };
}
