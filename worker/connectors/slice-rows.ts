/** The statements by which a slice is committed: its run moves on, and which record holds which number is stored. */
import { sql, type Statement, inChunks } from "../core/sql.ts";
import { endRun } from "./checks/runs-bound.ts";
import type { Counts } from "./checks/achieved.ts";
import type { SliceContact } from "./read.ts";
import type { Row } from "./judge.ts";
import type { ConnectorRow, RunRow } from "./rows.ts";

/** What is known of a CRM's records. */
const tables = ["connector_numbers", "connector_accounts", "connector_records"];

const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * The statements that move the run to its next slice, or end it behind the last. If two commit the same slice, the trigger
 * `connector_runs_moved` refuses the second.
 */
export function moving(
  run: RunRow,
  counts: Record<string, number>,
  next: string | null,
  said: { kinds: Counts; refusal?: string | undefined; error?: string | undefined },
  now: number,
): Statement[] {
  const sums = Object.keys(counts).map((name, i) => `${name} = ${name} + ?${i + 8}`);
  const kinds = JSON.stringify(said.kinds);
  const error = said.error ?? null;
  const moved = sql(
    `UPDATE connector_runs SET slice = ?2, cursor = ?3, lease = NULL, due = NULL, failures = 0, error = ?7,
       moved_at = ?4, refusal = COALESCE(?5, refusal), kinds = ?6, ${sums.join(", ")}
     WHERE num = ?1`,
    ...[run.num, run.slice + 1, next, iso(now), said.refusal ?? null, kinds, error],
    ...Object.values(counts),
  );
  if (next !== null) return [moved];
  const was = run as unknown as Record<string, number>;
  const then = {
    ...Object.fromEntries(Object.entries(counts).map(([name, n]) => [name, was[name]! + n])),
    ...{ refusal: said.refusal ?? run.refusal, kinds, error },
  };
  return [moved, ...endRun(run, { state: error === null ? "done" : "failed", finished_at: iso(now) }, then)];
}

/** The fields of this set-up were tried for each kind, or a run came through with it. */
export const provedBy = (row: ConnectorRow): Statement =>
  sql("UPDATE connectors SET proved = setup WHERE num = ? AND setup = ?", row.num, row.setup);

/** At the end of a trial run: this set-up may write from now on, unless it changed since the trial began, or the trial failed. */
export const tried = (
  row: ConnectorRow,
  run: RunRow,
  next: string | null,
  failed: boolean,
  now: number,
): Statement[] =>
  next !== null || failed
    ? []
    : [
        sql(
          "UPDATE connectors SET tried_at = ?2 WHERE num = ?1 AND at <= ?3",
          ...[row.num, iso(now), run.at],
        ),
      ];

