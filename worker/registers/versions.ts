/**
 * What every new version of a register goes through, however its numbers arrive (upload.ts, changes.ts, rollback.ts):
 * its date is checked, its row is opened, and it is closed as the head moves to it.
 */
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import { fill } from "../../shared/texts/language.ts";
import type { Register } from "../../shared/registers/api.ts";
import type { BlockSums } from "../../shared/registers/blocks.ts";
import { HOUR } from "../../shared/core/time.ts";
import { Problem } from "../core/errors.ts";
import { sql, type Statement } from "../core/sql.ts";
import { currentPolicy } from "../policy/current.ts";
import { blockId, blockOfId } from "./block-ids.ts";
import type { HeadRow } from "./heads.ts";

export const sumsOf = (row: HeadRow): BlockSums => ({
  blocks: row.blocks ?? 0,
  numbers: row.numbers ?? 0,
  high: row.high ?? 0,
  low: row.low ?? 0,
});

/** The latest date that is today somewhere on earth: 14 hours ahead of UTC. Anything later is a mistake. */
const latestDate = (now: number): string => new Date(now + 14 * HOUR).toISOString().slice(0, 10);

/** Refuses a date in the future, and one before the version in force. */
export function wantAsOf(asOf: string, head: HeadRow): void {
  if (asOf > latestDate(Date.now())) throw new Problem("as-of-future");
  if (head.asOf !== null && asOf < head.asOf)
    throw new Problem("as-of-older", fill(details.listInForce, { date: head.asOf }));
}

/** Refuses to remove a larger share of a register at once than policy allows, unless the sender says it is meant. */
export async function refuseShrink(
  db: D1Database,
  head: HeadRow,
  removed: number,
  meant: boolean,
): Promise<void> {
  const { policy } = await currentPolicy(db);
  const share = policy.screening.maxShrinkShare;
  const had = head.numbers ?? 0;
  if (!meant && removed > had * share)
    throw new Problem("list-shrinks", fill(details.shrinks, { removed, had, share: share * 100 }));
}

/** The packed data of some blocks in force, by block; an empty block is absent. */
export async function currentBlocks(
  db: D1Database,
  list: number,
  blocks: readonly number[],
): Promise<Map<number, string>> {
  const { results } = await db
    .prepare(
      `SELECT ${blockOfId} AS block, data FROM blocks
       WHERE id IN (SELECT ${blockId("value", "?2")} FROM json_each(?1))`,
    )
    .bind(JSON.stringify(blocks), list)
    .all<{ block: number; data: string }>();
  return new Map(results.map((r) => [r.block, r.data]));
}

/** The number of a register's next version; abandoned ones keep theirs. */
export const nextVersion = async (db: D1Database, list: number): Promise<number> =>
  ((
    await db
      .prepare("SELECT MAX(ver) AS ver FROM versions WHERE list = ?")
      .bind(list)
      .first<{ ver: number | null }>()
  )?.ver ?? 0) + 1;

export const openVersion = (v: {
  list: number;
  ver: number;
  /** The head that the new version was compared with. */
  parent: number;
  kind?: "whole" | "changes";
  asOf: string;
  source: string;
  sha256: string | null;
  by: string;
}): Statement =>
  sql(
    `INSERT INTO versions (list, ver, upload, parent, kind, state, as_of, source, sha256, by, at)
     VALUES (?, ?, (SELECT COALESCE(MAX(upload), 0) + 1 FROM versions), ?, ?, 'open', ?, ?, ?, ?, ?)`,
    ...[v.list, v.ver, v.parent, v.kind ?? "whole", v.asOf, v.source, v.sha256, v.by],
    new Date().toISOString(),
  );

/** The last statements of every new version: its row is closed, and the head moves to it. Triggers check both. */
export const closeVersion = (
  list: number,
  ver: number,
  sums: BlockSums,
  added: number,
  removed: number,
): Statement[] => [
  sql(
    `UPDATE versions SET state = 'committed', committed_at = ?, blocks = ?, numbers = ?, high = ?, low = ?, added = ?,
       removed = ? WHERE list = ? AND ver = ?`,
    new Date().toISOString(),
    ...[sums.blocks, sums.numbers, sums.high, sums.low, added, removed, list, ver],
  ),
  sql("UPDATE lists SET head = ? WHERE num = ?", ver, list),
];

/** The newest 200 committed versions of a register, newest first. */
export const committedVersions = async (db: D1Database, list: number): Promise<Register["history"]> =>
  (
    await db
      .prepare(
        `SELECT v.ver AS version, v.as_of AS asOf, v.numbers, v.added, v.removed, v.source, v.sha256, v.by,
           p.name AS byName, v.at
         FROM versions v LEFT JOIN people p ON p.id = v.by
         WHERE v.list = ? AND v.state = 'committed' ORDER BY v.ver DESC LIMIT 200`,
      )
      .bind(list)
      .all<Register["history"][number]>()
  ).results;
