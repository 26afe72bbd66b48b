/** What the agent's answer about a held dial leads to. Pure: the flow is held-dial-flow.ts. */
import type { Outcome } from "../../held-dial.ts";
import type { Decision } from "../../../shared/check/verdict.ts";
import { type Assessment, isNews, mayOverride } from "./assess.ts";

/** Every answer but `stop`, which ends the dial. */
export type Answered = Exclude<Outcome, { kind: "stop" }>;

/** Answers to what the dialog says, by one button. */
const plain: ReadonlySet<Answered["kind"]> = new Set(["call", "number", "without"]);

/** True where the Worker is asked before the answer is judged: always, but for a plain "call" on what is known. */
export const asksFirst = ({ kind }: Answered, { decision }: Pick<Assessment, "decision">): boolean =>
  !plain.has(kind) || decision.verdict === "unknown";

/**
 * `go`: the dial goes on. `ask`: the agent is shown what is known now. `changed`: so too, with the word that it changed.
 * `read`: the decision that the agent read; `now`: what is known now, of the number that is to be dialled; `hidden`: a dial code would hide our number.
 */
export function nextStep(
  answer: Answered,
  read: Decision,
  now: Pick<Assessment, "decision" | "handling">,
  hidden: boolean,
): "go" | "ask" | "changed" {
  if (hidden) return "ask";
  if (answer.kind === "override") return mayOverride(now) ? "go" : "changed";
  if (now.handling === "pass") return "go";
  if (answer.kind !== "call" && answer.kind !== "number") return "ask";
  return now.handling === "warn" && !isNews(now.decision, read) ? "go" : "changed";
}
