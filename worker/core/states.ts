/**
 * Rows that change and are bound (bound.ts): each change binds the row's whole new state, by an event of its own, and the row
 * keeps the roots of its earlier states. So what was altered before a change does not pass for what was bound.
 */
import { chunks } from "../../shared/core/chunks.ts";
import { codeOf, leafOf, rowRoot, saltsOf, type Stored, typed } from "../../shared/trail/leaves.ts";
import { bind, type BoundTable, columnsOf, type Leafy, leavesOf, type NewRow } from "./bound.ts";
import { idIs, sql, type Statement } from "./sql.ts";

/** A row as it is, and the columns that change. */
export interface RowChange {
  before: NewRow;
  to: NewRow;
}

/** Rows as they are, for `changeRows`. */
export const statesOf = async (
  db: D1Database,
  { table, columns, few = {}, erasable, own }: BoundTable,
  where: string,
  ...params: (string | number | null)[]
): Promise<NewRow[]> =>
  (
    await db
      .prepare(
        `SELECT ${[...columns, ...Object.keys(few)].join(", ")}, ${own.rev}, CAST(${own.code} AS TEXT) AS ${own.code},
           printf('%016x%016x', ${own.high}, ${own.low}) AS seed,
           ${Object.keys(erasable).length > 0 ? "erased" : "NULL AS erased"} FROM ${table} WHERE ${where}`,
      )
      .bind(...params)
      .all<NewRow>()
  ).results;

/** The roots in `past`; null where none are known. What is no list of them, as somebody altered it, has none. */
export function rootsIn(past: string | null): string[] | null {
  if (past === null) return null;
  try {
    const roots: unknown = JSON.parse(past);
    return Array.isArray(roots) ? roots.map(String) : [];
  } catch {
    return [];
  }
}

/** The roots of the states of a row up to the one that it is in. */
function pastOf(table: BoundTable, row: NewRow): string[] {
  const {
    seed,
    erased,
    [table.own.past]: past,
    [table.own.code]: code,
  } = row as Record<string, string | null>;
  const old = Number(past === null);
  const names = [...columnsOf(table, { old }), ...(old === 1 ? [] : Object.keys(table.few ?? {}))];
  const fields = names.map((column) => typed((row[column] ?? null) as Stored));
  const kept = { old, seed: seed!, erased: erased ?? null, fields: JSON.stringify(fields) };
  const before = rootsIn(past!) ?? [];
  // Of a row that says that nothing binds it the trail has no event; or it lies, and fits none.
  if (code === null) return [...before, ""];
  const leaves = leavesOf(table, kept);
  const whole = codeOf([...leaves, ...fewOf(table, kept).map(({ leaf }) => leaf)]);
  // The root is over the code, not over the fields of few values themselves: where they are not as the code says, it fits no event.
  const isSo = !table.few || code === whole || code === codeOf(leaves);
  return [...before, rowRoot(table.name, leaves, isSo ? code! : `${code} ${whole}`)];
}

/** The fields of a row that its code alone is over, each with its leaf; none of a row of which not even all columns are bound. */
export function fewOf(table: BoundTable, row: Leafy): { name: string; value: string; leaf: string }[] {
  if (!table.few || columnsOf(table, row) !== table.columns) return [];
  const saltOf = saltsOf(row.seed);
  const values = (JSON.parse(row.fields) as string[]).slice(table.columns.length);
  return Object.keys(table.few).map((name, place) => {
    const value = values[place]!;
    return { name, value, leaf: leafOf(saltOf(name), name, value) };
  });
}

/** Whether a row that is as its event says binds less than a row of today: what is left of it may have been altered. */
export function isInPart(table: BoundTable, row: Leafy & { code: string | null }): boolean {
  if (row.old === 1) return table.states?.each === false;
  return table.few !== undefined && row.code === codeOf(leavesOf(table, row));
}

/** Rows a statement: JSON of so many fits into a parameter. */
const MOST = 500;

/** SQL, and its parameters: a row that it is not true of is not changed. */
type When = readonly [condition: string, ...params: (string | number)[]];

/**
 * The statements that change rows, with an event for each that binds its new state. Where a row is no longer as it was read,
 * or `when` is not true of it, `rev` becomes NULL, which the table refuses (conflict): then plan again.
 */
export const changeRows = (table: BoundTable, changes: readonly RowChange[], at: string): Statement[] =>
  [...chunks(changes, MOST)].map((some) => changeSome(table, some, at));

const isKey = (column: string, value: string): string =>
  column.endsWith(".id") ? idIs(column, value) : `${column} = ${value}`;

function changeSome(
  table: BoundTable,
  changes: readonly RowChange[],
  at: string,
  [when, ...params]: When = ["TRUE"],
): Statement {
  const { table: name, keys, erasable, own } = table;
  const bound = changes.map(({ before, to }) => {
    const was = before[own.rev]!;
    const now = { ...before, ...to, [own.changed]: at, [own.rev]: Number(was) + 1 };
    return { was, ...bind(table, { ...now, [own.past]: JSON.stringify(pastOf(table, before)) }) };
  });
  const set = [...new Set([...changes.flatMap(({ to }) => Object.keys(to)), own.changed, own.past])];
  const value = (place: number) => `value ->> ${place}`;
  const whole = (place: number) => `CAST(${value(place)} AS INTEGER)`;
  return {
    ...sql(
      `WITH j AS MATERIALIZED (SELECT ${value(0)} AS was, ${whole(1)} AS high, ${whole(2)} AS low, ${whole(3)} AS said,
         ${[...keys.map((column) => `key_${column}`), ...set.map((column) => `to_${column}`)].map((column, n) => `${value(n + 4)} AS ${column}`).join(", ")} FROM json_each(?))
       UPDATE ${name} SET ${set.map((column) => `${column} = j.to_${column}, `).join("")}${own.rev} = IIF(${own.rev} = j.was AND ${when}, ${own.rev} + 1, NULL),
         ${own.high} = j.high, ${own.low} = j.low, ${own.code} = j.said${Object.keys(erasable).length > 0 ? ", erased = NULL" : ""}
       FROM j WHERE ${keys.map((column) => isKey(`${name}.${column}`, `j.key_${column}`)).join(" AND ")}`,
      JSON.stringify(
        bound.map(({ row, was, kept }) => [
          was,
          ...kept,
          ...[...keys, ...set].map((column) => row[column] ?? null),
        ]),
      ),
      ...params,
    ),
    binds: bound.map(({ event }) => event),
  };
}

/** `changeRows` for one row. */
export const changeBound = (
  table: BoundTable,
  before: NewRow,
  to: NewRow,
  at: string,
  when?: When,
): Statement => changeSome(table, [{ before, to }], at, when);
