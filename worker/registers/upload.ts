/**
 * A push: opened against the head that the file was compared with, filled by parts (parts.ts), and committed in one
 * batch or not at all. An interrupted push resumes: the same file opens the same upload again.
 */
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { fill } from "../../shared/texts/language.ts";
import type * as z from "zod";
import {
  commitAnswer,
  commitRequest,
  uploadAnswer,
  type UploadAnswer,
  uploadRequest,
} from "../../shared/registers/api-upload.ts";
import type { BlockSums } from "../../shared/registers/blocks.ts";
import { addSum, emptyContent, sumOf } from "../../shared/registers/content.ts";
import { commit } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { openUpload, type Upload, uploadColumns, uploadParam } from "./parts.ts";
import { body, json, room, route } from "../core/route.ts";
import { contentAt, type Contents } from "./content.ts";
import { type HeadRow, registerHead } from "./heads.ts";
import { idParam } from "./routes.ts";
import { abandon, makeLive, stagedSums } from "./staging.ts";
import {
  identifies,
  nextVersion,
  type Opened,
  openVersion,
  refuseShrink,
  saidOfUpload,
  sumsOf,
  wantAsOf,
} from "./versions.ts";
import { isSaid } from "../trail/agreed.ts";
import type { Env } from "../env.ts";

export const uploads = room();

uploads.openapi(
  route({
    method: "post",
    path: "/v1/lists/{id}/uploads",
    roles: ["admin"],
    summary:
      "Begins a push against the version that the file was compared with, or resumes one that was interrupted",
    request: { params: idParam, body: body(uploadRequest) },
    responses: { 200: json(uploadAnswer), 201: json(uploadAnswer) },
  }),
  async (c) => {
    const { asOf, parent, kind, source, anew } = c.req.valid("json");
    const db = c.env.DB;
    const head = await registerHead(db, c.req.valid("param").id);
    wantAsOf(asOf, head);
    if (parent !== head.version) throw new Problem("list-head-moved");
    if (kind === "changes" && head.version === 0) throw new Problem("list-never-loaded");
    const open =
      source.sha256 === undefined ? null : await sameUpload(db, head, { kind, asOf, sha256: source.sha256 });
    if (open && !anew && (await isAsOpened(c.env, head, open))) {
      const { results: parts } = await db
        .prepare("SELECT part, sha256, added, removed FROM parts WHERE upload = ? ORDER BY part")
        .bind(open.upload)
        .all<UploadAnswer["parts"][number]>();
      return c.json({ version: open.ver, parent, parts }, 200);
    }
    const version = await nextVersion(db, head.num);
    const opened: Opened = {
      ...{ ver: version, parent, kind, asOf, source: source.name, sha256: source.sha256 ?? null },
      ...{ by: c.get("actor")!.id, at: new Date().toISOString() },
    };
    return commit(
      c,
      { code: "list.upload-begun", subject: `${head.id}/${version}`, payload: { asOf, source, kind } },
      [
        ...(open ? abandon(head.num, open) : []),
        { ...openVersion(head.num, opened), binds: [saidOfUpload(head.id, opened)] },
      ],
      { status: 201, body: { version, parent, parts: [] } },
    );
  },
);

/** The newest open upload of the same file against the head, by any administrator. */
const sameUpload = (db: D1Database, head: HeadRow, file: Pick<Upload, "kind" | "asOf" | "sha256">) =>
  db
    .prepare(
      `SELECT ${uploadColumns} FROM versions WHERE list = ? AND parent = ? AND state = 'open' AND kind = ?
         AND as_of = ? AND sha256 = ? ORDER BY ver DESC LIMIT 1`,
    )
    .bind(head.num, head.version, file.kind, file.asOf, file.sha256)
    .first<Upload>();

/** False also of one that an older Worker opened, which bound nothing of it. */
const isAsOpened = async (env: Env, { id }: HeadRow, opened: Upload): Promise<boolean> =>
  (await isSaid(env, saidOfUpload(id, opened), opened.at)) === true;

