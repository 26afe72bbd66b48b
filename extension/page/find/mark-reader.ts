/** Reads containers and links, and replaces their marks. */
import type { Phone } from "../../../shared/phone/phone.ts";
import { type Mark, type Marks, numbersOf } from "./mark.ts";
import type { ReadingRules } from "./reading-rules.ts";
import { findIn, markAt, readLink } from "./scan.ts";
import { holds } from "./tree.ts";

export function openMarkReader(marks: Marks, rules: ReadingRules) {
  const readings = new WeakMap<Node, object>();

  /** Reads a container, bit by bit. Once another reading of it has begun, this one stops. */
  function* container(of: Node): Generator<undefined> {
    const mine = {};
    readings.set(of, mine);
    const isMine = () => readings.get(of) === mine;
    /** What is marked before all is read. */
    const early = new Set<Phone>();
    let at: Text | undefined;
    let begin = new Map<number, Mark>();
    const found = yield* findIn(of, rules.region, (one) => {
      const { node, start } = one.parts[0]!;
      if (node !== at) [at, begin] = [node, marks.startsIn(node)];
      const mark = isMine() ? markAt(of, one, rules) : null;
      if (!mark) return;
      marks.put(mark, begin.get(start));
      early.add(one.phone);
    });
    if (!isMine()) return;
    const before = marks.prune(of, found);
    for (const one of found) {
      if (early.has(one.phone)) continue;
      const mark = markAt(of, one, rules);
      const there = before(one);
      if (mark) marks.put(mark, there);
      else if (there) marks.drop(there);
      yield;
      if (!isMine()) return;
    }
  }

  /**
   * Reads a dial link. One whose text shows a number needs no mark, unless its own number cannot be read, or is another
   * one with its own code.
   */
  function link(of: Element): void {
    const found = readLink(of, rules);
    const shown = marks.within(of).filter((m) => holds(of, m.element));
    if (shown.length === 0) return marks.replace(of, found);
    const numbers = new Set(shown.flatMap(numbersOf));
    const isNews = (mark: Mark) =>
      numbersOf(mark).length === 0 || (mark.by === "code" && mark.e164 !== null && !numbers.has(mark.e164));
    marks.replace(
      of,
      found.filter(isNews).map((mark): Mark => ({ ...mark, second: true })),
    );
  }

  return { container, link };
}
