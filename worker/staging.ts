/** Blocks on their way into a list: staged under an upload's number, invisible until one batch takes them into force. */
import type { ListSums } from "../shared/blocks.ts";
import { changed, sql, type Statement } from "./audit.ts";
import { closeVersion, inChunks } from "./lists.ts";

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

/** The statements that bring what is staged into force. The triggers on versions and lists check the result. */
export function takeIntoForce(
  list: { num: number; id: string },
  version: { ver: number; upload: number },
  sums: ListSums,
  added: number,
  removed: number,
): Statement[] {
  const { ver, upload } = version;
  const staged = `FROM staged WHERE id >= ?1 << ${STAGE_BITS} AND id < (?1 + 1) << ${STAGE_BITS}`;
  const block = `(id & ${2 ** STAGE_BITS - 1})`;
  return [
    sql(
      `INSERT OR REPLACE INTO blocks (id, n, digest, data) SELECT ${block} * 64 + ?2, n, digest, data ${staged} AND n > 0`,
      upload,
      list.num,
    ),
    sql(`DELETE FROM blocks WHERE id IN (SELECT ${block} * 64 + ?2 ${staged} AND n = 0)`, upload, list.num),
    sql(
      `INSERT INTO block_undo (id, data)
       SELECT (${block} << 26) | (?2 << 20) | ?3, undo ${staged} AND undo IS NOT NULL`,
      upload,
      list.num,
      ver,
    ),
    ...closeVersion(list.num, ver, sums, added, removed),
    sql(`DELETE ${staged}`, upload),
    sql("DELETE FROM parts WHERE upload = ?", upload),
    changed("list", list.id),
  ];
}
