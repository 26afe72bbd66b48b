/** `cleardial dnc` and `cleardial consents`: what they say, and their help. English (UK). */
import { counted } from "../language.ts";

export const doNotCallCliEn = {
  sending: "Sending",
  missing: "{name} is missing: give it with {option}, or in a column of the file.",
  reason: "From the file {file}",
  added: counted("{n} added", "{n} added"),
  there: counted("{n} already there", "{n} already there"),
  refused: counted("{n} refused", "{n} refused"),
  line: "Line {line}: {why}",
  more: counted("and {n} more line: --json lists all", "and {n} more lines: --json lists all"),
  broken: "{why} {rows} may not have arrived. Send the same file again: nothing is added twice.",
  rows: counted("{n} row", "{n} rows"),
  ended: counted("{n} entry of {number} ended.", "{n} entries of {number} ended."),
  none: "There is no entry.",
  entry: "{number}  {kind}  {days}  {reason} ({source})",
  since: "since {date}",
  until: "until {date}",
  endedBack: "An objection that it had replaced applies again: the number stays blocked.",
  endedAt: "ended {date}",
  scopes: { line: "the line", person: "the person", company: "the company", unsaid: "whom is not said" },
};

/** A CSV file of numbers, whatever it is for. */
export const csvFileEn = {
  noFile: "{file} cannot be read.",
  zip: "{file} is compressed (a zip or a spreadsheet). Save it as CSV.",
  binary: "{file} is not text. Save it as CSV in UTF-8.",
  notUnicode:
    "Line {line} of {file} has bytes that are no text. Nothing was sent: save it as CSV in UTF-8, and try again.",
  empty: "{file} contains no rows.",
  noColumn: "{file} has no column named {column}. Its columns: {columns}.",
  whichColumn: "Which column of {file} contains the numbers? Name it with --column. Its columns: {columns}.",
  repeated: "{file} has more than one column named {column}.",
  quoteOpen:
    "Line {line} of {file} has an opening quotation mark without a closing one, so the end of the line is unclear. Nothing was sent: correct the line, and try again.",
};

export const doNotCallHelpEn = {
  dnc: "the in-house do-not-call list; changes take effect at once",
  add: "adds the numbers in a CSV file. The columns reason, kind, until and source override the options. Sending the same file again adds nothing. Exits with 1 if a line is refused",
  file: "CSV with a header, or one number a line",
  column: "the column with the numbers; recognised by its name if that is clear",
  reason: "why these numbers are not called",
  until: "the last day; only for house entries",
  source: "where the entries come from",
  list: "the current entries, newest first",
  number: "only this number",
  all: "includes the history",
  end: "ends an entry that was made by mistake; the history stays",
  why: "the reason, recorded in the history and in the audit trail",
  kind: "objection: they told us not to call; house: another reason",
  scope:
    "whom an objection closes; unless given the line, and unsaid where a CRM holds the number beside another",
};

export const partiesHelpEn = {
  parties: "whose lines numbers are",
  add: "says whose lines the numbers in a CSV file are. The columns party, detail and source override the options. A source's earlier word on a number ends. Sending the same file again adds nothing. Exits with 1 if a line is refused",
  file: "CSV with a header, or one number a line",
  party: "consumer, sole-trader, partnership or company",
  detail: "how it is known; the file's name unless given",
  source: "who says so: it counts only where the policy's parties.from names it",
};

export const consentsHelpEn = {
  consents: "consents to be called",
  add: "records the consents in a CSV file. The columns kind, given by, giver, given at, calls, product, words, how, proof, caller, day, until, and basis and evidence, override the options. Sending the same file again adds nothing, and does not restore withdrawn consents. Exits with 1 if a line is refused",
  file: "CSV with a header",
  kind: "what they said; prior consent needs calls, words, how and proof, and soft-opt-in the product, words, how and proof",
  calls: "for which kinds of call: general, automated, claims-management, pensions",
  product: "about which product",
  words: "in which words",
  how: "how they were given",
  proof: "where the proof lies",
  caller: "to whom, by name: your company unless given, or one of its trading names in the policy",
  day: "the day that they named for a call",
  basis:
    "instead of a kind, with its evidence; consent is read as a notification. Each entry holds for one call back and waits for a review",
  givenBy: "who gave it, by name",
  giver:
    "whose words they are, needed with a kind: subscriber, or other (a colleague, a partner, a receptionist), which is recorded and allows no call",
  givenAt: "when: YYYY-MM-DD, or a time such as 2026-11-20T14:30:00Z",
  evidence: "how it was given: a link, or a description",
  until: "its last day",
};
