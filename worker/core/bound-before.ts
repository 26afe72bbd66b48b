/** Rows that are bound once they are there: as they are, those of before and of an older Worker; or as a change ends them. */
import { bind, type BoundTable, type NewRow } from "./bound.ts";
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
export const canBeBound = ({ columns, keys }: BoundTable): string =>
  [
    ...columns.map(
      (column) =>
        `(typeof(${column}) IN ('null', 'text') OR (typeof(${column}) = 'integer' AND ${column} BETWEEN ${Number.MIN_SAFE_INTEGER} AND ${Number.MAX_SAFE_INTEGER}))`,
    ),
    // All keys are made of these characters.
    ...keys.map((key) => `${key} NOT GLOB '*[^ -~]*'`),
  ].join(" AND ");

/** Rows of before that nothing binds, of a table whose rows do not change. */
export const unboundOf = async (
  db: D1Database,
  table: BoundTable,
  { most, ...time }: Time & { most: number },
): Promise<NewRow[]> => {
  const { table: name, columns, keySql, when, own } = table;
  const { results } = await db
    .prepare(
      `SELECT ${columns.join(", ")}, ${keySql} AS key FROM ${name} r
         WHERE ${own.code} IS NULL AND ${when ?? "TRUE"} AND ${canBeBound(table)} AND ${writtenIn(table)} LIMIT ?3`,
    )
    .bind(time.from, time.to, most)
    .all<NewRow>();
  return results;
};

/**
 * The statements that bind rows: as they are now, or as `to` changes them with that. Where one is no longer as it was read, or is bound
 * already, as it has an event, they are refused (conflict): read again.
 */
export function bindAsIs(table: BoundTable, rows: readonly NewRow[], to: NewRow = {}): Statement[] {
  const { table: name, keys, columns, own } = table;
  const set = Object.keys(to);
  const others = columns.filter((column) => !keys.includes(column));
  const read = [...keys, ...others];
  const bound = rows.map((row) => ({ was: row, ...bind(table, { ...row, ...to }) }));
  const kept = [0, 1, 2].map((place) => `CAST(value ->> ${read.length + place} AS INTEGER)`);
  const update = {
    ...sql(
      `WITH j AS MATERIALIZED (SELECT ${read.map((column, place) => `value ->> ${place} AS was_${column}, `).join("")}
         ${kept[0]!} AS high, ${kept[1]!} AS low, ${kept[2]!} AS said FROM json_each(?1))
       UPDATE ${name} SET ${set.map((column, place) => `${column} = ?${place + 2}, `).join("")}
         ${own.high} = j.high, ${own.low} = j.low, ${own.code} = j.said FROM j
       WHERE ${keys.map((key) => `${name}.${key} = j.was_${key} AND `).join("")}
         ${others.map((column) => `${name}.${column} IS j.was_${column} AND `).join("")}${own.code} IS NULL`,
      JSON.stringify(
        bound.map(({ was, kept: own }) => [...read.map((column) => was[column] ?? null), ...own]),
      ),
      ...set.map((column) => to[column]!),
    ),
    binds: bound.map(({ event }) => event),
  };
  // changes(): the rows that were just bound.
  return [update, refuseWhere("changes() <> ?", rows.length)];
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
