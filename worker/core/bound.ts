/** How the Worker keeps what binds a row (shared/trail/leaves.ts): a seed and a code, as integers. */
import { bindRow, type BoundRow, type Stored } from "../../shared/trail/leaves.ts";
import type { Env } from "../env.ts";
import { newSalt } from "./change.ts";
import { sql, type Statement } from "./sql.ts";

/** The event that binds one row, beside the event of the change that wrote it: its subject is the table and the key. */
export const BOUND = "audit.bound";

/** A table whose rows are bound field by field: how trail/deep.ts finds its rows by their events, and the other way. */
export interface BoundTable {
  name: string;
  /** Of the events that bind a row: each has one of these codes, and its subject names the row. */
  codes: readonly string[];
  /** The key of the row that an event's subject names; null where it is no row's of this table. */
  keyOf: (subject: string) => string | null;
  /**
   * Of the events that tell of a row of before, by its subject and about its time. Null: those do not name their rows, which
   * count as such where they are older than the adoption (trail/adopt.ts).
   */
  told: readonly string[] | null;
  /** The bound columns, in the order of the row's leaves. */
  columns: readonly string[];
  /** Those that an event of before binds, by its payload. */
  before: readonly string[];
  /** The other columns, each with the reason. */
  unbound: Readonly<Record<string, string>>;
  /** The bound columns that a request may have erased, each with what it then holds, as `typed` writes it. */
  erasable: Readonly<Record<string, readonly string[]>>;
  /** The subject of the event that binds a new row. */
  subjectOf: (row: NewRow) => string;
  /** Its rows change: each state has an event, whose subject has the number of the state, and the last one counts. */
  states: boolean;
  /** SQL: reads `Kept` (trail/altered.ts). */
  select: string;
  /** SQL conditions: the rows with a key of a JSON array, and those behind a `place`; and the order of places. */
  named: string;
  after: string;
  order: string;
  /** Which of these keys may lack a row, as their time is over. Null: a row stays for good, unless a request erased it. */
  erased: ((env: Env, lost: readonly Lost[], now: number) => Promise<string[]>) | null;
}

/** A row that is gone: its key, and when it was written or the day of what it is about, as its event has it on the chain. */
export interface Lost {
  key: string;
  at: string;
}

/** 16 hex digits as SQLite's signed 64-bit integer; in decimal text, as JavaScript's numbers would round it. */
export const integer = (hex: string): string => BigInt.asIntN(64, BigInt(`0x${hex}`)).toString();

/** What the columns of seed and code get. */
export const keptOf = (seed: string, { code }: BoundRow): [string, string, string] => [
  integer(seed.slice(0, 16)),
  integer(seed.slice(16)),
  code,
];

/** Why these columns of a bound row are not bound. */
export const seedColumns = {
  salt_high: "half of the seed of all salts: altered, no field fits",
  salt_low: "the other half",
  code: "part of the row's root",
};

/** A table of which each row has an event of its own that binds it. The first column is the key; rows are read as `r`. */
export function boundTable(t: {
  name: string;
  columns: readonly string[];
  unbound?: Readonly<Record<string, string>>;
  /** SQL: when a row was written. */
  at: string;
  /** Of the events that tell of a row of before: their codes, and the SQL of their subject. */
  before?: { codes: readonly string[]; subject: string };
  /** The column with the day that stands behind the key in an event's subject, so that the chain says when a row is over. */
  day?: string;
  /** Its rows change. The column `rev` counts their states, and stands behind the key in an event's subject. */
  states?: boolean;
  erasable?: Readonly<Record<string, readonly string[]>>;
  over?: string;
  /** SQL, where a table has no row numbers: the place of a row (text), and what `after` and `order` are by. */
  places?: Pick<BoundTable, "after" | "order"> & { place: string };
  erased?: BoundTable["erased"];
}): BoundTable {
  const { name, columns, day } = t;
  const key = columns[0]!;
  const prefix = `${name}/`;
  const numeric = key === "version";
  const leaves = t.erasable === undefined ? "NULL" : "r.erased";
  const states = t.states ?? false;
  const behind = states ? "'@' || r.rev" : day === undefined ? "''" : `'@' || substr(r.${day}, 1, 10)`;
  // In the order in which they came, so that the events of a page of rows are near to each other.
  const { place, after, order } = t.places ?? {
    place: "CAST(r.rowid AS TEXT)",
    after: "r.rowid > CAST(?1 AS INTEGER)",
    order: "r.rowid",
  };
  return {
    name,
    codes: [BOUND],
    keyOf: (subject) => (subject.startsWith(prefix) ? subject.slice(prefix.length).split("@")[0]! : null),
    subjectOf: (row) =>
      `${prefix}${row[key]!}${states ? `@${row["rev"]!}` : day === undefined ? "" : `@${String(row[day]).slice(0, 10)}`}`,
    states,
    told: t.before?.codes ?? null,
    columns,
    before: [],
    unbound: {
      ...t.unbound,
      ...seedColumns,
      ...(t.erasable && { erased: "the hashes of erased fields: altered, no field fits" }),
      ...(states && { rev: "which state it is: the event's subject has it" }),
    },
    erasable: t.erasable ?? {},
    select: `SELECT CAST(r.${key} AS TEXT) AS key, ${place} AS place,
      IIF(r.code IS NULL, ${t.before?.subject ?? `CAST(r.${key} AS TEXT)`},
        '${prefix}' || r.${key} || ${behind}) AS subject, ${t.at} AS at,
      CAST(r.code AS TEXT) AS code, printf('%016x%016x', r.salt_high, r.salt_low) AS seed, r.salt_high IS NULL AS bare,
      ${leaves} AS erased, ${t.over ?? "0"} AS over,
      json_array(${columns.map((column) => typedSql(`r.${column}`)).join(", ")}) AS fields FROM ${name} r`,
    named: `r.${key} IN (SELECT ${numeric ? "CAST(value AS INTEGER)" : "value"} FROM json_each(?1))`,
    after,
    order,
    erased: t.erased ?? null,
  };
}

