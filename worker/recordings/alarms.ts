/** Mails to compliance officers and administrators about recordings. */
import type { RecordingsState } from "../../shared/recordings/api.ts";
import type { Statement } from "../core/sql.ts";
import { mailOfficers } from "../mail/outbox.ts";

/** A day's mails of one kind have one key: a person gets one, and the desk says how many recordings it is about. */
const dayOfMail = (now: number): string => new Date(now).toISOString().slice(0, 10);

/** A recording is stored outside the policy's regions. */
export const alarmOutside = (
  db: D1Database,
  { provider, region }: { provider: string; region: string },
  now: number,
): Promise<Statement[]> =>
  mailOfficers(db, {
    template: "recording-outside",
    values: { provider, region },
    key: `recording-outside:${provider}:${dayOfMail(now)}`,
  });

/** A store repeatedly failed to erase a recording. */
export const alarmFailing = (
  db: D1Database,
  store: string,
  error: string,
  now: number,
): Promise<Statement[]> =>
  mailOfficers(db, {
    template: "erasure-failed",
    values: { store, error },
    key: `erasure-failed:${store}:${dayOfMail(now)}`,
  });

/** An object that was looked at when it was registered was gone before its day: somebody else took it away. */
export const alarmMissing = (db: D1Database, store: string, now: number): Promise<Statement[]> =>
  mailOfficers(db, {
    template: "recording-missing",
    values: { store },
    key: `recording-missing:${store}:${dayOfMail(now)}`,
  });

/** Recordings wait, as a month of the trail that may have them under a hold cannot be read. */
export const alarmUnread = (db: D1Database, now: number): Promise<Statement[]> =>
  mailOfficers(db, {
    template: "erasures-unread",
    values: {},
    key: `erasures-unread:${dayOfMail(now)}`,
  });

/** A file of closed months with recordings' rows is lost: nobody erases their audio. */
export const alarmLost = (db: D1Database, key: string, week: number): Promise<Statement[]> =>
  mailOfficers(db, {
    template: "recordings-lost",
    values: { file: key },
    key: `recordings-lost:${key}:${week}`,
  });

/** A system is refused for a reason for the first time, or again after an officer answered for it. Goes before the row that counts it. */
export async function alarmRefused(
  db: D1Database,
  owner: string,
  stage: NonNullable<RecordingsState["refused"]>[number]["why"],
  now: number,
): Promise<Statement[]> {
  const name = await db.prepare("SELECT name FROM people WHERE id = ?").bind(owner).first<string>("name");
  return mailOfficers(db, {
    template: "recordings-refused",
    values: { stage, name: name ?? owner.replace("hook:", "webhook ") },
    key: `recordings-refused:${owner}:${stage}:${now}`,
    only: {
      where: "NOT EXISTS (SELECT 1 FROM keys_refused WHERE owner || ' ' || why = ?8)",
      param: `${owner} ${stage}`,
    },
  });
}
