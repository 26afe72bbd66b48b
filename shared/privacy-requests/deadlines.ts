/**
 * By when a request is decided. Pure: the day and the zone are arguments. Calendar dates are YYYY-MM-DD in the policy's
 * zone. Two clocks run: policy's days, which stand still while the requester is asked who they are, and the law's
 * calendar month (UK GDPR arts 12(3), 12A), which begins when the proof that was asked for has come. The earlier one counts. The
 * law would let a day that is no working day move on; this does not.
 */
import { Temporal } from "temporal-polyfill";
import { monthsLater } from "../recordings/retention.ts";

/** The law's month, and the two more of an extension. */
const MONTH = 1;
const FURTHER = 2;
/** A complaint is acknowledged within so many days (Data Protection Act 2018, s 164A). */
const ACKNOWLEDGE = 30;

export const daysLater = (day: string, days: number): string =>
  Temporal.PlainDate.from(day).add({ days }).toString();
/** Whole days from one day to another; negative where it has passed. */
export const daysBetween = (from: string, to: string): number =>
  Temporal.PlainDate.from(from).until(to, { largestUnit: "day" }).days;

export interface Course {
  receivedOn: string;
  /** Policy's days when the request came. */
  days: number;
  /** Since when the requester has been asked for proof of identity; null where they are not. */
  askedOn: string | null;
  /** When the proof that was asked for came. */
  proofOn: string | null;
  /** Whole days of earlier pauses. */
  pausedDays: number;
  extended: boolean;
}
export interface Clocks {
  policyBy: string;
  /** Null: it begins when the proof comes. */
  lawBy: string | null;
  decideBy: string;
  daysLeft: number;
  paused: boolean;
  /** The last day on which an extension can be said. */
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

/** When somebody is reminded: at 15, 7 and 2 days, and every day once it is over. */
export const reminderAt = (daysLeft: number): "15" | "7" | "2" | "overdue" | null => {
  if (daysLeft < 0) return "overdue";
  if (daysLeft <= 2) return "2";
  if (daysLeft <= 7) return "7";
  return daysLeft <= 15 ? "15" : null;
};

/** Of whole numbers the middle one, or halfway between the two; null of none. */
export function median(numbers: readonly number[]): number | null {
  if (numbers.length === 0) return null;
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
