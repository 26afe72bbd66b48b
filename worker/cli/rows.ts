/** Reads a CSV file of numbers: rows with the line they begin on and their columns by name. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import Papa from "papaparse";
import { toE164 } from "../../shared/phone/phone.ts";
import { openRow } from "../../shared/screening/csv.ts";
import { bulkEn } from "../../shared/texts/cli/do-not-call.en.ts";
import { fill } from "../../shared/texts/language.ts";
import { Refusal } from "./client.ts";

export interface FileRow {
  /** Counted from 1, as an editor shows it. A quoted cell may hold line breaks. */
  line: number;
  number: string;
  /** A cell by its column's name (see `nameOf`); undefined where there is none or it is blank. */
  cell: (column: string) => string | undefined;
}

/** Names under which a column of numbers is found without being told. */
const NUMBERS = /^(?:(?:tele)?phone|tel|mobile|number|msisdn|e164)(?:number|no)?$/;

/** `Given by`, `given_by` and `givenBy` are one name. */
const nameOf = (header: string): string => header.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/** `column` is the header of the column with the numbers; a file with one column needs neither. */
export async function readRows(path: string, column: string | undefined): Promise<FileRow[]> {
  const file = basename(path);
  const [first, ...rest] = parse(await readText(path), file);
  if (!first) throw new Refusal("file-empty", fill(bulkEn.empty, { file }));
  // A first line with a number in it is no header.
  const header = first.cells.some((cell) => isNumber(cell)) ? null : first.cells.map(nameOf);
  const at = numberColumn(first.cells, header, column, file);
  const rows = header === null ? [first, ...rest] : rest;
  if (rows.length === 0) throw new Refusal("file-empty", fill(bulkEn.empty, { file }));
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
    if (at < 0) throw new Refusal("no-column", fill(bulkEn.noColumn, { file, column, columns }));
    if (header!.lastIndexOf(wanted) > at)
      throw new Refusal("column-twice", fill(bulkEn.repeated, { file, column }));
    return at;
  }
  if (first.length === 1) return 0;
  const likely = (header ?? []).flatMap((name, i) => (NUMBERS.test(name) ? [i] : []));
  if (likely.length !== 1) throw new Refusal("which-column", fill(bulkEn.whichColumn, { file, columns }));
  return likely[0]!;
}

/** The rows of a CSV file that are not blank, with their lines. */
export const readTable = async (path: string) => parse(await readText(path), basename(path));

/** Rows that are not blank. Throws a Refusal where a row has no end. */
function parse(text: string, file: string): { line: number; cells: string[] }[] {
  const rows: { line: number; cells: string[] }[] = [];
  let line = 1;
  let from = 0;
  Papa.parse<string[]>(text, {
    delimiter: delimiterOf(text),
    step: ({ data, errors, meta }) => {
      if (openRow({ data: [data], errors }) !== undefined)
        throw new Refusal("quote-open", fill(bulkEn.quoteOpen, { file, line }));
      if (data.some((cell) => cell.trim() !== "")) rows.push({ line, cells: data });
      line += text.slice(from, meta.cursor).match(/\r\n|\n|\r/g)?.length ?? 0;
      from = meta.cursor;
    },
  });
  return rows;
}

/** What parts the cells of the first line that is not blank. (The library's own guess is put off by blank lines.) */
function delimiterOf(text: string): string {
  const first = /\S.*/.exec(text)?.[0].replace(/"[^"]*"/g, "") ?? "";
  const count = (delimiter: string) => first.split(delimiter).length;
  return [",", ";", "\t", "|"].reduce((best, one) => (count(one) > count(best) ? one : best));
}

/** UTF-8, or what spreadsheets in Western Europe write. */
async function readText(path: string): Promise<string> {
  const file = basename(path);
  const bytes = await readFile(path).catch(() => null);
  if (bytes === null) throw new Refusal("no-file", fill(bulkEn.noFile, { file }));
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3)
    throw new Refusal("file-zip", fill(bulkEn.zip, { file }));
  if (bytes.includes(0)) throw new Refusal("file-binary", fill(bulkEn.binary, { file }));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
