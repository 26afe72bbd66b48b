/** Several statements in one D1 batch: one round trip and one transaction, so all reads are of one moment. */

/** A statement that returns rows of a type. */
export interface Query<Row> {
  text: string;
  params: (string | number | null)[];
  /** For the type only. */
  row?: Row;
}

/** A query, and what its rows tell. */
export interface Asking<Row, Found> {
  query: Query<Row>;
  found: (rows: Row[]) => Found;
}

/** The caller names the type of the rows. */
export const query = <Row>(text: string, ...params: (string | number | null)[]): Query<Row> => ({
  text,
  params,
});

export type RowsOf<Queries> = {
  [Name in keyof Queries]: Queries[Name] extends Query<infer Row> ? Row[] : never;
};

/** Runs named queries in one batch, in their order, and returns the rows of each under its name. */
export async function runBatch<Queries extends Record<string, Query<unknown>>>(
  db: D1Database,
  queries: Queries,
): Promise<RowsOf<Queries>> {
  if (Object.keys(queries).length === 0) return {} as RowsOf<Queries>;
  const results = await db.batch(
    Object.values(queries).map(({ text, params }) => db.prepare(text).bind(...params)),
  );
  return Object.fromEntries(
    Object.keys(queries).map((name, i) => [name, results[i]!.results]),
  ) as RowsOf<Queries>;
}
