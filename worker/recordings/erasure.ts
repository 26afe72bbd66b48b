/**
 * Erases recordings that are due. A run claims some of them in one audited step; asks each one's store to erase it, and
 * then whether it is gone; and in one more step empties the row and writes the certificate. If the Worker dies in between,
 * another run repeats the work without harm: erasing what is gone does nothing, and each recording has one certificate.
 */
import { type ErasuresAnswer, storeKind, type StoreKind } from "../../shared/recordings/api.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { dayOf } from "../../shared/core/calendar.ts";
import { pauseAfter, retryAt } from "../../shared/core/retry.ts";
import { DAY, HOUR, MINUTE } from "../../shared/core/time.ts";
import { record } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { currentPolicy } from "../policy/current.ts";
import { meetErased } from "../privacy-requests/duties.ts";
import { storeOf } from "../storage/index.ts";
import { type NotYet, StoreError } from "../storage/store.ts";
import { alarmFailing } from "./alarms.ts";
import { certificateOf } from "./certificates.ts";
import { heldOnes, type Registered, registeredColumns } from "./rows.ts";

/** Recordings a claim, claims a run, recordings at once, and the milliseconds that a store may take for one. */
const BOUNDS = { rows: 50, claims: 4, together: 10, patience: 20_000 };
/** Longer than a run can take: afterwards another run may take over what it has claimed. */
const LEASE = 15 * MINUTE;
/** The pause after the first failure, and the longest. */
const PAUSE = [HOUR, DAY] as const;
/** People get a mail at the third failure. */
const TELL = 3;

interface Claimed {
  entry: Registered;
  run: string;
  failures: number;
  notBefore: string | null;
}

/** Due: the day has come, no other run has claimed it, no retry is set for later, and no hold keeps it. */
const isDue = (today: string, now: string): string => `state <> 'erased' AND erase_after <= ${today}
  AND (due IS NULL OR due <= ${now})
  AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.recording = r.id)`;

/**
 * Scheduled every five minutes; with `only`, called for one recording by its id. `now` is in milliseconds. Writes nothing
 * where nothing is due.
 */
export async function eraseDue(
  env: Env,
  now: number,
  { only, ...bounds }: Partial<typeof BOUNDS> & { only?: string } = {},
): Promise<void> {
  const { rows, claims, together, patience } = { ...BOUNDS, ...bounds };
  const { policy } = await currentPolicy(env.DB);
  const today = dayOf(now, zoneOfPolicy(policy));
  const left = quotas(env);
  for (let n = 0; n < claims; n++) {
    const claimed = await claim(env, today, now, { most: rows, only: only ?? null, left });
    if (claimed.length === 0) return;
    for (let i = 0; i < claimed.length; i += together)
      await Promise.all(
        claimed.slice(i, i + together).map((one) => eraseOne(env, one, { today, now, patience })),
      );
  }
}

/** How many more recordings this run may erase in the stores that limit it (`Store.perRun`). */
type Quotas = Map<StoreKind, number>;
const quotas = (env: Env): Quotas =>
  new Map(
    storeKind.options.flatMap((kind) => {
      const most = storeOf(env, kind)?.perRun;
      return most === undefined ? [] : [[kind, most] as const];
    }),
  );

interface Wanted {
  most: number;
  only: string | null;
  left: Quotas;
}

async function claim(env: Env, today: string, now: number, { most, only, left }: Wanted): Promise<Claimed[]> {
  const at = new Date(now).toISOString();
  const full = [...left].flatMap(([kind, n]) => (n > 0 ? [] : [kind]));
  const { results: due } = await env.DB.prepare(
    `SELECT id, store FROM recordings r WHERE ${isDue("?1", "?2")} AND (?3 IS NULL OR id = ?3)
       AND store NOT IN (SELECT value FROM json_each(?5))
     ORDER BY erase_after, id LIMIT ?4`,
  )
    .bind(today, at, only, most, JSON.stringify(full))
    .all<{ id: string; store: StoreKind }>();
  if (due.length === 0) return [];
  const run = crypto.randomUUID();
  const ids = due.flatMap(({ id, store }) => {
    const n = left.get(store) ?? Infinity;
    left.set(store, n - 1);
    return n > 0 ? [id] : [];
  });
  await record(env, {
    actor: "system",
    event: { code: "recording.erasing", subject: run, payload: { recordings: ids } },
    statements: [
      sql(
        `UPDATE recordings AS r SET state = 'erasing', claim = ?3, due = ?4
         WHERE id IN (SELECT value FROM json_each(?5)) AND ${isDue("?1", "?2")}`,
        today,
        at,
        run,
        new Date(now + LEASE).toISOString(),
        JSON.stringify(ids),
      ),
    ],
  });
  // Another run may have claimed some of them first.
  const { results } = await env.DB.prepare(
    `SELECT ${registeredColumns}, r.failures, r.not_before AS notBefore FROM recordings r
     WHERE r.id IN (SELECT value FROM json_each(?)) AND r.claim = ?`,
  )
    .bind(JSON.stringify(ids), run)
    .all<Registered & { failures: number; notBefore: string | null }>();
  return results.map(({ failures, notBefore, ...entry }) => ({ entry, run, failures, notBefore }));
}

