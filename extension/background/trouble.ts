/** What can stand between us and an answer, and how long to leave the Worker in peace. */
import type { Problem } from "../../shared/api.ts";
import type { Trouble } from "../messages.ts";

/** The Worker cannot be asked now. Asking again before `retryInMs` is of no use. */
export class NoAnswer extends Error {
  readonly trouble: Trouble;
  readonly retryInMs: number;
  constructor(trouble: Trouble, retryInMs: number, why = trouble as string) {
    super(why);
    this.trouble = trouble;
    this.retryInMs = retryInMs;
  }
}

/** The Worker understood and said no. `code` is the problem document's stable one. */
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

/** Why there is no answer, for one of our own pages. Throws what is no trouble with the Worker. */
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
const LONGEST_MS = 60_000;
/** Neither a lost sign-in nor a too old extension mends itself within minutes. */
const SETTLED_MS = 5 * 60_000;
export const LONGEST_PAUSE_MS = SETTLED_MS;

/**
 * How long to wait after so many failures in a row: doubled each time, and somewhere between half of that and all of
 * it, so that a company's extensions do not all come back in the same second. `random` is from 0 to 1.
 */
export function pause(trouble: Trouble, failures: number, random: number): number {
  if (trouble !== "offline") return SETTLED_MS;
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
  return Math.round(longest * (0.5 + random / 2));
}

/** A `Retry-After` header in milliseconds: seconds, or a date. */
export function retryAfter(header: string | null, now: number): number {
  if (!header) return 0;
  const seconds = Number(header);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isFinite(wait) ? Math.min(Math.max(0, wait), SETTLED_MS) : 0;
}
