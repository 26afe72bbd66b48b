/**
 * Erases requests' files once their time is over. What is owed has a row (`file_erasures`), and the clock sends its ids to the queue of
 * erasures; without one it works off some itself. A file counts as erased only once its store, asked again, no longer has it.
 */
import { chunks } from "../../../shared/core/chunks.ts";
import { pauseAfter, retryAt } from "../../../shared/core/retry.ts";
import { DAY, HOUR, MINUTE } from "../../../shared/core/time.ts";
import { record } from "../../core/commit.ts";
import { changeRows, statesOf } from "../../core/states.ts";
import { inMessages, sendAll, type Tried } from "../../core/queue.ts";
import { sql } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { alarmFailing } from "../../recordings/alarms.ts";
import { inTurn, restNow, restsNoMore, triesOf } from "../../storage/resting.ts";
import { NoAnswer, type NotYet, StoreError, within } from "../../storage/store.ts";
import { namesBound } from "./bound.ts";
import { over, timesAt } from "./over.ts";
import { isPlaced, type NewFile, storeOfFile } from "./store.ts";

/** Files of a store that a run sends; those that the clock erases itself; and those at once. */
const STEP = 5000;
const MOST = 100;
const TOGETHER = 10;
/** What a store may take for an answer, in milliseconds. */
const PATIENCE = 20_000;
/** Longer than a message may be worked on, which is 15 minutes; and than messages wait in a queue. */
const LEASE = 20 * MINUTE;
const LOST = HOUR;
/** The pause after the first failure, and the longest. People get a mail at the third. */
const PAUSE = [HOUR, DAY] as const;
const TELL = 3;

interface Owed extends Pick<NewFile, "id" | "request" | "purpose" | "store" | "object"> {
  /** This try counts. */
  failures: number;
}
const iso = (ms: number): string => new Date(ms).toISOString();
const these = (ids: readonly string[]): string => JSON.stringify(ids);

/**
 * Scheduled every five minutes: sends what is owed, by store. `patience`: milliseconds for each answer of a store. Where the clock erases
 * files itself, one that gives none is asked for no more in this run, as other jobs wait behind it.
 */
export async function eraseFiles(env: Env, now: number, patience = PATIENCE): Promise<void> {
  const db = env.DB;
  await db
    .prepare(
      `INSERT OR IGNORE INTO file_erasures (file, store, since, due)
       SELECT id, store, MIN(since), ?1 FROM (${over()}) GROUP BY id`,
    )
    .bind(...(await timesAt(db, now)))
    .run();
  const { results: stores } = await db
    .prepare("SELECT DISTINCT store FROM file_erasures WHERE due <= ?")
    .bind(iso(now))
    .all<{ store: string }>();
  const triesIn = await triesOf(db, now);
  for (const { store } of stores) {
    const tries = triesIn(store);
    const marked = await mark(db, store, tries ?? (env.ERASURE ? STEP : MOST), now);
    if (marked.length === 0 || (await sendAll(env.ERASURE, inMessages("files", marked, tries !== null))))
      continue;
    const ids = marked.map(({ id }) => id);
    await unmark(db, ids);
    for (const some of chunks(ids.slice(0, MOST), TOGETHER))
      if (!(await eraseSome(env, some, () => now, patience))) break;
  }
}

async function mark(db: D1Database, store: string, most: number, now: number): Promise<Tried[]> {
  const { results } = await db
    .prepare(
      `UPDATE file_erasures SET queued_until = ?3 WHERE file IN (
         SELECT file FROM file_erasures WHERE store = ?1 AND due <= ?2 AND (queued_until IS NULL OR queued_until <= ?2)
         ORDER BY due, file LIMIT ?4)
       RETURNING file AS id, failures`,
    )
    .bind(store, iso(now), iso(now + LOST), most)
    .all<Tried>();
  return results;
}

const unmark = (db: D1Database, ids: readonly string[]) =>
  db
    .prepare(
      `UPDATE file_erasures SET queued_until = NULL
       WHERE file IN (SELECT value FROM json_each(?)) AND queued_until IS NOT NULL`,
    )
    .bind(these(ids))
    .run();

/** A message: erases those that are owed. */
export const eraseTheseFiles = async (
  env: Env,
  ids: readonly string[],
  clock: () => number,
): Promise<void> => {
  await eraseSome(env, ids, clock, PATIENCE);
};

/** False where their store rests, or gave no answer in time. */
async function eraseSome(
  env: Env,
  ids: readonly string[],
  clock: () => number,
  patience: number,
): Promise<boolean> {
  const db = env.DB;
  const isResting = await db
    .prepare(
      `SELECT 1 FROM stores_resting WHERE until > ?1
         AND store IN (SELECT store FROM file_erasures WHERE file IN (SELECT value FROM json_each(?2)))`,
    )
    .bind(iso(clock()), these(ids))
    .first();
  if (isResting) {
    await unmark(db, ids);
    return false;
  }
  const { files, lease } = await claim(db, ids, clock());
  const [first] = files;
  if (first === undefined) return true;
  let hangs = false;
  const { done, rests } = await inTurn(files, TOGETHER, (file) =>
    eraseOne(env, file, { clock, patience, hung: () => (hangs = true) }),
  );
  if (rests) await rest(env, first.store, { ...rests, lease }, clock());
  else if (done > 0) await restsNoMore(db, first.store);
  return rests === null && !hangs;
}

