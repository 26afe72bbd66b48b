/**
 * An earlier version's numbers in force again, as a new version forward. The blocks that were touched since are read
 * with their undo rows, page by page, and staged; what comes out must have exactly the sums that version had.
 */
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import { fill } from "../../shared/texts/language.ts";
import * as z from "zod";
import { registerChangesAnswer, rollbackRequest } from "../../shared/registers/api.ts";
import {
  addBlock,
  blockDigest,
  difference,
  type BlockSums,
  pack,
  unpack,
} from "../../shared/registers/blocks.ts";
import { commit, record } from "../core/commit.ts";
import { prepare } from "../core/sql.ts";
import { Problem, problemOf } from "../core/errors.ts";
import { currentBlocks, type HeadRow, registerHead, nextVersion, openVersion, sumsOf } from "./routes.ts";
import { body, json, room, route } from "../core/route.ts";
import { type StagedRow, stageRows, takeIntoForce } from "./staging.ts";

/** Undo rows that are read at once; each has 1.7 kB at the most. */
const PAGE = 4000;

interface Earlier extends BlockSums {
  asOf: string;
}

/** A committed version before the head, with the sums over its blocks. */
async function earlierVersion(db: D1Database, head: HeadRow, to: number): Promise<Earlier> {
  const row = await db
    .prepare(
      `SELECT as_of AS asOf, blocks, numbers, high, low FROM versions
       WHERE list = ? AND ver = ? AND ver < ? AND state = 'committed'`,
    )
    .bind(head.num, to, head.version)
    .first<Earlier>();
  if (!row)
    throw new Problem(
      "list-version-unknown",
      fill(details.noVersion, { list: head.id, to, version: head.version }),
    );
  return row;
}

interface Undo {
  block: number;
  ver: number;
  data: string;
}

/**
 * The undo rows of a list's versions after `to`, by block, from behind the row (block, ver). The table is in the order
 * of blocks, whatever list and version: the first part leaps from block to block, the second reads of each only what
 * is wanted.
 */
const undoPage = async (db: D1Database, list: number, to: number, head: number, from: Omit<Undo, "data">) =>
  (
    await db
      .prepare(
        `WITH RECURSIVE touched(block) AS (
           SELECT ?1 UNION ALL
           SELECT (SELECT id >> 26 FROM block_undo WHERE id >= (block + 1) << 26 ORDER BY id LIMIT 1)
           FROM touched WHERE block IS NOT NULL)
         SELECT t.block, u.id & 1048575 AS ver, u.data FROM touched t CROSS JOIN block_undo u
         WHERE u.id > (t.block << 26) + (?3 << 20) + iif(t.block = ?1, ?2, ?4)
           AND u.id <= (t.block << 26) + (?3 << 20) + ?5
         LIMIT ${PAGE}`,
      )
      .bind(from.block, from.ver, list, to, head)
      .all<Undo>()
  ).results;

/** Stages the blocks that differ; returns how many, and what was added and removed. `sums` are moved from the head's to the new. */
async function stageEarlier(db: D1Database, head: HeadRow, to: number, upload: number, sums: BlockSums) {
  let staged = 0;
  let added = 0;
  let removed = 0;
  const stage = async (changes: Map<number, Uint16Array>): Promise<void> => {
    const current = await currentBlocks(db, head.num, [...changes.keys()]);
    const rows: StagedRow[] = [];
    for (const [block, change] of changes) {
      if (change.length === 0) continue;
      const data = current.get(block) ?? "";
      const now = unpack(data);
      const then = difference(now, change);
      const packed = pack(then);
      const digest = blockDigest(block, packed);
      addBlock(sums, now.length, blockDigest(block, data), -1);
      addBlock(sums, then.length, digest);
      added += (change.length + then.length - now.length) / 2;
      removed += (change.length - then.length + now.length) / 2;
      rows.push([block, then.length, digest, packed, pack(change)]);
    }
    staged += rows.length;
    if (rows.length > 0) await db.batch(stageRows(upload, rows).map((s) => prepare(db, s)));
  };

  // A block's changes may go on in the next page: it is staged when another one follows, or the end.
  let open = new Map<number, Uint16Array>();
  let from = { block: -1, ver: 0 };
  for (;;) {
    const page = await undoPage(db, head.num, to, head.version, from);
    for (const { block, data } of page)
      open.set(block, difference(open.get(block) ?? new Uint16Array(0), unpack(data)));
    const last = page[page.length - 1];
    const done = page.length < PAGE || !last;
    const unfinished = done ? undefined : open.get(last.block);
    if (!done) open.delete(last.block);
    await stage(open);
    if (done) return { staged, added, removed };
    open = new Map(unfinished ? [[last.block, unfinished]] : []);
    from = last;
  }
}

export const rollback = room();

rollback.openapi(
  route({
    method: "post",
    path: "/v1/lists/{id}/rollback",
    roles: ["admin"],
    summary:
      "Brings an earlier version's numbers and date into force again, as a new version; all of it or nothing. " +
      "The list's age then counts from that date, and no share of lost numbers is too large: it is meant",
    request: { params: z.object({ id: z.string().max(40) }), body: body(rollbackRequest) },
    responses: { 201: json(registerChangesAnswer) },
  }),
  async (c) => {
    const { to, parent, why } = c.req.valid("json");
    const db = c.env.DB;
    const head = await registerHead(db, c.req.valid("param").id);
    if (parent !== head.version) throw new Problem("list-head-moved");
    const { asOf, ...wanted } = await earlierVersion(db, head, to);

    const by = c.get("actor")!.id;
    const ver = await nextVersion(db, head.num);
    const subject = `${head.id}/${ver}`;
    const begun = { code: "list.rollback-begun", subject, payload: { to } };
    const source = `rollback to version ${to}`;
    const opened = openVersion({ list: head.num, ver, parent, asOf, source, sha256: null, by });
    await record(c.env, { actor: by, event: begun, statements: [opened] }).catch((error: unknown) => {
      throw problemOf(error) ?? error;
    });
    const { upload } = (await db
      .prepare("SELECT upload FROM versions WHERE list = ? AND ver = ?")
      .bind(head.num, ver)
      .first<{ upload: number }>())!;

    const sums = sumsOf(head);
    const { staged, added, removed } = await stageEarlier(db, head, to, upload, sums);
    // Where undo rows have been erased, as policy says, what comes out is another list.
    if ((["blocks", "numbers", "high", "low"] as const).some((sum) => sums[sum] !== wanted[sum]))
      throw new Problem("list-history-gone", fill(details.historyGone, { list: head.id }));
    return commit(
      c,
      {
        code: "list.rolled-back",
        subject,
        payload: { to, why, asOf, numbers: sums.numbers, added, removed },
      },
      takeIntoForce(head, { ver, upload, staged }, sums, added, removed),
      { status: 201, body: { version: ver, added, removed, ignored: 0 } },
    );
  },
);
