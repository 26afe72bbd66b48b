/**
 * What belongs to a request and lies in a store: scans, proofs of identity, the requester's copy. A store of our own in a
 * region where policy keeps recordings takes them, and they are erased when their time is over.
 */
import type { Context } from "hono";
import * as z from "zod";
import type { requestFile } from "../../shared/privacy-requests/api.ts";
import { fileQuery, requestIdParam as idParam } from "../../shared/privacy-requests/api-steps.ts";
import type { StoreKind } from "../../shared/recordings/api.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { scanTypes } from "../../shared/privacy-requests/files.ts";
import { daysLater } from "../../shared/privacy-requests/deadlines.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { dayOf, monthsLater } from "../../shared/recordings/retention.ts";
import { fill } from "../../shared/texts/language.ts";
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import { record } from "../core/commit.ts";
import { sql, type Statement } from "../core/sql.ts";
import type { App, Env } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { policiesSince } from "../policy/current.ts";
import { isAllowed } from "../recordings/rows.ts";
import { COMING, isThere, momentOf, wantRequest } from "./rows.ts";
import { step, wantStep } from "./step.ts";
import { json, room, route } from "../core/route.ts";
import { storeOf } from "../storage/index.ts";
import { type Store, StoreError } from "../storage/store.ts";
import { DAY } from "../../shared/time.ts";

const WEEK = 7 * DAY;
/** Files of one run; the next one goes on. */
const MOST = 100;

type OwnStore = Store & Required<Pick<Store, "put">>;

/** Where a request's files go. Throws where policy's regions have no store of our own. */
export function wantFileStore(env: Env, policy: Policy): { kind: StoreKind; store: OwnStore } {
  for (const kind of ["s3", "r2"] as const) {
    const store = storeOf(env, kind);
    if (store?.put && isAllowed(policy, store.region)) return { kind, store: store as OwnStore };
  }
  const regions = policy.recording.regions.join(", ");
  throw new Problem("storage-region", fill(details.noFileStore, { regions }));
}

/** What a store could not do, as a problem. */
export const storeProblem = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw error instanceof StoreError ? new Problem("store-failed", error.message) : error;
  });

export interface NewFile {
  id: string;
  request: string;
  purpose: z.infer<typeof requestFile>["purpose"];
  store: StoreKind;
  object: string;
  name: string;
  type: string;
  bytes: number;
  erase_after: string | null;
  by: string;
  at: string;
}
/**
 * Its row comes before its object: whatever fails or dies in between, both are erased on the day after. Until `fileCame` it
 * is there for nobody.
 */
