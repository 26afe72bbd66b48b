/**
 * A table that is text, as exports and mails have it: lines with the same mark between their cells. Its first line says what
 * stands in each column.
 */
import { type Label, labelOfName } from "./labels.ts";

/** A longer first line, in characters, is no row of headings; nor are figures headings. */
const LONGEST = 500;
const FIGURES = /\d{3}/;

/** The cell that something is in: where it and its line begin, and what its column's heading says of digits. */
export interface Cell {
  start: number;
  line: number;
  label: Label;
}

/** The cell at an offset; null outside of tables. Offsets never fall, so that a text is read once. */
export type Columns = (offset: number) => Cell | null;

export function columnsOf(text: string): Columns {
  let line = 0;
  let end = -1;
  let heads: Label[] = [];
  let mark = "";
  let cells: string[] = [];

  function nextLine(): void {
    line = end + 1;
    end = text.indexOf("\n", line);
    if (end < 0) end = text.length;
    const row = text.slice(line, end);
    cells = mark === "" ? [] : row.replace(/"[^"]*"/g, (quoted) => quoted.replaceAll(mark, " ")).split(mark);
    if (cells.length > 1 && cells.length === heads.length) return;
    const first = row.length > LONGEST || FIGURES.test(row) ? "" : row;
    // A comma at least twice, as a sentence may have one.
    mark = ["\t", "|", ";", ","].find((one) => first.split(one).length > (one === "," ? 2 : 1)) ?? "";
    heads = mark !== "" ? first.split(mark).map(labelOfName) : [];
    cells = [];
  }

  return (offset) => {
    while (end < offset && end < text.length) nextLine();
    let start = line;
    for (const [i, { length }] of cells.entries()) {
      if (offset <= start + length) return { start, line, label: heads[i]! };
      start += length + 1;
    }
    return null;
  };
}
