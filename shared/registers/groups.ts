/**
 * Digests as they are told to whoever compares a file with what is in force. The digest of one block with few numbers, or with few
 * missing, is found by trying, and says which they are. So digests are over groups of blocks, in which so many numbers would have to
 * be guessed together that nobody can. Rows in a row with the same digest are a group. Groups are cut where no reader can move it: by
 * two that overlap, who knows one would guess the other.
 */
import type { BlockRow } from "./api-upload.ts";
import { BLOCK_SIZE, blockDigest, RANGE, textDigest } from "./blocks.ts";

/** At 16 numbers of a block there are 10^50 ways to fill it. */
const HIDDEN = 16;
/** Of a group that is not told: a block always differs from it. */
const WITHHELD = 0;

/** A block in force; `isKnown`: changes touched it since the last whole file, and whoever sent them knows these numbers. */
interface Row {
  block: number;
  n: number;
  digest: number;
  isKnown: boolean;
}
type Digest = readonly [block: number, digest: number];
/** `[block, 0, digest]`: how many numbers are in it is nobody's to know. */
type Told = [block: number, n: 0, digest: number];

/** The digest over a group's blocks, in their order; of one block its own. */
export const groupDigest = (blocks: readonly Digest[]): number =>
  blocks.length === 1 ? blocks[0]![1] : textDigest(blocks.map((one) => one.join(":")).join());

/** Whole ranges of a register, their blocks in order, as they are told, and how many numbers are: all, where it has too few to hide one among. */
export function grouped(rows: readonly Row[], registered: number): { blocks: Told[]; numbers: number } {
  if (registered < HIDDEN)
    return {
      blocks: rows.map(({ block, digest }) => [block, 0, digest]),
      numbers: rows.reduce((sum, { n }) => sum + n, 0),
    };
  const ranges = Map.groupBy(rows, ({ block }) => rangeOf(block));
  return { blocks: [...ranges.values()].flatMap(groupsOf), numbers: 0 };
}

export const rangeOf = (block: number): number => Math.floor(block / RANGE);

/** The groups of a range; what is too few for one is not told. */
function groupsOf(rows: readonly Row[]): Told[] {
  const groups: Row[][] = [];
  let [open, hidden]: [Row[], number] = [[], 0];
  for (const row of rows) {
    open.push(row);
    hidden += row.isKnown ? 0 : Math.min(row.n, BLOCK_SIZE - row.n);
    if (hidden < HIDDEN) continue;
    groups.push(open);
    [open, hidden] = [[], 0];
  }
  if (groups.length === 0) return rows.map(({ block }) => [block, 0, WITHHELD]);
  groups.at(-1)!.push(...open);
  return groups.flatMap((group) => {
    const over = groupDigest(group.map(({ block, digest }) => [block, digest]));
    return group.map(({ block }): Told => [block, 0, over]);
  });
}

/** Compares a file's blocks, in their order, with what is told of those in force. */
export class Compared {
  readonly #groups: { blocks: number[]; digest: number }[] = [];
  readonly #all = new Set<number>();
  /** The group that is next, and the file's blocks of it. */
  #at = 0;
  #held = new Map<number, BlockRow>();
  /** Blocks that are the same, so far. */
  same = 0;

  constructor(told: Iterable<readonly [block: number, n: number, digest: number]>) {
    for (const [block, , digest] of told) {
      const last = this.#groups.at(-1);
      if (last?.digest === digest) last.blocks.push(block);
      else this.#groups.push({ blocks: [block], digest });
      this.#all.add(block);
    }
  }

  get size(): number {
    return this.#all.size;
  }
  has(block: number): boolean {
    return this.#all.has(block);
  }

  /** Takes the file's next block; answers which are to be sent by now. */
  *next(row: BlockRow): Generator<BlockRow> {
    for (let group = this.#groups[this.#at]; group && group.blocks.at(-1)! < row[0];) {
      yield* this.#end();
      group = this.#groups[this.#at];
    }
    if (this.has(row[0])) this.#held.set(row[0], row);
    else yield row;
  }

  /** What is to be sent once the file has no more blocks. */
  *rest(): Generator<BlockRow> {
    while (this.#at < this.#groups.length) yield* this.#end();
  }

  *#end(): Generator<BlockRow> {
    const { blocks, digest } = this.#groups[this.#at++]!;
    const held = this.#held;
    this.#held = new Map();
    const isWhole = held.size === blocks.length;
    if (isWhole && groupDigest([...held.values()].map(([block, , own]) => [block, own])) === digest) {
      this.same += blocks.length;
      return;
    }
    yield* held.values();
    for (const block of blocks) if (!held.has(block)) yield [block, 0, blockDigest(block, ""), ""];
  }
}
