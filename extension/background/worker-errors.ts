/** The two ways in which a request to the Worker fails, and how long to pause after a failure. */
import type { Problem } from "../../shared/api.ts";
import { pauseAfter, retryAfter } from "../../shared/core/retry.ts";
import { MINUTE } from "../../shared/core/time.ts";
import type { Trouble } from "../carried.ts";

/** The Worker gave no usable answer, or is not asked during a pause. Asking before `retryInMs` has passed is useless. */
export class NoAnswer extends Error {
  readonly trouble: Trouble;
  readonly retryInMs: number;
  constructor(trouble: Trouble, retryInMs: number, why = trouble as string) {
    super(why);
    this.trouble = trouble;
    this.retryInMs = retryInMs;
  }
}

/** The Worker refused the request. `code` is the problem document's stable code (RFC 9457). */
export class Refused extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail ?? problem.title ?? problem.code);
    this.problem = problem;
  }
  get code() {
    return this.problem.code;
  }
}

/** The error as an answer to one of our own pages. Rethrows every other error. */
export function failure(error: unknown) {
  if (error instanceof Refused)
    return { ok: false, trouble: "refused", problem: error.problem, retryInMs: 0 } as const;
  if (error instanceof NoAnswer)
    return { ok: false, trouble: error.trouble, problem: null, retryInMs: error.retryInMs } as const;
  throw error;
}

/** Awaits `work`; where the Worker cannot be asked, answers `instead`. Every other error is thrown on. */
export async function orTrouble<T>(work: Promise<T>, instead: (failure: NoAnswer) => T): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NoAnswer) return instead(error);
    throw error;
  }
}

const FIRST_MS = 1000;
const LONGEST_MS = MINUTE;
/** For a lost sign-in or an outdated extension, which no retry within minutes can cure. */
const SETTLED_MS = 5 * MINUTE;
export const LONGEST_PAUSE_MS = SETTLED_MS;

/**
 * The pause after the n-th failure in a row (n from 1), in milliseconds: doubled each time, then reduced at random by up to
 * half, so that a company's browsers do not all return in the same second. `random` is from 0 to 1.
 */
export function pause(trouble: Trouble, failures: number, random: number): number {
  if (trouble !== "offline" && trouble !== "busy") return SETTLED_MS;
  const longest = pauseAfter(Math.max(1, failures), FIRST_MS, LONGEST_MS);
  return Math.round(longest * (0.5 + random / 2));
}

/** A Retry-After header as milliseconds from now; 0 if there is none. */
export const retryAfterMs = (header: string | null, now: number): number =>
  Math.max(0, (retryAfter(header, now, LONGEST_PAUSE_MS) ?? now) - now);
