/**
 * The table `screened`: the numbers of a screening's part as blocks (shared/registers/blocks.ts), one row for each
 * block and verdict, so that all screenings of one number are one range of ids:
 *
 *   block << 24 | part << 2 | verdict   the part (`screening_parts.num`) in 22 bits
 *
 * The ids exceed 2^53, so only SQL takes them apart. The functions take and return SQL expressions.
 */
import type { Stamp, Verdict } from "../../shared/check/api.ts";
import { blockOf, has, numberOf, offsetOf } from "../../shared/registers/blocks.ts";
import type { ScreeningAnswer } from "../../shared/screening/api.ts";
import type { Screened } from "./bound.ts";

/** How an id stores a verdict. */
export const verdictCodes: readonly Verdict[] = ["clear", "caution", "unknown", "blocked"];

export const screenedId = (block: string, part: string, verdict: string): string =>
  `(((${block}) << 24) | ((${part}) << 2) | (${verdict}))`;
export const partOfScreened = (id: string): string => `((${id} >> 2) & 4194303)`;
export const verdictOfScreened = (id: string): string => `(${id} & 3)`;
/** The ids of a block, for BETWEEN. */
export const screenedInBlock = (block: string): string =>
  `${screenedId(block, "0", "0")} AND ${screenedId(block, "4194303", "3")}`;

/** One screening of a number: when, with what result, and by which policy, registers and row of the trail. */
export interface PastScreening {
  screening: string;
  /** What the trail names its part by. */
  key: string;
  /** The number's row, without that. */
  row: Screened;
  name: string;
  source: ScreeningAnswer["source"];
  byName: string | null;
  part: number;
  at: string;
  verdict: Verdict;
  seq: number;
  policy: number;
  lists: Pick<Stamp["lists"][number], "id" | "version" | "asOf">[];
}

/** All screenings of a number (E.164), newest first. */
export async function pastScreenings(db: D1Database, e164: string): Promise<PastScreening[]> {
  const n = numberOf(e164);
  const block = blockOf(n);
  const { results } = await db
    .prepare(
      `SELECT s.id AS screening, s.num || '/' || p.part AS key, s.name, s.source, w.name AS byName, p.part, p.at, p.seq, p.policy, p.lists,
         ${verdictOfScreened("d.id")} AS code, d.data
       FROM screened d JOIN screening_parts p ON p.num = ${partOfScreened("d.id")}
       JOIN screenings s ON s.num = p.screening LEFT JOIN people w ON w.id = s.by
       WHERE d.id BETWEEN ${screenedInBlock("?1")} ORDER BY p.at DESC, p.num DESC`,
    )
    .bind(block)
    .all<Omit<PastScreening, "verdict" | "lists" | "row"> & { code: number; data: string; lists: string }>();
  return results
    .filter(({ data }) => has(data, offsetOf(n)))
    .map(({ code, data, lists, ...one }) => ({
      ...one,
      row: { block, verdict: code, data },
      verdict: verdictCodes[code]!,
      lists: JSON.parse(lists) as PastScreening["lists"],
    }));
}
