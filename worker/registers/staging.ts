/** Blocks of an upload: staged under its number, and invisible until one batch makes them live. */
import { changed } from "../core/commit.ts";
import { inChunks, sql, type Statement } from "../core/sql.ts";
import { blockId, blockOfStaged, stagedId, stagedOf, undoId } from "./block-ids.ts";
import type { HeadRow } from "./heads.ts";
import { type Closing, closeVersion, type Opened } from "./versions.ts";

/** `n` 0: the block is deleted. `undo` is null where the register was empty before. */
export type StagedRow = [block: number, n: number, digest: number, data: string, undo: string | null];

export const stageRows = (upload: number, rows: StagedRow[]): Statement[] =>
  inChunks(rows, (json) =>
    sql(
      `INSERT INTO staged (id, n, digest, data, undo)
       SELECT ${stagedId("?2", "value ->> 0")}, value ->> 1, value ->> 2, value ->> 3, value ->> 4
       FROM json_each(?1)`,
      json,
      upload,
    ),
  );

/** The staged rows of the upload `?1`. */
const fromStaged = `FROM staged WHERE ${stagedOf("?1")}`;

/** Takes these blocks of an upload away again. */
export const unstage = (upload: number, blocks: readonly number[]): Statement[] =>
  inChunks(blocks, (json) =>
    sql(
      `DELETE FROM staged WHERE id IN (SELECT ${stagedId("?2", "value")} FROM json_each(?1))`,
      json,
      upload,
    ),
  );

/** Abandons an open upload: its parts are deleted, its number stays taken. */
export const abandon = (list: number, { ver, upload }: { ver: number; upload: number }): Statement[] => [
  sql("UPDATE versions SET state = 'abandoned' WHERE list = ? AND ver = ? AND state = 'open'", list, ver),
  sql(`DELETE ${fromStaged}`, upload),
  sql("DELETE FROM parts WHERE upload = ?", upload),
];

/** Blocks made live at a time: their staged rows are then deleted, which frees database pages for the next slice. */
const SLICE = 8192;

/**
 * The statements that make an upload's staged blocks live, in slices, for one batch. Triggers on `versions` and `lists`
 * check the result. `staged` is the least number of staged blocks.
 */
export function makeLive(
  list: Pick<HeadRow, "num" | "id">,
  version: Opened & { upload: number; staged: number },
  closing: Closing,
): Statement[] {
  const { ver, upload, staged } = version;
  const slices = Array.from({ length: Math.floor(staged / SLICE) }, () => slice(list.num, ver, upload, true));
  return [
    ...slices.flat(),
    ...slice(list.num, ver, upload, false),
    ...closeVersion(list, version, closing),
    sql("DELETE FROM parts WHERE upload = ?", upload),
    changed("list", list.id),
  ];
}

/** The next slice, or all the rest. */
function slice(list: number, ver: number, upload: number, more: boolean): Statement[] {
  const next = more
    ? `${fromStaged} AND id < (SELECT id ${fromStaged} ORDER BY id LIMIT 1 OFFSET ${SLICE})`
    : fromStaged;
  const id = blockId(blockOfStaged, "?2");
  return [
    sql(
      `INSERT OR REPLACE INTO blocks (id, n, digest, data) SELECT ${id}, n, digest, data ${next} AND n > 0`,
      upload,
      list,
    ),
    sql(`DELETE FROM blocks WHERE id IN (SELECT ${id} ${next} AND n = 0)`, upload, list),
    sql(
      `INSERT INTO block_undo (id, data)
       SELECT ${undoId(blockOfStaged, "?2", "?3")}, undo ${next} AND undo IS NOT NULL`,
      upload,
      list,
      ver,
    ),
    sql(`DELETE ${next}`, upload),
  ];
}
