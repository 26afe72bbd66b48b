/** What `cleardial calls` says, in English (United Kingdom). */
export const cliCallsEn = {
  noColumn: "{file} has no column {column}. It has: {columns}",
  noField: "A column is named by one of these: {fields}; such as number=Phone.",
  wants:
    "{file} has no column that is plainly {fields}. Name it: --column {first}=HEADING. It has: {columns}",
  empty: "There is no call in {file}.",
  read: "Columns: {columns}.",
  tried: "Nothing was taken yet: say --apply.",
  would: { one: "{n} call would be taken", other: "{n} calls would be taken" },
  added: { one: "{n} call taken", other: "{n} calls taken" },
  there: { one: "{n} is here already", other: "{n} are here already" },
  refused: { one: "{n} line refused", other: "{n} lines refused" },
  blocked: { one: "{n} was blocked and made all the same", other: "{n} were blocked and made all the same" },
  unscreened: { one: "{n} was never screened", other: "{n} were never screened" },
  off: {
    one: "{n} by an agent whose ClearDial was not in use",
    other: "{n} by agents whose ClearDial was not in use",
  },
  line: "Line {line}: {why}",
  more: { one: "and {n} more", other: "and {n} more" },
  sending: "Sending",
};

/** What `--help` says. */
export const cliCallsHelpEn = {
  calls: "calls that no page saw: what the logs of telephones and diallers tell",
  import:
    "judges the calls of a CSV file by what was known at their moments; takes them only with --apply. The same file again adds nothing. Leaves with 1 where a line is refused",
  file: "CSV with a header",
  provider: "whose log it is, such as 3cx: with an id of its own a call is known again",
  column:
    "which column is what, such as number=Phone; may be repeated. Found by their names where that is plain",
  direction: "of lines that do not say it",
  zone: "of times that do not say it: utc, or this machine's (local)",
  apply: "takes the calls",
};
