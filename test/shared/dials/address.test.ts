import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDialAddress } from "../../../shared/dials/address.ts";
import { withholdingPrefixes } from "../../../shared/dials/codes.ts";
import { withoutWords } from "../../../shared/dials/keys.ts";
import { withheld } from "../../../shared/dials/withheld.ts";
import { dialAddressOf } from "../../../shared/dials/write.ts";
import { toE164 } from "../../../shared/phone/phone.ts";

describe("an address that dials", () => {
  it.each([
    ["tel:+441134960001", "+441134960001", "call"],
    ["TEL:0113%20496%200001", "0113 496 0001", "call"],
    ["tel:%2B441134960001", "+441134960001", "call"],
    ["\n te\tl:01134960001 ", "01134960001", "call"],
    ["tel://01134960001", "01134960001", "call"],
    ["tel:01134960001?", "01134960001", "call"],
    ["tel:+44(0)20%207946%200958;ext=12", "+44(0)20 7946 0958;ext=12", "call"],
    ["tel:02079460958,,12", "02079460958;ext=12", "call"],
    ["tel:79460958;phone-context=+4420", "79460958;phone-context=+4420", "call"],
    ["tel:79460958;phone-context=pbx.example", "79460958", "call"],
    ["tel:%2331%2301134960001", "#31#01134960001", "call"],
    ["tel:#31#01134960001", "#31#01134960001", "call"],
    ["callto://+441134960001", "+441134960001", "call"],
    ["sip:01134960001@pbx.example;user=phone", "01134960001", "call"],
    ["sips:%2B441134960001@pbx.example", "+441134960001", "call"],
    ["skype:+441134960001?call", "+441134960001", "call"],
    ["skype:+441134960001?chat", "+441134960001", "message"],
    ["facetime:+441134960001", "+441134960001", "call"],
    ["facetime-audio:+441134960001", "+441134960001", "call"],
    ["whatsapp://send?phone=441134960001&text=Hello", "+441134960001", "message"],
    ["whatsapp://call?phone=+441134960001", "+441134960001", "call"],
    ["https://wa.me/441134960001?text=Hello", "+441134960001", "message"],
    ["https://api.whatsapp.com/send?phone=441134960001", "+441134960001", "message"],
    ["https://api.whatsapp.com/send/?text=a&phone=%2B441134960001", "+441134960001", "message"],
    ["sms:+441134960001?body=Hello", "+441134960001", "message"],
    ["smsto:01134960001", "01134960001", "message"],
    ["sms:+441134960001;+441134960002?body=Hello", "+441134960001;+441134960002", "message"],
    ["smsto:01134960001;ext=12;01134960002", "01134960001;01134960002;ext=12", "message"],
    ["tel:", "", "call"],
    ["tel:call-us", "call-us", "call"],
  ])("%s", (address, written, medium) =>
    expect(parseDialAddress(address)).toMatchObject({ written, medium }),
  );

  it.each([
    "https://example.com/tel:01134960001",
    "https://wa.me.example/441134960001",
    "https://api.whatsapp.com/sender?phone=1",
    "mailto:tel@example.com",
    "telnet:1",
    "javascript:tel:1",
    "tel",
    "",
  ])("and none: %s", (address) => expect(parseDialAddress(address)).toBeNull());

  it.each([
    ["tel:", null],
    [`tel:${"1".repeat(40)}`, null],
    ["tel:call-us", null],
    ["tel:+44(0)20%207946%200958;ext=12", "+442079460958"],
    ["tel:%2B442079460958", "+442079460958"],
    ["tel:%E2%80%AB020%207946%200958%E2%80%AC", "+442079460958"],
    ["tel:０２０７９４６０９５８", "+442079460958"],
    [
      "tel:%EF%BC%90%EF%BC%92%EF%BC%90%EF%BC%97%EF%BC%99%EF%BC%94%EF%BC%96%EF%BC%90%EF%BC%99%EF%BC%95%EF%BC%98",
      "+442079460958",
    ],
    ["tel:79460958;phone-context=+4420", "+442079460958"],
    ["tel:%E0%A4%A", null],
    ["sms:+442079460958,+442079460959", null],
    ["sms:+442079460958;02079460959", null],
    ["smsto:02079460958;+442079460959?body=Hello", null],
  ])("%s is read as the right number or as none", (address, e164) =>
    expect(toE164(parseDialAddress(address)!.written, "GB").e164).toBe(e164),
  );

  it("whatever stands in it is read without a throw", () => {
    const scheme = fc.constantFrom(
      "tel:",
      "sip:",
      "skype:",
      "whatsapp://send?phone=",
      "https://wa.me/",
      "sms:",
      "",
    );
    const pieces = fc.constantFrom(
      ..."0123456789+()-.;=?#*&%@,pw/ ",
      "%2B",
      "%",
      "ext=",
      "phone-context=",
      "\u202b",
      "７",
    );
    const soup = fc.array(pieces, { maxLength: 40 }).map((all) => all.join(""));
    fc.assert(
      fc.property(scheme, fc.oneof(soup, fc.string({ unit: "binary", maxLength: 80 })), (scheme, rest) => {
        const target = parseDialAddress(scheme + rest);
        if (scheme !== "") expect(target).not.toBeNull();
        if (!target) return;
        toE164(target.written, "GB");
        const hidden = withheld(target.written);
        // No part of the code is left in the number to dial without it.
        if (hidden) expect(withheld(hidden.rest)).toBeNull();
      }),
      { numRuns: 3000 },
    );
  });
});

