/**
 * A sieve says which of some texts an archived object of the trail may have: of one that it has, always yes; of another, mostly no (a
 * Bloom filter). It is in blocks, and a text is asked of one of them, so that who asks thousands of objects reads that block of each.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

/** Bytes of a block. */
export const BLOCK = 128;
const BITS = BLOCK * 8;

/** What rows are sought by. */
export type Kind = "codes" | "actors" | "subjects";
/**
 * Bits for each text, and how many of them it sets. An object of 20,000 rows has some codes, up to a thousand actors and some 8,500
 * subjects: its sieves are just so large that two share three pages of the database (`npm run bench -- rows`, which tells how often each
 * says that it may have a text that it has not).
 */
const SIZES: Readonly<Record<Kind, { bits: number; sets: number }>> = {
  codes: { bits: 24, sets: 8 },
  actors: { bits: 8, sets: 5 },
  subjects: { bits: 4.15, sets: 3 },
};

/** Rows of the trail bind a row by its table and key, `calls/7312…@2`; others name the key alone. */
const OF_TABLE = /^[^/]+\/([^/]+)$/;
/** A dial's number is its moment in 64ths of a millisecond: each quarter of an hour is one text. */
const DIAL = /^\d{14,16}$/;
const QUARTER = 2 ** 26;

/** As what a subject is sought: one text of all rows about the same thing. */
export function subjectIn(subject: string): string {
  const name = subject.replace(/@.*$/, "");
  const key = OF_TABLE.exec(name)?.[1] ?? name;
  return DIAL.test(key) ? `dials ${Math.floor(Number(key) / QUARTER)}` : key;
}
/** A code, and all beginnings of it that end with a dot. */
export const codesIn = (code: string): string[] => [
  code,
  ...[...code.matchAll(/\./g)].map(({ index }) => code.slice(0, index + 1)),
];

/** By which number a text's block is chosen, and its bits there. */
function placeOf(text: string, kind: Kind): { number: number; bits: number[] } {
  const digest = new DataView(sha256(utf8ToBytes(text)).buffer);
  const bits = Array.from({ length: SIZES[kind].sets }, (_, n) => digest.getUint16(4 + 2 * n) % BITS);
  return { number: digest.getUint32(0), bits };
}

/** The number by which a text's block is chosen: the rest by how many blocks there are. */
export const numberOf = (text: string, kind: Kind): number => placeOf(text, kind).number;

/** The blocks of a sieve of these texts. */
export function sieveOf(kind: Kind, texts: ReadonlySet<string>): Uint8Array[] {
  const length = Math.max(1, Math.ceil((texts.size * SIZES[kind].bits) / BITS));
  const blocks = Array.from({ length }, () => new Uint8Array(BLOCK));
  for (const text of texts) {
    const { number, bits } = placeOf(text, kind);
    const block = blocks[number % length]!;
    for (const bit of bits) block[bit >> 3]! |= 1 << (bit & 7);
  }
  return blocks;
}

/** Whether a text may be among those of a sieve, by its block. */
export const mayHave = (block: Uint8Array, kind: Kind, text: string): boolean =>
  placeOf(text, kind).bits.every((bit) => (block[bit >> 3]! & (1 << (bit & 7))) !== 0);
