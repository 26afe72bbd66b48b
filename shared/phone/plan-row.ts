/** Rows of plans-table.ts as objects. Patterns are of national (significant) numbers, to be matched whole. */
export interface PlanRow {
  /** ISO 3166, two letters; `-` where the plan is of no region. */
  region: string;
  /** The calling code. */
  code: string;
  /** Lengths that a number may have, without its area code's rules. All of them only in the code's main region. */
  lengths: number[];
  /**
   * The ranges in use, of any line type; in codes that are seldom called, to their first two digits. A region that
   * shares its code has its own ranges, without those of the main region.
   */
  valid: string;
  /** The trunk prefix as it is written, such as `0`; empty where there is none. */
  trunk: string;
  /** The international prefix. */
  idd: string;
  /** What may be before a national number, where that is more than the trunk prefix. */
  prefix: string;
  /** What goes instead of `prefix`, where it captures a part of the number. */
  transform: string;
  /** The first digits of all its numbers, for a region that shares its code with others. */
  leading: string;
  /** All numbers that are possible, in use or not, by their first digit. Only in the code's main region, as the next. */
  general: () => string;
  /** How numbers are grouped. */
  formats: Format[];
}

/** One way in which a plan groups numbers. */
export interface Format {
  /** With a group for each group of digits. */
  pattern: string;
  /** First digits of the numbers that are grouped so; empty: all. */
  leading: string;
  /** The national form is usually written without the trunk prefix. */
  bare: boolean;
}

/** A pattern as it is in the table: `#` is any digit, and groups capture nothing. */
const patternOf = (short: string): string => short.replaceAll("(", "(?:").replaceAll("#", "\\d");

/** Reads `10:20[1-9]|3;7,8:80`: by the lengths of numbers, what they begin with. */
const rangesOf = (ranges: string): string =>
  ranges
    .split(";")
    .map((range) => {
      const [lengths = "", begins = ""] = range.split(":");
      const digits = lengths.split(",").map((n) => `\\d{${n}}`);
      return `(?=(?:${digits.join("|")})$)(?:${patternOf(begins)})\\d*`;
    })
    .join("|");

/** The same to the first digit: `10:[23];7,8:8`. */
const toFirstDigit = (ranges: string): string =>
  ranges.replace(/:([^;]*)/g, (_, pattern: string) => `:${firstDigits(pattern)}`);

function firstDigits(pattern: string): string {
  if (pattern === "") return "";
  let found = "";
  let begins = true;
  const around: boolean[] = [true];
  for (const [sign] of pattern.matchAll(/\[.*?\]|./g)) {
    if (sign === "(") around.push(begins);
    else if (sign === "|") begins = around.at(-1)!;
    else {
      if (sign === ")") around.pop();
      else if (begins) found += sign.replace(/[[\]]/g, "");
      begins = false;
    }
  }
  return `[${found.replace("#", "0-9")}]`;
}

/** The first letters of a row's fields, in their order. */
export const FIELDS = "itgvpxlf";
/**
 * The rows of fields that are listed one by one, with a line for each row. `heads`: region and code of each, without a code
 * where it is the next, `.` where it is the same again.
 */
export function unpacked(heads: string, fields: readonly string[]): string[] {
  const lines = fields.map((field) => field.split("\n"));
  let code = 0;
  return [...heads.matchAll(/([A-Z]{2}|-)(\d*)(\.?)/g)].map(([, region = "", own, same], i) => {
    code = same ? code : Number(own) || code + 1;
    return lines.reduce(
      (row, field, n) => (field[i] ? `${row} ${FIELDS[n]}${field[i]}` : row),
      `${region}${code}`,
    );
  });
}

/**
 * Reads one row: region, code, and fields by their first letters: `GB44 t0 f34/8001111;… v10:…`. `digitSets`: what
 * the letters in its patterns stand for, capitals first.
 */
export function planRow(row: string, digitSets: readonly string[]): PlanRow {
  const [head = "", ...fields] = row.split(" ");
  const [, region = "", code = ""] = HEAD.exec(head) ?? [];
  const field = (letter: string) =>
    (fields.find((f) => f.startsWith(letter))?.slice(1) ?? "").replace(
      /[a-z]/gi,
      (set) => `[${digitSets[set.charCodeAt(0) - (set < "a" ? 65 : 71)]}]`,
    );
  const ranges = field("v");
  const possible = field("g");
  const formats = field("f");
  return {
    ...{ region, code, trunk: field("t"), transform: field("x"), prefix: field("p").replaceAll("#", "\\d") },
    idd: patternOf(field("i") || "00"),
    leading: patternOf(field("l")),
    lengths: [...new Set((possible || ranges).match(/\d+(?=[,:])/g)?.map(Number))],
    valid: rangesOf(ranges),
    general: () => rangesOf(possible || toFirstDigit(ranges)),
    formats: formats === "" ? [] : formats.split(";").map(formatOf),
  };
}
/** The first field of a row: region and code. */
export const HEAD = /^([A-Z]{2}|-)(\d+)/;

/** Reads `*23,54/20`: groups of two, three to five, and four digits, for numbers that begin with 20. */
function formatOf(format: string): Format {
  const bare = format.startsWith("*");
  const [groups = "", leading = ""] = format.slice(bare ? 1 : 0).split("/");
  // A most of one digit is two at least: behind a comma, a 1 is of a longer number.
  return { pattern: groups.replace(/\d(?:,1?\d)?/g, "(\\d{$&})"), leading: patternOf(leading), bare };
}

/** For a whole number in one of these ranges. */
export const wholeOf = (patterns: readonly string[]): RegExp => new RegExp(`^(?:${patterns.join("|")})$`);
