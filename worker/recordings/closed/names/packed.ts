/**
 * Sorted entries as few bytes: the differences of their keys by a Rice code, and beside each a place of as many bits as the largest needs. The
 * last bytes of keys, which no order makes shorter, are together behind them: so SQL finds with `instr` which block may have a key.
 */
export interface Entry {
  /** A whole number below 2^53. */
  key: number;
  /** A whole number below 2^24. */
  place: number;
}

export interface Block {
  /** The key of the first entry. */
  first: number;
  n: number;
  bytes: Uint8Array;
}

/** Bytes of a block at most: so four rows fill a page of SQLite (4,096 bytes). */
const FULL = 988;
const HEAD = 5;
/** Last bytes of a key that are beside the others. */
const LAST = 3;
const UNIT = 256 ** LAST;
/** A difference beyond so many steps of the code is written as it is. */
const [ESCAPE, RAW] = [20, 31];

const upper = (key: number): number => Math.floor(key / UNIT);
const widthOf = (value: number): number => (value === 0 ? 0 : Math.floor(Math.log2(value)) + 1);

/** Whether a block may have a key: its last bytes, in hexadecimal digits. */
export const lastOf = (key: number): string => (key % UNIT).toString(16).padStart(2 * LAST, "0");

/** Into blocks, in the order of keys, none of which begins with the key before it. `even`: as many in each, so that more fit between. */
export function pack(entries: readonly Entry[], even = false, full = FULL): Block[] {
  if (entries.length === 0) return [];
  const sorted = entries.toSorted((a, b) => a.key - b.key || a.place - b.place);
  const span = upper(sorted.at(-1)!.key) - upper(sorted[0]!.key);
  const step = Math.max(0, Math.round(Math.log2(Math.max(1, (span / sorted.length) * Math.LN2))));
  const width = widthOf(sorted.reduce((most, { place }) => Math.max(most, place), 0));
  const bitsOf = (difference: number): number => {
    const steps = Math.floor(difference / 2 ** step);
    return (steps < ESCAPE ? steps + 1 + step : ESCAPE + RAW) + width + 8 * LAST;
  };
  const costs = sorted.map(({ key }, i) => bitsOf(i === 0 ? 0 : upper(key) - upper(sorted[i - 1]!.key)));
  const room = (full - HEAD) * 8;
  const all = costs.reduce((sum, cost) => sum + cost, 0);
  const most = even ? Math.min(room, Math.ceil(all / Math.ceil(all / room)) + 8 * LAST) : room;
  const blocks: Block[] = [];
  for (let from = 0, to = 0, size = 0; to <= sorted.length; to++) {
    const entry = sorted[to];
    if (entry !== undefined && (size + costs[to]! <= most || entry.key === sorted[to - 1]?.key)) {
      size += costs[to]!;
      continue;
    }
    if (to > from) blocks.push(blockOf(sorted.slice(from, to), step, width));
    [from, size] = [to, costs[to] ?? 0];
  }
  return blocks;
}

function blockOf(entries: readonly Entry[], step: number, width: number): Block {
  const { put, bytes } = writer();
  let before = entries[0]!.key;
  for (const { key, place } of entries) {
    const difference = upper(key) - upper(before);
    const steps = Math.floor(difference / 2 ** step);
    if (steps < ESCAPE) {
      put(2 ** (steps + 1) - 2, steps + 1);
      put(difference % 2 ** step, step);
    } else {
      put(2 ** ESCAPE - 1, ESCAPE);
      put(difference, RAW);
    }
    put(place, width);
    before = key;
  }
  const coded = bytes();
  const n = entries.length;
  const all = new Uint8Array(HEAD + coded.length + n * LAST);
  all.set([step, width, n >> 16, (n >> 8) & 255, n & 255]);
  all.set(coded, HEAD);
  entries.forEach(({ key }, i) => {
    const last = key % UNIT;
    all.set([last >> 16, (last >> 8) & 255, last & 255], HEAD + coded.length + i * LAST);
  });
  return { first: entries[0]!.key, n, bytes: all };
}

/** The entries of a block that is written once more, or searched for what has to go. Throws where somebody altered it: they would be lost. */
export function unpackWhole({ first, n, bytes }: Block): Entry[] {
  const entries = unpack(first, bytes);
  if (entries.length !== n || entries[0]?.key !== first)
    throw new Error(`somebody altered the block ${first} of closed_blocks`);
  return entries;
}

/** The entries of a block; none where it has not room for as many as it says. */
export function unpack(first: number, all: Uint8Array): Entry[] {
  const [step, width, ...digits] = all.subarray(0, HEAD) as unknown as [number, number, ...number[]];
  const n = digits.reduce((sum, digit) => sum * 256 + digit, 0);
  const lasts = all.length - n * LAST;
  if (lasts < HEAD) return [];
  const get = reader(all, HEAD);
  const entries: Entry[] = [];
  let top = upper(first);
  for (let i = 0; i < n; i++) {
    let steps = 0;
    while (steps < ESCAPE && get(1) === 1) steps++;
    top += steps === ESCAPE ? get(RAW) : steps * 2 ** step + get(step);
    const place = get(width);
    const at = lasts + i * LAST;
    entries.push({ key: top * UNIT + all[at]! * 65_536 + all[at + 1]! * 256 + all[at + 2]!, place });
  }
  return entries;
}

/** Bits, the highest of a value first. */
function writer() {
  const bytes: number[] = [];
  let [byte, filled] = [0, 0];
  return {
    put: (value: number, width: number): void => {
      for (let left = width; left > 0;) {
        const some = Math.min(left, 8 - filled);
        left -= some;
        byte = (byte << some) | ((value >>> left) & ((1 << some) - 1));
        filled += some;
        if (filled < 8) continue;
        bytes.push(byte);
        [byte, filled] = [0, 0];
      }
    },
    bytes: (): number[] => (filled === 0 ? bytes : [...bytes, byte << (8 - filled)]),
  };
}

function reader(bytes: Uint8Array, from: number): (width: number) => number {
  let at = from * 8;
  return (width) => {
    let value = 0;
    for (let left = width; left > 0;) {
      const filled = at & 7;
      const some = Math.min(left, 8 - filled);
      value = (value << some) | ((bytes[at >> 3]! >> (8 - filled - some)) & ((1 << some) - 1));
      at += some;
      left -= some;
    }
    return value >>> 0;
  };
}