describe("a code that hides the caller", () => {
  it.each([
    ["141 0113 496 0001", "141", "01134960001"],
    ["141+441134960001", "141", "+441134960001"],
    ["#31#01134960001", "#31#", "01134960001"],
    ["# 31 # 0113 496 0001", "#31#", "01134960001"],
    ["%2331%2301134960001", "#31#", "01134960001"],
    ["*31#0301234567", "*31#", "0301234567"],
    ["*67 (415) 555-0134", "*67", "4155550134"],
    ["1167 415 555 0134", "1167", "4155550134"],
    ["1831 02 7010 1111", "1831", "0270101111"],
    ["067 912 345 678", "067", "912345678"],
    ["184 03 1234 5678", "184", "0312345678"],
    ["１４１０１１３４９６０００１", "141", "01134960001"],
    ["١٤١ ٠١١٣ ٤٩٦ ٠٠٠١", "141", "01134960001"],
    ["۱۴۱ 0113 496 0001", "141", "01134960001"],
    ["*६७ ४१५ ५५५ ०१३४", "*67", "4155550134"],
    ["#৩১#01134960001", "#31#", "01134960001"],
    ["\u202a141 0113 496 0001\u202c", "141", "01134960001"],
    ["*67 141 0113 496 0001", "*67", "01134960001"],
    ["#31#01134960001;ext=12", "#31#", "01134960001;ext=12"],
  ])("%s", (written, prefix, rest) => {
    expect(withheld(written)).toEqual({ prefix, rest });
  });

  it.each([
    "1470 0113 496 0001",
    "*82 415 555 0134",
    "1832 02 7010 1111",
    "186 03 1234 5678",
    "0141 496 0000",
    "+44 141 496 0000",
    "1415 555 0134",
    "+1 415 555 0134",
    "06 7123 4567",
    "0113 496 0001",
    "#",
    "141",
    "",
  ])("and none: %s", (written) => expect(withheld(written)).toBeNull());

  it("each has its network and its source, or says that it has none", () => {
    for (const { prefix, network, source, confirmed } of withholdingPrefixes) {
      expect(network, prefix).toBeTruthy();
      expect(source, prefix).toMatch(confirmed ? /https?:\/\/|3GPP/ : /report/);
    }
  });

  it("goes before any number, however it is written", () => {
    const gap = fc.constantFrom("", " ", "-", ".", "\u00a0");
    fc.assert(
      fc.property(
        fc.constantFrom("141", "#31#", "*67"),
        gap,
        fc.integer({ min: 0, max: 999 }),
        (code, gap, n) => {
          const number = `07700 900${String(n).padStart(3, "0")}`;
          const written = [...code].join(gap) + gap + number;
          const rest = number.replace(" ", "");
          for (const form of [written, encodeURIComponent(written)])
            expect(withheld(form)).toMatchObject({ prefix: code, rest });
        },
      ),
    );
  });
});

it("an address for what is left without the code", () => {
  expect(dialAddressOf("01134960001", "call")).toBe("tel:01134960001");
  expect(dialAddressOf("+44 113 496 0001;ext=12", "call")).toBe("tel:+441134960001;ext=12");
  expect(dialAddressOf("+441134960001", "message")).toBe("sms:+441134960001");
});

describe("of what was dialled no word is kept", () => {
  it.each([
    ["zebedee.quill", "."],
    ["Zebedee Quill (work) 0113 496 0001", "() 0113 496 0001"],
    ["0113 496 0001@zebedee%20quill", "0113 496 0001"],
    ["Zebedee%20%2331%230113", "#31#0113"],
    ["Beatrix5 0113\u00a0496\u00a00001", "5 0113 496 0001"],
    ["call-us", "-"],
  ])("%s", (written, kept) => expect(withoutWords(written)).toBe(kept));

  it.each(["0113 496 0001 ext. 12", "0113 496 0001x12", "+44 (0)113-496/0001;ext=12", "*67 415.555.0134"])(
    "and what a number is made of stays: %s",
    (written) => {
      expect(withoutWords(written)).toBe(written);
      expect(toE164(withoutWords(written), "GB")).toEqual(toE164(written, "GB"));
    },
  );
});
