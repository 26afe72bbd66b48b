/**
 * Letters that go by mail: what they meet is met once the mail was sent, and on that day. Until then it stays due, and after
 * the last failed try it is simply open; the request shows which (rows.ts).
 */
import { dutiesAfter } from "../../shared/privacy-requests/duties.ts";
import type { LetterKind } from "../../shared/privacy-requests/api.ts";
import type { RequestAction } from "../../shared/privacy-requests/steps.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { dayOf } from "../../shared/core/calendar.ts";
import { record } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { courseOf, dutiesOf, writeChanges } from "./duties.ts";
import { sets, steps } from "./letters/steps.ts";
import { letterOfDuty, type Moment, momentOf, openDuty, wantRequest } from "./rows.ts";

/** Letters a run. */
const MOST = 100;

interface Sent {
  request: string;
  kind: LetterKind & keyof typeof steps;
  sentAt: string;
}

/** Scheduled every five minutes, after the mails; for one request, before an officer's next step. */
export async function meetMailed(env: Env, now: number, request: string | null = null): Promise<void> {
  const moment = await momentOf(env.DB, now);
  const { results } = await env.DB.prepare(
    `SELECT l.request, l.kind, MIN(o.sent_at) AS sentAt FROM duties d
     JOIN request_letters l ON l.request = d.request AND l.how = 'mail' AND l.kind = ${letterOfDuty} AND l.at >= d.made_at
     JOIN outbox o ON o.key = 'letter:' || l.id AND o.state = 'sent'
     WHERE ${openDuty} AND d.due <= '9999' AND d.request = COALESCE(?, d.request) GROUP BY l.request, l.kind ORDER BY sentAt LIMIT ${MOST}`,
  )
    .bind(request)
    .all<Sent>();
  for (const sent of results)
    await meet(env, sent, moment).catch((error: unknown) =>
      console.error("letter", sent.request, error instanceof Error ? error.message : error),
    );
}

/** What the step of the letter makes of the duties, on the day on which its mail was sent. */
async function meet(env: Env, { request, kind, sentAt }: Sent, moment: Moment): Promise<void> {
  const row = await wantRequest(env.DB, request, moment);
  const on = dayOf(Date.parse(sentAt), zoneOfPolicy(moment.policy));
  const step: RequestAction = steps[kind];
  const changes = dutiesAfter(dutiesOf(row, moment).duties, step, courseOf(row, moment, on));
  const set = sets[kind]?.(sentAt) ?? {};
  await record(env, {
    actor: "system",
    event: { code: "duty.mailed", subject: request, payload: { reference: row.ref, letter: kind, on } },
    statements: [
      ...writeChanges(request, changes, { on, by: "system", at: moment.at }),
      sql(
        `UPDATE requests SET ${["rev = rev + 1", ...Object.keys(set).map((column) => `${column} = ?`)].join(", ")} WHERE id = ?`,
        ...[...Object.values(set), request],
      ),
    ],
  });
}
