/**
 * What one frame knows of its numbers, and what it has yet to ask: a state and functions over it, without messages or
 * timers. The caller passes the device's clock as `now`, in milliseconds since the epoch.
 */
import { isCanary } from "../../shared/canary/number.ts";
import type { Facts } from "../../shared/check/api.ts";
import { handling } from "../../shared/check/override.ts";
import { tried } from "../../shared/check/tried.ts";
import { MINUTE } from "../../shared/core/time.ts";
import {
  CANARY_BARRED,
  type Decision,
  decide,
  decideReading,
  unknownFor,
} from "../../shared/check/verdict.ts";
import type { Medium } from "../../shared/dials/schemes.ts";
import { decisionContext, type PolicyContext } from "../policy-context.ts";
import type { Trouble } from "../carried.ts";

/** Facts that the Worker has not confirmed for this long decide nothing, except in an outage. */
export const CONFIRMED_MS = 120_000;

export interface FactState {
  known: Map<string, Known>;
  /** Known numbers that may have changed: they keep their verdict until the next answer, so that no badge flickers. */
  stale: Set<string>;
  /** Numbers for the next message. */
  wanted: Set<string>;
  /** Numbers in messages that are not answered yet. */
  asked: Set<string>;
  context: PolicyContext | null;
  /** Why the background's last answer brought nothing; null where it did. */
  trouble: Trouble | null;
  /** When the Worker last confirmed what is known, by the device's clock; 0 before its first answer. */
  confirmedAt: number;
  /** The `seq` at which the page went into the back/forward cache, where no message reached it; else null. */
  deafSince: number | null;
  decisions: DecisionCache;
}

interface Known {
  facts: Facts;
  /** Equal for numbers with the same facts, which share one decision. */
  likeness: string;
}

/** Decisions by medium and likeness, for one context and one minute: hours and a list's age change with the clock. */
interface DecisionCache {
  context: PolicyContext | null;
  minute: number;
  byLikeness: Map<string, Decision>;
}

export const newFactState = (): FactState => ({
  known: new Map(),
  stale: new Set(),
  wanted: new Set(),
  asked: new Set(),
  context: null,
  trouble: null,
  confirmedAt: 0,
  deafSince: null,
  decisions: { context: null, minute: 0, byLikeness: new Map() },
});

/**
 * True where the Worker confirmed the facts within CONFIRMED_MS and the page hears of changes. The device's clock may
 * jump: a confirmation from the future counts for nothing.
 */
export const isFresh = ({ deafSince, confirmedAt }: FactState, now: number): boolean =>
  deafSince === null && Math.abs(now - confirmedAt) <= CONFIRMED_MS;

/**
 * True where facts decide. In an outage they do where the Worker's last confirmation is not older than the policy's
 * `screening.offlineMinutes`: what may be called by it may still be called.
 */
function areGood(state: FactState, now: number): boolean {
  const { deafSince, confirmedAt, trouble, context } = state;
  return trouble === "offline"
    ? deafSince === null &&
        now >= confirmedAt &&
        now - confirmedAt <= (context?.policy.screening.offlineMinutes ?? 0) * MINUTE
    : isFresh(state, now);
}

/** Notes a confirmation. The latest counts, except that one from the future gives way to any other. */
export function noteConfirmed(state: FactState, at: number, now: number): void {
  state.confirmedAt = state.confirmedAt > now ? at : Math.max(state.confirmedAt, at);
}

/**
 * Takes a context, unless there is none or it is older than the state's own. `moved`: it decides something in another way, or
 * names other regions that numbers are read for. Each change in the company has a `seq` of its own, and most move nothing.
 */
export function takeContext(state: FactState, next: PolicyContext | null): "refused" | "same" | "moved" {
  const { context } = state;
  if (!next || (context && next.stamp.seq < context.stamp.seq)) return "refused";
  state.context = next;
  return context && decisive(context) === decisive(next) ? "same" : "moved";
}
/** A clock that was set shows in a beat (heartbeat.ts), and is measured anew with each answer. */
const decisive = ({ policy, purpose, stamp }: PolicyContext): string =>
  JSON.stringify([policy, purpose, { ...stamp, seq: 0 }]);

/** Puts numbers on the next message, without those that are known for sure or asked for already. */
export function want(state: FactState, numbers: Iterable<string>): void {
  const { known, stale, asked, wanted } = state;
  for (const n of numbers) if ((!known.has(n) || stale.has(n)) && !asked.has(n)) wanted.add(n);
}

