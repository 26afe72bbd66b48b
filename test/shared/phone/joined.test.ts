/** Numbers that a mark joins: each is found, and none is made of the end of one and the begin of the next. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { regions } from "../../../shared/law/regions.ts";
import { findPhones } from "../../../shared/phone/phone.ts";
import { type NationalNumber, nationalNumbers } from "./national-numbers.ts";

const found = (text: string, region: string) => findPhones(text, region).map(({ e164 }) => e164);

describe("two numbers with a mark between", () => {
  it.each([
    ["347 812 0766 / 366 825 1320", "IT", ["+393478120766", "+393668251320"]],
    ["Cell: 347 812 0766 / 366 825 1320", "IT", ["+393478120766", "+393668251320"]],
    ["668 00 36 61 / 659 65 66 15", "ES", ["+34668003661", "+34659656615"]],
    ["Tel.: 668 00 36 61 / 659 65 66 15", "ES", ["+34668003661", "+34659656615"]],
    ["912 340 004 / 912 341 375", "PT", ["+351912340004", "+351912341375"]],
    ["34 41 00 98 / 32 12 20 66", "DK", ["+4534410098", "+4532122066"]],
    ["22 823 99 48 / 800 860 021", "PL", ["+48228239948", "+48800860021"]],
    // The second begins in the middle of no number, and the first does not end there.
    ["0931 7331133 / 01 117", "AT", ["+439317331133"]],
    // Tied to a number that has neither trunk prefix nor calling code.
    ["1890 964 707/083 129 4374", "IE", ["+3531890964707", "+353831294374"]],
    ["059 845 - 06484 970", "AT", ["+436484970"]],
    // A mark within a number may as well be beside it.
    ["9123-4567 8123-4567", "SG", ["+6591234567", "+6581234567"]],
    ["+46 993 2193 010-128 41 74", "SE", ["+469932193", "+46101284174"]],
    ["biuro 0-61 855 01 22", "PL", ["+48618550122"]],
  ])("%s in %s", (text, region, e164s) => {
    expect(found(text, region)).toEqual(e164s);
  });

  it.each([
    ["9123 1441 8123 4567", "SG", ["+6591231441", "+6581234567"]],
    ["Tel 6123 1441 6123 4563", "SG", ["+6561231441", "+6561234563"]],
    // Cards.
    ["6011 1111 1111 1117", "SG", []],
    ["9792 1111 8111 1111", "SG", []],
    ["4111 1111 1111 1111", "GB", []],
  ])("%s in %s: sixteen digits with a card's check digit", (text, region, e164s) => {
    expect(found(text, region)).toEqual(e164s);
  });
});

describe("direct dials behind a slash and a hyphen", () => {
  it.each([
    ["030 23125-0 / -10", "DE", ["+4930231250", "+49302312510"]],
    ["030 23125-10 / -11", "DE", ["+49302312510", "+49302312511"]],
    ["Tel. 030/23125-0/-10/-20", "DE", ["+4930231250", "+49302312510", "+49302312520"]],
    ["+49 30 23125-0 / -10, Fax -20", "DE", ["+4930231250", "+49302312510", "+49302312520"]],
    ["0732 6980-0/-10", "AT", ["+4373269800", "+43732698010"]],
    // Lower ones, and shorter ones.
    ["030 23125-10 / -9", "DE", ["+49302312510", "+4930231259"]],
    ["030 23125-10 oder -9", "DE", ["+49302312510", "+4930231259"]],
  ])("%s in %s", (text, region, e164s) => {
    expect(found(text, region)).toEqual(e164s);
  });
});

const MARKS = [" / ", "/", ", ", " ; ", " | ", " - ", "–", " – "];
const LABELS = ["", "Tel.: ", "Cell: "];
/** How many of each region are tried: pairs and triples of those of which a part is most like a number. */
const RUNS = 400;
const MANY = 600;
const FEW = 80;
/** Shorter ones, in digits, are found nowhere. */
const SHORTEST = 7;

/** Three times of day in a row, 0800 1555 / 0800, are opening hours. */
const HOURS = /(?:(?<!\d)(?:[01]\d|2[0-3])[0-5][05](?!\d)\D*){3}/;

/** A later group begins as plain numbers do: with a 0, or the calling code. */
const isHard = ({ written, e164 }: NationalNumber): boolean =>
  written.split(/[ -]/).some((group, i) => i > 0 && (group[0] === "0" || e164.startsWith(`+${group}`)));
/** As the region usually writes it: found alone, behind a label, and among words. */
const isUsual = ({ written, region, e164, dialled }: NationalNumber): boolean =>
  dialled.length >= SHORTEST &&
  [written, `Tel.: ${written}`, `Berg, ${written}, heute`].every(
    (text) => found(text, region).join() === e164,
  );

describe.each([...Object.keys(regions), "PT", "DK"])("numbers of %s, joined", (region) => {
  const numbers = nationalNumbers(region, MANY, 23).filter(isUsual);
  const hard = numbers.filter(isHard).slice(0, FEW);
  const one = fc.oneof(fc.constantFrom(...numbers), ...(hard.length > 0 ? [fc.constantFrom(...hard)] : []));

  it("are found, and no third", () => {
    expect(numbers.length).toBeGreaterThan(MANY / 3);
    fc.assert(
      fc.property(
        fc.array(one, { minLength: 2, maxLength: 3 }),
        fc.constantFrom(...MARKS),
        fc.constantFrom(...LABELS),
        (some, mark, label) => {
          const text = label + some.map(({ written }) => written).join(mark);
          fc.pre(!HOURS.test(text));
          expect([text, found(text, region)]).toEqual([text, some.map(({ e164 }) => e164)]);
        },
      ),
      { numRuns: RUNS, seed: 5 },
    );
  });
});
