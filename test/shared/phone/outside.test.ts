/** Texts that others labelled: what is read must be right, and the finder better than the library beside it. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type CountryCode, findPhoneNumbersInText } from "libphonenumber-js/min";
import { describe, expect, it } from "vitest";
import { findPhones } from "../../../shared/phone/phone.ts";
import { corpora, scoreTexts } from "../../corpus/outside.ts";

interface Held {
  hash: string;
  misread: string[];
  missed: number;
  invented: number;
  ofAll: number;
  unread: number;
}
/**
 * By corpus: of how many numbers of the read texts one may be missed, and one invented; how many of all, those that nobody
 * reads included, may be invented, and how many of the unread read as another.
 */
const held: Record<string, Held> = {
  first: {
    hash: "da004a30d9190bd9a54691fc78518e98e1a227b16672a60d4f376e0fcbdf5633",
    misread: [],
    ...{ missed: 36, invented: 500, ofAll: 200, unread: 1 },
  },
  second: {
    hash: "8c3b9b8d453166b960368df9ffac8b429dbd2b75c1a1776122217b5dd8dfc3dd",
    // The label has the calling code twice.
    misread: ["DE-117 491713920088"],
    ...{ missed: 32, invented: 500, ofAll: 72, unread: 0 },
  },
  third: {
    hash: "987ecd89ba3fe4908463cf5b3168a2b4f1676d12c5aaadc0de235f19f34f7ffa",
    misread: [],
    ...{ missed: 15, invented: 460, ofAll: 300, unread: 0 },
  },
};

describe.each(corpora)("texts from outside, the $name", ({ name, file, texts, read, unread }) => {
  const { hash, misread, ...one } = held[name]!;
  const [ours, ofRead, ofUnread] = [texts, read, unread].map((some) => scoreTexts(some, findPhones));
  const theirs = scoreTexts(texts, (text, region) =>
    findPhoneNumbersInText(text, { defaultCountry: region as CountryCode }).map(
      ({ startsAt, endsAt, number }) => ({ start: startsAt, end: endsAt, e164: number.number }),
    ),
  );

  it("are those that were labelled", () => {
    expect(createHash("sha256").update(readFileSync(file)).digest("hex")).toBe(hash);
    expect(new Set(texts.map(({ region }) => region)).size).toBe(16);
    for (const { text, numbers } of texts)
      for (const { written, at } of numbers) expect(text.startsWith(written, at)).toBe(true);
  });

  it("no number is read as another, and none as another country's", () => {
    expect(ofRead!.wrong.filter((wrong) => !misread.includes(wrong))).toEqual([]);
    expect(ofUnread!.wrong.length).toBeLessThanOrEqual(one.unread);
    expect(ours!.abroad).toBe(0);
  });

  it("hardly any number is lost, asked about or invented in those that the finder was corrected by", () => {
    expect(ofRead!.lost.length + ofRead!.asked.length).toBeLessThan(ofRead!.expected / one.missed);
    expect(ofRead!.invented.length).toBeLessThan(ofRead!.expected / one.invented);
    expect(ours!.invented.length).toBeLessThan(ours!.expected / one.ofAll);
  });

  it("more numbers are found and right than by the library, less is invented, and less is misread", () => {
    expect(ours!.right).toBeGreaterThan(theirs.right);
    expect(ours!.lost.length).toBeLessThan(theirs.lost.length);
    expect(ours!.invented.length).toBeLessThan(theirs.invented.length / 3);
    expect(ours!.wrong.length).toBeLessThan(theirs.wrong.length);
  });
});
