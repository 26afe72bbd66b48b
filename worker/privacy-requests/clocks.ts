/** A request's two clocks (shared/privacy-requests/deadlines.ts): when they run, when they pause, and until when. */
import { acknowledgeBy } from "../../shared/privacy-requests/duties.ts";
import { type Clocks, clocksOf } from "../../shared/privacy-requests/deadlines.ts";
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
      pauses: row.pauses,
      askedOn: row.asked_on,
      clarifyOn: row.clarify_on,
      proofOn: row.proof_on,
      pausedDays: row.paused_days,
      clarifiedDays: row.clarified_days,
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

type Pause = Pick<Columns, "asked_on" | "clarify_on" | "paused_days" | "clarified_days">;

/** Counts the pause up to a day; a clarification that is awaited still pauses from that day on. */
function countPause({ asked_on, clarify_on, paused_days, clarified_days }: Pause, day: string): Pause {
  const since = asked_on ?? clarify_on;
  const days = since === null ? 0 : Math.max(0, daysBetween(since, day));
  return {
    asked_on: null,
    clarify_on: clarify_on === null || clarify_on > day ? clarify_on : day,
    paused_days: paused_days + days,
    // While proof is awaited, the law's month has not begun.
    clarified_days: clarified_days + (asked_on === null ? days : 0),
  };
}

/** Proof of identity is asked for. An overdue request is not paused. */
export const askProof = (row: Columns, day: string): Partial<Columns> =>
  clocks(row, day).daysLeft < 0 ? {} : { ...countPause(row, day), asked_on: day };

/** Identity was settled without the proof: policy's days run on, the law's month did not wait. */
export const endProof = (row: Pause, day: string): Partial<Columns> =>
  row.asked_on === null ? {} : countPause(row, day);

/** The proof that was asked for came on that day: the law's month begins with it (UK GDPR art 12A). */
export const proofCame = (row: Pause, day: string): Partial<Columns> =>
  row.asked_on === null ? {} : { ...countPause(row, day), proof_on: day, clarified_days: 0 };

/** A clarification is asked for. While proof is awaited too, that pause counts. */
export const askClarification = (row: Columns, day: string): Partial<Columns> =>
  clocks(row, day).daysLeft < 0 ? {} : { clarify_on: day };
export const clarified = (row: Pause, day: string): Partial<Columns> => ({
  ...(row.asked_on === null ? countPause(row, day) : {}),
  clarify_on: null,
});

/** Both pauses end with the decision. */
export const endPauses = (row: Pause, day: string): Partial<Columns> => ({
  ...countPause(row, day),
  clarify_on: null,
});
