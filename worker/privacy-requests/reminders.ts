/** What the clock does for requests, beside erasing their files (files.ts): whom it reminds of which day. */
import type { Policy } from "../../shared/policy/policy.ts";
import { daysBetween, daysLater, reminderAt } from "../../shared/privacy-requests/deadlines.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { dayOf } from "../../shared/recordings/retention.ts";
import { english, sayDate } from "../../shared/texts/language.ts";
import type { MailValues } from "../../shared/texts/mail/mail.en.ts";
import { clocks, type Columns, running } from "./rows.ts";

/** Days after which it is told that proof of identity has not come, each time anew. */
const PROOF_EVERY = 30;

interface Due {
  about: string;
  values: MailValues["request-due"];
}

/**
 * One a request and stage; overdue, one a day, behind the others, as those are said anew each day. The day is part of the
 * name: an extension begins anew.
 */
export async function requestsDue(db: D1Database, policy: Policy, now: number): Promise<Due[]> {
  const today = dayOf(now, zoneOfPolicy(policy));
  const { results } = await db
    // Objections come last: their numbers are held, and after an abuse there may be thousands.
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

/** Whose proof of identity does not come: their clock stands still, and nothing else would bring them back to mind. */
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
