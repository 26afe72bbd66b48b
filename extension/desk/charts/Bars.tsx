/** A bar chart of rows: one bar a row, with its series stacked on each other, and the table of the same rows. */
import { sayCount } from "../parts/texts.ts";
import { Chart, type Look } from "./Chart.tsx";

interface BarsProps<Row> {
  title: string;
  /** The picture in one sentence, for screen readers. */
  summary: string;
  /** The level of the heading. */
  order?: 2 | 3;
  /** What a row is: the heading of the table's first column. */
  along: string;
  rows: readonly Row[];
  nameOf: (row: Row) => string;
  /** Below each bar, "" for nothing; the names unless given. */
  ticks?: readonly string[];
  series: readonly { label: string; look: Look; value: (row: Row) => number }[];
  /** The table's columns, where these are not the series; and its rows, where these are not the bars. */
  columns?: readonly { label: string; value: (row: Row) => number | string }[];
  listed?: readonly Row[];
}

export function Bars<Row>({
  rows,
  nameOf,
  ticks,
  series,
  columns,
  listed = rows,
  along,
  ...chart
}: BarsProps<Row>) {
  const names = rows.map(nameOf);
  const cell = (value: number | string) => (typeof value === "number" ? sayCount(value) : value);
  const inTable = columns ?? series;
  return (
    <Chart
      {...chart}
      kind="bars"
      labels={names}
      ticks={ticks ?? names}
      series={series.map(({ label, look, value }) => ({ label, look, values: rows.map(value) }))}
      table={{
        columns: [along, ...inTable.map(({ label }) => label)],
        rows: listed.map((row) => [nameOf(row), ...inTable.map(({ value }) => cell(value(row)))]),
      }}
    />
  );
}
