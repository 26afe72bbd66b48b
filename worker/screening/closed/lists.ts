/** Closed lists of parts, by which proofs and `cleardial verify --deep` compare numbers: each month's are in files of their own, by part. */
import { chunks } from "../../../shared/core/chunks.ts";
import type { ClosedRows, ClosedSome, Leafy } from "../../core/bound.ts";
import { Problem } from "../../core/errors.ts";
import { isNamed, lostFile, type Member, textsIn } from "../../storage/closed/files.ts";
import { FILES, keptOf, type List, readList } from "./lines.ts";
import { holding, membersWith, type Reading, TRIES } from "./read.ts";

/** Files that are read at once: a list may have 240 kB. */
const TOGETHER = 5;

/** A list by its table's key; its part's number, and where it is. */
interface Placed {
  key: string;
  num: number;
  file: string;
  member: string;
}

/** Where the closed ones of these lists are. */
async function placesOf({ DB }: Pick<Reading, "DB">, keys: readonly string[]): Promise<Placed[]> {
  if (keys.length === 0) return [];
  const { results } = await DB.prepare(
    `SELECT j.value AS key, c.num, f.key AS file, ${membersWith("c.num")} ->> 0 AS member
     FROM json_each(?1) j CROSS JOIN screening_parts p ON p.screening = CAST(substr(j.value, 1, instr(j.value, '/') - 1) AS INTEGER)
       AND p.part = CAST(substr(j.value, instr(j.value, '/') + 1) AS INTEGER)
     CROSS JOIN closed_parts c ON c.num = p.num
     CROSS JOIN closed_screened f ON ${holding("c.month", 1, "c.num")}`,
  )
    .bind(JSON.stringify(keys))
    .all<Placed>();
  // Of a part without a list, a file of the month's others has nothing.
  return results.filter(({ member }) => member !== null);
}

/** The closed ones of these lists, and which may be in a file that cannot be read. */
export async function listsNamed(
  env: Reading,
  keys: readonly string[],
): Promise<{ lists: List[]; unread: { key: string; rows: string[] }[] }> {
  for (let n = 1; ; n++) {
    const found = await listsOnce(env, keys);
    const named = await Promise.all(found.unread.map(({ key }) => isNamed(env.DB, FILES, key)));
    // What came back meanwhile is in the database.
    if (!named.includes(false) || n === TRIES) return found;
  }
}

async function listsOnce(env: Reading, keys: readonly string[]): ReturnType<typeof listsNamed> {
  const by = Map.groupBy(await placesOf(env, keys), ({ file }) => file);
  const lists: List[] = [];
  const unread: { key: string; rows: string[] }[] = [];
  const take = async ([key, its]: [string, Placed[]]) => {
    const wanted = new Set(its.map(({ num }) => num));
    const all = its.map(({ member }) => JSON.parse(member) as Member);
    const members = [...new Map(all.map((member) => [member[2], member])).values()];
    try {
      for await (const texts of textsIn(
        env,
        { key },
        members.sort((a, b) => a[2] - b[2]),
      ))
        lists.push(...texts.map(readList).filter(({ num }) => wanted.has(num)));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      unread.push({ key, rows: its.map((one) => one.key) });
    }
  };
  for (const some of chunks([...by], TOGETHER)) await Promise.all(some.map(take));
  return { lists, unread };
}

/** For a proof: the closed ones of these lists, and those whose file is lost. Throws the Problem `archive-broken` where the store does not answer. */
export async function listsFor(
  env: Reading,
  keys: readonly string[],
): Promise<{ lists: List[]; lost: string[] }> {
  const { lists, unread } = await listsNamed(env, keys);
  for (const { key } of unread)
    if (!(await lostFile(env, FILES, key))) throw new Problem("archive-broken", key);
  return { lists, lost: unread.flatMap(({ rows }) => rows) };
}

