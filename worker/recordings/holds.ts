/**
 * Legal holds: a recording under a hold cannot be erased by anybody (trigger `recordings_held`). An open access request
 * holds the recordings that it is about, without a row of its own: the view `holds` has both (migration 0015).
 */
import type { Context } from "hono";
import * as z from "zod";
import {
  holdRequest,
  holdsAnswer,
  holdsQuery,
  holdSchema,
  recordingSchema,
  releaseRequest,
} from "../../shared/recordings/api.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { dayOf } from "../../shared/core/calendar.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { insertBound } from "../core/bound.ts";
import { commit, logRead } from "../core/commit.ts";
import { idIs, sql, type Statement } from "../core/sql.ts";
import { changeBound, statesOf } from "../core/states.ts";
import type { App } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { currentPolicy } from "../policy/current.ts";
import { holdsBound } from "./bound.ts";
import { wantHere } from "./closed/read.ts";
import { type Hold, maybeHeld, toHold, wantRecording } from "./rows.ts";
import { body, json, room, route } from "../core/route.ts";

const selectHolds = `SELECT h.id, h.recording, h.reason, h.review_on AS reviewOn, h.by, p.name AS byName, h.at, h.request
  FROM holds h LEFT JOIN people p ON p.id = h.by`;
const idParam = z.object({ id: z.string().max(60) });

export const recordingHolds = room();

/** The hold of an access request, which stays when a legal hold is released. */
async function requestsHold(db: D1Database, recording: string): Promise<Hold | null> {
  const hold = await db
    .prepare(`${selectHolds} WHERE h.recording = ? AND h.request IS NOT NULL LIMIT 1`)
    .bind(recording)
    .first<Hold>();
  return hold && toHold(hold);
}

recordingHolds.openapi(
  route({
    method: "post",
    path: "/v1/recordings/{id}/hold",
    roles: ["compliance", "admin"],
    summary: "Puts a recording under a legal hold, with the reason and a review date",
    request: { params: idParam, body: body(holdRequest) },
    responses: { 201: json(holdSchema) },
  }),
  async (c) => {
    const { hold, recording, insert, payload } = await planHold(
      c,
      c.req.valid("param").id,
      c.req.valid("json"),
    );
    if (recording.hold?.request === null) throw new Problem("recording-held");
    return commit(
      c,
      { code: "recording.held", subject: recording.id, payload },
      [...(recording.state === "erased" ? [] : [wantHere([recording.id])]), insert],
      { status: 201, body: hold },
    );
  },
);

recordingHolds.openapi(
  route({
    method: "put",
    path: "/v1/recordings/{id}/hold",
    roles: ["compliance", "admin"],
    summary:
      "Renews a legal hold after its review, with the reason and the next review date. The recording is never without one",
    request: { params: idParam, body: body(holdRequest) },
    responses: { 200: json(holdSchema) },
  }),
  async (c) => {
    const { hold, recording, insert, payload } = await planHold(
      c,
      c.req.valid("param").id,
      c.req.valid("json"),
    );
    if (recording.hold?.request !== null) throw new Problem("recording-not-held");
    const before = recording.hold.id;
    const ended = await release(c.env.DB, before, { by: hold.by, why: hold.reason, at: hold.at });
    return commit(
      c,
      { code: "recording.held-on", subject: recording.id, payload: { ...payload, before } },
      [ended, insert],
      { status: 200, body: hold },
    );
  },
);

/** A new legal hold by the asking person, the statement that inserts it, and the recording. Throws where the review date has passed. */
async function planHold(c: Context<App>, id: string, { reason, reviewOn }: z.infer<typeof holdRequest>) {
  const { policy } = await currentPolicy(c.env.DB);
  const now = Date.now();
  if (reviewOn < dayOf(now, zoneOfPolicy(policy)))
    throw new Problem("invalid", undefined, [{ path: "reviewOn", message: details.dayPassed }]);
  const recording = await wantRecording(c.env, id, policy);
  const { id: by, name: byName } = c.get("actor")!;
  const hold: Hold = {
    id: crypto.randomUUID(),
    recording: recording.id,
    reason,
    reviewOn,
    by,
    byName,
    at: new Date(now).toISOString(),
    request: null,
  };
  const insert = insertBound(holdsBound, [
    { id: hold.id, recording: hold.recording, reason, review_on: reviewOn, by, at: hold.at },
  ]);
  return { hold, recording, insert, payload: { recording: recording.id, hold: hold.id, reason, reviewOn } };
}

/** The statement that releases a hold. Throws the Problem `conflict` where somebody was first. */
async function release(
  db: D1Database,
  hold: string,
  { by, why, at }: { by: string; why: string; at: string },
): Promise<Statement> {
  const [before] = await statesOf(db, holdsBound, "id = ? AND released_at IS NULL", hold);
  if (!before) throw new Problem("conflict");
  return changeBound(holdsBound, before, { released_at: at, released_by: by, released_why: why }, at);
}

recordingHolds.openapi(
  route({
    method: "post",
    path: "/v1/recordings/{id}/release",
    roles: ["compliance", "admin"],
    summary:
      "Releases a legal hold, with the reason. If the recording's day has come, the next run erases it",
    request: { params: idParam, body: body(releaseRequest) },
    responses: { 200: json(recordingSchema) },
  }),
  async (c) => {
    const { policy } = await currentPolicy(c.env.DB);
    const recording = await wantRecording(c.env, c.req.valid("param").id, policy);
    if (recording.hold?.request !== null) throw new Problem("recording-not-held");
    const other = await requestsHold(c.env.DB, recording.id);
    const { reason } = c.req.valid("json");
    const by = c.get("actor")!.id;
    const at = new Date().toISOString();
    const ended = await release(c.env.DB, recording.hold.id, { by, why: reason, at });
    return commit(
      c,
      {
        code: "recording.released",
        subject: recording.id,
        payload: { recording: recording.id, hold: recording.hold.id, reason },
      },
      [
        ended,
        sql(`UPDATE recordings SET due = NULL WHERE ${idIs("id", "?1")} AND state = 'kept'`, recording.id),
      ],
      { status: 200, body: { ...recording, hold: other, due: null } },
    );
  },
);

recordingHolds.openapi(
  route({
    method: "get",
    path: "/v1/recordings/holds",
    roles: ["manager", "compliance", "admin"],
    summary:
      "Current holds, soonest review first. Access requests are among them, with the day by which they are decided",
    request: { query: holdsQuery },
    responses: { 200: json(holdsAnswer) },
  }),
  async (c) => {
    const { after, limit } = c.req.valid("query");
    const [on = "", at = "", recording = "", id = ""] = after?.split("|") ?? [];
    await logRead(c, "recording-holds");
    const { results } = await c.env.DB.prepare(
      `${selectHolds} WHERE h.recording IN ${maybeHeld} AND (h.review_on, h.at, h.recording, h.id) > (?, ?, ?, ?)
       ORDER BY h.review_on, h.at, h.recording, h.id LIMIT ?`,
    )
      .bind(on, at, recording, id, limit)
      .all<Hold>();
    const last = results[limit - 1];
    const next = last ? [last.reviewOn, last.at, last.recording, last.id].join("|") : null;
    return c.json({ holds: results.map(toHold), next }, 200);
  },
);
