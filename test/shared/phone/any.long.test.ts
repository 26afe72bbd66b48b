import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findPhones, toE164 } from "../../../shared/phone/phone.ts";
import { digitsOf } from "../../../shared/phone/digit-runs.ts";

const regions = fc.constantFrom("GB", "US", "DE", "IE", "IN", "FR", "IT", "AR", "ZZ", "");

/** Random strings of the parts of numbers, dates and identifiers, denser than in any text. */
const pieces = fc.constantFrom(
  ..."0123456789 +()-./,;:#xX\n\t\u00a0\u2009\u200b\u202d٣７£$@_abcT|&",
  ..."020 7946 0958|+44|(0)|07700 900123|415|555-0134|0044|ext. 12|;ext=|Tel:|Order |GB29 NWBK|12/03/2026|09:30".split(
    "|",
  ),
);
const soup = fc.array(pieces, { maxLength: 60 }).map((p) => p.join(""));
const text = fc.oneof(soup, fc.string({ unit: "binary", maxLength: 200 }), fc.lorem());

describe("any text", () => {
  it("gives numbers in its order, inside it, apart, each of its own digits", () => {
    fc.assert(
      fc.property(text, regions, (text, region) => {
        let from = 0;
        for (const { start, end, e164, ext, readings } of findPhones(text, region)) {
          expect(start).toBeGreaterThanOrEqual(from);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          const digits = digitsOf(text.slice(start, end));
          expect(digits.length).toBeGreaterThanOrEqual(7);
          // Either a number, or its readings.
          expect(e164 === null).toBe(readings !== undefined);
          if (readings) expect(readings.length).toBeGreaterThan(0);
          for (const number of e164 === null ? readings! : [e164]) {
            expect(number).toMatch(/^\+[1-9]\d{6,14}$/);
            expect(digits.endsWith(number.slice(-6))).toBe(true);
          }
          if (ext !== undefined) expect(ext).toMatch(/^\d{1,7}$/);
          from = end;
        }
      }),
      { numRuns: 700 },
    );
  });

  it("is read as one number without a throw, and to a well-formed answer", () => {
    fc.assert(
      fc.property(text, regions, (text, region) => {
        const { e164, readings } = toE164(text, region);
        if (e164 !== null) expect(e164).toMatch(/^\+[1-9]\d{6,14}$/);
        for (const reading of readings ?? []) expect(reading).toMatch(/^\+[1-9]\d{6,14}$/);
      }),
      { numRuns: 700 },
    );
  });

  it("shows a number that stands in it between words", () => {
    const word = fc.constantFrom(
      "hello",
      "Ann Smith",
      "in Leeds",
      "please",
      "thanks",
      "— noted",
      "(today)",
      "ok.",
    );
    const number = fc.integer({ min: 0, max: 999 }).map((n) => `07700 900${String(n).padStart(3, "0")}`);
    fc.assert(
      fc.property(word, number, word, (before, number, behind) => {
        const text = `${before} ${number} ${behind}`;
        expect(findPhones(text, "GB")).toEqual([
          {
            ...{ start: before.length + 1, end: before.length + 13, e164: `+44${digitsOf(number).slice(1)}` },
            ...{ written: number, by: "region", fit: 3 },
          },
        ]);
      }),
    );
  });
});

/** A megabyte each of what makes careless patterns run for ever. The test's timeout catches that. */
describe("a megabyte of trouble is read to its end", () => {
  const MEGABYTE = 1_000_000;
  it.each([
    "1",
    "0",
    "1 ",
    "0 ",
    "+1",
    "+",
    "(",
    ")",
    "(1",
    "1)",
    "1-",
    "1.",
    "1/",
    "1,",
    "a1",
    " ",
    "\n",
    "020\n",
    "x",
    "020 7946 0958 x",
    "GB29 NWBK ",
    "£1,234 ",
    "12:30 ",
    "Tel: ",
    "٣",
    "\u200b1",
    "550e8400-e29b-41d4-",
    "192.168.100.",
    "1 234 567 ",
  ])("%j", (piece) => {
    const text = piece.repeat(MEGABYTE / piece.length);
    for (const { start, end } of findPhones(text, "GB"))
      expect(digitsOf(text.slice(start, end)).length).toBeGreaterThan(6);
  });
});

/** In processor time, which other programs stretch little: so the best of three, of what is short. */
describe("the time for a byte grows no more, from 64 kB to 8 MB", () => {
  const STEEP = 2.4;
  function timeFor(piece: string, bytes: number): number {
    const text = piece.repeat(bytes / piece.length);
    const times = (bytes < 0x100000 ? [1, 2, 3] : [1]).map(() => {
      const before = process.cpuUsage();
      findPhones(text, "GB");
      const { user, system } = process.cpuUsage(before);
      return user + system;
    });
    return Math.min(...times) / bytes;
  }
  it.each([
    "and so on 0113 496 0142\n",
    // One run of digits, with a number in all of it.
    ...["0113 496 0142 ", "0113 496 0142 / 0143 ", "0113 496 0142\\n", "415-555-0134 ", "+44 20 7946 0958 "],
  ])("%j", (piece) => {
    timeFor(piece, 0x10000);
    expect(timeFor(piece, 0x800000) / timeFor(piece, 0x10000)).toBeLessThan(STEEP);
  });
});
