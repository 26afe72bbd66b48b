import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveCountry } from "../../../shared/country/country.ts";
import { allCities } from "../../../shared/country/all-cities.ts";
import { placesIn } from "../../../shared/country/places.ts";
import { findPhones, toE164 } from "../../../shared/phone/phone.ts";
import { type Record, records } from "../../corpus/records.ts";

const decide = ({ number, fields, desk, also, language }: Record) =>
  resolveCountry(number, toE164(number, desk), { region: desk, also, language }, () =>
    placesIn(fields, language, allCities),
  );

const say = ({ fields }: Record) =>
  fields.map((f) => (f.label ? `${f.label}: ${f.text}` : f.text)).join(" | ");

const british = { region: "GB", also: [], language: "en-GB" };
const at = (written: string, ...fields: [label: string, text: string][]) =>
  resolveCountry(written, toE164(written, "GB"), british, () =>
    placesIn(
      fields.map(([label, text]) => ({ label, text })),
      "en-GB",
      allCities,
    ),
  );

describe("the country of a number without a code", () => {
  it("is never a wrong one, and open only where two countries have as good a claim", () => {
    expect(records.length).toBeGreaterThan(150);
    const differ = records.filter((r) => decide(r).e164 !== r.e164);
    expect(differ.map((r) => [say(r), decide(r).e164])).toEqual([
      // One digit short of a British number, under a policy that also calls Ireland.
      ["Sean | 087 123 4567", null],
    ]);
  });

  it.each([
    ["+1 415 555 0134", [["Country", "Germany"]], "code"],
    ["0049 30 23125123", [["Country", "France"]], "code"],
    ["4155550134", [["Country", "United States"]], "record"],
    ["(415) 555-0134", [["City", "Leeds"]], "form"],
    ["07700 900123", [["City", "Leeds"]], "policy"],
  ] as [string, [string, string][], string][])("%s beside %j goes by its %s", (written, fields, by) => {
    expect(at(written, ...fields).by).toBe(by);
  });

  it("goes by what a text names before it, but for what its record names", () => {
    const written = "01 9346 118";
    const [read] = findPhones(`Vienna (Austria): ${written}`, "IT");
    const hints = { region: "IT", also: [], language: "it" };
    const beside = (...countries: string[]) =>
      resolveCountry(written, read!, hints, () => ({ countries, cities: [] }));
    expect(beside()).toEqual({ e164: "+4319346118", by: "record" });
    expect(beside("IT").e164).not.toBe("+4319346118");
  });

  it("keeps the extension", () => {
    expect(at("4155550134 x12", ["Country", "USA"])).toEqual({
      e164: "+14155550134",
      ext: "12",
      by: "record",
    });
  });

  it("is asked for where a record names two, and both would do", () => {
    const { e164, readings } = at("0261911234", ["Country", "Germany"], ["Country", "France"]);
    expect(e164).toBeNull();
    expect(readings?.toSorted()).toEqual(["+33261911234", "+49261911234"]);
  });

  it("goes by the policy's other regions only where the desk's own leaves it open", () => {
    const also = { ...british, also: ["US", "DE"] };
    expect(resolveCountry("4155550134", toE164("4155550134", "GB"), also)).toMatchObject({
      e164: "+14155550134",
      by: "policy",
    });
    expect(resolveCountry("020 7946 0958", toE164("020 7946 0958", "GB"), also).e164).toBe("+442079460958");
  });

  it("goes by no page in English: all software speaks it", () => {
    const american = { ...british, language: "en-US" };
    expect(resolveCountry("4155550134", toE164("4155550134", "GB"), american).e164).toBeNull();
  });
});

it("a line's name is no city of Alabama", () => {
  expect(at("4155550302", ["", "Mobile"])).toEqual(at("4155550302", ["", "Phone"]));
  expect(at("4155550302", ["", "Birmingham, Alabama"]).e164).toBe("+14155550302");
});

describe("while the table of cities is not here", () => {
  const before = ({ number, fields, desk, also, language }: Record) =>
    resolveCountry(number, toE164(number, desk), { region: desk, also, language }, () =>
      placesIn(fields, language, null),
    );

  it("every number is as it will be, or open with that reading: none is settled otherwise", () => {
    const open = records.filter((r) => before(r).e164 === null && decide(r).e164 !== null);
    expect(open.length).toBeGreaterThan(10);
    for (const record of records) {
      const [now, then] = [before(record), decide(record)];
      if (now.e164 !== null) expect([say(record), now]).toEqual([say(record), then]);
      else if (then.by === "policy" || then.by === "form")
        expect([say(record), now.readings]).toEqual([say(record), expect.arrayContaining([then.e164])]);
    }
  });

  it("numbers that need no city do not wait", () => {
    const read = (written: string, text: string) =>
      resolveCountry(written, toE164(written, "GB"), british, () =>
        placesIn([{ label: "City", text }], "en-GB", null),
      );
    expect(read("07700 900123", "Leeds").by).toBe("policy");
    expect(read("4155550134", "USA").by).toBe("record");
    // Whether Austin is a city of Texas: its country would outrank the desk's grouping.
    expect(read("07700 900123", "Austin, TX").by).toBeUndefined();
  });
});

describe("whatever a record says", () => {
  const words = fc.constantFrom(
    ...[
      "Germany",
      "Berlin",
      "Country",
      "US",
      "🇫🇷",
      "Paris, France",
      "Austin, TX 78701",
      "SW1A 1AA",
      "Jordan",
      ",;|",
      "",
    ],
  );
  const field = fc.record({ label: fc.oneof(words, fc.string()), text: fc.oneof(words, fc.string()) });
  const written = fc.constantFrom(...records.map((r) => r.number));

  it("nothing is read that some country's desk would not read, and a code is never overruled", () => {
    fc.assert(
      fc.property(written, fc.array(field, { maxLength: 6 }), (number, fields) => {
        const read = toE164(number, "GB");
        const { e164, readings } = resolveCountry(number, read, british, () =>
          placesIn(fields, "en", allCities),
        );
        const digits = number.replace(/\D/g, "").replace(/^0/, "");
        for (const n of e164 === null ? (readings ?? []) : [e164])
          expect(n).toMatch(new RegExp(`0?${digits.slice(-7)}$`));
        if (read.by === "code") expect(e164).toBe(read.e164);
        expect(e164 !== null || (readings ?? []).length > 0).toBe(true);
      }),
    );
  });
});
