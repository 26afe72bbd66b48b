/**
 * Erases one recording that a run has claimed: asks its store to erase it, and then whether it is gone; and in one commit
 * empties the row and writes the certificate. A failure is written on the row, with the moment of the next try.
 */
import { type Certificate, isOwnStore } from "../../../shared/recordings/api.ts";
import { otherObject } from "../../../shared/recordings/limits.ts";
import { daysLater } from "../../../shared/core/calendar.ts";
import { pauseAfter, retryAt } from "../../../shared/core/retry.ts";
import { DAY, HOUR } from "../../../shared/core/time.ts";
import { fill } from "../../../shared/texts/language.ts";
import { requestsEn as t } from "../../../shared/texts/privacy-requests/steps.en.ts";
import { retryOnConflict } from "../../core/bulk.ts";
import { newSalt } from "../../core/change.ts";
import { record } from "../../core/commit.ts";
import { problemOf } from "../../core/errors.ts";
import { idIs, sql } from "../../core/sql.ts";
import { changeRows, statesOf } from "../../core/states.ts";
import type { Env } from "../../env.ts";
import { meetErased } from "../../privacy-requests/duties.ts";
import { systemLeft } from "../../privacy-requests/systems/expired.ts";
import { storeOf } from "../../storage/index.ts";
import { type NotYet, OtherVersion, StoreError, within } from "../../storage/store.ts";
import { alarmFailing, alarmMissing } from "../alarms.ts";
import { holdsBound } from "../bound.ts";
import { packedOf } from "../closed/names/numbers.ts";
import { saysNothing } from "../certificates/said.ts";
import { certificateOf } from "../certificates/written.ts";
import { isFile, isOther } from "../objects.ts";
import { PUT_OFF_DAYS, type Registered } from "../rows.ts";

/** The pause after the first failure, and the longest. */
export const PAUSE = [HOUR, DAY] as const;
/** People get a mail at the third failure. */
const TELL = 3;

export interface Claimed {
  entry: Registered;
  etag: string | null;
  run: string;
  failures: number;
  notBefore: string | null;
  /** An earlier try may have erased it. */
  tried: boolean;
  /** Of its certificate, where that has no words. */
  salt: string;
}

export interface At {
  today: string;
  /** In milliseconds. */
  now: number;
  /** The milliseconds that a store may take for one answer. */
  patience: number;
}

/** The object is not the recording's: it is left alone, with an alarm, and says nothing of its store. */
class NotIts extends StoreError {}

/** Null where the store did it, or said when it will; empty where it has something else there; else what failed. */
export async function eraseOne(
  env: Env,
  claimed: Claimed,
  { today, now, patience }: At,
): Promise<string | null> {
  let done: NotYet | Pick<Certificate, "was">;
  try {
    done = await gone(env, claimed, patience);
  } catch (error) {
    if (!(error instanceof StoreError)) console.error(error);
    const words = error instanceof StoreError ? error.message : "internal";
    await failed(env, claimed, words, now);
    return error instanceof NotIts ? "" : words;
  }
  if ("was" in done) await erased(env, claimed, { was: done.was, today, now });
  else await deferred(env, claimed, done, now);
  return null;
}

/** Has the store erase it, and checks. With `was` it is gone. Another object than was registered, and a request's file, is left
 * alone, with an alarm. */
async function gone(
  env: Env,
  { entry: { store: kind, object }, etag, tried }: Claimed,
  patience: number,
): Promise<NotYet | Pick<Certificate, "was">> {
  const store = storeOf(env, kind);
  if (!store) throw new StoreError(`${kind}: not configured`);
  const head = await within(kind, patience, (signal) => store.head(object, signal));
  if (head && (await isFile(env.DB, { store: kind, object }))) throw new NotIts(`${kind}: a request's file`);
  if (head && isOther(etag, head.etag)) throw new NotIts(otherObject(kind));
  const was = head ? "there" : tried ? null : "missing";
  const later = await within(kind, patience, (signal) =>
    store.erase(object, signal, head?.etag ?? null),
  ).catch((error: unknown) => {
    throw error instanceof OtherVersion ? new NotIts(otherObject(kind)) : error;
  });
  if (later) return later;
  if (await within(kind, patience, (signal) => store.head(object, signal)))
    throw new StoreError(`${kind}: still there`);
  return { was };
}

