/** Closed certificates, and what is left of their recordings, as verifying the tables reads them. */
import { linesAfter, rowsOf } from "../../storage/closed/verified.ts";
import type { Reading } from "../../storage/closed/read.ts";
import type { ClosedRows, Leafy } from "../../core/bound.ts";
import { certificatesKind, erasedAt, FROM_LINES, type Line, nameOfId, namesOf } from "./lines.ts";
import { namedLines } from "./read.ts";

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** `select`: of a bound table whose rows lie in `recordings`. */
export const closedRows = (select: string): ClosedRows => ({
  index: certificatesKind.index,
  order,
  named: async (env, keys) => {
    const wanted = new Map(keys.map((key) => [nameOfId(key), key]));
    const { lines, unread, index } = await namedLines(env, [...wanted.keys()]);
    const asked = new Set(keys);
    const rows = await rowsOf<Leafy>(
      env.DB,
      `${FROM_LINES} ${select}`,
      lines.filter(({ id }) => asked.has(id)),
    );
    return {
      rows,
      unread: [...unread].map(([key, nums]) => ({
        key,
        rows: index.flatMap(({ name, num }) => (nums.includes(num) ? [wanted.get(name)!] : [])),
      })),
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
});

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
      `SELECT DISTINCT value ->> 1 AS num FROM json_each(?)
       WHERE NOT EXISTS (SELECT 1 FROM closed_recordings c
         WHERE c.name = CAST(value ->> 0 AS INTEGER) AND c.num = value ->> 1)`,
    )
    .bind(namesOf(lines))
    .all<{ num: number }>();
  const missing = new Set(results.map(({ num }) => num));
  return lines.filter(({ num }) => missing.has(num)).map(({ id }) => id);
}
