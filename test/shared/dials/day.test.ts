/** No false holds: over the corpora and a simulated day, at most one lawful dial in a thousand is held. */
import { describe, expect, it } from "vitest";
import { judged, notLawful, ringsWhatIsMeant, writtenOf } from "../../bench/dials/day.ts";
import { random } from "../../bench/lists-files.ts";
import { dayOf } from "../../corpus/day.ts";
import { isFound } from "../../corpus/kits.ts";
import { labelledDials } from "../../corpus/labelled.ts";
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

  const labelled = Object.entries(labelledDials(2000)).map(([name, dials]) => {
    const lawful = dials.filter((dial) => ringsWhatIsMeant(dial, writtenOf(dial)));
    return { name, dials, lawful, held: lawful.filter((dial) => judged(dial).handling !== "pass") };
  });
  it("of all that is labelled, what rings the number that is meant passes, but for one in a thousand", () => {
    const least = [700, 900, 900, 20, 100, 30, 80, 3600];
    expect(labelled.map(({ lawful }, i) => lawful.length >= least[i]!)).toEqual(least.map(() => true));
    const held = labelled.flatMap((one) => one.held.map(({ desk, number }) => `${desk}: ${number}`));
    // The name of a blank within; grouped in twos, as in France.
    expect(held).toEqual(["CH: 0041&nbsp;31&nbsp;555&nbsp;00&nbsp;63", "BE: 04 75 00 00 08"]);
    const all = labelled.reduce((sum, { lawful }) => sum + lawful.length, 0);
    expect(held.length).toBeLessThanOrEqual(all / 1000);
  });

  it("a number of the test pages' contacts is found in its text", () => {
    const { lawful } = labelled.at(-1)!;
    expect(lawful.filter((dial) => !isFound(dial)).map(({ number }) => number)).toEqual([]);
  });

  // By libphonenumber and the label alone: what we read decides nothing.
  it.each([
    ["GB", "020 7946 0958", "+442079460958", null],
    ["GB", "+44 (0)20 7946 0958 ext 12", "+442079460958", null],
    ["GB", "\u0660\u0662\u0660 7946 0958", "+442079460958", null],
    ["US", "1-415-555-0134", "+14155550134", null],
    ["PL", "695, 000, 062", "+48695000062", null],
    ["BE", "04 75 00 00 08", "+32475000008", null],
    ["GB", "0171 3920012", null, "open"],
    ["GB", "(415) 555-0134", "+14155550134", "another"],
    ["ZZ", "020 7946 0958", "+442079460958", "another"],
    ["GB", "7700 900123", "+447700900123", "not as dialled"],
    ["PL", "48 603 123 459", "+48603123459", "not as dialled"],
  ])("in %s %s, labelled %s: held rightly as %s", (desk, number, e164, why) => {
    const dial = { desk, also: [], language: "", fields: [], number, e164 };
    expect(notLawful(dial, number)).toBe(why);
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
