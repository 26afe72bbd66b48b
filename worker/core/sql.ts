/** SQL statements as data: `commit` sends them to the Ledger, which writes them together with their audit row. */
import { jsonChunks } from "../../shared/core/chunks.ts";

export interface Statement {
  sql: string;
  params: (string | number | null)[];
  /** Set by `changed`: open pages and the watching must hear of this change. */
  noticed?: true;
  /** Set where it inserts bound rows: for each, an event `audit.bound` beside the change's own binds its fields one by one. */
  binds?: readonly { row: string; root: string }[];
}

/** A statement for `commit`; with `prepare`, one for D1 itself. */
export const sql = (text: string, ...params: (string | number | null)[]): Statement => ({
  sql: text,
  params,
});
export const prepare = (db: D1Database, s: Statement): D1PreparedStatement =>
  db.prepare(s.sql).bind(...s.params);

/** The statement that refuses a change (conflict) where `when` (SQL) is true: the change's own row of the trail has a payload already. */
export const refuseWhere = (when: string, ...params: Statement["params"]): Statement =>
  sql(
    `INSERT INTO audit_payload (seq, at, salt, payload) SELECT (SELECT MAX(seq) FROM audit), '', '', '' WHERE ${when}`,
    ...params,
  );

/** SQL: the first eight bytes of an id, by which recordings are unique and indexed (migration 0165); what is no UUID is there as a whole. */
export const idKey = (id: string): string =>
  `COALESCE(IIF(length(${id}) = 36, unhex(substr(${id}, 1, 8) || substr(${id}, 10, 4) || substr(${id}, 15, 4)), NULL), ${id})`;
/** SQL: such a row's id is this one; it is one of a JSON array; it is one of those that a statement selects (`value`). */
export const idIs = (column: string, id: string): string =>
  `(${idKey(column)} = ${idKey(id)} AND ${column} = ${id})`;
export const idOf = (column: string, ids: string): string =>
  `(${idKey(column)} IN (SELECT ${idKey("value")} FROM ${ids}) AND ${column} IN (SELECT value FROM ${ids}))`;
export const idIn = (column: string, ids: string): string => idOf(column, `json_each(${ids})`);
/** For `boundTable`: the key of its rows, as `r`, is such an id. */
export const keyedById = (column: string) => ({
  keyOf: { columns: [column], sql: `r.${column}`, named: idIn(`r.${column}`, "?1") },
});

/** D1 binds at most 2 MB a parameter; JSON of this many characters stays under it, whatever the characters are. */
export const JSON_CHUNK = 1_500_000;

/** One statement for each JSON array of rows that fits into a bound parameter. */
export const inChunks = (rows: readonly unknown[], statement: (rows: string) => Statement): Statement[] =>
  jsonChunks(rows, JSON_CHUNK).map(statement);

/**
 * Where the key is several columns of text, `a/b`: no value but the last one has a slash. The places of its rows are by it, too,
 * as such tables have no row numbers.
 */
export function keyedBy(...columns: readonly string[]) {
  const parts = (value: string, left: number): string[] => {
    const slash = `instr(${value}, '/')`;
    return left === 1
      ? [value]
      : [`substr(${value}, 1, ${slash} - 1)`, ...parts(`substr(${value}, ${slash} + 1)`, left - 1)];
  };
  const all = columns.map((column) => `r.${column}`).join(", ");
  const sql = `(${columns.map((column) => `r.${column}`).join(" || '/' || ")})`;
  const partsOf = (value: string) => parts(value, columns.length).join(", ");
  return {
    keyOf: { columns, sql, named: `(${all}) IN (SELECT ${partsOf("value")} FROM json_each(?1))` },
    places: { place: sql, after: `(${all}) > (${partsOf("?1")})`, order: all },
  };
}

/** Of rows that are bound many at once: by their batch and the place there; until then by their number. */
export const inBatches = {
  columns: ["batch", "place"],
  sql: "COALESCE(r.batch || '/' || r.place, CAST(r.num AS TEXT))",
  named: `(r.batch, r.place) IN (SELECT substr(value, 1, instr(value, '/') - 1), CAST(substr(value, instr(value, '/') + 1) AS INTEGER)
    FROM json_each(?1))`,
};
