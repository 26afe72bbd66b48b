/** The numbers of one text node or field, read in pieces. */
import { findPhones, type Phone } from "../../../shared/phone/phone.ts";
import type { ReadText } from "./mark.ts";

/** Numbers are read in the digits of several scripts. */
export const DIGIT = /\p{Nd}/u;
/** Characters of a long text that are read in one step. */
const PIECE = 2000;

/** What was read of a text node or a field, and of a long text the phones of each piece. */
interface Read {
  data: string;
  by: string;
  phones: readonly Phone[];
  pieces: ReadonlyMap<string, readonly Phone[]>;
}
const none: readonly Phone[] = [];
const known = new WeakMap<Node, Read>();
const begun = new WeakMap<Node, ReadText>();

/** The text of a node whose reading began last. */
export const lastRead = (node: Node): ReadText | undefined => begun.get(node);

/** What may begin a number, or would be read as one word with it: numbers over several nodes are read in join.ts. */
const TOUCHES = /[\p{Nd}+＋(]|\p{L}$/u;
/** The words of a label behind that, at the end of a line. */
const LABEL = /[^\p{Nd}+＋(]*\p{L}[^\p{Nd}+＋(\p{L}]+$/u;

/**
 * All numbers of the text of a node or a field, a piece at each step. Cached, as its neighbours change far more often than
 * it does; of a long one by piece, as most of it stays when it changes. `lead`: the
 * end of what is before it in its line, which may be a label. `found`: hears of those of each piece of a long one.
 */
export function* phonesIn(
  of: Node,
  data: string,
  region: string,
  lead = "",
  found?: (phones: readonly Phone[]) => void,
): Generator<undefined, readonly Phone[]> {
  if (!DIGIT.test(data)) return none;
  begun.set(of, { data, region });
  if (TOUCHES.test(lead)) lead = LABEL.exec(lead)?.[0] ?? "";
  const by = region + lead;
  const last = known.get(of);
  const before = last?.by === by ? last : undefined;
  if (before?.data === data) return before.phones;
  const phones: Phone[] = [];
  const pieces = new Map<string, readonly Phone[]>();
  for (let start = 0; start < data.length; lead = "") {
    const end = endOfPiece(data, start);
    const piece = lead + data.slice(start, end);
    const read = before?.pieces.get(piece) ?? findPhones(copyOf(piece), region);
    const from = start - lead.length;
    const here = read.map((phone) => moved(phone, from));
    if (data.length > PIECE) {
      pieces.set(piece, read);
      found?.(here);
    }
    for (const phone of here) phones.push(phone);
    start = end;
    yield;
  }
  known.set(of, { data, by, phones, pieces });
  return phones;
}

/** A string of its own: a slice, and each slice of it, keeps the whole long text in memory. */
const copyOf = (piece: string): string => ` ${piece}`.slice(1);

/**
 * After a line's end or a letter, where no number can be cut in two. Looks no further than one piece. Of the ends of lines
 * one that the next line decides: so what is behind a change is soon cut as before, wherever it is now.
 */
export function endOfPiece(text: string, start: number): number {
  if (text.length - start <= PIECE) return text.length;
  const piece = text.slice(start, start + PIECE);
  let [at, end, most] = [0, 0, -1];
  for (const { length } of piece.split("\n").slice(0, -1)) {
    at += length + 1;
    if (at <= PIECE / 2) continue;
    let hash = 0;
    for (let i = start + at; i < start + at + LINE; i++) hash = (hash * 31 + text.charCodeAt(i)) >>> 0;
    if (hash >= most) [end, most] = [at, hash];
  }
  end ||= at;
  return start + (end || piece.search(/\p{L}[^\p{L}]*$/u) + 1 || PIECE);
}
/** So much of a line tells it from the others. */
const LINE = 24;

const moved = (phone: Phone, by: number): Phone => ({
  ...phone,
  ...{ start: phone.start + by, end: phone.end + by },
  ...(phone.first !== undefined && { first: phone.first + by }),
});
