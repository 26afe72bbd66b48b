/** What is read where becomes marks there, in the place of those that stood for it. */
import type { Marks } from "./mark.ts";
import { readContainer, readLink, type Reader } from "./scan.ts";
import { containerOf, holds } from "./tree.ts";

export function openReading(marks: Marks, reader: Reader) {
  const readings = new WeakMap<Node, object>();

  /** Reads a container. Where another reading of it began meanwhile, that one counts. */
  function* text(container: Node): Generator<undefined> {
    const mine = {};
    readings.set(container, mine);
    const found = yield* readContainer(container, reader);
    if (readings.get(container) !== mine) return;
    for (const _ of marks.replacing(container, found)) {
      yield;
      if (readings.get(container) !== mine) return;
    }
  }

  /** A link that shows its number has its mark there. */
  function link(of: HTMLAnchorElement): void {
    const shows = [...marks.of(containerOf(of))].some((m) => m.kind === "text" && holds(of, m.element));
    marks.replace(of, shows ? [] : readLink(of, reader));
  }

  return { text, link };
}
