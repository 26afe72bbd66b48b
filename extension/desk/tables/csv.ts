/** Downloads, and a table as CSV that spreadsheets open. Cells that begin like a formula are made harmless (`csvText`). */
import { csvText } from "../../../shared/screening/csv.ts";

export interface CsvColumn<Row> {
  header: string;
  value: (row: Row) => string | number | boolean | null;
}

export const toCsv = <Row>(columns: CsvColumn<Row>[], rows: Row[]): string =>
  csvText(
    [columns.map((c) => c.header), ...rows.map((row) => columns.map((c) => String(c.value(row) ?? "")))],
    { delimiter: ",", newline: "\r\n" },
  );

/** The byte order mark in front tells Excel that the file is UTF-8. */
export const downloadCsv = (name: string, csv: string): void => download(name, `\uFEFF${csv}`, "text/csv");

export const download = (name: string, content: string, type: string): void =>
  downloadBlob(name, new Blob([content], { type }));

export function downloadBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun by then, and no longer needs the address.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
