/**
 * Tables as lines of JSON, and back. SQLite itself writes and reads each row (`json_array`, `->>`), so that integers stay
 * exact: JavaScript would round ids above 2^53, as `wrangler d1 export` does.
 */
import type { Rows } from "./cloud.ts";

export interface Table {
  name: string;
  sql: string;
  columns: string[];
}
export interface Schema {
  /** Each after the tables that it refers to. */
  tables: Table[];
  /** Indexes and triggers: created last, so that no trigger fires during the restore. */
  rest: string[];
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
/** Rows in a slice, unless they are too large for one answer. */
const SLICE = 2000;
/** Characters of JSON in one statement: D1 allows 2 MB a parameter. */
const CHUNK = 500_000;

export async function schemaOf(db: Rows): Promise<Schema> {
  const all = await db.all<{ type: string; name: string; sql: string }>(
    `SELECT type, name, sql FROM sqlite_schema
     WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'
     ORDER BY rowid`,
  );
  const tables = await Promise.all(
    all
      .filter(({ type }) => type === "table")
      .map(async ({ name, sql }) => {
        const columns = await db.all<{ name: string }>(`PRAGMA table_info(${quoted(name)})`);
        const refers = await db.all<{ table: string }>(`PRAGMA foreign_key_list(${quoted(name)})`);
        return { name, sql, columns: columns.map((c) => c.name), refers: refers.map((r) => r.table) };
      }),
  );
  const ordered: typeof tables = [];
  const put = (table: (typeof tables)[number]) => {
    if (ordered.includes(table)) return;
    for (const name of table.refers) if (name !== table.name) put(tables.find((t) => t.name === name)!);
    ordered.push(table);
  };
  tables.forEach(put);
  return {
    tables: ordered.map(({ refers: _, ...table }) => table),
    rest: all.filter(({ type }) => type !== "table").map(({ sql }) => sql),
  };
}

/** The newest row of the audit trail. Every change of what the database says writes one. */
export async function headOf(db: Rows): Promise<{ seq: number; hash: string } | null> {
  const [head] = await db.all<{ seq: number; hash: string }>(
    "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1",
  );
  return head ?? null;
}

/**
 * How far certificates have moved from one table to another, recordings are counted, and entries of indexes are packed: that says nothing new,
 * so the trail has no row of it. With an unchanged head it means an unchanged database.
 */
export async function movedOf(db: Rows): Promise<string | null> {
  const [mark] = await db.all<{ value: string | null }>(
    `SELECT group_concat(value) AS value FROM (SELECT value FROM marks
       WHERE name IN ('certificates-moved', 'recordings-counted', 'dials-sifted') OR name GLOB '*pack*' ORDER BY name)`,
  );
  return mark?.value ?? null;
}

/**
 * The counters of tables with AUTOINCREMENT. The rows do not give them: the newest row may have been erased, and a reader
 * with a cursor at it would miss a new row that got the same number.
 */
export async function countersOf(db: Rows): Promise<Record<string, number>> {
  const rows = await db.all<{ name: string; seq: number }>("SELECT name, seq FROM sqlite_sequence");
  return Object.fromEntries(rows.map(({ name, seq }) => [name, seq]));
}

/** After all rows are inserted: each insert moves the counters. */
export async function writeCounters(db: Rows, counters: Record<string, number>): Promise<void> {
  await db.run("DELETE FROM sqlite_sequence");
  await db.run(
    "INSERT INTO sqlite_sequence (name, seq) SELECT key, value FROM json_each(?1)",
    JSON.stringify(counters),
  );
}

/** Columns that may hold bytes, by their type or for want of one. In a line, bytes are an object with their hex digits. */
async function bytesOf(db: Rows, table: string): Promise<ReadonlySet<string>> {
  const info = await db.all<{ name: string; type: string }>(`PRAGMA table_info(${quoted(table)})`);
  return new Set(info.flatMap(({ name, type }) => (type === "" || type === "BLOB" ? [name] : [])));
}

/** Every row of a table as a JSON array, in slices, in the order of its primary key. */
export async function* linesOf(db: Rows, { name, sql, columns }: Table): AsyncGenerator<string[], void> {
  const bare = /\bWITHOUT\s+ROWID\b/i.test(sql);
  const info = bare ? await db.all<{ name: string; pk: number }>(`PRAGMA table_info(${quoted(name)})`) : [];
  const key = info.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
  const keys = bare ? key.map((c) => quoted(c.name)) : ["rowid"];
  const after = `(${keys.join(", ")}) > (${keys.map((_, i) => `?1 ->> ${i}`).join(", ")})`;
  const bytes = await bytesOf(db, name);
  const value = (column: string) => {
    const its = quoted(column);
    return bytes.has(column) ? `IIF(typeof(${its}) = 'blob', json_object('hex', hex(${its})), ${its})` : its;
  };
  const select = (where: string, limit: number) =>
    `SELECT json_array(${keys.join(", ")}) AS key, json_array(${columns.map(value).join(", ")}) AS line
     FROM ${quoted(name)} ${where} ORDER BY ${keys.join(", ")} LIMIT ${limit}`;
  let limit = SLICE;
  for (let last: string | null = null; ;) {
    try {
      const rows: { key: string; line: string }[] =
        last === null ? await db.all(select("", limit)) : await db.all(select(`WHERE ${after}`, limit), last);
      if (rows.length === 0) return;
      yield rows.map(({ line }) => line);
      last = rows[rows.length - 1]!.key;
    } catch (error) {
      // The slice is larger than an answer may be.
      if (limit === 1) throw error;
      limit = Math.max(1, Math.floor(limit / 4));
    }
  }
}

/** Creates a table and inserts its rows. */
export async function writeTable(
  db: Rows,
  { name, sql, columns }: Table,
  lines: AsyncIterable<string>,
): Promise<void> {
  await db.run(sql);
  const bytes = await bytesOf(db, name);
  const value = (column: string, i: number) =>
    bytes.has(column)
      ? `IIF(json_type(value, '$[${i}]') = 'object', unhex(value ->> '$[${i}].hex'), value ->> ${i})`
      : `value ->> ${i}`;
  const insert = `INSERT INTO ${quoted(name)} (${columns.map(quoted).join(", ")})
    SELECT ${columns.map(value).join(", ")} FROM json_each(?1)`;
  let chunk: string[] = [];
  let size = 0;
  for await (const line of lines) {
    chunk.push(line);
    size += line.length + 1;
    if (size < CHUNK) continue;
    await db.run(insert, `[${chunk.join(",")}]`);
    [chunk, size] = [[], 0];
  }
  if (chunk.length > 0) await db.run(insert, `[${chunk.join(",")}]`);
}
