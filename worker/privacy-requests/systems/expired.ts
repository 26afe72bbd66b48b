/**
 * When the last recording of a number is erased on its day, connected CRMs may still hold the person: their records wait until the
 * day is over, and are then a task, one a system and day (day-tasks.ts).
 */
import { idIs, sql, type Statement } from "../../core/sql.ts";

/**
 * The statement, for the commit that erases a recording and before its row is emptied: where policy's retention erases it, and no
 * other recording of its number is left, the records with the number that runs saw in connected CRMs wait for their day's task,
 * but for those that an open one has. It names no number. `closed`: how many recordings of its number are packed.
 */
export const systemLeft = (recording: string, day: string, closed: number): Statement =>
  sql(
    `INSERT OR IGNORE INTO system_left (connector, object, record, name, kind, day)
     SELECT c.id, n.object, n.record, c.name, c.kind, ?2
     FROM recordings r JOIN connector_numbers n ON n.number = r.number JOIN connectors c ON c.num = n.connector
     WHERE ${idIs("r.id", "?1")} AND r.state <> 'erased' AND r.rule = 'retention'
       AND NOT EXISTS (SELECT 1 FROM recordings o WHERE o.number = r.number AND o.state <> 'erased' AND o.id <> r.id)
       AND ?3 = 0 AND NOT EXISTS (SELECT 1 FROM closed_kept_numbers k WHERE k.number = r.number)
       AND NOT EXISTS (SELECT 1 FROM system_task_records e
         WHERE e.connector = c.id AND e.object = n.object AND e.record = n.record)`,
    ...[recording, day, closed],
  );

/** Open tasks in connected CRMs (tasks.ts), counted up to 100. */
export const openTasks = async (db: D1Database): Promise<number> =>
  (await db
    .prepare(
      "SELECT COUNT(*) AS n FROM (SELECT 1 FROM system_tasks INDEXED BY system_tasks_open WHERE done_on IS NULL LIMIT 100)",
    )
    .first<number>("n"))!;
