import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstDigits } from "../../scripts/lib/digit-ranges.ts";

describe("patterns shortened to their first digits", () => {
  it.each([
    ["20[0-4]\\d{6}|21[5-9]\\d{6}", 2, "2[01]\\d{7}"],
    ["(?:20[0-4]|21[5-9])\\d{6}", 3, "2(?:0[0-4]|1[5-9])\\d{6}"],
    ["8\\d{3,5}", 1, "8\\d{3,5}"],
    ["[18]\\d{8}|8\\d{6}", 1, "1\\d{8}|8(?:\\d{6}|\\d{8})"],
    ["9(?:1\\d?|23)\\d\\d", 2, "91\\d{2,3}|92\\d{3}"],
    ["\\d{4}", 2, "\\d\\d\\d{2}"],
  ])("%s by %i: %s", (pattern, first, short) => expect(firstDigits(pattern, first)).toBe(short));

  it.each([
    "7(?:457[0-57-9]|700[01])\\d{5}|7[1-3]\\d{8}",
    "(?:1(?:1|[26]1)4960|2079460)\\d{3}",
    "80[08]\\d{6,7}",
  ])("have all numbers of %s, and no other first digits or lengths", (pattern) => {
    const exact = new RegExp(`^(?:${pattern})$`);
    const short = new RegExp(`^(?:${firstDigits(pattern, 3)})$`);
    const known = new Set(
      fc.sample(fc.stringMatching(exact), 3000).map((n) => `${n.slice(0, 3)} ${n.length}`),
    );
    fc.assert(fc.property(fc.stringMatching(exact), (number) => short.test(number)));
    fc.assert(
      fc.property(fc.stringMatching(short), (number) => known.has(`${number.slice(0, 3)} ${number.length}`)),
    );
  });

  it("refuses a pattern that it cannot read", () => expect(() => firstDigits("1\\d*", 2)).toThrow());
});
