/** What people read where a provider's file of calls or recordings is imported. English (UK). */
import { counted } from "./language.ts";

export const importEn = {
  file: "CSV file with a heading row",
  none: "There is no line below a heading row in the file.",
  quoteOpen:
    "Row {row} of the file has a quotation mark that is not closed, so nobody can tell where the row ends. Correct it, and choose the file again.",
  notUnicode:
    "Line {line} of the file has bytes that are no text. Save it as CSV in UTF-8, and choose it again: nothing was sent.",
  another: "Another file",
  all: "For all of them",
  choose: "Choose…",
  direction: "Direction, where the file says none",
  zone: "Times without a zone are",
  zones: { utc: "UTC", local: "this computer's ({zone})" },
  columns: "Columns of the file",
  columnsNote:
    "Days may be written 2026-11-20 or 20/11/2026, lengths in seconds or as 4:12. What cannot be read is refused, line by line.",
  noColumn: "not in the file",
  needed: "This is needed.",
  try: "Try it",
  report: "What would happen",
  reportDone: "What happened",
  stopped: "Stopped after {n} of {all} lines.",
  again: "Import the file again for the rest: nothing is entered twice.",
  label: "Lines of the file",
  would: counted("{n} would be added", "{n} would be added"),
  added: counted("{n} was added", "{n} were added"),
  there: counted("{n} is here already", "{n} are here already"),
  refused: counted("{n} line is refused", "{n} lines are refused"),
  show: "Show",
  shows: {
    all: "All lines ({n})",
    added: "Added ({n})",
    there: "Here already ({n})",
    refused: "Refused ({n})",
  },
  reportColumns: {
    line: "Line",
    providerId: "Provider's id",
    number: "Number",
    status: "What happens",
    why: "Why",
  },
  statuses: { would: "Would be added", added: "Added", there: "Here already", refused: "Refused" },
};
