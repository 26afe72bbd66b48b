/** Closes months of kept recordings, by the start of their calls; and what goes with a file that comes back into the database. */
import { type Back } from "../../storage/closed/back.ts";
import { type Closing, closeMonthsOf, type ForTests, type Month, READ } from "../../storage/closed/close.ts";
import { lineOf } from "../../storage/closed/kind.ts";
import { CHARACTERS } from "../../storage/closed/sizes.ts";
import type { Env } from "../../env.ts";
import { currentPolicy } from "../../policy/current.ts";
import { areClaimsTimes } from "../claims.ts";
import { keptKind, type Line, list, plainAt, unlist } from "./lines.ts";
import { backAgain } from "./read.ts";
import { idIs } from "../../core/sql.ts";

const { numAt, timeAt, readLine } = keptKind;

const closing = (plain: string): Closing<Line> => ({
  ...keptKind,
  first: `(SELECT MIN(unixepoch(started_at)) FROM recordings WHERE state <> 'erased') * ${numAt(1000)}`,
  size: CHARACTERS,
  next: (db, month, last, most) => linesToClose(db, plain, month, last, most),
  subjectOf: ({ id }) => `recordings/${id}`,
  leaving: `(SELECT COUNT(*) FROM json_each(?) j CROSS JOIN recordings d ON ${idIs("d.id", "j.value")} WHERE ${plain})`,
  keyIn: ({ id }) => id,
  listed: list,
});

export const keptBack: Back<Line> = {
  ...keptKind,
  unlisted: unlist,
  backFirst: backAgain,
  behind: [],
};

/** Runs daily. `now` in milliseconds, as its clock gives it. */
export async function closeKept(env: Env, now: number, forTests?: ForTests): Promise<void> {
  // What is counted goes by them (closed_kept_days): the night sets them right first.
  if (!(await areClaimsTimes(env.DB))) return;
  const { policy } = await currentPolicy(env.DB);
  await closeMonthsOf(env, closing(plainAt(now, policy.recording.regions)), now, forTests);
}

/** The next lines of a month that go into one file, in the order of their calls. */
async function linesToClose(
  db: D1Database,
  plain: string,
  { from, until }: Month,
  last: number,
  most: number,
): Promise<Line[]> {
  const lines: Line[] = [];
  // Of the last millisecond some may be left.
  let [at, id] = [new Date(timeAt(Math.max(from, last))).toISOString(), ""];
  let num = last;
  for (let size = 0; lines.length < most && size < CHARACTERS;) {
    const { results } = await db
      .prepare(
        `SELECT ${lineOf(keptKind)} AS line, d.started_at AS at, d.id FROM recordings d
         WHERE d.state <> 'erased' AND unixepoch(d.started_at) >= unixepoch(?1) AND unixepoch(d.started_at) < unixepoch(?3)
           AND (d.started_at, d.id) > (?1, ?2) AND ${plain}
         ORDER BY unixepoch(d.started_at), d.started_at, d.id LIMIT ?4`,
      )
      .bind(at, id, new Date(timeAt(until)).toISOString(), Math.min(READ, most - lines.length))
      .all<{ line: string; at: string; id: string }>();
    if (results.length === 0) break;
    for (const { line, ...its } of results) {
      if (size >= CHARACTERS) break;
      ({ at, id } = its);
      // Beyond its millisecond's numbers it would not be found: it stays.
      const next = Math.max(num + 1, numAt(Date.parse(at)));
      if (timeAt(next) > Date.parse(at)) continue;
      num = next;
      lines.push(readLine(`[${num},${line.slice(1)}`));
      size += line.length;
    }
  }
  return lines;
}
