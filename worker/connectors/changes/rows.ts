/** How far the changes of each CRM were read (migration 0104). */
import { MINUTE } from "../../../shared/core/time.ts";
import type { ConnectorRow } from "../rows.ts";

/** Longer than a step can take. */
const LEASE = 15 * MINUTE;
/**
 * So much earlier than what is known a reading begins: a CRM writes times of change by its own clock, and a search may find a
 * record some time after it changed. What is read again and known costs nothing but the reading.
 */
const OVERLAP = 5 * MINUTE;

export interface ChangesRow {
  connector: number;
  upto: string;
  since: string;
  began: string;
  cursor: string | null;
  readAt: string | null;
  failures: number;
  screening: string | null;
  day: string | null;
  part: number;
  contacts: number;
  invalid: number;
  heard: number | null;
}
const columns = `connector, upto, since, began, cursor, read_at AS readAt, failures, screening, day, part, contacts, invalid, heard`;

const iso = (ms: number): string => new Date(ms).toISOString();

/** A connector with the run that knows its records, when the last run that came to its end began (ISO 8601), and whether one goes on. */
export type Readable = ConnectorRow & { run: number; doneAt: string; runs: number };

/** Takes a reading, or resumes one; null where somebody else reads, or it is not due. Throws where a run has begun. */
export async function take(
  db: D1Database,
  { num, doneAt, at }: Pick<Readable, "num" | "doneAt" | "at">,
  now: number,
): Promise<ChangesRow | null> {
  const [, taken] = await db.batch<ChangesRow>([
    db.prepare("INSERT OR IGNORE INTO connector_changes (connector, upto) VALUES (?, ?)").bind(num, doneAt),
    // What a run of after it began has read need not be read again, and another set-up names other records.
    db
      .prepare(
        `UPDATE connector_changes SET lease = ?3,
           upto = MAX(upto, ?2),
           since = IIF(began >= ?6 AND cursor IS NOT NULL, since, strftime('%Y-%m-%dT%H:%M:%fZ', MAX(upto, ?2), ?5)),
           cursor = IIF(began >= ?6, cursor, NULL),
           began = IIF(began >= ?6 AND cursor IS NOT NULL, began, ?4)
         WHERE connector = ?1 AND (lease IS NULL OR lease <= ?4) AND (due IS NULL OR due <= ?4) RETURNING ${columns}`,
      )
      .bind(
        num,
        doneAt,
        iso(now + LEASE),
        iso(now),
        `-${OVERLAP / MINUTE} minutes`,
        doneAt > at ? doneAt : at,
      ),
  ]);
  return taken!.results[0] ?? null;
}

/** How far back a reading beside a run asks: it keeps no place, as all from the run's beginning on is read again after it. */
const BESIDE = 10 * MINUTE;

/** Takes a reading beside a run, from the last minutes on; null where somebody else reads, or it is not due. */
export const takeBeside = async (
  db: D1Database,
  { num }: Pick<Readable, "num">,
  now: number,
): Promise<ChangesRow | null> =>
  db
    .prepare(
      `UPDATE connector_changes SET lease = ?2
       WHERE connector = ?1 AND (lease IS NULL OR lease <= ?3) AND (due IS NULL OR due <= ?3)
       RETURNING connector, upto, ?4 AS since, ?3 AS began, NULL AS cursor, read_at AS readAt, failures, screening, day, part,
         contacts, invalid, heard`,
    )
    .bind(num, iso(now + LEASE), iso(now), iso(now - BESIDE))
    .first<ChangesRow>();

/** Holds readings off, while a set-up is tried. False where one goes on. */
export async function holdOff(db: D1Database, connector: number, now: number): Promise<boolean> {
  const row = await db
    .prepare(
      `UPDATE connector_changes SET lease = IIF(lease IS NULL OR lease <= ?2, ?3, lease) WHERE connector = ?1
       RETURNING lease = ?3 AS ours`,
    )
    .bind(connector, iso(now), iso(now + LEASE))
    .first<{ ours: number }>();
  // Without a row nobody has read.
  return row?.ours !== 0;
}

/** Nobody reads any more, until `due` where the CRM asks for a wait (milliseconds). */
export const letGo = (db: D1Database, connector: number, due: number | null = null) =>
  db
    .prepare("UPDATE connector_changes SET lease = NULL, due = ?2 WHERE connector = ?1")
    .bind(connector, due === null ? null : iso(due))
    .run();
