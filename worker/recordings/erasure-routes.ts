/** Erasing one recording by hand, and how many will be erased when. The run itself is erasure.ts. */
import * as z from "zod";
import { eraseRequest, erasuresAnswer, recordingSchema } from "../../shared/recordings/api.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { dayOf } from "../../shared/core/calendar.ts";
import { commit } from "../core/commit.ts";
import { idIs, sql } from "../core/sql.ts";
import { Problem } from "../core/errors.ts";
import { currentPolicy } from "../policy/current.ts";
import type { Env } from "../env.ts";
import { problemDetails as details, problemTitles as titles } from "../../shared/texts/core/problems.en.ts";
import { wantHere } from "./closed/read.ts";
import { erasureWeeks } from "./erasing/counted.ts";
import { eraseDue } from "./erasure.ts";
import { asBound, wordOn } from "./erasing/as-bound.ts";
import { bentHolds, heldOnTrail } from "./erasing/held.ts";
import { wantRecording } from "./rows.ts";
import { body, json, room, route } from "../core/route.ts";

export const recordingErasure = room();

recordingErasure.openapi(
  route({
    method: "post",
    path: "/v1/recordings/{id}/erase",
    roles: ["compliance", "admin"],
    summary:
      "Brings a recording's day forward to today, and erases it after the answer. A recording under a hold is refused " +
      "(recording-held), also where the hold's row was deleted or altered, and one that is not as the audit trail has it " +
      "(recording-unlike), unless the officer says so (anyway)",
    request: { params: z.object({ id: z.string().max(60) }), body: body(eraseRequest) },
    responses: {
      200: json(recordingSchema, "It is erased already"),
      202: json(recordingSchema, "It is being erased: its row will show the result"),
    },
  }),
  async (c) => {
    const { policy } = await currentPolicy(c.env.DB);
    const recording = await wantRecording(c.env, c.req.valid("param").id, policy);
    if (recording.state === "erased") return c.json(recording, 200);
    if (recording.hold) throw new Problem("recording-held");
    const held = await heldBy(c.env, recording.id);
    if (held !== null) throw new Problem("recording-held", held);
    const { why, anyway } = c.req.valid("json");
    const unlike = await unlikeOf(c.env, recording.id);
    if (unlike && !anyway) throw new Problem("recording-unlike", unlike.detail, unlike.errors);
    const now = Date.now();
    const today = dayOf(now, zoneOfPolicy(policy));
    const eraseAfter = recording.eraseAfter < today ? recording.eraseAfter : today;
    const differs = unlike && { unlike: unlike.errors.map(({ path }) => path) };
    const asked = sql(
      `UPDATE recordings SET erase_after = ?1, rule = 'hand', why = ?2, due = NULL
       WHERE ${idIs("id", "?3")} AND state = 'kept'`,
      ...[eraseAfter, why, recording.id],
    );
    const answer = await commit(
      c,
      {
        code: "recording.erase-asked",
        subject: recording.id,
        payload: { recording: recording.id, why, ...differs },
      },
      [
        wantHere([recording.id]),
        unlike ? { ...asked, binds: [unlike.word] } : asked,
        // It is compared again before it goes.
        sql("DELETE FROM kept_back WHERE row = 'recordings/' || ?", recording.id),
      ],
      { status: 202, body: { ...recording, eraseAfter, rule: "hand" as const, why, due: null } },
    );
    c.executionCtx.waitUntil(
      eraseDue(c.env, now, { only: recording.id }).catch((error: unknown) => console.error(error)),
    );
    return answer;
  },
);

/** Why no run would erase it though nothing in the database holds it, in words; null where one would. */
async function heldBy(env: Env, id: string): Promise<string | null> {
  const { held } = await heldOnTrail(env, [id]);
  const bent = await bentHolds(env, [id]);
  if (held.has(id) || bent.not.has(id)) return details.heldOnTrail;
  return bent.unread.has(id) ? titles["archive-broken"] : null;
}

/** What an officer is told of a recording that is not as the trail has it, and what their word is then about; null where it is. */
async function unlikeOf(env: Env, id: string) {
  // First: what is altered after that, the word does not cover.
  const word = await wordOn(env.DB, id);
  const { is, differs } = (await asBound(env, [id])).get(id)!;
  // Where that takes further runs, it is compared again before it goes.
  if (is === "agreed" || is === "unbound" || is === "later") return null;
  const errors = differs.map((path) => ({ path, message: details.unlikeField }));
  return { word, errors, detail: is === "unread" ? titles["archive-broken"] : undefined };
}

recordingErasure.openapi(
  route({
    method: "get",
    path: "/v1/recordings/erasures",
    roles: ["manager", "compliance", "admin"],
    summary: "How many recordings will be erased in each week, soonest first",
    responses: { 200: json(erasuresAnswer) },
  }),
  async (c) => c.json({ weeks: await erasureWeeks(c.env.DB) }, 200),
);
