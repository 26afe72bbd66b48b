/** Shared by the bulk routes: they read rows one by one and answer each on its own, in the order of the request. */
import type * as z from "zod";
import type { BulkAnswer } from "../../shared/do-not-call/api.ts";
import { notText } from "../../shared/core/text.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { invalid, Problem } from "./errors.ts";
import { parseNumber } from "./numbers.ts";

export type Result = BulkAnswer["results"][number];

/** A valid row with its number in E.164, or the refusal of an invalid one. */
export type Row<T> = { value: T & { number: string } } | { result: Result };

/** A row by its schema, or what is wrong with it: also text that would be stored otherwise than it was sent. */
export function readRow<T>(row: unknown, schema: z.ZodType<T>): T | Problem {
  const path = notText(row);
  if (path !== null) return new Problem("invalid", undefined, [{ path, message: details.noText }]);
  const read = schema.safeParse(row);
  return read.success ? read.data : invalid(read.error);
}

/** `region`: ISO 3166-1 code by which a number without a country code is read. */
export function readRows<T extends { number: string }>(
  rows: unknown[],
  schema: z.ZodType<T>,
  region: string,
): Row<T>[] {
  return rows.map((row) => {
    const read = readRow(row, schema);
    if (read instanceof Problem) return { result: refused(read, null) };
    try {
      return { value: { ...read, number: parseNumber(read.number, region) } };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { result: refused(error, null) };
    }
  });
}

export const refused = (problem: Problem, number: string | null): Result => ({
  status: "refused",
  number,
  code: problem.code,
  why: wordsOf(problem),
});

/** A problem in one line. That some field is wrong needs no saying where it is said which. */
export function wordsOf({ message, detail, errors = [] }: Problem): string {
  const fields = errors.map((error) => `${error.path}: ${error.message}`).join("; ");
  return [errors.length > 0 ? "" : message, detail, fields].filter(Boolean).join(" ");
}

/** The numbers of the valid rows as a JSON array, for `json_each` in a statement. */
export const numbersIn = <T>(rows: Row<T>[]): string =>
  JSON.stringify(rows.flatMap((row) => ("value" in row ? [numberOf(row.value.number)] : [])));

/**
 * Runs `attempt`, which plans a write from the current rows and commits it. If a concurrent request entered one of the
 * numbers first, nothing was written: it plans again, up to five times. Throws the last conflict (a Problem of one of `codes`).
 */
export async function retryOnConflict<Answer>(
  attempt: () => Promise<Answer>,
  codes: readonly string[] = ["conflict"],
): Promise<Answer> {
  for (let n = 1; ; n++) {
    try {
      return await attempt();
    } catch (error) {
      if (n === 5 || !(error instanceof Problem) || !codes.includes(error.code)) throw error;
    }
  }
}
