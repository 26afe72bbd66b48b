/** A number found in the page, and the set of all of them. State is keyed by text node: an old verdict never stays. */
import type { Decision } from "../../shared/verdict.ts";

export interface Part {
  node: Text;
  start: number;
  end: number;
}

export interface Mark {
  kind: "text" | "field" | "link";
  /** What holds it: its inline container, the field, or the link. A container is read as a whole. */
  owner: Node;
  /** The element that the number stands in: for what is visible, and what is near the viewport. */
  element: Element;
  /** Of a text: where it stands. Empty for fields and links. */
  parts: Part[];
  written: string;
  e164: string | null;
  readings: string[];
  ext: string | undefined;
  /** Null until the facts are there. */
  decision: Decision | null;
}

/** The numbers whose facts decide a mark. */
export const numbersOf = (mark: Mark): string[] => (mark.e164 === null ? mark.readings : [mark.e164]);

const same = (a: Mark, b: Mark): boolean =>
  a.kind === b.kind &&
  a.element === b.element &&
  a.written === b.written &&
  a.e164 === b.e164 &&
  a.readings.join() === b.readings.join() &&
  a.parts.length === b.parts.length &&
  a.parts.every((p, i) => {
    const q = b.parts[i]!;
    return p.node === q.node && p.start === q.start && p.end === q.end;
  });

const connected = (mark: Mark): boolean =>
  mark.kind === "text" ? mark.parts.every((p) => p.node.isConnected) : mark.element.isConnected;

export interface MarkEvents {
  added: (mark: Mark) => void;
  dropped: (mark: Mark) => void;
}

export function openMarks(events: MarkEvents) {
  const all = new Set<Mark>();
  const byOwner = new WeakMap<Node, Mark[]>();
  const byText = new WeakMap<Text, Set<Mark>>();

  function drop(mark: Mark): void {
    if (!all.delete(mark)) return;
    for (const { node } of mark.parts) byText.get(node)?.delete(mark);
    events.dropped(mark);
  }

  return {
    all,
    drop,
    /** In the mutation callback itself: what the node said is no longer so. */
    dropText(node: Text): void {
      for (const mark of byText.get(node) ?? []) drop(mark);
    },
    of: (owner: Node): readonly Mark[] => (byOwner.get(owner) ?? []).filter((m) => all.has(m)),
    /** What an owner holds now. A mark that did not change stays as it is, with its verdict and its icon. */
    replace(owner: Node, found: Mark[]): void {
      const before = (byOwner.get(owner) ?? []).filter((m) => all.has(m));
      const now = found.map((mark) => before.find((b) => same(b, mark)) ?? mark);
      for (const mark of before) if (!now.includes(mark)) drop(mark);
      if (now.length > 0) byOwner.set(owner, now);
      else byOwner.delete(owner);
      for (const mark of now) {
        if (all.has(mark)) continue;
        all.add(mark);
        for (const { node } of mark.parts) byText.set(node, (byText.get(node) ?? new Set()).add(mark));
        events.added(mark);
      }
    },
    /** Marks whose nodes left the page. */
    sweep(): void {
      for (const mark of all) if (!connected(mark)) drop(mark);
    },
  };
}

export type Marks = ReturnType<typeof openMarks>;
