/** A number found in the page, and the set of all of them. State is keyed by text node: an old verdict never stays. */
import type { DecidedBy } from "../../../shared/country/country.ts";
import type { Decision } from "../../../shared/check/verdict.ts";
import { writtenKey } from "../../../shared/phone/phone.ts";
import { isOptedOut } from "./tree.ts";

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
  /** By what its country was decided; undefined where that is open. */
  by: DecidedBy | undefined;
  /** What was read to decide it, beside the number: should that change, it is read again. */
  record: Element | null;
  /** Null until the facts are there. */
  decision: Decision | null;
}

/** The numbers whose facts decide a mark. */
export const numbersOf = (mark: Mark): string[] => (mark.e164 === null ? mark.readings : [mark.e164]);

/** The number that the page's marks give a written form; null where they differ, or no mark has that form. */
export function numberWritten(marks: Iterable<Mark>, written: string): string | null {
  const key = writtenKey(written);
  const same = [...marks].filter((m) => m.written === written || writtenKey(m.written) === key);
  const numbers = new Set(same.map((m) => m.e164));
  return numbers.size === 1 ? (same[0]?.e164 ?? null) : null;
}

const same = (a: Mark, b: Mark): boolean =>
  a.kind === b.kind &&
  a.element === b.element &&
  a.written === b.written &&
  a.e164 === b.e164 &&
  a.by === b.by &&
  a.record === b.record &&
  a.readings.join() === b.readings.join() &&
  a.parts.length === b.parts.length &&
  a.parts.every((p, i) => {
    const q = b.parts[i]!;
    return p.node === q.node && p.start === q.start && p.end === q.end;
  });

/** Where a mark begins: two that begin elsewhere are not the same. */
const anchor = (mark: Mark): Node => mark.parts[0]?.node ?? mark.element;

/** True while the page still says what was read. */
const stands = (mark: Mark): boolean =>
  connected(mark) &&
  (mark.kind !== "text" ||
    mark.written === mark.parts.map((p) => p.node.data.slice(p.start, p.end)).join(""));

const nodesOf = (mark: Mark): Node[] =>
  mark.kind === "text" ? mark.parts.map((p) => p.node) : [mark.element];

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

  /** A mark that did not change stays as it is, with its verdict and its icon. New ones are added bit by bit. */
  function* replacing(owner: Node, found: readonly Mark[]): Generator<undefined> {
    const before = new Map<Node, Mark[]>();
    for (const mark of byOwner.get(owner) ?? []) {
      if (!all.has(mark)) continue;
      const here = before.get(anchor(mark));
      if (here) here.push(mark);
      else before.set(anchor(mark), [mark]);
    }
    const now = found.map((mark) => before.get(anchor(mark))?.find((b) => same(b, mark)) ?? mark);
    const kept = new Set(now);
    for (const marks of before.values()) for (const mark of marks) if (!kept.has(mark)) drop(mark);
    if (now.length > 0) byOwner.set(owner, now);
    else byOwner.delete(owner);
    for (const mark of now) {
      if (all.has(mark) || !stands(mark)) continue;
      all.add(mark);
      for (const { node } of mark.parts) byText.set(node, (byText.get(node) ?? new Set()).add(mark));
      events.added(mark);
      yield;
    }
  }

  return {
    all,
    drop,
    /** In the mutation callback itself: what the node said is no longer so. */
    dropText(node: Text): void {
      for (const mark of byText.get(node) ?? []) drop(mark);
    },
    of: (owner: Node): readonly Mark[] => (byOwner.get(owner) ?? []).filter((m) => all.has(m)),
    /** What an owner holds now. */
    replace(owner: Node, found: readonly Mark[]): void {
      for (const _ of replacing(owner, found));
    },
    replacing,
    /** In the mutation callback: a number that runs over several nodes may have got another piece. */
    dropJoined(owner: Node): void {
      for (const mark of byOwner.get(owner) ?? []) if (mark.parts.length > 1) drop(mark);
    },
    dropOwned(owner: Node): void {
      for (const mark of byOwner.get(owner) ?? []) drop(mark);
    },
    /** Marks whose nodes left the page. */
    sweep(): void {
      for (const mark of all) if (!connected(mark)) drop(mark);
    },
    /** Marks in what the page opted out. */
    dropOptedOut(): void {
      for (const mark of all) if (nodesOf(mark).some(isOptedOut)) drop(mark);
    },
  };
}

export type Marks = ReturnType<typeof openMarks>;
