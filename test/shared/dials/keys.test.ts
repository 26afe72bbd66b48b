/** What of a text a telephone takes, and that page and Worker take the same. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideDial, type Decision } from "../../../shared/check/verdict.ts";
import { parseDialAddress } from "../../../shared/dials/address.ts";
import { lettersOf, withoutWords } from "../../../shared/dials/keys.ts";
import { lineReading, textReading } from "../../../shared/dials/line.ts";
import { decoded } from "../../../shared/phone/decoded.ts";

const clear = (e164: string): Decision => ({
  verdict: "clear",
  reasons: [{ code: "not-listed", list: e164 }],
});
/** The decision on a dial where every number is clear: as the page makes it, or the Worker from what it is sent. */
const judged = (written: string, region = "GB") => {
  const { verdict, reasons } = decideDial(
    lineReading(written, region),
    [textReading(written, region, region)],
    clear,
  );
  return [verdict, reasons[0]?.list ?? reasons[0]?.code];
};

describe("letters", () => {
  it.each([
    // ITU-T E.161: A B C are on 2, W X Y Z on 9.
    ["US", "1-800-FLOWERS", "+18003569377"],
    ["US", "1-800-flowers", "+18003569377"],
    ["CA", "1 (800) GO-FEDEX", "+18004633339"],
    ["US", "+1 800 FLOWERS", "+18003569377"],
    ["US", "tel:1-800-4PLUMBE", "+18004758623"],
    ["GB", "0800 FLOWERS", "+448003569377"],
  ])("on a line in %s, %s rings %s and is read so", (region, written, e164) => {
    expect(judged(written, region)).toEqual(["clear", e164]);
    expect(judged(withoutWords(written), region)).toEqual(["clear", e164]);
  });

  it("of the address of a link too", () => {
    expect(judged(parseDialAddress("tel:1-800-FLOWERS")!.written, "US")).toEqual(["clear", "+18003569377"]);
  });

  it("that one telephone presses and another drops may ring two numbers, and never pass", () => {
    expect(lineReading("41T5 5550134", "US")).toEqual({
      e164: null,
      readings: ["+14185555013", "+14155550134"],
    });
    for (const written of ["41T5 5550134", "415 5K55 0134", "07700 9OO123", "0113 4O6 0142", "0l13 496 0142"])
      for (const region of ["US", "GB"]) expect(judged(written, region)[0], written).not.toBe("clear");
  });

  it("are words before a number, behind seven digits, and as an extension", () => {
    for (const written of [
      ...["Tel: 0113 496 0142", "0113 496 0142 Leeds", "Jane Doe 0113 496 0142", "0113 496 0142 ext 12"],
      ...["0113 496 0142 x12", "12 Jane Doe", "5 Fifth Avenue", "call-us", "020 7946 0958 Beatrix Quill"],
    ])
      expect(lettersOf(withoutWords(written)), written).toBeNull();
  });
});

describe("what no telephone takes", () => {
  it.each([
    "0113_496_0142",
    "0113'496'0142",
    "0113:496:0142",
    "0113…496…0142",
    "0113|496|0142",
    "«0113 496 0142»",
  ])("is left out by page and Worker alike: %s", (written) => {
    expect(judged(written)).toEqual(["clear", "+441134960142"]);
    expect(judged(withoutWords(written))).toEqual(["clear", "+441134960142"]);
  });

  it("leaves no digit out, and makes no number of digits that were several", () => {
    for (const written of ["0113_496_0142_7", "1:0113_496_0142", "0113_4960142'0113_4960143", "0113_496_014"])
      expect(judged(written)[0], written).not.toBe("clear");
  });

  const pieces = fc.constantFrom(
    ..."0123456789",
    ...[
      "0113",
      "496",
      "0142",
      "+44",
      "1470",
      "*82",
      "07700 900123",
      "415",
      "555 0134",
      "800",
      "FLOWERS",
      "T",
      "O",
    ],
    ..." -_'.:/()…+*#,;",
    ...[" ext 12", "x5", ";ext=1", "Jane", "%20", "%A0", ";phone-context=+353", "999"],
  );
  it("whatever is written, the Worker decides as the page by what it is sent", () => {
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 9 }).map((all) => all.join("")),
        fc.constantFrom("GB", "US", "DE", "IE", "AU"),
        (written, region) => {
          expect(judged(withoutWords(written), region)).toEqual(judged(written, region));
        },
      ),
      { numRuns: 4000 },
    );
  });
});

describe("percent-encoding", () => {
  it.each([
    ["0113%20496%200142", "0113 496 0142"],
    // Latin-1's blank is no UTF-8: no digit of its escape is one of the number.
    ["0113%A0496%A00142", "0113\ufffd496\ufffd0142"],
    ["%E2%80%AA0113%A0", "\u202a0113\ufffd"],
    ["%30%31%FF%31", "01\ufffd1"],
    // A sign without two hexadecimal digits stays.
    ["100% 0113%2", "100% 0113%2"],
    ["%zz%30", "%zz0"],
    ["%E0%A4%A", "\ufffd%A"],
  ])("of %s is %s", (text, plain) => expect(decoded(text)).toBe(plain));

  it("with a bad escape names no number that nobody dialled", () => {
    const { written } = parseDialAddress("tel:0113%A0496%A00142")!;
    expect(judged(written)).toEqual(["clear", "+441134960142"]);
    expect(judged(withoutWords(written))).toEqual(["clear", "+441134960142"]);
  });

  it("is decoded in a text of any length", () => {
    expect(decoded("%A0".repeat(300_000))).toHaveLength(300_000);
    expect(decoded("%".repeat(1_000_000))).toHaveLength(1_000_000);
  });
});
