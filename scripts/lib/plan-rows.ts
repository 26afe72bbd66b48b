/**
 * Numbering plans from the full metadata of libphonenumber-js, as two tables: what is loaded into every page, with the
 * ranges shortened to their first digits, and the exact ranges by line type. `shared/phone/plan-row.ts` reads the rows.
 *
 * The metadata is read by position (the library's METADATA.md, version 4; the library is pinned).
 */
import { createRequire } from "node:module";
import { regions as law } from "../../shared/law/regions.ts";
import { FIELDS, HEAD } from "../../shared/phone/plan-row.ts";
import { foreignForms } from "../../shared/phone/foreign.ts";
import type { LineType } from "../../shared/phone/line-types.ts";
import { rangesOf } from "./digit-ranges.ts";

type Format = [
  pattern: string,
  format: string,
  leading?: string[] | 0,
  prefixRule?: string | 0,
  prefixOptional?: 0 | 1,
  international?: string,
];
type Row = [
  callingCode: string,
  idd: string,
  pattern: string,
  lengths: number[],
  formats: Format[] | 0 | undefined,
  prefix: string | 0 | undefined,
  prefixRule: string | 0 | undefined,
  prefixForParsing: string | 0 | undefined,
  prefixTransform: string | 0 | undefined,
  prefixOptionalWhenParsing: 0 | 1 | undefined,
  leadingDigits: string | number | undefined,
  types: ([pattern: string, lengths?: number[]] | 0)[] | 0 | undefined,
];
interface Metadata {
  version: number;
  country_calling_codes: Record<string, string[]>;
  countries: Record<string, Row>;
  nonGeographic: Record<string, Row>;
}

/** The library's order of line types. */
const ORDER: readonly LineType[] = [
  ...(["fixed", "mobile", "freephone", "premium", "personal", "voicemail", "uan", "pager"] as const),
  ...(["voip", "shared-cost"] as const),
];

/** Ranges by line type, without those that a code's main region has too. */
function typesOf(row: Row, main: Row): [name: LineType, pattern: string][] {
  const types = row[11] || [];
  const mobile = types[1];
  const known = row === main || main[10] ? [] : typesOf(main, main).map(([, pattern]) => pattern);
  return types.flatMap((type, i): [LineType, string][] => {
    // Without a pattern of their own, mobiles are among the fixed lines.
    const name = i === 0 && (!mobile || mobile[0] === "") ? "fixed-or-mobile" : ORDER[i];
    return name && type && type[0] !== "" && !known.includes(type[0]) ? [[name, type[0]]] : [];
  });
}

/** Digits by which a page tells the ranges of other codes than these. */
const FIRST = 2;
/** Codes of the countries that a company calls most: those of shared/law and of shared/phone/foreign.ts, and some large ones. */
const often = (countries: Metadata["countries"]): Set<string> =>
  new Set([
    ...[...Object.keys(law), ...foreignForms.map(({ region }) => region)].map(
      (region) => countries[region]![0],
    ),
    ...["52", "54", "55"],
  ]);

/** The ranges of all line types: exact where a code is called often, or where they tell its regions from each other. */
const validOf = (row: Row, main: Row, exact: boolean): string =>
  rangesOf(
    typesOf(row, main)
      .map(([, pattern]) => pattern)
      .join("|"),
    exact ? undefined : FIRST,
  );

/** All possible numbers by their first digit, where that is more than the ranges in use have. */
function generalOf(row: Row): string | false {
  const general = rangesOf(row[2], 1);
  return (
    general !==
      rangesOf(
        typesOf(row, row)
          .map(([, pattern]) => pattern)
          .join("|"),
        1,
      ) && general
  );
}

/** Groups of a format: `23,54` for `(\d{2})(\d{3,5})(\d{4})`. */
function groupsOf(pattern: string): string {
  const groups = pattern.replace(/\(\\d(?:\{([\d,]+)\})?\)/g, (_, length = "1") => `-${length}`).slice(1);
  // The reader tells them apart by this alone.
  if (!groups.split("-").every((length) => /^[1-9](?:,(?:1\d|[2-9]))?$/.test(length)))
    throw new Error(`libphonenumber-js: the format ${pattern}`);
  return groups.replaceAll("-", "");
}

