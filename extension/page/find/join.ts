/**
 * Numbers over several text nodes of one line, as a search that highlights its hits or a box for each digit makes them.
 * What is whole in one node alone was read there, and stays.
 */
import { findPhones, type Phone } from "../../../shared/phone/phone.ts";
import type { Mark } from "./mark.ts";

/** A text node of a line, with the numbers that it holds by itself. */
export interface Line {
  node: Text;
  phones: readonly Phone[];
}
export interface Found {
  /** Where it stands, and what was read for it. */
  parts: Mark["parts"];
  source: Mark["source"];
  phone: Phone;
}

/** Characters on each side of a border that may belong to a number over it. */
const EDGE = 60;
const DIGIT_AT_END = /\p{Nd}$/u;
const DIGIT_AT_START = /^\p{Nd}/u;
/** What a number has at the border of two nodes, or between them. */
const LEADS = /[\p{Nd}+＋()[\]./,;|&–—-]\s*$/u;
const FOLLOWS = /^\s*[\p{Nd}+＋()[\]./,;|&–—-]/u;

/** All numbers of a line of text nodes, those over several at a step for each stretch of it, the others 500 at a step. */
export function* readLine(line: readonly Line[], region: string): Generator<undefined, Found[]> {
  const whole: Found[] = [];
  const doubtful: Found[] = [];
  let steps = 0;
  for (const [i, { node, phones }] of line.entries())
    for (const phone of phones) {
      (goesOn(line, i, phone) ? doubtful : whole).push(foundIn(node, phone));
      if (++steps % 500 === 0) yield;
    }
  if (line.length < 2) return whole;
  const over: Found[] = [];
  for (const chain of chainsOf(line)) {
    over.push(...readJoined(chain, region));
    yield;
  }
  const more = over.filter(apartFrom(whole));
  const alone = doubtful.filter(apartFrom(more));
  return [...whole, ...alone, ...more];
}

/** A number that lies in one node. */
export function foundIn(node: Text, phone: Phone): Found {
  const { start, end, first = start } = phone;
  return { parts: [{ node, start, end }], source: [{ node, start: first, end }], phone };
}

/** True for a number whose digits touch others in the next node, or the one before, that begin no number there. */
function goesOn(line: readonly Line[], i: number, { start, end }: Phone): boolean {
  const { node } = line[i]!;
  const [before, behind] = [line[i - 1], line[i + 1]];
  const leads = behind?.phones[0]?.start === 0;
  const ends = before?.phones.at(-1)?.end === before?.node.data.length;
  return (
    (end === node.data.length && behind !== undefined && DIGIT_AT_START.test(behind.node.data) && !leads) ||
    (start === 0 && before !== undefined && DIGIT_AT_END.test(before.node.data) && !ends)
  );
}

/** Tells whether a number lies over none of these. */
function apartFrom(others: readonly Found[]): (one: Found) => boolean {
  const all = others.flatMap(({ parts }) => parts);
  const taken = Map.groupBy(all, ({ node }) => node);
  return ({ parts }) =>
    parts.every((p) => taken.get(p.node)?.every((q) => p.start >= q.end || q.start >= p.end) ?? true);
}

interface Piece {
  node: Text;
  from: number;
  to: number;
}

/** Neighbouring nodes that a number may lie over, of long ones only the ends. None lies over the border of two whole ones. */
function chainsOf(line: readonly Line[]): Piece[][] {
  const chains: Piece[][] = [];
  let chain: Piece[] = [];
  const end = () => {
    if (chain.length > 1) chains.push(chain);
    chain = [];
  };
  let last = "";
  let isWhole = false;
  for (const { node, phones } of line) {
    const { data } = node;
    const { length } = data;
    if (
      (isWhole && phones[0]?.start === 0) ||
      !LEADS.test(last.slice(-EDGE)) ||
      !FOLLOWS.test(data.trim() === "" ? last.trimEnd().slice(-1) : data.slice(0, EDGE))
    )
      end();
    chain.push({ node, from: 0, to: chain.length === 0 || length <= 2 * EDGE ? length : EDGE });
    if (length > 2 * EDGE) {
      end();
      chain.push({ node, from: length - EDGE, to: length });
    }
    if (data.trim() === "") continue;
    last = data;
    isWhole = phones.at(-1)?.end === data.trimEnd().length;
  }
  end();
  return chains;
}

/** The numbers for which more than one piece was read. */
export function readJoined(pieces: readonly Piece[], region: string): Found[] {
  const text = pieces.map(({ node, from, to }) => node.data.slice(from, to)).join("");
  const starts: number[] = [];
  let length = 0;
  for (const { from, to } of pieces) {
    starts.push(length);
    length += to - from;
  }
  // Numbers come in their order, but for the last digits of one that is written in full before.
  let at = 0;
  const parts = (from: number, to: number): Mark["parts"] => {
    const found: Mark["parts"] = [];
    while (starts[at]! > from) at--;
    while ((starts[at + 1] ?? Infinity) <= from) at++;
    for (let i = at; i < pieces.length && starts[i]! < to; i++) {
      const { node, from: begin } = pieces[i]!;
      const start = Math.max(from - starts[i]!, 0);
      const end = Math.min(to, starts[i + 1] ?? length) - starts[i]!;
      if (start < end) found.push({ node, start: start + begin, end: end + begin });
    }
    return found;
  };
  return findPhones(text, region).flatMap((phone) => {
    const { start, end, first = start } = phone;
    const source = parts(first, end);
    return source.length > 1 ? [{ parts: parts(start, end), source, phone }] : [];
  });
}
