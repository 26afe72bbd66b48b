/**
 * The way out where a store has another object than was registered (`object-changed`): a bucket was copied, or somebody
 * replaced the audio. An officer looks at it in the store and says why it is the recording; a second person approves, and from
 * then on it is opened and erased as the recording. Both versions are on the trail.
 */
import * as z from "zod";
import {
  lookRequest,
  lookSchema,
  type RecordingLook as Look,
  recordingSchema,
} from "../../shared/recordings/api.ts";
import { sha256Hex } from "../../shared/core/sha256.ts";
import { DAY } from "../../shared/core/time.ts";
import { canonical } from "../../shared/trail/canonical.ts";
import { changeBound, statesOf } from "../core/states.ts";
import { commit } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { body, json, room, route } from "../core/route.ts";
import { idIs, sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { currentPolicy } from "../policy/current.ts";
import { areOne } from "../people/one.ts";
import { mayAlone } from "../policy/propose.ts";
import { storeOf } from "../storage/index.ts";
import { storeProblem } from "../storage/problem.ts";
import type { Head } from "../storage/store.ts";
import { bindsRoot, lastAbout } from "../trail/agreed.ts";
import { lastSaid } from "../trail/archived/last-said.ts";
import { audioBound } from "./bound.ts";
import { wantHere } from "./closed/read.ts";
import { isFile } from "./objects.ts";
import { wantRecording } from "./rows.ts";

/** As a proposal's. */
const EXPIRES = 7 * DAY;
const officers = ["compliance", "admin"] as const;
const idParam = z.object({ id: z.string().max(60) });

export const recordingLooks = room();

/** What the store has now, and the version that was registered. Throws unless that is another one. */
async function changed(env: Env, id: string): Promise<{ before: string; head: Head }> {
  const { policy } = await currentPolicy(env.DB);
  const { storage } = await wantRecording(env, id, policy);
  const row = await env.DB.prepare(`SELECT etag FROM recordings WHERE ${idIs("id", "?1")} AND state = 'kept'`)
    .bind(id)
    .first<{ etag: string | null }>();
  if (!row || storage.key === null) throw new Problem("recording-erased");
  const store = storeOf(env, storage.kind);
  if (!store) throw new Problem("store-unknown");
  const head = await storeProblem(store.head(storage.key));
  if (!head) throw new Problem("audio-missing");
  if (await isFile(env.DB, { store: storage.kind, object: storage.key })) throw new Problem("key-not-yours");
  if (row.etag === null || head.etag === null || row.etag === head.etag) throw new Problem("object-same");
  return { before: row.etag, head };
}

/** What the trail binds of a look, under the recording's id: by whom it is decides who may approve it. */
const boundOf = (id: string, { byName: _, ...look }: Look) => ({
  row: `recording_looks/${id}`,
  root: sha256Hex(canonical(look)),
});

/**
 * Throws `not-found` where nobody has looked for a week, or the look is not the last one, as the trail has it; `archive-broken` where an
 * archive may say so that cannot be read.
 */
async function lookAgo(env: Env, id: string, now: number): Promise<Look> {
  const look = await env.DB.prepare(
    `SELECT l.before, l.now, l.bytes, l.why, l.by, p.name AS byName, l.at FROM recording_looks l JOIN people p ON p.id = l.by
       WHERE l.recording = ? AND l.at > ?`,
  )
    .bind(id, new Date(now - EXPIRES).toISOString())
    .first<Look>();
  if (!look) throw new Problem("not-found");
  const { row, root } = boundOf(id, look);
  const bound = await lastAbout(env, row, look.at);
  const { said, unreadTo } = await lastSaid(env, [id], ["recording.looked"]);
  const last = said.get(id);
  if (!last && unreadTo >= Date.parse(look.at)) throw new Problem("archive-broken");
  // The last one is in one change with what binds it. Of an older one the database's owner can put back what binds it, too.
  if (!bound || !bindsRoot(bound, root) || bound.at !== last?.at) throw new Problem("not-found");
  return look;
}

recordingLooks.openapi(
  route({
    method: "post",
    path: "/v1/recordings/{id}/look",
    roles: officers,
    summary:
      "Says that the object which the store has now, another than was registered, is the recording, and why. It counts once a " +
      "second person approves it, within a week",
    request: { params: idParam, body: body(lookRequest) },
    responses: { 201: json(lookSchema) },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const { why } = c.req.valid("json");
    const { id: by, kind, name: byName } = c.get("actor")!;
    if (kind === "integration") throw new Problem("role-not-allowed");
    const { before, head } = await changed(c.env, id);
    const at = new Date().toISOString();
    const look: Look = { before, now: head.etag!, bytes: head.size, why, by, byName, at };
    return commit(
      c,
      {
        code: "recording.looked",
        subject: id,
        payload: { recording: id, before, now: look.now, bytes: look.bytes, why },
      },
      [
        wantHere([id]),
        {
          ...sql(
            "INSERT OR REPLACE INTO recording_looks (recording, before, now, bytes, why, by, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            ...[id, before, look.now, look.bytes, why, by, at],
          ),
          binds: [boundOf(id, look)],
        },
      ],
      { status: 201, body: look },
    );
  },
);

recordingLooks.openapi(
  route({
    method: "get",
    path: "/v1/recordings/{id}/look",
    roles: officers,
    summary:
      "Who looked at the object that the store has now, which versions, and why; it waits for a second person",
    request: { params: idParam },
    responses: { 200: json(lookSchema) },
  }),
  async (c) => c.json(await lookAgo(c.env, c.req.valid("param").id, Date.now()), 200),
);

recordingLooks.openapi(
  route({
    method: "post",
    path: "/v1/recordings/{id}/look/approve",
    roles: officers,
    summary:
      "Approves somebody else's look: the object that was looked at is the recording's from now on. Nobody approves their own, " +
      "unless there has been nobody else to do so for a day",
    request: { params: idParam },
    responses: { 200: json(recordingSchema) },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const now = Date.now();
    const db = c.env.DB;
    const { id: by, kind } = c.get("actor")!;
    if (kind === "integration") throw new Problem("role-not-allowed");
    const look = await lookAgo(c.env, id, now);
    const own = look.by === by;
    const same = own || (await areOne(c.env, look.by, by, look.at));
    if (same && !(await mayAlone(db, { ...look, roles: officers }, now)))
      throw new Problem(own ? "own-proposal" : "proposal-held");
    const { before, head } = await changed(c.env, id);
    // It is another one again.
    if (before !== look.before || head.etag !== look.now) throw new Problem("object-changed");
    const { policy } = await currentPolicy(db);
    const recording = await wantRecording(c.env, id, policy);
    // Other bytes have another hash; of as many the registered one stays, and tells whether they are the same.
    const sha256 = recording.bytes === look.bytes ? recording.sha256 : null;
    const [audio] = await statesOf(db, audioBound, idIs("id", "?1"), id);
    const set = { bytes: look.bytes, sha256, due: null, failures: 0, error: null };
    return commit(
      c,
      {
        code: "recording.look-approved",
        subject: id,
        payload: { recording: id, before, now: look.now, bytes: look.bytes, why: look.why, by: look.by },
      },
      [
        changeBound(audioBound, audio!, { ...set, etag: look.now }, new Date(now).toISOString(), [
          "state = 'kept' AND etag = ?",
          before,
        ]),
        sql("DELETE FROM recording_looks WHERE recording = ?", id),
      ],
      { status: 200, body: { ...recording, ...set } },
    );
  },
);
