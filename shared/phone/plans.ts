/**
 * Numbering plans, read from libphonenumber-js's small metadata. The library's own parser is left out: it compiles
 * its patterns anew for every number, and a page holds thousands.
 *
 * The rows are used by position (METADATA.md of the library, version 4); the library is pinned and a test compares
 * these readings with its parser.
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

/** A national (significant) number under its calling code. */
export interface National {
  code: string;
  nsn: string;
}

export interface Shape {
  pattern: RegExp;
  leading: RegExp | null;
  international: string;
  /** True where the national form is written without the trunk prefix as a rule. */
  bare: boolean;
}

/** What one calling code's numbers look like. */
export interface Plan {
  code: string;
  /** Regions that share the code, the main one first; none for +800 and its like. */
  regions: string[];
  valid: RegExp;
  lengths: number[];
  /** Lengths differ so much that a shorter number is no evidence that it is whole. */
  variable: boolean;
  shapes: Shape[];
}

/** How one region writes its own numbers. */
interface Home {
  code: string;
  idd: RegExp;
  /** The trunk prefix, as it is written. */
  trunk: string;
  prefix: RegExp | null;
  transform: string;
  /** The general form, without the ranges that are in use. */
  general: RegExp;
}

/** Ofcom's ranges for drama: no line will ever have them, and people and tests write them as numbers. */
const FICTIONAL =
  /^(?:1(?:1[3-8]|[2-6]1)4960\d{3}|2079460\d{3}|1914980\d{3}|2890180\d{3}|2920180\d{3}|7700900\d{3}|8081570\d{3}|9098790\d{3}|3069990\d{3}|1632960\d{3})$/;

const whole = (patterns: string[]) => new RegExp(`^(?:${patterns.join("|")})$`);

const plans = new Map<string, Plan | null>();
const homes = new Map<string, Home | null>();
const regionPatterns = new Map<string, RegExp>();

/**
 * A row's patterns: by kind of line where regions share a code (they are exact), else the general one. A region that
 * is told by its leading digits owns these alone.
 */
function patternOf(row: Row): string {
  const types = (row[11] || []).flatMap((t) => (t && t[0] ? [t[0]] : []));
  const pattern = types.length > 0 ? types.join("|") : row[2];
  return row[10] ? `(?=${row[10]})(?:${pattern})` : pattern;
}

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

export const callingCodeOf = (region: string): string | null => homeOf(region)?.code ?? null;

export const trunkOf = (region: string): string => homeOf(region)?.trunk ?? "";

/** E.164 ends at fifteen digits; some plans' patterns do not. */
const fits = ({ code, nsn }: National) => code.length + nsn.length <= 15;

export const isFictional = ({ code, nsn }: National): boolean => code === "44" && FICTIONAL.test(nsn);

export function isValid(number: National): boolean {
  const { code, nsn } = number;
  const plan = planOf(code);
  if (!plan || !plan.lengths.includes(nsn.length) || !fits(number)) return false;
  return plan.valid.test(nsn) || isFictional(number);
}

export const isPossible = (number: National): boolean =>
  fits(number) && (planOf(number.code)?.lengths.includes(number.nsn.length) ?? false);

/** Whether a region might give out such a number one day, or did and the metadata lags behind. */
export function isConceivable(nsn: string, region: string): boolean {
  const home = homeOf(region);
  return home !== null && home.general.test(nsn) && fits({ code: home.code, nsn });
}

/** Splits the digits after a plus (or an international prefix) into calling code and number, unchecked. */
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

/** Without the region's trunk prefix; null where the digits bear none. */
function strip(digits: string, region: string): string | null {
  const home = homeOf(region);
  const match = home?.prefix?.exec(digits);
  if (!home?.prefix || !match || match[0] === "") return null;
  // A prefix pattern may capture: the last group is the number, or an area code to be put before it.
  return home.transform && match.length > 1 && match[match.length - 1] !== undefined
    ? digits.replace(home.prefix, home.transform)
    : digits.slice(match[0].length);
}

/** Digits after the region's own prefix for calls abroad (00, 011); null where there is none. */
export function afterIdd(digits: string, region: string): string | null {
  const match = homeOf(region)?.idd.exec(digits);
  if (match) return digits.slice(match[0].length);
  return digits.startsWith("00") ? digits.slice(2) : null;
}

/** The two ways in which digits can be a national number: after the trunk prefix, and as they stand. */
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

/** The way its plan groups a number, or null where it has none. */
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
  // What is left of +44 is not in use: the Crown dependencies' by its area code, else the United Kingdom's.
  return number.code === "44" ? (islands[number.nsn.slice(0, 4)] ?? "GB") : null;
}
