/**
 * Every five minutes: which kinds of work have waited too long, of which people get a mail once that has lasted for an hour; and which
 * of the clock's own jobs have not ended well for too long.
 */
import { workKind } from "../../shared/jobs/api.ts";
import { type ClockJob, SILENCE } from "../../shared/jobs/clock.ts";
import { workEn } from "../../shared/texts/jobs/desk.en.ts";
import { HOUR } from "../../shared/core/time.ts";
import { record } from "../core/commit.ts";
import { clockOf, isOverdue } from "../overview/clock.ts";
import { sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { mailOfficers } from "../mail/outbox.ts";
import { kinds, waitingOf } from "./kinds.ts";

/** What was released from a hold, or brought forward, is due since long ago, and done within an hour. */
const TELL = HOUR;

/** `now` is in milliseconds. */
export async function tellLate(env: Env, now: number): Promise<void> {
  const db = env.DB;
  const at = new Date(now).toISOString();
  const day = at.slice(0, 10);
  for (const kind of workKind.options) {
    const { waiting, oldest } = await waitingOf(db, kind, now);
    if (oldest === null || Date.parse(oldest) > now - kinds[kind].limit) {
      await db.prepare("DELETE FROM work_late WHERE kind = ?").bind(kind).run();
      continue;
    }
    const late = await db
      .prepare(
        `INSERT INTO work_late (kind, since) VALUES (?, ?) ON CONFLICT DO UPDATE SET kind = kind
         RETURNING since, told`,
      )
      .bind(kind, at)
      .first<{ since: string; told: string | null }>();
    if (now - Date.parse(late!.since) < TELL || late!.told === day) continue;
    await record(env, {
      actor: "system",
      event: { code: "work.late", subject: kind, payload: { waiting, oldest } },
      statements: [
        sql("UPDATE work_late SET told = ? WHERE kind = ?", day, kind),
        ...(await mailOfficers(db, {
          template: "work-late",
          values: { what: workEn.kinds[kind], n: waiting, since: oldest.slice(0, 16).replace("T", " ") },
          key: `work-late:${kind}:${day}`,
        })),
      ],
    });
  }
}

/** Every minute's run tells, as `jobs`; where that has not ended well for as long as a trigger may be silent, the five minutes' does. */
export async function tellJobsToo(env: Env, now: number): Promise<void> {
  if (await isOverdue(env.DB, "jobs", now - SILENCE.minute)) await tellJobs(env, now, "jobsOften");
}

/**
 * Administrators get a mail about jobs that are late, once, and one when they have ended well again. Whether any is late, so that the
 * mail may be. `teller`: the job that tells.
 */
export async function tellJobs(env: Env, now: number, teller: ClockJob = "jobs"): Promise<boolean> {
  const { jobs: all, told: known } = await clockOf(env.DB, now);
  const tell = async (code: "clock.late" | "clock.well", them: typeof all): Promise<void> => {
    if (them.length === 0) return;
    const stage = code === "clock.late" ? "late" : "well";
    const names = them.map(({ job }) => job);
    const at = new Date(now).toISOString();
    await record(env, {
      actor: "system",
      event: { code, subject: "", payload: { jobs: names } },
      statements: [
        sql(
          "UPDATE clock_jobs SET told = ?2 WHERE job IN (SELECT value FROM json_each(?1))",
          ...[JSON.stringify(names), stage === "late" ? at : null],
        ),
        ...(await mailOfficers(env.DB, {
          template: "clock-jobs",
          values: {
            stage,
            what: them.map(({ job, error }, n) => what(job, n > 0 && error === workEn.amid)).join("; "),
            error: them[0]!.error ?? workEn.noError,
          },
          key: `clock-${stage}:${at}`,
        })),
      ],
    });
  };
  await tell(
    "clock.late",
    // The teller is at its work.
    all.filter(({ job, late }) => late !== null && job !== teller && !known.has(job)),
  );
  await tell(
    "clock.well",
    all.filter(({ job, ended, late }) => late === null && ended !== null && ended > (known.get(job) ?? "9")),
  );
  return all.some(({ job, late }) => late !== null && job !== teller);
}

/** The mail has the first one's words; of others it says which was stopped, as those behind it were then not run. */
const what = (job: ClockJob, amid: boolean): string =>
  amid ? `${workEn.jobs[job]} (${workEn.amid})` : workEn.jobs[job];
