/** The cron triggers: one job runs every minute, some every five minutes, all others with them once a day. */
import { adopt } from "../trail/adopt.ts";
import { tellMissing } from "../dials/canary/missing.ts";
import { tellMuch } from "../check/told.ts";
import { counted } from "../storage/closed/calls.ts";
import { closeLeft, readChanges } from "../connectors/changes/poll.ts";
import { bindSetups } from "../connectors/checks/bound.ts";
import { rescreen } from "../connectors/run.ts";
import { keepSignedIn } from "../connectors/sign-in/keep.ts";
import { fetchCalls } from "../call-logs/fetch.ts";
import { matchLate, tellBlocked } from "../call-logs/notify.ts";
import { awaitJobs, noteJob } from "../overview/clock.ts";
import type { Env } from "../env.ts";
import { tellCut } from "../trail/end.ts";
import { letApartGo } from "../recordings/certificates/apart.ts";
import { makeSieves } from "../trail/archived/sieves.ts";
import { keepLast } from "../trail/events.ts";
import { publishHead } from "../trail/heads.ts";
import { walkOn } from "../trail/deep/walk.ts";
import { makeStatements } from "../proof/statement.ts";
import type { ClockJob, Every, JobsOf } from "../../shared/jobs/clock.ts";
import { archiveClosed, closeMonths, packOn, sayHowPacking } from "./archive.ts";
import { wantOneClock } from "./clock.ts";
import { sweep } from "./housekeeping.ts";
import { spreadAll } from "../do-not-call/spread.ts";
import { moveCertificates } from "../recordings/certificates/written.ts";
import { returnDue } from "../recordings/closed/due.ts";
import { compareDays, countDays } from "../recordings/erasing/counted.ts";
import { sendErasures } from "../recordings/erasure-queue.ts";
import { countContents } from "../registers/content.ts";
import { settleDue } from "../policy/settle.ts";
import { tellFilesNamed } from "../recordings/erasing/files-named.ts";
import { bringForward } from "../recordings/retention.ts";
import { askDue } from "../lookups/ask.ts";
import { sendMails } from "../mail/outbox.ts";
import { tellJobs, tellJobsToo, tellLate } from "./late.ts";
import { answerLetters } from "./letters.ts";
import { adoptRecipients } from "./recipients.ts";
import { remind } from "./reminders.ts";
import { closeWithdrawn } from "./withdrawn.ts";
import { makeDuties } from "../privacy-requests/duties.ts";
import { meetMailed } from "../privacy-requests/letters/mailed.ts";
import { eraseWords } from "../privacy-requests/words/erase.ts";
import { lookElsewhere } from "../privacy-requests/letters/named.ts";
import { sendParts } from "../privacy-requests/files/parts/making.ts";
import { readForCopies } from "../privacy-requests/export/read-archives.ts";
import { makeTasks } from "../privacy-requests/systems/day-tasks.ts";
import { eraseFiles } from "../privacy-requests/files/erasure.ts";
import { watchDigest } from "../watching/notify.ts";
import { watchAndTell } from "../watching/watch.ts";
import { unlikeSettings } from "../mail/settings.ts";
import { tellUnlike } from "../trail/kept-back.ts";
import { sealSecrets } from "../webhooks/sealing.ts";

/** As in wrangler.toml. The third trigger there is the daily one. */
export const MINUTE_CRON = "* * * * *";
export const OFTEN_CRON = "*/5 * * * *";

type Jobs<E extends Every> = Record<JobsOf<E>, () => Promise<unknown>>;

/**
 * A job that fails does not stop the others: each failure is logged and noted, and at the end the run fails as a whole. Throws, and runs
 * none, where the Worker's clock is not the database's.
 */
