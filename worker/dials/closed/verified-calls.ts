/** Closed calls as verifying the tables reads them: behind all others, in the order of their dials. */
import type { ClosedRows, Leafy } from "../../core/bound.ts";
import type { BlockKind } from "../../storage/closed/blocks.ts";
import { closedLinesWithin, membersWithin, type Reading, type Within } from "../../storage/closed/read.ts";
import { linesAfter, rowsOf } from "../../storage/closed/verified.ts";
import { type ClosedCall, nameOfId, nameRows } from "./calls.ts";
import { CALLS_FROM_LINES, dialsKind, type Line } from "./lines.ts";
import { IDS, placesOf, REFS } from "./packed/entries.ts";
import { idIs } from "../../core/sql.ts";

type Carrying = Line & { call: ClosedCall };
/** Places of rows of the database are numbers; those of closed ones `c7312…|ID`, as `CALLS_FROM_LINES` has them. */
const CLOSED = "c";
/** SQL: the places behind one (`?1`), in the database. */
export const behind = `r.rowid > IIF(?1 LIKE '${CLOSED}%', ${Number.MAX_SAFE_INTEGER}, CAST(?1 AS INTEGER))`;
const numIn = (place: string): number =>
  place.startsWith(CLOSED) ? Number(place.slice(CLOSED.length).split("|")[0]) : 0;
const placeOf = ({ num, call }: Carrying): string => `${CLOSED}${num}|${call.id}`;

const order = (a: string, b: string): number => {
  const [closedA, closedB] = [a, b].map((place) => place.startsWith(CLOSED)) as [boolean, boolean];
  if (closedA !== closedB) return closedA ? 1 : -1;
  if (!closedA) return Number(a) - Number(b);
  return numIn(a) - numIn(b) || (a < b ? -1 : Number(a > b));
};
const carrying = (lines: readonly Line[]): Carrying[] =>
  lines.filter((line): line is Carrying => line.call !== null);

/** Where the index has these ids, as row numbers; others may have the same name. */
async function indexOf(db: D1Database, ids: readonly string[]): Promise<{ id: string; place: Within }[]> {
  const names = ids.filter(isId).map((id) => [id, nameOfId(id)] as const);
  const { results } = await db
    .prepare(
      `SELECT j.value ->> 0 AS id, l.num FROM json_each(?) j CROSS JOIN closed_logged l ON l.name = CAST(j.value ->> 1 AS INTEGER)`,
    )
    .bind(JSON.stringify(names))
    .all<{ id: string; num: number }>();
  const listed = results.map(({ id, num }) => ({ id, place: [num, num] as const }));
  const found = new Set(listed.map(({ id }) => id));
  const left = names.filter(([id]) => !found.has(id));
  const packed = await placesOf(
    db,
    IDS,
    left.map(([, name]) => name),
  );
  return [
    ...listed,
    ...left.flatMap(([id, name]) => (packed.get(name) ?? []).map((place) => ({ id, place }))),
  ];
}
const isId = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);

/** `select`: of the bound table `calls`. */
export function closedRows(select: string): ClosedRows {
  const rowsIn = (db: D1Database, lines: readonly Line[]) =>
    rowsOf<Leafy>(db, `${CALLS_FROM_LINES} ${select}`, lines);
  return {
    index: "closed_logged",
    order,
    members: async ({ DB }, keys) => {
      const index = await indexOf(DB, keys);
      const members = await membersWithin(
        DB,
        dialsKind,
        index.map(({ place }) => place),
      );
      const memberOf = new Map(
        members.flatMap(({ key, member: [first], its }) =>
          its.map((place) => [place, `${key} ${first}`] as const),
        ),
      );
      return new Map(
        index.flatMap(({ id, place }) => (memberOf.has(place) ? [[id, memberOf.get(place)!] as const] : [])),
      );
    },
    named: async (env, keys) => {
      const index = await indexOf(env.DB, keys);
      const asked = new Set(keys);
      const { lines, unread } = await closedLinesWithin(
        env,
        dialsKind,
        index.map(({ place }) => place),
        ({ call }) => call !== null && asked.has(call.id),
      );
      return {
        rows: await rowsIn(env.DB, lines),
        unread: [...unread].map(([key, places]) => ({
          key,
          rows: index.flatMap(({ id, place }) => (places.includes(place) ? [id] : [])),
        })),
      };
    },
    after: async (env, after, most) => {
      // As many are in the database, which come first.
      if (!after.startsWith(CLOSED) && (await areThere(env.DB, after, most)))
        return { rows: [], unread: [], unlisted: [] };
      let found = await someAfter(env, after, most);
      // What came back meanwhile is in order at a second look.
      if (found.unread.length + found.unlisted.length > 0) found = await someAfter(env, after, most);
      const { lines, ...rest } = found;
      return { rows: await rowsIn(env.DB, lines), ...rest };
    },
  };
}

