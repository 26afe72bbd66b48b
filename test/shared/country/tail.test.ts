/** Digits right behind a number, which belong to it in another country's plan: it is not cut short. */
import { describe, expect, it } from "vitest";
import { resolveCountry } from "../../../shared/country/country.ts";
import { findPhones, toE164 } from "../../../shared/phone/phone.ts";
import { nationalNumbers } from "../phone/national-numbers.ts";

const settled = (text: string, also: string[], region = "GB") => {
  const hints = { region, also, language: "en" };
  return findPhones(text, region).map((phone) =>
    resolveCountry(text.slice(phone.start, phone.end), phone, hints),
  );
};

describe("on a British desk", () => {
  it.each([
    // DIN 5008: an extension behind a hyphen.
    ["0911 7182899-12", ["DE"], "+49911718289912"],
    ["0371 6075979-0", ["DE"], "+4937160759790"],
    ["0911-5581799-10", ["DE"], "+49911558179910"],
    ["Tel. 0711 5082852-12", [], "+49711508285212"],
    ["1862 023 140 728", ["IN"], "+911862023140728"],
    ["01603 718031 0", ["DE"], "+4916037180310"],
  ])("%s is not cut short where the company calls %s", (text, also, whole) => {
    const [first] = settled(text, also);
    expect(first!.e164).toBeNull();
    expect(first!.readings).toContain(whole);
    expect(resolveCountry(text, toE164(text, "GB"), { region: "GB", also, language: "en" }).e164).toBeNull();
  });

  it.each([
    ["020 7946 0958-57", ["DE"], "+442079460958"],
    ["0113 496 0142-0", ["DE"], "+441134960142"],
    ["0203 496 0142", ["DE"], "+442034960142"],
    ["07700 900123-1", ["IE"], "+447700900123"],
    ["0113 496 0142 12", ["DE", "IN"], "+441134960142"],
    ["0911 7182899-12", [], "+449117182899"],
  ])("%s is a British number as it was (%s)", (text, also, e164) => {
    expect(settled(text, also).map((number) => number.e164)).toEqual([e164]);
  });

  it("no number of Nuremberg's or Chemnitz's with an extension is a British one", () => {
    const numbers = nationalNumbers("DE", 60, 16).filter(({ dialled }) => dialled.length > 9);
    for (const { dialled } of numbers)
      for (const area of ["0911", "0371", "0201"])
        for (const tail of ["-0", "-10", "-12"])
          for (const { e164 } of settled(`${area} ${dialled.slice(-7).replace(/^[01]/, "5")}${tail}`, ["DE"]))
            expect(e164?.startsWith("+44") ?? false, dialled).toBe(false);
  });
});

it("a German desk reads its own numbers as before", () => {
  for (const text of ["0911 7182899-12", "0371 6075979-0", "030 23125-12"])
    for (const { e164 } of settled(text, [], "DE")) expect(e164).toMatch(/^\+49/);
});
