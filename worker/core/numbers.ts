/** Shared by the rooms with rows by number: parsing a number, and keyset pages, newest first. */
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import { fill } from "../../shared/texts/language.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
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

/** One page of the rows `where` of a table that has `number`, `at` and `id`. `after` is the `next` of the page before. */
export async function pageOf<Row extends { id: string; at: string }>(
  db: D1Database,
  {
    table,
    columns,
    where,
  }: { table: "suppressions" | "consents" | "parties"; columns: string; where: string },
  query: { number?: string | undefined; after?: string | undefined; limit: number },
  policy: Policy,
): Promise<{ rows: Row[]; next: string | null }> {
  const number =
    query.number === undefined ? null : numberOf(parseNumber(query.number, policy.numbers.defaultRegion));
  const [at, id] = query.after?.split("|") ?? ["9999", ""];
  const { results } = await db
    .prepare(
      `SELECT ${columns} FROM ${table} WHERE (?1 IS NULL OR number = ?1) AND (at, id) < (?2, ?3) AND ${where}
       ORDER BY at DESC, id DESC LIMIT ?4`,
    )
    .bind(number, at ?? "9999", id ?? "", query.limit)
    .all<Row>();
  const last = results[query.limit - 1];
  return { rows: results, next: last ? `${last.at}|${last.id}` : null };
}
