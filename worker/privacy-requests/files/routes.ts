/**
 * Files of a request: scans of letters, proofs of identity, and the requester's copy. They are in buckets of their own
 * (store.ts), in a region that policy allows for recordings.
 */
import type { Context } from "hono";
import * as z from "zod";
import { fileQuery, requestIdParam as idParam } from "../../../shared/privacy-requests/api-steps.ts";
import { daysLater } from "../../../shared/core/calendar.ts";
import { scanTypes } from "../../../shared/privacy-requests/files.ts";
import { bindAsIs } from "../../core/bound-before.ts";
import { record } from "../../core/commit.ts";
import { Problem, problemOf } from "../../core/errors.ts";
import { json, room, route } from "../../core/route.ts";
import { sql } from "../../core/sql.ts";
import type { App } from "../../env.ts";
import { currentPolicy } from "../../policy/current.ts";
import { countryOf, wantCountry } from "../../recordings/opened-from.ts";
import { storeProblem } from "../../storage/problem.ts";
import { proofCame } from "../clocks.ts";
import type { Handed } from "../links.ts";
import { isThere, type Moment, momentOf, wantRequest } from "../rows.ts";
import { takeStep, wantStep } from "../take-step.ts";
import { untilArrived } from "./arrived.ts";
import { openedBound } from "./bound.ts";
import { sameFile } from "./same.ts";
import {
  fileCame,
  fileComes,
  type NewFile,
  objectOf,
  putFile,
  type StoredAs,
  storeOfFile,
  wantFileStore,
} from "./store.ts";

export const requestFiles = room();
const fileParam = idParam.extend({ file: z.string().max(60) });

requestFiles.openapi(
  route({
    method: "put",
    path: "/v1/requests/{id}/files",
    roles: "everyone",
    summary:
      "Adds a scan of a letter, a proof of identity, which then counts as received, or the requester's own word of withdrawal: " +
      "a PDF, PNG or JPEG of at most 10 MB. For officers; scans also for the person who entered the request",
    request: { params: idParam, query: fileQuery },
    responses: { 200: json(z.object({ state: z.string() })) },
  }),
  async (c) => {
    const { purpose, name } = c.req.valid("query");
    const { id: by, role } = c.get("actor")!;
    const moment = await momentOf(c.env.DB, Date.now());
    const row = await wantRequest(c.env.DB, c.req.valid("param").id, moment);
    const officer = role === "compliance" || role === "admin";
    if (!officer && (purpose !== "scan" || row.by !== by)) throw new Problem("role-not-allowed");
    const type = c.req.header("content-type") ?? "";
    if (!scanTypes.includes(type)) throw new Problem("not-a-scan");
    const asProof = purpose === "proof" && (row.state === "open" || row.state === "asked");
    const action = asProof ? "receive-proof" : "file";
    wantStep(row, action, "officer", moment);
    const bytes = await c.req.arrayBuffer();
    const { kind, store } = wantFileStore(c.env, moment.policy, purpose);
    const id = crypto.randomUUID();
    const object = objectOf(row.id, id);
    // A proof that comes after identity was verified is erased as the earlier ones are.
    const over = purpose === "proof" && row.verified_at !== null;
    const coming: NewFile = {
      ...{ id, request: row.id, purpose, store: kind, object, name, type, bytes: bytes.byteLength },
      erase_after: over ? daysLater(moment.today, moment.policy.requests.proofKeptDays) : null,
      ...{ by, at: moment.at },
    };
    await fileComes(c.env, coming, moment.today);
    const stored = await putFile(store, coming, new Blob([bytes]).stream() as ReadableStream<Uint8Array>);
    return takeStep(c, row.id, action, (now) => ({
      ...(asProof ? { set: proofCame(now, moment.today) } : {}),
      statements: [fileCame(coming, stored, now.at)],
      detail: { purpose },
      extent: asProof ? undefined : "left",
    })).catch(async (error: unknown) => {
      await store.erase(object).catch(() => null);
      throw error;
    });
  },
);

