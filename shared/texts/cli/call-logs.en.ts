/** `cleardial calls`: what it says, and its help. English (UK). */
import { counted } from "../language.ts";

export const callsCliEn = {
  noColumn: "{file} has no column {column}. It has: {columns}",
  noField: "Name a column by one of these fields: {fields}; for example number=Phone.",
  wants:
    "{file} has no column that is clearly {fields}. Name it: --column {first}=HEADING. It has: {columns}",
  empty: "{file} contains no calls.",
  read: "Columns: {columns}.",
  tried: "Nothing was imported yet: add --apply.",
  would: counted("{n} call would be imported", "{n} calls would be imported"),
  added: counted("{n} call imported", "{n} calls imported"),
  there: counted("{n} already imported", "{n} already imported"),
  wouldLearn: counted(
    "{n} of these would learn its outcome, presentation number or campaign",
    "{n} of these would learn their outcome, presentation number or campaign",
  ),
  learnt: counted(
    "{n} of these learnt its outcome, presentation number or campaign",
    "{n} of these learnt their outcome, presentation number or campaign",
  ),
  objections: counted(
    "{n} says that they are not to be called: an objection, unless one is there",
    "{n} say that they are not to be called: an objection each, unless one is there",
  ),
  refused: counted("{n} line refused", "{n} lines refused"),
  blocked: counted("{n} was blocked, but called", "{n} were blocked, but called"),
  unscreened: counted("{n} was never screened", "{n} were never screened"),
  off: counted(
    "{n} by an agent whose ClearDial was not in use",
    "{n} by agents whose ClearDial was not in use",
  ),
  contradicted: counted(
    "of {n} another log says otherwise, which came first and counts",
    "of {n} another log says otherwise, which came first and counts",
  ),
  line: "Line {line}: {why}",
  more: counted("and {n} more", "and {n} more"),
  sending: "Sending",
};

export const callsHelpEn = {
  calls: "calls made outside of the browser, from the logs of telephone systems and diallers",
  import:
    "judges each call in a CSV file by what was known at its moment; imports them only with --apply. Importing the same file again adds nothing. Exits with 1 if a line is refused",
  file: "CSV with a header",
  provider: "the system that wrote the log, such as 3cx: calls are recognised by their ids in it",
  column: "a field and its column, such as number=Phone; may be repeated. Clear names are recognised",
  direction: "for lines that do not give a direction",
  zone: "the zone of times without one: utc, or this machine's (local)",
  apply: "imports the calls",
};
