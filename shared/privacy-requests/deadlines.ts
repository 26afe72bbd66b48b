/**
 * By when a request is decided. Pure: the day is an argument. Calendar dates are YYYY-MM-DD in the policy's zone. Two clocks
 * run, and the earlier one counts: policy's days, and the law's calendar month (UK GDPR arts 12(3), 12A). Where the policy
 * takes the law's pauses (`requests.pauses`), its days pause while proof of identity or a clarification is awaited, the
 * month begins when the proof arrives, and the days of a clarification do not count towards it (art 12A(5), access alone).
 * Else neither clock ever stops. The law would move a deadline to the next working day; this does not.
 */
import { daysBetween, daysLater, monthsLater } from "../core/calendar.ts";

/** The law's month, and the months of an extension. */
const MONTH = 1;
const FURTHER = 2;

/** What the clocks depend on. */
export interface Course {
  receivedOn: string;
  /** Policy's days when the request came. */
  days: number;
  /** Policy's pauses when the request came. */
  pauses: "none" | "law";
  /** The day on which proof of identity was asked for, while it is awaited; else null. */
  askedOn: string | null;
  /** The day since which a clarification is awaited; else null. */
  clarifyOn: string | null;
  /** The day on which that proof arrived. */
  proofOn: string | null;
  /** Whole days of earlier pauses. */
  pausedDays: number;
  /** Whole days of earlier clarifications since the law's month began. */
  clarifiedDays: number;
  extended: boolean;
}
export interface Clocks {
  policyBy: string;
  /** Null: the month begins when the proof arrives. */
  lawBy: string | null;
  decideBy: string;
  daysLeft: number;
  paused: boolean;
  /** The last day for an extension. */
  firstMonthBy: string;
}

/** What counts where nothing pauses. */
const unpaused = { askedOn: null, clarifyOn: null, proofOn: null, pausedDays: 0, clarifiedDays: 0 };

export function clocksOf(course: Course, today: string): Clocks {
  const { receivedOn, days, extended, ...own } = course;
  const { askedOn, clarifyOn, proofOn, pausedDays, clarifiedDays } = own.pauses === "law" ? own : unpaused;
  const since = askedOn ?? clarifyOn;
  const paused = since !== null;
  const stood = paused ? Math.max(0, daysBetween(since, today)) : 0;
  const plain = daysLater(receivedOn, days + pausedDays + stood);
  const policyBy = extended ? monthsLater(plain, FURTHER) : plain;
  const begins = askedOn === null ? (proofOn ?? receivedOn) : today;
  const clarified = askedOn === null ? clarifiedDays + stood : 0;
  const month = (months: number) => daysLater(monthsLater(begins, months), clarified);
  const lawBy = askedOn === null ? month(MONTH + (extended ? FURTHER : 0)) : null;
  const decideBy = lawBy !== null && lawBy < policyBy ? lawBy : policyBy;
  return {
    policyBy,
    lawBy,
    decideBy,
    daysLeft: daysBetween(today, decideBy),
    paused,
    firstMonthBy: month(MONTH),
  };
}

/** The stage of reminders: from 15, 7 and 2 days before the deadline, and once it has passed. */
export const reminderAt = (daysLeft: number): "15" | "7" | "2" | "overdue" | null => {
  if (daysLeft < 0) return "overdue";
  if (daysLeft <= 2) return "2";
  if (daysLeft <= 7) return "7";
  return daysLeft <= 15 ? "15" : null;
};

/** The median; null without numbers. */
export function median(numbers: readonly number[]): number | null {
  if (numbers.length === 0) return null;
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
