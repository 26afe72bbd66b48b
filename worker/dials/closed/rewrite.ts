/** Files of closed dials without what was erased or is over; and what goes with a file that comes back into the database. */
import { type Back, dropped, wantFile } from "../../storage/closed/back.ts";
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
import { eraseLeft, named, underNewKey, unnamed } from "../../storage/closed/left.ts";
import { outOf } from "../../storage/closed/read.ts";
import { isSpent } from "../../storage/closed/calls.ts";
import { record } from "../../core/commit.ts";
import { sql, type Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { dialFrom } from "../row-number.ts";
import { goneCalls, uncounted } from "./calls.ts";
import { dialsKind, type Line, QUARTER_OF_ROWS, unlistLines } from "./lines.ts";
import { unpackNumbers } from "./packed/entries.ts";
import { unlist, unlisted } from "./unlist.ts";

export const dialsBack: Back<Line> = {
  ...dialsKind,
  unlisted: unlistLines,
  // What was counted before all others.
  behind: [
    sql(
      `DELETE FROM closed_calls WHERE quarter < COALESCE((SELECT MIN(first) FROM closed_files) / ${QUARTER_OF_ROWS}, ?)`,
      Number.MAX_SAFE_INTEGER,
    ),
    ...uncounted("SELECT MIN(first) FROM closed_files"),
  ],
  forgotten: ({ DB }, lines) => goneCalls(DB, lines, new Date().toISOString()),
};

/** Most files that a run looks for. */
const FILES = 200;
/** Lines between others that leave a file at once. */
const BETWEEN = 2000;

/**
 * Runs daily. Rewrites the files with dials or calls that were erased, or whose row number is below `due`, as their time is over. Throws at the
 * end where a file could not be read. `now` in milliseconds.
 */
export async function rewriteFiles(
  env: Env,
  due: number,
  now: number,
  clock: () => number = Date.now,
): Promise<void> {
  // What cannot be erased is said at the end: nothing else waits for it.
  await eraseLeft(env, now).catch(() => undefined);
  const { results } = await env.DB.prepare(
    `SELECT ${fileColumns} FROM closed_files f WHERE f.first < ?1 OR f.first IN (
       SELECT (SELECT MAX(w.first) FROM closed_files w WHERE w.first <= o.num) FROM closed_out o
       WHERE o.gone = 1 AND NOT EXISTS (SELECT 1 FROM dials d WHERE d.num = o.num)
       UNION SELECT (SELECT MAX(w.first) FROM closed_files w WHERE w.first <= o.num) FROM closed_out o WHERE o.lone = 1)
     ORDER BY f.first LIMIT ?2`,
  )
    .bind(due, FILES)
    .all<Parameters<typeof toFile>[0]>();
  const failed: string[] = [];
  const until = clock() + RUN;
  const isTime = () => clock() < until && !isSpent(env);
  for (const file of results.map(toFile)) {
    if (!isTime()) break;
    await rewrite(env, file, due, now).catch(async (error: unknown) => {
      // Another run wrote it.
      if (!(await isNamed(env.DB, dialsKind, file.key))) return;
      console.error(file.key, error);
      failed.push(file.key);
    });
  }
  await unlist(env, isTime);
  const left = await eraseLeft(env, now).catch(String);
  const said = failed.length > 0 && `could not be written again: ${failed.join(", ")}`;
  if (said || left) throw new Error([said, left].filter(Boolean).join("; "));
}

async function rewrite(env: Env, file: ClosedFile, due: number, now: number): Promise<void> {
  const lines = await allLinesIn(env, dialsKind, file).catch(async (error: unknown) => {
    // Its time is over, and it is lost. One that only cannot be read right now waits.
    if (file.last < due && (await isLost(env, file))) return null;
    throw error;
  });
  if (lines === null) return drop(env, file);
  const { first, last, key } = file;
  const out = await outOf(env.DB, dialsKind, file);
  const back = await inDatabase(env.DB, [...out]);
  // A call is kept as long as its dial, and may have begun a little later.
  const isOver = ({ num, call }: Line) => num < due && (call === null || dialFrom(call.startedAt) < due);
  const counts = (line: Line) => !isOver(line) && (!out.has(line.num) || back.has(line.num));
  const begins = lines.find(counts)?.num ?? Infinity;
  // What is over and before its first line leaves the packed index with its day. Others leave it one by one: so many a night, and the rest stays.
  const between = lines.filter((line) => !counts(line) && (line.num >= begins || !isOver(line)));
  const waits = new Set(between.slice(BETWEEN).map(({ num }) => num));
  const stays = (line: Line) => counts(line) || waits.has(line.num);
  const kept = lines.filter(stays);
  const gone = lines.filter((line) => !stays(line));
  const commit = async (written: readonly Statement[]) =>
    record(env, {
      actor: "system",
      event: {
        code: "audit.dials-rewritten",
        subject: key,
        payload: { gone: gone.length, kept: kept.length },
      },
      statements: [
        wantFile(dialsKind, file),
        ...unlistLines(gone.filter(({ num }) => !out.has(num))),
        ...(await goneCalls(
          env.DB,
          gone.filter(({ num }) => out.has(num)),
          new Date(now).toISOString(),
        )),
        ...(await unpackNumbers(env.DB, between.slice(0, BETWEEN))),
        ...written,
      ],
    });
  if (kept.length === 0) return commit(dropped(dialsBack, file));
  return underNewKey(env, { name: dialsKind.name, month: key.split("/")[1]!, first }, now, async (next) => {
    const { rows, bytes, sha256, members } = (await writeFile(env, { first, last, key: next }, kept)).file;
    await commit([
      ...named(next),
      sql(
        "UPDATE closed_files SET key = ?, rows = ?, bytes = ?, sha256 = ?, members = ? WHERE first = ?",
        ...[next, rows, bytes, sha256, JSON.stringify(members), first],
      ),
      // A row of a line that is nowhere goes with its file. One of a line that stays may be new.
      sql(
        "DELETE FROM closed_out WHERE num BETWEEN ? AND ? AND num NOT IN (SELECT value FROM json_each(?))",
        ...[first, last, JSON.stringify(kept.map(({ num }) => num))],
      ),
      unnamed(key),
    ]);
  });
}

/**
 * A file whose time is over, and that is lost. Of what can still be read of it the index goes by key; the rest is found among the rows of
 * all numbers, and goes later (`unlist`), as nothing else may wait for that.
 */
async function drop(env: Env, file: ClosedFile): Promise<void> {
  const out = await outOf(env.DB, dialsKind, file);
  const lines = await linesLeftIn(env, dialsKind, file);
  await record(env, {
    actor: "system",
    event: {
      code: "audit.dials-rewritten",
      subject: file.key,
      // What counts no more is in the database again, or went before.
      payload: { gone: file.rows - out.size, kept: 0 },
    },
    statements: [
      wantFile(dialsKind, file),
      ...unlistLines(lines.filter(({ num }) => !out.has(num))),
      ...dropped(dialsBack, file),
      ...unlisted(file.last + 1),
    ],
  });
}

/** Those of these that are in `dials` again, with the call that came back with them. */
async function inDatabase(db: D1Database, nums: readonly number[]): Promise<Set<number>> {
  const { results } = await db
    .prepare(
      `SELECT num FROM dials WHERE num IN (SELECT value FROM json_each(?))
         AND num NOT IN (SELECT num FROM closed_out WHERE lone = 1)`,
    )
    .bind(JSON.stringify(nums))
    .all<{ num: number }>();
  return new Set(results.map(({ num }) => num));
}
