export interface Statement {
    sql: string;
    params: (string | number | null)[];
    /** Set by `changed`: open pages and the watching must hear of this change. */
    noticed?: true;
}
/** A statement for `commit`; with `prepare`, one for D1 itself. */
export declare const sql: (text: string, ...params: (string | number | null)[]) => Statement;
export declare const prepare: (db: D1Database, s: Statement) => D1PreparedStatement;
/** D1 binds at most 2 MB a parameter; JSON of this many characters stays under it, whatever the characters are. */
export declare const JSON_CHUNK = 1500000;
/** One statement for each JSON array of rows that fits into a bound parameter. */
export declare const inChunks: (rows: readonly unknown[], statement: (rows: string) => Statement) => Statement[];
