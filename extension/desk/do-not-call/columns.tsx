/** Columns that the do-not-call list and the consents share. */
import { dncEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { Day, When } from "../parts/When.tsx";
import type { Column } from "../tables/Table.tsx";

/** The last day. "No end" where the row has none. */
export const untilColumn = <Row extends { until: string | null }>(header: string): Column<Row> => ({
  id: "until",
  header,
  value: (row) => row.until,
  cell: (row) =>
    row.until === null ? <span className="desk-quiet">{dncEn.forever}</span> : <Day date={row.until} />,
});

/** Who recorded it, and when. */
export const byColumn = <Row extends { by: string; at: string }>(
  header: string,
  nameOf: (person: string) => string,
): Column<Row> => ({
  id: "by",
  header,
  times: true,
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
