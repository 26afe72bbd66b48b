/** Blocks that are written once more: in one batch, which is refused where one is another by then. */
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { chunks } from "../../../../shared/core/chunks.ts";
import { sql, type Statement } from "../../../core/sql.ts";
import { refuseWhere } from "../../../storage/closed/kind.ts";
import { blockOf, type Packed } from "./hits.ts";
import { type Entry, pack, unpackWhole } from "./packed.ts";

/** An entry, and with which key the block begins that it is in, or is to be in; null: before all others. */
export type Placed = Entry & { month: number; block: number | null };

/** Rows, each with the block that its key is in. */
export async function inBlocks<Of extends { month: number; key: number }>(
  db: D1Database,
  kind: Pick<Packed, "kind">,
  rows: readonly Of[],
): Promise<(Of & { block: number | null })[]> {
  const { results: blocks } = await db
    .prepare(
      `SELECT (SELECT b.first FROM closed_blocks b WHERE b.rowid = ${blockOf(kind, "j.value ->> 0", "j.value ->> 1")}) AS first
       FROM json_each(?) j ORDER BY j.key`,
    )
    .bind(JSON.stringify(rows.map(({ month, key }) => [month, key])))
    .all<{ first: number | null }>();
  return rows.map((row, i) => ({ ...row, block: blocks[i]!.first }));
}

/** Blocks of one statement, as hexadecimal digits. */
const TOGETHER = 400;

/** `changed`: what becomes of a block's entries, by what is given of it. */
export async function changedBlocks(
  db: D1Database,
  { kind }: Pick<Packed, "kind">,
  given: readonly Placed[],
  changed: (old: readonly Entry[], its: readonly Entry[], month: number) => Entry[],
): Promise<Statement[]> {
  const groups = [...Map.groupBy(given, ({ month, block }) => `${month} ${block}`).values()];
  const asked = groups.flatMap(([row]) => (row!.block === null ? [] : [[row!.month, row!.block]]));
  const { results: before } = await db
    .prepare(
      `SELECT b.month, b.first, b.n, hex(b.entries) AS entries, NOT EXISTS (SELECT 1 FROM closed_blocks o
         WHERE o.kind = b.kind AND o.month = b.month AND o.first > b.first) AS isLast
       FROM json_each(?) j CROSS JOIN closed_blocks b ON b.kind = ${kind} AND b.month = j.value ->> 0 AND b.first = j.value ->> 1`,
    )
    .bind(JSON.stringify(asked))
    .all<{ month: number; first: number; n: number; entries: string; isLast: number }>();
  const of = new Map(before.map((block) => [`${block.month} ${block.first}`, block]));
  const written = groups.flatMap((its) => {
    const { month, block } = its[0]!;
    const there = of.get(`${month} ${block}`);
    const old = there ? unpackWhole({ ...there, bytes: hexToBytes(there.entries) }) : [];
    const entries = changed(
      old,
      its.map(({ key, place }) => ({ key, place })),
      month,
    );
    return pack(entries, there?.isLast === 0).map(
      ({ first, n, bytes }) => [month, first, n, bytesToHex(bytes)] as const,
    );
  });
  return [
    ...[...chunks(before, TOGETHER)].map((some) =>
      refuseWhere(
        `(SELECT COUNT(*) FROM json_each(?) j CROSS JOIN closed_blocks b ON b.kind = ${kind} AND b.month = j.value ->> 0
            AND b.first = j.value ->> 1 AND b.entries = unhex(j.value ->> 2)) <> ?`,
        JSON.stringify(some.map(({ month, first, entries }) => [month, first, entries])),
        some.length,
      ),
    ),
    sql(
      `DELETE FROM closed_blocks WHERE kind = ${kind} AND (month, first) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))`,
      JSON.stringify(asked),
    ),
    ...[...chunks(written, TOGETHER)].map((some) =>
      sql(
        `INSERT INTO closed_blocks (kind, month, first, n, entries)
         SELECT ${kind}, value ->> 0, value ->> 1, value ->> 2, unhex(value ->> 3) FROM json_each(?)`,
        JSON.stringify(some),
      ),
    ),
  ];
}