requestFiles.openapi(
  route({
    method: "get",
    path: "/v1/requests/{id}/files/{file}",
    roles: ["compliance", "admin"],
    summary: "A scan, a proof or the requester's copy, as stored; each opening is on the trail",
    request: { params: fileParam },
    responses: {
      200: { description: "The file", content: { "application/octet-stream": { schema: z.string() } } },
    },
  }),
  async (c) => {
    const { id, file } = c.req.valid("param");
    const found = await fileOf(c.env.DB, id, "f.id = ?2", file);
    if (!found) throw new Problem("not-found");
    const { policy } = await currentPolicy(c.env.DB);
    await wantCountry(c, policy, "request-file", id, { purpose: found.purpose, file });
    return sendFile(c, found, found.purpose === "export" ? "zip" : (extensions[found.type] ?? "bin"));
  },
);
const extensions: Record<string, string> = {
  "application/pdf": "pdf",
  "image/png": "png",
  "image/jpeg": "jpg",
};

export type StoredFile = Pick<
  NewFile,
  "id" | "request" | "purpose" | "store" | "object" | "type" | "bytes" | "erase_after"
> &
  StoredAs & {
    /** Which of several files a part of a copy is. */
    part: number | null;
    parts: number | null;
  };
/** The newest file that fulfils `where` (`?2` is `param`) and is not erased. */
export const fileOf = (
  db: D1Database,
  request: string,
  where: string,
  param: string,
): Promise<StoredFile | null> =>
  db
    .prepare(
      `SELECT f.id, f.request, f.purpose, f.store, f.object, f.type, f.bytes, f.erase_after, f.sha256, f.etag, p.part, p.parts
       FROM request_files f LEFT JOIN copy_parts p ON p.file = f.id
       WHERE f.request = ?1 AND ${where} AND f.erased_at IS NULL AND f.${isThere} ORDER BY f.at DESC LIMIT 1`,
    )
    .bind(request, param)
    .first<StoredFile>();

/** The requester's copy, or a part of it, while it is theirs. */
export const copyOf = (
  db: D1Database,
  request: string,
  { today }: Pick<Moment, "today">,
  part = 1,
): Promise<StoredFile | null> =>
  // A whole number: `fileOf` has one parameter.
  fileOf(
    db,
    request,
    `f.purpose = 'export' AND f.erase_after > ?2 AND COALESCE(p.part, 1) = ${Math.trunc(part)} AND p.over_at IS NULL`,
    today,
  );

/**
 * Streams a file under a name of ours: the sender's name for it must not get into a header. On the trail first, with by which
 * link, if one was handed over.
 */
export async function sendFile(
  c: Context<App>,
  file: StoredFile,
  ending: string,
  handed: Handed | null = null,
): Promise<Response> {
  const store = storeOfFile(c.env, file);
  if (!store) throw new Problem("store-unknown");
  await record(c.env, {
    actor: c.get("actor")?.id ?? "requester",
    event: {
      code: "opened.request-file",
      subject: file.request,
      payload: { purpose: file.purpose, file: file.id, ...partOf(file), ...handed, country: countryOf(c) },
    },
    statements: [],
  });
  const head = await sameFile(store, file);
  const whole = { offset: 0, length: file.bytes };
  const stream = await storeProblem(store.read(file.object, whole, head?.etag ?? null));
  const { part } = file;
  return new Response(
    file.purpose === "export" ? untilArrived(stream, file.bytes, () => wasOpened(c, file)) : stream,
    {
      headers: {
        "content-type": file.type,
        "content-length": String(file.bytes),
        "content-disposition": `attachment; filename="${file.purpose}${part === null ? "" : `-${part}-of-${file.parts}`}.${ending}"`,
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
      },
    },
  );
}

const partOf = ({ part, parts }: StoredFile) => (part === null ? {} : { part, parts });
/** A copy, or a part of one, went to somebody once its last bytes are on their way: the first time is kept, and bound. */
async function wasOpened(c: Context<App>, { request, id, part }: StoredFile): Promise<void> {
  const row = { request, id, opened_at: null };
  const unopened = await c.env.DB.prepare("SELECT 1 FROM request_files WHERE id = ? AND opened_at IS NULL")
    .bind(id)
    .first();
  if (!unopened) return;
  const at = new Date().toISOString();
  await record(c.env, {
    actor: c.get("actor")?.id ?? "requester",
    event: { code: "request.copy-opened", subject: request, payload: { file: id } },
    statements: [
      ...bindAsIs(openedBound, [row], { opened_at: at }),
      ...(part === null
        ? []
        : [sql("UPDATE copy_parts SET opened_at = ? WHERE file = ? AND opened_at IS NULL", at, id)]),
    ],
  }).catch((error: unknown) => {
    // Somebody else opened it at the same moment.
    if (problemOf(error)?.code !== "conflict") throw error;
  });
}