export async function fileComes(env: Env, file: NewFile, today: string): Promise<void> {
  const { id, request, purpose, by } = file;
  await record(env, {
    actor: by,
    event: { code: "request.file-coming", subject: request, payload: { file: id, purpose } },
    statements: [
      sql(
        `INSERT INTO request_files (id, request, purpose, store, object, name, type, bytes, erase_after, by, at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[id, request, purpose, file.store, file.object, file.name, file.type],
        ...[COMING, daysLater(today, 1), by, file.at],
      ),
    ],
  });
}
export const fileCame = ({ id, bytes, erase_after }: NewFile): Statement =>
  sql("UPDATE request_files SET bytes = ?, erase_after = ? WHERE id = ?", bytes, erase_after, id);

/** Once identity was shown: proofs go so many days later, by policy. */
export const eraseProofs = (request: string, today: string, policy: Policy): Statement =>
  sql(
    `UPDATE request_files SET erase_after = ? WHERE request = ? AND purpose = 'proof' AND erased_at IS NULL`,
    ...[daysLater(today, policy.requests.proofKeptDays), request],
  );

/** A copy that no longer is what would be shared ends today. */
export const endCopies = (request: string, today: string): Statement =>
  sql(
    `UPDATE request_files SET erase_after = MIN(erase_after, ?)
     WHERE request = ? AND purpose = 'export' AND erased_at IS NULL`,
    ...[today, request],
  );

export const requestFiles = room();
const fileParam = idParam.extend({ file: z.string().max(60) });

requestFiles.openapi(
  route({
    method: "put",
    path: "/v1/requests/{id}/files",
    roles: "everyone",
    summary:
      "Adds the scan of a letter, or a proof of identity, which is then received: a PDF, PNG or JPEG, 10 MB at the " +
      "most. By officers; a scan also by whoever entered the request",
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
    const { kind, store } = wantFileStore(c.env, moment.policy);
    const id = crypto.randomUUID();
    const object = `requests/${row.id}/${id}`;
    // What comes to show identity after that was settled goes as the earlier proofs do.
    const over = purpose === "proof" && row.verified_at !== null;
    const coming: NewFile = {
      ...{ id, request: row.id, purpose, store: kind, object, name, type, bytes: bytes.byteLength },
      erase_after: over ? daysLater(moment.today, moment.policy.requests.proofKeptDays) : null,
      ...{ by, at: moment.at },
    };
    await fileComes(c.env, coming, moment.today);
    const about = { size: bytes.byteLength, type, sha256: null };
    await storeProblem(store.put(object, streamOf(bytes), about));
    return step(c, row.id, action, (now) => ({
      ...(asProof ? { set: proofCame(now, moment.today) } : {}),
      statements: [fileCame(coming)],
      detail: { purpose },
    })).catch(async (error: unknown) => {
      await store.erase(object).catch(() => null);
      throw error;
    });
  },
);

/** The pause ends, and the law's month begins: where proof was asked for. */
export const proofCame = (
  row: { asked_on: string | null; paused_days: number; proof_on: string | null },
  day: string,
) =>
  row.asked_on === null
    ? {}
    : { asked_on: null, proof_on: day, paused_days: row.paused_days + pauseOf(row.asked_on, day) };
export const pauseOf = (askedOn: string, day: string): number =>
  Math.max(0, Math.round((Date.parse(day) - Date.parse(askedOn)) / DAY));

const streamOf = (bytes: ArrayBuffer): ReadableStream<Uint8Array> =>
  new Blob([bytes]).stream().pipeThrough(new FixedLengthStream(bytes.byteLength));

requestFiles.openapi(
  route({
    method: "get",
    path: "/v1/requests/{id}/files/{file}",
    roles: ["compliance", "admin"],
    summary:
      "A scan, a proof or the requester's copy, as it lies in the store; each opening stands in the trail",
    request: { params: fileParam },
    responses: {
      200: { description: "The file", content: { "application/octet-stream": { schema: z.string() } } },
    },
  }),
  async (c) => {
    const { id, file } = c.req.valid("param");
    const found = await fileOf(c.env.DB, id, "f.id = ?2", file);
    if (!found) throw new Problem("not-found");
    return sendFile(c, found, found.purpose === "export" ? "zip" : (extensions[found.type] ?? "bin"));
  },
);
const extensions: Record<string, string> = {
  "application/pdf": "pdf",
  "image/png": "png",
  "image/jpeg": "jpg",
};

export type StoredFile = Pick<NewFile, "id" | "request" | "purpose" | "object" | "type" | "bytes"> & {
  store: StoreKind;
  erase_after: string | null;
};
/** A file that is still there. */
export const fileOf = (
  db: D1Database,
  request: string,
  where: string,
  param: string,
): Promise<StoredFile | null> =>
  db
    .prepare(
      `SELECT f.id, f.request, f.purpose, f.store, f.object, f.type, f.bytes, f.erase_after FROM request_files f
       WHERE f.request = ?1 AND ${where} AND f.erased_at IS NULL AND f.${isThere} ORDER BY f.at DESC LIMIT 1`,
    )
    .bind(request, param)
    .first<StoredFile>();

/** Streams it, under a name of ours: what a sender called it stands in no header. */
export async function sendFile(c: Context<App>, file: StoredFile, ending: string): Promise<Response> {
  const store = storeOf(c.env, file.store);
  if (!store) throw new Problem("store-unknown");
  await record(c.env, {
    actor: c.get("actor")?.id ?? "requester",
    event: {
      code: "opened.request-file",
      subject: file.request,
      payload: { purpose: file.purpose, file: file.id },
    },
    statements: [],
  });
  const stream = await storeProblem(store.read(file.object, { offset: 0, length: file.bytes }));
  return new Response(stream, {
    headers: {
      "content-type": file.type,
      "content-length": String(file.bytes),
      "content-disposition": `attachment; filename="${file.purpose}.${ending}"`,
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    },
  });
}

interface Over {
  id: string;
  request: string;
  ref: string;
  purpose: string;
  store: StoreKind;
  object: string;
}

/**
 * Files whose time is over: proofs, also those that nobody has checked and whose request is closed, copies whose link has
 * ended, and all that belongs to a request whose own time is over. Which of many is chance, so that those which their store
 * does not erase are in no other's way.
 */
export async function filesOver(db: D1Database, now: number): Promise<Over[]> {
  const { policy } = await momentOf(db, now);
  const today = dayOf(now, zoneOfPolicy(policy));
  const lately = await policiesSince(db, new Date(now - WEEK).toISOString());
  const months = Math.max(...lately.map(({ retention }) => retention.requestMonths));
  const { results } = await db
    .prepare(
      `SELECT f.id, f.request, r.ref, f.purpose, f.store, f.object FROM request_files f JOIN requests r ON r.id = f.request
     WHERE f.erased_at IS NULL AND (f.erase_after <= ?1 OR substr(r.closed_at, 1, 10) <= ?2
       OR f.purpose = 'proof' AND substr(r.closed_at, 1, 10) <= ?3)
     ORDER BY random() LIMIT ?4`,
    )
    .bind(today, monthsLater(today, -months), daysLater(today, -policy.requests.proofKeptDays), MOST)
    .all<Over>();
  return results;
}

/** Run every few minutes. The store is asked once more; only then the row says that it is gone. */
export async function eraseFiles(env: Env, now: number): Promise<void> {
  for (const file of await filesOver(env.DB, now)) {
    try {
      const store = storeOf(env, file.store);
      if (!store) throw new StoreError(`${file.store}: not configured`);
      if (await store.erase(file.object)) continue;
      if (await store.head(file.object)) throw new StoreError(`${file.store}: still there`);
    } catch (error) {
      // It stands in the log, and is tried again at the next run.
      console.error("request file", file.id, error instanceof Error ? error.message : error);
      continue;
    }
    await record(env, {
      actor: "system",
      event: {
        code: "request.file-erased",
        subject: file.request,
        payload: { file: file.id, purpose: file.purpose },
      },
      statements: [
        sql(
          "UPDATE request_files SET erased_at = ?, name = '' WHERE id = ? AND erased_at IS NULL",
          ...[new Date(now).toISOString(), file.id],
        ),
      ],
    });
  }
}