/** Stores what is known of the slice's records, and removes what they no longer hold. */
export function known(
  row: ConnectorRow,
  run: RunRow,
  contacts: readonly SliceContact[],
  rows: readonly Row[],
  at: string,
): Statement[] {
  const records = contacts.map(({ object, id }) => [object, id]);
  const accounts = contacts.flatMap(({ object, id, account }) =>
    account === "" ? [] : [[object, id, account]],
  );
  const told = contacts.flatMap(({ object, id, seen, origin: { source, since, notice } }) =>
    seen === null && source + since + notice === ""
      ? []
      : [
          [
            object,
            id,
            seen?.changed,
            seen && JSON.stringify({ numbers: seen.numbers, optedOut: seen.optedOut }),
            source,
            since,
            notice,
            seen?.readAt,
          ],
        ],
  );
  return [
    ...inChunks(told, (chunk) =>
      sql(
        `INSERT INTO connector_records (connector, run, object, record, seen, further, source, since, notice, read_at)
         SELECT ?1, ?2, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
         FROM json_each(?3) WHERE true
         ON CONFLICT DO UPDATE SET run = excluded.run, seen = excluded.seen, further = excluded.further,
           source = excluded.source, since = excluded.since, notice = excluded.notice, read_at = excluded.read_at`,
        ...[row.num, run.num, chunk],
      ),
    ),
    ...inChunks(accounts, (chunk) =>
      sql(
        `INSERT INTO connector_accounts (connector, run, object, record, account)
         SELECT ?1, ?2, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?3) WHERE true
         ON CONFLICT DO UPDATE SET run = excluded.run, account = excluded.account`,
        ...[row.num, run.num, chunk],
      ),
    ),
    ...inChunks([...rows], (chunk) =>
      sql(
        `INSERT INTO connector_numbers (connector, run, written_at, since, object, record, field, place, number, verdict)
         SELECT ?1, ?2, ?3, ?3, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
         FROM json_each(?4) WHERE true
         ON CONFLICT DO UPDATE SET run = excluded.run, verdict = excluded.verdict,
           written_at = CASE WHEN verdict = excluded.verdict THEN written_at ELSE excluded.written_at END`,
        ...[row.num, run.num, at, chunk],
      ),
    ),
    ...tables.flatMap((table) =>
      inChunks(records, (chunk) =>
        sql(
          `DELETE FROM ${table} WHERE connector = ?1 AND run < ?2
             AND (object, record) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?3))`,
          ...[row.num, run.num, chunk],
        ),
      ),
    ),
  ];
}

/** A run that began while a set-up was tested may have marked what the test then emptied: another one is due. */
export const runAgain = (row: ConnectorRow, from: number, to: number): Statement =>
  sql(
    `UPDATE connectors SET again = ?3 WHERE num = ?1
     AND EXISTS (SELECT 1 FROM connector_runs r WHERE r.connector = ?1 AND r.trial = 0 AND r.at >= ?2)`,
    ...[row.num, iso(from), iso(to)],
  );

/** The newest row of `turned` (changes of verdict), 0 without one. */
export const newestTurned = async (db: D1Database): Promise<number> =>
  (await db.prepare("SELECT COALESCE(MAX(num), 0) AS num FROM turned").first<{ num: number }>())!.num;

/**
 * Sets the connector's place in `turned` back to where it was when the slice was judged: a change of verdict since then may
 * have been marked before the slice was written over it, and is marked once more.
 */
export const lookedBack = (row: ConnectorRow, before: number): Statement =>
  sql("UPDATE connectors SET turned = MIN(turned, ?2) WHERE num = ?1", row.num, before);

/** At the end of a run: forgets the records that it did not see, as the CRM no longer has them. */
export const forgotten = (row: ConnectorRow, run: RunRow): Statement[] =>
  tables.map((table) => sql(`DELETE FROM ${table} WHERE connector = ? AND run < ?`, row.num, run.num));

/**
 * Forgets what is known of a CRM's records: its set-up names others now, or it is removed. Of records of some kinds, of which it names
 * the same flag (`flags`), or the same field for consents (`outs`), that ClearDial set or wrote it: the flag would else come in as the CRM's,
 * and nobody would know where words of consents stay.
 */
export const forgetRecords = (
  row: ConnectorRow,
  flags: readonly string[] = [],
  outs: readonly string[] = [],
): Statement[] => [
  ...tables
    .filter((table) => table !== "connector_records")
    .map((table) => sql(`DELETE FROM ${table} WHERE connector = ?`, row.num)),
  sql(
    `UPDATE connector_records SET seen = NULL, further = NULL, source = '', since = '', notice = '', read_at = NULL,
       said = IIF(said -> '*' ->> 'by' IS 'ours' AND object IN (SELECT value FROM json_each(?2)),
         json_object('*', json(said -> '*')), '{}'),
       consent_out = IIF(object IN (SELECT value FROM json_each(?3)), consent_out, '') WHERE connector = ?1`,
    ...[row.num, JSON.stringify(flags), JSON.stringify(outs)],
  ),
  sql("DELETE FROM connector_records WHERE connector = ? AND said = '{}' AND consent_out = ''", row.num),
];
