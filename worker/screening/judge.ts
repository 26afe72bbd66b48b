/** Judges the numbers of a screening's part by the facts of the moment. Writes nothing. */
import type { Outcome, PartAnswer } from "../../shared/screening/api.ts";
import type { Verdict } from "../../shared/check/api.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { toE164 } from "../../shared/phone/phone.ts";
import type { Campaign, Policy } from "../../shared/policy/policy.ts";
import { isCanary } from "../../shared/canary/number.ts";
import { CANARY_BARRED, type Decision, decide, unknownFor } from "../../shared/check/verdict.ts";
import { factsOf } from "../check/facts.ts";
import type { Env } from "../env.ts";
import type { Wanted } from "../lookups/queue.ts";
import { graceEnds, type Recheck } from "../watching/judge.ts";

export interface Judged {
  answer: PartAnswer;
  /** The numbers of each verdict, sorted. */
  by: Record<Verdict, Float64Array>;
  /** Numbers by reason code. */
  reasons: Record<string, number>;
  /** Numbers whose listing counts from a later day. */
  rechecks: Recheck[];
  policy: Policy;
  /** Numbers that a source must be asked about, as there is no current answer. */
  wanted: Wanted[];
}

/** Calling hours are left out: they are judged at each call. */
export async function judge(env: Env, purpose: Campaign | undefined, numbers: string[]): Promise<Judged> {
  const { stamp, policy, facts, wanted } = await factsOf(env, numbers);
  const now = Date.now();
  const context = { policy, lists: stamp.lists, now, purpose, anyTime: true as const };
  const outcomes: Outcome[] = [];
  const places = new Map<string, number>();
  const placeOf = (decision: Decision): number => {
    const key = JSON.stringify(decision);
    const place = places.get(key) ?? outcomes.push(decision) - 1;
    places.set(key, place);
    return place;
  };
  // A decision follows from the facts, and most numbers have the same ones.
  const decided = new Map<string, number>();
  const placeBy = (e164: string): number => {
    // A number that fits no numbering plan is not a number, even if the sender says it is E.164.
    if (toE164(e164, "GB").e164 !== e164) return placeOf(unknownFor("not-a-number"));
    // Its facts are like those of others.
    if (isCanary(e164)) return placeOf(CANARY_BARRED);
    const { e164: _, ...record } = facts(e164);
    const key = JSON.stringify(record);
    const place = decided.get(key) ?? placeOf(decide({ e164, ...record }, context));
    decided.set(key, place);
    return place;
  };
  const of = numbers.map(placeBy);
  const sorted: Record<Verdict, number[]> = { clear: [], caution: [], blocked: [], unknown: [] };
  const counts = outcomes.map(() => 0);
  for (const [i, place] of of.entries()) {
    sorted[outcomes[place]!.verdict].push(numberOf(numbers[i]!));
    counts[place]!++;
  }
  const reasons: Record<string, number> = {};
  for (const [place, outcome] of outcomes.entries())
    for (const code of new Set(outcome.reasons.map((reason) => reason.code)))
      if (code !== "not-listed") reasons[code] = (reasons[code] ?? 0) + counts[place]!;
  const rechecks = of.flatMap((place, i) => graceEnds(outcomes[place]!, numberOf(numbers[i]!)));
  const by = {
    clear: Float64Array.from(sorted.clear).sort(),
    caution: Float64Array.from(sorted.caution).sort(),
    blocked: Float64Array.from(sorted.blocked).sort(),
    unknown: Float64Array.from(sorted.unknown).sort(),
  };
  const answer = { at: new Date(now).toISOString(), stamp, outcomes, of };
  return { answer, by, reasons, rechecks, policy, wanted: wanted() };
}
