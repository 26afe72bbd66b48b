/** Emergency numbers and extensions of the own exchange: no subscriber is behind them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideDial, type Decision } from "../../../shared/check/verdict.ts";
import { parseDialAddress } from "../../../shared/dials/address.ts";
import { withoutWords } from "../../../shared/dials/keys.ts";
import { lineReading, textReading } from "../../../shared/dials/line.ts";
import { withheld } from "../../../shared/dials/withheld.ts";
import { emergencyNumbers } from "../../../shared/dials/emergency.ts";
import { extensions, isEmergency, isExtension } from "../../../shared/dials/services.ts";
import { regions } from "../../../shared/law/regions.ts";

const blocked = (): Decision => ({ verdict: "blocked", reasons: [{ code: "objection" }] });
/** The decision on a dialled address by a line of a region, if every number is blocked. */
function judged(address: string, region: string): string {
  const { written } = parseDialAddress(address)!;
  const { verdict, reasons } = decideDial(
    lineReading(written, region),
    [textReading(written, region, region)],
    blocked,
  );
  return `${verdict} ${reasons[0]!.code}`;
}

describe("an emergency number", () => {
  it.each([
    ["GB", ["999", "112", "18000"]],
    // Ofcom: police, power cuts, health, victims of crime, Samaritans; the banks' own 159.
    ["GB", ["101", "105", "111", "159", "116006", "116123"]],
    // Decision 2007/116/EC: missing children, children, doctors out of hours.
    ["DE", ["116000", "116111", "116117"]],
    ["IE", ["999", "112"]],
    ["DE", ["110", "112"]],
    ["FR", ["15", "17", "18", "112", "114", "196"]],
    ["IN", ["112", "100", "102", "108"]],
    ["US", ["911", "988"]],
    ["CA", ["911", "988"]],
    ["AU", ["000", "112", "106"]],
    ["NL", ["112"]],
    ["PL", ["112", "997", "998", "999"]],
    ["AT", ["112", "122", "133", "144"]],
    ["ES", ["112", "061", "062", "091"]],
    ["IT", ["112", "113", "115", "118"]],
    ["BE", ["112", "100", "101"]],
    // Directive 2009/136/EC, article 26: every member of the Union; ITU-T E.161.1: 112 or 911 for new ones.
    ["PT", ["112"]],
    ["BR", ["112", "911"]],
  ])("of %s is never held", (region, numbers) => {
    for (const number of numbers)
      for (const address of [
        ...[`tel:${number}`, `sip:${number}@pbx.example`, `callto:${number}`, `sms:${number}`],
        ...[`tel:${[...number].join("-")}`, `tel:%20${number}`, `tel:${number};phone-context=+44`],
        `tel:%2331%23${number}`,
      ])
        expect(judged(address, region), address).toBe("clear emergency");
  });

  it("is one of any region where it is not known where the telephones are", () => {
    for (const number of ["999", "112", "911", "000", "110", "15"])
      expect(isEmergency(number, null)).toBe(true);
    expect(isEmergency("01134960142", null)).toBe(false);
  });

  it.each([
    ["another region's", "tel:999", "DE"],
    ["a help line elsewhere", "tel:116123", "US"],
    ["a help line of another country", "tel:111", "DE"],
    ["the beginning of a number", "tel:1120113", "GB"],
    ["with a country's code", "tel:+44999", "GB"],
    ["the end of a number by its context", "tel:999;phone-context=+44113496", "GB"],
    ["before a number to press", "tel:999,,01134960142", "GB"],
    ["one of two", "sms:999;01134960142", "GB"],
  ])("is not what is %s", (_, address, region) => {
    expect(judged(address, region)).not.toBe("clear emergency");
  });

  it.each([
    [
      "GB",
      "999 Police",
      "999%20Emergency",
      "999 (Emergency)",
      "112 SOS",
      "999 x",
      "Emergency: 999",
      "999Police",
    ],
    ["GB", "141999", "141 112", "1470999", "*67999", "#31##31#999", "999,", "999#", "٩٩٩", "๙๙๙"],
    ["GB", "112;phone-context=+44-20", "call 999 now", "999;phone-context=+44"],
    ["DE", "112 Notruf", "110 Polizei", "Notruf 112", "Polizei: 110"],
    ["US", "911 Emergency", "988 Lifeline", "Emergency 911", "911 Sheriff", "Call 911 Now", "*67 911"],
    ["FR", "15 SAMU", "18 Pompiers"],
    ["AT", "141 Arzt", "141"],
  ])("of %s is never held, whatever is around its digits: %s", (region, ...dials) => {
    for (const dial of dials) {
      expect(judged(`tel:${dial}`, region), dial).toBe("clear emergency");
      expect(judged(`tel:${withoutWords(dial)}`, region), dial).toBe("clear emergency");
    }
  });

  it.each([
    // ITU-T E.161: 732 366 3234, 438 227 7911, 0 99999 22234 with letters for keys.
    ["US", "SEAFOOD234", "GETCARS911", "GET CARS 911", "*67GETCARS911"],
    ["IN", "WXYZABC234", "W112DGJMPT"],
    ["US", "Jane Doe 234", "XXY917PTMJ", "F32RFB1CEH", "CF45GIG1CB"],
    ["IN", "XACBFLL513", "YW10SNYIZ8"],
    ["ES", "YXP 0 GND 80", "ZMUM-112-LQ"],
  ])("or an extension is not the end of a number in letters, %s: %s", (region, ...spelled) => {
    for (const dial of spelled)
      for (const address of [`tel:${dial}`, `zoomphonecall:${dial}`, `sip:${dial}@pbx.example`]) {
        expect(judged(address, region), address).not.toContain("clear");
        expect(judged(`tel:${withoutWords(dial)}`, region), address).toBe(judged(address, region));
        // What the Worker keeps is the string.
        expect(withoutWords(dial)).toBe(dial);
      }
  });
  it("nor what is behind a letter that announces an extension", () => {
    expect(judged("tel:X1XTG1NE2", "ES")).toBe("unknown not-a-number");
    expect(judged("tel:X112", "ES")).toBe("unknown not-a-number");
  });
  it("the number that is spelled is judged, and a code before it", () => {
    expect(withheld("*67GETCARS911")?.rest).toBe("4382277911");
    expect(withheld("*67 911 Police")).toBeNull();
    expect(lineReading("SEAFOOD234", "US").e164).toBe("+17323663234");
    expect(lineReading("GETCARS911", "US").e164).toBe("+14382277911");
  });

  it("is there, with a source, for each region whose law is known", () => {
    for (const region of Object.keys(regions)) expect(emergencyNumbers[region], region).toBeDefined();
    for (const { source, numbers } of Object.values(emergencyNumbers)) {
      expect(source.length).toBeGreaterThan(8);
      for (const number of numbers) expect(number).toMatch(/^\d{2,6}$/);
    }
  });
});

