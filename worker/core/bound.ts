/** How the Worker keeps what binds a row (shared/trail/leaves.ts): a seed and a code, as integers. states.ts has rows that change. */
import { BOUND } from "../../shared/trail/bound.ts";
import type { AdoptionName } from "../../shared/trail/bound-tables.ts";
import { bindRow, type BoundRow, leafOf, saltsOf, type Stored } from "../../shared/trail/leaves.ts";
import type { Env } from "../env.ts";
import { leftIn } from "../../shared/trail/left.ts";
import { newSalt } from "./change.ts";
import { sql, type Statement } from "./sql.ts";

export { BOUND };

/** A table whose rows are bound field by field: how trail/deep.ts finds its rows by their events, and the other way. */
export interface BoundTable {
  name: string;
  /** The table whose rows they are: it may have several sets of bound columns, each with a name of its own. */
  table: string;
  /** Of the events that bind a row: each has one of these codes, and its subject names the row. */
  codes: readonly string[];
  /** The key of the row that an event's subject names; null where it is no row's of this table. */
  keyOf: (subject: string) => string | null;
  /**
   * Of the events that tell of a row of before, by its subject and about its time. Null: those do not name their rows, which
   * count as such where they are older than the adoption (trail/adopt.ts).
   */
  told: readonly string[] | null;
  /** Of a row of before that nothing binds: whether the payload of its event, if that is kept, is about such fields. */
  isSaid?: (fields: string, payload: string | null) => boolean;
  /** The bound columns, in the order of the row's leaves. */
  columns: readonly string[];
  /** Those that an event of before binds, by its payload. */
  before: readonly string[];
  /**
   * Bound columns that came later, each with the few values that it takes: the row's code is over them (`bindRow`), so that a
   * release before, which did not bind them, verifies and changes such rows. Of its own rows they are not bound.
   */
  few?: Readonly<Record<string, readonly string[]>>;
  /** The other columns, each with the reason. */
  unbound: Readonly<Record<string, string>>;
  /** The bound columns that a request may have erased, each with what it then holds, as `typed` writes it. */
  erasable: Readonly<Record<string, readonly string[]>>;
  /** The subject of the event that binds a row. */
  subjectOf: (row: NewRow) => string;
  /**
   * Its rows change: each state has an event, whose subject has the number of the state, and the last one counts. Null: they
   * do not.
   */
  states: States | null;
  /** The columns that are its key, and SQL of the key as text. */
  keys: readonly string[];
  keySql: string;
  /** The adoption (trail/adopt.ts) from which on its rows are bound; null: the first. */
  adoption: AdoptionName | null;
  /** True where that binds each row of before as it was then: none is unbound any more. */
  whole: boolean;
  /** The columns that count its states, say when the last one began and which were before, and hold its seed and code. */
  own: OwnColumns;
  /** SQL: when a row was written. */
  at: string;
  /** SQL: which of its rows are bound; null: all. */
  when: string | null;
  /** SQL: reads `Kept` (trail/altered.ts). */
  select: string;
  /** SQL conditions: the rows with a key of a JSON array, and those behind a `place`; and the order of places. */
  named: string;
  after: string;
  order: string;
  /** Most rows that are read at once, where each may have hundreds of kilobytes. */
  most?: number;
  /** Where one event binds the rows that were written at once (of a `day`): the table of the roots of all (watching/batches.ts). */
  batch?: string;
  day?: string;
  /** And the column with the number of their change's own row of the trail. */
  beside?: string;
  /** Where its events bind its rows in another way: the columns that are not as the event says; null if none. */
  differs?: (fields: string, event: { subject: string }) => string[] | null;
  /** Of rows with these keys, the columns that no event binds and that are not as follows from what is. */
  follows?: (env: Env, keys: readonly string[], now: number) => Promise<{ key: string; columns: string[] }[]>;
  /** Its rows that have left the database (worker/storage/closed). */
  closed?: ClosedRows;
  /** Which of these keys may lack a row, as their time is over. Null: a row stays for good, unless a request erased it. */
  erased: ((env: Env, lost: readonly Lost[], now: number) => Promise<string[]>) | null;
}

