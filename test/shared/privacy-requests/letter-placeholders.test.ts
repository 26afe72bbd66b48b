import { expect, it } from "vitest";
import { letterKind } from "../../../shared/privacy-requests/api.ts";
import { placeholdersOf, strayPlaceholders } from "../../../shared/privacy-requests/letter-placeholders.ts";
import { lettersEn, letterWords } from "../../../shared/texts/privacy-requests/letters.en.ts";

it("our own words have no place that their letter lacks, and each place is explained", () => {
  for (const kind of letterKind.options) {
    expect(strayPlaceholders(kind, lettersEn[kind]), kind).toEqual([]);
    for (const place of placeholdersOf[kind]) expect(letterWords.places[place]).toBeTruthy();
  }
});

it("each paragraph begins as an English one does", () => {
  const begins = Object.entries(lettersEn).flatMap(([kind, text]) =>
    text.split("\n\n").map((paragraph) => `${kind}: ${paragraph.slice(0, 20)}`),
  );
  expect(begins.filter((paragraph) => /: \p{Ll}/u.test(paragraph))).toEqual([]);
});

it("whatever stands in braces and is no place is named", () => {
  expect(strayPlaceholders("identity", "{name} {nmae} { name } {decided} {nmae} {")).toEqual([
    ...["{nmae}", "{ name }", "{decided}", "{"],
  ]);
  expect(strayPlaceholders("identity", "name} {}")).toEqual(["}", "{}"]);
});