/** The columns of a new row by their names, those that are not bound as well. */
export type NewRow = Readonly<Record<string, string | number | null>>;

/** Binds a row: what its columns of seed and code get, and the event. */
function bind(table: BoundTable, row: NewRow) {
  const seed = newSalt();
  const fields = table.columns.map((column): [string, Stored] => [column, row[column] ?? null]);
  const made = bindRow(table.name, seed, fields);
  return { row, kept: keptOf(seed, made), event: { row: table.subjectOf(row), root: made.root } };
}

/** The statement that inserts rows, all of the same columns, with an event for each that binds it. */
export function insertBound(table: BoundTable, rows: readonly NewRow[]): Statement {
  const { name } = table;
  const names = Object.keys(rows[0] ?? {});
  const bound = rows.map((row) => bind(table, row));
  const value = (place: number) => `value ->> ${place}`;
  const kept = [0, 1, 2].map((place) => `CAST(${value(names.length + place)} AS INTEGER)`);
  return {
    ...sql(
      `INSERT INTO ${name} (${names.join(", ")}, salt_high, salt_low, code)
       SELECT ${[...names.map((_, place) => value(place)), ...kept].join(", ")} FROM json_each(?)`,
      JSON.stringify(bound.map((b) => [...names.map((column) => b.row[column] ?? null), ...b.kept])),
    ),
    binds: bound.map(({ event }) => event),
  };
}

/** Rows of a table whose states are bound, as they are now. */
export const statesOf = async (
  db: D1Database,
  { name, columns }: BoundTable,
  where: string,
  ...params: (string | number | null)[]
): Promise<NewRow[]> =>
  (
    await db
      .prepare(`SELECT ${columns.join(", ")}, rev FROM ${name} WHERE ${where}`)
      .bind(...params)
      .all<NewRow>()
  ).results;

/**
 * The statement that changes a row, with an event that binds its whole new state. Where the row is no longer as it was read,
 * `rev` becomes NULL, which the table refuses (conflict).
 */
export function changeBound(table: BoundTable, before: NewRow, to: NewRow, at: string): Statement {
  const { name, columns } = table;
  const rev = Number(before["rev"]);
  const now = { ...before, ...to, changed_at: at, rev: rev + 1 };
  const { kept, event } = bind(table, now);
  const set = { ...to, changed_at: at };
  return {
    ...sql(
      `UPDATE ${name} SET ${Object.keys(set)
        .map((column) => `${column} = ?, `)
        .join("")}rev = IIF(rev = ?, ?, NULL),
         salt_high = CAST(? AS INTEGER), salt_low = CAST(? AS INTEGER), code = CAST(? AS INTEGER) WHERE ${columns[0]!} = ?`,
      ...[...Object.values(set), rev, rev + 1, ...kept, before[columns[0]!]!],
    ),
    binds: [event],
  };
}

/** The statement that binds rows of before as they are now; one that has changed since has its own event. */
export function bindStates(table: BoundTable, rows: readonly NewRow[]): Statement {
  const bound = rows.map((row) => bind(table, row));
  const key = table.columns[0]!;
  const kept = [1, 2, 3].map((place) => `CAST(value ->> ${place} AS INTEGER)`);
  return {
    ...sql(
      `WITH j AS MATERIALIZED (SELECT value ->> 0 AS key, ${kept[0]!} AS high, ${kept[1]!} AS low, ${kept[2]!} AS said
         FROM json_each(?))
       UPDATE ${table.name} SET salt_high = j.high, salt_low = j.low, code = j.said FROM j
       WHERE ${table.name}.${key} = j.key AND code IS NULL`,
      JSON.stringify(bound.map((b) => [b.row[key], ...b.kept])),
    ),
    binds: bound.map(({ event }) => event),
  };
}

/** The statement that binds a policy's row of before as it is now. Its trigger lets nothing else happen to it. */
export function bindAgain(table: BoundTable, row: NewRow): Statement {
  const { name, columns } = table;
  const { kept, event } = bind(table, row);
  return {
    ...sql(
      `UPDATE ${name} SET salt_high = CAST(? AS INTEGER), salt_low = CAST(? AS INTEGER), code = CAST(? AS INTEGER)
       WHERE ${columns[0]!} = ? AND code IS NULL`,
      ...kept,
      row[columns[0]!]!,
    ),
    binds: [event],
  };
}

/** SQL: a value as `typed` writes it. What no column of ours holds (a real, a blob) is like nothing that was bound. */
export const typedSql = (value: string): string =>
  `CASE typeof(${value}) WHEN 'null' THEN 'n' WHEN 'text' THEN 't' || ${value} WHEN 'integer' THEN 'i' || ${value}
     ELSE typeof(${value}) || hex(${value}) END`;
