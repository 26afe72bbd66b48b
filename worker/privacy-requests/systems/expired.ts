/** When the last recording of a number is erased on its day, connected CRMs may still hold the person: a task for each. */
import { insertBound } from "../../core/bound.ts";
import { sql, type Statement } from "../../core/sql.ts";
import { tasksBound } from "../bound.ts";

/** Records of one task. */
const MOST = 500;

/**
 * Records of connected CRMs that runs saw with the number of a recording (`?1`) that is erased by policy's retention, where no other
 * recording of the number is left, and no open task has the record.
 */
const left = `FROM recordings r JOIN connector_numbers n ON n.number = r.number JOIN connectors c ON c.num = n.connector
  WHERE r.id = ?1 AND r.state <> 'erased' AND r.rule = 'retention'
    AND NOT EXISTS (SELECT 1 FROM recordings o WHERE o.number = r.number AND o.state <> 'erased' AND o.id <> r.id)
    AND NOT EXISTS (SELECT 1 FROM system_task_records e
      WHERE e.connector = c.id AND e.object = n.object AND e.record = n.record)`;

/**
 * The statements that make the tasks of a recording in the commit that erases it, before its row is emptied. They name no number.
 * Refused (conflict) where another recording went, or came, meanwhile, so that of two last ones neither misses the other: plan again.
 */
export async function systemTasks(
  db: D1Database,
  recording: string,
  { day, at }: { day: string; at: string },
): Promise<Statement[]> {
  const { results } = await db
    .prepare(
      `SELECT DISTINCT c.id AS connector, c.name, c.kind, n.object, n.record ${left} ORDER BY c.num, n.object, n.record LIMIT ${MOST}`,
    )
    .bind(recording)
    .all<{ connector: string; name: string; kind: string; object: string; record: string }>();
  const rows = [...Map.groupBy(results, ({ connector }) => connector).values()].map((of) => {
    const { connector, name, kind } = of[0]!;
    return {
      ...{ id: crypto.randomUUID(), connector, name, kind, day },
      records: JSON.stringify(of.map(({ object, record }) => [object, record])),
      ...{ done_on: null, how: "", backups_until: null, by: "system", at },
    };
  });
  return [
    sql(
      `UPDATE recordings SET audio_rev = NULL WHERE id = ?1 AND ?2 <>
         (SELECT COUNT(*) FROM (SELECT DISTINCT c.id, n.object, n.record ${left} LIMIT ${MOST}))`,
      recording,
      results.length,
    ),
    ...(rows.length === 0
      ? []
      : [
          insertBound(tasksBound, rows),
          sql(
            `INSERT INTO system_task_records (connector, object, record, task)
             SELECT t.connector, e.value ->> 0, e.value ->> 1, t.id FROM json_each(?) j
             CROSS JOIN system_tasks t ON t.id = j.value CROSS JOIN json_each(t.records) e`,
            JSON.stringify(rows.map(({ id }) => id)),
          ),
        ]),
  ];
}
