/**
 * Closes months of dials: writes their plain rows to the archive's bucket, reads them back and compares each column; then one audited
 * commit records the file and deletes the rows. A crash in between does no harm: the next run begins another file with the same rows.
 */
import { e164Of } from "../../../shared/registers/blocks.ts";
import { DAY, MINUTE } from "../../../shared/core/time.ts";
import { countsCalls } from "../../check/contacts.ts";
import { record } from "../../core/commit.ts";
import { sql } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { dialFrom, dialTime } from "../row-number.ts";
import { MEMBER, writeFile } from "./files.ts";
import { named, underNewKey } from "./left.ts";
import { countLines, type Line, lineOf, plain, readLine, refuseWhere, unlike } from "./lines.ts";

/** Most rows a file and a commit, as of the trail's archive. */
const ROWS = 20_000;
/** How long a run begins files: the next one goes on. */
export const RUN = 3 * MINUTE;
/** A month is closed so long after its end: longer than anything but the counted calls of some regions looks back. */
const SETTLED = 62 * DAY;
/** In `marks`: the last month that is closed. */
const MARK = "dials-closed";
/** In `marks`: when somebody last put closed dials back. An older Worker may follow: for a day nothing closes. */
const REOPENED = "dials-reopened";

/** Runs daily. `now` in milliseconds, as `clock` gives it; `rows` for tests. */
export async function closeDials(
  env: Env,
  now: number,
  { rows = ROWS, clock = Date.now }: { rows?: number; clock?: () => number } = {},
): Promise<void> {
  for (const until = clock() + RUN; clock() < until;) {
    const month = await monthToClose(env.DB, now);
    if (month === null) return;
    const lines = await linesToClose(env.DB, month, rows);
    if (lines.length === 0) await closed(env, month, now);
    // The trail's rows leave first: a reader of those in the database looks for their dials there.
    else if (await isOnTrail(env.DB, lines)) return;
    else await closeSlice(env, month, lines, now);
  }
}

interface Month {
  /** `2026-08` */
  name: string;
  /** Its row numbers; the second is exclusive. */
  from: number;
  until: number;
}

export function monthOf(name: string): Month {
  const [year, month] = name.split("-").map(Number) as [number, number];
  const next = new Date(Date.UTC(year, month, 1)).toISOString();
  return { name, from: dialFrom(`${name}-01`), until: dialFrom(next) };
}

const isReopened = "EXISTS (SELECT 1 FROM marks WHERE name = ? AND value > ?)";
const sinceReopened = (now: number): [string, string] => [REOPENED, new Date(now - DAY).toISOString()];

/** The next month to close, if its time has come, and its days have their statements. */
async function monthToClose(db: D1Database, now: number): Promise<Month | null> {
  const found = (await db
    .prepare(
      `SELECT (SELECT value FROM marks WHERE name = ?) AS done, (SELECT MIN(num) FROM dials) AS first,
         (SELECT MAX(ends_at) FROM statements) AS stated, ${isReopened} AS reopened`,
    )
    .bind(MARK, ...sinceReopened(now))
    .first<{ done: string | null; first: number | null; stated: string | null; reopened: number }>())!;
  if (found.first === null || found.reopened === 1) return null;
  const after = found.done === null ? 0 : monthOf(found.done).until;
  const month = monthOf(new Date(dialTime(Math.max(after, found.first))).toISOString().slice(0, 7));
  const end = dialTime(month.until);
  const isStated = found.stated === null || Date.parse(found.stated) >= end;
  return isStated && end + SETTLED <= now ? month : null;
}

/** The next lines of a month that go into one file, oldest first. */
async function linesToClose(db: D1Database, { from, until }: Month, most: number): Promise<Line[]> {
  const lines: Line[] = [];
  const last = await db
    .prepare("SELECT MAX(last) AS last FROM closed_files WHERE first >= ? AND first < ?")
    .bind(from, until)
    .first<number | null>("last");
  for (let after = last ?? from - 1; lines.length < most;) {
    const { results } = await db
      .prepare(
        `SELECT ${lineOf} AS line FROM dials d WHERE d.num > ? AND d.num < ? AND ${plain} ORDER BY d.num LIMIT ?`,
      )
      .bind(after, until, Math.min(MEMBER, most - lines.length))
      .all<{ line: string }>();
    const found = results.map(({ line }) => readLine(line));
    if (found.length === 0) break;
    lines.push(...found.filter(({ number }) => !countsCalls(e164Of(number))));
    after = found.at(-1)!.num;
  }
  return lines;
}

/** Whether the event of one of them has not left the database. */
const isOnTrail = async (db: D1Database, lines: readonly Line[]): Promise<boolean> =>
  (await db
    .prepare(
      `SELECT 1 FROM json_each(?) j CROSS JOIN audit a ON a.subject = CAST(j.value AS TEXT)
       WHERE a.subject <> '' LIMIT 1`,
    )
    .bind(JSON.stringify(lines.map(({ num }) => num)))
    .first()) !== null;

const closeSlice = (env: Env, { name }: Month, lines: readonly Line[], now: number): Promise<void> => {
  const [first, last] = [lines[0]!.num, lines.at(-1)!.num];
  return underNewKey(env, { month: name, first }, now, async (key) => {
    const { file, stored } = await writeFile(env, { first, last, key }, lines);
    for (let at = 0; at < stored.length; at += MEMBER)
      if ((await unlike(env.DB, stored.slice(at, at + MEMBER))) > 0)
        throw new Error(`${key} is not what the database has`);
    const nums = JSON.stringify(lines.map(({ num }) => num));
    const { rows, bytes, sha256, members } = file;
    await record(env, {
      actor: "system",
      event: { code: "audit.dials-closed", subject: key, payload: { first, last, rows, bytes, sha256 } },
      statements: [
        ...named(key),
        refuseWhere(isReopened, ...sinceReopened(now)),
        // Refuses all of it if one went meanwhile, or something refers to it, or another run closed what is about it.
        refuseWhere(
          `(SELECT COUNT(*) FROM json_each(?) j CROSS JOIN dials d ON d.num = j.value WHERE ${plain}) <> ?`,
          ...[nums, rows],
        ),
        refuseWhere("EXISTS (SELECT 1 FROM closed_files WHERE first <= ? AND last >= ?)", last, first),
        sql(
          "INSERT INTO closed_files (first, last, key, rows, bytes, sha256, members, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          ...[first, last, key, rows, bytes, sha256, JSON.stringify(members), new Date().toISOString()],
        ),
        sql(
          "INSERT INTO closed_numbers (number, num) SELECT number, num FROM dials WHERE num IN (SELECT value FROM json_each(?))",
          nums,
        ),
        ...countLines(lines, 1),
        sql("DELETE FROM dials WHERE num IN (SELECT value FROM json_each(?))", nums),
      ],
    });
  });
};

const closed = (env: Env, { name }: Month, now: number): Promise<void> =>
  record(env, {
    actor: "system",
    event: { code: "audit.dials-month-closed", subject: name, payload: null },
    statements: [
      // Its dials may be back.
      refuseWhere(isReopened, ...sinceReopened(now)),
      sql("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)", MARK, name),
    ],
  });

/** Months that are open again close again, should this Worker stay. */
export const openAgain = () => sql("DELETE FROM marks WHERE name = ?", MARK);
/** From here on, and for a day, no commit names a file of dials that close. */
export const reopening = (now: number) =>
  sql("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)", REOPENED, new Date(now).toISOString());
