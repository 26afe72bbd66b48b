/** What rings: digits as a telephone of a country dials them, whatever the page says of them. */
import { describe, expect, it } from "vitest";
import { numbersOf, ringsOf } from "../../../shared/check/verdict.ts";
import { parseDialAddress } from "../../../shared/dials/address.ts";
import { withoutWords } from "../../../shared/dials/keys.ts";
import { lineReading, lineRegionOf } from "../../../shared/dials/line.ts";
import { toE164 } from "../../../shared/phone/phone.ts";
import { defaultPolicy } from "../../../shared/policy/policy.ts";

const rings = (written: string, region = "GB") => lineReading(written, region).e164;
const guesses = (written: string, region = "GB") => {
  const { e164, readings } = lineReading(written, region);
  expect(e164).toBeNull();
  return readings;
};

describe("a telephone", () => {
  it.each([
    // Ofcom, National Telephone Numbering Plan: 0 before a national number, 00 before an international one.
    ["GB", "0113 496 0142", "+441134960142"],
    ["GB", "01134960142", "+441134960142"],
    ["GB", "+44 113 496 0142", "+441134960142"],
    ["GB", "+44 (0)113 496 0142", "+441134960142"],
    ["GB", "0044 113 496 0142", "+441134960142"],
    ["GB", "00 353 85 222 2222", "+353852222222"],
    ["GB", "0800 1111", "+448001111"],
    // NANP: 011 before an international number, 1 or nothing before a national one.
    ["US", "011 44 113 496 0142", "+441134960142"],
    ["US", "415 555 0134", "+14155550134"],
    ["US", "1 415 555 0134", "+14155550134"],
    ["CA", "(415) 555-0134", "+14155550134"],
    // No trunk prefix; in Italy the 0 is part of the number.
    ["ES", "91 123 45 67", "+34911234567"],
    ["IT", "06 1234 5678", "+390612345678"],
    ["PL", "12 345 67 89", "+48123456789"],
    ["FR", "01 12 34 56 78", "+33112345678"],
    ["AU", "0011 44 113 496 0142", "+441134960142"],
    ["IN", "0113 496 0142", "+911134960142"],
    ["IE", "085 222 2222", "+353852222222"],
    ["RU", "8 495 123 45 67", "+74951234567"],
    // Whose number these are is a question; what they ring is none.
    ["GB", "030 4000 1234", "+443040001234"],
    ["GB", "0331 1234567", "+443311234567"],
    ["GB", "090-1234-5678", "+449012345678"],
    ["DE", "030 4000 1234", "+493040001234"],
    // The Crown dependencies share the plan of the United Kingdom.
    ["JE", "0113 496 0142", "+441134960142"],
  ])("in %s rings for %s", (region, written, e164) => {
    expect(rings(written, region)).toBe(e164);
  });

  it("takes digits as they are, however another country groups them, in any script and encoding", () => {
    for (const written of [
      ...["011 3496 0142", "01 13 49 60 14 2", "(011) 3496-0142", "0113-4960142", "0113/4960142"],
      ...["٠١١٣٤٩٦٠١٤٢", "０１１３ ４９６ ０１４２", "0113%20496%200142", "+0113 496 0142", "011+34960142"],
    ])
      expect(rings(written), written).toBe("+441134960142");
  });

  it("rings a number in no range that is open: it would try", () => {
    expect(rings("085 222 2222")).toBe("+44852222222");
    expect(rings("01 13 49 60 14")).toBe("+44113496014");
  });

  it("rings the number, not its extension", () => {
    for (const ext of [" ext 12", ";ext=12", " x12", ",,12", " Durchwahl 12", " #12", " extension: 12"]) {
      expect(rings(`0113 496 0142${ext}`), ext).toBe("+441134960142");
      expect(rings(`030 23125 123${ext}`, "DE"), ext).toBe("+493023125123");
    }
  });

  it("rings both where a program that only drops the words would ring another subscriber", () => {
    expect(guesses("016977 2132 x1")).toEqual(["+44169772132", "+441697721321"]);
    // Half of a number behind an x is no extension.
    expect(rings("0113 49 x60142")).toBe("+441134960142");
  });

  it.each([
    // An extension is dialled behind a number there, and may be a number by itself.
    ["030 23125 ext 123", ["+493023125", "+493023125123"], "DE"],
    ["05577400x056", ["+495577400", "+495577400056"], "DE"],
    // Plans with fixed lengths: the exchange takes the digits that it needs.
    ["016977 2132 x123", ["+44169772132", "+441697721321"], "GB"],
    ["011 34960 1 x425", ["+9111349601", "+911134960142"], "IN"],
  ])("%s may ring any of %s", (written, numbers, region) => {
    expect(ringsOf(lineReading(written, region))).toEqual(numbers);
  });

  it.each([
    // 048 before a number in Northern Ireland (docs/sources.md). The registers have it with +44.
    ["IE", "048 9049 6000", "+442890496000"],
    // French numbers overseas are dialled nationally, and have calling codes of their own.
    ["FR", "0262 12 34 56", "+262262123456"],
    ["FR", "06 92 12 34 56", "+262692123456"],
    ["FR", "06 90 12 34 56", "+590690123456"],
    ["FR", "05 94 28 34 56", "+594594283456"],
    ["FR", "05 96 71 34 56", "+596596713456"],
    ["FR", "06 12 34 56 78", "+33612345678"],
    ["FR", "05 08 41 23 45", "+508412345"],
    ["FR", "07 08 40 12 34", "+508708401234"],
    // San Marino's landlines, dialled as they were before it had a code of its own.
    ["IT", "0549 88 12 34", "+3780549881234"],
    // 02 and 020 before a number of Singapore's and Malaysia's.
    ["MY", "02 6123 4567", "+6561234567"],
    ["SG", "020 3 2123 4567", "+60321234567"],
  ])("of %s rings by national digits what has another calling code: %s", (region, written, e164) => {
    expect(rings(written, region)).toBe(e164);
    if (region !== "SG") expect(numbersOf(toE164(written, region))).toContain(e164);
  });

  it("may ring either by the own country's code and a number that has another code", () => {
    expect(guesses("+353 48 9049 6000", "IE")).toEqual(["+3534890496000", "+442890496000"]);
  });

  it("dials what is local, whatever context a link gives it", () => {
    for (const address of [
      "tel:0113 496 0142;phone-context=+353",
      "sip:01134960142;phone-context=+353@pbx",
    ]) {
      const { written } = parseDialAddress(address)!;
      expect(rings(written), address).toBe("+441134960142");
      expect(toE164(written, "GB").e164, address).toBe("+3531134960142");
      expect(rings(withoutWords(written)), address).toBe("+441134960142");
      expect(toE164(withoutWords(written), "GB").e164, address).toBe("+3531134960142");
    }
  });

  it("rings nothing by a context alone, nor a number of its own area that nobody knows", () => {
    for (const [address, said] of [
      ["tel:79460958;phone-context=+4420", "+442079460958"],
      ["tel:79460958;phone-context=+45", "+4579460958"],
      ["tel:030%2023125;phone-context=+353", "+3533023125"],
    ] as const) {
      const { written } = parseDialAddress(address)!;
      expect(toE164(written, "GB").e164, address).toBe(said);
      expect(ringsOf(lineReading(written, "GB")), address).not.toContain(said);
    }
  });

  it("dials the digits before a number, which are of no number then", () => {
    for (const written of [
      "01013 0171 3920012",
      "+353 44 113 496 0142",
      "0113 49601 42 +49 30 2312512",
      "9 0113 496 0142",
    ]) {
      expect(numbersOf(toE164(written, "GB")), written).not.toContain("+441134960142");
      expect(toE164(written, "GB").e164, written).toBeNull();
    }
    expect(toE164("01013 0171 3920012", "DE").e164).toBeNull();
  });

  it("drops the digits behind a number, where it would not drop them from another", () => {
    expect(rings("0113 496 0142 or 43")).toBe("+441134960142");
    expect(guesses("0147119078 05674841")).toContain("+441471190780");
  });

  it("rings the number before what is pressed when it answers", () => {
    expect(rings("0113 496 0142#12")).toBe("+441134960142");
    expect(rings("030 4000 1234*1")).toBe("+443040001234");
  });

  it.each([
    // A program that drops marks dials what is behind them.
    ["+44770090012#3", "+447700900123"],
    ["+44 20 79460#958", "+442079460958"],
    ["+44 7700 900#123", "+447700900123"],
    ["+44 7700 900*123", "+447700900123"],
    ["07700 9001#23", "+447700900123"],
    ["+44 7700 900*1#2#3", "+447700900123"],
    ["+44 7700 900#12;ext=3", "+447700900123"],
  ])("or the number that goes on behind the mark: %s", (written, number) => {
    expect(ringsOf(lineReading(written, "GB"))).toContain(number);
    const { written: linked } = parseDialAddress(`tel:${written.replaceAll("#", "%23")}`)!;
    expect(ringsOf(lineReading(withoutWords(linked), "GB"))).toContain(number);
    expect(lineReading(written, "GB").e164 === null || lineReading(written, "GB").e164 === number).toBe(true);
  });

  it("rings nothing for what is no number of its country's", () => {
    for (const written of [
      "0664 123 45 67",
      "(415) 555-0134",
      "98765 43210",
      "995",
      "call me",
      "",
      "*123#",
      "+1",
    ])
      expect(guesses(written), written).toEqual([]);
  });
});

