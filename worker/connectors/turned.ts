/**
 * Marks numbers whose verdict changed, without reading the CRM again: `connector_numbers` says which record holds which
 * number. The changes are the rows of `turned` (worker/watching); each connector reads them from its own cursor.
 */
import type { Verdict } from "../../shared/check/api.ts";
import { HOUR, MINUTE } from "../../shared/core/time.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { dayOf } from "../../shared/core/calendar.ts";
import { record } from "../core/commit.ts";
import { pauseAfter } from "../../shared/core/retry.ts";
import { messagesOf, sendAll } from "../core/queue.ts";
import { sql, type Statement, inChunks } from "../core/sql.ts";
import { decideFound, decisionsOf, foundIn, listNames, markOf, rowsOf } from "./judge.ts";
import type { Env } from "../env.ts";
import { currentPolicy } from "../policy/current.ts";
import { SignInOver, type Waiting } from "./connector.ts";
import { crmOf, writeMarks } from "./crm.ts";
import { TELL, tell, wordsOf } from "./failures.ts";
import { realTime } from "./http.ts";
import { connectorColumns, type ConnectorRow } from "./rows.ts";

/**
 * Rows of `turned` in one step, and steps in one run. Where a CRM takes one record a request, 200 numbers with a record or
 * two each stay below a Worker's subrequest limit.
 */
const ROWS = 200;
const STEPS = 5;
/** Records of one write and its commit: a later failure does not undo them. */
const RECORDS = 300;
/** One marker at a time: a slower one would overwrite newer verdicts. Longer than a step can take. */
const LEASE = 15 * MINUTE;
/**
 * SQL: a connector's `due` once there is a reason to mark it at once. A wait that may be the lease of a marker at work stays as it is: it
 * is over within a quarter of an hour. The parameter is `leasedUntil(now)`.
 */
export const dueAtOnce = (parameter: string): string => `IIF(due > ${parameter}, NULL, due)`;
export const leasedUntil = (now: number): string => new Date(now + LEASE).toISOString();
/** 5, 10, 20 … minutes after the failure before, four hours at most. */
const PAUSE = [5 * MINUTE, 4 * HOUR] as const;

/** A row of `connector_numbers`. */
interface Held {
  object: string;
  record: string;
  field: string;
  place: number;
  number: number;
  verdict: Verdict | "";
}

/** A connector whose records hold numbers that changed since it was marked last. */
export const hasTurned = `EXISTS (SELECT 1 FROM turned t WHERE t.num > c.turned
  AND EXISTS (SELECT 1 FROM connector_numbers n WHERE n.number = t.number AND n.connector = c.num))`;

/** Scheduled every five minutes, and called when a verdict has just changed: sends the ids of connectors to the queue. */
export async function sendMarks(env: Env, now: number): Promise<void> {
  if (!env.MARKS) return markTurned(env);
  const { results } = await env.DB.prepare(
    `SELECT c.id FROM connectors c WHERE active = 1 AND (due IS NULL OR due <= ?) AND ${hasTurned}`,
  )
    .bind(new Date(now).toISOString())
    .all<{ id: string }>();
  const ids = results.map(({ id }) => id);
  if (!(await sendAll(env.MARKS, messagesOf("marks", ids, 1)))) await markTurned(env);
}

/** Marks in all connected CRMs, or in those that are named. A CRM that fails delays no other. */
export async function markTurned(
  env: Env,
  waiting: Waiting = realTime,
  most = RECORDS,
  only: readonly string[] | null = null,
): Promise<void> {
  const now = waiting.clock();
  const { results } = await env.DB.prepare(
    `SELECT ${connectorColumns} FROM connectors c WHERE active = 1 AND (due IS NULL OR due <= ?1)
       AND (?2 IS NULL OR id IN (SELECT value FROM json_each(?2)))`,
  )
    .bind(new Date(now).toISOString(), only && JSON.stringify(only))
    .all<ConnectorRow>();
  for (const row of results) {
    try {
      let from = row.turned;
      for (let step = 0; step < STEPS; step++) {
        const { results: turned } = await env.DB.prepare(
          `SELECT num, number FROM turned t WHERE num > ?2
           AND EXISTS (SELECT 1 FROM connector_numbers n WHERE n.number = t.number AND n.connector = ?1)
           ORDER BY num LIMIT ?3`,
        )
          .bind(row.num, from, ROWS)
          .all<{ num: number; number: number }>();
        const to = turned.at(-1)?.num;
        if (to === undefined || !(await take(env.DB, row, from, now))) break;
        const numbers = [...new Set(turned.map(({ number }) => number))];
        await writeBack(env, row, numbers, { from, to }, waiting, most);
        from = to;
      }
    } catch (error) {
      await failed(env, row, error, now);
    }
  }
}

/** Leases the connector; false where another run has it. The step's commit clears `due`; a failure sets it. */
async function take(db: D1Database, { num }: ConnectorRow, from: number, now: number): Promise<boolean> {
  const taken = await db
    .prepare(
      `UPDATE connectors SET due = ?3 WHERE num = ?1 AND turned = ?2 AND (due IS NULL OR due <= ?4) RETURNING num`,
    )
    .bind(num, from, leasedUntil(now), new Date(now).toISOString())
    .first();
  return taken !== null;
}

