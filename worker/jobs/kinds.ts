/** Work that runs from queues, one row a kind: who does it, what waits, and what failed until a person sends it again. */
import type { WorkKind } from "../../shared/jobs/api.ts";
import type { Role } from "../../shared/people/api.ts";
import { DAY, HOUR } from "../../shared/core/time.ts";
import { dueAtOnce, hasTurned, leasedUntil, markTurned } from "../connectors/turned.ts";
import { realTime } from "../connectors/http.ts";
import { lastRun } from "../connectors/rows.ts";
import { idIn, sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { sendThese } from "../mail/outbox.ts";
import { eraseTheseFiles, failTheseFiles } from "../privacy-requests/files/erasure.ts";
import { makeParts, partsAgain } from "../privacy-requests/files/parts/making.ts";
import { eraseThese, failThese } from "../recordings/erasure-queue.ts";
import { todayAt } from "../recordings/erasure.ts";
import { closedDue } from "../recordings/closed/counts.ts";
import { dueBy } from "../recordings/erasing/by-index.ts";
import { isPutOff } from "../recordings/rows.ts";
import { flushHooks } from "../webhooks/send.ts";

interface Kind {
  /** Who reads what failed, and sends it again. */
  roles: readonly Role[];
  /** The oldest should not wait for longer, in milliseconds. */
  limit: number;
  /** Does the work of a message. Absent where the messages are others (connectors/message.ts). */
  take?: (env: Env, ids: readonly string[], clock: () => number) => Promise<void>;
  /** Writes down that a message failed each time that it came. Otherwise the rows stay due, and the clock sends them again. */
  dead?: (env: Env, ids: readonly string[], now: number) => Promise<void>;
  /** SQL of one row `waiting, oldest`. `?1` is the moment, `?2` the day where the policy is. */
  waiting: string;
  /** SQL of rows `id, what, to, since, failures, error, due`; what failed too often. */
  failed: string;
  /** SQL of one row `n, until`: how many of what is listed as failed a store puts off for more than a month, and until which day. */
  putOff?: string;
  /** Sends those of the ids (JSON) that failed again, at a moment in ISO 8601. */
  again: (ids: string, at: string) => Statement[];
  /** Gives up those of the ids (JSON) that failed, at a moment in ISO 8601. Without it nothing of the kind may be given up. */
  leave?: (ids: string, at: string) => Statement[];
}

const each = "IN (SELECT value FROM json_each(?1))";
/** Failures of a recording, a file or a CRM that a person should look at. They are tried again all the same. */
const MANY = 3;
const putOff = `FROM recording_rows r INDEXED BY recording_rows_put_off WHERE ${isPutOff("r")} AND r.failures < ${MANY}
  AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.recording = r.id)`;
/** When the first change came that a CRM has not been told. */
const toMark = `(SELECT at FROM turned t WHERE t.num > c.turned
  AND EXISTS (SELECT 1 FROM connector_numbers n WHERE n.number = t.number AND n.connector = c.num) ORDER BY t.num LIMIT 1)`;

export const kinds: Record<WorkKind, Kind> = {
  erasure: {
    roles: ["compliance", "admin"],
    limit: DAY + 2 * HOUR,
    take: eraseThese,
    dead: failThese,
    waiting: `SELECT COUNT(*) + (SELECT COALESCE(SUM(n), 0) FROM ${closedDue("?2")}) AS waiting,
        NULLIF(MIN(COALESCE(MIN(MAX(erase_after || 'T00:00:00.000Z', COALESCE(waits_until, ''))), '~'),
          COALESCE((SELECT MIN(day) || 'T00:00:00.000Z' FROM ${closedDue("?2")}), '~')), '~') AS oldest
      FROM recordings r WHERE state <> 'erased' AND ${dueBy("erase_after", "?2")} AND (waits_until IS NULL OR waits_until <= ?1)
        AND (due IS NULL OR due <= ?1 OR failures > 0 OR state = 'erasing')
        AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.recording = r.id)`,
    failed: `SELECT id, store AS what, NULL AS "to", MAX(erase_after || 'T00:00:00.000Z', COALESCE(waits_until, '')) AS since,
        failures, error, due FROM recording_rows INDEXED BY recording_rows_failing
      WHERE failures >= ${MANY} AND failures > 0 AND state <> 'erased'
      UNION ALL SELECT id, store, NULL, MAX(erase_after || 'T00:00:00.000Z', COALESCE(waits_until, '')), failures,
        store || ': put off until ' || date(not_before), due ${putOff}`,
    putOff: `SELECT COUNT(*) AS n, MAX(date(not_before)) AS until ${putOff}`,
    // It keeps its count: an earlier try may have erased it.
    again: (ids) => [
      sql(
        `UPDATE recordings SET due = NULL, queued_until = NULL
         WHERE ${idIn("id", "?1")} AND (failures >= ${MANY} OR not_before IS NOT NULL) AND state = 'kept'`,
        ids,
      ),
    ],
  },
  files: {
    roles: ["compliance", "admin"],
    limit: DAY + 2 * HOUR,
    take: eraseTheseFiles,
    dead: failTheseFiles,
    waiting: "SELECT COUNT(*) AS waiting, MIN(since) AS oldest FROM file_erasures",
    failed: `SELECT e.file AS id, r.ref || ' ' || f.purpose AS what, NULL AS "to", e.since, e.failures, e.error, e.due
      FROM file_erasures e INDEXED BY file_erasures_failing JOIN request_files f ON f.id = e.file JOIN requests r ON r.id = f.request
      WHERE e.failures >= ${MANY} AND e.failures > 0`,
    again: (ids, at) => [
      sql(
        `UPDATE file_erasures SET due = ?2, queued_until = NULL WHERE file ${each} AND failures >= ${MANY}`,
        ...[ids, at],
      ),
    ],
  },
  mail: {
    roles: ["admin"],
    limit: HOUR,
    take: sendThese,
    waiting: "SELECT COUNT(*) AS waiting, MIN(at) AS oldest FROM outbox WHERE state = 'waiting'",
    failed: `SELECT id, template AS what, recipient AS "to", at AS since, tries AS failures, error, NULL AS due FROM outbox
      WHERE state = 'failed' AND vals IS NOT NULL`,
    again: (ids, at) => [
      sql(
        `UPDATE outbox SET state = 'waiting', tries = 0, error = NULL, due = ?2, queued_until = NULL
         WHERE id ${each} AND state = 'failed' AND vals IS NOT NULL`,
        ...[ids, at],
      ),
    ],
    leave: (ids) => [
      sql(
        `UPDATE outbox SET state = 'expired', vals = NULL, queued_until = NULL
         WHERE id ${each} AND state = 'failed' AND vals IS NOT NULL`,
        ids,
      ),
    ],
  },
  webhooks: {
    roles: ["admin"],
    limit: DAY,
    take: async (env, ids, clock) => {
      for (const id of ids) await flushHooks(env, clock, id);
    },
    waiting: `SELECT COUNT(*) AS waiting, MIN((SELECT at FROM turned WHERE num > w.told ORDER BY num LIMIT 1)) AS oldest
      FROM webhooks w WHERE deleted_at IS NULL AND off_at IS NULL AND EXISTS (SELECT 1 FROM turned WHERE num > w.told)`,
    failed: `SELECT w.id, w.url AS what, NULL AS "to", COALESCE(w.failing_since, w.off_at) AS since,
        COALESCE(d.tries, 0) AS failures, w.off_why AS error, NULL AS due
      FROM webhooks w LEFT JOIN webhook_deliveries d ON d.webhook = w.id AND d.state = 'waiting'
      WHERE w.off_at IS NOT NULL AND w.deleted_at IS NULL AND COALESCE(w.left_at, '') < w.off_at`,
    again: (ids, at) => [
      sql(
        `UPDATE webhook_deliveries SET due = ?2, tries = 0 WHERE state = 'waiting'
           AND webhook IN (SELECT id FROM webhooks WHERE id ${each} AND off_at IS NOT NULL AND deleted_at IS NULL)`,
        ...[ids, at],
      ),
      sql(
        `UPDATE webhooks SET off_at = NULL, off_why = NULL, failing_since = NULL
         WHERE id ${each} AND off_at IS NOT NULL AND deleted_at IS NULL`,
        ids,
      ),
    ],
    // It stays off.
    leave: (ids, at) => [
      sql(
        `UPDATE webhooks SET left_at = ?2 WHERE id ${each} AND off_at IS NOT NULL AND deleted_at IS NULL`,
        ...[ids, at],
      ),
    ],
  },
  marks: {
    roles: ["admin"],
    limit: DAY,
    take: (env, ids) => markTurned(env, realTime, undefined, ids),
    waiting: `SELECT COUNT(*) AS waiting, MIN(${toMark}) AS oldest
      FROM connectors c WHERE active = 1 AND ${hasTurned}`,
    failed: `SELECT id, name AS what, NULL AS "to", ${toMark} AS since, failures, error, due FROM connectors c
      WHERE failures >= ${MANY} AND active = 1`,
    again: (ids, at) => [
      sql(
        `UPDATE connectors SET due = ${dueAtOnce("?2")} WHERE id ${each} AND failures >= ${MANY}`,
        ...[ids, leasedUntil(Date.parse(at))],
      ),
    ],
  },
  runs: {
    roles: ["admin"],
    limit: DAY,
    waiting:
      "SELECT COUNT(*) AS waiting, MIN(moved_at) AS oldest FROM connector_runs WHERE state = 'running'",
    // A run that goes on ends nothing: the one before it failed. So do readings of what changed between runs.
    failed: `SELECT id, what, NULL AS "to", MIN(since) AS since, failures, error, due FROM (
        SELECT c.id, c.name AS what, COALESCE(f.at, r.at) AS since, r.failures, COALESCE(r.error, f.error) AS error,
          IIF(r.state = 'running', r.due, strftime('%Y-%m-%dT%H:%M:%fZ', r.finished_at, '+1 day')) AS due
        FROM connectors c JOIN connector_runs r ON r.num = ${lastRun("c.num")}
          LEFT JOIN connector_runs f ON r.state = 'running' AND f.state = 'failed' AND f.num = (SELECT num FROM connector_runs b
            WHERE b.connector = c.num AND b.trial = 0 AND b.num < r.num ORDER BY b.num DESC LIMIT 1)
        WHERE c.active = 1 AND (r.state = 'failed' OR f.num IS NOT NULL OR (r.state = 'running' AND r.failures >= ${MANY}))
        UNION ALL
        SELECT c.id, c.name, COALESCE(d.read_at, d.upto), d.failures, d.error, d.due
        FROM connectors c JOIN connector_changes d ON d.connector = c.num
        WHERE c.active = 1 AND d.failures >= ${MANY}) GROUP BY id`,
    // The clock takes up the one that waits, and begins another in the place of one that has ended.
    again: (ids, at) => [
      sql(
        `UPDATE connector_runs SET due = NULL WHERE state = 'running' AND failures >= ${MANY}
           AND connector IN (SELECT num FROM connectors WHERE id ${each})`,
        ids,
      ),
      sql(
        `UPDATE connector_changes SET due = NULL WHERE failures >= ${MANY}
           AND connector IN (SELECT num FROM connectors WHERE id ${each})`,
        ids,
      ),
      sql(
        `UPDATE connectors SET sent_again = ?2
         WHERE id ${each} AND (SELECT state FROM connector_runs WHERE num = ${lastRun("connectors.num")}) = 'failed'`,
        ...[ids, at],
      ),
    ],
  },
  copies: {
    roles: ["compliance", "admin"],
    limit: 6 * HOUR,
    take: makeParts,
    waiting:
      "SELECT COUNT(*) AS waiting, MIN(at) AS oldest FROM copy_parts WHERE came_at IS NULL AND due IS NOT NULL",
    failed: `SELECT p.id, r.ref || ' ' || p.part || '/' || p.parts AS what, NULL AS "to", p.at AS since, p.tries AS failures,
        p.error ->> 'code' AS error, NULL AS due
      FROM copy_parts p JOIN requests r ON r.id = p.request WHERE p.came_at IS NULL AND p.made IS NULL AND p.due IS NULL`,
    again: (ids, at) => [partsAgain(ids, at)],
  },
};

/** How much of a kind waits, and since when. `now` is in milliseconds. */
export async function waitingOf(
  db: D1Database,
  kind: WorkKind,
  now: number,
): Promise<{ waiting: number; oldest: string | null }> {
  const found = await db
    .prepare(`SELECT waiting, oldest FROM (${kinds[kind].waiting}) WHERE ?1 IS NOT NULL AND ?2 IS NOT NULL`)
    .bind(new Date(now).toISOString(), await todayAt(db, now))
    .first<{ waiting: number; oldest: string | null }>();
  return found!;
}
