/**
 * The decision, by item where it is partial, and what follows from it: an erasure goes the way of every recording, to its
 * certificate, and keeps one do-not-call entry; who else had the data is told.
 */
import type * as z from "zod";
import { requestStep } from "../../shared/privacy-requests/api.ts";
import {
  decideRequest,
  recipientRequest,
  requestIdParam as idParam,
} from "../../shared/privacy-requests/api-steps.ts";
import { e164Of } from "../../shared/registers/blocks.ts";
import { monthsLater } from "../../shared/recordings/retention.ts";
import { fill } from "../../shared/texts/language.ts";
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import { requestsEn as t } from "../../shared/texts/privacy-requests/steps.en.ts";
import { changedNumbers } from "../core/commit.ts";
import { sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { eraseDue } from "../recordings/erasure.ts";
import { endCopies, pauseOf } from "./files.ts";
import { itemsOf, type Moment, type Row } from "./rows.ts";
import { type Plan, step } from "./step.ts";
import { body, json, room, route } from "../core/route.ts";
import { forgetWatched } from "../watching/recheck.ts";

export const requestDecide = room();
const officers = ["compliance", "admin"] as const;
type Decision = z.infer<typeof decideRequest>;

requestDecide.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/decide",
    roles: officers,
    summary:
      "Complies, refuses with ground and reasons, or refuses some items; what is to be erased is erased after the " +
      "answer, never under a hold. May be decided anew until the request is closed",
    request: { params: idParam, body: body(decideRequest) },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    const decision = c.req.valid("json");
    const { id } = c.req.valid("param");
    const answer = await step(c, id, decision.decision, (row, moment) =>
      planDecision(c.env.DB, row, moment, decision, c.get("actor")!.id),
    );
    c.executionCtx.waitUntil(eraseNow(c.env, id).catch((error: unknown) => console.error(error)));
    return answer;
  },
);

async function planDecision(
  db: D1Database,
  row: Row,
  moment: Moment,
  asked: Decision,
  by: string,
): Promise<Plan> {
  const { at, today } = moment;
  const { decision } = asked;
  const denied = asked.decision === "partial" ? asked.deny : [];
  if (asked.decision === "partial") await wantPartial(db, row, asked);
  const whole = asked.decision === "deny" ? asked : null;
  return {
    set: {
      decision,
      ground: whole?.ground ?? null,
      other: whole?.other ?? null,
      reasons: whole?.reasons ?? null,
      decided_on: today,
      // The clock stands from now on.
      ...(row.asked_on === null
        ? {}
        : { asked_on: null, paused_days: row.paused_days + pauseOf(row.asked_on, today) }),
      told_at: null,
      noticed_at: null,
    },
    statements: [
      // What was done stays done, whatever is decided later.
      sql(
        `UPDATE request_items SET decision = ?1, ground = NULL, other = NULL, reasons = NULL
         WHERE request = ?2 AND verdict = 'confirmed' AND done_at IS NULL`,
        ...[decision === "deny" ? "deny" : "comply", row.id],
      ),
      sql(
        `WITH j AS MATERIALIZED (SELECT value ->> 'id' AS id, value ->> 'ground' AS ground, value ->> 'other' AS other,
             value ->> 'reasons' AS reasons FROM json_each(?1))
         UPDATE request_items SET decision = 'deny', ground = j.ground, other = j.other, reasons = j.reasons
         FROM j WHERE request = ?2 AND request_items.kind || '.' || ref = j.id`,
        ...[JSON.stringify(denied), row.id],
      ),
      endCopies(row.id, today),
      ...(row.kind === "erasure" ? await daysBack(db, row) : []),
      ...(row.kind === "erasure" && decision !== "deny" ? await erasures(db, row, { at, today }, by) : []),
    ],
    detail: { decision, ground: whole?.ground ?? null, denied: denied.length },
  };
}

/** Some of it, and of an erasure all that a hold keeps, is refused; some is not. */
async function wantPartial(
  db: D1Database,
  row: Row,
  { deny }: Extract<Decision, { decision: "partial" }>,
): Promise<void> {
  const found = (await itemsOf(db, row.id)).filter((item) => item.verdict === "confirmed");
  const refused = new Set(deny.map(({ id }) => id));
  if ([...refused].some((id) => !found.some((item) => item.id === id && item.doneAt === null)))
    throw new Problem("invalid", undefined, [{ path: "deny", message: details.notAnItem }]);
  const left = found.filter((item) => !refused.has(item.id));
  if (left.length === 0) throw new Problem("invalid", details.nothingLeft);
  if (row.kind === "erasure" && left.some((item) => item.held)) throw new Problem("recording-held");
}

const whyOf = (row: Row): string => fill(t.reason.erased, { reference: row.ref });

/** What an earlier decision brought forward, and no store has erased yet, gets its own day back first. */
async function daysBack(db: D1Database, row: Row): Promise<Statement[]> {
  const { results } = await db
    .prepare(
      `SELECT id, started_on AS startedOn, months FROM recordings
       WHERE state = 'kept' AND rule = 'hand' AND why = ?2 AND id IN (${confirmed("recording")})`,
    )
    .bind(row.id, whyOf(row))
    .all<{ id: string; startedOn: string; months: number }>();
  return results.map(({ id, startedOn, months }) =>
    sql(
      "UPDATE recordings SET erase_after = ?, rule = 'retention', why = '' WHERE id = ? AND state = 'kept'",
      ...[monthsLater(startedOn, months), id],
    ),
  );
}