/** Marks the records that hold some of these numbers by the verdicts of now, and moves the cursor from `from` to `to`. */
async function writeBack(
  env: Env,
  row: ConnectorRow,
  numbers: number[],
  { from, to }: { from: number; to: number },
  waiting: Waiting,
  most: number,
): Promise<void> {
  const now = waiting.clock();
  const { results } = await env.DB.prepare(
    `SELECT object, record, field, place, number, verdict FROM connector_numbers
     WHERE connector = ?1 AND (object, record) IN (
       SELECT object, record FROM connector_numbers
       WHERE number IN (SELECT value FROM json_each(?2)) AND connector = ?1)
     ORDER BY object, record, field, place, number`,
  )
    .bind(row.num, JSON.stringify(numbers))
    .all<Held>();
  const moved = sql(
    // A slice committed meanwhile may have set the cursor back: then leave it.
    `UPDATE connectors SET turned = IIF(turned = ?2, ?3, turned), failures = 0, error = NULL, due = NULL WHERE num = ?1`,
    ...[row.num, from, to],
  );
  const records = [...Map.groupBy(results, (held) => `${held.object} ${held.record}`).values()];
  const found = records.map(foundIn);
  const decisions = await decisionsOf(env, [...new Set(found.flat().flatMap((f) => f.numbers))], now);
  const names = await listNames(env.DB);
  const day = dayOf(now, zoneOfPolicy((await currentPolicy(env.DB)).policy));
  const judged = records.flatMap((held, i) => {
    const { object, record: id } = held[0]!;
    const all = found[i]!.map((f) => ({
      found: f,
      decision: decideFound(f, (e164) => decisions.get(e164)!),
    }));
    const rows = rowsOf({ object, id }, all, true);
    const before = new Map(held.map((h) => [`${h.field} ${h.place} ${h.number}`, h.verdict]));
    const same = rows.every(
      ([, , field, place, number, verdict]) => before.get(`${field} ${place} ${number}`) === verdict,
    );
    const mark = markOf({ object, id }, all, day, (list) => names.get(list) ?? "");
    return same ? [] : [{ rows, mark }];
  });
  const crm = judged.length === 0 ? null : await crmOf(env, row, waiting);
  for (let at = 0; at === 0 || at < judged.length; at += most) {
    const some = judged.slice(at, at + most);
    const marks = some.map(({ mark }) => mark);
    const refused = crm === null ? [] : (await writeMarks(env, row, crm, marks, now)).refused;
    const notTaken = new Set(refused.map(({ object, id }) => `${object} ${id}`));
    const rows = some.filter(({ mark }) => !notTaken.has(`${mark.object} ${mark.id}`)).flatMap((j) => j.rows);
    await record(env, {
      actor: "system",
      event: {
        code: "connector.marked",
        subject: row.id,
        payload: {
          ...{ from, to, records: records.length, written: some.length - refused.length },
          refusals: refused.slice(0, 20),
        },
      },
      statements: [
        ...(at + most >= judged.length ? [moved] : []),
        // What is read meanwhile may be from before.
        ...markedRows(row, rows, new Date(waiting.clock()).toISOString()),
      ],
    });
  }
}

/** Stores the verdicts that records were written with. */
export const markedRows = (row: ConnectorRow, rows: unknown[], at: string): Statement[] =>
  inChunks(rows, (chunk) =>
    sql(
      // Materialised, the chunk gets an index: otherwise SQLite searches it for each of the connector's numbers.
      `WITH v AS MATERIALIZED (SELECT value ->> 0 AS object, value ->> 1 AS record, value ->> 2 AS field,
           value ->> 3 AS place, value ->> 4 AS number, value ->> 5 AS verdict FROM json_each(?3))
       UPDATE connector_numbers AS c SET verdict = v.verdict, written_at = ?2 FROM v
       WHERE c.connector = ?1 AND c.object = v.object AND c.record = v.record AND c.field = v.field
         AND c.place = v.place AND c.number = v.number`,
      ...[row.num, at, chunk],
    ),
  );

async function failed(env: Env, row: ConnectorRow, error: unknown, now: number): Promise<void> {
  const failures = row.failures + 1;
  const words = wordsOf(error);
  const due = new Date(now + pauseAfter(failures, ...PAUSE)).toISOString();
  await record(env, {
    actor: "system",
    event: { code: "connector.mark-failed", subject: row.id, payload: { error: words, failures, due } },
    statements: [
      sql(
        "UPDATE connectors SET failures = ?, error = ?, due = ? WHERE num = ?",
        failures,
        words,
        due,
        row.num,
      ),
      // One mail for each run of failures.
      ...(failures === TELL && !(error instanceof SignInOver)
        ? await tell(env.DB, row, words, "mark", `${row.id}:${row.turned}`)
        : []),
    ],
  });
}
