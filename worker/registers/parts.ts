/**
 * The parts of an upload: staged, and invisible until its commit. A part may be sent again and counts once. For each
 * block the Worker computes the undo that leads back to the head that the upload was compared with. No answer to a part says
 * what it changes, as one number's part would tell whether that is listed.
 */
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { fill } from "../../shared/texts/language.ts";
import * as z from "zod";
import { date } from "../../shared/api.ts";
import { type BlockRow, type ChangeRow, partAnswer, partRequest } from "../../shared/registers/api-upload.ts";
import {
  addBlock,
  BLOCK_SIZE,
  blockDigest,
  difference,
  emptySums,
  pack,
  unpack,
} from "../../shared/registers/blocks.ts";
import { addContent, addUndo, emptyContent, sumText } from "../../shared/registers/content.ts";
import { prepare, sql } from "../core/sql.ts";
import { Problem, problemOf } from "../core/errors.ts";
import { arrivedPart, insertPart, type PartOf, sumsText } from "./arrived.ts";
import { type HeadRow, registerHead } from "./heads.ts";
import { idParam } from "./routes.ts";
import { currentBlocks, type Opened } from "./versions.ts";
import { body, json, room, route } from "../core/route.ts";
import { sha256Hex } from "../core/hash.ts";
import { type StagedRow, stageRows, unstage } from "./staging.ts";

export interface Upload extends Opened {
  upload: number;
  state: "open" | "committed" | "abandoned";
}
export const uploadColumns = "ver, upload, parent, kind, state, as_of AS asOf, source, sha256, by, at";

/**
 * An open upload. Throws a Problem where it does not exist, is closed, or has a day that is none, or the register's head has moved
 * since.
 */
export async function openUpload(db: D1Database, head: HeadRow, ver: number): Promise<Upload> {
  const upload = await db
    .prepare(`SELECT ${uploadColumns} FROM versions WHERE list = ? AND ver = ?`)
    .bind(head.num, ver)
    .first<Upload>();
  if (!upload) throw new Problem("not-found", fill(details.noUpload, { list: head.id, version: ver }));
  if (upload.state !== "open") throw new Problem("list-version-closed");
  if (upload.parent !== head.version) throw new Problem("list-head-moved");
  // Nobody could tell how old the version is.
  if (!date.safeParse(upload.asOf).success)
    throw new Problem("list-version-closed", fill(details.uploadDay, { day: upload.asOf }));
  return upload;
}

export const uploadParam = idParam.extend({ ver: z.coerce.number().int().min(1) });

export const uploadParts = room();

uploadParts.openapi(
  route({
    method: "put",
    path: "/v1/lists/{id}/uploads/{ver}/parts/{part}",
    roles: ["admin"],
    summary: "One part: changed blocks, or changes to blocks, at most 1.8 MB; sent again it counts once",
    request: {
      params: uploadParam.extend({ part: z.coerce.number().int().min(1).max(10_000) }),
      body: body(partRequest),
    },
    responses: { 200: json(partAnswer) },
  }),
  async (c) => {
    const { id, ver, part } = c.req.valid("param");
    const sent = c.req.valid("json");
    const db = c.env.DB;
    const head = await registerHead(db, id);
    const opened = await openUpload(db, head, ver);
    const { upload, kind } = opened;
    const of: PartOf = { list: head.id, ver, upload, at: opened.at };
    if ("changes" in sent !== (kind === "changes"))
      throw new Problem("part-differs", fill(details.partKind, { kind }));
    const content = "changes" in sent ? sent.changes : sent.blocks;
    const sha256 = sha256Hex(JSON.stringify(content));
    const before = await arrivedPart(c.env, of, part);
    if (before?.taken) {
      if (before.sha256 !== sha256) throw new Problem("part-differs");
      return c.json({ part }, 200);
    }

    const current = await currentBlocks(
      db,
      head.num,
      content.map(([block]) => block),
    );
    let added = 0;
    let removed = 0;
    const sum = emptyContent();
    const undone = emptyContent();
    const sums = emptySums();
    const rows: StagedRow[] = [];
    const stage = (
      block: number,
      n: number,
      digest: number,
      data: string,
      was: Uint16Array,
      undo: Uint16Array,
    ) => {
      const inForce = current.get(block) ?? "";
      // Sent with a group of which another block changed (groups.ts).
      if (data === inForce) return;
      // |after| - |was| = added - removed, and |undo| = added + removed.
      added += (undo.length + n - was.length) / 2;
      removed += (undo.length - n + was.length) / 2;
      const undoData = head.version === 0 ? null : pack(undo);
      rows.push([block, n, digest, data, undoData]);
      addBlock(sums, was.length, blockDigest(block, inForce), -1);
      addBlock(sums, n, digest);
      addContent(sum, block, inForce, -1);
      addContent(sum, block, data);
      if (undoData !== null) addUndo(undone, block, ver, undoData);
    };
    for (const row of content) {
      const was = unpack(current.get(row[0]) ?? "");
      if (row.length === 4) {
        const after = contentOf(row);
        stage(row[0], after.length, row[2], row[3], was, difference(after, was));
      } else {
        const after = changedBy(row, was);
        const undo = difference(after, was);
        if (undo.length === 0) continue;
        const data = pack(after);
        stage(row[0], after.length, blockDigest(row[0], data), data, was, undo);
      }
    }
    try {
      const taken = {
        ...{ part, sha256, blocks: rows.length, added, removed },
        ...{ content: sumText(sum), undone: sumText(undone), sums: sumsText(sums) },
      };
      await db.batch(
        [
          // It is not as the Worker took it, or an older one did.
          ...(before
            ? [
                ...unstage(
                  upload,
                  content.map(([block]) => block),
                ),
                sql("DELETE FROM parts WHERE upload = ? AND part = ?", upload, part),
              ]
            : []),
          ...stageRows(upload, rows),
          await insertPart(c.env, of, taken),
        ].map((s) => prepare(db, s)),
      );
    } catch (error) {
      // The same part was sent twice at once, and the other request wrote it.
      const written = await arrivedPart(c.env, of, part);
      if (!written?.taken || written.sha256 !== sha256) throw problemOf(error) ?? error;
    }
    return c.json({ part }, 200);
  },
);

/** A block's offsets. Throws `block-broken` where its count or its digest is wrong. */
function contentOf([block, n, digest, data]: BlockRow): Uint16Array {
  const after = unpackOrRefuse(block, data);
  if (after.length !== n || blockDigest(block, data) !== digest)
    throw new Problem("block-broken", fill(details.blockDiffers, { block }));
  return after;
}

function changedBy([block, add, remove]: ChangeRow, was: Uint16Array): Uint16Array {
  const listed = new Uint8Array(BLOCK_SIZE);
  for (const offset of was) listed[offset] = 1;
  const adds = unpackOrRefuse(block, add);
  const removes = unpackOrRefuse(block, remove);
  for (const offset of removes) listed[offset] = 0;
  const gone = new Set(removes);
  for (const offset of adds) {
    if (gone.has(offset)) throw new Problem("block-broken", fill(details.blockBoth, { block }));
    listed[offset] = 1;
  }
  const after: number[] = [];
  for (let offset = 0; offset < BLOCK_SIZE; offset++) if (listed[offset]) after.push(offset);
  return Uint16Array.from(after);
}

function unpackOrRefuse(block: number, data: string): Uint16Array {
  try {
    return unpack(data);
  } catch {
    throw new Problem("block-broken", fill(details.blockUnreadable, { block }));
  }
}
