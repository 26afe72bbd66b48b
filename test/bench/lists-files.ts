/** Makes files of fictional registers. The numbers are as dense as in real ones; none is looked up anywhere. */
import { once } from "node:events";
import { createWriteStream } from "node:fs";

/** Numbers in a block of 10,000, as in the real registers. */
const PER_BLOCK = 300;
const FIRST = 1_130_000_000;
/** The end of the blocks of `count` numbers: no block has a number from there on. */
export const spaceOf = (count: number): [from: number, to: number] => [
  FIRST,
  FIRST + Math.ceil(count / PER_BLOCK) * 10_000,
];

/** A small seeded generator (mulberry32), so that two runs push the same file. */
export function random(seed: number): () => number {
  let s = seed;
  return () => {
    s = (s + 0x6d2b79f5) | 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Distinct national numbers (without the 0), shuffled. */
export function makeNumbers(count: number): Float64Array {
  const next = random(1);
  const numbers = new Float64Array(count);
  let n = 0;
  for (let block = 0; n < count; block++) {
    const chosen = new Set<number>();
    while (chosen.size < PER_BLOCK && n + chosen.size < count) chosen.add(Math.floor(next() * 10_000));
    for (const offset of chosen) numbers[n++] = FIRST + block * 10_000 + offset;
  }
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [numbers[i], numbers[j]] = [numbers[j]!, numbers[i]!];
  }
  return numbers;
}

/** A sorted set of numbers: a `Set` cannot have more than 16 million. */
export class Listed {
  readonly #sorted: Float64Array;
  constructor(numbers: Float64Array) {
    this.#sorted = numbers.slice().sort();
  }
  has(n: number): boolean {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle]! < n) low = middle + 1;
      else high = middle;
    }
    return this.#sorted[low] === n;
  }
}

/** Replaces the first `count` numbers, which are random, with others that were not listed. Returns both. */
export function replaceSome(numbers: Float64Array, count: number, seed: number) {
  const listed = new Listed(numbers);
  const next = random(seed);
  const [from, to] = spaceOf(numbers.length);
  const removed = numbers.slice(0, count);
  const added = new Set<number>();
  while (added.size < count) {
    const n = from + Math.floor(next() * (to - from));
    if (!listed.has(n)) added.add(n);
  }
  numbers.set([...added]);
  return { removed, added: Float64Array.from(added) };
}

/** Writes both published layouts, alternating by line. */
export const registerLine = (n: number, i: number): string =>
  i % 2 ? `0${n}`.padEnd(12) + "\r\n" : `0${String(n).slice(0, 4)} ${String(n).slice(4)}\r\n`;
export const plainLine = (n: number): string => `0${n}\n`;

export async function writeLines(
  file: string,
  numbers: Float64Array,
  line: (n: number, i: number) => string,
): Promise<void> {
  const out = createWriteStream(file);
  for (let i = 0; i < numbers.length; i += 10_000) {
    const lines = Array.from(numbers.subarray(i, i + 10_000), (n, k) => line(n, i + k)).join("");
    if (!out.write(lines)) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
}
