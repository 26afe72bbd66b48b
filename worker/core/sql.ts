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

/** D1 binds at most 2 MB a parameter; JSON of this many characters stays under it, whatever the characters are. */
export const JSON_CHUNK = 1_500_000;

/** One statement for each JSON array of rows that fits into a bound parameter. */
export const inChunks = (rows: readonly unknown[], statement: (rows: string) => Statement): Statement[] =>
  jsonChunks(rows, JSON_CHUNK).map(statement);
