/** Screened files: the headings written into them, and what the command line says. English (UK). */
import { counted } from "../language.ts";

export const screenEn = {
  columns: {
    verdict: "verdict",
    reasons: "reasons",
    e164: "e164",
    at: "screened at",
    asOf: "{list} as of",
  },
  noNumber: "The row has no number.",
  column: "Column {n}",

  reading: "Reading",
  sending: "Screening",
  writing: "Writing",
  noFile: "{file} cannot be read.",
  empty: "{file} contains no rows.",
  notText: "{file} is neither a table (CSV, NDJSON) nor an .xlsx workbook.",
  notUnicode: "{file} says that it is Unicode, and has bytes that are not. Save it as CSV in UTF-8.",
  oldExcel: "{file} is in Excel's old format. Save it as .xlsx or CSV.",
  badXlsx: "{file} is not a readable workbook.",
  brokenRow: "Row {row} of {file} cannot be read.",
  largeXlsx:
    "A workbook is read into memory as a whole and may have at most {mb} MB. Save it as CSV, which may have any size.",
  noColumn: "{file} has no column named {column}. Its columns: {columns}.",
  noPhones:
    "No column of {file} looks like telephone numbers. Name one with --column. Its columns: {columns}.",
  sameFile: "The output would overwrite {file}. Name another file.",
  notWritten: "{file} cannot be written.",
  kinds: "The output has the same format as the input: give it the ending {ending}.",
  resumed: "Resuming the interrupted screening.",
  columnsFound: "Numbers in: {columns}.",
  countryBy: "Country from: {columns}.",
  rows: counted("{n} row", "{n} rows"),
  numbers: counted("{n} number", "{n} different numbers"),
  verdicts: {
    clear: counted("{n} row clear", "{n} rows clear"),
    caution: counted("{n} to read before calling", "{n} to read before calling"),
    blocked: counted("{n} blocked", "{n} blocked"),
    unknown: counted("{n} not known", "{n} not known"),
  },
  blank: counted("{n} without a number", "{n} without a number"),
  invalid: counted("{n} row contains no readable number", "{n} rows contain no readable number"),
  duplicates: counted("{n} number was repeated", "{n} numbers were repeated"),
  byReason: "Numbers by reason: {counts}.",
  reason: "{code} {n}",
  written: "Written to {file}.",
  peak: "Peak memory: {mb} MB.",
};
