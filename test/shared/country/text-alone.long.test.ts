/**
 * No number that is valid in a region, and dialled nationally there, is another region's by the text alone: for each two
 * regions of shared/law. `npm run soak:readings` tries many more.
 */
import { describe, expect, it } from "vitest";
import { resolveCountry } from "../../../shared/country/country.ts";
import { regions } from "../../../shared/law/regions.ts";
import { findPhones, type Phone, toE164, type Read } from "../../../shared/phone/phone.ts";
import { callingCodeOf } from "../../../shared/phone/plans.ts";
import { nationalNumbers, type NationalNumber, separated, writtenAs } from "../phone/national-numbers.ts";
import { reportReadings } from "../../soak/report-readings.ts";

const MANY = Number(process.env["NUMBERS"] ?? 200);
const SEED = Number(process.env["SEED"] || 16);
const GROUPINGS = [[3, 4], [4, 3], [5], [5, 3], [3, 3], [2, 4], [4, 4], [2, 2, 2, 2]];

const ids = Object.keys(regions);
const languages: Record<string, string> = { IN: "hi-IN", FR: "fr-FR", CA: "fr-CA", DE: "de-DE" };
const numbers = new Map(ids.map((id) => [id, nationalNumbers(id, MANY, SEED)]));

/** A text, and each number in it as its region's desk reads it: as one number, or in a text. */
interface Text {
  text: string;
  reads: [written: string, read: Read][];
}
function textOf(text: string, region: string): Text {
  const one = toE164(text, region);
  const same = ({ start, end, ext, readings = [], ...rest }: Phone) =>
    text.slice(start, end) === text &&
    ext === one.ext &&
    readings.join() === (one.readings ?? []).join() &&
    Object.entries(rest).every(([name, value]) => one[name as keyof Read] === value);
  const found = findPhones(text, region).filter((phone) => !same(phone));
  return {
    text,
    reads: [[text, one], ...found.map((p): Text["reads"][0] => [text.slice(p.start, p.end), p])],
  };
}

/** The ways to write a number: as it is dialled, as its region groups it, and in some other grouping. */
function textsOf({ region, dialled, written }: NationalNumber, nth: number): Text[] {
  const texts = new Set([dialled, written, separated(dialled, GROUPINGS[nth % GROUPINGS.length]!)]);
  if (dialled.length === 10) texts.add(`(${dialled.slice(0, 3)}) ${dialled.slice(3, 6)}-${dialled.slice(6)}`);
  return [...texts].map((text) => textOf(text, region));
}
/** As another region would group it. */
function foreignOf({ region, dialled, written }: NationalNumber, other: string): Text[] {
  const foreign = writtenAs(dialled, other);
  return foreign === null || foreign === written ? [] : [textOf(foreign, region)];
}

describe("by the text alone", { timeout: 1_200_000 + MANY * 100 }, () => {
  it.each(ids)("the generator has numbers of several line types in %s", (id) => {
    const its = numbers.get(id)!;
    expect(its).toHaveLength(MANY);
    expect(new Set(its.map(({ type }) => type)).size).toBeGreaterThan(1);
  });

  it.each(ids)("a number that rings in %s is none in any other", (region) => {
    const own = `+${callingCodeOf(region)}`;
    const others = ids.filter((other) => `+${callingCodeOf(other)}` !== own);
    const wrong: string[] = [];
    let readings = 0;
    for (const [nth, number] of numbers.get(region)!.entries()) {
      const texts = textsOf(number, nth);
      for (const other of others) {
        // On a desk of its own region that also calls the other one.
        const hints = { region, also: [other], language: languages[other] ?? `en-${other}` };
        for (const { text, reads } of [...texts, ...foreignOf(number, other)])
          for (const [written, read] of reads) {
            const { e164 } = resolveCountry(written, read, hints);
            readings++;
            if (e164 !== null && !e164.startsWith(own))
              wrong.push(`${text} (${number.e164}) beside ${other}: ${e164}`);
          }
      }
    }
    reportReadings({ of: "text", region, numbers: MANY, readings, wrong });
    expect(wrong).toEqual([]);
  });
});