/** The numbers of the next message, at most so many; from now on they are asked for. */
export function takeWanted({ wanted, asked }: FactState, most: number): string[] {
  const numbers = [...wanted].slice(0, most);
  for (const n of numbers) {
    wanted.delete(n);
    asked.add(n);
  }
  return numbers;
}

/** The facts without the number itself and the time to ask again, which decide nothing. */
const likenessOf = (facts: Facts): string => JSON.stringify({ ...facts, e164: "", again: "" });

export function learnFacts({ known, stale }: FactState, facts: Readonly<Record<string, Facts>>): void {
  for (const [n, f] of Object.entries(facts)) {
    known.set(n, { facts: f, likeness: likenessOf(f) });
    stale.delete(n);
  }
}

/** A call was made from this browser: it counts here before the Worker says so. */
export function noteTried({ known }: FactState, number: string, at: string): void {
  const facts = known.get(number)?.facts;
  if (!facts) return;
  const now = tried(facts, [at]);
  known.set(number, { facts: now, likeness: likenessOf(now) });
}

/** Doubts these known numbers, or all, and wants them again. An answer on its way may be older than the change. */
export function doubt(state: FactState, numbers: readonly string[], all: boolean): void {
  const { known, stale, asked } = state;
  const doubted = all ? [...known.keys()] : numbers.filter((n) => known.has(n));
  for (const n of doubted) {
    stale.add(n);
    asked.delete(n);
  }
  want(state, doubted);
}

/** Known numbers with an answer by lookup that is too old, or is missing and may be had by now. `at`: the Worker's clock. */
export const dueAgain = ({ known }: FactState, at: number): string[] =>
  [...known].flatMap(([n, { facts }]) =>
    facts.again !== undefined && Date.parse(facts.again) <= at ? n : [],
  );

/** Another account signed in, or none: forgets everything and wants it again. */
export function forgetAccount(state: FactState): void {
  const numbers = [...state.known.keys()];
  state.context = null;
  state.deafSince = null;
  state.trouble = null;
  state.known.clear();
  state.stale.clear();
  want(state, numbers);
}

/** True where a dial may go by the facts of all these numbers: known, not stale, and fresh or kept for an outage. */
export const isConfirmed = (state: FactState, numbers: readonly string[], now: number): boolean =>
  state.context !== null &&
  areGood(state, now) &&
  numbers.every((n) => state.known.has(n) && !state.stale.has(n));

/** The decision on a written number; null while facts that it needs are on their way. */
export function decideWritten(
  state: FactState,
  e164: string | null,
  readings: readonly string[],
  medium: Medium,
  now: number,
): Decision | null {
  if (e164 !== null) return decideNumber(state, e164, medium, now);
  const each = new Map(readings.map((n) => [n, decideNumber(state, n, medium, now)]));
  if ([...each.values()].includes(null)) return null;
  return decideReading({ e164, readings }, (n) => each.get(n)!);
}

function decideNumber(state: FactState, number: string, medium: Medium, now: number): Decision | null {
  const { context, trouble } = state;
  // Before the cache, which knows no number apart from others with the same facts.
  if (isCanary(number)) return CANARY_BARRED;
  if (trouble === "signed-out" || trouble === "not-joined") return unknownFor("signed-out");
  const known = state.known.get(number);
  // A page that slept shows nothing until it has asked again.
  if (!known || !context || !areGood(state, now)) return trouble ? unknownFor("offline") : null;
  if (trouble && state.stale.has(number)) return unknownFor("offline");
  const decision = decideKnown(state.decisions, known, context, medium, now);
  return trouble === "offline" ? inOutage(decision, context, isFresh(state, now)) : decision;
}

/**
 * What a decision is worth in an outage: what passes without a question still does, and says so. Of the rest nothing is known, once
 * facts are no longer fresh.
 */
function inOutage(decision: Decision, { policy }: PolicyContext, fresh: boolean): Decision {
  if (handling(decision, policy) !== "pass") return fresh ? decision : unknownFor("offline");
  return { verdict: decision.verdict, reasons: [...decision.reasons, { code: "outage" }] };
}

/** A page of a thousand numbers has about five different sets of facts: each is decided once. */
function decideKnown(
  cache: DecisionCache,
  { facts, likeness }: Known,
  context: PolicyContext,
  medium: Medium,
  now: number,
): Decision {
  const minute = Math.floor((now + context.clockOffset) / 60_000);
  if (cache.context !== context || cache.minute !== minute) cache.byLikeness.clear();
  cache.context = context;
  cache.minute = minute;
  const key = `${medium} ${likeness}`;
  let decision = cache.byLikeness.get(key);
  if (!decision)
    cache.byLikeness.set(key, (decision = decide(facts, { ...decisionContext(context, now), medium })));
  return decision;
}
