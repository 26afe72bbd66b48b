/** What a copy is made of: sections of rows, which come in pages, as one person may have a hundred thousand of them. */
import { chunks } from "../../../shared/core/chunks.ts";
import { e164Of } from "../../../shared/registers/blocks.ts";

export type Fields = Record<string, unknown>;
export type Pages = AsyncIterable<Fields[]> | Iterable<Fields[]>;
/** By name, in the order of the copy. */
export type Sections = Record<string, Pages>;

/** Rows on one page for people, and those that are read at once: each read is one of the thousand calls of a request. */
export const PAGE = 500;
export const READ = 2000;

/** Rows that are few: at most some of a day. */
export const few = (rows: readonly Fields[]): Pages => chunks(rows, PAGE);

/** Rows by their keys, in the keys' order: `read` answers those of some. */
export async function* byKeys<K>(
  keys: readonly K[],
  read: (some: readonly K[]) => Promise<Fields[]>,
): AsyncGenerator<Fields[]> {
  for (const some of chunks(keys, READ)) yield await read(some);
}

/** The same rows in whole pages, none of them empty. */
export async function* wholePages(pages: Pages): AsyncGenerator<Fields[]> {
  let rows: Fields[] = [];
  for await (const some of pages) {
    rows.push(...some);
    for (; rows.length > PAGE; rows = rows.slice(PAGE)) yield rows.slice(0, PAGE);
  }
  if (rows.length > 0) yield rows;
}

/** Rows as SQL has them: numbers become E.164, and columns with JSON what they say. */
export const readable = (row: Fields): Fields =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      name === "number" && typeof value === "number"
        ? e164Of(value)
        : JSON_COLUMNS.has(name) && typeof value === "string"
          ? (JSON.parse(value) as unknown)
          : value,
    ]),
  );
const JSON_COLUMNS = new Set([
  "reasons",
  "arrivalReasons",
  "calls",
  "uses",
  "records",
  "held",
  "furtherLogs",
]);
