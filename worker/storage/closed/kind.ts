/**
 * What closes by months: rows of a table, each with a number that begins with its time, leave the database for files. A line of a file is
 * the row: its number, then its columns, as JSON that SQLite writes and reads, as JavaScript would round ids.
 */
import { idOf, sql, type Statement } from "../../core/sql.ts";

export interface Line {
  num: number;
  /** JSON, as it is stored. */
  text: string;
}

export interface Kind<L extends Line = Line> {
  /** In objects' keys, marks and events. */
  name: "dials" | "certificates" | "recordings";
  table: string;
  /** Its key in `columns`. */
  key: string;
  /** All columns of the table that are stored. */
  columns: readonly string[];
  /** Those beyond 2^53: text in a line. */
  large: readonly string[];
  /** The table of its files (`closed_files` has what each column is), and of lines that count no more, if there are such. */
  files: "closed_files" | "closed_certificates" | "closed_kept_files";
  out: "closed_out" | "closed_kept_out" | null;
  /** The table of its index, with `num`. */
  index: "closed_numbers" | "closed_recordings" | "closed_kept";
  /** The first row number of a moment, and the moment (milliseconds) of a row number. */
  numAt: (ms: number) => number;
  timeAt: (num: number) => number;
  readLine: (text: string) => L;
  /** Rows of another table, of which a line may carry one behind its columns: it leaves, is compared and comes back with the line. */
  beside?: Shape;
}

export type Shape = Pick<Kind, "table" | "key" | "columns" | "large">;

/** In a line the row number comes first, also where it is no column. */
const placeIn = ({ columns }: Shape, name: string): number =>
  columns.indexOf(name) + Number(columns[0] !== "num");

/** SQL: the columns of a row, as JSON. */
export const lineOf = ({ columns, large }: Shape, row = "d"): string =>
  `json_array(${columns.map((name) => (large.includes(name) ? `CAST(${row}.${name} AS TEXT)` : `${row}.${name}`)).join(", ")})`;

/** SQL: what lines (`?1`) carry behind their columns, as `rowsIn` reads it: a line of its own, with the same row number. */
export const besideIn = (kind: Shape): string => {
  const place = placeIn(kind, kind.columns.at(-1)!) + 1;
  return `(SELECT l.value -> ${place} AS value FROM json_each(?1) l WHERE l.value -> ${place} IS NOT NULL)`;
};

/** SQL: rows of the table from lines (`?1`: a JSON array of them). */
export function rowsIn(kind: Shape, more: readonly string[] = [], lines = "json_each(?1)"): string {
  const values = kind.columns.map((name) =>
    kind.large.includes(name)
      ? `CAST(value ->> ${placeIn(kind, name)} AS INTEGER) AS ${name}`
      : `value ->> ${placeIn(kind, name)} AS ${name}`,
  );
  return `SELECT ${[...values, ...more].join(", ")} FROM ${lines}`;
}

/** A column of a line. */
export const valueIn = (kind: Shape, { text }: Line, name: string): number | string | null =>
  (JSON.parse(text) as (number | string | null)[])[placeIn(kind, name)] ?? null;

/** Lines of one statement that writes, and of one that compares: D1 binds at most 2 MB. */
const PORTION = { lines: 1500, bytes: 600_000 };
const COMPARED = { lines: 20_000, bytes: 1_900_000 };
const utf8 = new TextEncoder();
/** Lines, in portions that one parameter can have. */
export function portions<L extends Line>(lines: readonly L[], most = PORTION): L[][] {
  const all: L[][] = [];
  let size = 0;
  for (const line of lines) {
    const last = all.at(-1);
    const bytes = utf8.encode(line.text).byteLength + 1;
    size += bytes;
    if (last && last.length < most.lines && size <= most.bytes) last.push(line);
    else {
      all.push([line]);
      size = bytes;
    }
  }
  return all;
}

/** As the parameter that `rowsIn` and `putBack` take. */
export const asJson = (lines: readonly Line[]): string => `[${lines.map(({ text }) => text).join(",")}]`;

type Carrying = Shape & Pick<Kind, "beside">;
/** What lines have rows of, and where in them these are. */
const partsOf = (kind: Carrying): [shape: Shape, lines: string][] => [
  [kind, "json_each(?1)"],
  ...(kind.beside ? [[kind.beside, besideIn(kind)] satisfies [Shape, string]] : []),
];

/** How many of the lines' rows differ from those of the database in any column, or are not there. */
export async function unlike(db: D1Database, kind: Carrying, lines: readonly Line[]): Promise<number> {
  let n = 0;
  for (const some of portions(lines, COMPARED)) n += await unlikeOf(db, kind, some);
  return n;
}

async function unlikeOf(db: D1Database, kind: Carrying, lines: readonly Line[]): Promise<number> {
  const counts = partsOf(kind).map(([shape, from]) => {
    const { table, key, columns, large } = shape;
    const names = columns
      .map((name) => (large.includes(name) ? `CAST(${name} AS INTEGER)` : name))
      .join(", ");
    const named = (ids: string) => (key === "id" ? idOf(key, ids) : `${key} IN ${ids}`);
    return `(SELECT COUNT(*) FROM (SELECT ${columns.join(", ")} FROM (${rowsIn(shape, [], from)})
       EXCEPT SELECT ${names} FROM ${table} WHERE ${named(`(SELECT value ->> ${placeIn(shape, key)} AS value FROM ${from})`)}))`;
  });
  const found = await db
    .prepare(`SELECT ${counts.join(" + ")} AS n`)
    .bind(asJson(lines))
    .first<{ n: number }>();
  return found!.n;
}

/** Puts the rows of lines back into their tables. */
export const putBack = (kind: Carrying, lines: readonly Line[]): Statement[] =>
  partsOf(kind).map(([shape, from]) =>
    sql(`INSERT INTO ${shape.table} (${shape.columns.join(", ")}) ${rowsIn(shape, [], from)}`, asJson(lines)),
  );

/** Refuses the batch that it is in, where a condition holds. */
export const refuseWhere = (condition: string, ...params: Statement["params"]): Statement =>
  sql(`INSERT INTO dials (num, by) SELECT NULL, NULL WHERE ${condition}`, ...params);
