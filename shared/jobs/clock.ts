/** The clock's jobs, each with the cron trigger that it waits for: the daily run does those of every five minutes, too. */
import { DAY, HOUR, MINUTE } from "../core/time.ts";

export const clockJobs = {
  jobs: "minute",
  changes: "minute",
  jobMails: "minute",
  jobsOften: "often",
  evidence: "often",
  last: "often",
  apart: "often",
  ends: "often",
  contents: "often",
  recipients: "often",
  certificates: "often",
  recordingDays: "often",
  withdrawn: "often",
  proposals: "often",
  erasures: "often",
  files: "often",
  words: "often",
  copies: "often",
  parts: "often",
  duties: "often",
  systems: "often",
  letters: "often",
  connectors: "often",
  watch: "often",
  calls: "often",
  lookups: "often",
  mails: "often",
  mailed: "often",
  late: "often",
  packing: "often",
  walk: "often",
  archive: "day",
  seals: "day",
  mailService: "day",
  setUps: "day",
  signIns: "day",
  head: "day",
  canary: "day",
  statements: "day",
  reminders: "day",
  days: "day",
  filesNamed: "day",
  digest: "day",
  spread: "day",
  changesLeft: "day",
  callsLate: "day",
  callsBlocked: "day",
  told: "day",
  daysCompared: "day",
  sweep: "day",
  closing: "day",
} as const;

export type ClockJob = keyof typeof clockJobs;
export type Every = (typeof clockJobs)[ClockJob];
export type JobsOf<E extends Every> = {
  [J in ClockJob]: (typeof clockJobs)[J] extends E ? J : never;
}[ClockJob];

export const jobNames = Object.keys(clockJobs) as ClockJob[];

/** For so long a job may end in no good way, in milliseconds: a daily one for its day and two hours. */
export const PATIENCE: Readonly<Record<Every, number>> = {
  minute: HOUR,
  often: HOUR,
  day: DAY + 2 * HOUR,
};
/** After so long without an end of any job of a trigger, the trigger does not run. */
export const SILENCE: Readonly<Record<Every, number>> = {
  minute: 30 * MINUTE,
  often: 30 * MINUTE,
  day: DAY + 2 * HOUR,
};
