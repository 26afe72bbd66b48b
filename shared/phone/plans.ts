/** Numbering plans: which numbers there are, and how they are grouped and dialled. */
import { isFictionalInGB, type Standing, standingOf } from "./gb.ts";
import { HEAD, planRow, type PlanRow, wholeOf } from "./plan-row.ts";
import { digitSets, planRows } from "./plans-table.ts";

/** The rows of each calling code, the main region first, and of each region; read when they are first needed. */
const rowsByCode = new Map<string, string[]>();
const rowByRegion = new Map<string, string>();
for (const row of planRows) {
  const [, region = "", code = ""] = HEAD.exec(row)!;
  const rows = rowsByCode.get(code);
  if (rows) rows.push(row);
  else rowsByCode.set(code, [row]);
  rowByRegion.set(region, row);
}

/** A national (significant) number, and its calling code. */
export interface National {
  code: string;
  nsn: string;
}

/** One way in which a plan groups numbers. */
export interface Shape {
  pattern: RegExp;
  leading: RegExp | null;
  /** True where the national form is usually written without the trunk prefix. */
  bare: boolean;
}

/** The numbering plan of one calling code. */
export interface Plan {
  code: string;
  /** Regions that share the code, the main one first; empty for +800 and the like. */
  regions: string[];
  /** The ranges that the table has, of all line types. */
  valid: RegExp;
  /** All numbers that are possible, in use or not. */
  general: () => RegExp;
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
}

/**
 * Numbers for fiction outside the United Kingdom that the plans have no range for: ARCEP's mobiles (06 39 98), ComReg's
 * 020 91. No line will have them, but samples and tests write them as numbers.
 */
const FICTIONAL: Readonly<Record<string, RegExp>> = { 33: /^63998\d{4}$/, 353: /^2091\d{5}$/ };

const plans = new Map<string, Plan | null>();
const homes = new Map<string, Home | null>();
const regionPatterns = new Map<string, RegExp>();

/** A region with leading digits of its own in a shared code has only numbers with these. */
const led = ({ leading }: PlanRow, pattern: string) => (leading ? `(?=${leading})(?:${pattern})` : pattern);

const patternOf = (row: PlanRow): string => led(row, row.valid);

const rowsOf = (code: string): PlanRow[] =>
  (rowsByCode.get(code) ?? []).map((row) => planRow(row, digitSets));

/** The plan of a calling code (`44`); null where no such code is in use. */
export function planOf(code: string): Plan | null {
  let plan = plans.get(code);
  if (plan === undefined) plans.set(code, (plan = makePlan(code)));
  return plan;
}

function makePlan(code: string): Plan | null {
  const rows = rowsOf(code);
  const main = rows[0];
  if (!main) return null;
  const { lengths } = main;
  let general: RegExp | undefined;
  return {
    code,
    regions: rows.map(({ region }) => region).filter((region) => region !== "-"),
    valid: wholeOf(rows.map(patternOf)),
    general: () => (general ??= wholeOf([main.general()])),
    lengths,
    variable: lengths.length > 3,
    shapes: main.formats.map(({ pattern, leading, bare }) => ({
      pattern: wholeOf([pattern]),
      leading: leading ? new RegExp(`^(?:${leading})`) : null,
      bare,
    })),
  };
}

function homeOf(region: string): Home | null {
  let home = homes.get(region);
  if (home === undefined) homes.set(region, (home = makeHome(region)));
  return home;
}

function makeHome(region: string): Home | null {
  const row = region === "-" ? undefined : rowByRegion.get(region);
  if (row === undefined) return null;
  const { code, idd, trunk, prefix, transform } = planRow(row, digitSets);
  const before = prefix || trunk;
  return {
    code,
    idd: new RegExp(`^(?:${idd})`),
    trunk,
    prefix: before ? new RegExp(`^(?:${before})`) : null,
    transform,
  };
}

/** The calling code of a region, such as `44`; null for an unknown region. */
export const callingCodeOf = (region: string): string | null => homeOf(region)?.code ?? null;

/** The trunk prefix of a region, such as `0`; empty where it has none. */
export const trunkOf = (region: string): string => homeOf(region)?.trunk ?? "";

/** E.164 allows fifteen digits; some plans' patterns allow more. */
const fits = ({ code, nsn }: National) => code.length + nsn.length <= 15;

/** True for a number that a regulator keeps for fiction. */
export const isFictional = ({ code, nsn }: National): boolean =>
  code === "44" ? isFictionalInGB(nsn) : (FICTIONAL[code]?.test(nsn) ?? false);

/** True for a number that libphonenumber's ranges have: wider than the plan in the United Kingdom. */
export function isListed(number: National): boolean {
  const { code, nsn } = number;
  const plan = planOf(code);
  if (!plan || !plan.lengths.includes(nsn.length) || !fits(number)) return false;
  return plan.valid.test(nsn) || isFictional(number);
}

