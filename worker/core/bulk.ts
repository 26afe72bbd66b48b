/** What the routes in bulk share: rows are read one by one, and each gets its own answer, in the order they came. */
import type * as z from "zod";
import type { BulkAnswer } from "../../shared/do-not-call/api.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { invalid, Problem } from "./errors.ts";
import { wantNumber } from "./numbers.ts";

export type Result = BulkAnswer["results"][number];

/** A row that can be used, with its number in E.164, or the answer that it gets. */
export type Row<T> = { value: T & { number: string } } | { result: Result };

/** `region` is the one in which a number without a country code is read. */
export function readRows<T extends { number: string }>(
  rows: unknown[],
  schema: z.ZodType<T>,
  region: string,
): Row<T>[] {
  return rows.map((row) => {
    const read = schema.safeParse(row);
    if (!read.success) return { result: refused(invalid(read.error), null) };
    try {
      return { value: { ...read.data, number: wantNumber(read.data.number, region) } };
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

/** A problem in one line. */
export function wordsOf(problem: Problem): string {
  const fields = problem.errors?.map(({ path, message }) => `${path}: ${message}`).join("; ");
  return [problem.message, problem.detail, fields].filter(Boolean).join(" ");
}

/** The numbers of the rows that can be used, for a statement. */
export const numbersIn = <T>(rows: Row<T>[]): string =>
  JSON.stringify(rows.flatMap((row) => ("value" in row ? [numberOf(row.value.number)] : [])));

/**
 * Plans what to write from what is there now, and writes it. Where somebody else entered one of the numbers at the same
 * moment nothing was written: planned again, theirs is there.
 */
export async function planAndWrite<Answer>(attempt: () => Promise<Answer>): Promise<Answer> {
  for (let n = 1; ; n++) {
    try {
      return await attempt();
    } catch (error) {
      if (n === 5 || !(error instanceof Problem) || error.code !== "conflict") throw error;
    }
  }
}
