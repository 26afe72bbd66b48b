/** Texts that others labelled: what is read must be right, and the finder better than the library beside it. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type CountryCode, findPhoneNumbersInText } from "libphonenumber-js/min";
import { describe, expect, it } from "vitest";
import { findPhones } from "../../../shared/phone/phone.ts";
import { outside, scoreTexts, unread } from "../../corpus/outside.ts";

const ours = scoreTexts(outside, findPhones);
const theirs = scoreTexts(outside, (text, region) =>
  findPhoneNumbersInText(text, { defaultCountry: region as CountryCode }).map(
    ({ startsAt, endsAt, number }) => ({ start: startsAt, end: endsAt, e164: number.number }),
  ),
);

/** Old German writing with the extension in two groups; a New Zealand number with its trunk prefix twice. */
const MISREAD = ["DE-047 (0 89) 9 99 98-8 00", "NZ-055 064 9 555 0066"];

describe("texts from outside", () => {
  it("are those that were labelled", () => {
    const file = readFileSync(new URL("../../corpus/outside.ndjson", import.meta.url));
    expect(createHash("sha256").update(file).digest("hex")).toBe(
      "da004a30d9190bd9a54691fc78518e98e1a227b16672a60d4f376e0fcbdf5633",
    );
    expect(new Set(outside.map(({ region }) => region)).size).toBe(16);
    for (const { text, numbers } of outside)
      for (const { written, at } of numbers) expect(text.startsWith(written, at)).toBe(true);
  });

  it("no number is read as another, and none as another country's", () => {
    expect(ours.wrong.filter((one) => !MISREAD.includes(one))).toEqual([]);
    expect(ours.abroad).toBe(0);
  });

  it("hardly any number is lost, asked about or invented in those that the finder was corrected by", () => {
    const read = scoreTexts(
      outside.filter((text) => !unread.includes(text)),
      findPhones,
    );
    expect(read.lost.length + read.asked.length).toBeLessThan(read.expected / 30);
    expect(read.invented.length).toBeLessThan(read.expected / 500);
    expect(ours.invented.length).toBeLessThan(ours.expected / 150);
  });

  it("more numbers are found and right than by the library, less is invented, and less is misread", () => {
    expect(ours.right).toBeGreaterThan(theirs.right);
    expect(ours.lost.length).toBeLessThan(theirs.lost.length);
    expect(ours.invented.length).toBeLessThan(theirs.invented.length / 3);
    expect(ours.wrong.length).toBeLessThan(theirs.wrong.length);
  });
});
