/**
 * The packed ids of block rows, as SQL. One row holds one block, the numbers from `block * 10000` to `block * 10000 +
 * 9999` (shared/registers/blocks.ts), so that all rows of a number are found by primary key:
 *
 *   blocks      block * 64 + list                   the list in 6 bits
 *   block_undo  block << 26 | list << 20 | version  the version in 20 bits
 *   staged      upload << 38 | block                blocks of 15-digit numbers need 37 bits
 *
 * Some ids exceed 2^53, so only SQL takes them apart: JavaScript's numbers would round them. Each function takes and
 * returns SQL expressions; the migrations write the same arithmetic out, as they must never change.
 */
import { BLOCK_SIZE } from "../../shared/registers/blocks.ts";

/** The most registers that a deployment can have: places 1 to 63. */
export const MOST_REGISTERS = 63;
const MOST_VERSIONS = 2 ** 20 - 1;
const STAGE_BITS = 38;

/** The block that holds a number. */
export const blockOfNumber = (number: string): string => `((${number}) / ${BLOCK_SIZE})`;
/** The first number of a block. */
export const firstOfBlock = (block: string): string => `((${block}) * ${BLOCK_SIZE})`;

export const blockId = (block: string, list: string): string => `((${block}) * 64 + (${list}))`;
export const blockOfId = "(id / 64)";
export const listOfId = "(id % 64)";
/** The ids of a block's rows on all lists, for BETWEEN. */
export const idsOfBlock = (block: string): string =>
  `${blockId(block, "0")} AND ${blockId(block, String(MOST_REGISTERS))}`;

export const undoId = (block: string, list: string, version: string): string =>
  `(((${block}) << 26) | ((${list}) << 20) | (${version}))`;
export const blockOfUndo = (id: string): string => `(${id} >> 26)`;
export const listOfUndo = (id: string): string => `((${id} >> 20) & ${MOST_REGISTERS})`;
export const versionOfUndo = (id: string): string => `(${id} & ${MOST_VERSIONS})`;
/** The ids of a block's undo rows on one list, for BETWEEN; in the order of its versions. */
export const undoOfList = (block: string, list: string): string =>
  `${undoId(block, list, "0")} AND ${undoId(block, list, String(MOST_VERSIONS))}`;
/** The ids of a block's undo rows on all lists, for BETWEEN. */
export const undoOfBlock = (block: string): string =>
  `${undoId(block, "0", "0")} AND ${undoId(block, String(MOST_REGISTERS), String(MOST_VERSIONS))}`;

export const stagedId = (upload: string, block: string): string =>
  `(((${upload}) << ${STAGE_BITS}) | (${block}))`;
export const blockOfStaged = `(id & ${2 ** STAGE_BITS - 1})`;
/** A condition on a row of `staged`: of this upload. */
export const stagedOf = (upload: string): string =>
  `id >= (${upload}) << ${STAGE_BITS} AND id < ((${upload}) + 1) << ${STAGE_BITS}`;

/** The same id as `blockId`, as a key of a Map: it stays below 2^53. */
export const blockKey = (block: number, list: number): number => block * 64 + list;
