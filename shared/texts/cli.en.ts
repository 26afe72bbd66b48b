/** What the command line says, in English (United Kingdom). */
import type { FileFault, SkipReason } from "../listfile.ts";

export const cliEn = {
  faults: {
    empty: "There is no telephone number in the file.",
    binary: "The file is not text.",
    zip: "The file is compressed (a zip or a spreadsheet). Unpack it, or save it as CSV.",
    "utf-16": "The file is in UTF-16. Save it as UTF-8 or plain text.",
    unreadable: "Most lines of the file are no telephone numbers.",
    "no-region": "There are no rules for this list's region.",
  } satisfies Record<FileFault, string>,
  skips: {
    "not-a-number": { one: "{n} line is no telephone number", other: "{n} lines are no telephone numbers" },
    spreadsheet: {
      one: "{n} line was mangled by a spreadsheet (1.6E+09): its digits are lost",
      other: "{n} lines were mangled by a spreadsheet (1.6E+09): their digits are lost",
    },
    "too-long": { one: "{n} line has too many digits", other: "{n} lines have too many digits" },
  } satisfies Record<SkipReason, { one: string; other: string }>,
  nothingChanged: "Nothing was changed.",
  read: { one: "{n} number read", other: "{n} numbers read" },
  duplicates: { one: "{n} duplicate", other: "{n} duplicates" },
  added: { one: "{n} added", other: "{n} added" },
  removed: { one: "{n} removed", other: "{n} removed" },
  pushed: "{list} is now at version {version}: {numbers} as of {date}.",
  neverLoaded: "{list} was never loaded.",
  version: "{version}: {numbers} as of {date}; {added}, {removed}; {source}; {by}, {at} UTC",
  rolledBack: "The numbers and the date of version {to} are in force again.",
  unchanged: "{list} is unchanged: version {version}, {numbers} as of {date}.",
  numbers: { one: "{n} number", other: "{n} numbers" },
  skippedLines: "Lines: {lines}",
  reading: "Reading",
  pushing: "Pushing",
  noToken: "No token. Set CLEARDIAL_TOKEN or pass --token.",
  noAnswer: "{url} does not answer.",
  verified: { one: "The audit trail is whole: {n} row.", other: "The audit trail is whole: {n} rows." },
  broken: "The audit trail is broken at row {n}.",
  invited: "{name} has 24 hours to join as {role}. Send them this link, and nobody else:",
};
