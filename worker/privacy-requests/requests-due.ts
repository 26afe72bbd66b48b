/** The reminders that officers get of duties (worker/jobs sends the mails). */
import type { Policy } from "../../shared/policy/policy.ts";
import { reminderAt } from "../../shared/privacy-requests/deadlines.ts";
import type { DutyKind } from "../../shared/privacy-requests/duty-kinds.ts";
import { dayOf, daysBetween, daysLater } from "../../shared/core/calendar.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { english, fill, plural, sayDate } from "../../shared/texts/language.ts";
import type { MailValues } from "../../shared/texts/mail/mail.en.ts";
import { requestsEn as t } from "../../shared/texts/privacy-requests/steps.en.ts";
import { openDuty } from "./rows.ts";

/** Days before its day from which a duty is reminded of (deadlines.ts). */
const SOON = 15;
/** Most overdue duties that one mail lists. */
const LISTED = 50;

type Due = {
  [T in "request-due" | "duties-due"]: { about: string; template: T; values: MailValues[T] };
}["request-due" | "duties-due"];

/**
 * One reminder for each duty and stage before its day; one mail a day for all that is overdue. `about` includes the day, so
 * that the stages start again where it moves. `now` is in milliseconds.
 */
export async function requestsDue(db: D1Database, policy: Policy, now: number): Promise<Due[]> {
  const today = dayOf(now, zoneOfPolicy(policy));
  const { results } = await db
    // Objections come last: their numbers are held already, and after an abuse of the form there may be thousands.
    .prepare(
      `SELECT d.request, d.kind, d.round, d.due, r.ref FROM duties d JOIN requests r ON r.id = d.request
       WHERE ${openDuty} AND due <= ? ORDER BY d.kind = 'review', d.due, d.id`,
    )
    .bind(daysLater(today, SOON))
    .all<{ request: string; kind: DutyKind; round: number; due: string; ref: string }>();
  const over = results.filter(({ due }) => due < today);
  const soon = results.flatMap(({ request, kind, round, due, ref }): Due[] => {
    const days = daysBetween(today, due);
    const stage = reminderAt(days);
    if (stage === null || stage === "overdue") return [];
    return [
      {
        about: `request-due:${request}:${kind}:${round}:${due}:${stage}`,
        template: "request-due",
        values: { reference: ref, duty: t.duties[kind], date: sayDate(english, due), days },
      },
    ];
  });
  const listed = over.slice(0, LISTED).map(({ ref, kind, due }) =>
    fill(t.overdue.line, {
      reference: ref,
      duty: t.duties[kind],
      date: sayDate(english, due),
      days: plural(english, t.overdue.days, daysBetween(due, today)),
    }),
  );
  const more = over.length - listed.length;
  const document = [...listed, ...(more > 0 ? [plural(english, t.overdue.more, more)] : [])].join("\n");
  const grouped: Due[] =
    over.length === 0
      ? []
      : [
          {
            about: `duties-due:${today}`,
            template: "duties-due",
            values: { count: plural(english, t.overdue.count, over.length), document },
          },
        ];
  return [...grouped, ...soon];
}
