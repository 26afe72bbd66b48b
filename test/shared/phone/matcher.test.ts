/** The cases of Google's own finder: what is read is right, and where we differ from Google's word, a reason is given. */
import { type CountryCode, findPhoneNumbersInText, isSupportedCountry } from "libphonenumber-js/min";
import { expect, it } from "vitest";
import { findPhones } from "../../../shared/phone/phone.ts";
import { differences, matcherTexts } from "../../corpus/matcher.ts";
import { scoreTexts } from "../../corpus/outside.ts";

const ours = scoreTexts(matcherTexts, findPhones);
const theirs = scoreTexts(matcherTexts, (text, region) =>
  findPhoneNumbersInText(
    text,
    isSupportedCountry(region) ? { defaultCountry: region satisfies CountryCode } : {},
  ).map(({ startsAt, endsAt, number }) => ({ start: startsAt, end: endsAt, e164: number.number })),
);

it("every number is read as the one that it is", () => {
  expect(ours.expected).toBeGreaterThan(1400);
  expect(ours.wrong).toEqual([]);
  expect(ours.asked).toEqual([]);
});

it("it differs from Google's word where a reason is given, and nowhere else", () => {
  const differing = matcherTexts.filter((text) => {
    const { lost, invented } = scoreTexts([text], findPhones);
    return lost.length + invented.length > 0;
  });
  expect(differing.map(({ text }) => text).sort()).toEqual(differences.map(([text]) => text).sort());
});

it("more is found, and less is invented or misread, than by the library as it is today", () => {
  expect(ours.right).toBeGreaterThan(theirs.right);
  expect(ours.lost.length).toBeLessThan(theirs.lost.length);
  expect(ours.wrong.length).toBeLessThan(theirs.wrong.length);
  expect(ours.invented.length).toBeLessThan(theirs.invented.length);
});