const areThere = async (db: D1Database, after: string, most: number): Promise<boolean> =>
  (await db
    .prepare("SELECT 1 FROM call_rows WHERE num > CAST(? AS INTEGER) ORDER BY num LIMIT 1 OFFSET ?")
    .bind(after, most - 1)
    .first()) !== null;

/** Reads of so many lines each that a step makes: few of them may have a call. */
const ROUNDS = 20;

async function someAfter(env: Reading, after: string, most: number) {
  const lines: Carrying[] = [];
  const unread: { key: string; first: string }[] = [];
  let reached: string | undefined;
  for (let [n, at] = [0, numIn(after) - 1]; lines.length < most; n++) {
    if (n === ROUNDS) {
      // Behind all calls of this dial.
      reached = `${CLOSED}${at}|~`;
      break;
    }
    const found = await linesAfter(env, dialsKind, at, most);
    lines.push(...carrying(found.lines).filter((line) => order(placeOf(line), after) > 0));
    unread.push(...found.unread.map(({ key, first }) => ({ key, first: `${CLOSED}${first}|` })));
    if (found.lines.length < most) break;
    at = found.lines.at(-1)!.num;
  }
  const some = lines.slice(0, most);
  return { lines: some, unread, unlisted: await unnamed(env.DB, some), ...(reached && { reached }) };
}

/** The ids of lines' calls that the index lacks, or that the database has besides. */
async function unnamed(db: D1Database, lines: readonly Carrying[]): Promise<string[]> {
  const [lacking, besides] = (await db.batch([
    db
      .prepare(
        `SELECT value ->> 0 AS name, value ->> 1 AS num, value ->> 2 AS id FROM json_each(?)
         WHERE NOT EXISTS (SELECT 1 FROM closed_logged l
           WHERE l.name = CAST(value ->> 0 AS INTEGER) AND l.num = value ->> 1)`,
      )
      .bind(nameRows(lines)),
    db
      .prepare(
        `SELECT j.value ->> 1 AS num FROM json_each(?) j CROSS JOIN call_rows c ON ${idIs("c.id", "(j.value ->> 0)")}`,
      )
      .bind(JSON.stringify(lines.map(({ num, call }) => [call.id, num]))),
  ])) as [D1Result<Name>, D1Result<{ num: number }>];
  const missing = new Set([
    ...besides.results.map(({ num }) => num),
    ...(await unpacked(db, REFS, lacking.results)),
    ...(await unpacked(db, IDS, lacking.results)),
  ]);
  return lines.filter(({ num }) => missing.has(num)).map(({ call }) => call.id);
}

interface Name {
  name: string;
  num: number;
  id: 0 | 1;
}
/** The dials of names that the blocks lack as well. */
async function unpacked(db: D1Database, kind: BlockKind, all: readonly Name[]): Promise<number[]> {
  const names = all.filter(({ id }) => (id === 1) === (kind === IDS));
  const places = await placesOf(
    db,
    kind,
    names.map(({ name }) => name),
  );
  const isThere = ({ name, num }: Name) =>
    (places.get(name) ?? []).some(([from, to]) => num >= from && num <= to);
  return names.filter((one) => !isThere(one)).map(({ num }) => num);
}
