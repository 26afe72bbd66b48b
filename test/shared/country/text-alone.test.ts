/**
 * No number that is valid in a region, and dialled nationally there, is another region's by the text alone: for each two
 * regions of shared/law. `npm run soak:readings` tries many more.
 */
import { describe, expect, it } from "vitest";
import { resolveCountry } from "../../../shared/country/country.ts";
import { regions } from "../../../shared/law/regions.ts";
import { findPhones, toE164 } from "../../../shared/phone/phone.ts";
import { callingCodeOf } from "../../../shared/phone/plans.ts";
import { nationalNumbers, type NationalNumber, separated, writtenAs } from "../phone/national-numbers.ts";

const MANY = Number(process.env["NUMBERS"] ?? 60);
const SEED = Number(process.env["SEED"] || 16);
const GROUPINGS = [[3, 4], [4, 3], [5], [5, 3], [3, 3], [2, 4], [4, 4], [2, 2, 2, 2]];

const ids = Object.keys(regions);
const languages: Record<string, string> = { IN: "hi-IN", FR: "fr-FR", CA: "fr-CA", DE: "de-DE" };
const numbers = new Map(ids.map((id) => [id, nationalNumbers(id, MANY, SEED)]));

/** The ways to write a number: as it is dialled, as its region and the other one group it, and in some other grouping. */
function* textsOf({ dialled, written }: NationalNumber, other: string, nth: number): Generator<string> {
  yield dialled;
  yield written;
  const foreign = writtenAs(dialled, other);
  if (foreign !== null) yield foreign;
  yield separated(dialled, GROUPINGS[nth % GROUPINGS.length]!);
  if (dialled.length === 10) yield `(${dialled.slice(0, 3)}) ${dialled.slice(3, 6)}-${dialled.slice(6)}`;
}

/** What the text makes of a number, on a desk of its own region that also calls the other one. */
function* readingsOf(text: string, region: string, other: string): Generator<string | null> {
  const hints = { region, also: [other], language: languages[other] ?? `en-${other}` };
  yield resolveCountry(text, toE164(text, region), hints).e164;
  for (const phone of findPhones(text, region))
    yield resolveCountry(text.slice(phone.start, phone.end), phone, hints).e164;
}

describe("by the text alone", () => {
  it.each(ids)("the generator has numbers of several line types in %s", (id) => {
    const its = numbers.get(id)!;
    expect(its).toHaveLength(MANY);
    expect(new Set(its.map(({ type }) => type)).size).toBeGreaterThan(1);
  });

  const pairs = ids.flatMap((a) =>
    ids.filter((b) => callingCodeOf(b) !== callingCodeOf(a)).map((b) => [a, b]),
  );
  it.each(pairs)("a number that rings in %s is none in %s", (region, other) => {
    const own = `+${callingCodeOf(region)}`;
    const wrong: string[] = [];
    for (const [nth, number] of numbers.get(region)!.entries())
      for (const text of textsOf(number, other, nth))
        for (const e164 of readingsOf(text, region, other))
          if (e164 !== null && !e164.startsWith(own)) wrong.push(`${text} (${number.e164}): ${e164}`);
    expect(wrong).toEqual([]);
  });
});
