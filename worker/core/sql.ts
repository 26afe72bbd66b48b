/** SQL statements as data: `commit` sends them to the Ledger, which writes them together with their audit row. */
export interface Statement {
  sql: string;
  params: (string | number | null)[];
  /** Set by `changed`: open pages and the watching must hear of this change. */
  noticed?: true;
}

/** A statement for `commit`; with `prepare`, one for D1 itself. */
export const sql = (text: string, ...params: (string | number | null)[]): Statement => ({
  sql: text,
  params,
});
export const prepare = (db: D1Database, s: Statement): D1PreparedStatement =>
  db.prepare(s.sql).bind(...s.params);
