/** Marks: the numbers found in the page. Their state is keyed by text node, so that an old verdict never stays on a new text. */
import type { DecidedBy } from "../../../shared/country/country.ts";
import type { Decision } from "../../../shared/check/verdict.ts";
import type { Medium } from "../../../shared/dials/schemes.ts";
import { writtenKey } from "../../../shared/phone/phone.ts";
import { isOptedOut } from "./tree.ts";

/** A stretch of a text node, in UTF-16 offsets. */
export interface Part {
  node: Text;
  start: number;
  end: number;
}

/** One number at one place in the page. */
export interface Mark {
  kind: "text" | "field" | "link";
  /** What is read as a whole and holds it: its container of inline text, the field, or the link. */
  owner: Node;
  /** The element whose box the number is in: decides whether it is visible, and near the viewport. */
  element: Element;
  /** Where its text is. Empty for fields and links. */
  parts: Part[];
  /** As the page has it; in full where that has its last digits alone. */
  written: string;
  /** What was read, and of a text where: with the number before, where it has its last digits alone. */
  seen: string;
  source: Part[];
  /** What a link begins; a call for a number that stands in the page. */
  medium: Medium;
  /** Of a link: a number in its text has a mark of its own. */
  second?: true;
  /** Null while its country is open; then `readings` has the numbers that it may be. */
  e164: string | null;
  readings: string[];
  ext: string | undefined;
  /** What decided its country; undefined while that is open. */
  by: DecidedBy | undefined;
  /** The element that was read to tell its country: when that changes, the number is read again. */
  record: Element | null;
  /** Its record names cities, whose table is not here yet: its country is not looked for to the end. */
  waits: boolean;
  /** Null until its facts, and the table that it waits for, have arrived. */
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
  a.seen === b.seen &&
  a.medium === b.medium &&
  a.second === b.second &&
  a.e164 === b.e164 &&
  a.waits === b.waits &&
  a.by === b.by &&
  a.record === b.record &&
  a.readings.join() === b.readings.join() &&
  a.parts.length === b.parts.length &&
  a.parts.every((p, i) => {
    const q = b.parts[i]!;
    return p.node === q.node && p.start === q.start && p.end === q.end;
  });

/** The node in which a mark begins: marks that begin in different nodes are not the same. */
const anchor = (mark: Mark): Node => mark.parts[0]?.node ?? mark.element;

/** The text of parts, as the page has it now. */
export const textOf = (parts: readonly Part[]): string =>
  parts.map(({ node, start, end }) => node.data.slice(start, end)).join("");

/** True while the page still has the text that was read. */
const isCurrent = (mark: Mark): boolean =>
  connected(mark) && (mark.kind !== "text" || mark.seen === textOf(mark.source));

const nodesOf = (mark: Mark): Node[] =>
  mark.kind === "text" ? mark.source.map((p) => p.node) : [mark.element];

const connected = (mark: Mark): boolean =>
  mark.kind === "text" ? mark.source.every((p) => p.node.isConnected) : mark.element.isConnected;

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
    for (const { node } of mark.source) byText.get(node)?.delete(mark);
    events.dropped(mark);
  }

  /** An unchanged mark stays, with its verdict and its icon. New ones are added one at each step. */
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
      if (all.has(mark) || !isCurrent(mark)) continue;
      all.add(mark);
      for (const { node } of mark.source) byText.set(node, (byText.get(node) ?? new Set()).add(mark));
      events.added(mark);
      yield;
    }
  }

  return {
    all,
    drop,
    /** Drops the marks of a node whose text changed. Called in the mutation callback itself, before the next paint. */
    dropText(node: Text): void {
      for (const mark of byText.get(node) ?? []) drop(mark);
    },
    of: (owner: Node): readonly Mark[] => (byOwner.get(owner) ?? []).filter((m) => all.has(m)),
    /** Sets the marks of an owner. */
    replace(owner: Node, found: readonly Mark[]): void {
      for (const _ of replacing(owner, found));
    },
    replacing,
    /** Drops numbers over several nodes: another piece may have come between. Called in the mutation callback. */
    dropJoined(owner: Node): void {
      for (const mark of byOwner.get(owner) ?? []) if (mark.parts.length > 1) drop(mark);
    },
    dropOwned(owner: Node): void {
      for (const mark of byOwner.get(owner) ?? []) drop(mark);
    },
    /** Drops the marks whose nodes left the page. */
    sweep(): void {
      for (const mark of all) if (!connected(mark)) drop(mark);
    },
    /** Drops the marks in what the page opted out. */
    dropOptedOut(): void {
      for (const mark of all) if (nodesOf(mark).some(isOptedOut)) drop(mark);
    },
  };
}

export type Marks = ReturnType<typeof openMarks>;
