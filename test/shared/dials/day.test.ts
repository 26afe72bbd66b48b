/** No false holds: over the corpora and a simulated day, at most one lawful dial in a thousand is held. */
import { describe, expect, it } from "vitest";
import { judged, ringsWhatIsMeant } from "../../bench/dials/day.ts";
import { random } from "../../bench/lists-files.ts";
import { dayOf } from "../../corpus/day.ts";
import { corpus } from "../../corpus/index.ts";
import { isFound, kitDials, recordDials } from "../../corpus/kits.ts";
import { records } from "../../corpus/records.ts";
import { regionDay } from "../../corpus/region-day.ts";
import { regions } from "../../../shared/law/regions.ts";
import { callingCodeOf } from "../../../shared/phone/plans.ts";

describe("at a desk where every number is clear", () => {
  // One company in fifty has its seat abroad, so that its record names another country than its number's.
  it.each(["GB", "DE", "IE"])("in %s a day's dials pass: they ring the number that is meant", (desk) => {
    const held = new Set<string>();
    const DIALS = 5000;
    for (const dial of dayOf(desk, DIALS, random(9), 0.02)) {
      const { handling, written, line, decision } = judged(dial);
      expect(line.e164, `${written} of ${dial.e164}`).toBe(dial.e164);
      if (handling !== "pass")
        held.add(`${written} ${JSON.stringify(dial.fields)} ${decision.reasons[0]!.code}`);
    }
    expect(held.size, [...held].slice(0, 20).join("\n")).toBeLessThanOrEqual(DIALS / 1000);
  });

  it.each(Object.keys(regions))("in %s the lines there are called, extensions and help lines", (region) => {
    const others = Object.keys(regions).filter((other) => callingCodeOf(other) !== callingCodeOf(region));
    const dials = [...regionDay(region, 120, random(3), others)];
    expect(dials.length).toBeGreaterThan(250);
    expect(dials.filter(({ e164 }) => e164 === "").length).toBeGreaterThan(1);
    const held = dials.filter((dial) => judged(dial).handling !== "pass");
    expect(held.map(({ number, address, e164 }) => `${address ?? number} of ${e164}`)).toEqual([]);
  });

  // docs/limits.md: a longer extension, a network's voicemail, directory enquiries, and a 9 for an outside line.
  it.each(["2134", "1571", "118118", "902079460958"])("%s is held, as the limits say", (number) => {
    const dial = { desk: "GB", also: [], language: "en-GB", fields: [], number, e164: null, address: null };
    expect(judged(dial).handling).toBe("hold");
  });

  it("a record's number passes where its digits ring it", () => {
    const lawful = records.filter((record) => ringsWhatIsMeant(record, record.number));
    expect(lawful.length).toBeGreaterThan(20);
    expect(lawful.filter((record) => judged(record).handling !== "pass").map(({ fields }) => fields)).toEqual(
      [],
    );
  });

  it("a number in a text of the corpora passes where its digits ring it", () => {
    const all = Object.values(corpus)
      .flat()
      .flatMap(({ text, region, numbers }) =>
        numbers.map(({ at, e164 }) => ({
          ...{ desk: region, also: [], language: "", fields: [{ label: "", text }], number: at, e164 },
        })),
      )
      .filter((record) => ringsWhatIsMeant(record, record.number));
    expect(all.length).toBeGreaterThan(300);
    const held = all.filter((record) => judged(record).handling !== "pass");
    expect(held.length, held.map(({ number }) => number).join("\n")).toBeLessThanOrEqual(all.length / 1000);
  });

  it("a number of the interface kits' pages passes, by its text and by its link, and is found", () => {
    const lawful = [...kitDials(2000)].filter((dial) => ringsWhatIsMeant(dial, judged(dial).written));
    expect(lawful.length).toBeGreaterThan(3600);
    expect(lawful.filter((dial) => !isFound(dial)).map(({ number }) => number)).toEqual([]);
    expect(lawful.filter((dial) => judged(dial).handling !== "pass").map(({ number }) => number)).toEqual([]);
  });

  it("a number of the layouts of records passes where its digits ring it", () => {
    const lawful = [...recordDials()].filter((dial) => ringsWhatIsMeant(dial, judged(dial).written));
    expect(lawful.length).toBeGreaterThan(40);
    expect(lawful.filter((dial) => judged(dial).handling !== "pass").map(({ number }) => number)).toEqual([]);
  });

  it("and two numbers are held, in the same records: the test can fail", () => {
    const two = records.filter(({ e164, desk, number, fields }) => {
      const said = judged({ desk, also: [], language: "", fields, number, e164 });
      return said.decision.reasons.some(({ code }) => code === "two-numbers");
    });
    expect(two.length).toBeGreaterThan(10);
    for (const record of two) expect(ringsWhatIsMeant(record, record.number), record.number).toBe(false);
  });
});
