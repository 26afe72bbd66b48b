/** The reminders that officers get about requests, by stage (worker/jobs sends the mails). */
import type { Policy } from "../../shared/policy/policy.ts";
import { reminderAt } from "../../shared/privacy-requests/deadlines.ts";
import { dayOf, daysBetween, daysLater } from "../../shared/core/calendar.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { english, sayDate } from "../../shared/texts/language.ts";
import type { MailValues } from "../../shared/texts/mail/mail.en.ts";
import { clocks, running } from "./clocks.ts";
import type { Columns } from "./rows.ts";

/** Days between reminders that proof of identity has not come. */
const PROOF_EVERY = 30;

interface Due {
  about: string;
  values: MailValues["request-due"];
}

/**
 * One reminder for each request and stage; overdue requests get one a day, after all others. `about` includes the deadline,
 * so that the stages start again after an extension. `now` is in milliseconds.
 */
export async function requestsDue(db: D1Database, policy: Policy, now: number): Promise<Due[]> {
  const today = dayOf(now, zoneOfPolicy(policy));
  const { results } = await db
    // Objections come last: their numbers are held already, and after an abuse of the form there may be thousands.
    .prepare(`SELECT * FROM requests WHERE ${running} ORDER BY kind = 'objection', decide_by, id`)
    .all<Columns>();
  const due = results.flatMap((row): Due[] => {
    const { decideBy, daysLeft } = clocks(row, today);
    const stage = reminderAt(daysLeft);
    if (stage === null) return [];
    const values = { reference: row.ref, date: sayDate(english, decideBy), days: daysLeft };
    return stage === "overdue"
      ? [{ about: `request-due:${row.id}:overdue:${today}`, values: { ...values, stage } }]
      : [
          {
            about: `request-due:${row.id}:${decideBy}:${stage}`,
            values: { ...values, stage: "soon" as const },
          },
        ];
  });
  const isOver = ({ values }: Due) => values.stage === "overdue";
  return [...due.filter((one) => !isOver(one)), ...(await proofsDue(db, today)), ...due.filter(isOver)];
}

/** Requests that wait for proof of identity: their clock is paused, so nothing else would remind anybody of them. */
async function proofsDue(db: D1Database, today: string): Promise<Due[]> {
  const { results } = await db
    .prepare(
      "SELECT id, ref, asked_on FROM requests WHERE state = 'asked' AND asked_on <= ? ORDER BY asked_on, id",
    )
    .bind(daysLater(today, -PROOF_EVERY))
    .all<{ id: string; ref: string; asked_on: string }>();
  return results.map(({ id, ref, asked_on }) => {
    const days = daysBetween(asked_on, today);
    return {
      about: `request-due:${id}:proof:${asked_on}:${Math.floor(days / PROOF_EVERY)}`,
      values: { stage: "waiting", reference: ref, date: sayDate(english, asked_on), days },
    };
  });
}
