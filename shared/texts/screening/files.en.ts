/** What is said of screened files, in English (United Kingdom): in the file itself, on the command line and the desk. */
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
  empty: "There is no row in {file}.",
  notText: "{file} is neither a table (CSV, NDJSON) nor an .xlsx workbook.",
  oldExcel: "{file} is in the old format of Excel. Save it as .xlsx or CSV.",
  badXlsx: "{file} is no workbook that can be read.",
  brokenRow: "Row {row} of {file} cannot be read.",
  largeXlsx:
    "A workbook is read as a whole: it may have {mb} MB at the most. Save it as CSV, which may have any size.",
  noColumn: "{file} has no column called {column}. Its columns: {columns}.",
  noPhones:
    "No column of {file} looks like telephone numbers. Name one with --column. Its columns: {columns}.",
  sameFile: "The output would take the place of {file}. Name another one.",
  notWritten: "{file} cannot be written.",
  kinds: "The output has the format of the input: name it {ending}.",
  wentOn: "It goes on with the screening that was cut off.",
  columnsFound: "Numbers in: {columns}.",
  countryBy: "Country by: {columns}.",
  rows: { one: "{n} row", other: "{n} rows" },
  numbers: { one: "{n} number", other: "{n} different numbers" },
  verdicts: {
    clear: { one: "{n} row clear", other: "{n} rows clear" },
    caution: { one: "{n} to be read before calling", other: "{n} to be read before calling" },
    blocked: { one: "{n} blocked", other: "{n} blocked" },
    unknown: { one: "{n} not known", other: "{n} not known" },
  },
  blank: { one: "{n} without a number", other: "{n} without a number" },
  invalid: {
    one: "{n} row holds no number that can be read",
    other: "{n} rows hold no number that can be read",
  },
  duplicates: {
    one: "{n} number had come before",
    other: "{n} numbers had come before",
  },
  byReason: "Numbers by reason: {counts}.",
  reason: "{code} {n}",
  written: "Written to {file}.",
  peak: "Memory: {mb} MB at the most.",
};
