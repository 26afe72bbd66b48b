/** Verdicts and their reasons in words. */
import type { Reason, Verdict } from "../../check/api.ts";
import type { Decision } from "../../check/verdict.ts";
import { knownRegisters } from "../../law/regions.ts";
import type { RegisterHead } from "../../registers/api.ts";
import { fill, type In, inLanguage, sayDate } from "../language.ts";
import { en, type Texts } from "./verdicts.en.ts";
import { pl } from "./verdicts.pl.ts";

export type { Texts };
export const verdictTexts: In<Texts> = { en, pl };

/** The texts for a language tag such as `en-GB`; English where there are none. */
export const textsFor = (tag: string | undefined): Texts => inLanguage(verdictTexts, tag);

/** One reason as a sentence, with its register and date. */
export function sayReason(t: Texts, reason: Reason, lists: readonly RegisterHead[]): string {
  const { code, list: id = "", asOf } = reason;
  const key = (id !== "" && ofRegister[code]) || code;
  const template = t.reasons[key as keyof Texts["reasons"]] ?? t.reasons.listed;
  const list = lists.find((l) => l.id === id)?.name ?? knownRegisters[id]?.name ?? id.toUpperCase();
  return fill(template, { list, date: asOf && sayDate(t, asOf) });
}

/** Reasons that have other words where they are about a register. */
const ofRegister: Readonly<Record<string, string>> = {
  ...{ agreed: "consent-over", consent: "consent-over" },
  "no-register": "register-missing",
};

/** A verdict in a few words: what an agent reads first. `clear` names the registers: it never says "may be called". */
export function sayVerdict(t: Texts, decision: Decision, lists: readonly RegisterHead[]): string {
  if (decision.verdict !== "clear") return t.verdicts[decision.verdict];
  const seen = decision.reasons.filter((r) => r.code === "not-listed");
  // Of a message: no register is asked.
  if (seen.length === 0) return t.verdicts.clear;
  const names = new Intl.ListFormat(t.language, { type: "conjunction" }).format(
    seen.map((r) => lists.find((l) => l.id === r.list)?.name ?? r.list ?? ""),
  );
  const oldest = seen.map((r) => r.asOf ?? "").sort()[0];
  return fill(t.clearAsOf, { lists: names, date: oldest ? sayDate(t, oldest) : undefined });
}

export const verdictOrder: readonly Verdict[] = ["clear", "caution", "blocked", "unknown"];
