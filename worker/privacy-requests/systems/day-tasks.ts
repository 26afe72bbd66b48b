/** The tasks in connected systems after the end of retention (expired.ts): one a system and day. */
import * as z from "zod";
import { dayOf } from "../../../shared/core/calendar.ts";
import { chunks } from "../../../shared/core/chunks.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { type System, systemsOf } from "../../connectors/kinds/held/read.ts";
import { insertBound } from "../../core/bound.ts";
import { record } from "../../core/commit.ts";
import { prepare, sql, type Statement } from "../../core/sql.ts";
import { changeRows, statesOf } from "../../core/states.ts";
import type { Env } from "../../env.ts";
import { tasksBound } from "../bound.ts";
import { type Moment, momentOf } from "../rows.ts";

/** Records of one task: a day with more of a system has several. */
const MOST = 500;
/** Tasks of one commit, tasks of before that one joins, and commits of one run of the clock. */
const TASKS = 10;
const JOINED = 200;
const ROUNDS = 50;

/** What `how` says of a task that was ended as its records are in another, one of the whole day. */
export const JOINED_HOW = "joined";

/** The records of a task: kind and id, as its row has them. */
export const taskRecords = z.array(z.tuple([z.string(), z.string()]));

interface Of {
  connector: string;
  name: string;
  kind: string;
  day: string;
}

/** Whether a day begins behind a moment (ISO 8601), which somebody may have made unreadable. */
const isBefore = (moment: string, day: string, zone: string): boolean => {
  const at = Date.parse(moment);
  return !Number.isNaN(at) && dayOf(at, zone) < day;
};

/**
 * The system of a task, as it is connected now: one of another kind is another, and so is an account that it leads to only since the
 * task's day, or later. What has the task's ids there is somebody else.
 */
export const systemOf = async (
  db: D1Database,
  { connector, kind, day }: Omit<Of, "name">,
  { policy }: Pick<Moment, "policy">,
): Promise<System | undefined> =>
  (await systemsOf(db)).find(
    ({ row, since }) =>
      row.id === connector && row.kind === kind && isBefore(since, day, zoneOfPolicy(policy)),
  );

/**
 * The statements that make the tasks of these records. Their ids begin with their day. They keep the records out of other tasks, but
 * where the connector leads to another account since, in which these ids are somebody else's. Refused where one is in an open task,
 * unless `or` lets it be (which may be of that other account).
 */
function newTasks(
  { connector, name, kind, day }: Of,
  system: System | undefined,
  records: readonly [string, string][],
  at: string,
  or: "" | " OR IGNORE" = "",
) {
  const rows = [...chunks(records, MOST)].map((some) => ({
    ...{ id: `${day}-${crypto.randomUUID()}`, connector, name, kind, day, records: JSON.stringify(some) },
    ...{ done_on: null, how: "", backups_until: null, by: "system", at },
  }));
  return rows.length === 0
    ? []
    : [
        insertBound(tasksBound, rows),
        sql(
          `INSERT${or} INTO system_task_records (connector, object, record, task)
           SELECT t.connector, e.value ->> 0, e.value ->> 1, t.id FROM json_each(?) j
           CROSS JOIN system_tasks t ON t.id = j.value CROSS JOIN json_each(t.records) e
           WHERE NOT EXISTS (SELECT 1 FROM connectors c
             WHERE c.id = t.connector AND (c.kind <> t.kind OR COALESCE(c.account_since, c.at) IS NOT ?))`,
          ...[JSON.stringify(rows.map(({ id }) => id)), system?.since ?? null],
        ),
      ];
}

const made = (env: Env, { connector, day }: Of, records: number, statements: Statement[]) =>
  record(env, {
    actor: "system",
    event: { code: "request.tasks-made", subject: connector, payload: { day, records } },
    statements,
  });

/** Scheduled: makes the tasks of the days that are over, and joins those that an earlier Worker made, one for each number. */
export async function makeTasks(env: Env, now: number): Promise<void> {
  const moment = await momentOf(env.DB, now);
  for (const some of [makeSome, joinSome]) for (let n = 0; n < ROUNDS && (await some(env, moment)); n++);
}