const complied = (kind: string): string =>
  `SELECT ref FROM request_items WHERE request = ?1 AND kind = '${kind}' AND decision = 'comply' AND done_at IS NULL`;

/** What is the requester's own, whatever is decided of it. */
const confirmed = (kind: string): string =>
  `SELECT ref FROM request_items WHERE request = ?1 AND kind = '${kind}' AND verdict = 'confirmed'`;

/** Calls of logs, and those whose recordings go. */
const calls = `${complied("call")} UNION SELECT c.id FROM calls c
  JOIN recordings r ON r.number = c.number AND r.started_at = c.started_at WHERE r.id IN (${complied("recording")})`;

/** Runs after the items have their decisions, in the same batch. */
async function erasures(
  db: D1Database,
  row: Row,
  { at, today }: { at: string; today: string },
  by: string,
): Promise<Statement[]> {
  const { results } = await db
    .prepare(
      `SELECT DISTINCT number FROM (
         SELECT number FROM recordings WHERE id IN (${confirmed("recording")})
         UNION SELECT number FROM dials WHERE num IN (${confirmed("dial")})
         UNION SELECT number FROM calls WHERE id IN (${confirmed("call")})
         UNION SELECT ?2) WHERE number IS NOT NULL`,
    )
    .bind(row.id, row.number)
    .all<{ number: number }>();
  const numbers = results.map(({ number }) => number);
  const list = JSON.stringify(numbers);
  return [
    sql(
      `UPDATE recordings SET erase_after = MIN(erase_after, ?2), rule = 'hand', why = ?3, due = NULL
       WHERE state = 'kept' AND id IN (${complied("recording")}) AND NOT EXISTS (
         SELECT 1 FROM holds h WHERE h.recording = recordings.id)`,
      ...[row.id, today, whyOf(row)],
    ),
    sql(`DELETE FROM dials WHERE num IN (${complied("dial")})`, row.id),
    // Their logs, read again, must not bring them back.
    sql(
      `INSERT OR IGNORE INTO calls_erased (ref, at) SELECT ref, ?2 FROM calls WHERE id IN (${calls})`,
      row.id,
      at,
    ),
    sql(`DELETE FROM calls WHERE id IN (${calls})`, row.id),
    sql(`DELETE FROM consents WHERE id IN (${complied("consent")})`, row.id),
    sql(`DELETE FROM suppressions WHERE ended_at IS NOT NULL AND id IN (${complied("suppression")})`, row.id),
    // Without an entry that has no end the number would be called again. It says no more than that.
    sql(
      `UPDATE suppressions SET reason = ?2, source = '' WHERE ended_at IS NULL AND id IN (${complied("suppression")})`,
      ...[row.id, t.reason.kept],
    ),
    // Nor does it go where an objection from the public page is taken back: who asks here has shown who they are.
    sql(
      `UPDATE suppressions SET until = NULL, unverified = 0
       WHERE ended_at IS NULL AND number IN (SELECT value FROM json_each(?1))`,
      list,
    ),
    sql(
      `INSERT INTO suppressions (id, number, kind, reason, source, by, at)
       SELECT lower(hex(randomblob(16))), value, 'house', ?2, '', ?3, ?4 FROM json_each(?1) j
       WHERE NOT EXISTS (SELECT 1 FROM suppressions s WHERE s.number = j.value AND s.ended_at IS NULL)`,
      ...[list, t.reason.kept, by, at],
    ),
    // What watching found of them goes. That they are barred is told like any other entry's, once, and that is all: they
    // are not called again, so that nobody watches them. That they were screened stays, as the proof of it.
    ...forgetWatched(list, at),
    changedNumbers(numbers.map((number) => ({ e164: e164Of(number) }))),
    sql(
      `UPDATE request_items SET done_at = ?2
       WHERE request = ?1 AND kind <> 'recording' AND decision = 'comply' AND done_at IS NULL`,
      ...[row.id, at],
    ),
  ];
}

/** The same as the clock does, without waiting for it. What is left the next run takes. */
async function eraseNow(env: Env, request: string): Promise<void> {
  const { results } = await env.DB.prepare(
    `SELECT i.ref FROM request_items i JOIN requests r ON r.id = i.request
     WHERE i.request = ? AND i.kind = 'recording' AND i.decision = 'comply' AND r.kind = 'erasure' LIMIT 20`,
  )
    .bind(request)
    .all<{ ref: string }>();
  const now = Date.now();
  for (const { ref } of results) await eraseDue(env, now, { only: ref });
}

requestDecide.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/recipients",
    roles: officers,
    summary: "Who else had the erased data, and when each was told; or that nobody had it (UK GDPR art 19)",
    request: { params: idParam, body: body(recipientRequest) },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    const asked = c.req.valid("json");
    const by = c.get("actor")!.id;
    return step(c, c.req.valid("param").id, "recipient", (row, { at, today }) => {
      if ("none" in asked) return { set: { recipients: "none" as const } };
      if (asked.toldOn !== null && asked.toldOn > today)
        throw new Problem("invalid", undefined, [{ path: "toldOn", message: details.sentLater }]);
      return {
        statements: [
          // The same name again: they were told since.
          sql("DELETE FROM request_recipients WHERE request = ? AND name = ?", row.id, asked.name),
          sql(
            "INSERT INTO request_recipients (id, request, name, told_on, how, by, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            ...[crypto.randomUUID(), row.id, asked.name, asked.toldOn, asked.how, by, at],
          ),
        ],
        detail: { told: asked.toldOn },
      };
    });
  },
);
