/**
 * A whole push: only blocks that differ from the head are uploaded, in parts that stay invisible, and one batch brings
 * them into force or none. Each part may be sent again.
 */
import * as z from "zod";
import {
  commitAnswer,
  commitRequest,
  partAnswer,
  partRequest,
  uploadAnswer,
  uploadRequest,
} from "../shared/api.ts";
import { blockDigest, difference, pack, unpack } from "../shared/blocks.ts";
import { commit, prepare, sql } from "./audit.ts";
import { Problem, problemOf } from "./errors.ts";
import {
  currentBlocks,
  type HeadRow,
  listHead,
  nextVersion,
  openVersion,
  refuseShrink,
  wantAsOf,
} from "./lists.ts";
import { body, json, room, route } from "./route.ts";
import { sha256Hex } from "./sha256.ts";
import { type StagedRow, stageRows, takeIntoForce } from "./staging.ts";

interface Upload {
  ver: number;
  upload: number;
  parent: number;
  state: "open" | "committed" | "abandoned";
  asOf: string;
  sha256: string | null;
}

/** The open upload of a list, whose head has not moved since. */
async function openUpload(db: D1Database, head: HeadRow, ver: number): Promise<Upload> {
  const upload = await db
    .prepare(
      "SELECT ver, upload, parent, state, as_of AS asOf, sha256 FROM versions WHERE list = ? AND ver = ?",
    )
    .bind(head.num, ver)
    .first<Upload>();
  if (!upload) throw new Problem("not-found", `The list ${head.id} has no upload ${ver}.`);
  if (upload.state !== "open") throw new Problem("list-version-closed");
  if (upload.parent !== head.version) throw new Problem("list-head-moved");
  return upload;
}

const uploadParam = z.object({ id: z.string().max(40), ver: z.coerce.number().int().min(1) });

export const uploads = room();

uploads.openapi(
  route({
    method: "post",
    path: "/v1/lists/{id}/uploads",
    roles: ["admin"],
    summary: "Begins a push against the version that the file was compared with",
    request: { params: z.object({ id: z.string().max(40) }), body: body(uploadRequest) },
    responses: { 201: json(uploadAnswer) },
  }),
  async (c) => {
    const { asOf, parent, source } = c.req.valid("json");
    const head = await listHead(c.env.DB, c.req.valid("param").id);
    wantAsOf(asOf, head);
    if (parent !== head.version) throw new Problem("list-head-moved");
    const version = await nextVersion(c.env.DB, head.num);
    return commit(
      c,
      { code: "list.upload-begun", subject: `${head.id}/${version}`, payload: { asOf, source } },
      [
        openVersion({
          list: head.num,
          ver: version,
          parent,
          asOf,
          source: source.name,
          sha256: source.sha256 ?? null,
          by: c.get("actor")!.id,
        }),
      ],
      { status: 201, body: { version, parent } },
    );
  },
);

uploads.openapi(
  route({
    method: "put",
    path: "/v1/lists/{id}/uploads/{ver}/parts/{part}",
    roles: ["admin"],
    summary: "One part: changed blocks, at most 1.8 MB; sent again it counts once",
    request: {
      params: uploadParam.extend({ part: z.coerce.number().int().min(1).max(10_000) }),
      body: body(partRequest),
    },
    responses: { 200: json(partAnswer) },
  }),
  async (c) => {
    const { id, ver, part } = c.req.valid("param");
    const { blocks } = c.req.valid("json");
    const db = c.env.DB;
    const head = await listHead(db, id);
    const { upload } = await openUpload(db, head, ver);
    const sha256 = sha256Hex(JSON.stringify(blocks));
    const before = await arrivedPart(db, upload, part);
    if (before && before.sha256 !== sha256) throw new Problem("part-differs");
    if (before)
      return c.json({ part, blocks: before.blocks, added: before.added, removed: before.removed }, 200);

    const current = await currentBlocks(
      db,
      head.num,
      blocks.map(([block]) => block),
    );
    let added = 0;
    let removed = 0;
    const rows = blocks.map(([block, n, digest, data]): StagedRow => {
      const after = unpackOrRefuse(block, data);
      if (after.length !== n || blockDigest(block, data) !== digest)
        throw new Problem("block-broken", `Block ${block} does not match its count or digest.`);
      const was = unpack(current.get(block) ?? "");
      const undo = difference(after, was);
      // |after| - |was| = added - removed, and |undo| = added + removed.
      added += (undo.length + after.length - was.length) / 2;
      removed += (undo.length - after.length + was.length) / 2;
      return [block, n, digest, data, head.version === 0 ? null : pack(undo)];
    });
    try {
      await db.batch(
        [
          ...stageRows(upload, rows),
          sql(
            "INSERT INTO parts (upload, part, sha256, blocks, added, removed) VALUES (?, ?, ?, ?, ?, ?)",
            upload,
            part,
            sha256,
            rows.length,
            added,
            removed,
          ),
        ].map((s) => prepare(db, s)),
      );
    } catch (error) {
      // Sent again while the first try was still under way: that one has written it.
      const written = await arrivedPart(db, upload, part);
      if (written?.sha256 !== sha256) throw problemOf(error) ?? error;
    }
    return c.json({ part, blocks: rows.length, added, removed }, 200);
  },
);