describe("a softphone takes more", () => {
  it("numbers without their plus, or without their trunk prefix", () => {
    expect(rings("442079460958")).toBe("+442079460958");
    expect(guesses("2079460958")).toEqual(["+442079460958"]);
    expect(guesses("353852222222")).toEqual(["+353852222222"]);
    expect(guesses("493040001234")).toEqual(["+493040001234"]);
  });
  it("and an exchange connects after the last digit that it needs", () => {
    expect(guesses("0113 496 01429")).toEqual(["+441134960142"]);
    expect(guesses("0203 4960 1421")).toEqual(["+442034960142"]);
  });
});

it("a number that its own country's people write rings itself there", () => {
  // In the forms of each, as the reader of that country reads them.
  for (const [region, numbers] of Object.entries({
    GB: ["020 7946 0958", "07700 900123", "0808 157 0123", "01632 960123", "016977 2123"],
    IE: ["01 850 2222", "085 222 2222", "1800 123 456"],
    DE: ["030 40001234", "0151 12345678", "0800 1234567"],
    FR: ["01 99 00 12 34", "06 39 98 12 34", "0 800 12 34 56"],
    IN: ["011 4960 1234", "098765 43210"],
    US: ["(415) 555-0134", "1-800-555-0123"],
    CA: ["613-555-0123"],
    AU: ["(02) 5550 1234", "0491 570 156"],
  }))
    for (const written of numbers) expect(rings(written, region), written).toBe(toE164(written, region).e164);
});

it("the telephones are where policy says, else in the default region; a policy of before has no such clause", () => {
  const { numbers } = defaultPolicy;
  expect(lineRegionOf(defaultPolicy)).toBe("GB");
  expect(lineRegionOf({ numbers: { ...numbers, defaultRegion: "IE" } })).toBe("IE");
  expect(lineRegionOf({ numbers: { ...numbers, defaultRegion: "IE", lineRegion: "IN" } })).toBe("IN");
  expect(lineRegionOf({ numbers: { defaultRegion: "US", alsoRegions: [] } as never })).toBe("US");
  expect(lineRegionOf({} as never)).toBe("GB");
  expect(lineRegionOf(null)).toBe("GB");
});

it("takes anything, and fast", () => {
  const far = [
    "0".repeat(1e6),
    "+".repeat(1e6),
    "44".repeat(5e5),
    "٠".repeat(1e5),
    "%30".repeat(1e5),
    "(".repeat(1e6),
  ];
  for (const written of far)
    for (const region of ["GB", "US", "XX", ""]) expect(lineReading(written, region).e164).toBeNull();
});
