/** The heads of the registers: what each one is, and which version of it is in force. */
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { fill } from "../../shared/texts/language.ts";
import type { Register, RegisterHead } from "../../shared/registers/api.ts";
import { Problem } from "../core/errors.ts";

export interface HeadRow {
  /** The register's place in the ids of its blocks, 1 to 63. */
  num: number;
  id: string;
  name: string;
  /** JSON: ISO countries. */
  regions: string;
  maxAgeDays: number;
  daysUntilEffective: number;
  covers: "individuals" | "businesses" | "both";
  source: string;
  /** Undo of this version and earlier ones is erased: no one can tell any more what was in force before it. */
  historyFrom: number;
  /** 0: never loaded. All below is null then. */
  version: number;
  asOf: string | null;
  blocks: number | null;
  numbers: number | null;
  high: number | null;
  low: number | null;
  /** The source that is asked, where the register is by lookup. */
  lookup: string | null;
}
export const selectHeads = `SELECT l.num, l.id, l.name, l.regions, l.max_age_days AS maxAgeDays,
  l.days_until_effective AS daysUntilEffective, l.covers, l.source, l.history_from AS historyFrom, l.head AS version,
  v.as_of AS asOf, v.blocks, v.numbers, v.high, v.low,
  (SELECT t.source FROM lookup_turns t WHERE t.list = l.num ORDER BY t.at DESC LIMIT 1) AS lookup
  FROM lists l LEFT JOIN versions v ON v.list = l.num AND v.ver = l.head ORDER BY l.num`;

export const regionsOf = ({ regions }: Pick<HeadRow, "regions">): string[] => JSON.parse(regions) as string[];

/** The region whose rules say how the register writes its numbers. */
export const writtenAsIn = (row: Pick<HeadRow, "regions">): string => regionsOf(row)[0] ?? "GB";

export const toHead = (row: HeadRow): RegisterHead => ({
  id: row.id,
  name: row.name,
  regions: regionsOf(row),
  maxAgeDays: row.maxAgeDays,
  daysUntilEffective: row.daysUntilEffective,
  ...inForce(row),
});

/** The version in force. While the register is by lookup, a file that was loaded before does not count. */
export const inForce = (row: HeadRow): Pick<Register, "version" | "asOf" | "numbers" | "lookup"> =>
  row.lookup === null
    ? { version: row.version, asOf: row.asOf, numbers: row.numbers ?? 0 }
    : { version: 0, asOf: null, numbers: 0, lookup: row.lookup };

export const registerHeads = async (db: D1Database): Promise<HeadRow[]> =>
  (await db.prepare(selectHeads).all<HeadRow>()).results;

/** Throws the Problem `not-found`. */
export async function registerHead(db: D1Database, id: string): Promise<HeadRow> {
  const row = (await registerHeads(db)).find((r) => r.id === id);
  if (!row) throw new Problem("not-found", fill(details.noList, { id }));
  return row;
}
