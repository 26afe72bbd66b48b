/** What the command line and the desk say about a register's file. English (UK). */
import type { FileFault, SkipReason } from "../../registers/file.ts";
import { counted, type Forms } from "../language.ts";

export const registerFileEn = {
  /** Why a file cannot be used at all. */
  faults: {
    empty: "The file contains no telephone number.",
    binary: "The file is not text.",
    zip: "The file is compressed (a zip or a spreadsheet). Unpack it, or save it as CSV.",
    "utf-16": "The file is in UTF-16. Save it as UTF-8 or plain text.",
    spreadsheet:
      "A spreadsheet has turned the numbers into 1.6E+09, and their digits are lost. Use the file as the register sent it.",
    unreadable: "Too many lines of the file are not telephone numbers.",
    "no-region": "ClearDial has no rules for this register's region.",
    "no-marker":
      "A line does not say whether its number is added or removed. Mark each line with A or D, or use --add and --remove.",
  } satisfies Record<FileFault, string>,
  /** Why single lines are skipped. */
  skips: {
    "not-a-number": counted("{n} line is not a telephone number", "{n} lines are not telephone numbers"),
    spreadsheet: counted(
      "{n} line was damaged by a spreadsheet (1.6E+09): its digits are lost",
      "{n} lines were damaged by a spreadsheet (1.6E+09): their digits are lost",
    ),
    "too-long": counted("{n} line has too many digits", "{n} lines have too many digits"),
  } satisfies Record<SkipReason, Forms>,
  skippedLines: "Lines: {lines}",
  read: counted("{n} number read", "{n} numbers read"),
  duplicates: counted("{n} duplicate", "{n} duplicates"),
};
