/**
 * What people read. To add a language: `texts/check/verdicts.pl.ts`, `texts/page/badges.pl.ts` and so on beside the English ones, with the same keys, and a
 * word in `texts` here and in each place's catalogue (texts/page/badges.ts …). Where a place lacks a language, it is read in English.
 */
import type { Reason, Verdict } from "../check/api.ts";
import type { RegisterHead } from "../registers/api.ts";
import type { Decision } from "../check/verdict.ts";
import { en, type Texts } from "./check/verdicts.en.ts";
import { pl } from "./check/verdicts.pl.ts";

export type { Texts };
export const texts: Readonly<Record<string, Texts>> = { en, pl };

/** One place's texts, in the languages that it has. */
export type In<T> = Readonly<Record<"en", T> & Partial<Record<string, T>>>;
/** Those for a language tag such as `pl-PL`, or an Accept-Language header; English where there are none. */
export const inLanguage = <T>(all: In<T>, tag: string | undefined): T =>
  all[(tag ?? "en").slice(0, 2)] ?? all.en;

/** A sentence by how many: the forms that the language's plural rules name. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** The catalogue for a language tag such as `en-GB`; English where there is none. */
export const textsFor = (tag: string | undefined): Texts => texts[(tag ?? "en").slice(0, 2)] ?? en;

/** Fills `{name}` places. A place without a value is left out. */
export const fill = (template: string, values: Record<string, string | number | undefined>): string =>
  template.replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? "")).trim();

/** Picks the form for a count by the language's plural rules, and fills `{n}` and other places. */
export function plural(
  t: Texts,
  forms: Forms,
  n: number,
  others: Record<string, string | number | undefined> = {},
): string {
  const form = forms[new Intl.PluralRules(t.language).select(n)];
  return fill(form ?? forms.other, { ...others, n: n.toLocaleString(t.language) });
}

/** `20 Nov 2026` from `2026-11-20`. */
export function sayDate(t: Texts, date: string): string {
  let format = dateFormats.get(t.language);
  if (!format) {
    format = new Intl.DateTimeFormat(t.language, {
      day: "numeric",
      month: "short",
      year: "numeric",
      timeZone: "UTC",
    });
    dateFormats.set(t.language, format);
  }
  return format.format(Date.parse(date));
}
/** Making a formatter costs far more than using it, and an answer says the same few dates a thousand times. */
const dateFormats = new Map<string, Intl.DateTimeFormat>();

/** One reason as a sentence, with list and date. */
export function sayReason(t: Texts, reason: Reason, lists: readonly RegisterHead[]): string {
  const over = reason.code === "consent" && reason.list !== undefined;
  const template = over
    ? t.reasons["consent-over"]
    : (t.reasons[reason.code as keyof Texts["reasons"]] ?? t.reasons.listed);
  const list = lists.find((l) => l.id === reason.list)?.name ?? reason.list?.toUpperCase();
  return fill(template, { list, date: reason.asOf && sayDate(t, reason.asOf) });
}

/** A verdict in a few words: what an agent reads first. `clear` names the lists: it never says "may be called". */
export function sayVerdict(t: Texts, decision: Decision, lists: readonly RegisterHead[]): string {
  if (decision.verdict !== "clear") return t.verdicts[decision.verdict];
  const seen = decision.reasons.filter((r) => r.code === "not-listed");
  const names = new Intl.ListFormat(t.language, { type: "conjunction" }).format(
    seen.map((r) => lists.find((l) => l.id === r.list)?.name ?? r.list ?? ""),
  );
  const oldest = seen.map((r) => r.asOf ?? "").sort()[0];
  return fill(t.clearAsOf, { lists: names, date: oldest ? sayDate(t, oldest) : undefined });
}

export const verdictOrder: readonly Verdict[] = ["clear", "caution", "blocked", "unknown"];
