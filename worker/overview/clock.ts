/**
 * How the clock's jobs went: noted as each begins and ends, and shown to people who ask. A clock that has stopped cannot tell of itself: whatever
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
import { workEn } from "../../shared/texts/jobs/desk.en.ts";

type Clock = WorkAnswer["clock"];
const iso = (ms: number): string => new Date(ms).toISOString();

const triggers = Object.keys(SILENCE) as Every[];
const daily = jobNames.filter((job) => clockJobs[job] === "day");

/** In `marks`, a row a trigger: when its newest run began the job that it is at, and which; none once it came to its end. */
const mark = (every: string): string => `'clock_jobs.' || ${every}`;
const begins = (db: D1Database, every: Every, job: ClockJob | "", now: number) =>
  db
    .prepare(`INSERT OR REPLACE INTO marks (name, value) VALUES (${mark("?1")}, ?2 || ' ' || ?3)`)
    .bind(every, iso(now), job);

/**
 * Begins to wait for those that are new; and again for those of a trigger, where nothing at all was noted for as long as it may be
 * silent: the clock had stopped, or an earlier Worker ran, which notes nothing. One that fails, or that people were told about, stays
 * late. Where the trigger's last run came to no end, the job that it was at was stopped amid its work; notes that this run begins
 * with `first`. `now` in milliseconds, as below.
 */
export const awaitJobs = async (db: D1Database, every: Every, first: ClockJob, now: number) =>
  db.batch([
    db
      .prepare(
        `UPDATE clock_jobs SET known = ?1 WHERE failing IS NULL AND told IS NULL
           AND MAX((SELECT MAX(MAX(COALESCE(ran, known), known)) FROM clock_jobs),
             COALESCE((SELECT MAX(value) FROM marks WHERE name IN (SELECT ${mark("value")} FROM json_each(?5))), ''))
             < IIF(job IN (SELECT value FROM json_each(?4)), ?3, ?2)`,
      )
      .bind(
        ...[now, now - SILENCE.often, now - SILENCE.day].map(iso),
        ...[daily, triggers].map((them) => JSON.stringify(them)),
      ),
    db
      .prepare("INSERT OR IGNORE INTO clock_jobs (job, known) SELECT value, ?2 FROM json_each(?1)")
      .bind(JSON.stringify(jobNames), iso(now)),
    db
      .prepare(
        `UPDATE clock_jobs SET failing = COALESCE(failing, substr(m.value, 1, 24)), error = ?2
         FROM marks m WHERE m.name = ${mark("?1")} AND job = substr(m.value, 26) AND m.value > COALESCE(ran, '')`,
      )
      .bind(every, workEn.amid),
    begins(db, every, first, now),
  ]);

/** Notes that a job of this trigger's run came to its end, or how it failed, and which is the next; none: so did the run. */
export const noteJob = async (
  db: D1Database,
  every: Every,
  job: ClockJob,
  now: number,
  { failure, next }: { failure: { error: unknown } | null; next: ClockJob | undefined },
) =>
  db.batch([
    db
      .prepare(
        `INSERT INTO clock_jobs (job, known, ran, ended, failing, error)
         VALUES (?1, ?2, ?2, IIF(?3 IS NULL, ?2, NULL), IIF(?3 IS NULL, NULL, ?2), ?3)
         ON CONFLICT (job) DO UPDATE SET ran = ?2, ended = COALESCE(excluded.ended, ended),
           failing = IIF(?3 IS NULL, NULL, COALESCE(failing, ?2)), error = ?3`,
      )
      .bind(job, iso(now), failure && wordsOf(failure.error)),
    begins(db, every, next ?? "", now),
  ]);

/** What is quoted, in whatever marks and to its end where that is missing; an apostrophe within a word is no such mark. */
const QUOTED =
  /"(?:\\.|[^"\\])*(?:"|$)|(?<!\w)'.*?(?:'(?!\w)|$)|`[^`]*(?:`|$)|[“„][^“”]*(?:[“”]|$)|‘.*?(?:’(?!\w)|$)|«[^»]*(?:»|$)/gs;

/** An error's words without what may be somebody's: quoted texts, addresses, and numbers and days in any writing. */
const wordsOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .slice(0, 2000)
    .replace(QUOTED, "…")
    .replace(/\S+@\S+/g, "…")
    .replace(/\+?\d[\d\s()./-]{3,}\d/g, "…")
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
interface Noted {
  rows: ReadonlyMap<string, Row>;
  /** When a run of a trigger last began a job, or ended. */
  began: Partial<Record<Every, string>>;
}
async function notedIn(db: D1Database): Promise<Noted> {
  const [rows, marks] = await db.batch([
    db.prepare("SELECT job, known, ran, ended, failing, error, told FROM clock_jobs"),
    db
      .prepare(
        `SELECT t.value AS every, substr(m.value, 1, 24) AS at
         FROM json_each(?) t JOIN marks m ON m.name = ${mark("t.value")}`,
      )
      .bind(JSON.stringify(triggers)),
  ]);
  return {
    rows: new Map((rows!.results as Row[]).map((row) => [row.job, row])),
    began: Object.fromEntries(
      (marks!.results as { every: Every; at: string }[]).map(({ every, at }) => [every, at]),
    ),
  };
}

/** Since when a job has not ended well, where that is for too long. */
function lateSince(job: ClockJob, row: Row | undefined, now: number): string | null {
  if (!row) return null;
  const since = row.ended !== null && row.ended > row.known ? row.ended : row.known;
  return Date.parse(since) < now - PATIENCE[clockJobs[job]] ? since : null;
}

/** Whether a job has not ended well since then, and was waited for already. */
export const isOverdue = async (db: D1Database, job: ClockJob, since: number): Promise<boolean> =>
  (await db
    .prepare("SELECT 1 FROM clock_jobs WHERE job = ?1 AND MAX(known, COALESCE(ended, known)) < ?2")
    .bind(job, iso(since))
    .first()) !== null;

function triggersOf({ rows, began }: Noted, now: number): Clock["triggers"] {
  return triggers.map((trigger) => {
    const its = jobNames.flatMap((job) => (clockJobs[job] === trigger ? (rows.get(job) ?? []) : []));
    const ran = newest(its.flatMap((row) => row.ran ?? []));
    // A run whose first job is stopped each time begins, and nothing of it ends. Where none has run, one is waited for since the first
    // of them is known.
    const since =
      newest([ran, began[trigger]].filter((at) => at != null)) ??
      its.map(({ known }) => known).sort()[0] ??
      null;
    return {
      ...{ every: trigger, ran },
      stopped: since !== null && Date.parse(since) < now - SILENCE[trigger] ? since : null,
    };
  });
}
const newest = (times: readonly string[]): string | null => times.toSorted().at(-1) ?? null;

/** For people who ask. */
export async function clockOf(
  db: D1Database,
  now: number,
): Promise<Clock & { told: ReadonlyMap<ClockJob, string> }> {
  const noted = await notedIn(db);
  const { rows } = noted;
  return {
    triggers: triggersOf(noted, now),
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
    triggersOf(await notedIn(db), now)
      .flatMap(({ stopped }) => stopped ?? [])
      .sort()[0] ?? null
  );
}
