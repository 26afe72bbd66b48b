/** Shared by the rooms with rows by number: parsing a number, and keyset pages, newest first. */
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { fill } from "../../shared/texts/language.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { digitsOf } from "../../shared/phone/digit-runs.ts";
import { toE164 } from "../../shared/phone/phone.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { Problem } from "./errors.ts";

/** A number as people write it, in E.164. Throws not-a-number, or country-unclear with the possible readings. */
export function parseNumber(written: string, region: string): string {
  const { e164, readings } = toE164(written, region);
  if (e164 !== null) return e164;
  if (readings && readings.length > 0)
    throw new Problem("country-unclear", fill(details.readings, { numbers: readings.join(", ") }));
  throw new Problem("not-a-number");
}

/** So many digits of a number's end find it. The indexes of migrations 0033 and 0036 are on these. */
export const ENDS = 5;
/** Digits of a national number with the zero that is dialled before it, at least: fewer are half of one, zeros and all. */
const NATIONAL = 10;

/**
 * The condition of a filter by number, with its parameters: the whole number, or at least five of its last digits, however
 * they are written. Throws not-a-number, or country-unclear.
 */
export function numberFilter(written: string, region: string, column: string): [string, ...number[]] {
  const { e164 } = toE164(written, region);
  if (e164 !== null) return [`${column} = ?`, numberOf(e164)];
  const all = /\p{L}/u.test(written) ? "" : digitsOf(written);
  const digits = all.length < NATIONAL ? all : all.replace(/^0+/, "");
  if (digits.length < ENDS || digits.length > 15)
    return [`${column} = ?`, numberOf(parseNumber(written, region))];
  return [
    `${column} % 1${"0".repeat(ENDS)} = ? AND ${column} % ? = ?`,
    ...[Number(digits.slice(-ENDS)), 10 ** digits.length, Number(digits)],
  ];
}

/**
 * One page of the rows `where` of a table that has `number`, `at` and `id`. `after` is the `next` of the page before; `before`: a
 * moment, or the beginning of one, before which the rows were written.
 */
export async function pageOf<Row extends { id: string; at: string }>(
  db: D1Database,
  {
    table,
    columns,
    where,
    before = "9999",
  }: {
    table: "suppressions" | "consents" | "parties";
    columns: string;
    where: string;
    before?: string | undefined;
  },
  query: { number?: string | undefined; after?: string | undefined; limit: number },
  policy: Policy,
): Promise<{ rows: Row[]; next: string | null }> {
  const [condition, ...params] =
    query.number === undefined ? ["1"] : numberFilter(query.number, policy.numbers.defaultRegion, "number");
  const [at = "", id = ""] = query.after?.split("|") ?? ["9999", ""];
  const { results } = await db
    .prepare(
      `SELECT ${columns} FROM ${table} WHERE ${condition} AND (at, id) < (?, ?) AND ${where}
       ORDER BY at DESC, id DESC LIMIT ?`,
    )
    .bind(...params, ...(before < at ? [before, ""] : [at, id]), query.limit)
    .all<Row>();
  const last = results[query.limit - 1];
  return { rows: results, next: last ? `${last.at}|${last.id}` : null };
}
