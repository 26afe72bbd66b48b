import { describe, expect, it } from "vitest";
import { toE164 } from "../../../shared/phone/phone.ts";
import { LONDON, MOBILE, VILLAGE } from "../../corpus/sample.ts";

type Answer = Omit<ReturnType<typeof toE164>, "by" | "fit">;
const london: Answer = { e164: LONDON };
const nothing: Answer = { e164: null };

const rows: [text: string, region: string, answer: Answer][] = [
  // Cells and fields.
  ["020 7946 0958", "GB", london],
  [" 02079460958 ", "GB", london],
  ["0207 946 0958", "GB", london],
  ["+44 (0)20 7946 0958", "GB", london],
  ["00442079460958", "GB", london],
  ["442079460958", "GB", london],
  ["20 7946 0958", "GB", london],
  ["(020) 7946-0958", "GB", london],
  ["０２０ ７９４６ ０９５８", "GB", london],
  ["\u202d+44 20 7946 0958\u202c", "GB", london],
  ["'02079460958", "GB", london],
  ["1632960123", "GB", { e164: VILLAGE }],
  // A mark stands between the plus and its digits.
  ["+-(187)-655.50100", "GB", { e164: "+18765550100" }],
  ["+/ 44 20 7946 0958", "DE", london],
  ["(+-44) 20 7946 0958", "DE", london],
  ["tel:+-18765550100", "GB", { e164: "+18765550100" }],
  ["+*18765550100", "GB", { e164: null, readings: ["+18765550100", "+8618765550100"] }],
  ["08001111", "GB", { e164: "+448001111" }],
  ["0169772123", "GB", { e164: "+44169772123" }],
  ["020 7946 0958 x12", "GB", { e164: LONDON, ext: "12" }],
  ["020 7946 0958 #12", "GB", { e164: LONDON, ext: "12" }],
  ["Tel: 020 7946 0958 (office)", "GB", london],
  ["Jane, 07700 900123", "GB", { e164: MOBILE }],
  ["(415) 555-0134", "US", { e164: "+14155550134" }],
  ["98765 43210", "IN", { e164: "+919876543210" }],
  ["+1 268 464 1234", "GB", { e164: "+12684641234" }],
  ["05601151234", "GB", { e164: "+445601151234" }],
  ["05511 431234", "GB", { e164: "+445511431234" }],
  // The country is unclear.
  [
    "05516501234",
    "GB",
    { e164: null, readings: ["+445516501234", "+915516501234", "+495516501234", "+3905516501234"] },
  ],
  ["056 0512 3456", "GB", { e164: null, readings: ["+445605123456", "+495605123456"] }],
  ["7700900123", "GB", { e164: null, readings: [MOBILE, "+917700900123"] }],
  ["(415) 555-0134", "GB", { e164: null, readings: ["+14155550134"] }],
  ["020 7946 0958", "US", { e164: null, readings: [LONDON, "+912079460958"] }],
  // Links.
  ["tel:+44(0)20 7946 0958;ext=12", "GB", { e164: LONDON, ext: "12" }],
  ["tel:+44-20-7946-0958", "US", london],
  ["tel:%2B442079460958", "GB", london],
  ["%2B44%2020%207946%200958", "GB", london],
  ["TEL:02079460958", "GB", london],
  ["tel://02079460958", "GB", london],
  ["tel: 020 7946 0958", "GB", london],
  ["callto:+442079460958", "GB", london],
  ["callto://+442079460958?call", "GB", london],
  ["sip:+442079460958@example.com", "GB", london],
  ["sip:02079460958@pbx.example.com:5060;transport=tls", "GB", london],
  ["sips:+442079460958@example.com;user=phone", "GB", london],
  ["tel:20-7946-0958;phone-context=+44", "GB", london],
  ["tel:020-7946-0958;phone-context=+44", "US", london],
  ["tel:7946-0958;phone-context=+4420", "US", london],
  ["tel:02079460958;phone-context=example.com", "GB", london],
  ["tel:+442079460958;phone-context=+1", "GB", london],
  ["tel:02079460958,,12", "GB", { e164: LONDON, ext: "12" }],
  ["tel:02079460958p12", "GB", { e164: LONDON, ext: "12" }],
  ["tel:+442079460958;isub=1;ext=12", "GB", { e164: LONDON, ext: "12" }],
  // Not a number, or several.
  ["01415", "DE", nothing],
  ["", "GB", nothing],
  ["tel:", "GB", nothing],
  ["sip:jane@example.com", "GB", nothing],
  ["hello", "GB", nothing],
  ["999", "GB", nothing],
  ["112", "GB", nothing],
  ["tel:101", "GB", nothing],
  ["2131", "GB", nothing],
  ["12/03/2026", "GB", nothing],
  ["020 7946 0958 / 07700 900123", "GB", nothing],
  ["020 7946 0958, 07700 900123", "GB", nothing],
  ["+442079460958+447700900123", "GB", nothing],
  ["030 23125, 12345", "DE", { e164: "+493023125" }],
  ["1.61496E+09", "GB", nothing],
  ["4.4207946E+11", "GB", nothing],
  ["01234567890123456789", "GB", nothing],
  ["+", "GB", nothing],
  // A dial code hides our number: never skip it.
  ["#31#07700900123", "GB", nothing],
  ["tel:%23%31#07700900123", "GB", nothing],
  ["*67 415 555 0134", "US", nothing],
  ["14102079460958", "GB", nothing],
];

describe("one written number", () => {
  it.each(rows)("%j in %s", (text, region, answer) => {
    const { by: _by, fit: _fit, ...read } = toE164(text, region);
    expect(read).toEqual(answer);
  });

  it("reads what it says itself", () => {
    for (const [, region, { e164 }] of rows)
      if (e164) expect(toE164(e164, region)).toMatchObject({ e164, by: "code" });
  });
});
