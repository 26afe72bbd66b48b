/** Shared by the rooms with rows by number: parsing a number, and keyset pages, newest first. */
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { fill } from "../../shared/texts/language.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { digitsOf } from "../../shared/phone/digit-runs.ts";
import { callingCodeOf, trunkOf } from "../../shared/phone/plans.ts";
import { toE164 } from "../../shared/phone/phone.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { Problem } from "./errors.ts";
import { fitting, lastOf } from "./newest.ts";

/** A number as people write it, in E.164. Throws not-a-number, or country-unclear with the possible readings. */
export function parseNumber(written: string, region: string): string {
  const { e164, readings } = toE164(written, region);
  if (e164 !== null) return e164;
  if (readings && readings.length > 0)
    throw new Problem("country-unclear", fill(details.readings, { numbers: readings.join(", ") }));
  throw new Problem("not-a-number");
}

/** So many digits of a number's end find it. The indexes of migrations 0033, 0036 and 0130 are on these. */
export const ENDS = 5;
/** Digits of a national number with the zero that is dialled before it, at least: fewer are half of one, zeros and all. */
const NATIONAL = 10;

/** Fewest and most digits of a number with its country code. */
export const LENGTHS = [8, 15] as const;
/** The numbers that begin so, first and last of each length. */
export const rangesOf = (digits: string): [first: number, last: number][] =>
  Array.from({ length: Math.max(0, LENGTHS[1] - Math.max(digits.length, LENGTHS[0]) + 1) }, (_, i) => {
    const rest = 10 ** (Math.max(digits.length, LENGTHS[0]) + i - digits.length);
    return [Number(digits) * rest, (Number(digits) + 1) * rest - 1];
  });

/**
 * As what the digits of half a number count: with a plus they begin a number, with 00 or the trunk prefix they may, and without one they
 * may end one.
 */
export function readPart(
  written: string,
  all: string,
  region: string,
): { ends: string | null; begins: string[] } {
  if (/^\s*[+\uff0b]/.test(written)) return { ends: null, begins: [all] };
  const abroad = all.slice(2);
  if (all.startsWith("00")) return { ends: all, begins: abroad.length < ENDS ? [] : [abroad] };
  const [code, trunk] = [callingCodeOf(region) ?? "", trunkOf(region)];
  const national = trunk !== "" && all.startsWith(trunk) ? [`${code}${all.slice(trunk.length)}`] : [];
  return { ends: all, begins: national.length > 0 ? national : [all] };
}

/**
 * The condition of a filter by number, with its parameters: the whole number, its beginning, or at least five of its last digits,
 * however they are written. `table`: of the column, with the condition of its indexes. Throws not-a-number, or country-unclear.
 */
export function numberFilter(
  written: string,
  region: string,
  column: string,
  [table, indexed = "TRUE"]: readonly [table: string, indexed?: string],
): [string, ...(number | string)[]] {
  const { e164 } = toE164(written, region);
  if (e164 !== null) return [`${column} = ?`, numberOf(e164)];
  const all = /\p{L}/u.test(written) ? "" : digitsOf(written);
  const digits = all.length < NATIONAL ? all : all.replace(/^0+/, "");
  if (digits.length < ENDS || digits.length > LENGTHS[1])
    return [`${column} = ?`, numberOf(parseNumber(written, region))];
  const bare = column.replace(/^\w+\./, "");
  const ending = [Number(digits.slice(-ENDS)), 10 ** digits.length, Number(digits)];
  const ends = (of: string) => `${of} % 1${"0".repeat(ENDS)} = ? AND ${of} % ? = ?`;
  const part = readPart(written, all, region);
  if (part.begins.length === 0) return [ends(column), ...ending];
  // Each by its own index: in one condition SQLite would read all.
  const begins = `SELECT t.${bare} FROM json_each(?) j
    CROSS JOIN ${table} t ON t.${bare} BETWEEN j.value ->> 0 AND j.value ->> 1 WHERE ${indexed}`;
  const ranges = JSON.stringify(part.begins.flatMap(rangesOf));
  return part.ends === null
    ? [`${column} IN (${begins})`, ranges]
    : [
        `${column} IN (${begins} UNION ALL SELECT ${bare} FROM ${table} WHERE ${indexed} AND ${ends(bare)})`,
        ...[ranges, ...ending],
      ];
}

/** The same filter for numbers that are at hand (as `numberOf`); `whole` where it is one number. Throws as `numberFilter` does. */
export function numberTest(
  written: string,
  region: string,
):
  | { whole: string }
  | {
      whole: null;
      test: (number: number) => boolean;
      ranges: [first: number, last: number][];
      ends: string | null;
    } {
  const { e164 } = toE164(written, region);
  if (e164 !== null) return { whole: e164 };
  const all = /\p{L}/u.test(written) ? "" : digitsOf(written);
  const digits = all.length < NATIONAL ? all : all.replace(/^0+/, "");
  if (digits.length < ENDS || digits.length > LENGTHS[1]) return { whole: parseNumber(written, region) };
  const { begins, ends } = readPart(written, all, region);
  const ranges = begins.flatMap(rangesOf);
  const isEnd = ends !== null || begins.length === 0;
  return {
    ...{ whole: null, ranges, ends: isEnd ? digits : null },
    test: (number) =>
      ranges.some(([first, last]) => number >= first && number <= last) ||
      (isEnd && number % 10 ** digits.length === Number(digits)),
  };
}

/**
 * One page of the rows `where` of a table that has `number`, `at` and `id`. `after` is the `next` of the page before; `before`: a
 * moment, or the beginning of one, before which the rows were written. `fits`: a condition that no index has beside `where`.
 */
export async function pageOf<Row extends { id: string; at: string }>(
  db: D1Database,
  {
    table,
    columns,
    where,
    fits = "TRUE",
    before = "9999",
  }: {
    table: "suppressions" | "consents" | "parties";
    columns: string;
    where: string;
    fits?: string;
    before?: string | undefined;
  },
  query: { number?: string | undefined; after?: string | undefined; limit: number },
  policy: Policy,
): Promise<{ rows: Row[]; next: string | null }> {
  const [condition, ...params] =
    query.number === undefined
      ? ["1"]
      : numberFilter(query.number, policy.numbers.defaultRegion, "number", [table]);
  const [at = "", id = ""] = query.after?.split("|") ?? ["9999", ""];
  const among = `SELECT * FROM ${table} WHERE ${condition} AND (at, id) < (?, ?) AND ${where} ORDER BY at DESC, id DESC`;
  const fit = fitting(among, "id", fits, "?");
  const bound = [...params, ...(before < at ? [before, ""] : [at, id]), query.limit];
  const page = db
    .prepare(`SELECT ${columns} FROM ${table} WHERE id IN (${fit}) ORDER BY at DESC, id DESC`)
    .bind(...bound);
  const rest = db.prepare(lastOf(among, fit, "?")).bind(...bound, ...bound);
  const [rows, others] = await db.batch<Row>(fits === "TRUE" ? [page] : [page, rest]);
  const last = rows!.results[query.limit - 1] ?? others?.results[0];
  return { rows: rows!.results, next: last ? `${last.at}|${last.id}` : null };
}