/** One way to group numbers: `*` where it is usual without the trunk prefix, the groups, and after `/` the first digits. */
function formatOf(row: Row, [pattern, , leading, rule, optional]: Format): string {
  const bare = !(rule || row[6]) || optional === 1 ? "*" : "";
  return `${bare}${groupsOf(pattern)}${leading && leading.length > 0 ? `/${leading.at(-1)!}` : ""}`;
}

function planRow(region: string, row: Row, main: Row, exact: boolean): string {
  const isMain = row === main;
  const inShort = (pattern: string | number) => String(pattern).replaceAll("(?:", "(").replaceAll("\\d", "#");
  const fields = {
    i: row[1] && row[1] !== "00" && inShort(row[1]),
    t: row[5],
    // Its groups capture.
    p: row[7] && row[7].replaceAll("\\d", "#"),
    x: row[8],
    l: row[10] && inShort(row[10]),
    g: isMain && generalOf(row),
    f: isMain && (row[4] || []).map((format) => inShort(formatOf(row, format))).join(";"),
    v: validOf(row, main, exact),
  };
  const named = Object.entries(fields).flatMap(([name, value]) => (value ? [name + value] : []));
  return [region + row[0], ...named].join(" ");
}

const typeRow = (region: string, row: Row, main: Row): string =>
  [region, row[0], ...typesOf(row, main).map(([name, pattern]) => `${name}=${pattern}`)]
    .join(" ")
    .replaceAll("\\d", "#");

/** Plans that are dialled alike lie side by side: their rows are alike, and compress well. */
const alike = (main: Row): string => [main[5], main[7], main[0].padStart(3)].join(" ");

/** The rows of both tables: codes that are dialled alike together, each one's main region first. */
export function planRows(): { plans: string[]; types: string[] } {
  const data = createRequire(import.meta.url)("libphonenumber-js/max/metadata") as Metadata;
  if (data.version !== 4) throw new Error(`libphonenumber-js: metadata of version ${data.version}`);
  const exact = often(data.countries);
  const all = [
    ...Object.values(data.country_calling_codes).flatMap((regions) =>
      regions.map((region) => ({
        ...{ region, row: data.countries[region]!, main: data.countries[regions[0]!]! },
        shared: regions.length > 1,
      })),
    ),
    ...Object.values(data.nonGeographic).map((row) => ({ region: "-", row, main: row, shared: false })),
  ].sort((a, b) => (alike(a.main) < alike(b.main) ? -1 : Number(alike(a.main) > alike(b.main))));
  return {
    plans: all.map(({ region, row, main, shared }) =>
      planRow(region, row, main, shared || exact.has(row[0])),
    ),
    types: all.map(({ region, row, main }) => typeRow(region, row, main)),
  };
}

const SET = /\[[\d-]+\]/g;
/** Letters that stand for sets of digits. */
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * Packs the rows of plans, a fifth of what a page loads: field by field, as those of all plans are alike, and with a letter
 * for each set of digits that is there often. `sets`: what the letters stand for, in their order. `heads`: region and code
 * of each row, without a code where it is the next, `.` where it is the same again. `fields`: one text for each field, with
 * a line for each row.
 */
export function packed(rows: readonly string[]): { sets: string[]; heads: string; fields: string[] } {
  if (rows.some((row) => /[a-z]/i.test(row.replace(/(?:^| )[a-z]|^[A-Z]{2}/g, ""))))
    throw new Error("A row of the plans has letters of its own");
  const often = new Map<string, number>();
  for (const row of rows) for (const [set] of row.matchAll(SET)) often.set(set, (often.get(set) ?? 0) + 1);
  const sets = [...often]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, LETTERS.length)
    .map(([set]) => set);
  const short = (text: string) => text.replace(SET, (set) => LETTERS[sets.indexOf(set)] ?? set);
  const fields = [...FIELDS].map((name) =>
    rows
      .map((row) => {
        const [, ...named] = row.split(" ");
        return short(named.find((field) => field.startsWith(name))?.slice(1) ?? "");
      })
      .join("\n"),
  );
  let before = 0;
  const heads = rows.map((row) => {
    const [, region, digits] = HEAD.exec(row)!;
    const [code, step] = [Number(digits), Number(digits) - before];
    before = code;
    return `${region}${step === 0 ? "." : step === 1 ? "" : code}`;
  });
  return { sets: sets.map((set) => set.slice(1, -1)), heads: heads.join(""), fields };
}