/** Takes those that are owed, until a time. A try counts as it begins: one that is killed says nothing. Others have no row any more. */
async function claim(
  db: D1Database,
  ids: readonly string[],
  now: number,
): Promise<{ files: Owed[]; lease: string }> {
  const named = [...(await timesAt(db, now)), these(ids)];
  const isOver = `(SELECT id FROM (${over("f.id IN (SELECT value FROM json_each(?5))")}))`;
  const lease = iso(now + LEASE);
  const { results: taken } = await db
    .prepare(
      `UPDATE file_erasures SET due = ?6, queued_until = NULL, failures = failures + 1
       WHERE file IN (SELECT value FROM json_each(?5)) AND due <= ?1 AND file IN ${isOver} RETURNING file`,
    )
    .bind(...named, lease)
    .all<{ file: string }>();
  if (taken.length < ids.length)
    await db
      .prepare(
        `DELETE FROM file_erasures WHERE file IN (SELECT value FROM json_each(?5)) AND file NOT IN ${isOver}`,
      )
      .bind(...named)
      .run();
  const { results: files } = await db
    .prepare(
      `SELECT f.id, f.request, f.purpose, f.store, f.object, e.failures
       FROM file_erasures e JOIN request_files f ON f.id = e.file WHERE e.file IN (SELECT value FROM json_each(?))`,
    )
    .bind(these(taken.map(({ file }) => file)))
    .all<Owed>();
  return { files, lease };
}

/** Null where it is erased; empty where that is not for its store to say; else what failed. */
async function eraseOne(
  env: Env,
  file: Owed,
  { clock, patience, hung }: { clock: () => number; patience: number; hung: () => void },
): Promise<string | null> {
  if (!isPlaced(file))
    return fail(env, file, `${file.store}: no place of such a file`, clock()).then(() => "");
  let later: NotYet | null;
  try {
    later = await gone(env, file, patience);
  } catch (error) {
    if (error instanceof NoAnswer) hung();
    if (!(error instanceof StoreError)) console.error("request file", file.id, error);
    const words = error instanceof StoreError ? error.message : "internal";
    await fail(env, file, words, clock());
    return words;
  }
  if (later) {
    await fail(env, file, `${file.store}: puts it off again`, clock(), Date.parse(later.notBefore));
    return "";
  }
  await erased(env, file, clock());
  return null;
}

/** Has the store erase it, and asks again. Not null where that says when it will be able to. */
async function gone(env: Env, file: Owed, patience: number): Promise<NotYet | null> {
  const store = storeOfFile(env, file);
  if (!store) throw new StoreError(`${file.store}: not configured`);
  const later = await within(file.store, patience, (signal) => store.erase(file.object, signal));
  if (later) return later;
  if (await within(file.store, patience, (signal) => store.head(file.object, signal)))
    throw new StoreError(`${file.store}: still there`);
  return null;
}

async function erased(env: Env, file: Owed, now: number): Promise<void> {
  const named = await statesOf(env.DB, namesBound, "id = ? AND name <> ''", file.id);
  const names = named.map((before) => ({ before, to: { name: "" } }));
  await record(env, {
    actor: "system",
    event: {
      code: "request.file-erased",
      subject: file.request,
      payload: { file: file.id, purpose: file.purpose },
    },
    statements: [
      sql("UPDATE request_files SET erased_at = ? WHERE id = ?", iso(now), file.id),
      ...changeRows(namesBound, names, iso(now)),
      // A part that waited for the others of its copy for too long.
      sql(
        "UPDATE copy_parts SET made = NULL, file = NULL, due = ?, tries = 0 WHERE file = ? AND came_at IS NULL",
        ...[iso(now), file.id],
      ),
    ],
  }).catch((error: unknown) => {
    // Another run was first: it is gone, and the trail has it once.
    if (!String(error).includes("request_moved")) throw error;
  });
}

/** It is tried again after a pause, once a day at least. */
async function fail(
  env: Env,
  { id, request, purpose, store, failures }: Owed,
  error: string,
  now: number,
  notBefore: number | null = null,
): Promise<void> {
  const most = now + PAUSE[1];
  const next = iso(Math.min(most, retryAt(now, pauseAfter(failures, ...PAUSE), notBefore)));
  await record(env, {
    actor: "system",
    event: {
      code: "request.file-failed",
      subject: request,
      payload: { file: id, purpose, error, failures, next },
    },
    statements: [
      sql("UPDATE file_erasures SET due = ?, error = ? WHERE file = ?", next, error, id),
      ...(failures < TELL ? [] : await alarmFailing(env.DB, store, error, now)),
    ],
  });
}

/** The store rests, and what was claimed and not tried waits without a failure. */
async function rest(
  env: Env,
  store: string,
  { error, untried, lease }: { error: string; untried: Owed[]; lease: string },
  now: number,
): Promise<void> {
  const { statement, isLong } = await restNow(env.DB, store, error, now);
  await record(env, {
    actor: "system",
    event: { code: "request.files-rest", subject: "", payload: { store, error, waiting: untried.length } },
    statements: [
      statement,
      sql(
        `UPDATE file_erasures SET due = ?, failures = failures - 1
         WHERE file IN (SELECT value FROM json_each(?)) AND due = ?`,
        ...[iso(now), these(untried.map(({ id }) => id)), lease],
      ),
      ...(isLong ? await alarmFailing(env.DB, store, error, now) : []),
    ],
  });
}

/** A message that failed each time that it came: its files have failed, and are tried one by one after a pause. */
export const failTheseFiles = (env: Env, ids: readonly string[], now: number): Promise<void> =>
  record(env, {
    actor: "system",
    event: { code: "request.file-failed", subject: "", payload: { error: "internal", files: ids } },
    statements: [
      sql(
        `UPDATE file_erasures SET failures = failures + 1, error = 'internal', due = ?3, queued_until = NULL
         WHERE file IN (SELECT value FROM json_each(?1)) AND due <= ?2`,
        ...[these(ids), iso(now), iso(now + pauseAfter(1, ...PAUSE))],
      ),
    ],
  });
