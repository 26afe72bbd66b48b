/**
 * A register's numbers as exact blocks. A number is the digits of its E.164 form as an integer; block `b` holds the
 * numbers from `b * 10000` to `b * 10000 + 9999` as a sorted set of offsets. README.md has the byte layout.
 *
 * Packed form: base64 of either the gaps between offsets as varints, or, where that would not be smaller, a bitmap of
 * exactly 1,250 bytes. The length tells which: gaps always take fewer bytes.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

export const BLOCK_SIZE = 10_000;
/** Blocks whose digests are told together (groups.ts): groups, and pages of them, begin and end at each so many. */
export const RANGE = 1000;
const BITMAP_BYTES = BLOCK_SIZE / 8;

export const blockOf = (n: number): number => Math.floor(n / BLOCK_SIZE);
export const offsetOf = (n: number): number => n % BLOCK_SIZE;

/** `+442079460000` to 442079460000. */
export const numberOf = (e164: string): number => Number(e164.slice(1));
export const e164Of = (n: number): string => `+${n}`;

/**
 * Packs sorted, distinct offsets (0 to 9999); the empty set is the empty string. Throws a RangeError for anything else.
 */
export function pack(offsets: ArrayLike<number>): string {
  const gaps = new Uint8Array(BITMAP_BYTES);
  let used = 0;
  let previous = -1;
  for (let i = 0; i < offsets.length; i++) {
    const offset = offsets[i]!;
    const gap = offset - previous - 1;
    if (gap < 0 || offset >= BLOCK_SIZE)
      throw new RangeError("offsets must be sorted, distinct and below 10,000");
    if (used + (gap > 127 ? 2 : 1) >= BITMAP_BYTES) return toBase64(bitmap(offsets));
    if (gap > 127) gaps[used++] = (gap & 127) | 128;
    gaps[used++] = gap > 127 ? gap >> 7 : gap;
    previous = offset;
  }
  return toBase64(gaps.subarray(0, used));
}

function bitmap(offsets: ArrayLike<number>): Uint8Array {
  const bits = new Uint8Array(BITMAP_BYTES);
  let previous = -1;
  for (let i = 0; i < offsets.length; i++) {
    const offset = offsets[i]!;
    if (offset <= previous || offset >= BLOCK_SIZE)
      throw new RangeError("offsets must be sorted, distinct and below 10,000");
    bits[offset >> 3]! |= 1 << (offset & 7);
    previous = offset;
  }
  return bits;
}

/** The offsets of a packed block, sorted. Throws a RangeError on anything `pack` cannot have written. */
export function unpack(data: string): Uint16Array {
  const bytes = fromBase64(data);
  const offsets = new Uint16Array(BLOCK_SIZE);
  let n = 0;
  if (bytes.length === BITMAP_BYTES) {
    for (let i = 0; i < BITMAP_BYTES; i++)
      for (let byte = bytes[i]!, bit = 0; byte !== 0; byte >>= 1, bit++)
        if (byte & 1) offsets[n++] = i * 8 + bit;
  } else {
    let offset = -1;
    for (let i = 0; i < bytes.length; i++) {
      let gap = bytes[i]!;
      if (gap & 128) {
        const high = bytes[++i];
        if (high === undefined || high === 0 || high & 128) throw new RangeError("invalid gap in a block");
        gap = (gap & 127) | (high << 7);
      }
      offset += gap + 1;
      if (offset >= BLOCK_SIZE) throw new RangeError("offset past the end of a block");
      offsets[n++] = offset;
    }
  }
  return offsets.slice(0, n);
}

/** Whether a packed block holds an offset. */
export const has = (data: string, offset: number): boolean => holder(data)(offset);

/** The same for many offsets: decodes the block once. */
export function holder(data: string): (offset: number) => boolean {
  const bytes = fromBase64(data);
  if (bytes.length === BITMAP_BYTES) return (offset) => (bytes[offset >> 3]! & (1 << (offset & 7))) !== 0;
  return (offset) => {
    let at = -1;
    for (let i = 0; i < bytes.length && at < offset; i++) {
      let gap = bytes[i]!;
      if (gap & 128) gap = (gap & 127) | (bytes[++i]! << 7);
      at += gap + 1;
    }
    return at === offset;
  };
}

/**
 * The symmetric difference of two sorted sets. As an undo, `difference(now, before)` leads from `now` back to `before`,
 * and from `before` to `now`: the offsets of it that are in `now` were added, the others removed.
 */
export function difference(a: Uint16Array, b: Uint16Array): Uint16Array {
  const out = new Uint16Array(a.length + b.length);
  let n = 0;
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const x = i < a.length ? a[i]! : BLOCK_SIZE;
    const y = j < b.length ? b[j]! : BLOCK_SIZE;
    if (x === y) {
      i++;
      j++;
    } else if (x < y) {
      out[n++] = x;
      i++;
    } else {
      out[n++] = y;
      j++;
    }
  }
  return out.slice(0, n);
}

/** 48 bits of SHA-256 over `block:data`: identifies a block's content when a file is compared with what is in force. */
export const blockDigest = (block: number, data: string): number => textDigest(`${block}:${data}`);

/** 48 bits of SHA-256 over a text. */
export function textDigest(text: string): number {
  const hash = sha256(utf8ToBytes(text));
  let digest = 0;
  for (let i = 0; i < 6; i++) digest = digest * 256 + hash[i]!;
  return digest;
}

/**
 * Sums over all blocks of a register. A trigger computes the same in SQL, so a commit is checked against what it
 * actually wrote. The digests are summed in halves of 24 bits, so that neither sum can exceed 53 bits.
 */
export interface BlockSums {
  blocks: number;
  numbers: number;
  high: number;
  low: number;
}

const HALF = 2 ** 24;
export const emptySums = (): BlockSums => ({ blocks: 0, numbers: 0, high: 0, low: 0 });

/** Adds a block to the sums, or takes it away (`sign` -1). Empty blocks do not count. */
export function addBlock(sums: BlockSums, n: number, digest: number, sign: 1 | -1 = 1): void {
  if (n === 0) return;
  sums.blocks += sign;
  sums.numbers += sign * n;
  sums.high += sign * Math.floor(digest / HALF);
  sums.low += sign * (digest % HALF);
}

/** The sums of the digests as text, by which a commit is checked. */
export const blocksHash = (sums: BlockSums): string => `${sums.high.toString(16)}-${sums.low.toString(16)}`;

/** Splits sorted, distinct numbers into packed blocks, in order. */
export function* packAll(numbers: Float64Array): Generator<{ block: number; n: number; data: string }> {
  const offsets = new Uint16Array(BLOCK_SIZE);
  for (let i = 0; i < numbers.length;) {
    const block = blockOf(numbers[i]!);
    const start = block * BLOCK_SIZE;
    let n = 0;
    while (i < numbers.length && numbers[i]! - start < BLOCK_SIZE) offsets[n++] = numbers[i++]! - start;
    yield { block, n, data: pack(offsets.subarray(0, n)) };
  }
}

// Chrome and workerd have the built-in codec; Node 24 does not.
const builtIn = Uint8Array as unknown as {
  fromBase64?: (text: string) => Uint8Array;
  prototype: { toBase64?: (this: Uint8Array) => string };
};

export function toBase64(bytes: Uint8Array): string {
  if (builtIn.prototype.toBase64) return builtIn.prototype.toBase64.call(bytes);
  return btoa(String.fromCharCode(...bytes));
}

export function fromBase64(text: string): Uint8Array {
  if (builtIn.fromBase64) return builtIn.fromBase64(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
