/**
 * What the dialog shows of a held dial, and what the agent may answer. Plain data, as a frame sends its held dial to the
 * top document of its tab, which shows the dialog there.
 */
import type { handling, OverrideBasis } from "../shared/check/override.ts";
import type { Facts } from "../shared/check/api.ts";
import type { Decision } from "../shared/check/verdict.ts";
import type { Medium } from "../shared/dials/schemes.ts";
import type { ConsentGiver, ConsentRequest } from "../shared/do-not-call/api-consents.ts";
import type { PolicyContext } from "./policy-context.ts";

export interface HeldDial {
  /** The number as the page had it; without the dial code that hides our number, where it had one. */
  written: string;
  /** Null where the country is unclear or it is no number; then `readings` has the numbers it may be. */
  e164: string | null;
  readings: string[];
  /** The other numbers that the digits would ring as they are: one, or several that a telephone may make of them. */
  rings: string[];
  /** Those of both that may be called, in E.164. */
  offers: string[];
  medium: Medium;
  decision: Decision;
  /** What policy does with the decision: the dialog offers the call for `warn` and `pass` only. */
  handling: ReturnType<typeof handling>;
  /** The dial code that would hide our number (`141`). */
  hidden: { prefix: string } | null;
  /** The policy and lists of the decision; null before the Worker's first answer. */
  context: PolicyContext | null;
  /** What is known of the number; null where it is not, or the number's country is open. */
  facts: Facts | null;
  /** A softphone began it: its call was ended, or goes on. */
  softphone?: "ended" | "on";
  /** Why the agent's last answer did not let the call go on. */
  problem: DialProblem | null;
}

/**
 * `refused`: the Worker does not allow the override. `not-recorded`: the evidence could not be stored. `changed`: there
 * is more to read now than the agent had read.
 */
export interface DialProblem {
  code: "refused" | "not-recorded" | "changed";
  /** The Worker's words. */
  detail: string;
}

export type Basis = Extract<OverrideBasis, "service">;

/** The agent's answer. Only `stop` is final: every other answer is judged again by what is known then. */
export type Outcome =
  | { kind: "stop" }
  /** Call, having read the reasons. */
  | { kind: "call" }
  /** Call one of the `offers` instead of the digits as they are. */
  | { kind: "number"; e164: string }
  /** Ask the Worker again. */
  | { kind: "check" }
  /** Call without the dial code. */
  | { kind: "without" }
  /** Override a blocked verdict on a basis that policy allows; `reason` in the agent's words. */
  | { kind: "override"; basis: Basis; reason: string }
  /** The number belongs to this country (ISO 3166, two letters); `wholeSite`: so do all without a code on this site. */
  | { kind: "country"; country: string; wholeSite: boolean };

/** A consent as the dialog records it. */
export type NewConsent = Pick<
  ConsentRequest,
  | ("number" | "kind" | "calls" | "medium" | "givenBy" | "givenAt")
  | ("how" | "words" | "proof" | "until" | "day")
> & { giver: ConsentGiver };
