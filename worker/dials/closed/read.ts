/** Reading closed dials: a page of them, and those of numbers, which come back into the database. */
import { DAY, HOUR, SECOND } from "../../../shared/core/time.ts";
import { numberOf } from "../../../shared/registers/blocks.ts";
import { lostFile } from "../../storage/closed/files.ts";
import { asJson, portions, putBack, refuseWhere } from "../../storage/closed/kind.ts";
import {
  closedLinesIn,
  closedLinesWithin,
  closedPage,
  type Page,
  type Reading,
  type Span,
  TRIES,
  undisturbed,
} from "../../storage/closed/read.ts";
import { record } from "../../core/commit.ts";
import { Problem } from "../../core/errors.ts";
import { idIs, sql, type Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { dialFrom } from "../row-number.ts";
import { APART, erasedLost, listedCalls, nameOfRef } from "./calls.ts";
import { counts, dialsKind, type Line, QUARTER, QUARTER_OF_ROWS, unlistLines } from "./lines.ts";
import { listedOf, placesOf, REFS, unpackNumbers } from "./packed/entries.ts";

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
): Promise<Unread> => bringBack(env, () => listedOf(env.DB, numbers.map(numberOf), [from, to]));

/** SQL: the numbers for which a request (`?1`) was searched. */
export const searchedFor = `SELECT number FROM requests WHERE id = ?1 AND number IS NOT NULL
    UNION SELECT CAST(substr(j.value, 2) AS INTEGER) FROM request_events e, json_each(e.detail -> 'also') j
      WHERE e.request = ?1 AND e.action = 'search'`;

/**
 * The closed dials of the numbers for which a request was searched that are items of it, or may be of recordings that are, as JSON for
 * `closedItems`.
 */
export async function listedFor(db: D1Database, request: string): Promise<string> {
  const [numbers, items] = (await db.batch([
    db.prepare(searchedFor).bind(request),
    db
      .prepare(
        "SELECT kind, ref, unixepoch(at) * 1000 AS began FROM request_items WHERE request = ? AND kind IN ('dial', 'recording')",
      )
      .bind(request),
  ])) as [D1Result<{ number: number }>, D1Result<{ kind: string; ref: string; began: number }>];
  if (items.results.length === 0) return "[]";
  const dials = new Set(items.results.flatMap(({ kind, ref }) => (kind === "dial" ? [ref] : [])));
  const began = items.results.flatMap((one) => (one.kind === "recording" ? [one.began] : []));
  const listed = await listedOf(
    db,
    numbers.results.map(({ number }) => number),
  );
  const isNear = (num: number) =>
    began.some((ms) => num >= (ms - APART) * 64 && num <= (ms + APART + SECOND) * 64);
  return JSON.stringify(
    listed.flatMap(({ number, num, calls }) =>
      dials.has(String(num)) || (calls === 1 && isNear(num)) ? [[number, num, calls]] : [],
    ),
  );
}

/**
 * SQL: the closed dials (`number`, `num`) that are items of a request (`?1`), as a condition on `request_items` has it, of those that
 * `listedFor` has (`listed`: a parameter). There are none but those of lost files that a search took in.
 */
export const closedItems = (which: string, listed: string): string =>
  `SELECT c.value ->> 0 AS number, c.value ->> 1 AS num FROM json_each(${listed}) c
  WHERE EXISTS (SELECT 1 FROM request_items WHERE kind = 'dial' AND ref = CAST(c.value ->> 1 AS TEXT) AND ${which})`;

/** Its item (kind.ref), or the recording that is one and has gone since: its call may be the dial's. */
export interface IndexedItem extends Indexed {
  item: string;
}

/** `recallSome` of the dials that are items of a request, and of those whose calls may be of recordings that are, and have gone since. */
export const recallItems = async (env: Env, request: string): Promise<Lost<IndexedItem>> =>
  onlyLost(env, await bringBack(env, async () => itemsIn(env.DB, request, await listedFor(env.DB, request))));

