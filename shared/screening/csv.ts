/**
 * CSV, read and written in pieces. A written cell that a spreadsheet would take for a formula gets a leading apostrophe
 * (OWASP, CSV injection). Plain numbers, such as +44 20 7946 0000 or -12.50, do not: they cannot run anything, and an
 * apostrophe would break them for the next program that reads the file.
 */
import Papa from "papaparse";

export interface Dialect {
  delimiter: string;
  newline: "\r\n" | "\n" | "\r";
}

/** In characters. A longer row has a quotation mark that was never closed. */
export const LONGEST_ROW = 4_000_000;

export class BrokenTable extends Error {
  /** The row that cannot be read, counted from 1; null where it is unknown. */
  readonly row: number | null;
  constructor(row: number | null) {
    super("unreadable table");
    this.row = row;
  }
}

/**
 * The index of the first row whose end is unclear, undefined without one: a quotation mark in it was not closed
 * properly, so a cell with a line break may have swallowed the rows below.
 */
export const openRow = ({ data, errors }: Pick<Papa.ParseResult<string[]>, "data" | "errors">) =>
  errors.find(({ type, row = -1 }) => type === "Quotes" && data[row]?.some((cell) => /[\r\n]/.test(cell)))
    ?.row;

/** All rows of a text at once. Throws a BrokenTable. */
export function wholeCsv(text: string): string[][] {
  const read = Papa.parse<string[]>(text.replace(/^\uFEFF/, ""));
  const open = openRow(read);
  if (open !== undefined) throw new BrokenTable(open + 1);
  return read.data;
}

/** The delimiter and the line ending of a text, by its first line that is not blank. */
export function dialectOf(text: string): Dialect {
  const plain = text.replace(/"[^"]*"?/g, "");
  const newline = /\r\n|\n|\r/.exec(plain)?.[0] as Dialect["newline"] | undefined;
  const first = plain.split(/[\r\n]/).find((line) => line.trim() !== "") ?? "";
  const count = (delimiter: string) => first.split(delimiter).length;
  const delimiter = [",", ";", "\t", "|"].reduce((best, one) => (count(one) > count(best) ? one : best));
  return { delimiter, newline: newline ?? "\n" };
}

/** The rows of a text, some at a time. Throws a BrokenTable. */
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

/** Makes all line endings `\n`, as files mix them; text in quotation marks stays as it is. */
async function* linesEndAlike(texts: AsyncIterable<string>): AsyncGenerator<string, void> {
  let quoted = false;
  let held = "";
  for await (const piece of texts) {
    let text = held + piece;
    // The `\n` of a `\r\n` may come with the next piece.
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

/** A character that begins a formula, except in a plain number. The full-width ones count in Japanese spreadsheets. */
const FORMULA = /^(?![+-][\d ().+,;/-]*\d$)[=+\-@\t\r\n＝＋－＠]/;

/** A cell that a spreadsheet opens as text. */
export const harmless = (cell: string): string => (FORMULA.test(cell) ? `'${cell}` : cell);

/** Rows as text, with a line ending after the last. */
export const csvText = (rows: readonly (readonly string[])[], { delimiter, newline }: Dialect): string =>
  rows.length === 0
    ? ""
    : Papa.unparse(
        rows.map((row) => row.map(harmless)),
        { delimiter, newline },
      ) + newline;
