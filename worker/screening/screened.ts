/**
 * The table `screened`: the numbers of a screening's part as blocks (shared/registers/blocks.ts), one row for each
 * block and verdict, so that all screenings of one number are one range of ids:
 *
 *   block << 24 | part << 2 | verdict   the part (`screening_parts.num`) in 22 bits
 *
 * The ids exceed 2^53, so only SQL takes them apart. The functions take and return SQL expressions.
 */
import type { Verdict } from "../../shared/check/api.ts";

/** How an id stores a verdict. */
export const verdictCodes: readonly Verdict[] = ["clear", "caution", "unknown", "blocked"];

export const screenedId = (block: string, part: string, verdict: string): string =>
  `(((${block}) << 24) | ((${part}) << 2) | (${verdict}))`;
export const partOfScreened = (id: string): string => `((${id} >> 2) & 4194303)`;
export const verdictOfScreened = (id: string): string => `(${id} & 3)`;
/** The ids of a block, for BETWEEN. */
export const screenedInBlock = (block: string): string =>
  `${screenedId(block, "0", "0")} AND ${screenedId(block, "4194303", "3")}`;

/** A row of `screened` without its part: `verdict` is the verdict's code. */
export interface Screened {
  block: number;
  verdict: number;
  data: string;
}