const arrivedPart = (db: D1Database, upload: number, part: number) =>
  db
    .prepare("SELECT sha256, blocks, added, removed FROM parts WHERE upload = ? AND part = ?")
    .bind(upload, part)
    .first<{ sha256: string; blocks: number; added: number; removed: number }>();

function unpackOrRefuse(block: number, data: string): Uint16Array {
  try {
    return unpack(data);
  } catch {
    throw new Problem("block-broken", `Block ${block} cannot be read.`);
  }
}

uploads.openapi(
  route({
    method: "post",
    path: "/v1/lists/{id}/uploads/{ver}/commit",
    roles: ["admin"],
    summary: "Brings the upload into force: all of it or nothing, checked against what was really written",
    request: { params: uploadParam, body: body(commitRequest) },
    responses: { 200: json(commitAnswer) },
  }),
  async (c) => {
    const { id, ver } = c.req.valid("param");
    const wanted = c.req.valid("json");
    const db = c.env.DB;
    const head = await listHead(db, id);
    const { upload, asOf, sha256 } = await openUpload(db, head, ver);
    wantAsOf(asOf, head);

    const sent = await db
      .prepare(
        `SELECT COUNT(*) AS parts, COALESCE(SUM(added), 0) AS added, COALESCE(SUM(removed), 0) AS removed
         FROM parts WHERE upload = ?`,
      )
      .bind(upload)
      .first<{ parts: number; added: number; removed: number }>();
    if (!sent || sent.parts !== wanted.parts)
      throw new Problem("list-parts-missing", `${sent?.parts ?? 0} of ${wanted.parts} parts have arrived.`);
    const had = head.numbers ?? 0;
    const same = sent.added + sent.removed === 0 && head.asOf !== null && asOf > head.asOf;
    if (same && !wanted.attestSameFile) throw new Problem("same-file");
    await refuseSameFile(db, head, asOf, sha256, wanted.attestSameFile);
    if (had + sent.added - sent.removed !== wanted.numbers) throw new Problem("list-mismatch");
    await refuseShrink(db, head, sent.removed, wanted.allowShrink);

    const [high = 0, low = 0] = wanted.hash.split("-").map((half) => Number.parseInt(half, 16));
    const sums = { blocks: wanted.blocks, numbers: wanted.numbers, high, low };
    return commit(
      c,
      {
        code: "list.pushed",
        subject: `${head.id}/${ver}`,
        payload: {
          asOf,
          numbers: wanted.numbers,
          added: sent.added,
          removed: sent.removed,
          allowShrink: wanted.allowShrink,
        },
      },
      takeIntoForce(head, { ver, upload }, sums, sent.added, sent.removed),
      {
        status: 200,
        body: {
          version: ver,
          numbers: wanted.numbers,
          added: sent.added,
          removed: sent.removed,
          blocks: wanted.blocks,
        },
      },
    );
  },
);

/** A register's file under a later date than it was first pushed with would make an old list look fresh. */
async function refuseSameFile(
  db: D1Database,
  head: HeadRow,
  asOf: string,
  sha256: string | null,
  attested: boolean,
): Promise<void> {
  if (sha256 === null || attested) return;
  const before = await db
    .prepare(
      "SELECT as_of AS asOf FROM versions WHERE list = ? AND sha256 = ? AND state = 'committed' AND as_of < ?",
    )
    .bind(head.num, sha256, asOf)
    .first<{ asOf: string }>();
  if (before) throw new Problem("same-file", `It was pushed as of ${before.asOf}.`);
}
