/**
 * Files of kept recordings as their time goes on: those whose day nears come back, so that none is erased late because it lay in a file; one
 * that is lost is told of weeks before; and one with recordings that were erased is written without them.
 */
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { dayOf, daysLater } from "../../../shared/core/calendar.ts";
import { DAY, MINUTE } from "../../../shared/core/time.ts";
import { isSpent } from "../../storage/closed/calls.ts";
import { record } from "../../core/commit.ts";
import { Problem } from "../../core/errors.ts";
import { sql, type Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { currentPolicy } from "../../policy/current.ts";
import { dropped, putAllBack, wantFile } from "../../storage/closed/back.ts";
import { RUN } from "../../storage/closed/close.ts";
import {
  allLinesIn,
  type ClosedFile,
  fileColumns,
  isLost,
  isNamed,
  linesLeftIn,
  toFile,
  writeFile,
} from "../../storage/closed/files.ts";
import { refuseWhere } from "../../storage/closed/kind.ts";
import { named, underNewKey, unnamed } from "../../storage/closed/left.ts";
import { outOf } from "../../storage/closed/read.ts";
import { alarmLost } from "../alarms.ts";
import { isDue } from "../erasure.ts";
import { lengthenedAgain } from "../retention.ts";
import { keptBack } from "./close.ts";
import { keptKind, recount } from "./lines.ts";
import { backAgain } from "./read.ts";

/** Days before the first of a file's recordings is due. */
const NIGHTLY = 7;
const SOON = 1;
/** A lost file is told of so many days before. */
const TOLD = 35;
/** How long a run of the clock puts files back. */
const OFTEN = MINUTE;
/** Files in a row that a store gives no answer of: then none is asked for any more. */
const SILENT = 3;
/**
 * Of a store with so many recordings that are due already no more come back: policy may make months of them due at once, which go no sooner
 * for that, and a database that is full takes no write.
 */
const WAITING = 200_000;

type Stored = Parameters<typeof toFile>[0];
const today = async (db: D1Database, now: number): Promise<string> =>
  dayOf(now, zoneOfPolicy((await currentPolicy(db)).policy));

/** Files with a recording that is due up to a day, the soonest first: at most those of so many counts. `full`: stores of others. */
async function filesDue(
  db: D1Database,
  day: string,
  most: number,
  without: readonly string[] = [],
  full: readonly string[] = [],
): Promise<ClosedFile[]> {
  const { results } = await db
    .prepare(
      `SELECT ${fileColumns} FROM closed_kept_days k CROSS JOIN closed_kept_files f ON f.first = k.first
       WHERE k.day <= ?1 AND f.key NOT IN (SELECT value FROM json_each(?3)) AND k.store NOT IN (SELECT value FROM json_each(?4))
       ORDER BY k.day LIMIT ?2`,
    )
    .bind(day, most, JSON.stringify(without), JSON.stringify(full))
    .all<Stored>();
  // A file may have several days.
  return [...new Map(results.map((row) => [row.key, toFile(row)])).values()];
}

/** Stores of which so many recordings could go now. `now` in milliseconds. */
async function storesFull(db: D1Database, now: number, waiting: number): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT store FROM recording_rows r INDEXED BY recording_rows_erase WHERE ${isDue("?1", "?2")}
       GROUP BY store HAVING COUNT(*) >= ?3`,
    )
    .bind(await today(db, now), new Date(now).toISOString(), waiting)
    .all<{ store: string }>();
  return results.map(({ store }) => store);
}

/** Runs every five minutes, behind erasures: what policy made due, and what no night put back. `now` in milliseconds. */
export const returnDue = (
  env: Env,
  now: number,
  clock: () => number = Date.now,
  waiting = WAITING,
): Promise<void> => returnWithin(env, SOON, now, { clock, until: clock() + OFTEN, waiting });

/** Runs daily: puts back what is due within days. `now` in milliseconds. */
export const returnNear = (
  env: Env,
  now: number,
  clock: () => number = Date.now,
  waiting = WAITING,
): Promise<void> => returnWithin(env, NIGHTLY, now, { clock, until: clock() + RUN, waiting });

/** Throws at the end where a file could not be read; of one that is lost, people have a mail. */
async function returnWithin(
  env: Env,
  days: number,
  now: number,
  { clock, until, waiting }: { clock: () => number; until: number; waiting: number },
): Promise<void> {
  const day = daysLater(await today(env.DB, now), days);
  const left: string[] = [];
  const failed: string[] = [];
  for (let silent = 0; silent < SILENT && clock() < until && !isSpent(env);) {
    const tried = [...left, ...failed];
    // Most runs find none, and need not count what waits.
    if ((await filesDue(env.DB, day, 1, tried)).length === 0) break;
    const [file] = await filesDue(env.DB, day, 1, tried, await storesFull(env.DB, now, waiting));
    if (file === undefined) break;
    try {
      if (!(await back(env, file, now))) left.push(file.key);
      silent = 0;
    } catch (error) {
      console.error(file.key, error);
      failed.push(file.key);
      silent = error instanceof Problem ? silent + 1 : 0;
    }
  }
  if (failed.length > 0) throw new Error(`could not be put back: ${failed.join(", ")}`);
}

/** Puts a file back; of one that is lost, what can still be read, with a mail: then false. */
async function back(env: Env, file: ClosedFile, now: number): Promise<boolean> {
  try {
    await putAllBack(env, keptBack, file, "system", []);
    return true;
  } catch (error) {
    // Another run was first.
    if (!(await isNamed(env.DB, keptKind, file.key))) return true;
    // It was read; or the store does not answer, which says neither.
    if (!(error instanceof Problem && (await isLost(env, file).catch(() => false)))) throw error;
    await tellLost(env, file, now);
    const out = await outOf(env.DB, keptKind, file);
    const lines = await linesLeftIn(env, keptKind, file);
    await backAgain(
      env,
      lines.filter(({ num }) => !out.has(num)),
    );
    return false;
  }
}

/** A week's mails of one file have one key. */
async function tellLost(env: Env, { key, rows }: ClosedFile, now: number): Promise<void> {
  const week = Math.floor(now / (7 * DAY));
  const mark = `recordings-lost ${key}`;
  const told = await env.DB.prepare("SELECT value FROM marks WHERE name = ?").bind(mark).first("value");
  if (told === String(week)) return;
  await record(env, {
    actor: "system",
    event: { code: "audit.recordings-lost", subject: key, payload: { rows } },
    statements: [
      sql("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)", mark, String(week)),
      ...(await alarmLost(env.DB, key, week)),
    ],
  });
}

/** Files of one look. */
const LOOKED = 500;
/** SQL: whether as many of a file's recordings are counted as count. */
const isCounted = `(SELECT COALESCE(SUM(k.n), 0) = f.rows - (SELECT COUNT(*) FROM closed_kept_out o WHERE o.num BETWEEN f.first AND f.last)
    AND COALESCE(MIN(k.n), 1) > 0 FROM closed_kept_days k WHERE k.first = f.first) AS counted`;

/**
 * Runs daily: counts files again whose days are not counted as many times as they have recordings, with a line on the trail: by the day that is
 * counted they come back. Throws at the end where one could not be read.
 */
export async function compareKept(env: Env): Promise<void> {
  const failed: string[] = [];
  for (let after = -1, more = true; more;) {
    const { results } = await env.DB.prepare(
      `SELECT ${fileColumns}, ${isCounted} FROM closed_kept_files f WHERE f.first > ? ORDER BY f.first LIMIT ${LOOKED}`,
    )
      .bind(after)
      .all<Stored & { counted: number }>();
    for (const { counted, ...file } of results)
      if (counted !== 1 && !isSpent(env))
        await count(env, toFile(file)).catch(async (error: unknown) => {
          if (!(await isNamed(env.DB, keptKind, file.key))) return;
          console.error(file.key, error);
          failed.push(file.key);
        });
    more = results.length === LOOKED && !isSpent(env);
    after = results.at(-1)?.first ?? after;
  }
  if (failed.length > 0) throw new Error(`could not be counted again: ${failed.join(", ")}`);
}

async function count(env: Env, file: ClosedFile): Promise<void> {
  const lines = await allLinesIn(env, keptKind, file);
  const out = await outOf(env.DB, keptKind, file);
  await record(env, {
    actor: "system",
    event: { code: "audit.recordings-counted", subject: file.key, payload: null },
    statements: [
      wantFile(keptKind, file),
      ...recount(
        file.first,
        lines.filter(({ num }) => !out.has(num)),
      ),
      lengthenedAgain(file.first),
    ],
  });
}

/** Runs daily: reads the objects of files whose recordings are due within weeks. Answers whether all were read: each run begins with the first. */
export async function lookForFiles(env: Env, now: number): Promise<boolean> {
  const day = daysLater(await today(env.DB, now), TOLD);
  const files = await filesDue(env.DB, day, 5000);
  let read = 0;
  for (const file of files) {
    if (isSpent(env)) break;
    if (await isLost(env, file)) await tellLost(env, file, now);
    read++;
  }
  // A file that came back, or was found again, is lost no more.
  await env.DB.prepare(
    `DELETE FROM marks WHERE name GLOB 'recordings-lost *' AND NOT EXISTS (
       SELECT 1 FROM closed_kept_files f WHERE f.key = substr(marks.name, 17))`,
  ).run();
  return read === files.length;
}

/** Most files that a run writes again. */
const FILES = 200;

/** Runs daily. Writes files again whose recordings were erased since they came back. Throws at the end where one could not be read. */
export async function rewriteKept(env: Env, now: number, clock: () => number = Date.now): Promise<void> {
  const { results } = await env.DB.prepare(
    `SELECT ${fileColumns} FROM closed_kept_files f WHERE f.first IN (
       SELECT (SELECT MAX(w.first) FROM closed_kept_files w WHERE w.first <= o.num) FROM closed_kept_out o WHERE o.gone = 1)
       AND NOT EXISTS (SELECT 1 FROM closed_kept_out o WHERE o.number IS NOT NULL AND o.num BETWEEN f.first AND f.last)
     ORDER BY f.first LIMIT ?`,
  )
    .bind(FILES)
    .all<Stored>();
  const failed: string[] = [];
  const until = clock() + RUN;
  for (const file of results.map(toFile)) {
    if (clock() >= until || isSpent(env)) break;
    await rewrite(env, file, now).catch(async (error: unknown) => {
      if (!(await isNamed(env.DB, keptKind, file.key))) return;
      console.error(file.key, error);
      failed.push(file.key);
    });
  }
  if (failed.length > 0) throw new Error(`could not be written again: ${failed.join(", ")}`);
}

/** Without what came back: it is in the database, or erased. */
async function rewrite(env: Env, file: ClosedFile, now: number): Promise<void> {
  const { first, last, key } = file;
  const lines = await allLinesIn(env, keptKind, file);
  const out = await outOf(env.DB, keptKind, file);
  const kept = lines.filter(({ num }) => !out.has(num));
  const gone = lines.filter(({ num }) => out.has(num)).map(({ num }) => num);
  const commit = (written: readonly Statement[]) =>
    record(env, {
      actor: "system",
      event: {
        code: "audit.recordings-rewritten",
        subject: key,
        payload: { gone: gone.length, kept: kept.length },
      },
      statements: [
        wantFile(keptKind, file),
        // Once no block has their numbers (names/sift.ts).
        refuseWhere(
          "EXISTS (SELECT 1 FROM closed_kept_out WHERE number IS NOT NULL AND num IN (SELECT value FROM json_each(?)))",
          JSON.stringify(gone),
        ),
        ...written,
      ],
    });
  if (kept.length === 0) return commit(dropped(keptBack, file));
  return underNewKey(env, { name: keptKind.name, month: key.split("/")[1]!, first }, now, async (next) => {
    const { rows, bytes, sha256, members } = (await writeFile(env, { first, last, key: next }, kept)).file;
    await commit([
      ...named(next),
      sql(
        "UPDATE closed_kept_files SET key = ?, rows = ?, bytes = ?, sha256 = ?, members = ? WHERE first = ?",
        ...[next, rows, bytes, sha256, JSON.stringify(members), first],
      ),
      sql("DELETE FROM closed_kept_out WHERE num IN (SELECT value FROM json_each(?))", JSON.stringify(gone)),
      unnamed(key),
    ]);
  });
}
