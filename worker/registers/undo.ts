/**
 * Whether a number was listed at an earlier version. Only the blocks in force are stored whole; each version leaves an
 * undo of every block that it touched, with the offsets that it added or removed. So a number was listed at version `v`
 * where it is listed now and an even number of later versions changed it, or it is not and an odd number did.
 *
 * Read the block and its undo in one batch: a version that is committed in between would be in one and not in the
 * other.
 */
import { holder, offsetOf } from "../../shared/registers/blocks.ts";

/** One version's undo of a block: which offsets it changed. */
export interface Undo {
  ver: number;
  holds: (offset: number) => boolean;
}

/** Decodes the packed data of an undo row, once for all numbers of its block. */
export const decoded = <Row extends { ver: number; data: string }>(row: Row): Row & Undo => ({
  ...row,
  holds: holder(row.data),
});

/** Of the undo of a number's block, the versions that changed the number, in the order given. */
export const changesTo = <U extends Undo>(number: number, undo: readonly U[]): U[] =>
  undo.filter(({ holds }) => holds(offsetOf(number)));

/**
 * Whether a number was listed at version `ver`; `now` is whether it is in force, `changes` are the versions that
 * changed it.
 */
export const listedAt = (now: boolean, changes: readonly Pick<Undo, "ver">[], ver: number): boolean =>
  (changes.filter((change) => change.ver > ver).length % 2 === 0) === now;

/**
 * The version since which a number has been listed without a break: the newest that changed it; where none is known that did, the
 * oldest whose content is known. `changes` newest first.
 */
export const listedBy = <Version>(
  changes: readonly Version[],
  oldest: Version | undefined,
): Version | undefined => changes[0] ?? oldest;

/**
 * Which version made a listing new, given the recent versions that changed the number, newest first: the oldest of
 * them, if the number was not listed before it. A number that was taken off and put back in that time, as by a wrong
 * file and its rollback, was listed all along: undefined.
 */
export const broughtBy = <Change>(changes: readonly Change[]): Change | undefined =>
  changes.length % 2 === 1 ? changes.at(-1) : undefined;
