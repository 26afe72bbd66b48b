/** What a screen reader hears: a hidden list with each number and its verdict, once. */
import type { Decision } from "../../../shared/check/verdict.ts";
import { fill } from "../../../shared/texts/language.ts";
import { sayReason, sayVerdict } from "../../../shared/texts/check/verdicts.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import type { PolicyContext } from "../../policy-context.ts";
import type { Host } from "../host.ts";
import type { Mark } from "../find/mark.ts";
import { texts, words } from "../words.ts";

/** `Do not call. On TPS (list of 20 Nov 2026).` */
function sayDecision(decision: Decision, context: PolicyContext | null): string {
  const lists = context?.stamp.lists ?? [];
  const [reason] = decision.reasons;
  const why = reason && decision.verdict !== "clear" ? sayReason(texts, reason, lists) : "";
  return fill(words.spokenDecision, { verdict: sayVerdict(texts, decision, lists), why });
}

export function openSpeech(host: Host) {
  host.spoken.ariaLabel = words.list;
  // Many numbers share a decision, and most lines do not change from one report to the next.
  const decisions = new WeakMap<Decision, string>();
  const numbers = new WeakMap<Mark, string>();
  let items = new Map<string, HTMLLIElement>();

  function say(mark: Mark, decision: Decision, context: PolicyContext | null): string {
    let number = numbers.get(mark);
    if (number === undefined) {
      number = mark.e164 === null ? mark.written.trim() || words.noNumber : sayNumber(mark.e164);
      numbers.set(mark, number);
    }
    let said = decisions.get(decision);
    if (said === undefined) {
      said = sayDecision(decision, context);
      decisions.set(decision, said);
    }
    return fill(words.spoken, { number, decision: said });
  }

  return (marks: Iterable<Mark>, context: PolicyContext | null): void => {
    const before = items;
    items = new Map();
    for (const mark of marks) {
      if (!mark.decision) continue;
      const line = say(mark, mark.decision, context);
      if (items.has(line)) continue;
      const item = before.get(line) ?? document.createElement("li");
      if (!before.delete(line)) item.dataset["said"] = line;
      items.set(line, item);
    }
    // Only changed items are touched, so that a screen reader keeps its place in the list.
    for (const item of before.values()) item.remove();
    for (const item of items.values()) if (!item.parentNode) host.spoken.append(item);
  };
}
