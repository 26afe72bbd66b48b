/** Marks: the numbers found in the page. Their state is keyed by text node, so that an old verdict never stays on a new text. */
import type { DecidedBy } from "../../../shared/country/country.ts";
import type { Decision } from "../../../shared/check/verdict.ts";
import type { Medium } from "../../../shared/dials/schemes.ts";
import { findPhones, type Phone, writtenKey } from "../../../shared/phone/phone.ts";
import { treeWalker } from "./dom.ts";
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
  /** Of a field: how many of its numbers come after this one, and how many it has. */
  among?: { after: number; all: number };
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
  /** What is put behind it, on a ground on which no verdict's line would stand out; told once it is near the view. */
  plate?: "light" | "dark" | undefined;
}

/** The numbers whose facts decide a mark. */
export const numbersOf = (mark: Mark): string[] => (mark.e164 === null ? mark.readings : [mark.e164]);

/**
 * Of a text of more characters Chrome goes through all lines for each question where something is. Once a number in it is
 * painted, it does so at each change of any style of the page: 0.3 s for 8 MB, and half a second where that is one line.
 */
const LONG = 0x40000;
/** True for a number in so long a text: only what is near the viewport is measured and placed there, and nothing is painted. */
export const isInLong = ({ parts }: Mark): boolean => (parts[0]?.node.length ?? 0) > LONG;

/** The number that the page's marks give a written form; null where they differ, or no mark has that form. */
export function numberWritten(marks: Iterable<Mark>, written: string): string | null {
  const key = writtenKey(written);
  const alike = [...marks].filter((m) => m.written === written || writtenKey(m.written) === key);
  const numbers = new Set(alike.map((m) => m.e164));
  return numbers.size === 1 ? (alike[0]?.e164 ?? null) : null;
}

const same = (a: Mark, b: Mark): boolean =>
  a.element === b.element && a.record === b.record && what(a) === what(b) && isAt(a.parts, b.parts);
const what = (m: Mark): string =>
  JSON.stringify([m.kind, m.written, m.seen, m.medium, m.second, m.among, m.e164, m.waits, m.by, m.readings]);
const isAt = (a: readonly Part[], b: readonly Part[]): boolean =>
  a.length === b.length &&
  a.every(({ node, start, end }, i) => node === b[i]!.node && start === b[i]!.start && end === b[i]!.end);

/** Where a number in a text begins. */
const first = ({ parts }: Pick<Mark, "parts">): Part => parts[0]!;

/** What was read of a node, and for which region. */
export interface ReadText {
  data: string;
  region: string;
}

/** Characters on each side of a number that may say that it is another one, or none. */
const AROUND = 140;
/** Numbers of one text that are read again at once, as their surroundings changed: a clock has few beside it. */
const MOST_AT_ONCE = 8;

/** Tells of parts of a text whether the same is read there as in the text before. */
function isReadAs({ data: before, region }: ReadText): (part: Part) => boolean {
  let left = MOST_AT_ONCE;
  return ({ node, start, end }) => {
    const from = Math.max(0, start - AROUND);
    const [was = "", now = ""] = [before, node.data].map((text) => text.slice(from, end + AROUND));
    if (was === now) return true;
    const own = [start - from, end - from] as const;
    if (was.slice(...own) !== now.slice(...own) || left-- <= 0) return false;
    const [old, found] = [was, now].map((text) =>
      JSON.stringify(findPhones(text, region).find((phone) => phone.end === own[1])),
    );
    return old !== undefined && old === found;
  };
}

/** The text of parts, as the page has it now. */
export const textOf = (parts: readonly Part[]): string =>
  parts.map(({ node, start, end }) => node.data.slice(start, end)).join("");

/** What was read of a number, as the page has it: `written` has escapes as the characters that they mean. */
export const seenOf = ({ first, start, end, written }: Phone, source: readonly Part[]): string =>
  first === undefined && source.length === 1 && end - start === written.length ? written : textOf(source);

/** True while the page still has the text that was read. */
const isCurrent = (mark: Mark): boolean =>
  connected(mark) && (mark.kind !== "text" || mark.seen === textOf(mark.source));

const nodesOf = (mark: Mark): Node[] =>
  mark.kind === "text" ? mark.source.map((p) => p.node) : [mark.owner, mark.element];

const connected = (mark: Mark): boolean => nodesOf(mark).every((node) => node.isConnected);

export interface MarkEvents {
  added: (mark: Mark) => void;
  dropped: (mark: Mark) => void;
}

