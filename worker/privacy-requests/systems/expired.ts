/** When the last recording of a number is erased on its day, connected CRMs may still hold the person: a task for each. */
import { chunks } from "../../../shared/core/chunks.ts";
import { insertBound } from "../../core/bound.ts";
import type { Statement } from "../../core/sql.ts";
import { tasksBound } from "../bound.ts";

/** Records of one task. */
const MOST = 500;

/**
 * The statements that make the tasks of recordings that are about to be erased by policy's retention: of each CRM the records that
 * runs saw with their numbers, where no other recording of the number is kept. They name no number.
 */
export async function systemTasks(
  db: D1Database,
  recordings: readonly string[],
  { day, at }: { day: string; at: string },
): Promise<Statement[]> {
  const { results } = await db
    .prepare(
      `SELECT DISTINCT c.id AS connector, c.name, c.kind, n.object, n.record FROM json_each(?1) j
       CROSS JOIN recordings r ON r.id = j.value AND r.rule = 'retention' AND r.state = 'kept'
       CROSS JOIN connector_numbers n ON n.number = r.number JOIN connectors c ON c.num = n.connector
       WHERE NOT EXISTS (SELECT 1 FROM recordings o WHERE o.number = r.number AND o.state <> 'erased'
         AND o.id NOT IN (SELECT value FROM json_each(?1)))
       ORDER BY c.num, n.object, n.record`,
    )
    .bind(JSON.stringify(recordings))
    .all<{ connector: string; name: string; kind: string; object: string; record: string }>();
  const rows = [...Map.groupBy(results, ({ connector }) => connector).values()].flatMap((of) =>
    [...chunks(of, MOST)].map((some) => {
      const { connector, name, kind } = some[0]!;
      return {
        ...{ id: crypto.randomUUID(), connector, name, kind, day },
        records: JSON.stringify(some.map(({ object, record }) => [object, record])),
        ...{ done_on: null, how: "", backups_until: null, by: "system", at },
      };
    }),
  );
  return rows.length === 0 ? [] : [insertBound(tasksBound, rows)];
}