/** Places of closed lists, behind all of the database: `~202608/12`. */
const placeOf = (month: number, num: number): string => `~${month}/${num}`;
const placeIn = (place: string): [month: number, num: number] =>
  place.startsWith("~") ? (place.slice(1).split("/").map(Number) as [number, number]) : [0, 0];
/** SQL: the row number behind which a place (`?1`) is: of closed lists, behind all. */
export const AFTER = `IIF(substr(?1, 1, 1) = '~', ${Number.MAX_SAFE_INTEGER}, CAST(?1 AS INTEGER))`;

const rowOf = (month: number, list: List): Leafy => keptOf(list, placeOf(month, list.num));

export const closedLists: ClosedRows = {
  index: "closed_screened",
  order: (a, b) => {
    const [[month, num], [other, its]] = [placeIn(a), placeIn(b)];
    return month - other || (month === 0 ? Number(a) - Number(b) : num - its);
  },
  named: async (env, keys) => {
    const { lists, unread } = await listsNamed(env, keys);
    return { rows: lists.map((list) => rowOf(0, list)), unread };
  },
  members: async (env, keys) =>
    new Map((await placesOf(env, keys)).map(({ key, file, member }) => [key, `${file} ${member}`])),
  after: async (env, after, most) => {
    const none: ClosedSome = { rows: [], unread: [], unlisted: [] };
    if (!after.startsWith("~")) {
      // While the database fills the page, none of these is on it.
      const { n } = (await env.DB.prepare(
        `SELECT COUNT(*) AS n FROM (SELECT 1 FROM screened_bound r WHERE r.rowid > ${AFTER} LIMIT ?2)`,
      )
        .bind(after, most)
        .first<{ n: number }>())!;
      if (n >= most) return none;
    }
    let [month, num] = placeIn(after);
    while (none.rows.length < most) {
      const file = (await listFileAfter(env.DB, month, num)) ?? (await listFileOfNext(env.DB, month));
      if (file === null) break;
      if (file.month !== month) [month, num] = [file.month, 0];
      for (const member of file.members) {
        if (member[1] <= num || none.rows.length >= most) continue;
        try {
          for await (const texts of textsIn(env, file, [member]))
            none.rows.push(
              ...texts
                .map(readList)
                .filter((list) => list.num > num)
                .map((list) => rowOf(file.month, list)),
            );
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          none.unread.push({ key: file.key, first: placeOf(file.month, member[0]) });
        }
      }
      [month, num] = [file.month, file.last];
    }
    return { ...none, rows: none.rows.slice(0, most) };
  },
};

interface ListFile {
  month: number;
  first: number;
  last: number;
  key: string;
  members: Member[];
}
const listFiles = "SELECT month, first, last, key, members FROM closed_screened WHERE lists = 1";
const toListFile = (row: (Omit<ListFile, "members"> & { members: string }) | null): ListFile | null =>
  row && { ...row, members: JSON.parse(row.members) as Member[] };

/** The next file of a month that may have a list behind a part, of those that begin behind another. */
export const listFileAfter = async (
  db: D1Database,
  month: number,
  num: number,
  first = -1,
): Promise<ListFile | null> =>
  toListFile(
    await db
      .prepare(`${listFiles} AND month = ? AND first > ? AND last > ? ORDER BY first LIMIT 1`)
      .bind(month, first, num)
      .first(),
  );

/** The first one of the months behind a month. */
async function listFileOfNext(db: D1Database, month: number): Promise<ListFile | null> {
  const { results } = await db
    .prepare(
      `${listFiles} AND month = (SELECT MIN(m.month) FROM closed_screenings m WHERE m.month > ?
         AND EXISTS (SELECT 1 FROM closed_screened x WHERE x.month = m.month AND x.lists = 1)) ORDER BY first LIMIT 1`,
    )
    .bind(month)
    .all<Omit<ListFile, "members"> & { members: string }>();
  return toListFile(results[0] ?? null);
}
