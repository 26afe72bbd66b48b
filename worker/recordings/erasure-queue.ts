/**
 * Erasure by queue: the clock sends the ids of all that is due, by store, and each message erases fifty. A store that fails
 * everything rests: only a few recordings are tried there every five minutes, nothing else counts as failed meanwhile, and no
 * other store waits. All of it goes on with the first recording that the store erases again.
 */
import { storeKind, type StoreKind } from "../../shared/recordings/api.ts";
import { HOUR, MINUTE } from "../../shared/core/time.ts";
import { pauseAfter } from "../../shared/core/retry.ts";
import { record } from "../core/commit.ts";
import { messagesOf, sendAll, type Work } from "../core/queue.ts";
import { sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { alarmFailing } from "./alarms.ts";
import { BOUNDS, claim, eraseDue, isDue, quotas, todayAt } from "./erasure.ts";
import { backToKept, eraseOne, PAUSE } from "./erasing/one.ts";

/** Longer than messages wait in a queue. What is still due then is sent again, as its message was lost. */
const LOST = HOUR;
/** Recordings of one step, and steps of one run of the clock. */
const STEP = 5000;
const STEPS = 20;
/** A store rests after this many failures in a row, until the next run of the clock, which tries so many there. */
const FAILED = 5;
const REST = 4 * MINUTE;
const PROBE = 10;
/** People get a mail where it has rested for so long. */
const TELL = 30 * MINUTE;

const iso = (ms: number): string => new Date(ms).toISOString();

/** Scheduled every five minutes. `now` is in milliseconds. */
export async function sendErasures(env: Env, now: number): Promise<void> {
  if (!env.ERASURE) return eraseDue(env, now);
  const today = await todayAt(env.DB, now);
  const limits = quotas(env);
  const { results } = await env.DB.prepare("SELECT store, until FROM stores_resting").all<{
    store: StoreKind;
    until: string;
  }>();
  const resting = new Map(results.map(({ store, until }) => [store, until]));
  for (const store of storeKind.options) {
    const rests = resting.get(store);
    if (rests !== undefined && rests > iso(now)) continue;
    let left = rests === undefined ? (limits.get(store) ?? STEP * STEPS) : PROBE;
    while (left > 0) {
      const most = Math.min(left, STEP);
      const marked = await mark(env.DB, { store, today, now, most });
      if (!(await sendAll(env.ERASURE, inMessages(marked, rests !== undefined)))) {
        await unmark(env.DB, ids(marked));
        return eraseDue(env, now);
      }
      if (marked.length < most) break;
      left -= most;
    }
  }
}

interface Marked {
  id: string;
  failures: number;
  /** When it arrived. */
  at: string;
}
const ids = (rows: readonly Marked[]): string[] => rows.map(({ id }) => id);

/**
 * By the time at which they arrived: their events are then near to each other, and a message reads few objects of the archive. One
 * that failed before is a message of its own: what is wrong with it holds up no other.
 */
const inMessages = (marked: readonly Marked[], together: boolean): Work[] =>
  together
    ? messagesOf("erasure", ids(marked))
    : [
        ...messagesOf("erasure", ids(marked.filter(({ failures }) => failures === 0))),
        ...messagesOf("erasure", ids(marked.filter(({ failures }) => failures > 0)), 1),
      ];

async function mark(
  db: D1Database,
  { store, today, now, most }: { store: StoreKind; today: string; now: number; most: number },
): Promise<Marked[]> {
  const { results } = await db
    .prepare(
      `UPDATE recordings SET queued_until = ?3 WHERE id IN (
         SELECT id FROM recordings r INDEXED BY recordings_erase WHERE store = ?4 AND (queued_until IS NULL OR queued_until <= ?2)
           AND ${isDue("?1", "?2")} ORDER BY erase_after, id LIMIT ?5)
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
       WHERE id IN (SELECT value FROM json_each(?)) AND queued_until IS NOT NULL`,
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
  const rests = await db
    .prepare(
      `SELECT 1 FROM stores_resting WHERE until > ?1
         AND store IN (SELECT store FROM recordings WHERE id IN (SELECT value FROM json_each(?2)))`,
    )
    .bind(iso(now), JSON.stringify(ids))
    .first();
  if (rests) {
    await unmark(db, ids);
    return;
  }
  const today = await todayAt(db, now);
  const claimed = await claim(env, today, now, ids);
  let [done, failed, last] = [0, 0, ""];
  for (let i = 0; i < claimed.length; i += together) {
    const said = await Promise.all(
      claimed.slice(i, i + together).map((one) => eraseOne(env, one, { today, now: clock(), patience })),
    );
    for (const words of said)
      if (words === null) done++;
      else if (words !== "") [failed, last] = [failed + 1, words];
    if (done === 0 && failed >= FAILED) {
      const { entry, run } = claimed[0]!;
      const untried = claimed.slice(i + together).map((one) => one.entry.id);
      await rest(env, { store: entry.store, run, untried, error: last }, clock());
      return;
    }
  }
  const store = claimed[0]?.entry.store;
  if (done > 0) await db.prepare("DELETE FROM stores_resting WHERE store = ?").bind(store!).run();
}

/** The store rests, and what the run has claimed and not tried waits without a failure. */
async function rest(
  env: Env,
  { store, run, untried, error }: { store: StoreKind; run: string; untried: string[]; error: string },
  now: number,
): Promise<void> {
  const before = await env.DB.prepare("SELECT since FROM stores_resting WHERE store = ?")
    .bind(store)
    .first<{ since: string }>();
  const long = before !== null && now - Date.parse(before.since) >= TELL;
  await record(env, {
    actor: "system",
    event: {
      code: "recording.erasure-rests",
      subject: run,
      payload: { store, error, waiting: untried.length },
    },
    statements: [
      sql(
        `INSERT INTO stores_resting (store, since, until, error) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET until = excluded.until, error = excluded.error`,
        ...[store, iso(now), iso(now + REST), error],
      ),
      sql(
        `UPDATE recordings SET ${backToKept}, due = NULL
         WHERE id IN (SELECT value FROM json_each(?)) AND claim = ? AND state = 'erasing'`,
        ...[JSON.stringify(untried), run],
      ),
      ...(long ? await alarmFailing(env.DB, store, error, now) : []),
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
        `UPDATE recordings AS r SET ${backToKept}, failures = failures + 1, error = 'internal', due = ?4
         WHERE id IN (SELECT value FROM json_each(?3)) AND ${isDue("?1", "?2")}`,
        ...[await todayAt(env.DB, now), iso(now), JSON.stringify(ids), due],
      ),
    ],
  });
}
