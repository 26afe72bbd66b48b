/** A text that a person typed or pasted into the popup: the numbers in it, with the facts of each. */
import { resolveCountry } from "../../../shared/country/country.ts";
import { findPhones, sayNumber, toE164 } from "../../../shared/phone/phone.ts";
import type { Answer } from "../../messages.ts";
import type { FactCache } from "./fact-cache.ts";

/** Throws NoAnswer. */
export async function lookUp(
  text: string,
  facts: Pick<FactCache, "ask">,
): Promise<Extract<Answer<"ui.check">, { ok: true }>> {
  const { numbers } = (await facts.ask([])).context.policy;
  const region = numbers.defaultRegion;
  const hints = { region, also: numbers.alsoRegions ?? [], language: "" };
  const found = findPhones(text, region);
  // Text without a number in it was still meant as one: read it as leniently as a form field.
  const whole = found.length > 0 ? found : [{ ...toE164(text, region), written: text.trim() }];
  const phones = whole.map(({ written, ...read }) => {
    const { e164, readings = [] } = resolveCountry(written, read, hints);
    return { written, e164, readings: e164 ? [] : readings };
  });
  const answer = await facts.ask(phones.flatMap(({ e164, readings }) => e164 ?? readings));
  return {
    ok: true,
    context: answer.context,
    numbers: phones.map((phone) => {
      const all = phone.e164 ? [phone.e164] : phone.readings;
      return { ...phone, said: all.map(sayNumber), facts: all.flatMap((e164) => answer.facts[e164] ?? []) };
    }),
  };
}
