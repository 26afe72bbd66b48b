/** Closes months of plain dials. */
import { e164Of } from "../../../shared/registers/blocks.ts";
import { countsCalls } from "../../check/contacts.ts";
import { type Closing, closeMonthsOf, type ForTests, type Month, READ } from "../../storage/closed/close.ts";
import { lineOf } from "../../storage/closed/kind.ts";
import { CHARACTERS } from "../../storage/closed/sizes.ts";
import { sql } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { callOf, listCalls, wantCalls } from "./calls.ts";
import { countLines, dialsKind, type Line, plain } from "./lines.ts";

const closing: Closing<Line> = {
  ...dialsKind,
  first: "(SELECT MIN(num) FROM dials)",
  size: CHARACTERS,
  next: linesToClose,
  subjectOf: ({ num }) => String(num),
  leaving: `(SELECT COUNT(*) FROM json_each(?) j CROSS JOIN dials d ON d.num = j.value WHERE ${plain})`,
  keyIn: ({ num }) => num,
  listed: (lines) => [
    ...wantCalls(lines),
    sql(
      `INSERT INTO closed_numbers (number, num, calls)
       SELECT d.number, d.num, j.value ->> 1 FROM json_each(?) j CROSS JOIN dials d ON d.num = j.value ->> 0`,
      JSON.stringify(lines.map(({ num, call }) => [num, Number(call !== null)])),
    ),
    ...countLines(lines, 1),
    ...listCalls(lines),
  ],
};

/** Runs daily. `now` in milliseconds, as its clock gives it. */
export const closeDials = (env: Env, now: number, forTests?: ForTests): Promise<void> =>
  closeMonthsOf(env, closing, now, forTests);

/** The next lines of a month that go into one file, oldest first. */
async function linesToClose(db: D1Database, { until }: Month, last: number, most: number): Promise<Line[]> {
  const lines: Line[] = [];
  let size = 0;
  for (let after = last; lines.length < most && size < CHARACTERS;) {
    const { results } = await db
      .prepare(
        `SELECT IIF(call IS NULL, line, json_insert(line, '$[#]', json(call))) AS line FROM (
           SELECT d.num, ${lineOf(dialsKind)} AS line, ${callOf} AS call
           FROM dials d WHERE d.num > ? AND d.num < ? AND ${plain} ORDER BY d.num LIMIT ?) ORDER BY num`,
      )
      .bind(after, until, Math.min(READ, most - lines.length))
      .all<{ line: string }>();
    const found = results.map(({ line }) => dialsKind.readLine(line));
    if (found.length === 0) break;
    for (const line of found) {
      if (size >= CHARACTERS) break;
      after = line.num;
      if (countsCalls(e164Of(line.number))) continue;
      lines.push(line);
      size += line.text.length;
    }
  }
  return lines;
}
