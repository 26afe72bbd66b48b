/**
 * By when a request is decided. Pure: the day is an argument. Calendar dates are YYYY-MM-DD in the policy's zone. Two clocks
 * run, and the earlier one counts: policy's days, which pause while proof of identity is awaited; and the law's calendar
 * month (UK GDPR arts 12(3), 12A), which begins when that proof arrives. The law would move a deadline to the next working
 * day; this does not.
 */
import { daysBetween, daysLater, monthsLater } from "../core/calendar.ts";

/** The law's month, and the months of an extension. */
const MONTH = 1;
const FURTHER = 2;
/** Days to acknowledge a complaint (Data Protection Act 2018, s 164A). */
const ACKNOWLEDGE = 30;

/** What the clocks depend on. */
export interface Course {
  receivedOn: string;
  /** Policy's days when the request came. */
  days: number;
  /** The day on which proof of identity was asked for, while it is awaited; else null. */
  askedOn: string | null;
  /** The day on which that proof arrived. */
  proofOn: string | null;
  /** Whole days of earlier pauses. */
  pausedDays: number;
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

export function clocksOf(course: Course, today: string): Clocks {
  const { receivedOn, days, askedOn, proofOn, pausedDays, extended } = course;
  const paused = askedOn !== null;
  const stood = pausedDays + (paused ? Math.max(0, daysBetween(askedOn, today)) : 0);
  const plain = daysLater(receivedOn, days + stood);
  const policyBy = extended ? monthsLater(plain, FURTHER) : plain;
  const begins = paused ? today : (proofOn ?? receivedOn);
  const lawBy = paused ? null : monthsLater(begins, MONTH + (extended ? FURTHER : 0));
  const decideBy = lawBy !== null && lawBy < policyBy ? lawBy : policyBy;
  return {
    policyBy,
    lawBy,
    decideBy,
    daysLeft: daysBetween(today, decideBy),
    paused,
    firstMonthBy: monthsLater(begins, MONTH),
  };
}

/** By when a complaint is acknowledged. */
export const acknowledgeBy = (receivedOn: string): string => daysLater(receivedOn, ACKNOWLEDGE);

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
