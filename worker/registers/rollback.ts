/**
 * Brings an earlier version's numbers back, as a new version. The blocks that were touched since are read with their
 * undo, page by page, and staged; the result must have exactly the sums of that earlier version.
 */
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
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
import { addContent, addUndo, emptyContent, sumText } from "../../shared/registers/content.ts";
import { commit, record } from "../core/commit.ts";
import { prepare } from "../core/sql.ts";
import { Problem, problemOf } from "../core/errors.ts";
import { blockOfUndo, undoId, versionOfUndo } from "./block-ids.ts";
import { versionsBound } from "./bound.ts";
import { wantHeadAsSaid } from "./as-said.ts";
import { contentAt } from "./content.ts";
import { type HeadRow, registerHead } from "./heads.ts";
import { currentBlocks, identifies, nextVersion, type Opened, openVersion, sumsOf } from "./versions.ts";
import { body, json, room, route } from "../core/route.ts";
import type { Env } from "../env.ts";
import { agreedOf } from "../trail/agreed.ts";
import { type StagedRow, stageRows, makeLive } from "./staging.ts";
import { tellFreed } from "./told.ts";
import { sendSoon } from "../mail/outbox.ts";

/** Undo rows that are read at once; each has at most 1.7 kB. */
const PAGE = 2000;

interface Earlier extends BlockSums {
  asOf: string;
}

/** A committed version before the head, with the sums over its blocks. Throws a Problem where there is none, or none such by the trail. */
async function earlierVersion(env: Env, head: HeadRow, to: number): Promise<Earlier> {
  const row = await env.DB.prepare(
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
  // Its day would be bound as the new version's.
  if ((await agreedOf(env, versionsBound, [`${head.id}/${to}`])).not.length > 0)
    throw new Problem("list-version-unknown", details.registerUnlike);
  return row;
}

interface UndoRow {
  block: number;
  ver: number;
  data: string;
}

/**
 * The undo rows of a register's versions from `to` (exclusive) to `head`, by block, after the row (block, ver) of the
 * page before. The table is in the order of blocks, whatever the register: `touched` steps from one block with any undo
 * to the next, and of each only the rows in question are read.
 */
const undoPage = async (
  db: D1Database,
  list: number,
  to: number,
  head: number,
  from: Omit<UndoRow, "data">,
) =>
  (
    await db
      .prepare(
        `WITH RECURSIVE touched(block) AS (
           SELECT ?1 UNION ALL
           SELECT (SELECT ${blockOfUndo("id")} FROM block_undo WHERE id >= ${undoId("block + 1", "0", "0")} ORDER BY id LIMIT 1)
           FROM touched WHERE block IS NOT NULL)
         SELECT t.block, ${versionOfUndo("u.id")} AS ver, u.data FROM touched t CROSS JOIN block_undo u
         WHERE u.id > ${undoId("t.block", "?3", "iif(t.block = ?1, ?2, ?4)")}
           AND u.id <= ${undoId("t.block", "?3", "?5")}
         LIMIT ${PAGE}`,
      )
      .bind(from.block, from.ver, list, to, head)
      .all<UndoRow>()
  ).results;

/**
 * Stages the blocks that differ and updates `sums` from the head's to the new ones. Returns the counts of what it
 * staged.
 */
async function stageEarlier(
  db: D1Database,
  head: HeadRow,
  to: number,
  { ver, upload }: { ver: number; upload: number },
  sums: BlockSums,
) {
  const content = await contentAt(db, head.num, head.version);
  const undone = emptyContent();
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
      const earlier = difference(now, change);
      const packed = pack(earlier);
      const digest = blockDigest(block, packed);
      addBlock(sums, now.length, blockDigest(block, data), -1);
      addBlock(sums, earlier.length, digest);
      added += (change.length + earlier.length - now.length) / 2;
      removed += (change.length - earlier.length + now.length) / 2;
      const undo = pack(change);
      if (content) {
        addContent(content, block, data, -1);
        addContent(content, block, packed);
        addUndo(undone, block, ver, undo);
      }
      rows.push([block, earlier.length, digest, packed, undo]);
    }
    staged += rows.length;
    if (rows.length > 0) await db.batch(stageRows(upload, rows).map((s) => prepare(db, s)));
  };

  // A block's undo may continue on the next page, so the last block of a page waits for it.
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
    if (done) return { staged, added, removed, contents: content && { content, undone } };
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
      "Brings an earlier version's numbers and date back, as a new version; all of it or nothing. The register's age then " +
      "counts from that date, and the limit on the share of removed numbers does not apply",
    request: { params: z.object({ id: z.string().max(40) }), body: body(rollbackRequest) },
    responses: { 201: json(registerChangesAnswer) },
  }),
  async (c) => {
    const { to, parent, why } = c.req.valid("json");
    const db = c.env.DB;
    const head = await registerHead(db, c.req.valid("param").id);
    if (parent !== head.version) throw new Problem("list-head-moved");
    const { asOf, ...wanted } = await earlierVersion(c.env, head, to);
    await wantHeadAsSaid(c.env, head);

    const ver = await nextVersion(db, head.num);
    const subject = `${head.id}/${ver}`;
    const begun = { code: "list.rollback-begun", subject, payload: { to } };
    const opened: Opened = {
      ...{ ver, parent, kind: "whole", asOf, sha256: null, by: c.get("actor")!.id },
      ...{ source: `rollback to version ${to}`, at: new Date().toISOString() },
    };
    await record(c.env, {
      ...{ actor: opened.by, event: begun, statements: [openVersion(head.num, opened)] },
    }).catch((error: unknown) => {
      throw problemOf(error) ?? error;
    });
    const { upload } = (await db
      .prepare("SELECT upload FROM versions WHERE list = ? AND ver = ?")
      .bind(head.num, ver)
      .first<{ upload: number }>())!;

    const sums = sumsOf(head);
    const { staged, ...made } = await stageEarlier(db, head, to, { ver, upload }, sums);
    // Undo is erased after the time that policy sets; without it the result is not that version.
    const was = await contentAt(db, head.num, to);
    if (
      (["blocks", "numbers", "high", "low"] as const).some((sum) => sums[sum] !== wanted[sum]) ||
      (was && made.contents && sumText(was) !== sumText(made.contents.content))
    )
      throw new Problem("list-history-gone", fill(details.historyGone, { list: head.id }));
    const closing = { sums, ...made };
    const { added, removed } = made;
    const answer = await commit(
      c,
      { code: "list.rolled-back", subject, payload: { to, why, ...identifies(opened, closing) } },
      [
        ...makeLive(head, { ...opened, upload, staged }, closing),
        ...(removed > 0 ? await tellFreed(c, head, { stage: "back", version: ver, asOf, n: removed }) : []),
      ],
      { status: 201, body: { version: ver, added, removed, ignored: 0 } },
    );
    sendSoon(c);
    return answer;
  },
);
