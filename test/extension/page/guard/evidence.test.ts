import { expect, it } from "vitest";
import { evidenceOf } from "../../../../extension/page/guard/evidence.ts";
import { assess, readDialledNumber } from "../../../../extension/page/guard/assess.ts";
import { notText } from "../../../../shared/core/text.ts";
import { dialRules } from "../../../../shared/dials/read.ts";
import { lineReading } from "../../../../shared/dials/line.ts";

it("a record holds no half character, whatever a page or a cut leaves: the Worker would refuse it", () => {
  const record = evidenceOf({
    action: "overridden",
    written: "020 7946\0 0958\ud800",
    via: "tel:\udc00",
    assessment: { e164: "+442079460958", decision: { verdict: "blocked", reasons: [] } },
    context: null,
    override: { basis: "service", reason: `${"x".repeat(499)}😀` },
    host: "crm.example.com",
    at: Date.parse("2026-11-27T10:00:00Z"),
  });
  expect(notText(record)).toBeNull();
  expect(record).toMatchObject({
    number: "020 7946 0958",
    via: "tel:\ufffd",
    reason: `${"x".repeat(499)}\ufffd`,
  });
});

const LEEDS = "+441134960001";
it.each([
  ["hyphens before it", `+${"-".repeat(88)}${LEEDS.slice(1)}`],
  ["more hyphens than a record has room for", `+${"-".repeat(120)}${LEEDS.slice(1)}`],
  ["blanks among it", [...LEEDS].join(" ".repeat(40))],
  ["brackets, dots, slashes and dashes", [...LEEDS].join("(.)/–—\u2011 ".repeat(4))],
])("a record has the number that the page read, whatever separates its digits: %s", (_, written) => {
  const { number } = evidenceOf({
    ...{ action: "passed", written, context: null, host: "crm.example.com", at: 0 },
    assessment: { e164: LEEDS, decision: { verdict: "clear", reasons: [] } },
  });
  for (const line of ["GB", "US", "DE"]) {
    expect(lineReading(written, line).e164).toBe(LEEDS);
    expect(lineReading(number, line).e164).toBe(LEEDS);
  }
});

it("what no record could name is not read, and held", () => {
  const rules = {
    ...{ region: "GB", also: [], language: "", dials: dialRules(null) },
    ...{ cities: null, wantCities: () => {} },
    rulings: { notNumbers: [], countries: {}, siteCountry: null },
  };
  const facts = { decide: () => ({ verdict: "clear" as const, reasons: [] }), confirmed: () => true };
  for (const more of [",".repeat(120), `;ext=${"1".repeat(100)}`, ";".repeat(100), "*".repeat(100)])
    for (const written of [LEEDS + more, `+${more}${LEEDS.slice(1)}`]) {
      const read = readDialledNumber(written, rules, { region: "GB", element: null });
      expect(read, written).toEqual({ e164: null, readings: [] });
      const seen = assess({ ...facts, context: () => null }, read, written, "call");
      expect([seen.line.e164, seen.handling]).toEqual([null, "hold"]);
    }
});
