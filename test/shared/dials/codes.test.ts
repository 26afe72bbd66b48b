/** Codes before a number that neither hide the caller nor change what rings. */
import { describe, expect, it } from "vitest";
import { passingCodes, withholdingPrefixes } from "../../../shared/dials/codes.ts";
import { numbersOf } from "../../../shared/check/verdict.ts";
import { emergencyNumbers } from "../../../shared/dials/emergency.ts";
import { withoutWords } from "../../../shared/dials/keys.ts";
import { lineReading, textReading } from "../../../shared/dials/line.ts";
import { isEmergency } from "../../../shared/dials/services.ts";
import { withheld } from "../../../shared/dials/withheld.ts";
import { regions } from "../../../shared/law/regions.ts";
import { toE164 } from "../../../shared/phone/phone.ts";
import { callingCodeOf, isValid, splitCode } from "../../../shared/phone/plans.ts";

const rings = (written: string, region: string) => lineReading(written, region).e164;
const read = (written: string, region: string) => textReading(written, region, region).e164;

describe("a code that shows our number or chooses a carrier", () => {
  it.each([
    // BT: 1470 before a number shows the caller's.
    ["GB", "1470 0113 496 0142", "+441134960142"],
    ["GB", "1470 00 353 85 222 2222", "+353852222222"],
    ["GB", "1470+441134960142", "+441134960142"],
    ["GB", "1470 0113 496 0142;ext=12", "+441134960142"],
    // Carrier pre-selection in the United Kingdom: 1280 before a number has BT carry the call.
    ["GB", "1280 0113 496 0142", "+441134960142"],
    ["GB", "1280 00 353 85 222 2222", "+353852222222"],
    // BT's price list: Text Relay, for the deaf.
    ["GB", "18001 0113 496 0001", "+441134960001"],
    ["GB", "18002 0113 496 0001", "+441134960001"],
    // North America: *82, on rotary dials 1182; carriers by 101 and four digits.
    ["US", "*82 415 555 0134", "+14155550134"],
    ["US", "1182 1 415 555 0134", "+14155550134"],
    ["US", "101 0288 1 415 555 0134", "+14155550134"],
    ["CA", "1010288 011 44 113 496 0142", "+441134960142"],
    // ACMA: 1832 before a number shows the caller's.
    ["AU", "1832 02 5550 1234", "+61255501234"],
  ])("of %s: %s rings %s, and is read so", (region, written, e164) => {
    expect(rings(written, region)).toBe(e164);
    expect(read(written, region)).toBe(e164);
    // As the Worker gets it.
    expect(rings(withoutWords(written), region)).toBe(e164);
    expect(read(withoutWords(written), region)).toBe(e164);
    expect(withheld(written)).toBeNull();
  });

  it.each([
    // On no line of that country.
    ["DE", "1470 0113 496 0142"],
    ["GB", "*82 415 555 0134"],
    ["GB", "1832 02 5550 1234"],
    ["IE", "1280 085 222 2222"],
    // No source: held.
    ["GB", "18185 0113 496 0142"],
    // Carriers by 010 have been closed in Germany since the end of 2024.
    ["DE", "01013 0171 3920012"],
    // Not before a number of its country's, nor before another code.
    ["GB", "1470 141 0113 496 0142"],
    ["US", "101 0288 0113"],
    ["US", "*82*67 415 555 0134"],
  ])("in %s, %s is none", (region, written) => {
    expect([rings(written, region), read(written, region)]).toEqual([null, null]);
  });

  it("has a source each", () => {
    for (const { source } of passingCodes) expect(source).toMatch(/https?:\/\//);
  });
});

describe("a code that hides our number", () => {
  it.each([
    // RTR: 0676 and eight digits; 067 hides a number on Spanish lines alone.
    ["AT", "0676 8776 2542", "+4367687762542"],
    ["DE", "06781 9123456", "+4967819123456"],
  ])("is none where its digits begin a number of the line's: %s, %s", (region, written, e164) => {
    expect(withheld(written, region)).toBeNull();
    expect(rings(written, region)).toBe(e164);
  });
  it("is one on the lines of its country, and on any where these are not known", () => {
    for (const [region, written] of [
      ["GB", "141 0113 496 0142"],
      ["IE", "141 085 222 2222"],
      ["AU", "1831 02 5550 1234"],
      ["ES", "067 912345678"],
      ["FR", "3651 01 99 00 12 34"],
    ] as const)
      for (const line of [region, null]) expect(withheld(written, line), written).not.toBeNull();
    for (const region of ["GB", "US", "DE"])
      for (const code of ["#31#", "*31#", "*67"])
        expect(withheld(`${code}0113 496 0142`, region)).not.toBeNull();
  });
  it.each(["*67", "#31#", "*31#", "1831", "141+"])("%s many times is read to the end", (code) => {
    const dial = code.repeat(200_000 / code.length);
    withheld(`${dial}+441134960142`);
    expect(withheld(`#31#${dial}`)?.rest.length ?? 0).toBeLessThan(dial.length + 5);
  });
  it.each([
    ["3651 01 99 00 12 34", "3651", "0199001234"],
    ["3651 00 44 113 496 0142", "3651", "00441134960142"],
    ["1470 141 0113 496 0142", null, ""],
  ])("%s", (written, prefix, rest) => {
    const found = withheld(written);
    expect(found?.prefix ?? null).toBe(prefix);
    expect(found?.rest ?? "").toBe(rest);
  });
  it("hides it from no emergency service", () => {
    expect(withheld("#31#112")).toBeNull();
    expect(withheld("*67911")).toBeNull();
    expect(withheld("#31#1123456")?.prefix).toBe("#31#");
  });
});

describe("a code before an emergency number", () => {
  /** What a pattern's code is: `1010288` of `101\d{4}`. */
  const example = (code: string) => code.replace("\\d{4}", "0288").replace("[12]", "1").replaceAll("\\", "");
  const codes = [
    ...withholdingPrefixes.map(({ prefix, regions }) => ({ code: prefix, regions })),
    ...passingCodes.map(({ code, regions }) => ({ code: example(code), regions })),
  ];
  it.each(codes)("changes nothing of it: $code", ({ code, regions }) => {
    const lines = regions ?? Object.keys(emergencyNumbers);
    for (const line of lines.filter((region) => region in emergencyNumbers))
      for (const number of emergencyNumbers[line]!.numbers)
        for (const gap of ["", " ", "-"]) {
          const dial = code + gap + number;
          expect(lineReading(dial, line), `${line}: ${dial}`).toEqual({ e164: null, service: "emergency" });
          expect(withheld(dial, line), `${line}: ${dial}`).toBeNull();
        }
  });
  it("makes none of another number, nor on lines that have no such code", () => {
    for (const [line, dial] of [
      ["DE", "141112"],
      ["DE", "1280112"],
      ["US", "1280911"],
      ["GB", "1182999"],
      ["GB", "1167999"],
      ["AT", "1167112"],
      ["GB", "1280"],
    ] as const)
      expect(lineReading(dial, line), `${line}: ${dial}`).not.toHaveProperty("service");
  });

  const each = passingCodes.flatMap(({ code }) => [example(code), example(code.replace("[12]", "2"))]);
  const all = [...new Set([...withholdingPrefixes.map(({ prefix }) => prefix), ...each])];
  const chains = ["", ...all, ...all.flatMap((code) => all.map((next) => code + next)), "067".repeat(3)];
  const numbers = [...new Set(Object.values(emergencyNumbers).flatMap((row) => row.numbers))];
  const dials = chains.flatMap((codes) => numbers.map((number) => codes + number));
  /** A subscriber's: as it is dialled there, or abroad by its country's code, without a plus or marks. */
  function isSubscribers(dial: string, region: string) {
    const isDialled = /^0/.test(dial) || ["US", "CA", "ES", "IT", "PL"].includes(region);
    const own = isDialled ? numbersOf(toE164(dial, region)) : [];
    // Fewer digits are taken for no number of another country.
    const abroad = splitCode(/^\d{8,}$/.exec(dial.replace(/\D/g, ""))?.[0] ?? "");
    const code = callingCodeOf(region);
    return (
      (abroad !== null && abroad.code !== code && isValid(abroad)) ||
      own.some((e164) => e164.startsWith(`+${code}`) && isValid(splitCode(e164.slice(1))!))
    );
  }

  it.each(Object.keys(regions))("never hides a subscriber's number, on lines of %s", (region) => {
    const passing = dials.filter(
      (dial) => !numbers.includes(dial) && lineReading(dial, region).service === "emergency",
    );
    expect(passing.filter((dial) => isSubscribers(dial, region))).toEqual([]);
    expect(passing.length).toBeGreaterThan(10);
  });
  const passing = dials.filter((dial) => isEmergency(dial, null));
  it.each(Object.keys(regions))("nor where nobody knows that the line is of %s", (region) => {
    const rings = (dial: string) =>
      [lineReading(dial, region), textReading(dial, region, region)]
        .flatMap((reading) => numbersOf({ readings: [], ...reading }))
        .some((e164) => isValid(splitCode(e164.slice(1))!)) ||
      (!numbers.includes(dial) && isSubscribers(dial, region));
    expect(
      passing.filter((dial) => lineReading(dial, region).service !== "emergency" && rings(dial)),
    ).toEqual([]);
    expect(passing).toEqual(expect.arrayContaining([...numbers, "#31#112", "*67911"]));
  });
  it.each([
    ...["141999", "141-999", "1470 999", "1280112", "1831000", "1832 112", "1167911", "1182988", "3651112"],
    ...["101 0288 911", "141999;phone-context=+44", "*67999"],
  ])("is its own country's also where nobody knows the line: %s", (dial) => {
    expect(isEmergency(dial, null)).toBe(true);
    expect(withheld(dial, null)).toBeNull();
  });
  it.each([
    // Numbers in India and in Italy.
    ...["18001112", "18002999", "067112", "067092"],
    // Another country's code, or two, and numbers of more or fewer digits.
    ...["141911", "1831999", "1182112", "141141999", "14701280112", "365115", "141116123", "1832116000"],
    ...["141999 Police", "141999,1", "+141999", "1419990", "141999;phone-context=+44113496"],
  ])("and not so: %s", (dial) => expect(isEmergency(dial, null)).toBe(false));
  it.each([
    // Spain's code, BT's, and 112: a number in France, Belgium, Germany and Italy.
    ["FR", "0671470112", "+33671470112"],
    ["BE", "067365115", "+3267365115"],
    ["DE", "067141112", "+4967141112"],
    ["IT", "0671470112", "+390671470112"],
    ["US", "18002116000", "+18002116000"],
  ])("is no code on a line of %s: %s rings %s", (region, dial, e164) => {
    for (const line of [region, null]) {
      expect(isEmergency(dial, line)).toBe(false);
      expect(withheld(`#31#${dial}`, line)).toEqual({ prefix: "#31#", rest: dial });
    }
    expect(rings(dial, region)).toBe(e164);
  });
});
