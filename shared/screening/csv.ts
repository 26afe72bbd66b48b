/**
 * Tables as text, read and written in pieces. On the way out a cell that a spreadsheet would take for a formula gets an
 * apostrophe before it (OWASP, CSV injection). Numbers alone get none, be they +44 20 7946 0000 or -12.50: they can call
 * nothing, and an apostrophe would break them for whatever reads the file next.
 */
import Papa from "papaparse";

export interface Dialect {
  delimiter: string;
  newline: "\r\n" | "\n" | "\r";
}

/** No line is longer, unless a quotation mark was never closed. */
export const LONGEST_ROW = 4_000_000;

export class BrokenTable extends Error {
  /** The row that cannot be read, counted from 1; null where that cannot be told. */
  readonly row: number | null;
  constructor(row: number | null) {
    super("a table that cannot be read");
    this.row = row;
  }
}

/**
 * The place of the first row of which nobody can tell where it ends: a quotation mark in it was not closed, or not well,
 * and with a line break in the cell it may hold the rows below it.
 */
export const openRow = ({ data, errors }: Pick<Papa.ParseResult<string[]>, "data" | "errors">) =>
  errors.find(({ type, row = -1 }) => type === "Quotes" && data[row]?.some((cell) => /[\r\n]/.test(cell)))
    ?.row;

/** The rows of a text at once. Throws a BrokenTable. */
export function wholeCsv(text: string): string[][] {
  const read = Papa.parse<string[]>(text.replace(/^\uFEFF/, ""));
  const open = openRow(read);
  if (open !== undefined) throw new BrokenTable(open + 1);
  return read.data;
}

/** By the first line that is not blank. */
export function dialectOf(text: string): Dialect {
  const plain = text.replace(/"[^"]*"?/g, "");
  const newline = /\r\n|\n|\r/.exec(plain)?.[0] as Dialect["newline"] | undefined;
  const first = plain.split(/[\r\n]/).find((line) => line.trim() !== "") ?? "";
  const count = (delimiter: string) => first.split(delimiter).length;
  const delimiter = [",", ";", "\t", "|"].reduce((best, one) => (count(one) > count(best) ? one : best));
  return { delimiter, newline: newline ?? "\n" };
}

/** The rows of a text, some at a time. */
export async function* csvRows(
  texts: AsyncIterable<string>,
  { delimiter }: Dialect,
): AsyncGenerator<string[][], void> {
  const parser = new Papa.Parser({ delimiter, newline: "\n" });
  let rest = "";
  let rows = 0;
  const parse = (text: string, more: boolean) => {
    const read = parser.parse(text, 0, more) as Papa.ParseResult<string[]>;
    const open = openRow(read);
    if (open !== undefined) throw new BrokenTable(rows + open + 1);
    return read;
  };
  for await (const text of linesEndAlike(texts)) {
    rest += text;
    if (rest === "") continue;
    const { data, meta } = parse(rest, true);
    rest = rest.slice(meta.cursor);
    rows += data.length;
    if (rest.length > LONGEST_ROW) throw new BrokenTable(rows + 1);
    if (data.length > 0) yield data;
  }
  if (rest !== "") yield parse(rest, false).data;
}

/** Files mix the ends of lines; what stands in quotation marks stays as it is. */
async function* linesEndAlike(texts: AsyncIterable<string>): AsyncGenerator<string, void> {
  let quoted = false;
  let held = "";
  for await (const piece of texts) {
    let text = held + piece;
    // Its other half may come with the next piece.
    held = text.endsWith("\r") ? "\r" : "";
    if (held !== "") text = text.slice(0, -1);
    if (!quoted && !text.includes('"')) {
      yield text.replace(/\r\n?/g, "\n");
      continue;
    }
    const parts = text.split('"');
    yield parts.map((part, i) => ((i % 2 === 1) === quoted ? part.replace(/\r\n?/g, "\n") : part)).join('"');
    if (parts.length % 2 === 0) quoted = !quoted;
  }
  if (held !== "") yield "\n";
}

/** A sign that begins a formula, but for numbers alone. The wide ones count where Japanese is written. */
const FORMULA = /^(?![+-][\d ().+,;/-]*\d$)[=+\-@\t\r\n＝＋－＠]/;

/** A cell as a spreadsheet may open it. */
export const harmless = (cell: string): string => (FORMULA.test(cell) ? `'${cell}` : cell);

/** Rows as text, with the last line's end. */
export const csvText = (rows: readonly (readonly string[])[], { delimiter, newline }: Dialect): string =>
  rows.length === 0
    ? ""
    : Papa.unparse(
        rows.map((row) => row.map(harmless)),
        { delimiter, newline },
      ) + newline;
