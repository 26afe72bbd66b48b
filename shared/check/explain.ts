/**
 * Why a verdict is what it is: the rule of law that each reason rests on, with its source and the day on which somebody
 * looked it up, or else the clause of the company's policy.
 */
import { ruleOf } from "../law/sources.ts";
import type { Because, ExplainedRule } from "./api-explain.ts";
import type { Facts, Reason } from "./api.ts";
import { consentCodes, isOnRequest } from "./consent.ts";
import { callsOf, type Context, rulesOf } from "./verdict.ts";

/** The clauses behind reasons that are the company's own choice. A listing on a register of its own is `registers`. */
const clauses: Readonly<Record<string, string>> = {
  objection: "inHouse",
  house: "inHouse",
  "person-objected": "inHouse",
  "scope-unsaid": "inHouse",
  "withheld-caller-id": "withheldCallerId",
  "not-our-number": "identity.ownNumbers",
  "stale-list": "screening.maxListAgeDays",
  "stale-answer": "screening.maxListAgeDays",
  "lookup-budget": "screening.lookupsPerDay",
  outage: "screening.offlineMinutes",
  "no-register": "screening.heldRegions",
  grace: "screening.graceDays",
  ground: "grounds",
  "country-unclear": "numbers.defaultRegion",
  "two-numbers": "numbers.lineRegion",
  "out-of-hours": "hours",
  holiday: "holidays",
  // Where the law of the called place names no such call, consent is the company's own strictness.
  "needs-consent": "campaigns.runs",
  "message-needs-consent": "campaigns.runs",
  "call-back": "consents.recordedBy",
  "not-authorised": "campaigns.pensionsAuthorised",
  presentation: "identity.presentationNumber",
};

/** A rule by its id; null for one that no region has. */
export function explainedRule(id: string): ExplainedRule | null {
  const rule = ruleOf(id);
  if (!rule) return null;
  const { source, region, from, until } = rule;
  return { id, region, ...source, from: from ?? null, until: until ?? null };
}

/** `known`: what the number and the call are, where that is known; else a reason rests on the rule that it names. */
export function becauseOf(reason: Reason, known: { facts: Facts; context: Context } | null): Because {
  const { code, list, rule = [] } = reason;
  const ids = known ? rulesOf(reason, known.facts, known.context) : [rule].flat();
  // A register that the law wants, and nobody set up, is no clause of policy's.
  const clause = code === "no-register" && list !== undefined ? undefined : clauses[code];
  // What was asked for needs no prior consent by policy's choice.
  const asked =
    known !== null &&
    consentCodes.has(code) &&
    callsOf(known.facts, known.context).some((call) => isOnRequest(known.facts, call));
  return {
    rules: ids.flatMap((id) => explainedRule(id) ?? []),
    clause: asked ? "campaigns.onRequest" : (clause ?? (code === list ? "registers" : null)),
  };
}