uploads.openapi(
  route({
    method: "post",
    path: "/v1/lists/{id}/uploads/{ver}/commit",
    roles: ["admin"],
    summary: "Commits the upload: all of it or nothing, checked against what was actually written",
    request: { params: uploadParam, body: body(commitRequest) },
    responses: { 200: json(commitAnswer) },
  }),
  async (c) => {
    const { id, ver } = c.req.valid("param");
    const wanted = c.req.valid("json");
    const db = c.env.DB;
    const head = await registerHead(db, id);
    const opened = await openUpload(db, head, ver);
    const { upload, asOf, sha256, kind } = opened;
    wantAsOf(asOf, head);
    if (!(await isAsOpened(c.env, head, opened)))
      throw new Problem("list-version-closed", details.registerUnlike);

    const sent = await db
      .prepare(
        `SELECT COUNT(*) AS parts, COALESCE(SUM(blocks), 0) AS staged, COALESCE(SUM(added), 0) AS added, COALESCE(SUM(removed), 0) AS removed
         FROM parts WHERE upload = ?`,
      )
      .bind(upload)
      .first<{ parts: number; staged: number; added: number; removed: number }>();
    if (!sent || sent.parts !== wanted.parts)
      throw new Problem(
        "list-parts-missing",
        fill(details.partsArrived, { arrived: sent?.parts ?? 0, parts: wanted.parts }),
      );
    const same = sent.added + sent.removed === 0 && head.asOf !== null && asOf > head.asOf;
    if (same && !wanted.attestSameFile) throw new Problem("same-file");
    await refuseSameFile(db, head, asOf, sha256, wanted.attestSameFile);
    const sums =
      kind === "changes" ? await stagedSums(db, head.num, upload, sumsOf(head)) : announced(wanted);
    if ((head.numbers ?? 0) + sent.added - sent.removed !== sums.numbers) throw new Problem("list-mismatch");
    await refuseShrink(db, head, sent.removed, wanted.allowShrink);

    const { staged, added, removed } = sent;
    const { blocks, numbers } = sums;
    const { allowShrink } = wanted;
    const closing = { sums, added, removed, contents: await contentsOf(db, head, upload) };
    return commit(
      c,
      {
        code: "list.pushed",
        subject: `${head.id}/${ver}`,
        payload: { kind, ...identifies(opened, closing), allowShrink },
      },
      makeLive(head, { ...opened, staged }, closing),
      { status: 200, body: { version: ver, numbers, added, removed, blocks } },
    );
  },
);

/** Parts read at once: each has two sums of 2.7 kB. */
const PARTS = 500;
/** The sums that bind the blocks once these parts are live. Null where those of the head are not known, or an older Worker took a part. */
async function contentsOf(db: D1Database, head: HeadRow, upload: number): Promise<Contents | null> {
  const content = await contentAt(db, head.num, head.version);
  if (!content) return null;
  const undone = emptyContent();
  for (let after = 0; ;) {
    const { results } = await db
      .prepare("SELECT part, content, undone FROM parts WHERE upload = ? AND part > ? ORDER BY part LIMIT ?")
      .bind(upload, after, PARTS)
      .all<{ part: number; content: string | null; undone: string | null }>();
    for (const part of results) {
      if (part.content === null || part.undone === null) return null;
      addSum(content, sumOf(part.content));
      addSum(undone, sumOf(part.undone));
    }
    if (results.length < PARTS) return { content, undone };
    after = results.at(-1)!.part;
  }
}

/** The sums that the client announces for the whole register; triggers compare them with what was written. */
function announced({ blocks, numbers, hash }: z.infer<typeof commitRequest>): BlockSums {
  if (blocks === undefined || numbers === undefined || hash === undefined)
    throw new Problem("invalid", details.wholeList);
  const [high = 0, low = 0] = hash.split("-").map((half) => Number.parseInt(half, 16));
  return { blocks, numbers, high, low };
}

/** Throws `same-file` where the file was pushed before with an earlier date: its copy would look fresher than it is. */
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
  if (before) throw new Problem("same-file", fill(details.pushedAsOf, { date: before.asOf }));
}
