import examples from "libphonenumber-js/mobile/examples";
import { getCountries, getExampleNumber, parsePhoneNumberFromString } from "libphonenumber-js/max";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findPhones, regionOf, sayNumber, toE164 } from "../../../shared/phone/phone.ts";
import { foreignForms } from "../../../shared/phone/foreign.ts";
import { lineTypeOf } from "../../../shared/phone/line-types.ts";
import {
  callingCodeOf,
  isFictional,
  isListed,
  isValid,
  splitCode,
  standing,
} from "../../../shared/phone/plans.ts";
import { regions } from "../../../shared/law/regions.ts";
import { nationalNumbers } from "./national-numbers.ts";

/** The library's example of a mobile number of each region. */
const known = getCountries().flatMap((region) => {
  const number = getExampleNumber(region, examples);
  return number ? [{ region, number }] : [];
});

describe("numbering plans, beside the library's own parser", () => {
  it("has an example of nearly every region", () => {
    expect(known.length).toBeGreaterThan(200);
  });

  it.each(known)("$region", ({ region, number }) => {
    const e164 = number.number;
    const abroad = region === "GB" ? "US" : "GB";
    expect(toE164(number.formatInternational(), abroad).e164).toBe(e164);
    expect(toE164(e164, abroad).e164).toBe(e164);
    // Four islands have numbers of four digits, which look like extensions.
    if (number.nationalNumber.length > 4) expect(toE164(number.formatNational(), region).e164).toBe(e164);
    if (number.nationalNumber.length > 6)
      expect(findPhones(`Tel ${number.formatNational()}.`, region)).toMatchObject([{ e164 }]);
    expect(regionOf(e164)).toBe(parsePhoneNumberFromString(e164)?.country ?? null);
    expect(sayNumber(e164)).toBe(number.formatInternational());
  });

  it("agrees on what is valid behind a plus, and on what it is", () => {
    const codes = [
      "44",
      "1",
      "49",
      "33",
      "353",
      "91",
      "61",
      "39",
      "7",
      "81",
      "55",
      "54",
      "52",
      "86",
      "971",
      "41",
      "34",
      "47",
    ];
    const digits = fc
      .tuple(fc.constantFrom(...codes), fc.stringMatching(/^[1-9]\d{6,10}$/))
      .map(([code, rest]) => `+${code}${rest}`);
    fc.assert(
      fc.property(digits, (text) => {
        const theirs = parsePhoneNumberFromString(text);
        const ours = splitCode(text.slice(1));
        if (ours && !isFictional(ours)) expect(isListed(ours)).toBe(theirs?.isValid() ?? false);
        if (!theirs?.isValid()) return;
        expect(toE164(text, "GB").e164).toBe(theirs.number);
        expect(regionOf(theirs.number)).toBe(theirs.country ?? null);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a number's region", () => {
  it.each([
    ["+442079460958", "GB"],
    ["+447700900123", "GB"],
    ["+441632960123", "GB"],
    ["+443069990123", "GB"],
    ["+448081570123", "GB"],
    ["+449098790123", "GB"],
    ["+448001111", "GB"],
    ["+441481960123", "GG"],
    ["+447781960123", "GG"],
    ["+441534960123", "JE"],
    ["+441624960123", "IM"],
    ["+447624401234", "IM"],
    ["+14155550134", "US"],
    ["+15062345678", "CA"],
    ["+18762101234", "JM"],
    ["+77012345678", "KZ"],
    ["+80012345678", null],
    ["+883510012345", null],
    ["+99912345678", null],
    ["+", null],
  ])("%s: %s", (e164, region) => {
    expect(regionOf(e164)).toBe(region);
  });
});

it("knows every valid number of every region, also where a page has the ranges to two digits only", () => {
  const unknown = getCountries().flatMap((region) =>
    nationalNumbers(region, 20, 1).filter(({ e164 }) => !isListed(splitCode(e164.slice(1))!)),
  );
  expect(unknown).toEqual([]);
});

describe("a number's line type", () => {
  const names: Record<string, string> = {
    ...{ FIXED_LINE: "fixed", MOBILE: "mobile", FIXED_LINE_OR_MOBILE: "fixed-or-mobile", VOIP: "voip" },
    ...{ TOLL_FREE: "freephone", PREMIUM_RATE: "premium", SHARED_COST: "shared-cost", PAGER: "pager" },
    ...{ PERSONAL_NUMBER: "personal", UAN: "uan", VOICEMAIL: "voicemail" },
  };
  it.each(Object.keys(regions))("is the library's in %s", (region) => {
    const differ = nationalNumbers(region, 300, 1)
      .filter(({ e164 }) => standing(splitCode(e164.slice(1))!) !== "closed")
      .map(({ e164, type }) => [e164, lineTypeOf(e164), names[type]])
      .filter(([, ours, theirs]) => ours !== theirs);
    expect(differ).toEqual([]);
  });

  it.each([
    ["+442079460958", "fixed"],
    ["+447700900123", "mobile"],
    ["+448081570123", "freephone"],
    ["+449098790123", "premium"],
    ["+443069990123", "uan"],
    ["+441632960123", "fixed"],
    ["+14155550134", "fixed-or-mobile"],
    ["+33639981234", "mobile"],
    ["+353209131234", "fixed"],
    ["+80012345678", "freephone"],
    ["+443040001234", null],
    ["+15551234567", null],
    ["+99912345678", null],
  ])("%s: %s", (e164, type) => expect(lineTypeOf(e164)).toBe(type));
});

describe("the ranges that are open in the United Kingdom", () => {
  it.each([
    // Berlin, Leipzig, Dortmund, Essen, Munich; Pune, Mumbai; 055 and 056 where Ofcom's list has no block to give.
    ...["304", "341", "23198", "2018", "3012", "2025", "2235", "5510", "5521", "5605", "5699"].map(
      (prefix) => [prefix, "closed"],
    ),
    // Potsdam, Göttingen, and codes that are only dialled within their area; blocks that are free or quarantined.
    ...["331", "55", "2010", "29100", "551650", "555570", "558870", "560019", "560122", "560400"].map(
      (prefix) => [prefix, "in doubt"],
    ),
    ...[
      "203",
      "204",
      "2476",
      "2380",
      "2871",
      "300",
      "3001",
      "333",
      "345",
      "370",
      "911",
      "113",
      "77",
      "80",
      // BT, Network Rail, Flextel; Magrathea, BT, Inet, the newest one of all.
      ...["551143", "555588", "558880", "560000", "560115", "560387", "560422"],
    ].map((prefix) => [prefix, "open"]),
    ["3069990", "open"],
    ["2896496", "open"],
  ])("%s is %s", (prefix, is) => {
    const number = { code: "44", nsn: prefix.padEnd(10, "1") };
    if (is === "closed") expect(isValid(number)).toBe(false);
    expect(standing(number)).toBe(is);
  });
});

describe("a number as it is said", () => {
  it.each([
    ["+442079460958", "+44 20 7946 0958"],
    ["+447700900123", "+44 7700 900123"],
    ["+441632960123", "+44 1632 960123"],
    ["+44169772123", "+44 16977 2123"],
    ["+448001111", "+44 800 1111"],
    ["+14155550134", "+1 415 555 0134"],
    ["+33199001234", "+33 1 99 00 12 34"],
    ["+80012345678", "+800 1234 5678"],
    ["+99912345678", "+99912345678"],
    ["+1", "+1"],
  ])("%s: %s", (e164, said) => {
    expect(sayNumber(e164)).toBe(said);
  });
});

describe("regions that an unclear number may belong to", () => {
  it.each(foreignForms)("$region has a plan", ({ region }) => {
    expect(callingCodeOf(region)).not.toBeNull();
  });
});