describe("an extension of the own exchange", () => {
  it("of three digits goes, where no public number is so short", () => {
    for (const region of Object.keys(extensions)) expect(judged("tel:213", region)).toBe("clear internal");
    // A German exchange may have local numbers of three digits, and elsewhere nobody looked.
    for (const region of ["DE", "FR", "ES", "XX"])
      expect(judged("tel:213", region)).toBe("unknown not-a-number");
  });

  it.each([
    ["an operator or a service", ["100", "101", "105", "111", "118", "123", "150", "195", "1001"], "GB"],
    ["a local number of Brampton's (016977 2123), or begins one", ["2123", "21234", "213456"], "GB"],
    ["a service", ["211", "311", "411", "511", "611", "711", "811", "988", "012", "130"], "US"],
    ["a local number", ["5550134", "79460"], "US"],
  ])("is not what may be %s", (_, numbers, region) => {
    for (const number of numbers) {
      expect(isExtension(number, region), number).toBe(false);
      expect(judged(`tel:${number}`, region), number).not.toBe("clear internal");
    }
  });

  it.each([
    "tel:142;phone-context=+44113496",
    "tel:213,,01134960142",
    "tel:213;01134960142",
    "sms:213,01134960142",
    "tel:213%20ext%20496",
    "tel:+213",
    "tel:*213",
    "tel:21-3",
    "tel:2O3",
    "tel:213w01134960142",
    "tel:213;ext=5",
  ])("has nothing beside its digits by which something else may ring: %s", (address) => {
    expect(judged(address, "GB")).not.toContain("internal");
  });

  it("is no text that any record reads as a number", () => {
    const line = lineReading("213", "GB");
    for (const text of [{ e164: "+441134960142" }, { e164: null, readings: ["+441134960142"] }])
      expect(decideDial(line, [text], blocked).verdict).toBe("blocked");
  });

  it("is never what a line rings as a number", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(extensions)),
        fc.string({ unit: fc.constantFrom(..."0123456789+*#;,= -"), maxLength: 12 }),
        (region, written) => {
          if (isExtension(written, region)) expect(written.replace(/\s/g, "")).toMatch(/^\d{3}$/);
        },
      ),
    );
  });
});
