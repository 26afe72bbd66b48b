/**
 * How the clock's jobs went: noted as each ends, and shown to people who ask. A clock that has stopped cannot tell of itself: whatever
 * is asked for says so, by what was noted last.
 */
import {
  clockJobs,
  type ClockJob,
  type Every,
  jobNames,
  PATIENCE,
  SILENCE,
} from "../../shared/jobs/clock.ts";
import type { WorkAnswer } from "../../shared/jobs/api.ts";

type Clock = WorkAnswer["clock"];
const iso = (ms: number): string => new Date(ms).toISOString();

const daily = jobNames.filter((job) => clockJobs[job] === "day");

/**
 * Begins to wait for those that are new; and again for those of a trigger, where nothing at all was noted for as long as it may be
 * silent: the clock had stopped, or an earlier Worker ran, which notes nothing. One that fails, or that people were told about, stays
 * late. `now` in milliseconds, as below.
 */
export const awaitJobs = async (db: D1Database, now: number) =>
  db.batch([
    db
      .prepare(
        `UPDATE clock_jobs SET known = ?1 WHERE failing IS NULL AND told IS NULL
           AND (SELECT MAX(MAX(COALESCE(ran, known), known)) FROM clock_jobs)
             < IIF(job IN (SELECT value FROM json_each(?4)), ?3, ?2)`,
      )
      .bind(...[now, now - SILENCE.often, now - SILENCE.day].map(iso), JSON.stringify(daily)),
    db
      .prepare("INSERT OR IGNORE INTO clock_jobs (job, known) SELECT value, ?2 FROM json_each(?1)")
      .bind(JSON.stringify(jobNames), iso(now)),
  ]);

/** Notes that a job came to its end, or how it failed. */
export const noteJob = async (
  db: D1Database,
  job: ClockJob,
  now: number,
  failure: { error: unknown } | null,
) =>
  db
    .prepare(
      `INSERT INTO clock_jobs (job, known, ran, ended, failing, error)
       VALUES (?1, ?2, ?2, IIF(?3 IS NULL, ?2, NULL), IIF(?3 IS NULL, NULL, ?2), ?3)
       ON CONFLICT (job) DO UPDATE SET ran = ?2, ended = COALESCE(excluded.ended, ended),
         failing = IIF(?3 IS NULL, NULL, COALESCE(failing, ?2)), error = ?3`,
    )
    .bind(job, iso(now), failure && wordsOf(failure.error))
    .run();

/** An error's words without numbers and addresses, which may be somebody's. */
const wordsOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .replace(/\S+@\S+/g, "…")
    .replace(/\+?\d[\d\s()-]{5,}\d/g, "…")
    .slice(0, 200);

interface Row {
  job: string;
  known: string;
  ran: string | null;
  ended: string | null;
  failing: string | null;
  error: string | null;
  told: string | null;
}
const rowsOf = async (db: D1Database): Promise<Map<string, Row>> => {
  const { results } = await db
    .prepare("SELECT job, known, ran, ended, failing, error, told FROM clock_jobs")
    .all<Row>();
  return new Map(results.map((row) => [row.job, row]));
};

/** Since when a job has not ended well, where that is for too long. */
function lateSince(job: ClockJob, row: Row | undefined, now: number): string | null {
  if (!row) return null;
  const since = row.ended !== null && row.ended > row.known ? row.ended : row.known;
  return Date.parse(since) < now - PATIENCE[clockJobs[job]] ? since : null;
}

function triggersOf(rows: ReadonlyMap<string, Row>, now: number): Clock["triggers"] {
  const every = Object.keys(SILENCE) as Every[];
  return every.map((trigger) => {
    const its = jobNames.flatMap((job) => (clockJobs[job] === trigger ? (rows.get(job) ?? []) : []));
    const ran =
      its
        .flatMap((row) => row.ran ?? [])
        .sort()
        .at(-1) ?? null;
    // Where none has run, one is waited for since the first of them is known.
    const since = ran ?? its.map(({ known }) => known).sort()[0] ?? null;
    return {
      ...{ every: trigger, ran },
      stopped: since !== null && Date.parse(since) < now - SILENCE[trigger] ? since : null,
    };
  });
}

/** For people who ask. */
export async function clockOf(
  db: D1Database,
  now: number,
): Promise<Clock & { told: ReadonlyMap<ClockJob, string> }> {
  const rows = await rowsOf(db);
  return {
    triggers: triggersOf(rows, now),
    jobs: jobNames.map((job) => {
      const row = rows.get(job);
      const { ended = null, failing = null, error = null } = row ?? {};
      return { job, every: clockJobs[job], ended, failing, error, late: lateSince(job, row, now) };
    }),
    told: new Map(
      jobNames.flatMap((job) => {
        const told = rows.get(job)?.told ?? null;
        return told === null ? [] : [[job, told]];
      }),
    ),
  };
}

/** Since when a trigger does not run; null while all do. */
export async function stoppedSince(db: D1Database, now: number): Promise<string | null> {
  return (
    triggersOf(await rowsOf(db), now)
      .flatMap(({ stopped }) => stopped ?? [])
      .sort()[0] ?? null
  );
}
