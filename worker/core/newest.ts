/**
 * SQL for pages in an order, of rows whose column has one of several values: an index on that column and the order finds a
 * page for each value. A plain IN would sort all rows with any of them.
 */

/** A table `values_of (value)`: the distinct values of an indexed column, each found by one look into the index. */
export const distinctOf = (
  table: string,
  column: string,
  where: string,
  [from, to]: [string, string] = ["''", ""],
): string => {
  const before = to === "" ? "" : `${column} < ${to} AND`;
  return `WITH RECURSIVE values_of (value) AS (
     SELECT MIN(${column}) FROM ${table} WHERE ${column} >= ${from} AND ${before} ${where}
     UNION ALL SELECT (SELECT MIN(${column}) FROM ${table} WHERE ${column} > value AND ${before} ${where}) FROM values_of
     WHERE value IS NOT NULL)`;
};

interface Several {
  table: string;
  /** The keys of its rows. */
  key: string;
  /** The column that has one of several values, which: a condition on `values_of.value`; or from where on and before what. */
  column: string;
  is?: string;
  range?: [from: string, to: string];
  /** Conditions on its rows, those of the index first, and their order. */
  where: string;
  /** For the index, without parameters. */
  indexed?: string;
  order: string;
  limit: string;
}
/** The keys of the first rows, at most `limit` for each of the values: a subquery for IN, that the page orders again. */
export const newestOf = (of: Several): string => {
  const {
    table,
    key,
    column,
    is = "values_of.value IS NOT NULL",
    range,
    where,
    indexed = "TRUE",
    order,
    limit,
  } = of;
  return `${distinctOf(table, column, indexed, range)}
    SELECT page.value FROM values_of, json_each((SELECT json_group_array(${key}) FROM (
      SELECT ${key} FROM ${table} WHERE ${column} = values_of.value AND ${indexed} AND ${where}
      ORDER BY ${order} LIMIT ${limit}))) page
    WHERE ${is}`;
};

/** How many rows have one of several values. */
export const countOf = (
  table: string,
  column: string,
  is: string,
  indexed: string,
  range?: [from: string, to: string],
): string =>
  `(${distinctOf(table, column, indexed, range)}
    SELECT COALESCE(SUM((SELECT COUNT(*) FROM ${table} WHERE ${column} = value AND ${indexed})), 0) FROM values_of WHERE ${is})`;

/** How many rows a page reads at most where no index finds what its filters find together: it may be short, and the next goes on. For tests to set. */
export const READ = { most: 10_000 };

/** SQL: of the first rows that a SELECT in the order of its page (without limit) finds, the `key` of those that fit. */
export const fitting = (among: string, key: string, fits: string, limit: string): string =>
  `SELECT ${key} FROM (${among} LIMIT ${READ.most}) WHERE ${fits} LIMIT ${limit}`;

/**
 * SQL: where that page, `fit`, is short, the last row that it looked at, if there are more. Asked in one batch with the page: a row that
 * comes or goes between the two would be on two pages, or on none.
 */
export const lastOf = (among: string, fit: string, limit: string): string =>
  `${among} LIMIT (SELECT COUNT(*) < ${limit} FROM (${fit})) OFFSET ${READ.most - 1}`;

/** Of several filters the one that finds fewest rows, of so many as a page reads: on what it finds the others are tried. */
export async function fewest<T>(
  filters: readonly T[],
  count: (filter: T) => { from: string; params: readonly (string | number | null)[] },
  db: D1Database,
): Promise<T | undefined> {
  if (filters.length < 2) return filters[0];
  const found = await db.batch<{ n: number }>(
    filters.map((filter) => {
      const { from, params } = count(filter);
      return db
        .prepare(`SELECT COUNT(*) AS n FROM (SELECT 1 FROM ${from} LIMIT ${READ.most})`)
        .bind(...params);
    }),
  );
  const counts = found.map(({ results }) => results[0]!.n);
  return filters[counts.indexOf(Math.min(...counts))];
}
