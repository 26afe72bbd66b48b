/** Rows that are bound once they are there: as they are, those of before and of an older Worker; or as a change ends them. */
import { bind, type BoundTable, type NewRow } from "./bound.ts";
import { rootOf } from "../../shared/trail/bound.ts";
import { newSalt } from "./change.ts";
import { refuseWhere, sql, type Statement } from "./sql.ts";

/** Moments, in ISO 8601. */
export interface Time {
  from: string;
  to: string;
}
/** SQL: of rows `r` of a table, which were written between `?1` and `?2`; of some registers nothing says when. */
export const writtenIn = ({ at }: BoundTable): string =>
  `(COALESCE(${at}, '') = '' OR ${at} BETWEEN ?1 AND ?2)`;

/**
 * SQL: which rows can be bound as they are. Who owns the database may put there what no column of ours holds (a real, a blob, an integer
 * beyond 2^53), or into a key what is no text: that stays unbound, by which it is named, and holds up no other row.
 */
const canBeBound = (table: BoundTable): string =>
  [
    ...table.columns.map(
      (column) =>
        `(typeof(${column}) IN ('null', 'text') OR (typeof(${column}) = 'integer' AND ${column} BETWEEN ${Number.MIN_SAFE_INTEGER} AND ${Number.MAX_SAFE_INTEGER}))`,
    ),
    // All keys are made of these characters.
    ...foundBy(table).map((key) => `${key} NOT GLOB '*[^ -~]*'`),
  ].join(" AND ");

/** The columns by which a row is found: one that is bound with others gets its key by that. */
const foundBy = ({ batch, keys }: BoundTable): readonly string[] => (batch === undefined ? keys : ["num"]);
const readOf = (table: BoundTable): string[] => [...new Set([...foundBy(table), ...table.columns])];

/** Rows that nothing binds, of a table whose rows do not change, where they can be bound; `where` is SQL of `r`. */
export const unboundWhere = async (
  db: D1Database,
  table: BoundTable,
  where: string,
  ...params: (string | number)[]
): Promise<NewRow[]> => {
  const { table: name, keySql, own } = table;
  const { results } = await db
    .prepare(
      `SELECT ${readOf(table).join(", ")}, ${keySql} AS key FROM ${name} r
         WHERE ${own.code} IS NULL AND ${canBeBound(table)} AND ${where}`,
    )
    .bind(...params)
    .all<NewRow>();
  return results;
};

/** Rows of before that nothing binds, of a table whose rows do not change. */
export const unboundOf = (
  db: D1Database,
  table: BoundTable,
  { most, ...time }: Time & { most: number },
): Promise<NewRow[]> =>
  unboundWhere(
    db,
    table,
    `${table.when ?? "TRUE"} AND ${writtenIn(table)} LIMIT ?3`,
    ...[time.from, time.to, most],
  );

/**
 * The statements that bind rows: as they are now, or as `to` changes them with that. Where one is no longer as it was read, or is bound
 * already, as it has an event, they are refused (conflict): read again. Of a table of batches, one event binds those of a day.
 */
export function bindAsIs(table: BoundTable, rows: readonly NewRow[], to: NewRow = {}): Statement[] {
  const { batch: batches, day } = table;
  if (batches === undefined) {
    const bound = rows.map((row) => ({ was: row, to, ...bind(table, { ...row, ...to }) }));
    return bindingAll(
      table,
      bound,
      bound.map(({ event }) => event),
    );
  }
  const days = Map.groupBy(rows, (row) => (day === undefined ? null : row[day]));
  return [...days.values()].flatMap((its) => {
    const batch = newSalt();
    const bound = its.map((row, place) => {
      const into = { ...to, batch, place };
      return { was: row, to: into, ...bind(table, { ...row, ...into }) };
    });
    const roots = bound.map(({ event }) => event.root);
    return [
      sql(
        `INSERT INTO ${batches} (id, roots, at) VALUES (?, ?, ?)`,
        ...[batch, JSON.stringify(roots), new Date().toISOString()],
      ),
      ...bindingAll(table, bound, [{ row: table.subjectOf({ ...its[0], key: batch }), root: rootOf(roots) }]),
    ];
  });
}

/** A row as it was read, what is set of it, and what binds it then. */
type Binding = { was: NewRow; to: NewRow } & ReturnType<typeof bind>;

function bindingAll(table: BoundTable, bound: readonly Binding[], binds: Statement["binds"]): Statement[] {
  const { table: name, own } = table;
  const found = foundBy(table);
  const read = readOf(table);
  const set = Object.keys(bound[0]?.to ?? {});
  const places = [...read.map((column) => `was_${column}`), ...set.map((column) => `to_${column}`)];
  const kept = [0, 1, 2].map((place) => `CAST(value ->> ${places.length + place} AS INTEGER)`);
  const update = {
    ...sql(
      `WITH j AS MATERIALIZED (SELECT ${places.map((column, place) => `value ->> ${place} AS ${column}, `).join("")}
         ${kept[0]!} AS high, ${kept[1]!} AS low, ${kept[2]!} AS said FROM json_each(?))
       UPDATE ${name} SET ${set.map((column) => `${column} = j.to_${column}, `).join("")}
         ${own.high} = j.high, ${own.low} = j.low, ${own.code} = j.said FROM j
       WHERE ${found.map((key) => `${name}.${key} = j.was_${key} AND `).join("")}
         ${read.flatMap((column) => (found.includes(column) ? [] : [`${name}.${column} IS j.was_${column} AND `])).join("")}
         ${own.code} IS NULL`,
      JSON.stringify(
        bound.map(({ was, to, kept: its }) => [
          ...read.map((column) => was[column] ?? null),
          ...set.map((column) => to[column] ?? null),
          ...its,
        ]),
      ),
    ),
    ...(binds && { binds }),
  };
  // changes(): the rows that were just bound.
  return [update, refuseWhere("changes() <> ?", bound.length)];
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
