/** Lost files of kept recordings whose time is over: no number finds any more what nobody can find. */
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { dayOf, daysLater } from "../../../shared/core/calendar.ts";
import { isSpent } from "../../storage/closed/calls.ts";
import { record } from "../../core/commit.ts";
import { sql } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { currentPolicy } from "../../policy/current.ts";
import { wantFile } from "../../storage/closed/back.ts";
import { RUN } from "../../storage/closed/close.ts";
import { beginning, fileColumns, isLost, toFile } from "../../storage/closed/files.ts";
import { type Index, unlisted, unlistIn } from "../../storage/closed/unlist.ts";
import { keptKind } from "./lines.ts";
import { packedNumbers } from "./names/hits.ts";

/** So many days behind the last day of its recordings a lost file's numbers go: as long as people were told of it before the first. */
const STAYS = 35;
/** A mark of each file whose numbers go, by its key. */
const OVER = "recordings-over ";

const numbers: Index = {
  ...{ mark: "recordings-unlisted", table: "closed_kept_numbers", column: "number", first: "-1" },
  gone: `EXISTS (SELECT 1 FROM closed_kept_files f CROSS JOIN marks m ON m.name = '${OVER}' || f.key
    WHERE f.first = ${beginning(keptKind, "closed_kept_numbers.num")} AND f.last >= closed_kept_numbers.num)`,
};

/**
 * Runs daily, behind what brings files back. What else the database has of a lost file stays, as its audio may lie somewhere. One that only
 * cannot be read right now waits, and is named at the end. `now` in milliseconds.
 */
export async function forgetOver(env: Env, now: number, clock: () => number = Date.now): Promise<void> {
  const day = daysLater(dayOf(now, zoneOfPolicy((await currentPolicy(env.DB)).policy)), -STAYS);
  const { results } = await env.DB.prepare(
    `SELECT ${fileColumns} FROM closed_kept_files f WHERE f.first IN (SELECT first FROM closed_kept_days WHERE day < ?1)
       AND NOT EXISTS (SELECT 1 FROM closed_kept_days k WHERE k.first = f.first AND k.day >= ?1)
       AND NOT EXISTS (SELECT 1 FROM marks m WHERE m.name = '${OVER}' || f.key)`,
  )
    .bind(day)
    .all<Parameters<typeof toFile>[0]>();
  const failed: string[] = [];
  for (const file of results.map(toFile))
    try {
      if (isSpent(env)) break;
      if (!(await isLost(env, file))) continue;
      const { key, rows, first, last } = file;
      await record(env, {
        actor: "system",
        event: { code: "audit.recordings-unlisted", subject: key, payload: { rows } },
        statements: [
          wantFile(keptKind, file),
          sql("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)", `${OVER}${key}`, day),
          unlisted(numbers, last + 1),
          // Packed ones lead nowhere from here on; the next night takes them out.
          sql(
            "UPDATE closed_places SET gone = 1 WHERE kind = ? AND first = ? AND gone = 0",
            packedNumbers.kind,
            first,
          ),
        ],
      });
    } catch (error) {
      console.error(file.key, error);
      failed.push(file.key);
    }
  const until = clock() + RUN;
  await unlistIn(env, numbers, () => clock() < until && !isSpent(env));
  // A file that was found again came back.
  await env.DB.prepare(
    `DELETE FROM marks WHERE name GLOB '${OVER}*' AND NOT EXISTS (
       SELECT 1 FROM closed_kept_files f WHERE f.key = substr(marks.name, ${OVER.length + 1}))`,
  ).run();
  if (failed.length > 0) throw new Error(`could not be looked for: ${failed.join(", ")}`);
}