async function eraseOne(
  env: Env,
  claimed: Claimed,
  { today, now, patience }: { today: string; now: number; patience: number },
): Promise<void> {
  let later: NotYet | null;
  try {
    later = await gone(env, claimed.entry, patience);
  } catch (error) {
    if (!(error instanceof StoreError)) console.error(error);
    return failed(env, claimed, error instanceof StoreError ? error.message : "internal", now);
  }
  return later ? deferred(env, claimed, later, now) : erased(env, claimed, today, now);
}

/** Has the store erase it, and checks. Null: it is gone. */
async function gone(env: Env, { store: kind, object }: Registered, patience: number): Promise<NotYet | null> {
  const store = storeOf(env, kind);
  if (!store) throw new StoreError(`${kind}: not configured`);
  const later = await within(kind, patience, (signal) => store.erase(object, signal));
  if (later) return later;
  if (await within(kind, patience, (signal) => store.head(object, signal)))
    throw new StoreError(`${kind}: still there`);
  return null;
}

/** Fails after `ms`, so that a store that does not answer delays no other. R2's binding takes no signal, hence the race. */
async function within<T>(kind: StoreKind, ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const patience = new AbortController();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new StoreError(`${kind}: no answer in time`));
      patience.abort();
    }, ms);
  });
  try {
    return await Promise.race([work(patience.signal), over]);
  } finally {
    clearTimeout(timer);
  }
}

async function erased(env: Env, { entry, run }: Claimed, today: string, now: number): Promise<void> {
  const { id, rule, months, why } = entry;
  const at = new Date(now).toISOString();
  const { salt, commitment, statement } = certificateOf(entry, at);
  await record(env, {
    actor: "system",
    event: { code: "recording.erased", subject: id, payload: { run, rule, months, why, salt, commitment } },
    statements: [
      statement,
      sql(
        `UPDATE recordings SET state = 'erased', provider_id = NULL, number = NULL, agent = NULL, direction = NULL,
           started_at = NULL, started_on = NULL, seconds = NULL, object = NULL, bytes = NULL, sha256 = NULL,
           announced = NULL, purpose = NULL, flag = NULL, claim = NULL, due = NULL, not_before = NULL, failures = 0,
           error = NULL WHERE id = ?`,
        id,
      ),
      meetErased({ recording: id }, today, at),
    ],
  }).catch((error: unknown) => {
    // Another run took over this recording and was first: it is gone, and certified once.
    if (!String(error).includes("certificates.recording")) throw error;
  });
}

const backToKept = "state = 'kept', claim = NULL";

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
        `UPDATE recordings SET ${backToKept}, due = ?, failures = ?, error = ?
         WHERE id = ? AND claim = ? AND state = 'erasing'`,
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
        `UPDATE recordings SET ${backToKept}, due = ?, not_before = ?, failures = ?, error = ?
         WHERE id = ? AND claim = ? AND state = 'erasing'`,
        ...[due, notBefore, failures, error, entry.id, run],
      ),
      ...(error === null || failures < TELL ? [] : await alarmFailing(env.DB, entry.store, error, now)),
    ],
  });
}

/** Counts the recordings to be erased in each week (its Monday, YYYY-MM-DD), and how many of them are under a hold and stay. */
export async function erasureWeeks(db: D1Database): Promise<ErasuresAnswer["weeks"]> {
  const { results } = await db
    .prepare(
      `SELECT date(r.erase_after, 'weekday 0', '-6 days') AS week, COUNT(*) AS recordings, COUNT(h.recording) AS held
       FROM recordings r LEFT JOIN ${heldOnes} h ON h.recording = r.id
       WHERE r.state <> 'erased' GROUP BY 1 ORDER BY 1 LIMIT 400`,
    )
    .all<ErasuresAnswer["weeks"][number]>();
  return results;
}
