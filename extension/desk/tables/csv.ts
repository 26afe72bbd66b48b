/** A table as a file that spreadsheets open. */
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

/** One download. The mark in front tells Excel that it is UTF-8. */
export const downloadCsv = (name: string, csv: string): void => download(name, `\uFEFF${csv}`, "text/csv");

export const download = (name: string, content: string, type: string): void =>
  downloadBlob(name, new Blob([content], { type }));

export function downloadBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Chrome has taken hold of it once the click is through.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
