/**
 * What an agent is asked of a dial that is held, and what they may answer. Plain data: a frame's question is asked in
 * the top document.
 */
import type { handling } from "../shared/check/override.ts";
import type { Decision } from "../shared/check/verdict.ts";
import type { Consent, ConsentBasis } from "../shared/do-not-call/api.ts";
import type { PolicyContext } from "./messages.ts";

export interface HeldDial {
  /** As the page had it; without the dial code where there was one. */
  written: string;
  e164: string | null;
  readings: string[];
  /** A text message or a chat, not a call. */
  message: boolean;
  decision: Decision;
  /** What policy does with the decision: only `warn` and `pass` offer the call. */
  handling: ReturnType<typeof handling>;
  /** The dial code that would hide our number, and whose it is. */
  hidden: { prefix: string; network: string } | null;
  /** Policy and lists that were decided by; null where nothing is known yet. */
  context: PolicyContext | null;
  /** What went wrong with the last answer. */
  problem: DialProblem | null;
}

export interface DialProblem {
  code: "refused" | "not-recorded" | "changed";
  /** The Worker's words. */
  detail: string;
}

export type Basis = ConsentBasis;

/** `stop` is the only answer that ends it for sure: all others are judged once more. */
export type Outcome =
  | { kind: "stop" }
  /** After reading what there is to read. */
  | { kind: "call" }
  | { kind: "check" }
  /** Without the dial code. */
  | { kind: "without" }
  /** Over a bar, for a reason that policy allows; `reason` in the agent's words. */
  | { kind: "override"; basis: Basis; reason: string }
  | { kind: "country"; country: string; wholeSite: boolean };

/** A consent as it is recorded from the modal. */
export type NewConsent = Pick<Consent, "number" | "basis" | "givenBy" | "givenAt" | "evidence"> & {
  until?: string;
};
