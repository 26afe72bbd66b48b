/**
 * Closes months of a kind, and of the one that is not over what fills a file: writes rows to the archive's bucket, reads them back and compares
 * each column; then one audited commit records the file and deletes the rows. A crash in between does no harm: the next run begins another
 * file with the same rows.
 */
import { DAY, MINUTE } from "../../../shared/core/time.ts";
import { isSpent } from "./calls.ts";
import { record } from "../../core/commit.ts";
import { sql, type Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { writeFile } from "./files.ts";
import { type Kind, type Line, refuseWhere, unlike } from "./kind.ts";
import { named, underNewKey } from "./left.ts";
import { ROWS } from "./sizes.ts";

/** How long a run begins files: the next one goes on. */
export const RUN = 3 * MINUTE;
/**
 * How old a row is at least when it leaves: longer than anything but the counted calls of some regions looks back. Rows that fill a file leave
 * then, the others once their whole month is as old, so that a small company gets no small files.
 */
export const SETTLED = 62 * DAY;
/** Rows that one query reads. */
export const READ = 5000;
/** In `marks`: when somebody last put closed rows back, of whatever kind. An older Worker may follow: for a day nothing closes. */
const REOPENED = "dials-reopened";
/** In `marks`: the last month that is closed. */
export const markOf = ({ name }: Pick<Kind, "name">): string => `${name}-closed`;

export interface Month {
  /** `2026-08` */
  name: string;
  /** Its row numbers; the second is exclusive. */
  from: number;
  until: number;
}

export interface Closing<L extends Line = Line> extends Kind<L> {
  /** SQL: the number of the first row that is still in the database. */
  first: string;
  /** Characters of lines that fill a file, where it is not full of rows before. */
  size?: number;
  /**
   * How old rows that fill a file are at least, where that is less than `SETTLED`. Then a month of which some have left, or behind which rows
   * fill a file, ends with one more file, once all of it is as old: rows of the next would wait for it.
   */
  soon?: number;
  /** Some rows of a month that may leave, oldest first, behind a row number. */
  next: (db: D1Database, month: Month, after: number, most: number) => Promise<L[]>;
  /** The subject of the event that binds a line's row. */
  subjectOf: (line: L) => string;
  /** SQL with one parameter, a JSON array of keys: how many of the rows may leave. */
  leaving: string;
  keyIn: (line: L) => number | string;
  /** Statements that list lines which leave. */
  listed: (lines: readonly L[]) => Statement[];
}

export interface ForTests {
  rows?: number;
  clock?: () => number;
}

/** Runs daily. `now` in milliseconds, as `clock` gives it. */
export async function closeMonthsOf<L extends Line>(
  env: Env,
  kind: Closing<L>,
  now: number,
  { rows = ROWS, clock = Date.now }: ForTests = {},
): Promise<void> {
  for (const until = clock() + RUN; clock() < until && !isSpent(env);) {
    const due = await monthToClose(env.DB, kind, now);
    if (due === null) return;
    const { month } = due;
    const last = await env.DB.prepare(
      `SELECT MAX(last) AS last FROM ${kind.files} WHERE first >= ? AND first < ?`,
    )
      .bind(month.from, month.until)
      .first<number | null>("last");
    const old = { ...month, until: due.until };
    const lines = await kind.next(env.DB, old, last ?? month.from - 1, rows);
    const isOver =
      due.isSettled ||
      (due.until === month.until && (last !== null || (await fillsBehind(env.DB, kind, due, rows))));
    if (!isOver && !isFull(kind, lines, rows)) return;
    if (lines.length === 0) await closed(env, kind, month, now);
    // The trail's rows leave first: a reader of those in the database looks for their rows there.
    else if (await isOnTrail(env.DB, lines.map(kind.subjectOf))) return;
    else await closeSlice(env, kind, month, lines, now);
  }
}

/** Whether rows of later months fill a file, and wait for this one. */
async function fillsBehind<L extends Line>(
  db: D1Database,
  kind: Closing<L>,
  { month, old }: Due,
  rows: number,
): Promise<boolean> {
  const behind = { ...month, from: month.until, until: old };
  return old > month.until && isFull(kind, await kind.next(db, behind, month.until - 1, rows), rows);
}

const isFull = ({ size = Infinity }: Pick<Closing, "size">, lines: readonly Line[], rows: number): boolean =>
  lines.length >= rows || lines.reduce((sum, { text }) => sum + text.length, 0) >= size;

type Dated = Pick<Closing, "name" | "first" | "soon" | "numAt" | "timeAt">;

interface Due {
  month: Month;
  /** All of its rows may leave, not only what fills a file. */
  isSettled: boolean;
  /** Below which row number they are old enough, and their days have their statements. */
  until: number;
  /** The same of rows of whatever month. */
  old: number;
}

export function monthOf({ numAt }: Pick<Kind, "numAt">, name: string): Month {
  const [year, month] = name.split("-").map(Number) as [number, number];
  return { name, from: numAt(Date.UTC(year, month - 1, 1)), until: numAt(Date.UTC(year, month, 1)) };
}

/**
 * The last month into whose time no file comes any more: it is closed (`markOf`), or nothing is left in the database that was before its end.
 * `first`: as `Closing` has it.
 */
export function overBy(
  kind: Pick<Closing, "soon" | "numAt" | "timeAt">,
  { closed, first }: { closed: string | null; first: number | null },
  now: number,
): string {
  const from = Math.min(first === null ? Infinity : kind.timeAt(first), now - (kind.soon ?? SETTLED));
  const month = monthOf(kind, new Date(from).toISOString().slice(0, 7));
  const before = new Date(kind.timeAt(month.from) - 1).toISOString().slice(0, 7);
  return closed !== null && closed > before ? closed : before;
}

/** SQL with two parameters (`sinceReopened`): whether somebody put closed rows back within a day. */
export const isReopened = "EXISTS (SELECT 1 FROM marks WHERE name = ? AND value > ?)";
export const sinceReopened = (now: number): [string, string] => [REOPENED, new Date(now - DAY).toISOString()];

/** The next month to close, if the time of any of its rows has come. */
async function monthToClose(db: D1Database, kind: Dated, now: number): Promise<Due | null> {
  const found = (await db
    .prepare(
      `SELECT (SELECT value FROM marks WHERE name = ?) AS done, ${kind.first} AS first,
         (SELECT MAX(IIF(ends_at <= ?, ends_at, '')) FROM statements) AS stated, ${isReopened} AS reopened`,
    )
    .bind(markOf(kind), new Date(now).toISOString(), ...sinceReopened(now))
    .first<{ done: string | null; first: number | null; stated: string | null; reopened: number }>())!;
  if (found.first === null || found.reopened === 1) return null;
  const after = found.done === null ? 0 : monthOf(kind, found.done).until;
  const first = kind.timeAt(Math.max(after, found.first));
  const month = monthOf(kind, new Date(first).toISOString().slice(0, 7));
  const stated = found.stated === null ? Infinity : Date.parse(found.stated);
  // Somebody dated all that there are ahead: no day has its own.
  if (Number.isNaN(stated)) return null;
  const before = (age: number): number => kind.numAt(Math.min(stated, now - age));
  const old = before(kind.soon ?? SETTLED);
  const until = Math.min(old, month.until);
  return until > month.from ? { month, isSettled: before(SETTLED) >= month.until, until, old } : null;
}

/** Whether one of these events has not left the database. */
const isOnTrail = async (db: D1Database, subjects: readonly string[]): Promise<boolean> =>
  (await db
    .prepare(
      `SELECT 1 FROM json_each(?) j CROSS JOIN audit a ON a.subject = j.value
       WHERE a.subject <> '' LIMIT 1`,
    )
    .bind(JSON.stringify(subjects))
    .first()) !== null;

const closeSlice = <L extends Line>(
  env: Env,
  kind: Closing<L>,
  { name: month }: Month,
  lines: readonly L[],
  now: number,
): Promise<void> => {
  const { name, table, files, key: keyColumn } = kind;
  const [first, last] = [lines[0]!.num, lines.at(-1)!.num];
  return underNewKey(env, { name, month, first }, now, async (key) => {
    const { file, stored } = await writeFile(env, { first, last, key }, lines);
    if ((await unlike(env.DB, kind, stored)) > 0) throw new Error(`${key} is not what the database has`);
    const keys = JSON.stringify(lines.map(kind.keyIn));
    const { rows, bytes, sha256, members } = file;
    await record(env, {
      actor: "system",
      event: { code: `audit.${name}-closed`, subject: key, payload: { first, last, rows, bytes, sha256 } },
      statements: [
        ...named(key),
        refuseWhere(isReopened, ...sinceReopened(now)),
        // Refuses all of it if one went meanwhile, or something refers to it, or another run closed what is about it.
        refuseWhere(`${kind.leaving} <> ?`, keys, rows),
        refuseWhere(`EXISTS (SELECT 1 FROM ${files} WHERE first <= ? AND last >= ?)`, last, first),
        sql(
          `INSERT INTO ${files} (first, last, key, rows, bytes, sha256, members, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
          ...[first, last, key, rows, bytes, sha256, JSON.stringify(members), new Date().toISOString()],
        ),
        ...kind.listed(lines),
        sql(`DELETE FROM ${table} WHERE ${keyColumn} IN (SELECT value FROM json_each(?))`, keys),
      ],
    });
  });
};

const closed = (env: Env, kind: Pick<Kind, "name">, { name }: Month, now: number): Promise<void> =>
  record(env, {
    actor: "system",
    event: { code: `audit.${kind.name}-month-closed`, subject: name, payload: null },
    statements: [
      // Its rows may be back.
      refuseWhere(isReopened, ...sinceReopened(now)),
      sql("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)", markOf(kind), name),
    ],
  });

/** Months that are open again close again, should this Worker stay. */
export const openAgain = (kind: Pick<Kind, "name">) => sql("DELETE FROM marks WHERE name = ?", markOf(kind));
/** From here on, and for a day, no commit names a file of rows that close. */
export const reopening = (now: number) =>
  sql("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)", REOPENED, new Date(now).toISOString());
