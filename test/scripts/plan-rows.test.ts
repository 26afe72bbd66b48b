/** The packed plans, read again, beside the metadata that they were made from: every region and every code. */
import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { regions as law } from "../../shared/law/regions.ts";
import { foreignForms } from "../../shared/phone/foreign.ts";
import { planRow, wholeOf } from "../../shared/phone/plan-row.ts";
import { digitSets, planRows } from "../../shared/phone/plans-table.ts";

type Row = [code: string, idd: string, general: string, lengths: number[], ...rest: unknown[]];
const metadata = createRequire(import.meta.url)("libphonenumber-js/max/metadata") as {
  country_calling_codes: Record<string, string[]>;
  countries: Record<string, Row>;
  nonGeographic: Record<string, Row>;
};
/** The patterns of all line types. */
const typesOf = (row: Row): string[] =>
  ((row[11] ?? []) as ([string] | 0)[]).flatMap((type) => (type && type[0] !== "" ? [type[0]] : []));

const rows = planRows
  .map((row) => planRow(row, digitSets))
  .map((plan) => {
    const theirs =
      plan.region === "-" ? metadata.nonGeographic[plan.code]! : metadata.countries[plan.region]!;
    const [main] = metadata.country_calling_codes[plan.code] ?? [];
    return {
      name: `${plan.region} +${plan.code}`,
      plan,
      theirs,
      isMain: main === undefined || main === plan.region,
    };
  });
/** Codes whose ranges are exact, beside those that regions share. */
const often = new Set([
  ...["52", "54", "55"],
  ...[...Object.keys(law), ...foreignForms.map(({ region }) => region)].map(
    (region) => metadata.countries[region]![0],
  ),
]);
const isExact = (code: string) => often.has(code) || (metadata.country_calling_codes[code] ?? []).length > 1;

const of = (pattern: RegExp, count: number) =>
  fc.sample(fc.stringMatching(pattern), { seed: 1, numRuns: count });
/** The number with another digit at each place, one digit fewer and one more. */
const near = (number: string): string[] => [
  ...[...number].map(
    (d, i) => number.slice(0, i) + String((Number(d) + 1 + (i % 8)) % 10) + number.slice(i + 1),
  ),
  number.slice(0, -1),
  `${number}0`,
];

it("has every region and every code", () => {
  const all = [
    ...Object.keys(metadata.countries).map((region) => `${region} +${metadata.countries[region]![0]}`),
    ...Object.keys(metadata.nonGeographic).map((code) => `- +${code}`),
  ];
  expect(rows.map(({ name }) => name).sort()).toEqual(all.sort());
});

describe.each(rows)("$name", ({ plan, theirs, isMain }) => {
  const ours = wholeOf([plan.valid]);
  const types = typesOf(theirs).map((pattern) => new RegExp(`^(?:${pattern})$`));
  const numbers = types.flatMap((type) => of(type, 12));

  it("has the numbers of all its line types, and no others than it may", () => {
    const main = metadata.countries[metadata.country_calling_codes[plan.code]?.[0] ?? ""];
    const mains = isMain || !main ? [] : typesOf(main);
    // A region that shares its code has no ranges of the main region.
    const own = numbers.filter((n) => !mains.some((pattern) => new RegExp(`^(?:${pattern})$`).test(n)));
    expect(own.filter((n) => !ours.test(n))).toEqual([]);
    if (!isExact(plan.code)) {
      // To two digits: what follows them changes nothing.
      const turned = numbers.map((n) => n.slice(0, 2) + "0".repeat(n.length - 2));
      return expect(turned.filter((n) => !ours.test(n))).toEqual([]);
    }
    const wrong = numbers.flatMap(near).filter((n) => ours.test(n) && !types.some((type) => type.test(n)));
    expect(wrong).toEqual([]);
  });

  it("has the possible numbers, by their first digit and length", () => {
    if (!isMain) return expect(plan.formats).toEqual([]);
    const general = wholeOf([plan.general()]);
    const possible = of(new RegExp(`^(?:${theirs[2]})$`), 60);
    expect(possible.filter((n) => !general.test(n))).toEqual([]);
    const lengths = (metadata.country_calling_codes[plan.code] ?? []).flatMap(
      (r) => metadata.countries[r]![3],
    );
    expect(new Set(plan.lengths)).toEqual(new Set(lengths.length > 0 ? lengths : theirs[3]));
    const firsts = new Set(of(new RegExp(`^(?:${theirs[2]})$`), 1000).map(([first]) => first));
    const ours = [..."0123456789"].filter((d) => plan.lengths.some((n) => general.test(d.padEnd(n, "5"))));
    expect(new Set(ours)).toEqual(firsts);
  });
});
