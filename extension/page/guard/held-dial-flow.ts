/**
 * The course of one held dial, from the click until it goes on or is stopped. An unknown number is asked of the Worker
 * first, and the dial goes on by itself if the number is clear; otherwise the agent is asked. Each answer is judged by
 * what is known then, and the evidence is stored before the dial goes on.
 */
import type { Withheld } from "../../../shared/dials/withheld.ts";
import type { Facts } from "../../../shared/check/api.ts";
import type { DialRequest } from "../../../shared/dials/api.ts";
import type { DialProblem, HeldDial, Outcome } from "../../held-dial.ts";
import type { Answer } from "../../messages.ts";
import type { PolicyContext } from "../../policy-context.ts";
import { numbersOf as numbersRead } from "../../../shared/check/verdict.ts";
import { type Assessment, hidingOurNumber, isOfTwo, numbersOf } from "./assess.ts";
import { type Answered, asksFirst, nextStep } from "./next-step.ts";
import type { PendingDial } from "./pending-dial.ts";

export type Override = Extract<Outcome, { kind: "override" }>;
export type Country = Extract<Outcome, { kind: "country" }>;

/** A held dial at one moment. */
export interface Held {
  readonly id: string;
  readonly dial: PendingDial;
  /** The dial code that it was dialled with and that hides our number. */
  readonly code: Withheld | null;
  /** The number as it was dialled, without the dial code. */
  readonly written: string;
  /** The dial code, until the agent leaves it out. */
  hidden: Withheld | null;
  /** The number in E.164 that is to be dialled instead: the agent chose it where the digits would ring another. */
  instead: string | null;
  /** What the agent is shown, or will be. */
  seen: Assessment;
  /** Why the last answer did not let the dial go on. */
  problem: DialProblem | null;
  /** The dialog shows it. */
  shown: boolean;
}

/** What the flow does to the world. */
export interface FlowDeps {
  /** What is known of the held number now. */
  assess: (held: Held) => Assessment;
  context: () => PolicyContext | null;
  /** Asks about these numbers, of the Worker unless less `isEnough`; resolves after two seconds at the latest. */
  confirm: (numbers: string[], isEnough?: () => boolean) => Promise<void>;
  /** Shows the dial, or its new state, and resolves with the agent's answer. */
  ask: (held: Held) => Promise<Outcome>;
  /** Takes the dial off the dialog. */
  close: (held: Held) => void;
  /** Stores evidence that nothing waits for. */
  note: (action: DialRequest["action"], dial: PendingDial, seen: Assessment) => void;
  /** Stores evidence before the dial goes on; null where it could not be stored. */
  record: (held: Held, override?: Override) => Promise<Answer<"page.dial"> | null>;
  /** Keeps a country that the agent named. */
  country: (written: string, ruling: Omit<Country, "kind">) => Promise<void>;
  /** Shows again what is asked, where it changed. */
  refresh: () => void;
}

export const newHeld = (id: string, dial: PendingDial, code: Withheld | null, seen: Assessment): Held => ({
  ...{ id, dial, code, seen },
  written: code?.rest ?? dial.written,
  hidden: code,
  instead: null,
  problem: null,
  shown: false,
});

/** What the dialog shows of it. */
export const shownOf = (
  { written, dial, hidden, problem, seen }: Held,
  context: PolicyContext | null,
  facts: Facts | null,
): HeldDial => ({
  ...{ written, e164: seen.e164, readings: seen.readings, medium: dial.medium, problem },
  ...{ decision: seen.decision, handling: seen.handling, offers: seen.offers, hidden, context, facts },
  ...(dial.softphone && { softphone: dial.softphone }),
  rings: isOfTwo(seen.decision) ? numbersRead(seen.line).filter((number) => number !== seen.e164) : [],
});

/** Resolves once the dial has gone on or was stopped. */
export async function runHeld(held: Held, deps: FlowDeps): Promise<void> {
  // A blocked number is shown at once; an unknown one may turn out clear.
  if (!held.code && held.seen.decision.verdict === "unknown") {
    held.seen = await confirmed(held, deps);
    if (held.seen.handling === "pass") {
      held.problem = await goOn(held, deps);
      if (!held.problem) return;
    }
  }
  return askAbout(held, deps);
}

/** The agent is asked until the dial goes on or is stopped; about a softphone's call, which has ended or goes on, told. */
export async function askAbout(held: Held, deps: FlowDeps): Promise<void> {
  const { dial, code, seen } = held;
  if (dial.softphone !== "on") deps.note("held", dial, code ? hidingOurNumber(seen) : seen);
  if (code || isOfTwo(seen.decision)) void deps.confirm(numbersOf(seen)).then(deps.refresh);
  for (;;) {
    held.shown = true;
    const outcome = await deps.ask(held);
    held.problem = null;
    if (outcome.kind === "stop") return end(held, deps);
    const step = await follow(held, outcome, deps);
    if (step === "gone") return;
    held.problem = step === "ask" ? null : step;
  }
}

/** What is known once the Worker was asked, or did not answer in time. */
async function confirmed(held: Held, deps: FlowDeps): Promise<Assessment> {
  const isKnown = () => deps.assess(held).decision.verdict !== "unknown";
  await deps.confirm(numbersOf(deps.assess(held)), isKnown);
  return deps.assess(held);
}

/** Acts on an answer by what is known now. */
async function follow(held: Held, answer: Answered, deps: FlowDeps): Promise<DialProblem | "ask" | "gone"> {
  const read = held.seen.decision;
  if (answer.kind === "country") await deps.country(held.written, answer);
  if (answer.kind === "without") held.hidden = null;
  if (answer.kind === "number") {
    // It may have been blocked since it was offered.
    if (!held.seen.offers.includes(answer.e164)) return { code: "changed", detail: "" };
    held.instead = answer.e164;
  }
  held.seen = deps.assess(held);
  if (asksFirst(answer, held.seen)) held.seen = await confirmed(held, deps);
  const step = nextStep(answer, read, held.seen, held.hidden !== null);
  const problem: DialProblem | "ask" | null =
    step === "ask" ? "ask" : step === "changed" ? { code: "changed", detail: "" } : null;
  const ends = problem ?? (await goOn(held, deps, answer.kind === "override" ? answer : undefined));
  if (ends === null) return "gone";
  if (held.instead !== null) {
    held.instead = null;
    held.seen = deps.assess(held);
  }
  return ends;
}

/** Stores the evidence, then lets the dial go on. Null once it has; else why it did not. */
async function goOn(held: Held, deps: FlowDeps, override?: Override): Promise<DialProblem | null> {
  // A softphone's call has ended: the agent makes another, which is judged for itself.
  if (held.dial.softphone && !override) {
    end(held, deps);
    return null;
  }
  const stored = await deps.record(held, override);
  if (!stored) return { code: "not-recorded", detail: "" };
  if (!stored.ok) return { code: "refused", detail: stored.detail };
  end(held, deps);
  held.dial.resume(held.instead ?? held.code?.rest);
  return null;
}

/** Makes the page usable again, with the focus where it was. */
function end(held: Held, deps: FlowDeps): void {
  if (held.shown) deps.close(held);
  held.shown = false;
}
