/** What a save of the policy means for watched numbers: which of its clauses turn numbers, as a register's version does. */
import type { PolicyChange } from "../shared/clauses.ts";
import { sql, type Statement } from "./audit.ts";

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
