/**
 * The line type of a number: law depends on it. The page does not load this, as its table is as large as all else that
 * the page needs of numbering plans.
 */
import { typeRows } from "./line-types-table.ts";
import { wholeOf } from "./plan-row.ts";
import { isFictional, isListed, splitCode, standing } from "./plans.ts";

/** The kinds of line that numbering plans have ranges for, in the order in which a number's kind is looked for. */
const LINE_TYPES = [
  "fixed-or-mobile",
  "fixed",
  "mobile",
  "premium",
  "freephone",
  "shared-cost",
  "voip",
  "personal",
  "pager",
  "uan",
  "voicemail",
] as const;

/** `fixed-or-mobile`: the plan does not tell these apart, as in North America. `uan`: one number for a whole company. */
export type LineType = (typeof LINE_TYPES)[number];

const byCode = new Map<string, (readonly [LineType, RegExp])[]>();

/** Reads `mobile=7#{9}` and the like; `#` is any digit. */
const fieldsOf = (fields: readonly string[]): Record<string, string> =>
  Object.fromEntries(fields.map((field) => field.replaceAll("#", "\\d").split("=") as [string, string]));

/** The ranges of a calling code by line type, those of all its regions together. */
function typesOf(code: string): (readonly [LineType, RegExp])[] {
  let types = byCode.get(code);
  if (!types) {
    const rows = typeRows.map((row) => row.split(" ")).filter((row) => row[1] === code);
    const named = rows.map((row) => fieldsOf(row.slice(2)));
    types = LINE_TYPES.flatMap((type) => {
      const patterns = named.flatMap((row) => row[type] ?? []);
      return patterns.length > 0 ? [[type, wholeOf(patterns)] as const] : [];
    });
    byCode.set(code, types);
  }
  return types;
}

/** The line type of a number in E.164; null for one in no range that is in use. */
export function lineTypeOf(e164: string): LineType | null {
  const number = /^\+\d{1,15}$/.test(e164) ? splitCode(e164.slice(1)) : null;
  if (!number || !isListed(number) || standing(number) === "closed") return null;
  const types = typesOf(number.code);
  const found = types.filter(([, pattern]) => pattern.test(number.nsn)).map(([type]) => type);
  if (found.includes("fixed") && found.includes("mobile")) return "fixed-or-mobile";
  // Drama has numbers in ranges that nobody has: 01632 and 07700 900, 06 39 98 of France, 020 91 of Ireland.
  if (found.length > 0 || !isFictional(number)) return found[0] ?? null;
  return /^447|^33/.test(number.code + number.nsn) ? "mobile" : "fixed";
}
