/** Rows of before that nothing binds, and rows of an older Worker: they are bound once, as they are now. */
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
  const { name, columns, keySql, when } = table;
  const { results } = await db
    .prepare(
      `SELECT ${columns.join(", ")}, ${keySql} AS key FROM ${name} r
         WHERE code IS NULL AND ${when ?? "TRUE"} AND ${canBeBound(table)} AND ${writtenIn(table)} LIMIT ?3`,
    )
    .bind(time.from, time.to, most)
    .all<NewRow>();
  return results;
};

/** The statements that bind them as they are now. Where one is bound already they are refused (conflict), as it has an event: read again. */
export function bindAsIs(table: BoundTable, rows: readonly NewRow[]): Statement[] {
  const { name, keys } = table;
  const bound = rows.map((row) => bind(table, row));
  const kept = [0, 1, 2].map((place) => `CAST(value ->> ${keys.length + place} AS INTEGER)`);
  const update = {
    ...sql(
      `WITH j AS MATERIALIZED (SELECT ${keys.map((key, place) => `value ->> ${place} AS ${key}, `).join("")}
         ${kept[0]!} AS high, ${kept[1]!} AS low, ${kept[2]!} AS said FROM json_each(?))
       UPDATE ${name} SET salt_high = j.high, salt_low = j.low, code = j.said FROM j
       WHERE ${keys.map((key) => `${name}.${key} = j.${key} AND `).join("")}code IS NULL`,
      JSON.stringify(bound.map((b) => [...keys.map((key) => b.row[key]), ...b.kept])),
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
