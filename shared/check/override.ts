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
 * What is done with a call. What is blocked or not known is held. A caution asks the agent first, or passes where it rests
 * on nothing but evidenced consent and policy says so. Digits that would ring another number than the one that is meant
 * are held, whatever is known of both: the meant one can be dialled in E.164.
 */
export function handling({ verdict, reasons }: Decision, policy: Policy): "pass" | "warn" | "hold" {
  if (verdict === "blocked" || verdict === "unknown") return "hold";
  if (reasons.some(({ code }) => code === "two-numbers")) return "hold";
  if (verdict === "clear") return "pass";
  const agreed = policy.consents.amber === "pass" && reasons.every(({ code }) => agreeing.has(code));
  return agreed ? "pass" : "warn";
}

/** Reasons of a call that was agreed to. In an outage it stands as what is clear does. */
const agreeing: ReadonlySet<string> = new Set(["agreed", "not-listed", "open-by-law", "outage"]);

/**
 * Reasons that cannot be overridden under any policy: PECR 2003 reg 21(1)(a) (an objection) and (A1) (a hidden caller);
 * two numbers, as a reason to call one of them is none to ring the other; and our own test number.
 */
const finalCodes: ReadonlySet<string> = new Set(["canary", "objection", "withheld-caller-id", "two-numbers"]);

/** The first of a call's reasons that cannot be overridden; undefined where there is no such reason. */
export const finalReason = (reasons: readonly Reason[]): Reason | undefined =>
  reasons.find(({ code }) => finalCodes.has(code));

/**
 * True where an agent may override a held call on a basis that policy allows. A number of which something is not known
 * must become known instead, whatever else bars it.
 */
export const mayBeOverridden = ({ verdict, reasons }: Decision): boolean =>
  verdict === "blocked" && !finalReason(reasons) && !reasons.some(({ code }) => notKnown.has(code));

/** Reasons that say what is not known. */
const notKnown: ReadonlySet<string> = new Set([
  ...["not-screened", "stale-list", "not-asked", "being-asked", "lookup-failed", "lookup-budget"],
  ...["stale-answer", "no-register", "country-unclear", "holidays-unknown", "no-rules"],
]);

/** The soft opt-in rests on how a customer's number was got: it is recorded beforehand, not at the call. */
export type OverrideBasis = Exclude<ConsentBasis, "soft-opt-in">;

/**
 * What an agent may give as the basis of an override, by the clause `overrides`: that the call sells nothing. Whatever
 * the called person agreed to or asked for is recorded instead, and the call is judged again.
 */
export const overrideBases: Readonly<Record<Policy["overrides"], readonly OverrideBasis[]>> = {
  none: [],
  "service-and-solicited": ["service"],
  "with-consent": ["service"],
};
