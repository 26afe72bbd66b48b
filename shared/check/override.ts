/**
 * What may be done with a call, given its verdict: it passes, it warns the agent first, or it is held; and which held
 * calls an agent may override, for which reasons. The page offers what these rules allow, and the Worker refuses
 * anything else.
 */
import type { ConsentBasis } from "../do-not-call/api.ts";
import type { Policy } from "../policy/policy.ts";
import type { Reason } from "./api.ts";
import type { Decision } from "./verdict.ts";

/**
 * What policy does with a call. An unknown verdict is held unless the clause `unknown` says to warn; a register's copy
 * that is too old has a clause of its own (`screening.staleList`). Digits that would ring another number than the one
 * that is meant are held, whatever is known of both: the meant one can be dialled in E.164.
 */
export function handling({ verdict, reasons }: Decision, policy: Policy): "pass" | "warn" | "hold" {
  if (reasons.some(({ code }) => code === "two-numbers")) return "hold";
  if (verdict === "clear") return "pass";
  if (verdict === "caution") return "warn";
  if (verdict === "blocked") return "hold";
  const clause = ({ code }: Reason) => {
    // What is missing is no knowledge, which the clause `unknown` is about, but what the law wants (PECR reg 22).
    if (code === "message-needs-consent") return "hold";
    if (code === "stale-list" || code === "stale-answer") return policy.screening.staleList;
    return unknowns.has(code) ? policy.unknown : "warn";
  };
  return reasons.some((reason) => clause(reason) === "hold") ? "hold" : "warn";
}

/** Reasons that say we do not know. */
const unknowns: ReadonlySet<string> = new Set([
  "not-screened",
  "not-asked",
  "being-asked",
  "lookup-failed",
  "lookup-budget",
  "no-register",
  "country-unclear",
  "offline",
  "signed-out",
  "not-a-number",
  "number-lost",
]);

/**
 * Reasons that cannot be overridden under any policy: PECR 2003 reg 21(1)(a) (an objection) and (A1) (a hidden caller);
 * and two numbers, as a reason to call one of them is none to ring the other.
 */
const finalCodes: ReadonlySet<string> = new Set(["objection", "withheld-caller-id", "two-numbers"]);

/** The first of a call's reasons that cannot be overridden; undefined where there is no such reason. */
export const finalReason = (reasons: readonly Reason[]): Reason | undefined =>
  reasons.find(({ code }) => finalCodes.has(code));

/**
 * True where an agent may override a held call on a basis that policy allows. A number that is held as unknown must
 * become known instead; only the basis of a message is the agent's to know.
 */
export const mayBeOverridden = ({ verdict, reasons }: Decision): boolean =>
  !finalReason(reasons) &&
  (verdict === "blocked" || (verdict === "unknown" && !reasons.some(({ code }) => isUnknown(code))));

const isUnknown = (code: string): boolean =>
  unknowns.has(code) || code === "stale-list" || code === "stale-answer";

/** The soft opt-in rests on how a customer's number was got: it is recorded beforehand, not at the call. */
export type OverrideBasis = Exclude<ConsentBasis, "soft-opt-in">;

/**
 * What an agent may give as the basis of an override, by the clause `overrides`, in the order in which the page offers
 * it.
 */
export const overrideBases: Readonly<Record<Policy["overrides"], readonly OverrideBasis[]>> = {
  none: [],
  "service-and-solicited": ["solicited", "service"],
  "with-consent": ["solicited", "service", "consent"],
};
