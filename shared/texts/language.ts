/** Picks a language's texts, and fills them: places, plural forms, dates. README.md says how to add a language. */

/** One place's texts, in the languages it has. */
export type In<T> = Readonly<Record<"en", T> & Partial<Record<string, T>>>;
/** The texts for a language tag such as `pl-PL`, or for an Accept-Language header; English where there are none. */
export const inLanguage = <T>(all: In<T>, tag: string | undefined): T =>
  all[(tag ?? "en").slice(0, 2)] ?? all.en;

/** A language that dates, numbers and plurals are written in. */
export interface Language {
  /** BCP 47. */
  language: string;
}
/** For the parts that speak English alone: desk, policy, letters, mails, command line. */
export const english: Language = { language: "en-GB" };

/** A sentence in the plural forms of its language, by CLDR's names. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
/** The two forms that English has. */
export const counted = (one: string, other: string): Forms => ({ one, other });

/** Fills `{name}` places. A place without a value is left out. */
export const fill = (template: string, values: Record<string, string | number | undefined>): string =>
  template.replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? "")).trim();

/** Picks the form for `n` by the language's plural rules, and fills `{n}` and other places. */
export function plural(
  { language }: Language,
  forms: Forms,
  n: number,
  others: Record<string, string | number | undefined> = {},
): string {
  const form = forms[new Intl.PluralRules(language).select(n)];
  return fill(form ?? forms.other, { ...others, n: n.toLocaleString(language) });
}

/** `20 Nov 2026` from `2026-11-20`. */
export function sayDate({ language }: Language, date: string): string {
  let format = dateFormats.get(language);
  if (!format) {
    format = new Intl.DateTimeFormat(language, {
      day: "numeric",
      month: "short",
      year: "numeric",
      timeZone: "UTC",
    });
    dateFormats.set(language, format);
  }
  return format.format(Date.parse(date));
}
/** Making a formatter is slow, and one answer may write the same few dates a thousand times. */
const dateFormats = new Map<string, Intl.DateTimeFormat>();