/** Rows of a table that lie in files: `select` reads both. */
export interface ClosedRows {
  /** The table by which a search finds them. */
  index: string;
  /** Which of two places is before the other (negative). */
  order: (a: string, b: string) => number;
  /** Those with these keys; and the files that cannot be read, with the keys that they may have. */
  named: (
    env: Env,
    keys: readonly string[],
  ) => Promise<{ rows: Leafy[]; unread: { key: string; rows: string[] }[] }>;
  /** In which member of a file each of these keys lies; left out where keys of a page are near each other. */
  members?: (env: Env, keys: readonly string[]) => Promise<Map<string, string>>;
  /** Behind all rows: whether the index, once it is through, has more entries than they have; a place begins with `~`. */
  counted?: (env: Env, place: string, most?: number) => Promise<{ extra: boolean; next: string | null }>;
  after?: (env: Env, after: string, most: number) => Promise<ClosedSome>;
}

/** Rows behind a place; unreadable files, each with its first place; keys that no search would find; up to where, if more may follow a few. */
export interface ClosedSome {
  rows: Leafy[];
  unread: { key: string; first: string }[];
  unlisted: string[];
  reached?: string;
}

export interface States {
  /** The columns that were bound in a row of an earlier release (`past` is null), and whether that was each of its states. */
  before: readonly string[];
  each: boolean;
  /** The adoption (trail/adopt.ts) by which each row of before was bound as it was then. Null: each by its first change. */
  adoption: AdoptionName | null;
}

export const ownColumns = {
  ...{ rev: "rev", changed: "changed_at", past: "past" },
  ...{ high: "salt_high", low: "salt_low", code: "code" },
};
export type OwnColumns = typeof ownColumns;

/** The number of the state that an event binds; 0 where the subject has none. */
export const stateIn = (subject: string): number => Number(/@(\d+)$/.exec(subject)?.[1] ?? 0);
/** The day of what a row is about, where the subject has it. */
export const dayIn = (subject: string): string | null => /@(\d{4}-\d\d-\d\d)/.exec(subject)?.[1] ?? null;

