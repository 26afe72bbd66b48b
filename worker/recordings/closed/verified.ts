/** Closed recordings as verifying the tables reads them: behind all others, in the order of their calls. */
import type { ClosedRows, Leafy } from "../../core/bound.ts";
import type { Env } from "../../env.ts";
import type { Reading } from "../../storage/closed/read.ts";
import { linesAfter, rowsOf } from "../../storage/closed/verified.ts";
import { countedIndex, closedRows as erasedRows, membersAt, unreadOf } from "../certificates/verified.ts";
import { FROM_LINES, keptKind, type Line, nameOfId, NAMES, namesOf, numbersOf, UNCOUNTED } from "./lines.ts";
import { astray, withoutEnding } from "./names/astray.ts";
import { packedKept, packedNumbers } from "./names/hits.ts";
import { indexOf, namedLines } from "./read.ts";
import { idIs } from "../../core/sql.ts";

/** Places of rows of the database are numbers; those of closed ones `c7312…|ID`, as `FROM_LINES` has them. */
const CLOSED = "c";
/** SQL: the places behind one (`?1`), in the database. */
export const behind = `r.rowid > IIF(?1 LIKE '${CLOSED}%', ${Number.MAX_SAFE_INTEGER}, CAST(?1 AS INTEGER))`;
const numIn = (place: string): number =>
  place.startsWith(CLOSED) ? Number(place.slice(CLOSED.length).split("|")[0]) : 0;
const placeOf = ({ num, id }: Line): string => `${CLOSED}${num}|${id}`;

const order = (a: string, b: string): number => {
  const [closedA, closedB] = [a, b].map((place) => place.startsWith(CLOSED)) as [boolean, boolean];
  if (closedA !== closedB) return closedA ? 1 : -1;
  if (!closedA) return Number(a) - Number(b);
  return numIn(a) - numIn(b) || (a < b ? -1 : Number(a > b));
};

/** What a statement over closed rows answers of these ids. */
export async function rowsOfIds<Row>(env: Reading, select: string, ids: readonly string[]): Promise<Row[]> {
  const { lines } = await namedLines(env, { ids });
  const asked = new Set(ids);
  return rowsOf<Row>(
    env.DB,
    `${FROM_LINES} ${select}`,
    lines.filter(({ id }) => asked.has(id)),
  );
}

/** `select`: of a bound table whose rows lie in `recordings`: of those that are erased only what their certificate is in is left. */
export function closedRows(select: string, lacking = unnamed): ClosedRows {
  const erased = erasedRows(select);
  const rowsIn = async (db: D1Database, lines: readonly Line[]) =>
    // What binds nothing is no row of this table.
    (await rowsOf<Leafy & { blank: number }>(db, `${FROM_LINES} ${select}`, lines)).filter(
      ({ blank }) => blank === 0,
    );
  return {
    index: keptKind.index,
    order,
    members: async (env, keys) => {
      const nameOf = new Map(keys.map((key) => [nameOfId(key), key]));
      const its = await membersAt(env.DB, keptKind, await indexOf(env, { ids: keys }), nameOf);
      return new Map([...(await erased.members!(env, keys)), ...its]);
    },
    named: async (env, keys) => {
      const keyOf = new Map(keys.map((key) => [nameOfId(key), key]));
      const { lines, unread } = await namedLines(env, { ids: keys });
      const asked = new Set(keys);
      const rows = await rowsOf<Leafy>(
        env.DB,
        `${FROM_LINES} ${select}`,
        lines.filter(({ id }) => asked.has(id)),
      );
      const rest = await erased.named(env, keys);
      return {
        rows: [...rows, ...rest.rows],
        unread: [...rest.unread, ...unreadOf(unread, keyOf)],
      };
    },
    after: async (env, after, most) => {
      // As many are in the database, which come first.
      if (!after.startsWith(CLOSED) && (await areThere(env.DB, after, most)))
        return { rows: [], unread: [], unlisted: [] };
      const some = async () => {
        const found = await someAfter(env, after, most);
        return { ...found, unlisted: await lacking(env.DB, found.lines) };
      };
      let found = await some();
      // What came back meanwhile is in order at a second look.
      if (found.unread.length + found.unlisted.length > 0) found = await some();
      const { lines, ...rest } = found;
      return { rows: await rowsIn(env.DB, lines), ...rest };
    },
    counted: countIndex,
  };
}

