/**
 * Why a verdict is what it is: the rule of law that each reason rests on, with its source and the day on which somebody
 * looked it up, or else the clause of the company's policy.
 */
import { ruleOf } from "../law/sources.ts";
import type { Because, ExplainedRule } from "./api-explain.ts";
import type { Facts, Reason } from "./api.ts";
import { consentCodes, isOnRequest } from "./consent.ts";
import { isLawRegister } from "../law/law.ts";
import { maxAgeOf } from "../registers/age.ts";
import { callsOf, type Context, rulesOf } from "./verdict.ts";

/** The clauses behind reasons that are the company's own choice. A listing on a register of its own is `registers`. */
const clauses = {
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
  "call-back": "consents.recordedBy",
  "not-authorised": "campaigns.pensionsAuthorised",
  presentation: "identity.presentationNumber",
} as const;
const clauseBy: Readonly<Record<string, ExplainingClause>> = clauses;

/** A clause that a reason may rest on. */
export type ExplainingClause = (typeof clauses)[keyof typeof clauses] | "registers" | "campaigns.onRequest";

/** What the law leaves no policy (`locked`), and registers: law's own where a rule is named. */
const lawful: ReadonlySet<ExplainingClause | null> = new Set([
  "inHouse",
  "withheldCallerId",
  "registers",
] as const);
/** By which `wants` of shared/law/law.ts says that a consent is missing. */
const wanting = new Set(["needs-consent", "message-needs-consent"]);

/** A rule by its id; null for one that no region has. */
export function explainedRule(id: string): ExplainedRule | null {
  const rule = ruleOf(id);
  if (!rule) return null;
  const { source, region, from, until } = rule;
  return { id, region, ...source, from: from ?? null, until: until ?? null };
}

/** `known`: what the number and the call are, where that is known; else a reason rests on the rule that it names. */
export function becauseOf(reason: Reason, known: { facts: Facts; context: Context } | null): Because {
  const ids = known ? rulesOf(reason, known.facts, known.context) : [reason.rule ?? []].flat();
  const rules = ids.flatMap((id) => explainedRule(id) ?? []);
  const clause = clauseOf(reason, known);
  return {
    rules,
    clause: rules.length > 0 && lawful.has(clause) ? null : clause,
    strict: wanting.has(reason.code) && reason.rule === undefined,
  };
}

function clauseOf(
  { code, list }: Reason,
  known: { facts: Facts; context: Context } | null,
): ExplainingClause | null {
  // What was asked for needs no prior consent by policy's choice.
  if (known && consentCodes.has(code)) {
    const calls = callsOf(known.facts, known.context);
    if (calls.some((call) => isOnRequest(known.facts, call))) return "campaigns.onRequest";
  }
  // A register that the law wants, and nobody set up, is no clause of policy's.
  if (code === "no-register" && list !== undefined) return null;
  if (code === "stale-list" || code === "stale-answer") return isOwnAge(list, known) ? clauses[code] : null;
  if (code === list) return known || !isLawRegister(code) ? "registers" : null;
  return clauseBy[code] ?? null;
}

/** Whether policy lets a copy be relied on for fewer days than law and the register do. */
function isOwnAge(list: string | undefined, known: { context: Context } | null): boolean {
  const head = known?.context.lists.find(({ id }) => id === list);
  if (!known || !head) return false;
  const { policy } = known.context;
  const without = { ...policy, screening: { ...policy.screening, maxListAgeDays: Infinity } };
  return maxAgeOf(head, policy) < maxAgeOf(head, without);
}
