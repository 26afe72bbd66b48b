/**
 * From a recording's day to its certificate. A run claims some recordings in one audited step, asks each one's store to
 * erase it, asks the store again whether it is gone, and then, in one step a recording, takes everything about the call
 * out of the row and writes the certificate. Whatever dies in between: erasing what is gone already does no harm, and
 * there is one certificate a recording, by its key.
 */
import { bytesToHex } from "@noble/hashes/utils.js";
import { storeKind, type StoreKind } from "../../shared/recordings/api.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { dayOf } from "../../shared/recordings/retention.ts";
import { record } from "../core/commit.ts";
import { sql, type Statement } from "../core/sql.ts";
import { commitmentOf } from "../../shared/trail/chain.ts";
import type { Env } from "../env.ts";
import { mailOfficers } from "../mail/outbox.ts";
import { currentPolicy } from "../policy/current.ts";
import type { NewRow } from "./rows.ts";
import { storeOf } from "../storage/index.ts";
import { type NotYet, StoreError } from "../storage/store.ts";
import { DAY, HOUR, MINUTE } from "../../shared/time.ts";
import { pauseAfter, retryAt } from "../../shared/retry.ts";

/** Recordings of one claim, claims of one run, recordings at once, and how long one may take its store. */
const BOUNDS = { rows: 50, claims: 4, together: 10, patience: 20_000 };
/** Longer than a run can take: what it has claimed and not finished is another's after that. */
const LEASE = 15 * MINUTE;
/** The pause after the first failure, and the longest: the next try is then a day later. */
const PAUSE = [HOUR, DAY] as const;
/** People hear of it at the third failure. */
const TELL = 3;

/** What the certificate commits to: the row as it was, in this order. */
interface Claimed extends Omit<NewRow, "ref" | "startedOn" | "flag" | "quarantined"> {
  flag: string | null;
  why: string;
  failures: number;
  notBefore: string | null;
}
const claimedColumns = `id, provider, provider_id AS providerId, number, agent, direction, started_at AS startedAt,
  seconds, store, object, region, bytes, sha256, announced, purpose, flag, erase_after AS eraseAfter, rule, months, why,
  failures, not_before AS notBefore`;

/** Due: its day has begun, no other run has it, no pause after a failure, no hold. */
const isDue = (today: string, now: string): string => `state <> 'erased' AND erase_after <= ${today}
  AND (due IS NULL OR due <= ${now})
  AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.recording = recordings.id)`;

/** Run every few minutes, and by hand for one. `now` is in milliseconds. Writes nothing where nothing is due. */
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
      await Promise.all(claimed.slice(i, i + together).map((row) => eraseOne(env, row, now, patience)));
  }
}

/** How many recordings this run may still erase, of the stores that take so many in a run. */
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

