/** A number that a person asked about in the popup or the address bar: its verdict, and how both name it. */
import { fill, inLanguage } from "../shared/texts/language.ts";
import type { Texts } from "../shared/texts/check/verdicts.ts";
import { popupTexts } from "../shared/texts/popup/popup.ts";
import { decide, decideReading, type Decision, unknownFor } from "../shared/check/verdict.ts";
import type { CheckedNumber } from "./carried.ts";
import { decisionContext, type PolicyContext } from "./policy-context.ts";

/** The decision on a number that was asked about; `now` is the device's clock. A number without facts is unknown. */
export function judgeChecked(
  { e164, readings, facts }: CheckedNumber,
  context: PolicyContext,
  now: number,
): Decision {
  const under = decisionContext(context, now);
  const known = new Map(facts.map((f) => [f.e164, f]));
  return decideReading({ e164, readings }, (number) => {
    const its = known.get(number);
    return its ? decide(its, under) : unknownFor("not-a-number");
  });
}

/** What the number was read as: `+44 20 7946 0958`, or what was typed with all that it may be. */
export function titleOfChecked(t: Texts, { e164, said, written }: CheckedNumber): string {
  if (e164 !== null) return said[0] ?? e164;
  const ui = inLanguage(popupTexts, t.language);
  if (said.length === 0) return fill(ui.check.unread, { text: written });
  const numbers = new Intl.ListFormat(t.language, { type: "disjunction" }).format(said);
  return `${fill(ui.check.unread, { text: written })}: ${fill(ui.check.readAs, { numbers })}`;
}