async function itemsIn(db: D1Database, request: string, listed: string): Promise<IndexedItem[]> {
  const { results } = await db
    .prepare(
      `SELECT number, num, 'dial.' || num AS item FROM (${closedItems("request = ?1", "?2")})
       UNION ALL SELECT c.value ->> 0, c.value ->> 1, 'recording.' || i.ref FROM (
           SELECT ref, unixepoch(at) * 1000 AS began FROM request_items WHERE request = ?1 AND kind = 'recording') i
         CROSS JOIN json_each(?2) c ON c.value ->> 2 = 1
           AND c.value ->> 1 BETWEEN (i.began - ${APART}) * 64 AND (i.began + ${APART + SECOND}) * 64
         WHERE NOT EXISTS (SELECT 1 FROM recordings r WHERE ${idIs("r.id", "i.ref")} AND r.state <> 'erased')`,
    )
    .bind(request, listed)
    .all<IndexedItem>();
  return results;
}

/**
 * Puts closed dials back with whose calls the calls of a log may be the same: by reference, or by number and time (ISO 8601). Answers the references
 * whose call stays where it is, as its file is lost: it comes in no second time.
 */
export async function recallCalls(
  env: Env,
  refs: readonly string[],
  calls: readonly { number: string; startedAt: string }[],
): Promise<ReadonlySet<string>> {
  if (calls.length === 0) return new Set();
  const times = calls.map(({ startedAt }) => Date.parse(startedAt)).sort((a, b) => a - b);
  const [from, to] = [times[0]! - HOUR, times.at(-1)! + HOUR].map((ms) =>
    dialFrom(new Date(ms).toISOString()),
  ) as [number, number];
  const numbers = calls.map(({ number }) => numberOf(number));
  const nameOf = new Map(refs.map((ref) => [ref, nameOfRef(ref)]));
  const byName = Map.groupBy(nameOf.keys(), (ref) => nameOf.get(ref)!);
  const isThere = new Set<string>();
  const found = await bringBack(env, async () => {
    const listed = await listedOf(env.DB, numbers, [from, to]);
    const named = await listedCalls(env.DB, [...byName.keys()]);
    const places = await placesOf(env.DB, REFS, [...byName.keys()]);
    const { lines, out, unread } = await closedLinesWithin(
      env,
      dialsKind,
      [...places.values()].flat(),
      ({ call }) => nameOf.has(call?.ref ?? ""),
    );
    const packed = lines.map(({ number, num }) => ({ number, num }));
    const hidden = new Set([...unread.values()].flat());
    isThere.clear();
    for (const [name, its] of places)
      if (its.some((place) => hidden.has(place))) for (const ref of byName.get(name)!) isThere.add(ref);
    for (const { call } of lines) isThere.delete(call!.ref);
    // Until its line goes, in the next night.
    for (const { call } of await erasedLost(env.DB, out)) isThere.add(call!.ref);
    const dials = [...new Map([...listed, ...named, ...packed].map((one) => [one.num, one])).values()];
    return { dials, files: [...unread.keys()] };
  });
  const { file } = await onlyLost(env, found);
  if (file !== null) console.error(file, "is lost: calls of a log are not compared with what it has");
  for (const { name } of await listedCalls(env.DB, [...byName.keys()]))
    for (const ref of byName.get(name)!) isThere.add(ref);
  return isThere;
}

/** Files that could not be read, and their dials that were asked for. */
interface Unread<I extends Indexed = Indexed> {
  files: string[];
  dials: I[];
}
interface Lost<I extends Indexed = Indexed> {
  file: string | null;
  dials: I[];
}

async function onlyLost<I extends Indexed>(env: Env, { files, dials }: Unread<I>): Promise<Lost<I>> {
  for (const key of files)
    if (!(await lostFile(env, dialsKind, key))) throw new Problem("archive-broken", key);
  return { file: files[0] ?? null, dials };
}

/** `which`: the dials, as the index has them, and files that they may be in besides and that cannot be read. */
async function bringBack<I extends Indexed = Indexed>(
  env: Env,
  which: () => Promise<readonly I[] | { dials: readonly I[]; files: string[] }>,
): Promise<Unread<I>> {
  for (let n = 1; ; n++) {
    const found = await which();
    const { dials, files } = "dials" in found ? found : { dials: found, files: [] };
    if (dials.length === 0) return { files, dials: [] };
    const read = await closedLinesIn(
      env,
      dialsKind,
      dials.map(({ num }) => num),
    );
    const { lines, unread } = read;
    try {
      for (const some of portions(lines)) await back(env, some, read.files);
    } catch (error) {
      // Somebody else asked for the same ones.
      if (n === TRIES) throw error;
      continue;
    }
    // One whose line is nowhere cannot come back: `verify --deep` names it.
    const left = new Set([...unread.values()].flat());
    return {
      files: [...new Set([...files, ...unread.keys()])],
      dials: dials.filter(({ num }) => left.has(num)),
    };
  }
}

