/** The numbers of one text node, read in pieces. */
import { findPhones, type Phone } from "../../../shared/phone/phone.ts";

/** The digits that numbers are read in: ASCII, full-width, Arabic-Indic, Persian, Devanagari and Bengali. */
export const DIGIT = /[0-9\uFF10-\uFF19\u0660-\u0669\u06F0-\u06F9\u0966-\u096F\u09E6-\u09EF]/;
/** Characters of a long text that are read in one step. */
const PIECE = 2000;

const none: readonly Phone[] = [];
const known = new WeakMap<Text, { data: string; region: string; phones: readonly Phone[] }>();

/** All numbers of a text node, a piece at each step. Cached, as its neighbours change far more often than it does. */
export function* phonesIn(node: Text, region: string): Generator<undefined, readonly Phone[]> {
  const { data } = node;
  if (!DIGIT.test(data)) return none;
  const before = known.get(node);
  if (before?.data === data && before.region === region) return before.phones;
  const phones: Phone[] = [];
  for (let start = 0; start < data.length;) {
    const end = endOfPiece(data, start);
    for (const phone of findPhones(data.slice(start, end), region)) phones.push(moved(phone, start));
    start = end;
    yield;
  }
  known.set(node, { data, region, phones });
  return phones;
}

/** After a line's end or a letter, where no number can be cut in two. Looks no further than one piece. */
export function endOfPiece(text: string, start: number): number {
  if (text.length - start <= PIECE) return text.length;
  const piece = text.slice(start, start + PIECE);
  const line = piece.lastIndexOf("\n") + 1;
  return start + (line || piece.search(/\p{L}[^\p{L}]*$/u) + 1 || PIECE);
}

const moved = (phone: Phone, by: number): Phone => ({
  ...phone,
  ...{ start: phone.start + by, end: phone.end + by },
  ...(phone.first !== undefined && { first: phone.first + by }),
});
