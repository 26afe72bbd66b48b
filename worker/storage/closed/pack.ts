/**
 * Entries of an index, packed: sorted by key, of each the difference from the key before (Exp-Golomb: short ones in few bits, none too
 * long), and a value of a fixed number of bits. Pure.
 */

/** Both whole, not negative, and below 2^53. */
export interface Entry {
  key: number;
  value: number;
}

/** Entries as a row has them. `first`: no key of it is smaller. */
export interface Block {
  first: number;
  n: number;
  bytes: Uint8Array;
}

/** Bytes of a block at the most, but where one key alone has more: so four rows fill a page of SQLite (4,096 bytes). */
export const BLOCK = 988;
/** Bits that say how many bits of each difference come as they are. */
const WIDTH = 6;

export const inOrder = (a: Entry, b: Entry): number => a.key - b.key || a.value - b.value;

/** Blocks of entries that are in order: the entries of a key are in one. */
export function cut(entries: readonly Entry[], valueBits: number, most = BLOCK): Block[] {
  const blocks: Block[] = [];
  for (let from = 0; from < entries.length;) {
    const width = widthOf(entries, from, Math.floor((most * 8) / (valueBits + WIDTH)));
    let [at, bits, whole] = [from, WIDTH, from];
    for (; at < entries.length; at++) {
      if (at > from && entries[at]!.key !== entries[at - 1]!.key) whole = at;
      bits += bitsOf(differenceAt(entries, at, from), width) + valueBits;
      if (bits > most * 8 && whole > from) break;
    }
    const until = at === entries.length ? at : whole;
    const first = entries[from]!.key;
    blocks.push({ first, ...packed(first, entries.slice(from, until), valueBits, width) });
    from = until;
  }
  return blocks;
}

/** The entries of a block, in order. Whatever the bytes are, there are at most `n`. */
export function unpacked({ first, n, bytes }: Block, valueBits: number): Entry[] {
  const bits = new Reader(bytes);
  const width = bits.read(WIDTH);
  const entries: Entry[] = [];
  for (let key = first; entries.length < n && !bits.isOver();) {
    key += bits.difference(width);
    entries.push({ key, value: bits.read(valueBits) });
  }
  return entries;
}

const differenceAt = (entries: readonly Entry[], at: number, from: number): number =>
  at === from ? 0 : entries[at]!.key - entries[at - 1]!.key;

/** By the difference in the middle of some. */
function widthOf(entries: readonly Entry[], from: number, some: number): number {
  const differences: number[] = [];
  for (let at = from + 1; at < Math.min(entries.length, from + some); at++)
    differences.push(differenceAt(entries, at, from));
  const middle = differences.sort((a, b) => a - b)[differences.length >> 1] ?? 0;
  return Math.max(0, lengthOf(middle) - 1);
}

/** How many binary digits a whole number has; none for 0. */
const lengthOf = (n: number): number =>
  n < 2 ** 31 ? 32 - Math.clz32(n) : 31 + lengthOf(Math.floor(n / 2 ** 31));
const bitsOf = (difference: number, width: number): number =>
  width + 2 * lengthOf(Math.floor(difference / 2 ** width) + 1) - 1;

function packed(
  first: number,
  entries: readonly Entry[],
  valueBits: number,
  width: number,
): Pick<Block, "n" | "bytes"> {
  const differences = entries.map(({ key }, at) => key - (at === 0 ? first : entries[at - 1]!.key));
  const size = differences.reduce((sum, one) => sum + bitsOf(one, width) + valueBits, WIDTH);
  const bits = new Writer(Math.ceil(size / 8));
  bits.write(width, WIDTH);
  for (const [at, { value }] of entries.entries()) {
    bits.difference(differences[at]!, width);
    bits.write(value, valueBits);
  }
  return { n: entries.length, bytes: bits.bytes };
}

class Writer {
  readonly bytes: Uint8Array;
  #at = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  write(value: number, bits: number): void {
    for (let left = bits; left > 0;) {
      const free = 8 - (this.#at & 7);
      const some = Math.min(free, left);
      left -= some;
      this.bytes[this.#at >> 3]! |= (Math.floor(value / 2 ** left) % 2 ** some) << (free - some);
      this.#at += some;
    }
  }

  difference(value: number, width: number): void {
    const high = Math.floor(value / 2 ** width) + 1;
    const length = lengthOf(high);
    this.write(0, length - 1);
    this.write(high, length);
    this.write(value % 2 ** width, width);
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  isOver(): boolean {
    return this.#at >= this.#bytes.length * 8;
  }

  read(bits: number): number {
    let value = 0;
    for (let left = bits; left > 0;) {
      const free = 8 - (this.#at & 7);
      const some = Math.min(free, left);
      value = value * 2 ** some + (((this.#bytes[this.#at >> 3] ?? 0) >> (free - some)) & (2 ** some - 1));
      this.#at += some;
      left -= some;
    }
    return value;
  }

  difference(width: number): number {
    let zeros = 0;
    while (zeros < 53 && !this.isOver() && this.read(1) === 0) zeros++;
    const high = 2 ** zeros + this.read(zeros);
    return (high - 1) * 2 ** width + this.read(width);
  }
}