/** Whether the range of a listed number is in use. */
export const standing = ({ code, nsn }: National): Standing => (code === "44" ? standingOf(nsn) : "open");

/** True for a number in a range that is in use, of any line type. */
export const isValid = (number: National): boolean => isListed(number) && standing(number) !== "closed";

/** True for a number of a length that its plan has, whatever its range. */
export const isPossible = (number: National): boolean =>
  fits(number) && (planOf(number.code)?.lengths.includes(number.nsn.length) ?? false);

/** True for a number that its plan may assign one day, or did since the table was made. */
export const isConceivable = (number: National): boolean =>
  fits(number) && (planOf(number.code)?.general().test(number.nsn) ?? false);

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

/**
 * National numbers that belong to another calling code: Northern Ireland's as Ireland dials them (048), San Marino's as
 * Italy does, Singapore's and Malaysia's as each other's, and the French ones overseas (Réunion, Mayotte, Guadeloupe,
 * Guiana, Martinique, Saint-Pierre and Miquelon). docs/sources.md has the sources. What matches is replaced.
 */
const ELSEWHERE: Readonly<Record<string, readonly [national: RegExp, code: string, instead: string][]>> = {
  IE: [[/^48(?=\d{8}$)/, "44", "28"]],
  FR: [
    [/^(?=(?:262|263|269|639(?!98)|69[23])\d{6}$)/, "262", ""],
    [/^(?=(?:590|69[01])\d{6}$)/, "590", ""],
    [/^(?=[56]94\d{6}$)/, "594", ""],
    [/^(?=(?:596|69[67])\d{6}$)/, "596", ""],
    [/^508(?=\d{6}$)/, "508", ""],
    [/^(?=7084[0-5]\d{4}$|7085[0-6]\d{4}$)/, "508", ""],
    [/^(?=7090[0-4]\d{4}$)/, "590", ""],
    [/^(?=7092[0-3]\d{4}$)/, "262", ""],
  ],
  IT: [[/^(?=0549\d{6}$)/, "378", ""]],
  MY: [[/^2(?=[3689]\d{7}$)/, "65", ""]],
  SG: [[/^020(?=[1-9]\d{7,9}$)/, "60", ""]],
};

/** The number that a region's national digits, without the trunk prefix, are: of its own code, or of another's. */
export function nationalOf(nsn: string, region: string): National | null {
  const code = callingCodeOf(region);
  if (code === null) return null;
  const row = ELSEWHERE[region]?.find(([national]) => national.test(nsn));
  return row ? { code: row[1], nsn: nsn.replace(row[0], row[2]) } : { code, nsn };
}

/** The digits after the region's international prefix (00, 011); null where they have none. */
export function afterIdd(digits: string, region: string): string | null {
  const match = homeOf(region)?.idd.exec(digits);
  if (match) return digits.slice(match[0].length);
  return digits.startsWith("00") ? digits.slice(2) : null;
}

/** The two ways in which digits can be a national number: after the trunk prefix, and as they are. Null where not listed. */
export function nationals(digits: string, region: string): { trunk: National | null; bare: National | null } {
  const code = callingCodeOf(region);
  if (code === null) return { trunk: null, bare: null };
  const stripped = strip(digits, region);
  const trunk = stripped === null ? null : nationalOf(stripped, region);
  const bare = trunkOf(region) === "" ? nationalOf(digits, region)! : { code, nsn: digits };
  return { trunk: trunk && isListed(trunk) ? trunk : null, bare: isListed(bare) ? bare : null };
}

/** The number that digits without a code are where they are dialled nationally: after the trunk prefix, or as is usual without. */
export function dialledNational(digits: string, region: string): National | null {
  const { trunk, bare } = nationals(digits, region);
  return trunk ?? (bare && (shapeOf(bare)?.shape.bare ?? true) ? bare : null);
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

const ownPattern = (row: PlanRow) =>
  row.leading ? new RegExp(`^(?:${row.leading})`) : wholeOf([patternOf(row)]);

/** The region of a number, among those that share its calling code. */
export function regionOfNational(number: National): string | null {
  const regions = planOf(number.code)?.regions ?? [];
  if (regions.length < 2) return regions[0] ?? null;
  for (const row of rowsByCode.get(number.code) ?? []) {
    const region = row.slice(0, 2);
    let pattern = regionPatterns.get(region);
    if (!pattern) regionPatterns.set(region, (pattern = ownPattern(planRow(row, digitSets))));
    if (pattern.test(number.nsn)) return region;
  }
  // Other numbers of +44 are not in use: of a Crown dependency by the area code, else of the United Kingdom.
  return number.code === "44" ? (islands[number.nsn.slice(0, 4)] ?? "GB") : null;
}
