/** What the command line says, in English (United Kingdom). */
import type { FileFault, SkipReason } from "../listfile.ts";

export const cliEn = {
  faults: {
    empty: "There is no telephone number in the file.",
    binary: "The file is not text.",
    zip: "The file is compressed (a zip or a spreadsheet). Unpack it, or save it as CSV.",
    "utf-16": "The file is in UTF-16. Save it as UTF-8 or plain text.",
    spreadsheet:
      "A spreadsheet turned the numbers into 1.6E+09: their digits are lost. Take the file as the register sent it.",
    unreadable: "Most lines of the file are no telephone numbers.",
    "no-region": "There are no rules for this list's region.",
    "no-marker":
      "A line does not say whether its number is added or removed. Mark each line with A or D, or use --add and --remove.",
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
  both: {
    one: "{n} number is both added and removed: it counts as added",
    other: "{n} numbers are both added and removed: they count as added",
  },
  ignored: { one: "{n} was as it should be already", other: "{n} were as they should be already" },
  added: { one: "{n} added", other: "{n} added" },
  removed: { one: "{n} removed", other: "{n} removed" },
  pushed: "{list} is now at version {version}: {numbers} as of {date}.",
  wentOn: "It went on where it was cut off: {arrived} of {parts} parts had arrived.",
  peak: "Memory: {mb} MB at the most.",
  brokeOff: "The file broke off: {done} of {size} bytes arrived.",
  oneFile: "Name one file of the whole register, or --changes, or --add and --remove.",
  declared: "{list} is declared for {regions}. Numbers there are not known until its first file is pushed.",
  redeclared: "What is said of {list} was changed.",
  noRules: "Nothing is known of a register {list}: say --name, --region and --max-age.",
  listed: {
    yes: "{number} was on {list} on {day} (version {version}, list of {date}).",
    since: "It came with the list of {since}.",
    no: "{number} was not on {list} on {day} (version {version}, list of {date}).",
  },
  rules: {
    notAdvice: "From public sources, for the shape of the rules. This is not legal advice.",
    consent: { "opt-in": "calls want prior consent", "opt-out": "calls are allowed unless refused" },
    register:
      "  {id}: {name}; a copy may be {max} days old; a listing counts after {effective} days; {covers}; {source}",
    noRegister: "  no register",
    hours: "  hours: {hours}",
    source: "  {source}",
  },
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
  broken: "The audit trail is broken at row {n}. {why}",
  verifying: "Verified up to row {n}",
  headHolds: "The trail passes through the head of {day} (row {seq}).",
  headBroken: "The trail does not pass through the head of {day} (row {seq}): it was changed since.",
  headSigned: {
    own: "It is signed by the deployment's key, {key}.",
    other:
      "It is signed by a key that the deployment does not have now, {key}: compare it with the one you know.",
    none: "It is not signed.",
    wrong: "Its signature is wrong.",
  },
  notRead: "{file} cannot be read.",
  notWritten: "{file} cannot be written.",
  notAHead: "{file} is not a head that ClearDial published, or it was changed.",
  rows: { one: "{n} row", other: "{n} rows" },
  exported: "{rows} written to {file}.",
  brokenOff: "The export broke off, and no file was written. Verify the trail, or try again.",
  auditKey:
    "Keep it as a secret of the Worker: wrangler secret put AUDIT_KEY. The public key's thumbprint, to compare heads with: {key}",
  invited: "{name} has 24 hours to join as {role}. Send them this link, and nobody else:",
};
