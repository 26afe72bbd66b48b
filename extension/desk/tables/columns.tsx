/** Columns that many tables have. */
import type { ReactNode } from "react";
import { PhoneNumber } from "../parts/PhoneNumber.tsx";
import { sayCount } from "../parts/texts.ts";
import { Day, When } from "../parts/When.tsx";
import type { Column } from "./Table.tsx";

/** A telephone number; nothing where the row has none. */
export const numberColumn = <Row extends { number: string | null }>(header: string): Column<Row> => ({
  id: "number",
  header,
  value: (row) => row.number,
  cell: (row) => row.number && <PhoneNumber e164={row.number} />,
});

/** A time (ISO 8601). "Never" where the row has none. */
export const timeColumn = <Row,>(
  id: string,
  header: string,
  timeOf: (row: Row) => string | null,
): Column<Row> => ({ id, header, value: timeOf, cell: (row) => <When at={timeOf(row)} />, times: true });

/** A calendar date (YYYY-MM-DD). */
export const dayColumn = <Row,>(id: string, header: string, dayOf: (row: Row) => string): Column<Row> => ({
  id,
  header,
  value: dayOf,
  cell: (row) => <Day date={dayOf(row)} />,
});

/** A whole number; nothing where the row has none. */
export const countColumn = <Row,>(
  id: string,
  header: string,
  countOf: (row: Row) => number | null,
): Column<Row> => ({
  id,
  header,
  value: countOf,
  cell(row) {
    const count = countOf(row);
    return count === null ? null : sayCount(count);
  },
  align: "right",
});

/** Buttons. Not sorted by, and not in the CSV; its heading is for screen readers only. */
export const actionColumn = <Row,>(
  id: string,
  header: string,
  cell: (row: Row) => ReactNode,
  align?: "right",
): Column<Row> => ({ id, header, plain: true, value: () => null, cell, ...(align && { align }) });
