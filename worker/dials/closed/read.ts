/** Reading closed dials: by their row numbers, a page of them, and those of numbers, which come back into the database. */
import { chunks } from "../../../shared/core/chunks.ts";
import { DAY, SECOND } from "../../../shared/core/time.ts";
import { numberOf } from "../../../shared/registers/blocks.ts";
import { record } from "../../core/commit.ts";
import { Problem } from "../../core/errors.ts";
import { sql, type Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { dialFrom } from "../row-number.ts";
import { type ClosedFile, filesOf, isNamed, linesIn, lostFile, type Member } from "./files.ts";
import {
  asJson,
  countLines,
  type Line,
  putBack,
  QUARTER,
  QUARTER_OF_ROWS,
  refuseWhere,
  unnumber,
  wantClosed,
} from "./lines.ts";

type Reading = Pick<Env, "DB" | "ARCHIVE">;
/** Members that are read at once. */
const TOGETHER = 20;

/** SQL: how many closed calls arrived between two row numbers, of which the second is exclusive; both begin a quarter of an hour. */
export const closedCalls = (from: string, until: string): string =>
  `(SELECT COALESCE(SUM(k.n), 0) FROM closed_calls k
    WHERE k.quarter >= ${from} / ${QUARTER_OF_ROWS} AND k.quarter < ${until} / ${QUARTER_OF_ROWS})`;

/** SQL: how many arrived on each day (UTC), between `?1` and `?2`. */
export const closedByDay = `SELECT date(k.quarter * ${QUARTER / SECOND}, 'unixepoch') AS day, SUM(k.n) AS calls FROM closed_calls k
  WHERE k.quarter >= ?1 / ${QUARTER_OF_ROWS} AND k.quarter < ?2 / ${QUARTER_OF_ROWS} GROUP BY 1`;

/** SQL: how many were made in each quarter of an hour, by the zones (JSON) of their numbers, of those that arrived between `?1` and `?2`. */
export const closedByPlace = `SELECT k.zones, k.made AS quarter, SUM(k.n) AS calls FROM closed_calls k
  WHERE k.quarter >= ?1 / ${QUARTER_OF_ROWS} AND k.quarter < ?2 / ${QUARTER_OF_ROWS} GROUP BY 1, 2`;

interface Found {
  lines: Line[];
  unread: Map<string, number[]>;
}

/** The closed dials with these row numbers, as far as there are any; and those whose file cannot be read, by its key. */
export async function closedLinesIn(env: Reading, nums: readonly number[]): Promise<Found> {
  const found = await linesOnce(env, nums);
  if (found.unread.size === 0) return found;
  // A file that was written once more meanwhile has another key.
  const again = await linesOnce(env, [...found.unread.values()].flat());
  return { ...again, lines: [...found.lines, ...again.lines].sort((a, b) => a.num - b.num) };
}

async function linesOnce(env: Reading, nums: readonly number[]): Promise<Found> {
  const asked = JSON.stringify(nums);
  const [found, out] = await env.DB.batch([
    env.DB.prepare(
      `SELECT f.key, f.members FROM closed_files f WHERE f.first IN (SELECT (
         SELECT MAX(w.first) FROM closed_files w WHERE w.first <= j.value) FROM json_each(?) j)`,
    ).bind(asked),
    env.DB.prepare("SELECT num FROM closed_out WHERE num IN (SELECT value FROM json_each(?))").bind(asked),
  ]);
  const wanted = new Set(nums);
  for (const { num } of out!.results as { num: number }[]) wanted.delete(num);
  const members = (found!.results as { key: string; members: string }[]).flatMap(({ key, members: all }) =>
    (JSON.parse(all) as Member[]).flatMap((member) => {
      const its = [...wanted].filter((num) => num >= member[0] && num <= member[1]);
      return its.length === 0 ? [] : [{ key, member, its }];
    }),
  );
  const lines: Line[] = [];
  const unread = new Map<string, number[]>();
  const take = async ({ key, member, its }: (typeof members)[number]) => {
    try {
      lines.push(...(await linesIn(env, { key }, member)).filter(({ num }) => wanted.has(num)));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      unread.set(key, [...(unread.get(key) ?? []), ...its]);
    }
  };
  for (const some of chunks(members, TOGETHER)) await Promise.all(some.map(take));
  return { lines: lines.sort((a, b) => a.num - b.num), unread };
}

/** Lines that come back in one commit. */
const BACK = 1500;
const TRIES = 3;
/** A dial that the index has. */
export interface Indexed {
  number: number;
  num: number;
}

/**
 * Puts closed dials of some numbers (E.164) back into `dials`, where whoever asks reads them as all others: those that arrived between two
 * row numbers. Throws the Problem `archive-broken` where their file cannot be read.
 */
export async function recall(
  env: Env,
  numbers: readonly string[],
  span: readonly [from: number, to: number] = [0, Number.MAX_SAFE_INTEGER],
): Promise<void> {
  const { file } = await recallSome(env, numbers, span);
  if (file !== null) throw new Problem("archive-broken", file);
}

/** The same, and what did not come back as its file is lost: the first such file, and the dials of all. */
export const recallSome = async (...asked: Parameters<typeof recallReadable>): Promise<Lost> =>
  onlyLost(asked[0], await recallReadable(...asked));

/** The same, where also a file that only cannot be read right now stops nothing. */
export const recallReadable = (
  env: Env,
  numbers: readonly string[],
  [from, to]: readonly [number, number] = [0, Number.MAX_SAFE_INTEGER],
): Promise<Unread> =>
  bringBack(
    env,
    env.DB.prepare(
      `SELECT c.number, c.num FROM json_each(?) j CROSS JOIN closed_numbers c ON c.number = j.value AND c.num BETWEEN ? AND ?`,
    ).bind(JSON.stringify([...new Set(numbers)].map(numberOf)), from, to),
  );

/**
 * SQL: the closed dials (`number`, `num`) that are items of a request (`?1`), as a condition on `request_items` has it: of the numbers for
 * which it was searched. There are none but those of lost files that a search took in.
 */
export const closedItems = (
  which: string,
): string => `SELECT c.number, c.num FROM (SELECT number FROM requests WHERE id = ?1 AND number IS NOT NULL
    UNION SELECT CAST(substr(j.value, 2) AS INTEGER) FROM request_events e, json_each(e.detail -> 'also') j
      WHERE e.request = ?1 AND e.action = 'search') n
  CROSS JOIN closed_numbers c ON c.number = n.number
  WHERE EXISTS (SELECT 1 FROM request_items WHERE kind = 'dial' AND ref = CAST(c.num AS TEXT) AND ${which})`;

/** `recallSome` of the dials that are items of a request. */
export const recallItems = async (env: Env, request: string): Promise<Lost> =>
  onlyLost(env, await bringBack(env, env.DB.prepare(closedItems("request = ?1")).bind(request)));

/** Files that could not be read, and their dials that were asked for. */
interface Unread {
  files: string[];
  dials: Indexed[];
}
interface Lost {
  file: string | null;
  dials: Indexed[];
}

async function onlyLost(env: Env, { files, dials }: Unread): Promise<Lost> {
  for (const key of files) if (!(await lostFile(env, key))) throw new Problem("archive-broken", key);
  return { file: files[0] ?? null, dials };
}

/** `which`: rows of the index. */
async function bringBack(env: Env, which: D1PreparedStatement): Promise<Unread> {
  for (let n = 1; ; n++) {
    const { results } = await which.all<Indexed>();
    if (results.length === 0) return { files: [], dials: [] };
    const { lines, unread } = await closedLinesIn(
      env,
      results.map(({ num }) => num),
    );
    try {
      for (const some of chunks(lines, BACK)) await back(env, some);
    } catch (error) {
      // Somebody else asked for the same ones.
      if (n === TRIES) throw error;
      continue;
    }
    // One whose line is nowhere cannot come back: `verify --deep` names it.
    const left = new Set([...unread.values()].flat());
    return { files: [...unread.keys()], dials: results.filter(({ num }) => left.has(num)) };
  }
}

const back = (env: Env, lines: readonly Line[]): Promise<void> =>
  record(env, {
    actor: "system",
    event: { code: "audit.dials-recalled", subject: "", payload: { dials: lines.length } },
    statements: [
      wantClosed(lines),
      putBack(lines),
      unnumber(lines),
      ...countLines(lines, -1),
      sql("INSERT INTO closed_out (num) SELECT value ->> 0 FROM json_each(?)", asJson(lines)),
    ],
  });

/** Erases dials of lost files: no number finds them, and should a file be found again, their lines count no more, and go the next night. */
export const eraseLost = (dials: readonly Indexed[]): Statement[] => {
  const pairs = JSON.stringify(dials.map(({ number, num }) => [number, num]));
  return [
    sql(
      `INSERT INTO closed_out (num) SELECT c.num FROM json_each(?) j
       CROSS JOIN closed_numbers c ON c.number = j.value ->> 0 AND c.num = j.value ->> 1`,
      pairs,
    ),
    sql(
      "DELETE FROM closed_numbers WHERE (number, num) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))",
      pairs,
    ),
  ];
};

/**
 * `recallSome` of the numbers of calls (`at` in ISO 8601), as far as dials of these days before them, or about their time, may count. One of a
 * lost file keeps no call from being recorded, and is logged.
 */
export async function recallNear(
  env: Env,
  calls: readonly { number: string; at: string }[],
  days: number,
): Promise<void> {
  if (calls.length === 0) return;
  const times = calls.map(({ at }) => Date.parse(at)).sort((a, b) => a - b);
  // A clock may be off by a day (`plain`).
  const span = [times[0]! - (days + 2) * DAY, times.at(-1)! + 2 * DAY] as const;
  const { file, dials } = await recallSome(
    env,
    calls.map(({ number }) => number),
    [dialFrom(new Date(span[0]).toISOString()), dialFrom(new Date(span[1]).toISOString())],
  );
  if (file !== null) console.error(file, `is lost: ${dials.length} dials of logged calls are not read`);
}

/** Refuses the batch (`conflict`) unless these dials, which it is about to name, are in the database: one may close once it was read. */
export const wantDials = (nums: readonly (string | null)[]): Statement => {
  const all = nums.flatMap((num) => (num === null ? [] : [Number(num)]));
  return refuseWhere(
    "(SELECT COUNT(*) FROM json_each(?) j CROSS JOIN dials d ON d.num = j.value) <> ?",
    ...[JSON.stringify(all), all.length],
  );
};

/** Members and files that one page reads at the most. */
const PAGE = { members: 32, files: 4 };

/** What of closed dials a page has: row numbers from `lower` up to below `upper`, and a condition. */
export interface Span {
  lower: number;
  upper: number;
  matches: (line: Line) => boolean;
}

/**
 * Closed dials, newest first, at least `limit` where there are, and the row number down to which they were read: what is below is for
 * the next page. Throws the Problem `archive-broken`.
 */
export async function closedDials(env: Reading, span: Span, limit: number): Promise<Page> {
  for (let n = 1; ; n++)
    try {
      return await pageOnce(env, span, limit);
    } catch (error) {
      // A file that was written once more meanwhile has another key.
      const isBroken = !(error instanceof Problem) || (await isNamed(env.DB, error.detail ?? ""));
      if (isBroken || n === TRIES) throw error;
    }
}

interface Page {
  lines: Line[];
  reached: number;
}

async function pageOnce(env: Reading, { lower, upper, matches }: Span, limit: number): Promise<Page> {
  const lines: Line[] = [];
  const files = await filesFor(env.DB, { lower, upper });
  let left = PAGE.members;
  for (const file of files) {
    const out = await outOf(env.DB, file);
    for (const member of file.members.toReversed()) {
      const [first, last] = member;
      if (first >= upper || last < lower) continue;
      if (left-- === 0 || lines.length >= limit) return { lines, reached: last + 1 };
      const all = await linesIn(env, file, member);
      lines.push(
        ...all
          .filter((line) => line.num >= lower && line.num < upper && !out.has(line.num) && matches(line))
          .reverse(),
      );
    }
  }
  const end = files.length < PAGE.files ? lower : Math.max(lower, files.at(-1)!.first);
  return { lines, reached: end };
}

/** The files that a page may read, the newest first. What closes is newer than what was closed: then these are others. */
export const filesFor = (db: D1Database, { lower, upper }: Pick<Span, "lower" | "upper">) =>
  filesOf(db, lower, upper - 1, PAGE.files);

/** Of a file, the dials that count no more. */
export async function outOf(
  db: D1Database,
  { first, last }: Pick<ClosedFile, "first" | "last">,
): Promise<Set<number>> {
  const { results } = await db
    .prepare("SELECT num FROM closed_out WHERE num BETWEEN ? AND ?")
    .bind(first, last)
    .all<{ num: number }>();
  return new Set(results.map(({ num }) => num));
}

/** The last row number of closed dials below one; null where there is none. */
export const lastClosed = async (db: D1Database, below: number): Promise<number | null> =>
  (
    await db
      .prepare(
        "SELECT MIN(last, ?1 - 1) AS last FROM closed_files WHERE first < ?1 ORDER BY first DESC LIMIT 1",
      )
      .bind(below)
      .first<{ last: number }>()
  )?.last ?? null;