/** Puts a mark under its owner, or a node of its text. */
function file<K extends object>(marks: WeakMap<K, Set<Mark>>, under: K, mark: Mark): void {
  const here = marks.get(under);
  if (here) here.add(mark);
  else marks.set(under, new Set([mark]));
}

export function openMarks(events: MarkEvents) {
  const all = new Set<Mark>();
  const byOwner = new WeakMap<Node, Set<Mark>>();
  const byText = new WeakMap<Text, Set<Mark>>();
  const of = (owner: Node): Iterable<Mark> => byOwner.get(owner) ?? [];

  function drop(mark: Mark): void {
    if (!all.delete(mark)) return;
    byOwner.get(mark.owner)?.delete(mark);
    for (const { node } of mark.source) byText.get(node)?.delete(mark);
    events.dropped(mark);
  }

  /** Adds a mark, unless the page has another text by now. */
  function add(mark: Mark): void {
    if (!isCurrent(mark)) return;
    all.add(mark);
    file(byOwner, mark.owner, mark);
    for (const { node } of mark.source) {
      // A text that was put here from what the page had taken away.
      for (const other of byText.get(node) ?? []) {
        // All have one owner.
        if (other.owner === mark.owner) break;
        drop(other);
      }
      file(byText, node, mark);
    }
    events.added(mark);
  }

  /** Sets a mark in the place of another. An unchanged one stays, with its verdict and its icon. Answers which is there. */
  function put(mark: Mark, before: Mark | undefined): Mark {
    if (before && all.has(before)) {
      if (same(before, mark)) return before;
      drop(before);
    }
    add(mark);
    return mark;
  }

  return {
    all,
    has: (owner: Node): boolean => (byOwner.get(owner)?.size ?? 0) > 0,
    drop,
    put,
    /**
     * Drops the marks of a node whose text changed, but for those that are where they were, with all around them that may
     * say what they are: `before` is what was read, where the node itself is. Called in the mutation callback itself, before
     * the next paint.
     */
    dropText(node: Text, before?: ReadText): void {
      const stays = before ? isReadAs(before) : () => false;
      for (const mark of byText.get(node) ?? [])
        if (mark.source.length > 1 || !stays(mark.source[0]!)) drop(mark);
    },
    /** The marks of the text in a link. */
    within(link: Element): Mark[] {
      const found = new Set<Mark>();
      const walker = treeWalker(link, NodeFilter.SHOW_TEXT);
      while (walker.nextNode())
        for (const mark of byText.get(walker.currentNode as Text) ?? []) found.add(mark);
      return [...found];
    },
    /** Sets the marks of a field or a link. */
    replace(owner: Node, found: readonly Mark[]): void {
      const before = new Map([...of(owner)].map((mark) => [what(mark), mark]));
      const now = new Set<Mark>();
      for (const mark of found) {
        const there = before.get(what(mark));
        now.add(there && same(there, mark) ? there : mark);
      }
      for (const mark of of(owner)) if (!now.has(mark)) drop(mark);
      for (const mark of now) if (!all.has(mark)) add(mark);
    },
    /** The marks that begin in a text, by where. */
    startsIn: (node: Text) =>
      new Map(
        [...(byText.get(node) ?? [])]
          .filter((mark) => first(mark).node === node)
          .map((mark) => [first(mark).start, mark]),
      ),
    /** Drops a container's marks where no number was found. Answers which mark begins where one was. */
    prune(
      owner: Node,
      found: readonly Pick<Mark, "parts">[],
    ): (one: Pick<Mark, "parts">) => Mark | undefined {
      const there = new Map<Text, Map<number, Mark | null>>();
      for (const { node, start } of found.map(first)) {
        const here = there.get(node);
        if (here) here.set(start, null);
        else there.set(node, new Map([[start, null]]));
      }
      for (const mark of of(owner)) {
        if (mark.kind !== "text") continue;
        const { node, start } = first(mark);
        const here = there.get(node);
        if (here?.has(start)) here.set(start, mark);
        else drop(mark);
      }
      return (one) => {
        const { node, start } = first(one);
        return there.get(node)?.get(start) ?? undefined;
      };
    },
    /** Drops numbers over several nodes: another piece may have come between. Called in the mutation callback. */
    dropJoined(owner: Node): void {
      for (const mark of of(owner)) if (mark.parts.length > 1) drop(mark);
    },
    dropOwned(owner: Node): void {
      for (const mark of of(owner)) drop(mark);
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
