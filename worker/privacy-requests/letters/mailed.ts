/**
 * Letters that go by mail: what they meet is met, what they ask for is awaited and what they extend is extended once the mail
 * was sent, and from that day. Until then all clocks run, also after the last failed try; the request shows which (rows.ts).
 */
import { dutiesAfter } from "../../../shared/privacy-requests/duties.ts";
import type { LetterKind } from "../../../shared/privacy-requests/api.ts";
import type { RequestAction } from "../../../shared/privacy-requests/steps.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { dayOf } from "../../../shared/core/calendar.ts";
import { record } from "../../core/commit.ts";
import type { Env } from "../../env.ts";
import { stepped } from "../bound.ts";
import { clocks } from "../clocks.ts";
import { courseOf, dutiesOf, writeChanges } from "../duties.ts";
import { sets, steps } from "./steps.ts";
import {
  letterOfDuty,
  type Moment,
  momentOf,
  openDuty,
  type Row,
  unsentLetter,
  wantRequest,
} from "../rows.ts";

/** Letters a run. */
const MOST = 100;

interface Sent {
  request: string;
  kind: LetterKind & keyof typeof steps;
  sentAt: string;
}

/** Scheduled every five minutes, after the mails; for one request, before an officer's next step. `most` for tests. */
export async function meetMailed(
  env: Env,
  now: number,
  request: string | null = null,
  most = MOST,
): Promise<void> {
  const moment = await momentOf(env.DB, now);
  const of = (column: string) => (request === null ? "?1 IS NULL" : `${column} = ?1`);
  const { results } = await env.DB.prepare(
    // Any of them: those that are refused (`stepped`) stay, and would keep the others out.
    `SELECT * FROM (SELECT l.request, l.kind, MIN(o.sent_at) AS sentAt FROM duties d
     JOIN request_letters l ON l.request = d.request AND l.how = 'mail' AND l.kind = ${letterOfDuty} AND l.at >= d.made_at
     JOIN outbox o ON o.key = 'letter:' || l.id AND o.state = 'sent'
     WHERE ${openDuty} AND d.due <= '9999' AND ${of("d.request")} GROUP BY l.request, l.kind
     UNION ALL
     SELECT l.request, l.kind, o.sent_at FROM requests r CROSS JOIN request_letters l ON l.request = r.id
     JOIN outbox o ON o.key = 'letter:' || l.id AND o.state = 'sent'
     WHERE r.closed_at IS NULL AND ${of("r.id")} AND ${unsentLetter})
     ORDER BY random() LIMIT ?2`,
  )
    .bind(request, most)
    .all<Sent>();
  for (const sent of results.toSorted((a, b) => (a.sentAt < b.sentAt ? -1 : 1)))
    await meet(env, sent, moment).catch((error: unknown) =>
      console.error("letter", sent.request, error instanceof Error ? error.message : error),
    );
}

/** What the step of the letter makes of the duties, on the day on which its mail was sent. */
async function meet(env: Env, { request, kind, sentAt }: Sent, moment: Moment): Promise<void> {
  const row = await wantRequest(env.DB, request, moment);
  const on = dayOf(Date.parse(sentAt), zoneOfPolicy(moment.policy));
  if (kind === "extension" && on > clocks(row, on).firstMonthBy) return;
  const set = sets[kind]?.({ at: sentAt, on }, row) ?? {};
  const after: Row = { ...row, ...set, rev: row.rev + 1 };
  // As after any step: a decision fixes the promised day.
  after.decide_by = clocks(after.decided_on === null ? after : row, moment.today).decideBy;
  const step: RequestAction = steps[kind];
  const owed = dutiesOf(row, moment);
  const changes = dutiesAfter(owed.duties, step, courseOf(after, moment, on));
  await record(env, {
    actor: "system",
    event: { code: "duty.mailed", subject: request, payload: { reference: row.ref, letter: kind, on } },
    statements: [
      ...(await writeChanges(env.DB, [{ request, ...owed, changes }], { on, by: "system", at: moment.at })),
      ...(await stepped(env, row, { ...set, decide_by: after.decide_by }, moment.at)).statements,
    ],
  });
}
