import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { resolveCountry } from "../../../shared/country/country.ts";
import { findPhones, toE164 } from "../../../shared/phone/phone.ts";

const cases = readFileSync(new URL("gb-cases.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.split(" | "));

const at = (also: string) => ({ region: "GB", also: also === "-" ? [] : [also], language: "en-GB" });

describe("numbers on a British desk", () => {
  it("has the cases", () => expect(cases.length).toBeGreaterThan(500));

  it.each(cases)("%s beside %s: %s", (text, regions, expected) => {
    const should = expected === "ask" ? null : expected;
    for (const also of regions.split(" ")) {
      expect(resolveCountry(text, toE164(text, "GB"), at(also)).e164, `${also}, as one`).toBe(should);
      const phones = findPhones(text, "GB");
      const found = phones.map((p) => resolveCountry(text.slice(p.start, p.end), p, at(also)).e164);
      // A text that asks may have no number at all: one digit short.
      expect(should === null ? found.filter((e164) => e164 !== null) : found, `${also}, in text`).toEqual(
        should === null ? [] : [should],
      );
    }
  });
});
