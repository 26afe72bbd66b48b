/** Reads a CSV file of numbers: rows with the line that they begin on, and cells by column name. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import Papa from "papaparse";
import { NotUnicode, wholeText } from "../../shared/screening/text.ts";
import { toE164 } from "../../shared/phone/phone.ts";
import { openRow } from "../../shared/screening/csv.ts";
import { csvFileEn as t } from "../../shared/texts/cli/do-not-call.en.ts";
import { fill } from "../../shared/texts/language.ts";
import { Refusal } from "./client.ts";

export interface FileRow {
  /** Counted from 1, as an editor shows it. A quoted cell may hold line breaks. */
  line: number;
  number: string;
  /** A cell by its column's name (see `nameOf`); undefined if it is missing or blank. */
  cell: (column: string) => string | undefined;
}

/** Headings by which a column of numbers is recognised. */
const NUMBERS = /^(?:(?:tele)?phone|tel|mobile|number|msisdn|e164)(?:number|no)?$/;

/** `Given by`, `given_by` and `givenBy` are the same name. */
const nameOf = (header: string): string => header.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/** `column` is the heading of the column with the numbers; a file with one column needs none. Throws a Refusal. */
export async function readRows(path: string, column: string | undefined): Promise<FileRow[]> {
  const file = basename(path);
  const [first, ...rest] = parse(await readText(path), file);
  if (!first) throw new Refusal("file-empty", fill(t.empty, { file }));
  // A first line with a number in it is not a header.
  const header = first.cells.some((cell) => isNumber(cell)) ? null : first.cells.map(nameOf);
  const at = numberColumn(first.cells, header, column, file);
  const rows = header === null ? [first, ...rest] : rest;
  if (rows.length === 0) throw new Refusal("file-empty", fill(t.empty, { file }));
  return rows.map(({ line, cells }) => ({
    line,
    number: cells[at]?.trim() ?? "",
    cell: (name) => cells[header?.indexOf(nameOf(name)) ?? -1]?.trim() || undefined,
  }));
}

const isNumber = (cell: string): boolean => {
  const { e164, readings } = toE164(cell, "GB");
  return e164 !== null || (readings ?? []).length > 0;
};

function numberColumn(first: string[], header: string[] | null, column: string | undefined, file: string) {
  const columns = first.join(", ");
  if (column !== undefined) {
    const wanted = nameOf(column);
    const at = header?.indexOf(wanted) ?? -1;
    if (at < 0) throw new Refusal("no-column", fill(t.noColumn, { file, column, columns }));
    if (header!.lastIndexOf(wanted) > at)
      throw new Refusal("column-twice", fill(t.repeated, { file, column }));
    return at;
  }
  if (first.length === 1) return 0;
  const likely = (header ?? []).flatMap((name, i) => (NUMBERS.test(name) ? [i] : []));
  if (likely.length !== 1) throw new Refusal("which-column", fill(t.whichColumn, { file, columns }));
  return likely[0]!;
}

/** The non-blank rows of a CSV file, with their line numbers. Throws a Refusal. */
export const readTable = async (path: string) => parse(await readText(path), basename(path));

/** The non-blank rows. Throws a Refusal where a quotation mark is not closed. */
function parse(text: string, file: string): { line: number; cells: string[] }[] {
  const rows: { line: number; cells: string[] }[] = [];
  let line = 1;
  let from = 0;
  Papa.parse<string[]>(text, {
    delimiter: delimiterOf(text),
    step: ({ data, errors, meta }) => {
      if (openRow({ data: [data], errors }) !== undefined)
        throw new Refusal("quote-open", fill(t.quoteOpen, { file, line }));
      if (data.some((cell) => cell.trim() !== "")) rows.push({ line, cells: data });
      line += text.slice(from, meta.cursor).match(/\r\n|\n|\r/g)?.length ?? 0;
      from = meta.cursor;
    },
  });
  return rows;
}

/** The delimiter of the first non-blank line. (Blank lines mislead Papa Parse's own guess.) */
function delimiterOf(text: string): string {
  const first = /\S.*/.exec(text)?.[0].replace(/"[^"]*"/g, "") ?? "";
  const count = (delimiter: string) => first.split(delimiter).length;
  return [",", ";", "\t", "|"].reduce((best, one) => (count(one) > count(best) ? one : best));
}

/** Decodes UTF-8, or windows-1252, which spreadsheets in Western Europe write. */
async function readText(path: string): Promise<string> {
  const file = basename(path);
  const bytes = await readFile(path).catch(() => null);
  if (bytes === null) throw new Refusal("no-file", fill(t.noFile, { file }));
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3)
    throw new Refusal("file-zip", fill(t.zip, { file }));
  if (bytes.includes(0)) throw new Refusal("file-binary", fill(t.binary, { file }));
  try {
    return wholeText(bytes);
  } catch (error) {
    if (!(error instanceof NotUnicode)) throw error;
    throw new Refusal("file-unicode", fill(t.notUnicode, { file, line: error.line ?? "?" }));
  }
}