async function erased(
  env: Env,
  { entry, run, etag, notBefore, salt }: Claimed,
  { was, today, now }: Pick<Certificate, "was"> & { today: string; now: number },
): Promise<void> {
  const { id, rule, months } = entry;
  const at = new Date(now).toISOString();
  const wish = rule === "hand" ? await wishOf(env.DB, id) : null;
  const why = [wish ?? entry.why, sayPutOff(entry, notBefore)].filter(Boolean).join("; ");
  // Words are on the trail as well, where a request that quotes them finds them; with them goes their salt, so that it follows from nothing.
  const own = why === "" ? salt : newSalt();
  const { commitment, statement } = certificateOf(entry, at, was, why, own);
  const silent = why === "" ? saysNothing(own) : null;
  // Audio that never came is no alarm.
  const wasKnown = etag !== null || entry.sha256 !== null || !isOwnStore(entry.store);
  const commit = async () => {
    const holds = wish === null ? [] : await releasedHolds(env.DB, id);
    const closed = rule === "retention" ? await packedOf(env.DB, entry.number) : 0;
    await record(env, {
      actor: "system",
      event: {
        code: "recording.erased",
        subject: id,
        ...(silent?.event ?? { payload: { run, rule, months, why, salt: own, commitment, was } }),
      },
      statements: [
        ...(silent ? [silent.kept] : []),
        statement,
        sql("DELETE FROM recording_looks WHERE recording = ?", id),
        ...(rule === "retention" ? [systemLeft(id, today, closed)] : []),
        ...changeRows(
          holdsBound,
          holds.map((before) => ({ before, to: { reason: wish, released_why: wish } })),
          at,
        ),
        sql(
          `UPDATE recordings SET state = 'erased', provider_id = NULL, number = NULL, agent = NULL, direction = NULL,
           started_at = NULL, started_on = NULL, seconds = NULL, object = NULL, bytes = NULL, sha256 = NULL, etag = NULL,
           waits_until = NULL, storing_until = NULL, why = '',
           announced = NULL, purpose = NULL, flag = NULL, claim = NULL, due = NULL, queued_until = NULL, not_before = NULL, failures = 0,
           error = NULL WHERE ${idIs("id", "?1")}`,
          id,
        ),
        ...(await meetErased(env.DB, id, today, at)),
        ...(was === "missing" && wasKnown ? await alarmMissing(env.DB, entry.store, now) : []),
      ],
    }).catch((error: unknown) => {
      // Another run took over this recording and was first: it is gone, and certified once.
      if (!String(error).includes("certificates.recording")) throw problemOf(error) ?? error;
    });
  };
  await retryOnConflict(commit);
}

/** Why it was erased late, where its store put that off for more than a month after its day. */
const sayPutOff = ({ eraseAfter }: Registered, notBefore: string | null): string =>
  notBefore === null || notBefore <= daysLater(eraseAfter, PUT_OFF_DAYS)
    ? ""
    : fill(t.reason.putOff, { until: notBefore.slice(0, 10) });

const releasedHolds = (db: D1Database, recording: string) =>
  statesOf(db, holdsBound, "recording = ? AND released_at IS NOT NULL", recording);

/** Which requester's erasure it is, as `why`: then nothing that an officer wrote about the call stays. */
async function wishOf(db: D1Database, recording: string): Promise<string | null> {
  const found = await db
    .prepare(
      `SELECT q.ref FROM request_items i JOIN requests q ON q.id = i.request
       WHERE i.ref = ? AND i.kind = 'recording' AND i.verdict = 'confirmed' AND i.decision = 'comply' AND q.kind = 'erasure' LIMIT 1`,
    )
    .bind(recording)
    .first<{ ref: string }>();
  return found && fill(t.reason.erased, { reference: found.ref });
}

export const backToKept = "state = 'kept', claim = NULL, queued_until = NULL";

async function failed(
  env: Env,
  { entry, run, ...before }: Claimed,
  error: string,
  now: number,
): Promise<void> {
  const failures = before.failures + 1;
  const next = new Date(now + pauseAfter(failures, ...PAUSE)).toISOString();
  await record(env, {
    actor: "system",
    event: { code: "recording.erasure-failed", subject: entry.id, payload: { error, failures, next } },
    statements: [
      sql(
        `UPDATE recordings SET ${backToKept}, due = ?1, failures = ?2, error = ?3
         WHERE ${idIs("id", "?4")} AND claim = ?5 AND state = 'erasing'`,
        ...[next, failures, error, entry.id, run],
      ),
      ...(failures < TELL ? [] : await alarmFailing(env.DB, entry.store, error, now)),
    ],
  });
}

/**
 * The provider says when it can erase: that is no failure, and it is asked again then. If it then puts the erasure off once
 * more, it broke its word, and that is a failure.
 */
async function deferred(
  env: Env,
  { entry, run, ...before }: Claimed,
  { notBefore }: NotYet,
  now: number,
): Promise<void> {
  const again = before.notBefore !== null && Date.parse(before.notBefore) <= now;
  const failures = again ? before.failures + 1 : 0;
  const error = again ? `${entry.store}: puts it off again` : null;
  // Never at once, even where the provider names a past date: we would ask it without end.
  const pause = pauseAfter(Math.max(failures, 1), ...PAUSE);
  const due = new Date(retryAt(now, pause, Date.parse(notBefore))).toISOString();
  await record(env, {
    actor: "system",
    event: { code: "recording.erasure-deferred", subject: entry.id, payload: { notBefore, failures } },
    statements: [
      sql(
        `UPDATE recordings SET ${backToKept}, due = ?1, not_before = ?2, failures = ?3, error = ?4
         WHERE ${idIs("id", "?5")} AND claim = ?6 AND state = 'erasing'`,
        ...[due, notBefore, failures, error, entry.id, run],
      ),
      ...(error === null || failures < TELL ? [] : await alarmFailing(env.DB, entry.store, error, now)),
    ],
  });
}
