/** A Parquet file in DuckDB, as an analyst asks it. */
import { DuckDBInstance } from "@duckdb/node-api";

/** What a query answers; the file is the view `rows`. */
export async function duck(file: string): Promise<(query: string) => Promise<object[]>> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run(`CREATE VIEW rows AS SELECT * FROM '${file}'`);
  return async (query) => (await connection.runAndReadAll(query)).getRowObjects();
}
