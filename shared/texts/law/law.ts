/** What the law wants of a call, and by which rule, in words. */
import type { Because, ExplainedRule } from "../../check/api-explain.ts";
import type { Opening } from "../../check/opening.ts";
import { fill, inLanguage, sayDate } from "../language.ts";
import { lawEn } from "./law.en.ts";
import { lawPl } from "./law.pl.ts";

export type LawTexts = typeof lawEn;
export const lawTexts = { en: lawEn, pl: lawPl };
/** The texts for a language tag such as `en-GB`. */
export const lawTextsFor = (tag: string | undefined): LawTexts => inLanguage(lawTexts, tag);

/** A rule with its source: where it is written, when it was looked up, how far it was seen, and since and until when. */
export function sayRule(t: LawTexts, { id, name, seen, lookedUp, from, until }: ExplainedRule): string {
  return [
    fill(t.rule, { name, id, date: sayDate(t, lookedUp), seen: t.seen[seen] }),
    from === null ? "" : fill(t.from, { date: sayDate(t, from) }),
    // The day itself is the first on which it no longer applies.
    until === null ? "" : fill(t.until, { date: sayDate(t, dayBefore(until)) }),
  ]
    .filter(Boolean)
    .join(" ");
}

const dayBefore = (day: string): string => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);

/** What a reason rests on beside rules of law, or without one; "" where they are all. */
export function sayElse(t: LawTexts, { rules, clause, strict }: Because): string {
  const names: Readonly<Record<string, string>> = t.clauses;
  if (clause !== null) return fill(t.ours, { clause: names[clause] ?? clause });
  if (strict) return t.strict;
  return rules.length === 0 ? t.record : "";
}

/** What is said at the start of a call; "" where the law wants nothing. */
export function sayFirst(t: LawTexts, { says }: Pick<Opening, "says">): string {
  const duties = [...says.keys()].map((duty) => t.says[duty]);
  if (duties.length === 0) return "";
  return fill(t.sayFirst, {
    duties: new Intl.ListFormat(t.language, { type: "conjunction" }).format(duties),
  });
}
