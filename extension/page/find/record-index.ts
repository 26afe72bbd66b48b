/** Which marks were read together with a record: when that changes, they are read again. */
import type { Mark } from "./mark.ts";
import { parentOf } from "./roots.ts";

export type Records = readonly Element[];

export function openRecordIndex() {
  const marks = new Map<Element, Set<Mark>>();
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
    marksOf: (record: Element): Iterable<Mark> => marks.get(record) ?? [],
  };
}
