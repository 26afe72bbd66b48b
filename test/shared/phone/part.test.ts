/** A number in a grouping that nobody uses may hold the digits of another one: what rings is the whole. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { regions } from "../../../shared/law/regions.ts";
import { findPhones } from "../../../shared/phone/phone.ts";
import { nationalNumbers, separated } from "./national-numbers.ts";

const RUNS = 500;
const numbers = Object.keys(regions).flatMap((id) => nationalNumbers(id, 60, 16));
const groupings = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 8 });

describe("a part of a number", () => {
  it.each([
    ["1803 008 269 565", "IN", "1803 008 269 565"],
    ["18 0049 40443", "IN", "18 0049 40443"],
    ["6 00435 6161", "CA", "6 00435 6161"],
    ["180 013 21 03", "AU", "180 013 21 03"],
  ])("%s in %s: the whole is found", (text, region, whole) => {
    expect(findPhones(text, region).map(({ start, end }) => text.slice(start, end))).toEqual([whole]);
  });

  it.each([
    // With the digits before or behind it, it rings nothing.
    ["2 0044 20 7946 0958", "GB", ["+442079460958"]],
    ["3 00 49 30 23125 123", "IT", ["+493023125123"]],
    ["030 23125 123 0044 20 7946 0958", "DE", ["+493023125123", "+442079460958"]],
    ["12 020 7946 0958", "GB", ["+442079460958"]],
    // Two numbers of a country whose lengths vary, and a switchboard's next line.
    ["0201 23125 12 0202 4567", "DE", ["+492012312512", "+492024567"]],
    ["1300 555 010/28", "AU", ["+611300555010", "+611300555028"]],
  ])("%s in %s: what is no part is still found", (text, region, e164s) => {
    expect(findPhones(text, region).map(({ e164 }) => e164)).toEqual(e164s);
  });

  it("is no other number", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...numbers),
        groupings,
        fc.constantFrom(" ", "-", "."),
        ({ dialled, region, e164 }, groups, mark) => {
          const text = separated(dialled, groups).replaceAll(" ", mark);
          const found = findPhones(text, region).filter((phone) => phone.e164 !== null);
          // In Germany a shorter number is as valid, and more digits may be an extension.
          const others = found.filter(({ by }) => region !== "DE" || by === "code");
          for (const other of others) expect([text, other.e164]).toEqual([text, e164]);
        },
      ),
      { numRuns: RUNS },
    );
  });
});
