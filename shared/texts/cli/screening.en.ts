/** The help of `cleardial screen`; what it says is in screening/files.en.ts. English (UK). */
export const screenHelpEn = {
  screen:
    "screens every number in a file, and writes each row with its verdict, reasons and dates. Only the numbers are sent. An interrupted run resumes when you call it again",
  file: "contacts as CSV, NDJSON or .xlsx",
  output: "the output file, in the same format",
  column: "a column with numbers; may be repeated; found automatically if none is named",
  country: "a column that gives the country; may be repeated; found automatically if none is named",
  region: "the country of numbers without a country code; by default the policy's",
  purpose: "the kind of campaign; by default the policy's",
};
