/** Rows of plans-table.ts as objects. Patterns are of national (significant) numbers, to be matched whole. */
export interface PlanRow {
  /** ISO 3166, two letters; `-` where the plan is of no region. */
  region: string;
  /** The calling code. */
  code: string;
  /** Lengths that a number may have, without its area code's rules. */
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
  general: string;
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

/** Reads `trunk=0` and the like. In patterns, `#` is any digit. */
export function fieldsOf(fields: readonly string[]): Record<string, string> {
  const named: Record<string, string> = {};
  for (const field of fields) {
    const at = field.indexOf("=");
    named[field.slice(0, at)] = field.slice(at + 1).replaceAll("#", "\\d");
  }
  return named;
}

/** Reads one row: `GB 44 7,9,10 trunk=0 formats=3-4/800;… valid=…`. */
export function planRow(row: string): PlanRow {
  const [region = "", code = "", lengths = "", ...rest] = row.split(" ");
  const { trunk = "", idd = "00", prefix = "", transform = "", leading = "", ...more } = fieldsOf(rest);
  const { general = "", formats, valid = "" } = more;
  return {
    ...{ region, code, lengths: lengths.split(",").map(Number), valid },
    ...{ trunk, idd, prefix, transform, leading, general },
    formats: formats === undefined ? [] : formats.split(";").map(formatOf),
  };
}

/** Reads `*2-3,5-4/20`: groups of two, three to five, and four digits, for numbers that begin with 20. */
function formatOf(format: string): Format {
  const bare = format.startsWith("*");
  const [groups = "", leading = ""] = format.slice(bare ? 1 : 0).split("/");
  const pattern = groups
    .split("-")
    .map((length) => `(\\d{${length}})`)
    .join("");
  return { pattern, leading, bare };
}

/** For a whole number in one of these ranges. */
export const wholeOf = (patterns: readonly string[]): RegExp => new RegExp(`^(?:${patterns.join("|")})$`);
