/** A Parquet file of dials in DuckDB, as an analyst asks it. */
import { DuckDBInstance } from "@duckdb/node-api";

/** What a query answers; the file is the view `dials`. */
export async function duck(file: string): Promise<(query: string) => Promise<object[]>> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run(`CREATE VIEW dials AS SELECT * FROM '${file}'`);
  return async (query) => (await connection.runAndReadAll(query)).getRowObjects();
}
