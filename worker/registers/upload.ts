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
  uploadCounts,
  uploadRequest,
} from "../../shared/registers/api-upload.ts";
import { blocksHash, type BlockSums } from "../../shared/registers/blocks.ts";
import { addSum } from "../../shared/registers/content.ts";
import { asks } from "../check/budget.ts";
import { commit, logRead } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { openUpload, type Upload, uploadColumns, uploadParam } from "./parts.ts";
import { body, json, room, route } from "../core/route.ts";
import { wantHeadAsSaid } from "./as-said.ts";
import { contentAt, type Contents } from "./content.ts";
import { type HeadRow, registerHead } from "./heads.ts";
import { idParam } from "./routes.ts";
import { type Arrived, arrivedParts, type PartOf } from "./arrived.ts";
import { abandon, makeLive } from "./staging.ts";
import { tellFreed } from "./told.ts";
import { sendSoon } from "../mail/outbox.ts";
import {
  identifies,
  loggingRefusal,
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
    await wantHeadAsSaid(c.env, head);
    const open =
      source.sha256 === undefined ? null : await sameUpload(db, head, { kind, asOf, sha256: source.sha256 });
    if (open && !anew && (await isAsOpened(c.env, head, open))) {
      // Whoever resumes sends the others again.
      const { parts } = await arrivedParts(c.env, partOf(head, open));
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
    method: "get",
    path: "/v1/lists/{id}/uploads/{ver}",
    roles: ["admin"],
    asks: asks.sum,
    summary: "How many numbers an open upload would add and remove; each question is on the trail",
    request: { params: uploadParam },
    responses: { 200: json(uploadCounts) },
  }),
  async (c) => {
    const { id, ver } = c.req.valid("param");
    const head = await registerHead(c.env.DB, id);
    const opened = await openUpload(c.env.DB, head, ver);
    await logRead(c, "comparison", null, `${head.id}/${ver}`);
    const { added, removed } = await arrivedParts(c.env, partOf(head, opened));
    return c.json({ added, removed }, 200);
  },
);

uploads.openapi(
  route({
    method: "post",
    path: "/v1/lists/{id}/uploads/{ver}/commit",
    roles: ["admin"],
    asks: asks.sum,
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
    const { asOf, sha256, kind } = opened;
    wantAsOf(asOf, head);
    if (!(await isAsOpened(c.env, head, opened)))
      throw new Problem("list-version-closed", details.registerUnlike);
    await wantHeadAsSaid(c.env, head);

    const sent = await arrivedParts(c.env, partOf(head, opened));
    const arrived = sent.parts.length + sent.again.length;
    if (arrived !== wanted.parts)
      throw new Problem("list-parts-missing", fill(details.partsArrived, { arrived, parts: wanted.parts }));
    if (sent.again.length > 0)
      throw new Problem(
        "list-parts-missing",
        fill(details.partsAgain, { parts: sent.again.slice(0, NAMED).join(", ") }),
      );
    if (kind === "whole" && sent.added + sent.removed === 0 && asOf === head.asOf && isOf(head, wanted))
      return commit(
        c,
        { code: "list.upload-unchanged", subject: `${head.id}/${ver}`, payload: { version: head.version } },
        abandon(head.num, opened),
        { status: 200, body: { ...{ version: head.version, added: 0, removed: 0 }, ...ofHead(head) } },
      );
    return loggingRefusal(c, `${head.id}/${ver}`, async () => {
      const same = sent.added + sent.removed === 0 && head.asOf !== null && asOf > head.asOf;
      if (same && !wanted.attestSameFile) throw new Problem("same-file");
      const again = await refuseSameFile(db, head, asOf, sha256, wanted.attestSameFile);
      const sums = kind === "changes" ? sumsWith(head, sent.sums) : announced(wanted);
      if ((head.numbers ?? 0) + sent.added - sent.removed !== sums.numbers)
        throw new Problem("list-mismatch");
      const lost = await refuseShrink(db, head, sent.removed, wanted.allowShrink);

      const { staged, added, removed } = sent;
      const { blocks, numbers } = sums;
      const { allowShrink } = wanted;
      const closing = { sums, added, removed, contents: await contentsOf(db, head, sent) };
      const told = { version: ver, asOf };
      const answer = await commit(
        c,
        {
          code: "list.pushed",
          subject: `${head.id}/${ver}`,
          payload: { kind, ...identifies(opened, closing), allowShrink },
        },
        [
          ...makeLive(head, { ...opened, staged }, closing),
          ...(lost === null ? [] : await tellFreed(c, head, { stage: "lost", ...told, n: lost })),
          ...(same || again ? await tellFreed(c, head, { stage: "attested", ...told, n: removed }) : []),
        ],
        { status: 200, body: { version: ver, numbers, added, removed, blocks } },
      );
      sendSoon(c);
      return answer;
    });
  },
);

const ofHead = (head: HeadRow) => {
  const { blocks, numbers } = sumsOf(head);
  return { blocks, numbers };
};

/** Whether what is announced for the whole register is what is in force. */
const isOf = (head: HeadRow, { blocks, numbers, hash }: z.infer<typeof commitRequest>): boolean => {
  const sums = sumsOf(head);
  return blocks === sums.blocks && numbers === sums.numbers && hash === blocksHash(sums);
};

/** Parts that an answer names, of those to be sent again. */
const NAMED = 20;

const partOf = ({ id }: HeadRow, { ver, upload, at }: Upload): PartOf => ({ list: id, ver, upload, at });

/** The register's sums with what is added to them. */
function sumsWith(head: HeadRow, { blocks, numbers, high, low }: BlockSums): BlockSums {
  const sums = sumsOf(head);
  return {
    ...{ blocks: sums.blocks + blocks, numbers: sums.numbers + numbers },
    ...{ high: sums.high + high, low: sums.low + low },
  };
}

/** The sums that bind the blocks once these parts are live. Null where those of the head are not known. */
async function contentsOf(
  db: D1Database,
  head: HeadRow,
  { content, undone }: Arrived,
): Promise<Contents | null> {
  const sum = await contentAt(db, head.num, head.version);
  if (!sum) return null;
  addSum(sum, content);
  return { content: sum, undone };
}

/** The sums that the client announces for the whole register; triggers compare them with what was written. */
function announced({ blocks, numbers, hash }: z.infer<typeof commitRequest>): BlockSums {
  if (blocks === undefined || numbers === undefined || hash === undefined)
    throw new Problem("invalid", details.wholeList);
  const [high = 0, low = 0] = hash.split("-").map((half) => Number.parseInt(half, 16));
  return { blocks, numbers, high, low };
}

/**
 * Whether the file was pushed before with an earlier date: its copy would look fresher than it is. Throws `same-file` unless the
 * sender attests that it is not.
 */
async function refuseSameFile(
  db: D1Database,
  head: HeadRow,
  asOf: string,
  sha256: string | null,
  attested: boolean,
): Promise<boolean> {
  if (sha256 === null) return false;
  const before = await db
    .prepare(
      "SELECT as_of AS asOf FROM versions WHERE list = ? AND sha256 = ? AND state = 'committed' AND as_of < ?",
    )
    .bind(head.num, sha256, asOf)
    .first<{ asOf: string }>();
  if (before && !attested) throw new Problem("same-file", fill(details.pushedAsOf, { date: before.asOf }));
  return before !== null;
}
