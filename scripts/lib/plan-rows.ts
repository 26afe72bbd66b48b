/**
 * Numbering plans from the full metadata of libphonenumber-js: what shared/phone needs of it, and no more, as it is
 * loaded into every page. `shared/phone/plan-row.ts` reads these rows again.
 *
 * The metadata is read by position (the library's METADATA.md, version 4; the library is pinned).
 */
import { createRequire } from "node:module";
import type { LineType } from "../../shared/phone/line-types.ts";

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
  leadingDigits: string | 0 | undefined,
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

/** Ranges by line type: `fixed=2\d{8}`. */
function typesOf(row: Row): string[] {
  const types = row[11] || [];
  const mobile = types[1];
  return types.flatMap((type, i) => {
    // Without a pattern of their own, mobiles are among the fixed lines.
    const name = i === 0 && (!mobile || mobile[0] === "") ? "fixed-or-mobile" : ORDER[i];
    return name && type && type[0] !== "" ? [`${name}=${type[0]}`] : [];
  });
}

/** Groups of a format: `2-3,5-4` for `(\d{2})(\d{3,5})(\d{4})`. */
function groupsOf(pattern: string): string {
  const groups = pattern.replace(/\(\\d(?:\{([\d,]+)\})?\)/g, (_, length = "1") => `-${length}`).slice(1);
  if (!/^[\d,-]+$/.test(groups)) throw new Error(`libphonenumber-js: the format ${pattern}`);
  return groups;
}

/** One way to group numbers: `*` where it is usual without the trunk prefix, the groups, and after `/` the first digits. */
function formatOf(row: Row, [pattern, , leading, rule, optional]: Format): string {
  const bare = !(rule || row[6]) || optional === 1 ? "*" : "";
  return `${bare}${groupsOf(pattern)}${leading && leading.length > 0 ? `/${leading.at(-1)!}` : ""}`;
}

function planRow(region: string, row: Row, isMain: boolean): string {
  const formats = isMain ? (row[4] || []).map((format) => formatOf(row, format)).join(";") : "";
  const fields = {
    idd: row[1] !== "00" && row[1],
    trunk: row[5],
    prefix: row[7],
    transform: row[8],
    leading: row[10],
    general: isMain && row[2],
    formats,
  };
  return [
    region,
    row[0],
    row[3].join(),
    ...Object.entries(fields).flatMap(([name, value]) => (value ? [`${name}=${value}`] : [])),
    ...typesOf(row),
  ]
    .join(" ")
    .replaceAll("\\d", "#");
}

/** All plans, by calling code, the code's main region first. */
export function planRows(): string[] {
  const data = createRequire(import.meta.url)("libphonenumber-js/max/metadata") as Metadata;
  if (data.version !== 4) throw new Error(`libphonenumber-js: metadata of version ${data.version}`);
  return [
    ...Object.values(data.country_calling_codes).flatMap((regions) =>
      regions.map((region, i) => planRow(region, data.countries[region]!, i === 0)),
    ),
    ...Object.values(data.nonGeographic).map((row) => planRow("-", row, true)),
  ];
}
