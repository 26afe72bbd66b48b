/** A request's two clocks (shared/privacy-requests/deadlines.ts): when they run, when they pause, and until when. */
import { acknowledgeBy, type Clocks, clocksOf } from "../../shared/privacy-requests/deadlines.ts";
import { daysBetween } from "../../shared/core/calendar.ts";
import type { RequestState } from "../../shared/privacy-requests/steps.ts";
import type { Columns } from "./rows.ts";

/** By when a request is decided, or a complaint acknowledged. `today` is YYYY-MM-DD in the policy's zone. */
export function clocks(row: Columns, today: string): Clocks {
  if (row.kind === "complaint") {
    const by = acknowledgeBy(row.received_on);
    const daysLeft = daysBetween(today, by);
    return { policyBy: by, lawBy: by, decideBy: by, daysLeft, paused: false, firstMonthBy: by };
  }
  const now = clocksOf(
    {
      receivedOn: row.received_on,
      days: row.days,
      askedOn: row.asked_on,
      proofOn: row.proof_on,
      pausedDays: row.paused_days,
      extended: row.extended_on !== null,
    },
    today,
  );
  // Once decided, the promised day no longer moves.
  return row.decided_on === null
    ? now
    : { ...now, decideBy: row.decide_by, daysLeft: daysBetween(today, row.decide_by) };
}

/** States before the decision, or before a complaint is acknowledged. */
export const waiting: readonly RequestState[] = [
  "unconfirmed",
  "open",
  "asked",
  "received",
  "verified",
  "held",
  "lodged",
];

/** True while its day counts. Until that day the requester must also be told of the decision (UK GDPR art 12(3)). */
export const isDue = ({ state, told_at }: Columns): boolean =>
  waiting.includes(state) || (state === "decided" && told_at === null);

/** The same as a condition on `requests`, without the requests whose clock is paused. */
export const running = `(state IN (${waiting
  .filter((state) => state !== "asked")
  .map((state) => `'${state}'`)
  .join(", ")}) OR state = 'asked' AND asked_on IS NULL OR state = 'decided' AND told_at IS NULL)`;

type Pause = Pick<Columns, "asked_on" | "paused_days">;

/** Columns that end a pause on a day (YYYY-MM-DD): policy's days run on, the law's month did not wait. */
export const endPause = ({ asked_on, paused_days }: Pause, day: string): Partial<Columns> =>
  asked_on === null
    ? {}
    : { asked_on: null, paused_days: paused_days + Math.max(0, daysBetween(asked_on, day)) };

/** The same where the proof that was asked for came on that day: the law's month begins with it (UK GDPR art 12A). */
export const proofCame = (row: Pause, day: string): Partial<Columns> =>
  row.asked_on === null ? {} : { ...endPause(row, day), proof_on: day };
