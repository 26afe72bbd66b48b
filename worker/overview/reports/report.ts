/**
 * A report is one description: its columns, its chart, and a query that says what it read. The table, the CSV and the page are made
 * from it (answer.ts, page.tsx); its words are in shared/texts/overview.
 */
import { DAY } from "../../../shared/core/time.ts";
import type { Cell, CellKind } from "../../../shared/overview/api-reports.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import type { sourcesEn } from "../../../shared/texts/overview/reports.en.ts";

/** Days are inclusive and of the zone; `start` and `end` are their moments in ISO 8601, of which `end` is exclusive. */
export interface Span {
  from: string;
  to: string;
  zone: string;
  start: string;
  end: string;
  policy: Policy;
  /** Milliseconds. */
  now: number;
}

/** By column. */
export type Row = Readonly<Record<string, Cell>>;

export interface Made {
  rows: readonly Row[];
  /** What the chart draws, where that is not the rows. */
  charted?: readonly Row[];
  /** How many records of each kind were read. */
  from: Partial<Record<keyof typeof sourcesEn, number>>;
}

export interface Report {
  /** In their order. */
  columns: Readonly<Record<string, CellKind>>;
  /** The column that names a bar, and those that are its height, stacked. */
  chart: { along: string; series: readonly string[] };
  make: (db: D1Database, span: Span) => Promise<Made>;
}

/** Days at a time, as there may be 100,000 calls a day: the moments from which and until which one query reads. */
export function* slicesOf(start: string, end: string): Generator<readonly [from: string, until: string]> {
  const iso = (ms: number) => new Date(ms).toISOString();
  for (let at = Date.parse(start); at < Date.parse(end); at += DAY)
    yield [iso(at), iso(Math.min(at + DAY, Date.parse(end)))];
}

/** Per cent with two decimals; null of nothing. */
export const percent = (part: number, of: number): number | null =>
  of === 0 ? null : Math.round((part * 10_000) / of) / 100;

/** Sums of a column by the values of another, the largest first: for a chart. */
export function summed(rows: readonly Row[], along: string, ...columns: readonly string[]): Row[] {
  const sums = new Map<Cell, Record<string, number>>();
  for (const row of rows) {
    const sum = sums.get(row[along]!) ?? {};
    for (const column of columns) sum[column] = (sum[column] ?? 0) + Number(row[column] ?? 0);
    sums.set(row[along]!, sum);
  }
  return [...sums]
    .map(([name, sum]): Row => ({ [along]: name, ...sum }))
    .sort((a, b) => Number(b[columns[0]!]) - Number(a[columns[0]!]));
}
