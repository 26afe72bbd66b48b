/** What a screen reader hears: a hidden list with each number and its verdict, once. */
import type { Decision } from "../../../shared/check/verdict.ts";
import { fill } from "../../../shared/texts/language.ts";
import { sayReason, sayVerdict } from "../../../shared/texts/check/verdicts.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import type { PolicyContext } from "../../policy-context.ts";
import type { SpokenWords } from "../../carried.ts";
import type { Host } from "../host.ts";
import type { Mark } from "../find/mark.ts";

/** `Do not call. On TPS (list of 20 Nov 2026).` */
function sayDecision(words: SpokenWords, decision: Decision, context: PolicyContext | null): string {
  const lists = context?.stamp.lists ?? [];
  const [reason] = decision.reasons;
  const why = reason && decision.verdict !== "clear" ? sayReason(words.verdicts, reason, lists) : "";
  return fill(words.list.spokenDecision, { verdict: sayVerdict(words.verdicts, decision, lists), why });
}

export function openSpeech(host: Host) {
  // Many numbers share a decision, and most lines do not change from one report to the next.
  const decisions = new WeakMap<Decision, string>();
  const numbers = new WeakMap<Mark, string>();
  let items = new Map<string, HTMLLIElement>();

  function say(words: SpokenWords, mark: Mark, decision: Decision, context: PolicyContext | null): string {
    let number = numbers.get(mark);
    if (number === undefined) {
      number = mark.e164 === null ? mark.written.trim() || words.list.noNumber : sayNumber(mark.e164);
      numbers.set(mark, number);
    }
    let said = decisions.get(decision);
    if (said === undefined) {
      said = sayDecision(words, decision, context);
      decisions.set(decision, said);
    }
    return fill(words.list.spoken, { number, decision: said });
  }

  return (words: SpokenWords, marks: Iterable<Mark>, context: PolicyContext | null): void => {
    host.spoken.ariaLabel = words.list.list;
    const before = items;
    items = new Map();
    for (const mark of marks) {
      if (!mark.decision) continue;
      const line = say(words, mark, mark.decision, context);
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