async function makeSome(env: Env, moment: Moment): Promise<boolean> {
  const db = env.DB;
  const of = await db
    .prepare(
      "SELECT connector, name, kind, day FROM system_left WHERE day < ? ORDER BY day, connector, object, record LIMIT 1",
    )
    .bind(moment.today)
    .first<Of>();
  if (!of) return false;
  const { results } = await db
    .prepare(
      `SELECT object, record FROM system_left l WHERE day = ?1 AND connector = ?2 AND NOT EXISTS (SELECT 1 FROM system_task_records e
         WHERE e.connector = l.connector AND e.object = l.object AND e.record = l.record)
       ORDER BY object, record LIMIT ${MOST * TASKS}`,
    )
    .bind(of.day, of.connector)
    .all<{ object: string; record: string }>();
  const records = results.map(({ object, record: id }): [string, string] => [object, id]);
  await made(env, of, records.length, [
    ...newTasks(of, await systemOf(db, of, moment), records, moment.at),
    sql(
      `DELETE FROM system_left WHERE day = ?1 AND connector = ?2
         AND (object, record) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?3))`,
      ...[of.day, of.connector, JSON.stringify(records)],
    ),
    // Fails where another run of the clock has made them meanwhile.
    sql("SELECT json(IIF(changes() = ?, 'null', 'not as read'))", records.length),
    // Whatever is in an open task by now waits no longer.
    sql(
      `DELETE FROM system_left WHERE day = ?1 AND connector = ?2 AND EXISTS (SELECT 1 FROM system_task_records e
         WHERE e.connector = system_left.connector AND e.object = system_left.object AND e.record = system_left.record)`,
      ...[of.day, of.connector],
    ),
  ]);
  return true;
}

/** An id of before is a UUID. What cannot be read stays a task of its own. */
const ofBefore = `done_on IS NULL AND id NOT GLOB '????-??-??-*' AND CASE WHEN json_valid(records)
  THEN json_type(records) = 'array' AND NOT EXISTS (SELECT 1 FROM json_each(records) e WHERE CASE e.type WHEN 'array'
    THEN json_array_length(e.value) <> 2 OR json_type(e.value, '$[0]') <> 'text' OR json_type(e.value, '$[1]') <> 'text' ELSE 1 END)
  ELSE 0 END`;

/** Of marks: until when no task of before was left. An earlier Worker, gone back to, makes later ones. */
const MARK = "tasks-joined";

async function joinSome(env: Env, moment: Moment): Promise<boolean> {
  const of = await env.DB.prepare(
    `SELECT connector, name, kind, day, at FROM system_tasks
     WHERE ${ofBefore} AND at > COALESCE((SELECT value FROM marks WHERE name = ?), '') ORDER BY at, id LIMIT 1`,
  )
    .bind(MARK)
    .first<Of & { at: string }>();
  if (!of) {
    const moved = sql(
      `INSERT INTO marks (name, value) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET value = excluded.value WHERE substr(value, 1, 10) < substr(excluded.value, 1, 10)`,
      ...[MARK, moment.at],
    );
    await prepare(env.DB, moved).run();
    return false;
  }
  const all = await statesOf(
    env.DB,
    tasksBound,
    `${ofBefore} AND at >= ? AND connector = ? AND day = ? ORDER BY at, id LIMIT ${JOINED}`,
    ...[of.at, of.connector, of.day],
  );
  const each = new Map<string, [string, string]>();
  const old = all.filter(({ records }) => {
    if (each.size >= MOST * TASKS) return false;
    for (const one of taskRecords.parse(JSON.parse(String(records)))) each.set(JSON.stringify(one), one);
    return true;
  });
  await made(env, of, each.size, [
    ...changeRows(
      tasksBound,
      old.map((before) => ({ before, to: { done_on: moment.today, how: JOINED_HOW, by: "system" } })),
      moment.at,
    ),
    sql(
      "DELETE FROM system_task_records WHERE task IN (SELECT value FROM json_each(?))",
      JSON.stringify(old.map(({ id }) => id!)),
    ),
    // They have waited since then.
    ...newTasks(of, await systemOf(env.DB, of, moment), [...each.values()].sort(), of.at, " OR IGNORE"),
  ]);
  return true;
}
