/** What a save of the policy, another source of a register, or an erasure means for watched numbers. */
import type { PolicyChange } from "../../shared/policy/clauses.ts";
import { sql, type Statement } from "../core/sql.ts";

/** Clauses that turn numbers, as a register's version does. */
const turning = (path: string): boolean =>
  path.startsWith("registers.") || path === "screening.graceDays" || path === "screening.watch";

/** All watched numbers that a register may bar are looked at again; after a time without watching the others too. */
export function lookAnew(changes: readonly PolicyChange[], at: string): Statement[] {
  if (!changes.some(({ path }) => turning(path))) return [];
  const on = changes.some(({ path, to }) => path === "screening.watch" && to === true);
  return [
    // A run that is under way judges by the policy before: it goes no further.
    sql("UPDATE watching SET rev = rev + 1 WHERE id = 1"),
    sql("UPDATE watch_lists SET done = 0, seen = 0, upto = NULL, block = -1, began = NULL"),
    ...(on
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

/** A register that is taken from elsewhere: all watched numbers that it bars now are looked at again. */
export const lookAnewAt = (list: number): Statement[] => [
  sql("UPDATE watching SET rev = rev + 1 WHERE id = 1"),
  sql(
    "UPDATE watch_lists SET done = 0, seen = 0, upto = NULL, block = -1, began = NULL WHERE list = ?",
    list,
  ),
];

/**
 * Numbers (JSON) whose subscribers have all of theirs erased, once the entries stand that keep them from being called: of
 * each that was watched that is told, and nothing else is left.
 */
export const forgetWatched = (numbers: string, at: string): Statement[] => [
  sql("DELETE FROM turned WHERE number IN (SELECT value FROM json_each(?))", numbers),
  sql(
    `INSERT INTO turned (number, from_verdict, to_verdict, reason, as_of, seq, at)
     SELECT w.number, 'clear', 'blocked', MAX(s.kind), substr(?2, 1, 10), (SELECT MAX(seq) FROM audit), ?2
     FROM watched w JOIN suppressions s ON s.number = w.number AND s.ended_at IS NULL
     WHERE w.number IN (SELECT value FROM json_each(?1)) GROUP BY w.number`,
    numbers,
    at,
  ),
  sql("DELETE FROM watched WHERE number IN (SELECT value FROM json_each(?))", numbers),
  sql("DELETE FROM watch_again WHERE number IN (SELECT value FROM json_each(?))", numbers),
  // No source is asked about it any more.
  sql("DELETE FROM lookup_queue WHERE number IN (SELECT value FROM json_each(?))", numbers),
];
