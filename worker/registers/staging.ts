/** Blocks on their way into a list: staged under an upload's number, invisible until one batch takes them into force. */
import type { BlockSums } from "../../shared/registers/blocks.ts";
import { changed } from "../core/commit.ts";
import { sql, type Statement, inChunks } from "../core/sql.ts";
import { closeVersion } from "./routes.ts";

/** Staged rows are kept under `upload << 38 | block`: blocks of 15-digit numbers fit into 37 bits. */
const STAGE_BITS = 38;

/** `[block, n, digest, data, undo]`; n = 0: the block goes. `undo` is null where the list was empty before. */
export type StagedRow = [block: number, n: number, digest: number, data: string, undo: string | null];

export const stageRows = (upload: number, rows: StagedRow[]): Statement[] =>
  inChunks(rows, (json) =>
    sql(
      `INSERT INTO staged (id, n, digest, data, undo)
       SELECT (?2 << ${STAGE_BITS}) | (value ->> 0), value ->> 1, value ->> 2, value ->> 3, value ->> 4
       FROM json_each(?1)`,
      json,
      upload,
    ),
  );

const stagedOf = `FROM staged WHERE id >= ?1 << ${STAGE_BITS} AND id < (?1 + 1) << ${STAGE_BITS}`;
const stagedBlock = `(id & ${2 ** STAGE_BITS - 1})`;

/** What the list comes to once what is staged is in force, from the head's sums. */
export async function stagedSums(
  db: D1Database,
  list: number,
  upload: number,
  head: BlockSums,
): Promise<BlockSums> {
  const row = await db
    .prepare(
      `SELECT COALESCE(SUM((s.n > 0) - (b.id IS NOT NULL)), 0) AS blocks,
         COALESCE(SUM(s.n - COALESCE(b.n, 0)), 0) AS numbers,
         COALESCE(SUM(iif(s.n > 0, s.digest >> 24, 0) - COALESCE(b.digest >> 24, 0)), 0) AS high,
         COALESCE(SUM(iif(s.n > 0, s.digest & 16777215, 0) - COALESCE(b.digest & 16777215, 0)), 0) AS low
       FROM (SELECT ${stagedBlock} AS block, n, digest ${stagedOf}) s
       LEFT JOIN blocks b ON b.id = s.block * 64 + ?2`,
    )
    .bind(upload, list)
    .first<BlockSums>();
  return {
    blocks: head.blocks + (row?.blocks ?? 0),
    numbers: head.numbers + (row?.numbers ?? 0),
    high: head.high + (row?.high ?? 0),
    low: head.low + (row?.low ?? 0),
  };
}

/** An open upload that nobody will finish: its parts go, its number stays taken. */
export const giveUp = (list: number, { ver, upload }: { ver: number; upload: number }): Statement[] => [
  sql("UPDATE versions SET state = 'abandoned' WHERE list = ? AND ver = ? AND state = 'open'", list, ver),
  sql(`DELETE ${stagedOf}`, upload),
  sql("DELETE FROM parts WHERE upload = ?", upload),
];

/** Blocks that are taken into force before their staged rows go: a slice's pages are free for the next one. */
const SLICE = 16_384;

/**
 * The statements that bring what is staged into force, in slices, all in one batch. The triggers on versions and lists
 * check the result. `staged` is how many blocks that is, at least.
 */
export function takeIntoForce(
  list: { num: number; id: string },
  version: { ver: number; upload: number; staged: number },
  sums: BlockSums,
  added: number,
  removed: number,
): Statement[] {
  const { ver, upload, staged } = version;
  const slices = Array.from({ length: Math.floor(staged / SLICE) }, () => slice(list.num, ver, upload, true));
  return [
    ...slices.flat(),
    ...slice(list.num, ver, upload, false),
    ...closeVersion(list.num, ver, sums, added, removed),
    sql("DELETE FROM parts WHERE upload = ?", upload),
    changed("list", list.id),
  ];
}

/** The next slice; or all that is left. */
function slice(list: number, ver: number, upload: number, more: boolean): Statement[] {
  const next = more
    ? `${stagedOf} AND id < (SELECT id ${stagedOf} ORDER BY id LIMIT 1 OFFSET ${SLICE})`
    : stagedOf;
  return [
    sql(
      `INSERT OR REPLACE INTO blocks (id, n, digest, data) SELECT ${stagedBlock} * 64 + ?2, n, digest, data ${next} AND n > 0`,
      upload,
      list,
    ),
    sql(`DELETE FROM blocks WHERE id IN (SELECT ${stagedBlock} * 64 + ?2 ${next} AND n = 0)`, upload, list),
    sql(
      `INSERT INTO block_undo (id, data)
       SELECT (${stagedBlock} << 26) | (?2 << 20) | ?3, undo ${next} AND undo IS NOT NULL`,
      upload,
      list,
      ver,
    ),
    sql(`DELETE ${next}`, upload),
  ];
}
