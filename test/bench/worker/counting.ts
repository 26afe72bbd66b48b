/** A D1 that is further away: each call takes so much longer. */
export function delayed(db: D1Database, by: number): D1Database {
  if (by === 0) return db;
  const own = new WeakMap<object, D1PreparedStatement>();
  const wait = () => new Promise((over) => setTimeout(over, by));
  const further = (inner: D1PreparedStatement): D1PreparedStatement => {
    const outer = {
      bind: (...values: unknown[]) => further(inner.bind(...values)),
      all: async () => wait().then(() => inner.all()),
      run: async () => wait().then(() => inner.run()),
      first: async (column?: string) =>
        wait().then(() => (column === undefined ? inner.first() : inner.first(column))),
      raw: async (options: { columnNames?: false }) => wait().then(() => inner.raw(options)),
    } as unknown as D1PreparedStatement;
    own.set(outer, inner);
    return outer;
  };
  return {
    prepare: (query: string) => further(db.prepare(query)),
    batch: async (statements: D1PreparedStatement[]) =>
      wait().then(() => db.batch(statements.map((s) => own.get(s) ?? s))),
    exec: async (query: string) => wait().then(() => db.exec(query)),
  } as unknown as D1Database;
}

/** A D1 that sums the rows that its queries read and wrote, as Cloudflare bills them, and times its batches. */
export const counts = { rowsRead: 0, rowsWritten: 0, longestMs: 0 };

/** The counts since the last read. */
export function take(): typeof counts {
  const taken = { ...counts };
  counts.rowsRead = counts.rowsWritten = counts.longestMs = 0;
  return taken;
}

function add<T>(result: D1Result<T>): D1Result<T> {
  counts.rowsRead += result.meta.rows_read;
  counts.rowsWritten += result.meta.rows_written;
  return result;
}

/** D1's own statements, which a batch needs, by our wrappers. */
const real = new WeakMap<object, D1PreparedStatement>();

function statement(own: D1PreparedStatement): D1PreparedStatement {
  const counted = {
    bind: (...values: unknown[]) => statement(own.bind(...values)),
    all: async () => add(await own.all()),
    run: async () => add(await own.run()),
    // D1's `first` does not report rows.
    first: async (column?: string) => {
      const [row] = add(await own.all<Record<string, unknown>>()).results;
      return row === undefined ? null : column === undefined ? row : row[column];
    },
    raw: (options: { columnNames?: false }) => own.raw(options),
  } as unknown as D1PreparedStatement;
  real.set(counted, own);
  return counted;
}

/** The Worker and its Durable Object share an isolate, so also the counts. */
export const counting = (db: D1Database): D1Database =>
  ({
    prepare: (query: string) => statement(db.prepare(query)),
    batch: async (statements: D1PreparedStatement[]) => {
      const began = Date.now();
      const results = await db.batch(statements.map((s) => real.get(s) ?? s));
      counts.longestMs = Math.max(counts.longestMs, Date.now() - began);
      return results.map(add);
    },
    exec: (query: string) => db.exec(query),
  }) as unknown as D1Database;
