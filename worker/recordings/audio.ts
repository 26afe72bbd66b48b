/**
 * Audio: read and stored through the Worker, as a stream. Only the roles that policy names may listen, for a purpose, and
 * the trail has it before the first byte. No link to a store ever leaves the Worker.
 */
import type { Context } from "hono";
import * as z from "zod";
import { audioPut, audioQuery, type Recording } from "../../shared/recordings/api.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { MINUTE } from "../../shared/core/time.ts";
import { erasureDue } from "../../shared/recordings/retention.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { changeBound, statesOf } from "../core/states.ts";
import { commit, logRead } from "../core/commit.ts";
import type { App, Env } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { currentPolicy } from "../policy/current.ts";
import { json, room, route } from "../core/route.ts";
import { storeOf } from "../storage/index.ts";
import { hashing } from "../storage/hashing.ts";
import { storeProblem } from "../storage/problem.ts";
import { type About, type Head, type Range, type Store, StoreError } from "../storage/store.ts";
import { audioBound } from "./bound.ts";
import { wantSame } from "./objects.ts";
import { wantCountry } from "./opened-from.ts";
import { wantRecording } from "./rows.ts";
import { idIs } from "../core/sql.ts";

/** Bytes of one upload: Cloudflare allows 100 MB a request. As MP3 that is about ten hours of a telephone call. */
export const MAX_AUDIO = 95_000_000;
/** Longer than an upload may take. */
const STORING = 15 * MINUTE;
const idParam = z.object({ id: z.string().max(60) });

export const recordingAudio = room();

recordingAudio.openapi(
  route({
    method: "get",
    path: "/v1/recordings/{id}/audio",
    // Policy says who may listen: recording.openedBy.
    roles: "everyone",
    summary: "A recording's audio, or a range of it, for a purpose; each opening is on the trail",
    request: { params: idParam, query: audioQuery },
    responses: {
      200: { description: "The audio", content: { "audio/*": { schema: z.string() } } },
      206: { description: "The requested range", content: { "audio/*": { schema: z.string() } } },
    },
  }),
  async (c) => {
    const { purpose } = c.req.valid("query");
    const { id } = c.req.valid("param");
    const { store, key, head, country } = await openAudio(c, id, purpose);
    const range = rangeIn(c.req.header("range"), head.size);
    const headers = { ...headersOf(head), "accept-ranges": "bytes" } as Record<string, string>;
    if (range === "unsatisfiable")
      return new Response(null, {
        status: 416,
        headers: { ...headers, "content-range": `bytes */${head.size}` },
      });
    const part = range ?? { offset: 0, length: head.size };
    await logRead(c, "recording-audio", { purpose, country, ...(range ?? {}) }, id);
    const stream = head.size === 0 ? null : await storeProblem(store.read(key, part, head.etag));
    headers["content-length"] = String(part.length);
    if (range)
      headers["content-range"] = `bytes ${part.offset}-${part.offset + part.length - 1}/${head.size}`;
    return new Response(stream, { status: range ? 206 : 200, headers });
  },
);

/**
 * A recording's object, for whoever may listen to it now. Throws where role, purpose, country or the recording's state does not
 * allow it, or where the object is not the recording. The caller logs what is read.
 */
export async function openAudio(c: Context<App>, id: string, purpose: string) {
  const { policy } = await currentPolicy(c.env.DB);
  const recording = await wantRecording(c.env, id, policy);
  const store = mayOpen(c, recording, purpose, policy);
  const country = await wantCountry(c, policy, "recording-audio", recording.id, { purpose });
  const key = recording.storage.key!;
  const head = await storeProblem(store.head(key));
  if (!head) throw new Problem("audio-missing");
  await wantSame(c.env.DB, new Map([[recording.id, head]]));
  return { store, key, head, country };
}

export const headersOf = ({ type }: Head): Record<string, string> => ({
  "content-type": /^audio\/[\w.+-]+$/.test(type) ? type : "application/octet-stream",
  "content-disposition": "inline",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
});

/** The store to read from. Throws where the role, the purpose or the recording's state does not allow it. */
function mayOpen(c: Context<App>, recording: Recording, purpose: string, policy: Policy): Store {
  if (!policy.recording.openedBy.includes(c.get("actor")!.role))
    throw new Problem("role-not-allowed", details.listeners);
  if (!policy.recording.purposes.some((allowed) => allowed === purpose))
    throw new Problem("purpose-not-allowed");
  wantKept(recording, policy);
  return wantStore(c.env, recording);
}

/** Throws where the recording is erased, about to be, or quarantined. */
function wantKept(recording: Recording, policy: Policy): void {
  if (recording.state !== "kept") throw new Problem("recording-erased");
  // Its day has come, and the next run will erase it.
  if (!recording.hold && erasureDue(recording.eraseAfter, zoneOfPolicy(policy), Date.now()))
    throw new Problem("recording-erased");
  if (recording.quarantined) throw new Problem("recording-quarantined");
}

function wantStore(env: Env, { storage }: Recording): Store {
  const store = storeOf(env, storage.kind);
  if (!store) throw new Problem("store-unknown");
  return store;
}