export async function scheduled(event: { cron: string; scheduledTime: number }, given: Env): Promise<void> {
  const env = counted(given);
  await wantOneClock(env, Date.now());
  const now = event.scheduledTime;
  let late = false;
  const minutely: Jobs<"minute"> = {
    // First, and not with those that it tells of: one that uses up its run's time or memory stops all that comes after it, the mails too.
    jobs: async () => {
      late = await tellJobs(env, Date.now());
    },
    changes: async () => {
      const came = await readChanges(env).catch(async (error: unknown) => {
        // What came besides is told.
        await watchAndTell(env, Date.now);
        throw error;
      });
      if (came) await watchAndTell(env, Date.now);
    },
    // Last, as a mail service that hangs takes twenty seconds a mail.
    jobMails: async () => {
      if (late) await sendMails(env, Date.now);
    },
  };
  const often: Jobs<"often"> = {
    jobsOften: () => tellJobsToo(env, Date.now()),
    // Once after an upgrade, before anything else is written.
    evidence: () => adopt(env),
    // Before the sweep, and soon after an upgrade: checks wait for no archive.
    last: async () => {
      try {
        await keepLast(env);
      } finally {
        await makeSieves(env);
      }
    },
    apart: () => letApartGo(env, now),
    ends: () => tellCut(env, now),
    contents: () => countContents(env, now),
    recipients: () => adoptRecipients(env),
    certificates: () => moveCertificates(env),
    recordingDays: () => countDays(env),
    withdrawn: () => closeWithdrawn(env),
    // What counts from now counts for all of this run.
    proposals: () => settleDue(env, now),
    erasures: async () => {
      try {
        await sendErasures(env, now);
      } finally {
        await returnDue(env, now);
      }
    },
    files: () => eraseFiles(env, now),
    words: async () => {
      try {
        await eraseWords(env);
      } finally {
        await lookElsewhere(env);
      }
    },
    copies: () => readForCopies(env, now),
    parts: () => sendParts(env, now),
    duties: () => makeDuties(env, now),
    systems: () => makeTasks(env, now),
    letters: () => answerLetters(env, now),
    connectors: () => rescreen(env, now),
    watch: () => watchAndTell(env, Date.now),
    calls: () => fetchCalls(env, now),
    lookups: () => askDue(env, now),
    mails: () => sendMails(env, Date.now),
    mailed: () => meetMailed(env, now),
    late: () => tellLate(env, now),
    walk: () => walkOn(env, Date.now()),
    // Last, as it takes what calls are left, and one that is killed stops nothing.
    packing: () => packOn(env, now),
  };
  const daily: Jobs<"often" | "day"> = {
    seals: () => sealSecrets(env, now),
    mailService: async () => tellUnlike(env, await unlikeSettings(env), now),
    setUps: () => bindSetups(env),
    signIns: () => keepSignedIn(env, Date.now),
    head: () => publishHead(env, now),
    // The statement has its figures.
    canary: () => tellMissing(env, now),
    statements: () => makeStatements(env, now),
    reminders: () => remind(env, now),
    days: () => bringForward(env, now),
    filesNamed: () => tellFilesNamed(env, now),
    digest: () => watchDigest(env, now),
    ...often,
    // The night's own jobs do it, behind all others.
    packing: () => sayHowPacking(env, now),
    // What a connector's run could not do at its end.
    spread: () => spreadAll(env, now),
    changesLeft: () => closeLeft(env),
    callsLate: () => matchLate(env, now),
    callsBlocked: () => tellBlocked(env, now),
    told: () => tellMuch(env, now),
    // Nothing else waits for it: it may read much.
    daysCompared: () => compareDays(env),
    // These last, as they may use up the rest of the run.
    sweep: () => sweep(env, now),
    // Behind what goes by the last events of rows: until they are kept, an object that has just left may say otherwise (stillSaid).
    archive: () => archiveClosed(env, now),
    // Behind the trail's archive and the statements, which read what it closes.
    closing: () => closeMonths(env, now),
  };
  const every = event.cron === MINUTE_CRON ? "minute" : event.cron === OFTEN_CRON ? "often" : "day";
  const jobs = { minute: minutely, often, day: daily }[every];
  const note = (noting: Promise<unknown>) =>
    noting.catch((error: unknown) => console.error("clock_jobs", error));
  const all = Object.entries(jobs) as [ClockJob, () => Promise<unknown>][];
  await note(awaitJobs(env.DB, every, all[0]![0], Date.now()));
  const failed: string[] = [];
  for (const [place, [name, job]] of all.entries()) {
    let failure: { error: unknown } | null = null;
    try {
      await job();
    } catch (error) {
      console.error(name, error);
      failed.push(name);
      failure = { error };
    }
    await note(noteJob(env.DB, every, name, Date.now(), { failure, next: all[place + 1]?.[0] }));
  }
  if (failed.length > 0) throw new Error(`failed: ${failed.join(", ")}`);
}
