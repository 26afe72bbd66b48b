/**
 * The first sheet of a workbook, read and written as a whole. Text, numbers, dates and booleans are kept, and formulas
 * become their values; formats, other sheets and pictures are dropped. A text cell of a workbook is never a formula, so
 * no apostrophe is needed.
 */
import { readSheet } from "read-excel-file/universal";
import writeXlsxFile, { type SheetData } from "write-excel-file/universal";
import { findColumns, SAMPLE } from "./columns.ts";
import { addedCells, addedNames } from "./result.ts";
import type { Entry, Table } from "./table.ts";

type Value = string | number | boolean | Date | null;

const textOf = (value: Value): string =>
  value === null ? "" : value instanceof Date ? value.toISOString() : String(value);

/** Throws where the file is not a workbook. */
export async function xlsxTable(file: Blob): Promise<Table> {
  // Without trimming: cells stay as they were.
  const rows = (await readSheet(file, 1, { trim: false })) as unknown as Value[][];
  const all = rows.map((own): Entry => ({ own, cells: own.map(textOf) }));
  return {
    kind: "xlsx",
    async *entries() {
      for (let i = 0; i < all.length; i += 1000) yield await Promise.resolve(all.slice(i, i + 1000));
    },
    columns: (region) =>
      Promise.resolve(
        findColumns(
          all.slice(0, SAMPLE + 1).map(({ cells }) => cells),
          region,
        ),
      ),
    output: ({ names }, width, lists) => {
      const written: Value[][] = [];
      const put = ({ own }: Entry, added: readonly string[]) => {
        const row = own as Value[];
        const space = Array.from({ length: added.length > 0 ? width - row.length : 0 }, () => null);
        written.push([...row, ...space, ...added]);
        return new Uint8Array();
      };
      return {
        heading: (entry) => put(entry, addedNames(names, lists)),
        rows: (some) => {
          for (const { entry, judged } of some) put(entry, judged ? addedCells(judged, lists) : []);
          return new Uint8Array();
        },
        async end() {
          const cells = written.map((row) =>
            row.map((value) => (value instanceof Date ? { value, format: "yyyy-mm-dd hh:mm" } : value)),
          );
          const blob = await writeXlsxFile(cells as SheetData).toBlob();
          return new Uint8Array(await blob.arrayBuffer());
        },
      };
    },
  };
}