/** `files`: of which they are; one that was written once more meanwhile may be without those that were erased. */
const back = (env: Env, lines: readonly Line[], files: ReadonlySet<string>): Promise<void> =>
  record(env, {
    actor: "system",
    event: { code: "audit.dials-recalled", subject: "", payload: { dials: lines.length } },
    statements: [
      refuseWhere(
        "EXISTS (SELECT 1 FROM json_each(?) j WHERE NOT EXISTS (SELECT 1 FROM closed_files f WHERE f.key = j.value))",
        JSON.stringify([...files]),
      ),
      // First, as a call that is listed comes in no second time.
      ...unlistLines(lines),
      ...putBack(dialsKind, lines),
      sql("INSERT INTO closed_out (num) SELECT value ->> 0 FROM json_each(?)", asJson(lines)),
    ],
  });

/**
 * Statements that erase dials of lost files: no number finds them, and should a file be found again, their lines count no more, and go the next
 * night.
 */
export async function eraseLost(db: D1Database, dials: readonly Indexed[]): Promise<Statement[]> {
  const pairs = JSON.stringify(dials.map(({ number, num }) => [number, num]));
  return [
    // Its call is listed still, and came back nowhere.
    sql(
      `INSERT INTO closed_out (num, lost) SELECT j.value ->> 1, 1 FROM json_each(?) j WHERE ${counts("j.value")}`,
      pairs,
    ),
    sql(
      "DELETE FROM closed_numbers WHERE (number, num) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))",
      pairs,
    ),
    ...(await unpackNumbers(db, dials)),
  ];
}

/**
 * Reads once closed dials of the numbers of calls (`at` in ISO 8601) are back, as far as dials of these days before them, or about their time, may
 * count; and again where one closed meanwhile. One of a lost file keeps no call from being recorded, and is logged.
 */
export async function withNear<T>(
  env: Env,
  calls: readonly { number: string; at: string }[],
  days: number,
  read: () => Promise<T>,
): Promise<T> {
  if (calls.length === 0) return read();
  const times = calls.map(({ at }) => Date.parse(at)).sort((a, b) => a - b);
  // A clock may be off by a day (`plain`).
  const [lower, upper] = [times[0]! - (days + 2) * DAY, times.at(-1)! + 2 * DAY].map((ms) =>
    dialFrom(new Date(ms).toISOString()),
  ) as [number, number];
  const numbers = calls.map(({ number }) => number);
  return undisturbed(env.DB, dialsKind, { lower, upper }, async (files) => {
    // As of most calls, which are logged, or whose recordings arrive, before their days close.
    if (files.length === 0) return read();
    const { file, dials } = await recallSome(env, numbers, [lower, upper - 1]);
    if (file !== null) console.error(file, `is lost: ${dials.length} dials of logged calls are not read`);
    return read();
  });
}

/** Refuses the batch (`conflict`) unless these dials, which it is about to name, are in the database: one may close once it was read. */
export const wantDials = (nums: readonly (string | null)[]): Statement => {
  const all = nums.flatMap((num) => (num === null ? [] : [Number(num)]));
  return refuseWhere(
    "(SELECT COUNT(*) FROM json_each(?) j CROSS JOIN dials d ON d.num = j.value) <> ?",
    ...[JSON.stringify(all), all.length],
  );
};

/** Where the newest closed month ends; and refuses the batch (`conflict`) if another has closed since. */
export const newestClosed = async (db: D1Database): Promise<number> =>
  (await db.prepare("SELECT COALESCE(MAX(first), -1) AS first FROM closed_files").first<number>("first"))!;
export const wantNewest = (newest: number): Statement =>
  refuseWhere("(SELECT COALESCE(MAX(first), -1) FROM closed_files) <> ?", newest);

/** A page of closed dials: `closedPage` of closed/read.ts. */
export const closedDials = (env: Reading, span: Span<Line>, limit: number): Promise<Page<Line>> =>
  closedPage(env, dialsKind, span, limit);

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
