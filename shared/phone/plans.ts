/**
 * Numbering plans, from the small metadata of libphonenumber-js. Its parser is not used: it compiles its patterns again
 * for every number, and a page has thousands.
 *
 * The rows are read by position (the library's METADATA.md, version 4). The library is pinned, and a test compares our
 * readings with its parser's.
 */
import json from "libphonenumber-js/min/metadata";

type Format = [
  pattern: string,
  format: string,
  leading?: string[],
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

const metadata = json as unknown as {
  country_calling_codes: Record<string, string[]>;
  countries: Record<string, Row>;
  nonGeographic: Record<string, Row>;
};

/** A national (significant) number, and its calling code. */
export interface National {
  code: string;
  nsn: string;
}

/** One way in which a plan groups numbers. */
export interface Shape {
  pattern: RegExp;
  leading: RegExp | null;
  international: string;
  /** True where the national form is usually written without the trunk prefix. */
  bare: boolean;
}

/** The numbering plan of one calling code. */
export interface Plan {
  code: string;
  /** Regions that share the code, the main one first; empty for +800 and the like. */
  regions: string[];
  valid: RegExp;
  lengths: number[];
  /** Lengths vary so much that any length may be complete. */
  variable: boolean;
  shapes: Shape[];
}

/** How one region writes its own numbers. */
interface Home {
  code: string;
  idd: RegExp;
  /** The trunk prefix as it is written, such as `0`; empty where there is none. */
  trunk: string;
  prefix: RegExp | null;
  transform: string;
  /** All national numbers, in use or not. */
  general: RegExp;
}

/** Ofcom's numbers for TV and radio drama. No line will have them, but samples and tests write them as numbers. */
const FICTIONAL =
  /^(?:1(?:1[3-8]|[2-6]1)4960\d{3}|2079460\d{3}|1914980\d{3}|2890180\d{3}|2920180\d{3}|7700900\d{3}|8081570\d{3}|9098790\d{3}|3069990\d{3}|1632960\d{3})$/;

const whole = (patterns: string[]) => new RegExp(`^(?:${patterns.join("|")})$`);

const plans = new Map<string, Plan | null>();
const homes = new Map<string, Home | null>();
const regionPatterns = new Map<string, RegExp>();

/**
 * The pattern of a row's numbers: the exact ones by kind of line where the row has them, else the general one. A region
 * with leading digits of its own in a shared code has only numbers with these.
 */
function patternOf(row: Row): string {
  const types = (row[11] || []).flatMap((t) => (t && t[0] ? [t[0]] : []));
  const pattern = types.length > 0 ? types.join("|") : row[2];
  return row[10] ? `(?=${row[10]})(?:${pattern})` : pattern;
}

/** The plan of a calling code (`44`); null where no such code is in use. */
export function planOf(code: string): Plan | null {
  let plan = plans.get(code);
  if (plan === undefined) plans.set(code, (plan = makePlan(code)));
  return plan;
}

function makePlan(code: string): Plan | null {
  const regions = Object.hasOwn(metadata.country_calling_codes, code)
    ? metadata.country_calling_codes[code]!
    : [];
  const rows =
    regions.length > 0 ? regions.map((r) => metadata.countries[r]!) : [metadata.nonGeographic[code]];
  const main = rows[0];
  if (!main) return null;
  const lengths = [...new Set(rows.flatMap((row) => row?.[3] ?? []))];
  return {
    code,
    regions,
    valid: whole(rows.flatMap((row) => (row ? [patternOf(row)] : []))),
    lengths,
    variable: lengths.length > 3,
    shapes: (main[4] || []).map((f) => ({
      pattern: whole([f[0]]),
      leading: f[2]?.length ? new RegExp(`^(?:${f[2].at(-1)!})`) : null,
      international: f[5] ?? f[1],
      bare: !(f[3] || main[6]) || f[4] === 1,
    })),
  };
}

function homeOf(region: string): Home | null {
  let home = homes.get(region);
  if (home === undefined) homes.set(region, (home = makeHome(region)));
  return home;
}

function makeHome(region: string): Home | null {
  const row = Object.hasOwn(metadata.countries, region) ? metadata.countries[region] : undefined;
  if (!row) return null;
  const prefix = row[7] || row[5];
  return {
    code: row[0],
    idd: new RegExp(`^(?:${row[1]})`),
    trunk: row[5] || "",
    prefix: prefix ? new RegExp(`^(?:${prefix})`) : null,
    transform: row[8] || "",
    general: whole([row[2]]),
  };
}

/** The calling code of a region, such as `44`; null for an unknown region. */
export const callingCodeOf = (region: string): string | null => homeOf(region)?.code ?? null;

/** The trunk prefix of a region, such as `0`; empty where it has none. */
export const trunkOf = (region: string): string => homeOf(region)?.trunk ?? "";

/** E.164 allows fifteen digits; some plans' patterns allow more. */
const fits = ({ code, nsn }: National) => code.length + nsn.length <= 15;

/** True for a number that Ofcom keeps for drama. */
export const isFictional = ({ code, nsn }: National): boolean => code === "44" && FICTIONAL.test(nsn);

/** True for a number in a range that is in use. */
export function isValid(number: National): boolean {
  const { code, nsn } = number;
  const plan = planOf(code);
  if (!plan || !plan.lengths.includes(nsn.length) || !fits(number)) return false;
  return plan.valid.test(nsn) || isFictional(number);
}

/** True for a number of a length that its plan has, whatever its range. */
export const isPossible = (number: National): boolean =>
  fits(number) && (planOf(number.code)?.lengths.includes(number.nsn.length) ?? false);

/** True for a number that the region may assign one day, or did since the metadata was made. */
export function isConceivable(nsn: string, region: string): boolean {
  const home = homeOf(region);
  return home !== null && home.general.test(nsn) && fits({ code: home.code, nsn });
}

/** Splits the digits after a plus or an international prefix into calling code and number. Does not check the number. */
export function splitCode(digits: string): National | null {
  for (let n = 1; n <= 3; n++) {
    const code = digits.slice(0, n);
    if (planOf(code)) {
      const nsn = digits.slice(n);
      // People write the trunk prefix after the calling code: +44 (0)20.
      const main = planOf(code)?.regions[0];
      const stripped = main === undefined ? null : strip(nsn, main);
      if (
        stripped !== null &&
        (isValid({ code, nsn: stripped }) || !isValid({ code, nsn })) &&
        stripped !== ""
      )
        return isPossible({ code, nsn: stripped }) ? { code, nsn: stripped } : { code, nsn };
      return { code, nsn };
    }
  }
  return null;
}

/** The digits without the region's trunk prefix; null where they have none. */
export function strip(digits: string, region: string): string | null {
  const home = homeOf(region);
  const match = home?.prefix?.exec(digits);
  if (!home?.prefix || !match || match[0] === "") return null;
  // A prefix pattern may capture the number, or an area code that goes before it, as its last group.
  return home.transform && match.length > 1 && match[match.length - 1] !== undefined
    ? digits.replace(home.prefix, home.transform)
    : digits.slice(match[0].length);
}

/** The digits after the region's international prefix (00, 011); null where they have none. */
export function afterIdd(digits: string, region: string): string | null {
  const match = homeOf(region)?.idd.exec(digits);
  if (match) return digits.slice(match[0].length);
  return digits.startsWith("00") ? digits.slice(2) : null;
}

/** The two ways in which digits can be a national number: after the trunk prefix, and as they are. Null where not valid. */
export function nationals(digits: string, region: string): { trunk: National | null; bare: National | null } {
  const code = callingCodeOf(region);
  if (code === null) return { trunk: null, bare: null };
  const stripped = strip(digits, region);
  const trunk = stripped === null ? null : { code, nsn: stripped };
  return {
    trunk: trunk && isValid(trunk) ? trunk : null,
    bare: isValid({ code, nsn: digits }) ? { code, nsn: digits } : null,
  };
}

/** The way in which its plan groups a number; null where it has none. */
export function shapeOf({ code, nsn }: National): { shape: Shape; groups: string[] } | null {
  for (const shape of planOf(code)?.shapes ?? []) {
    if (shape.leading && !shape.leading.test(nsn)) continue;
    const match = shape.pattern.exec(nsn);
    if (match) return { shape, groups: match.slice(1) };
  }
  return null;
}

const islands: Record<string, string> = { 1481: "GG", 1534: "JE", 1624: "IM" };

/** The region of a number, among those that share its calling code. */
export function regionOfNational(number: National): string | null {
  const regions = planOf(number.code)?.regions ?? [];
  if (regions.length < 2) return regions[0] ?? null;
  for (const region of regions) {
    const row = metadata.countries[region]!;
    let pattern = regionPatterns.get(region);
    if (!pattern)
      regionPatterns.set(
        region,
        (pattern = row[10] ? new RegExp(`^(?:${row[10]})`) : whole([patternOf(row)])),
      );
    if (pattern.test(number.nsn)) return region;
  }
  // Other numbers of +44 are not in use: of a Crown dependency by the area code, else of the United Kingdom.
  return number.code === "44" ? (islands[number.nsn.slice(0, 4)] ?? "GB") : null;
}
