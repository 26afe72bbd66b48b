/** Closed certificates, and what is left of their recordings, as verifying the tables reads them. */
import { linesAfter, rowsOf } from "../../storage/closed/verified.ts";
import type { Reading } from "../../storage/closed/read.ts";
import type { Kind } from "../../storage/closed/kind.ts";
import type { ClosedRows, Leafy } from "../../core/bound.ts";
import { astray } from "../closed/names/astray.ts";
import { type Hit, type Packed, packedErased } from "../closed/names/hits.ts";
import { partsOf } from "../closed/names/lines.ts";
import { certificatesKind, erasedAt, FROM_LINES, type Line, nameOfId, namesOf } from "./lines.ts";
import { indexOf, namedLines } from "./read.ts";

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** In which member of a file each of these keys lies, or begins the part that it is in; by what the index has of their names. */
export async function membersAt(
  db: D1Database,
  kind: Pick<Kind, "files" | "out">,
  index: readonly Hit[],
  keyOf: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const { parts } = await partsOf(db, kind, index);
  const memberOf = new Map<Hit, string>();
  for (const { key, member, its } of parts)
    for (const hit of its) if (!memberOf.has(hit)) memberOf.set(hit, `${key} ${member[0]}`);
  return new Map([...memberOf].map(([{ name }, member]) => [keyOf.get(name)!, member]));
}

/** Files that cannot be read, with the keys that they may have. */
export const unreadOf = (unread: ReadonlyMap<string, Hit[]>, keyOf: ReadonlyMap<string, string>) =>
  [...unread].map(([key, hits]) => ({
    key,
    rows: [...new Set(hits.map(({ name }) => name))].flatMap((name) => keyOf.get(name) ?? []),
  }));

/** `select`: of a bound table whose rows lie in `recordings`. */
export const closedRows = (select: string): ClosedRows => ({
  index: certificatesKind.index,
  order,
  members: async ({ DB }, keys) => {
    const nameOf = new Map(keys.map((key) => [nameOfId(key), key]));
    const index = await indexOf(DB, [...nameOf.keys()]);
    return membersAt(DB, certificatesKind, index, nameOf);
  },
  named: async (env, keys) => {
    const wanted = new Map(keys.map((key) => [nameOfId(key), key]));
    const asked = new Set(keys);
    const { lines, unread } = await namedLines(env, [...wanted.keys()], ({ id }) => asked.has(id));
    const rows = await rowsOf<Leafy>(
      env.DB,
      `${FROM_LINES} ${select}`,
      lines.filter(({ id }) => asked.has(id)),
    );
    return {
      rows,
      unread: unreadOf(unread, wanted),
    };
  },
});

/** The same of certificates, which are read in their order as well: `2026-08-14T10:00:00.000Z|ID`. */
export const closedCertificates = (select: string): ClosedRows => ({
  ...closedRows(select),
  after: async (env, after, most) => {
    let found = await someAfter(env, after, most);
    // What came back meanwhile is in order at a second look.
    if (found.unread.length + found.unlisted.length > 0) found = await someAfter(env, after, most);
    const { lines, ...rest } = found;
    return { rows: await rowsOf<Leafy>(env.DB, `${FROM_LINES} ${select}`, lines), ...rest };
  },
  counted: (env, place, most) => countedIndex(env, certificatesKind, packedErased, 2, place, most),
});

/** Entries of the index that a step counts. */
const ENTRIES = 250_000;
/** Before every name. */
const FIRST = ["-9223372036854775808", -1] as const;

/**
 * Each line has its `each` entries, as the lines are compared (`unnamed`): so where the index has more, somebody put them there, and a recording of
 * that reference could not come in. `place`: what the files had as it began, how many entries were counted, and the last of them.
 */
export async function countedIndex(
  { DB }: Pick<Reading, "DB">,
  { files, index, out }: Pick<Kind, "files" | "index" | "out">,
  { kind }: Packed,
  each: number,
  place: string,
  most = ENTRIES,
) {
  const [had, before = "0", ...last] = place === "" ? [] : place.slice(1).split("|");
  const [name, num] = last.length === 0 ? FIRST : last;
  const behind = "(name, num) > (CAST(?1 AS INTEGER), CAST(?2 AS INTEGER))";
  // Of a file whose entries are all in blocks the table has none; while they are packed, it may have each.
  const here = `NOT EXISTS (SELECT 1 FROM closed_places p WHERE p.kind = ${kind} AND p.first = f.first AND p.gone = 0 AND p.done = 1)`;
  const gone = `(SELECT COUNT(*) FROM ${out} o WHERE o.num BETWEEN f.first AND f.last)`;
  const lines = `COALESCE(SUM(${out === null ? "rows" : `rows - ${gone}`}), 0)`;
  const [there, at, rest] = await DB.batch([
    DB.prepare(
      `SELECT COUNT(*) || ',' || ${lines} AS has, ${each} * ${lines} AS due FROM ${files} f WHERE ${here}`,
    ),
    DB.prepare(
      `SELECT CAST(c.name AS TEXT) AS name, num FROM ${index} c WHERE ${behind} ORDER BY c.name, num LIMIT 1 OFFSET ?3`,
    ).bind(name, num, most - 1),
    DB.prepare(
      `SELECT COUNT(*) AS n FROM (SELECT 1 FROM ${index} WHERE ${behind} ORDER BY name, num LIMIT ?3)`,
    ).bind(name, num, most),
  ]);
  const [{ has, due }] = there!.results as [{ has: string; due: number }];
  const [{ n }] = rest!.results as [{ n: number }];
  const [end] = at!.results as { name: string; num: number }[];
  // A file came or went: from the beginning.
  if (had !== undefined && had !== has) return { extra: false, next: `~${has}` };
  const counted = Number(before) + n;
  if (end && n === most) return { extra: false, next: ["~" + has, counted, end.name, end.num].join("|") };
  return { extra: counted > due, next: null };
}

const placeOf = (line: Line): string => `${erasedAt(line)}|${line.id}`;

async function someAfter(env: Reading, after: string, most: number) {
  const { numAt, timeAt } = certificatesKind;
  const lines: Line[] = [];
  const unread: { key: string; first: string }[] = [];
  for (let at = (numAt(Date.parse(after.split("|")[0]!)) || 0) - 1; lines.length < most;) {
    const found = await linesAfter(env, certificatesKind, at, most);
    lines.push(...found.lines.filter((line) => order(placeOf(line), after) > 0));
    unread.push(
      ...found.unread.map(({ key, first }) => ({ key, first: new Date(timeAt(first)).toISOString() })),
    );
    if (found.lines.length < most) break;
    at = found.lines.at(-1)!.num;
  }
  const some = lines.slice(0, most);
  return { lines: some, unread, unlisted: await unnamed(env.DB, some) };
}

/** The ids of lines that the index lacks. */
async function unnamed(db: D1Database, lines: readonly Line[]): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT j.value ->> 0 AS name, j.value ->> 1 AS num FROM json_each(?) j
       WHERE NOT EXISTS (SELECT 1 FROM closed_recordings c
         WHERE c.name = CAST(j.value ->> 0 AS INTEGER) AND c.num = j.value ->> 1)`,
    )
    .bind(namesOf(lines))
    .all<{ name: string; num: number }>();
  const missing = new Set(
    await astray(
      db,
      packedErased,
      results.map(({ name, num }) => [name, num]),
    ),
  );
  return lines.filter(({ num }) => missing.has(num)).map(({ id }) => id);
}