/** The same of their audio: the index is counted once, and names of lines are looked for once. */
export function closedAudio(select: string): ClosedRows {
  const { counted: _, ...rest } = closedRows(select, () => Promise.resolve([]));
  return rest;
}

const countIndex = (env: Env, place: string, most?: number) =>
  countedIndex(env, keptKind, packedKept, NAMES, place, most);

const areThere = async (db: D1Database, after: string, most: number): Promise<boolean> =>
  (await db
    .prepare("SELECT 1 FROM recordings WHERE rowid > CAST(? AS INTEGER) ORDER BY rowid LIMIT 1 OFFSET ?")
    .bind(after, most - 1)
    .first()) !== null;

async function someAfter(env: Reading, after: string, most: number) {
  const lines: Line[] = [];
  const unread: { key: string; first: string }[] = [];
  let reached: string | undefined;
  const found = await linesAfter(env, keptKind, numIn(after) - 1, most);
  lines.push(...found.lines.filter((line) => order(placeOf(line), after) > 0));
  unread.push(...found.unread.map(({ key, first }) => ({ key, first: `${CLOSED}${first}|` })));
  // Some of them may bind nothing: then a step has fewer rows, and others may follow.
  if (found.lines.length === most) reached = placeOf(found.lines.at(-1)!);
  return { lines, unread, ...(reached && { reached }) };
}

interface Row {
  name: string;
  num: number;
}
/** The ids of lines that the indexes lack, or that the database has besides. */
async function unnamed(db: D1Database, lines: readonly Line[]): Promise<string[]> {
  const [named, numbered, besides] = (await db.batch([
    db
      .prepare(
        `SELECT j.value ->> 0 AS name, j.value ->> 1 AS num FROM json_each(?) j
         WHERE NOT EXISTS (SELECT 1 FROM closed_kept c WHERE c.name = CAST(j.value ->> 0 AS INTEGER) AND c.num = j.value ->> 1)`,
      )
      .bind(namesOf(lines)),
    db
      .prepare(
        `SELECT CAST(j.value ->> 0 AS TEXT) AS name, j.value ->> 1 AS num FROM json_each(?) j
         WHERE NOT EXISTS (SELECT 1 FROM closed_kept_numbers n WHERE n.number = j.value ->> 0 AND n.num = j.value ->> 1)`,
      )
      .bind(numbersOf(lines)),
    db
      .prepare(
        `SELECT j.value ->> 1 AS num FROM json_each(?) j CROSS JOIN recordings r ON ${idIs("r.id", "(j.value ->> 0)")}`,
      )
      .bind(JSON.stringify(lines.map(({ num, id }) => [id, num]))),
  ])) as [D1Result<Row>, D1Result<Row>, D1Result<{ num: number }>];
  const rowsIn = ({ results }: D1Result<Row>) => results.map(({ name, num }) => [name, num] as const);
  const lacking = [
    ...(await astray(db, packedKept, rowsIn(named))),
    ...(await astray(db, packedNumbers, rowsIn(numbered))),
    ...(await withoutEnding(db, rowsIn(numbered))),
  ];
  const uncounted = await rowsOf<{ num: number }>(db, UNCOUNTED, lines);
  const missing = new Set([...lacking, ...[...besides.results, ...uncounted].map(({ num }) => num)]);
  return lines.filter(({ num }) => missing.has(num)).map(({ id }) => id);
}
