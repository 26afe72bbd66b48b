/** Closes months of certificates, by the day of the erasure, with the emptied rows that they are in. */
import { type Back } from "../../storage/closed/back.ts";
import { type Closing, closeMonthsOf, type ForTests, type Month, READ } from "../../storage/closed/close.ts";
import { lineOf } from "../../storage/closed/kind.ts";
import type { Env } from "../../env.ts";
import { areMoving } from "./written.ts";
import { certificatesKind, type Line, name, plain, SOON, unname } from "./lines.ts";
import { idIs } from "../../core/sql.ts";

const { numAt, timeAt, readLine } = certificatesKind;

export const certificatesClosing: Closing<Line> = {
  ...certificatesKind,
  soon: SOON,
  first: `(SELECT MIN(certified) FROM recordings WHERE certified IS NOT NULL) * ${numAt(1)}`,
  next: linesToClose,
  subjectOf: ({ id }) => `certificates/${id}`,
  leaving: `(SELECT COUNT(*) FROM json_each(?) j CROSS JOIN recordings d ON ${idIs("d.id", "j.value")} WHERE ${plain})`,
  keyIn: ({ id }) => id,
  listed: name,
};

export const certificatesBack: Back<Line> = { ...certificatesKind, unlisted: unname, behind: [] };

/** Runs daily. `now` in milliseconds, as its clock gives it. */
export async function closeCertificates(env: Env, now: number, forTests?: ForTests): Promise<void> {
  // What has not moved into its row yet may be of a month that would close without it.
  if (!(await areMoving(env.DB))) await closeMonthsOf(env, certificatesClosing, now, forTests);
}

/** The next lines of a month that go into one file, in the order of certificates. */
async function linesToClose(
  db: D1Database,
  { from, until }: Month,
  last: number,
  most: number,
): Promise<Line[]> {
  const lines: Line[] = [];
  // Of the last millisecond some may be left.
  let [at, id] = [timeAt(Math.max(from, last)), ""];
  let num = last;
  while (lines.length < most) {
    const { results } = await db
      .prepare(
        `SELECT ${lineOf(certificatesKind)} AS line FROM recordings d
         WHERE d.certified >= ?1 AND (d.certified, d.id) > (?1, ?2) AND d.certified < ?3 AND ${plain}
         ORDER BY d.certified, d.id LIMIT ?4`,
      )
      .bind(at, id, timeAt(until), Math.min(READ, most - lines.length))
      .all<{ line: string }>();
    if (results.length === 0) break;
    for (const { line } of results) {
      const [its, , certified] = JSON.parse(line) as [string, string, number];
      [at, id] = [certified, its];
      // Beyond its millisecond's numbers it would not be found: it stays.
      const next = Math.max(num + 1, numAt(certified));
      if (timeAt(next) > certified) continue;
      num = next;
      lines.push(readLine(`[${num},${line.slice(1)}`));
    }
  }
  return lines;
}
