/** A table as a file that spreadsheets open. */
import Papa from "papaparse";

export interface CsvColumn<Row> {
  header: string;
  value: (row: Row) => string | number | boolean | null;
}

/**
 * A spreadsheet runs a cell that begins like a formula. Such a cell gets an apostrophe in front, but for a plain number
 * in E.164, which can do nothing and is what others read back.
 */
const formula = /^[=\-@\t\r\n]|^\+(?!\d+$)/;

export const toCsv = <Row>(columns: CsvColumn<Row>[], rows: Row[]): string =>
  Papa.unparse(
    {
      fields: columns.map((c) => c.header),
      data: rows.map((row) => columns.map((c) => c.value(row))),
    },
    { escapeFormulae: formula, newline: "\r\n" },
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
