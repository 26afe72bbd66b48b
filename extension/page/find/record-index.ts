/** Which marks were read together with what stands around them: a change there is a reason to read them again. */
import type { Mark } from "./mark.ts";
import { parentOf } from "./tree.ts";

/** A record lies no further from what is in it. */
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
    /** The marks of the records that a node lies in. */
    *around(node: Node): Generator<Mark> {
      let at = node instanceof Element ? node : parentOf(node);
      for (let level = 0; at && level < MOST_LEVELS; level++, at = parentOf(at)) yield* marks.get(at) ?? [];
    },
  };
}