/** A row that is gone, as its event has it: its key, the state that this binds, and when it was written or the day of what it is about. */
export interface Lost {
  key: string;
  state: number;
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
const reasonsOf = ({ high, low, code }: OwnColumns) => ({
  [high]: "half of the seed of all salts: altered, no field fits",
  [low]: "the other half",
  [code]: "part of the row's root",
});
export const seedColumns = reasonsOf(ownColumns);

/** A table of which each row has an event of its own that binds it. The first column is the key; rows are read as `r`. */
export function boundTable(t: {
  name: string;
  columns: readonly string[];
  few?: BoundTable["few"];
  unbound?: Readonly<Record<string, string>>;
  /** SQL: when a row was written. */
  at: string;
  /** Of the events that tell of a row of before: their codes, and the SQL of their subject. */
  before?: { codes: readonly string[]; subject: string };
  /** The column with the day that stands behind the key in an event's subject, so that the chain says when a row is over. */
  day?: string;
  /** Its rows change. The column `rev` counts their states, and stands last in an event's subject. */
  states?: States;
  erasable?: Readonly<Record<string, readonly string[]>>;
  over?: string;
  /** Where the key is several columns: SQL of it as text, and the condition `named`. */
  keyOf?: { columns: readonly string[]; sql: string; named: string };
  adoption?: AdoptionName;
  whole?: boolean;
  when?: string;
  batch?: string;
  beside?: string;
  most?: number;
  /** Where it is a further set of bound columns of a table: the table, and its own columns. */
  of?: { table: string; own: OwnColumns };
  /** SQL, where a table has no row numbers: the place of a row (text), and what `after` and `order` are by. */
  places?: Pick<BoundTable, "after" | "order"> & { place: string };
  erased?: BoundTable["erased"];
  closed?: (select: string) => ClosedRows;
  follows?: BoundTable["follows"];
}): BoundTable {
  const { name, day, states = null } = t;
  const { table, own } = t.of ?? { table: name, own: ownColumns };
  const columns = [...t.columns, ...(states ? [own.changed, own.past] : [])];
  const read = [...columns, ...Object.keys(t.few ?? {})];
  const keys = t.keyOf?.columns ?? [columns[0]!];
  const key = keys[0]!;
  const prefix = `${name}/`;
  const numeric = key === "version";
  const keySql = t.keyOf?.sql ?? `r.${key}`;
  const adoption = t.adoption ?? states?.adoption ?? null;
  const leaves = t.erasable === undefined ? "NULL" : "r.erased";
  const isOld = states ? `r.${own.past} IS NULL` : "0";
  const ofDay = day === undefined ? "''" : `'@' || substr(r.${day}, 1, 10)`;
  const its = `'@' || r.${own.rev}`;
  const ofState = states ? (states.each ? its : `IIF(${isOld}, '', ${its})`) : "''";
  const fieldsOf = (names: readonly string[]) =>
    `json_array(${names.map((column) => typedSql(`r.${column}`)).join(", ")})`;
  // In the order in which they came, so that the events of a page of rows are near to each other.
  const { place, after, order } = t.places ?? {
    place: "CAST(r.rowid AS TEXT)",
    after: "r.rowid > CAST(?1 AS INTEGER)",
    order: "r.rowid",
  };
  const select = `SELECT CAST(${keySql} AS TEXT) AS key, ${place} AS place,
      IIF(r.${own.code} IS NULL, ${t.before?.subject ?? `CAST(${keySql} AS TEXT)`},
        '${prefix}' || ${t.batch ? `r.${key}` : keySql} || ${ofDay} || ${ofState}) AS subject, ${t.at} AS at,
      CAST(r.${own.code} AS TEXT) AS code, printf('%016x%016x', r.${own.high}, r.${own.low}) AS seed,
      r.${own.high} IS NULL AS bare,
      ${t.when === undefined ? "0" : `NOT ${t.when} AND r.${own.code} IS NULL`} AS blank,
      ${leaves} AS erased, ${t.over ?? "0"} AS over, ${isOld} AS old, ${states ? `r.${own.past}` : "NULL"} AS past,
      ${states ? `IIF(${isOld}, ${fieldsOf(states.before)}, ${fieldsOf(read)})` : fieldsOf(read)} AS fields
      FROM ${table} r`;
  return {
    ...{ name, table, own, keySql, adoption, at: t.at, ...(t.batch !== undefined && { batch: t.batch }) },
    ...(day !== undefined && { day }),
    ...(t.beside !== undefined && { beside: t.beside }),
    ...(t.follows && { follows: t.follows }),
    ...(t.most !== undefined && { most: t.most }),
    keys,
    whole: t.whole ?? adoption !== null,
    when: t.when ?? null,
    codes: [BOUND],
    keyOf: (subject) => (subject.startsWith(prefix) ? subject.slice(prefix.length).split("@")[0]! : null),
    subjectOf: (row) =>
      [
        `${prefix}${row["key"] ?? keys.map((name) => row[name]!).join("/")}`,
        ...(day === undefined ? [] : [String(row[day]).slice(0, 10)]),
        ...(states ? [row[own.rev]!] : []),
      ].join("@"),
    states,
    told: t.before?.codes ?? null,
    columns,
    before: [],
    ...(t.few && { few: t.few }),
    unbound: {
      ...t.unbound,
      ...reasonsOf(own),
      ...(t.erasable && { erased: "the hashes of erased fields: altered, no field fits" }),
      ...(states && { [own.rev]: "which state it is: the event's subject has it" }),
    },
    erasable: t.erasable ?? {},
    select,
    ...(t.closed && { closed: t.closed(select) }),
    named:
      t.keyOf?.named ??
      `r.${key} IN (SELECT ${numeric ? "CAST(value AS INTEGER)" : "value"} FROM json_each(?1))`,
    after: t.when === undefined ? after : `${after} AND (${t.when} OR r.${own.code} IS NOT NULL)`,
    order,
    erased: t.erased ?? null,
  };
}

/** What binds a row, as it is kept: its seed, the hashes that erased fields left, and its bound columns, as `typed` writes them. */
export interface Leafy {
  /** 1: of an earlier release, which bound fewer columns. */
  old: number;
  seed: string;
  /** JSON: what erasing fields left (shared/trail/left.ts). */
  erased: string | null;
  /** JSON; those of few values come last. */
  fields: string;
}
export const columnsOf = ({ columns, states }: BoundTable, { old }: Pick<Leafy, "old">): readonly string[] =>
  states && old === 1 ? states.before : columns;

/** The hashes of a row's fields; of an erased one, what it left, if it now holds what erasure leaves in its place. */
export function leavesOf(table: BoundTable, row: Leafy): string[] {
  const left = row.erased === null ? null : leftIn(row.erased);
  const saltOf = left ? (name: string) => left.salts[name] ?? "" : saltsOf(row.seed);
  const values = JSON.parse(row.fields) as string[];
  return columnsOf(table, row).map((column, place) => {
    const value = values[place]!;
    const leaf = left?.leaves[column];
    const empty = (table.erasable[column] ?? []).includes(value);
    return leaf !== undefined && empty ? leaf : leafOf(saltOf(column), column, value);
  });
}

/** The columns of a new row by their names, unbound ones too; `key`: its key, where that is several; `ownSeed`: where others follow from it. */
export type NewRow = Readonly<Record<string, string | number | null>>;

/** Binds a row: what its columns of seed and code get, and the event. */
export function bind(table: BoundTable, row: NewRow) {
  const seed = (row["ownSeed"] as string | undefined) ?? newSalt();
  const fieldsOf = (names: readonly string[]) =>
    names.map((column): [string, Stored] => [column, row[column] ?? null]);
  const made = bindRow(table.name, seed, fieldsOf(table.columns), fieldsOf(Object.keys(table.few ?? {})));
  return { row, kept: keptOf(seed, made), event: { row: table.subjectOf(row), root: made.root } };
}

const firstOf = ({ rev, changed, past }: OwnColumns) => ({ [rev]: 1, [changed]: null, [past]: "[]" });
/** What the columns of a new row get that bind it (text: some are of integers), with the event. */
export function firstBound(table: BoundTable, row: NewRow) {
  const { own, states } = table;
  const first = states ? firstOf(own) : {};
  const { kept, event } = bind(table, { ...row, ...first });
  return { columns: { ...first, [own.high]: kept[0], [own.low]: kept[1], [own.code]: kept[2] }, event };
}

/**
 * The statement that inserts rows, all of the same columns, with an event for each that binds it. Where `when` (SQL) is not true of
 * one, it is not inserted, and its event is of a row that is gone.
 */
export function insertBound(table: BoundTable, rows: readonly NewRow[], when = "TRUE"): Statement {
  const { table: name, states, own } = table;
  const first = states && firstOf(own);
  const names = Object.keys({ ...rows[0], ...first }).filter((column) => !/^(key|ownSeed)$/.test(column));
  const bound = rows.map((row) => bind(table, { ...row, ...first }));
  const value = (place: number) => `value ->> ${place}`;
  const kept = [0, 1, 2].map((place) => `CAST(${value(names.length + place)} AS INTEGER)`);
  return {
    ...sql(
      `INSERT INTO ${name} (${[...names, own.high, own.low, own.code].join(", ")})
       SELECT ${[...names.map((_, place) => value(place)), ...kept].join(", ")} FROM json_each(?) WHERE ${when}`,
      JSON.stringify(bound.map((b) => [...names.map((column) => b.row[column] ?? null), ...b.kept])),
    ),
    binds: bound.map(({ event }) => event),
  };
}

/** SQL: a value as `typed` writes it. What no column of ours holds (a real, a blob) is like nothing that was bound. */
export const typedSql = (value: string): string =>
  `CASE typeof(${value}) WHEN 'null' THEN 'n' WHEN 'text' THEN 't' || ${value} WHEN 'integer' THEN 'i' || ${value}
     ELSE typeof(${value}) || hex(${value}) END`;
