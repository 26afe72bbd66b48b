/** Columns that the do-not-call list and the consents have in common: what is on record of a number, by whom, until when. */
import { dncEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { Number } from "../parts/Number.tsx";
import type { Column } from "./Table.tsx";
import { Day, When } from "../parts/When.tsx";

export const numberColumn = <Row extends { number: string }>(header: string): Column<Row> => ({
  id: "number",
  header,
  value: (row) => row.number,
  cell: (row) => <Number e164={row.number} />,
});

/** Nothing where it has no end. */
export const untilColumn = <Row extends { until: string | null }>(header: string): Column<Row> => ({
  id: "until",
  header,
  value: (row) => row.until,
  cell: (row) =>
    row.until === null ? <span className="desk-quiet">{dncEn.forever}</span> : <Day date={row.until} />,
});

/** Who put it on record, and below when. */
export const byColumn = <Row extends { by: string; at: string }>(
  header: string,
  nameOf: (person: string) => string,
): Column<Row> => ({
  id: "by",
  header,
  value: (row) => nameOf(row.by),
  cell: (row) => (
    <>
      {nameOf(row.by)}
      <div className="desk-quiet">
        <When at={row.at} />
      </div>
    </>
  ),
});
