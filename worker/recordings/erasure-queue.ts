/**
 * Erasure by queue: the clock sends the ids of all that is due, by store, and each message erases fifty. A store that fails
 * everything rests (storage/resting.ts).
 */
import { storeKind, type StoreKind } from "../../shared/recordings/api.ts";
import { HOUR } from "../../shared/core/time.ts";
import { pauseAfter } from "../../shared/core/retry.ts";
import { record } from "../core/commit.ts";
import { inMessages, sendAll, type Tried } from "../core/queue.ts";
import { idIn, sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { inTurn, restNow, restsNoMore, triesOf } from "../storage/resting.ts";
import { alarmFailing } from "./alarms.ts";
import { dayNumber } from "./erasing/by-index.ts";
import { BOUNDS, claim, eraseDue, isDue, quotas, todayAt } from "./erasure.ts";
import { backToKept, eraseOne, PAUSE } from "./erasing/one.ts";

/** Longer than messages wait in a queue. What is still due then is sent again, as its message was lost. */
const LOST = HOUR;
/** Recordings of one step, and steps of one run of the clock. */
const STEP = 5000;
const STEPS = 20;

const iso = (ms: number): string => new Date(ms).toISOString();

/** Scheduled every five minutes. `now` is in milliseconds. */
export async function sendErasures(env: Env, now: number): Promise<void> {
  if (!env.ERASURE) return eraseDue(env, now);
  const today = await todayAt(env.DB, now);
  const limits = quotas(env);
  const triesIn = await triesOf(env.DB, now);
  for (const store of storeKind.options) {
    const tries = triesIn(store);
    let left = tries ?? limits.get(store) ?? STEP * STEPS;
    while (left > 0) {
      const most = Math.min(left, STEP);
      const marked = await mark(env.DB, { store, today, now, most });
      if (!(await sendAll(env.ERASURE, inMessages("erasure", marked, tries !== null)))) {
        await unmark(env.DB, ids(marked));
        return eraseDue(env, now);
      }
      if (marked.length < most) break;
      left -= most;
    }
  }
}

interface Marked extends Tried {
  /** When it arrived. */
  at: string;
}
const ids = (rows: readonly Marked[]): string[] => rows.map(({ id }) => id);

/** By the time at which they arrived: their events are then near to each other, and a message reads few objects of the archive. */
async function mark(
  db: D1Database,
  { store, today, now, most }: { store: StoreKind; today: string; now: number; most: number },
): Promise<Marked[]> {
  const { results } = await db
    .prepare(
      `UPDATE recordings SET queued_until = ?3 WHERE rowid IN (
         SELECT num FROM recording_rows r INDEXED BY recording_rows_erase WHERE store = ?4 AND (queued_until IS NULL OR queued_until <= ?2)
           AND ${isDue("?1", "?2")} ORDER BY ${dayNumber("erase_after")}, num LIMIT ?5)
       RETURNING id, failures, at`,
    )
    .bind(today, iso(now), iso(now + LOST), store, most)
    .all<Marked>();
  return results.sort((a, b) => (a.at < b.at ? -1 : 1));
}

const unmark = (db: D1Database, ids: readonly string[]) =>
  db
    .prepare(
      `UPDATE recordings SET queued_until = NULL
       WHERE ${idIn("id", "?1")} AND queued_until IS NOT NULL`,
    )
    .bind(JSON.stringify(ids))
    .run();

/** A message: erases those that are due. `clock` gives milliseconds. */
export async function eraseThese(
  env: Env,
  ids: readonly string[],
  clock: () => number,
  bounds: Partial<typeof BOUNDS> = {},
): Promise<void> {
  const { together, patience } = { ...BOUNDS, ...bounds };
  const db = env.DB;
  const now = clock();
  const isResting = await db
    .prepare(
      `SELECT 1 FROM stores_resting WHERE until > ?1
         AND store IN (SELECT store FROM recordings WHERE ${idIn("id", "?2")})`,
    )
    .bind(iso(now), JSON.stringify(ids))
    .first();
  if (isResting) {
    await unmark(db, ids);
    return;
  }
  const today = await todayAt(db, now);
  const claimed = await claim(env, today, now, ids);
  const [first] = claimed;
  if (first === undefined) return;
  const { store } = first.entry;
  const { done, rests } = await inTurn(claimed, together, (one) =>
    eraseOne(env, one, { today, now: clock(), patience }),
  );
  if (rests)
    await rest(
      env,
      { store, run: first.run, untried: rests.untried.map(({ entry }) => entry.id), error: rests.error },
      clock(),
    );
  else if (done > 0) await restsNoMore(db, store);
}

/** The store rests, and what the run has claimed and not tried waits without a failure. */
async function rest(
  env: Env,
  { store, run, untried, error }: { store: StoreKind; run: string; untried: string[]; error: string },
  now: number,
): Promise<void> {
  const { statement, isLong } = await restNow(env.DB, store, error, now);
  await record(env, {
    actor: "system",
    event: {
      code: "recording.erasure-rests",
      subject: run,
      payload: { store, error, waiting: untried.length },
    },
    statements: [
      statement,
      sql(
        `UPDATE recordings SET ${backToKept}, due = NULL
         WHERE ${idIn("id", "?1")} AND claim = ?2 AND state = 'erasing'`,
        ...[JSON.stringify(untried), run],
      ),
      ...(isLong ? await alarmFailing(env.DB, store, error, now) : []),
    ],
  });
}

/** A message that failed each time that it came: its recordings have failed, and are tried one by one after a pause. */
export async function failThese(env: Env, ids: readonly string[], now: number): Promise<void> {
  const due = iso(now + pauseAfter(1, ...PAUSE));
  await record(env, {
    actor: "system",
    event: { code: "recording.erasure-failed", subject: "", payload: { error: "internal", recordings: ids } },
    statements: [
      sql(
        `UPDATE recordings SET ${backToKept}, failures = failures + 1, error = 'internal', due = ?4
         WHERE rowid IN (SELECT r.rowid FROM recordings r WHERE ${idIn("r.id", "?3")} AND ${isDue("?1", "?2")})`,
        ...[await todayAt(env.DB, now), iso(now), JSON.stringify(ids), due],
      ),
    ],
  });
}
