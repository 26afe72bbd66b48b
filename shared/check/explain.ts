/**
 * Why a verdict is what it is: the rule of law that each reason rests on, with its source and the day on which somebody
 * looked it up, or else the clause of the company's policy.
 */
import { ruleOf } from "../law/sources.ts";
import type { Because, ExplainedRule } from "./api-explain.ts";
import type { Reason } from "./api.ts";

/** The clauses behind reasons that are the company's own choice. A listing on a register of its own is `registers`. */
const clauses: Readonly<Record<string, string>> = {
  objection: "inHouse",
  house: "inHouse",
  "person-objected": "inHouse",
  "scope-unsaid": "inHouse",
  "withheld-caller-id": "withheldCallerId",
  "stale-list": "screening.maxListAgeDays",
  "stale-answer": "screening.maxListAgeDays",
  "lookup-budget": "screening.lookupsPerDay",
  outage: "screening.offlineMinutes",
  grace: "screening.graceDays",
  ground: "grounds",
  "country-unclear": "numbers.defaultRegion",
  "two-numbers": "numbers.lineRegion",
  "out-of-hours": "hours",
  holiday: "holidays",
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

export const becauseOf = ({ code, list, rule }: Reason): Because => ({
  rule: rule === undefined ? null : explainedRule(rule),
  clause: clauses[code] ?? (code === list ? "registers" : null),
});