/** Reads a Range header with one range of bytes (RFC 9110, 14.2). Null, for any other header: answer the whole. */
function rangeIn(header: string | undefined, size: number): Range | "unsatisfiable" | null {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return null;
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { offset: size - length, length };
  }
  const offset = Number(first);
  if (last !== "" && Number(last) < offset) return null;
  if (offset >= size) return "unsatisfiable";
  return { offset, length: (last === "" ? size : Math.min(Number(last) + 1, size)) - offset };
}

recordingAudio.openapi(
  route({
    method: "put",
    path: "/v1/recordings/{id}/audio",
    roles: [],
    scopes: ["recordings:write"],
    summary:
      "Stores a recording's audio, once, in the store that it was registered for. It must match the registered bytes and " +
      "sha256. Only for the integration that registered it",
    request: { params: idParam },
    responses: { 200: json(audioPut) },
  }),
  async (c) => {
    const { policy } = await currentPolicy(c.env.DB);
    const recording = await wantRecording(c.env, c.req.valid("param").id, policy);
    // Nobody puts words into another's recording, or a provider's.
    if (recording.by !== c.get("actor")!.id) throw new Problem("not-found");
    wantKept(recording, policy);
    const store = wantStore(c.env, recording);
    if (!store.put) throw new Problem("store-unknown", details.storeMakes);
    const type = c.req.header("content-type") ?? "";
    if (!/^audio\/[\w.+-]+$/.test(type)) throw new Problem("not-audio");
    const size = Number(c.req.header("content-length") ?? NaN);
    const sent: ReadableStream<Uint8Array> | null = c.req.raw.body;
    if (!Number.isInteger(size) || !sent) throw new Problem("length-needed");
    if (size > MAX_AUDIO) throw new Problem("body-too-large");
    if (recording.bytes !== null && recording.bytes !== size) throw new Problem("audio-differs");
    const key = recording.storage.key!;
    // Audio is evidence: never overwrite it.
    if (await storeProblem(store.head(key))) throw new Problem("audio-there");
    const storing = await beginStoring(c.env.DB, recording.id, Date.now());

    const about = { size, type, sha256: recording.sha256 };
    const storedNow = putHashed(store, key, sent, about).then(async (sha256) => {
      const head = await store.head(key);
      if (head?.size !== size) throw new StoreError(`${recording.storage.kind}: not stored`);
      return { sha256, etag: head.etag };
    });
    // oxlint-disable-next-line typescript/no-misused-promises -- `finally` waits for it
    const settled = storeProblem(storedNow).finally(async () => {
      // Of an upload that took too long the erasure may have run meanwhile and found no object, so that nothing else would ever
      // erase this one. Do it even after a failed put, which may have stored it.
      if ((await wantRecording(c.env, recording.id, policy)).state === "kept") return;
      await storeProblem(store.erase(key));
      throw new Problem("recording-erased");
    });
    const { sha256, etag } = await settled.catch(async (error: unknown) => {
      await endStoring(c.env.DB, recording.id, storing);
      throw error;
    });
    const [audio] = await statesOf(c.env.DB, audioBound, idIs("id", "?1"), recording.id);
    const stored = { bytes: size, sha256, etag };
    return commit(
      c,
      { code: "recording.stored", subject: recording.id, payload: { bytes: size, sha256 } },
      [
        changeBound(audioBound, audio!, { ...stored, storing_until: null }, new Date().toISOString(), [
          "state = 'kept' AND storing_until = ?",
          storing,
        ]),
      ],
      { status: 200, body: { bytes: size, sha256 } },
    );
  },
);

/** Takes a recording's only upload, until its end. Throws `audio-there` where another is under way, or is done. */
async function beginStoring(db: D1Database, id: string, now: number): Promise<string> {
  const [at, until] = [now, now + STORING].map((ms) => new Date(ms).toISOString());
  // Of a view no count of changes says it.
  const taken = await db
    .prepare(
      `UPDATE recordings SET storing_until = ?2 WHERE ${idIs("id", "?1")} AND state = 'kept' AND etag IS NULL
         AND (storing_until IS NULL OR storing_until <= ?3) RETURNING id`,
    )
    .bind(id, until, at)
    .first();
  if (taken === null) throw new Problem("audio-there");
  return until!;
}

const endStoring = (db: D1Database, id: string, until: string): Promise<unknown> =>
  db
    .prepare(`UPDATE recordings SET storing_until = NULL WHERE ${idIs("id", "?1")} AND storing_until = ?2`)
    .bind(id, until)
    .run();

/** Stores the audio and answers its SHA-256 in hex. Throws where the store fails, or where the audio is not the registered one. */
async function putHashed(
  store: Store,
  key: string,
  sent: ReadableStream<Uint8Array>,
  about: About,
): Promise<string> {
  const { through, hash } = hashing();
  let refusal: Error | null = null;
  await store.put!(
    key,
    sent.pipeThrough(through).pipeThrough(new FixedLengthStream(about.size)),
    about,
  ).catch((error: Error) => {
    refusal = error;
  });
  const sha256 = await hash();
  if (sha256 !== null && about.sha256 !== null && sha256 !== about.sha256) {
    // A store that does not check the hash has stored it.
    if (refusal === null) await store.erase(key);
    throw new Problem("audio-differs");
  }
  if (refusal !== null || sha256 === null) throw refusal ?? new StoreError("cut off");
  return sha256;
}