async function claim(env: Env, today: string, now: number, { most, only, left }: Wanted) {
  const at = new Date(now).toISOString();
  const full = [...left].flatMap(([kind, n]) => (n > 0 ? [] : [kind]));
  const { results: due } = await env.DB.prepare(
    `SELECT id, store FROM recordings WHERE ${isDue("?1", "?2")} AND (?3 IS NULL OR id = ?3)
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
        `UPDATE recordings SET state = 'erasing', claim = ?3, due = ?4
         WHERE id IN (SELECT value FROM json_each(?5)) AND ${isDue("?1", "?2")}`,
        today,
        at,
        run,
        new Date(now + LEASE).toISOString(),
        JSON.stringify(ids),
      ),
    ],
  });
  // Another run may have been first with some of them.
  const { results } = await env.DB.prepare(
    `SELECT ${claimedColumns} FROM recordings WHERE id IN (SELECT value FROM json_each(?)) AND claim = ?`,
  )
    .bind(JSON.stringify(ids), run)
    .all<Claimed>();
  return results.map((row) => ({ ...row, run }));
}

type Ours = Claimed & { run: string };

async function eraseOne(env: Env, row: Ours, now: number, patience: number): Promise<void> {
  let later: NotYet | null;
  try {
    later = await gone(env, row, patience);
  } catch (error) {
    if (!(error instanceof StoreError)) console.error(error);
    return failed(env, row, error instanceof StoreError ? error.message : "internal", now);
  }
  return later ? deferred(env, row, later, now) : erased(env, row, now);
}

/** Erases and looks whether it is gone. Null: it is. */
async function gone(env: Env, { store: kind, object }: Claimed, patience: number): Promise<NotYet | null> {
  const store = storeOf(env, kind);
  if (!store) throw new StoreError(`${kind}: not configured`);
  const later = await within(kind, patience, (signal) => store.erase(object, signal));
  if (later) return later;
  if (await within(kind, patience, (signal) => store.head(object, signal)))
    throw new StoreError(`${kind}: still there`);
  return null;
}

/** A store that does not answer holds nobody up: the binding of R2 knows no signal. */
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

async function erased(
  env: Env,
  { run, failures: _, notBefore: __, ...row }: Ours,
  now: number,
): Promise<void> {
  const salt = bytesToHex(crypto.getRandomValues(new Uint8Array(16)));
  const commitment = commitmentOf(salt, JSON.stringify(row));
  const at = new Date(now).toISOString();
  const { id, provider, store, region, eraseAfter, rule, months, why } = row;
  await record(env, {
    actor: "system",
    event: { code: "recording.erased", subject: id, payload: { run, rule, months, why, salt, commitment } },
    statements: [
      sql(
        `INSERT INTO certificates (recording, provider, store, region, erase_after, rule, months, why, erased_at,
           commitment) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        provider,
        store,
        region,
        eraseAfter,
        rule,
        months,
        why,
        at,
        commitment,
      ),
      sql(
        `UPDATE recordings SET state = 'erased', provider_id = NULL, number = NULL, agent = NULL, direction = NULL,
           started_at = NULL, started_on = NULL, seconds = NULL, object = NULL, bytes = NULL, sha256 = NULL,
           announced = NULL, purpose = NULL, flag = NULL, claim = NULL, due = NULL, not_before = NULL, failures = 0,
           error = NULL WHERE id = ?`,
        id,
      ),
    ],
  }).catch((error: unknown) => {
    // Another run, that took it over from one that died, was first: it is gone, and certified once.
    if (!String(error).includes("certificates.recording")) throw error;
  });
}

const backToKept = "state = 'kept', claim = NULL";

async function failed(env: Env, row: Ours, error: string, now: number): Promise<void> {
  const failures = row.failures + 1;
  const next = new Date(now + pauseAfter(failures, ...PAUSE)).toISOString();
  await record(env, {
    actor: "system",
    event: { code: "recording.erasure-failed", subject: row.id, payload: { error, failures, next } },
    statements: [
      sql(
        `UPDATE recordings SET ${backToKept}, due = ?, failures = ?, error = ?
         WHERE id = ? AND claim = ? AND state = 'erasing'`,
        ...[next, failures, error, row.id, row.run],
      ),
      ...(failures < TELL ? [] : await tell(env, row.store, error, now)),
    ],
  });
}

/** One mail a person and day and store, however many recordings it is about. */
const tell = (env: Env, store: string, error: string, now: number): Promise<Statement[]> =>
  mailOfficers(env.DB, {
    template: "erasure-failed",
    values: { store, error },
    key: `erasure-failed:${store}:${new Date(now).toISOString().slice(0, 10)}`,
  });

/**
 * The provider's terms: it says itself when it can erase. That is no failure, and it is asked again then. One that puts it
 * off once more does not keep its own word: that is one.
 */
async function deferred(env: Env, row: Ours, { notBefore }: NotYet, now: number): Promise<void> {
  const again = row.notBefore !== null && Date.parse(row.notBefore) <= now;
  const failures = again ? row.failures + 1 : 0;
  const error = again ? `${row.store}: puts it off again` : null;
  // A date that has passed already must not make us ask without end.
  const pause = pauseAfter(Math.max(failures, 1), ...PAUSE);
  const due = new Date(retryAt(now, pause, Date.parse(notBefore))).toISOString();
  await record(env, {
    actor: "system",
    event: { code: "recording.erasure-deferred", subject: row.id, payload: { notBefore, failures } },
    statements: [
      sql(
        `UPDATE recordings SET ${backToKept}, due = ?, not_before = ?, failures = ?, error = ?
         WHERE id = ? AND claim = ? AND state = 'erasing'`,
        ...[due, notBefore, failures, error, row.id, row.run],
      ),
      ...(error === null || failures < TELL ? [] : await tell(env, row.store, error, now)),
    ],
  });
}
