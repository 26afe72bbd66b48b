/** What the clock does for requests, beside erasing their files (requests-files.ts): whom it reminds of which day. */
import type { Policy } from "../shared/policy.ts";
import { reminderAt } from "../shared/requests-deadlines.ts";
import { zoneOfPolicy } from "../shared/policy-zone.ts";
import { dayOf } from "../shared/retention.ts";
import { sayDate, textsFor } from "../shared/texts/index.ts";
import type { MailValues } from "../shared/texts/mail.en.ts";
import { clocks, type Columns, running } from "./requests-row.ts";

const en = textsFor("en");

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
    const values = { reference: row.ref, date: sayDate(en, decideBy), days: daysLeft };
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
  return [...due.filter((one) => !isOver(one)), ...due.filter(isOver)];
}
