/**
 * What must be judged again after a save of the policy or a change of a register's source, and what an erasure leaves.
 */
import type { PolicyChange } from "../../shared/policy/clauses.ts";
import { sql, type Statement } from "../core/sql.ts";
import { sayErased } from "../trail/erased.ts";
import { insertTurned } from "./bound.ts";

/** Clauses by which numbers of registers change, as by a register's version. */
const ofRegisters = (path: string): boolean =>
  /^(registers|grounds)\./.test(path) || path === "screening.graceDays" || path === "screening.watch";
/** Clauses by which any number may change. */
const ofAll = (path: string): boolean =>
  /^(campaigns|parties)\.|^consents\.(recordedBy|monthsAtMost)$/.test(path) ||
  /^identity\.(presentationNumber|company|tradingNames)$/.test(path);

/** Stops a run that is under way: it judges by what was in force before. */
const stopRun = sql("UPDATE watching SET rev = rev + 1 WHERE id = 1");
/** Looks at one register from the start; at all of them for null. */
const startOver = (list: number | null): Statement =>
  sql(
    `UPDATE watch_lists SET done = 0, seen = 0, upto = NULL, block = -1, began = NULL
     WHERE ?1 IS NULL OR list = ?1`,
    list,
  );

/** Judges all watched numbers again, some at a time (numbers.ts). */
const judgeAllAgain = sql("UPDATE watching SET pass = 0 WHERE id = 1");

/**
 * After a save of the policy: what its changes concern is looked at from the start, and the connected CRMs are read again,
 * as they also show what is clear and what is a caution. Where watching was turned on, so are the numbers with entries,
 * consents or earlier status changes. `at` is the moment of the save.
 */
export function recheckPolicy(changes: readonly PolicyChange[], at: string): Statement[] {
  const registers = changes.some(({ path }) => ofRegisters(path));
  const all = changes.some(({ path }) => ofAll(path));
  if (!registers && !all) return [];
  const turnedOn = changes.some(({ path, to }) => path === "screening.watch" && to === true);
  return [
    stopRun,
    ...(registers ? [startOver(null)] : []),
    ...(all ? [judgeAllAgain] : []),
    sql("UPDATE connectors SET again = ?", at),
    ...(turnedOn
      ? [
          sql(
            `INSERT OR IGNORE INTO watch_again (day, number)
             SELECT ?, w.number FROM watched w WHERE w.number IN (
               SELECT number FROM suppressions WHERE ended_at IS NULL
               UNION SELECT number FROM consents UNION SELECT number FROM turned)`,
            at.slice(0, 10),
          ),
        ]
      : []),
  ];
}

/** After a register got another source (a lookup service, or files again): it is looked at from the start. */
export const recheckRegister = (list: number): Statement[] => [stopRun, startOver(list)];

/**
 * After an erasure at the subscriber's request, for numbers whose new entries already keep them from being called: each watched
 * number gets one status change to `blocked`, and everything else about it is deleted. `reasons`: why each is blocked then.
 */
export async function forgetWatched(
  db: D1Database,
  request: string,
  reasons: ReadonlyMap<number, string>,
  at: string,
): Promise<Statement[]> {
  const numbers = JSON.stringify([...reasons.keys()]);
  const of = "number IN (SELECT value FROM json_each(?1))";
  const [watched, rows] = (await db.batch([
    db.prepare(`SELECT number FROM watched WHERE ${of}`).bind(numbers),
    db.prepare(`SELECT num, batch || '/' || place AS key FROM turned WHERE ${of}`).bind(numbers),
  ])) as [D1Result<{ number: number }>, D1Result<{ num: number; key: string | null }>];
  const turned = watched.results.map(({ number }) => ({
    ...{ number, from_verdict: "clear", to_verdict: "blocked", reason: reasons.get(number)! },
    ...{ list: null, version: null, as_of: at.slice(0, 10) },
  }));
  const bound = rows.results.flatMap(({ key }) =>
    key === null ? [] : [{ row: `turned/${key}`, since: at }],
  );
  return [
    // One that was watched, or changed its status, meanwhile: plan again.
    sql(
      `UPDATE requests SET rev = NULL WHERE id = ?2 AND (
         EXISTS (SELECT 1 FROM watched WHERE ${of} AND number NOT IN (SELECT value FROM json_each(?3)))
         OR EXISTS (SELECT 1 FROM turned WHERE ${of} AND num > ?4))`,
      ...[numbers, request, JSON.stringify(turned.map(({ number }) => number))],
      Math.max(0, ...rows.results.map(({ num }) => num)),
    ),
    ...sayErased(bound),
    sql(`DELETE FROM turned WHERE ${of}`, numbers),
    ...insertTurned(turned, at),
    sql(`DELETE FROM watched WHERE ${of}`, numbers),
    sql(`DELETE FROM watch_again WHERE ${of}`, numbers),
    sql(`DELETE FROM lookup_queue WHERE ${of}`, numbers),
  ];
}
