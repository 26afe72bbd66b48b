/** `cleardial push`, `lists`, `history` and `rollback`: what they say, and their help. English (UK). */
import { counted } from "../language.ts";

export const registersCliEn = {
  // push
  reading: "Reading",
  pushing: "Uploading",
  oneFile: "Name one file with the complete register, or --changes, or --add and --remove.",
  notRead: "{file} cannot be read.",
  incomplete: "The file is incomplete: only {done} of {size} bytes arrived.",
  nothingChanged: "Nothing was changed.",
  both: counted(
    "{n} number is both added and removed: it counts as added",
    "{n} numbers are both added and removed: they count as added",
  ),
  added: counted("{n} added", "{n} added"),
  removed: counted("{n} removed", "{n} removed"),
  ignored: counted("{n} needed no change", "{n} needed no change"),
  resumed: "Resumed an interrupted upload: {arrived} of {parts} parts had already arrived.",
  peak: "Peak memory: {mb} MB.",

  // The version in force, and the history
  pushed: "{list} is now at version {version}: {numbers} as of {date}.",
  unchanged: "{list} is unchanged: version {version}, {numbers} as of {date}.",
  numbers: counted("{n} number", "{n} numbers"),
  byLookup: "{list} is by lookup: ClearDial asks {source} about each number.",
  neverLoaded: "{list} has never been loaded.",
  version: "{version}: {numbers} as of {date}; {added}, {removed}; {source}; {by}, {at} UTC",
  rolledBack: "The numbers and the date of version {to} are in force again.",

  // lists declare, lists listed
  declared:
    "{list} is declared for {regions}. Numbers there show as not known until you push its first file.",
  redeclared: "The declaration of {list} was changed.",
  waits: "What loosens {list} waits for a second administrator; the rest counts.",
  noRules: "ClearDial does not know a register {list}: give --name, --region and --max-age.",
  listed: {
    yes: "{number} was on {list} on {day} (version {version}, list of {date}).",
    since: "It first appeared in the list of {since}.",
    no: "{number} was not on {list} on {day} (version {version}, list of {date}).",
  },

  // lists rules
  rules: {
    notAdvice: "From public sources, to set up the registers. This is not legal advice.",
    register:
      "  {id}: {name}; rely on a copy for at most {max} days; a listing counts after {effective} days; {covers}; {source}",
    noRegister: "  no register",
    source: "  {id}: {name}{from}{until}; {url}; seen as {seen}, looked up on {date}",
    from: ", from {date}",
    until: ", until {date}",
  },
};

export const registersHelpEn = {
  listId: "the register's id, such as tps",

  push: "uploads a register's file, or changes to it. Only the differences are sent, and all of them take effect or none",
  pushFile: "the complete register, .txt or .csv, one number a line",
  pushAdd: "instead of a complete register: numbers to add",
  pushRemove: "numbers to remove",
  pushChanges: "a Changes Since file: each line says whether its number is added or removed",
  asOf: "the date of the register itself, not today's",
  allowShrink: "allows the register to lose more numbers than the policy permits",
  attest: "attests that the register has not changed since the same file was uploaded",
  patience: "how long to wait for a network or Worker that does not answer",
  wantsSeconds: "Give a number of seconds, such as 120.",
  wantsDate: "Write a date as YYYY-MM-DD.",

  lists: "the registers: version, count and date in force",
  history: "a register's versions, newest first: who uploaded them, when, from which file, and the changes",
  rollback: "restores an earlier version's numbers and date, as a new version",
  rollbackTo: "the version to restore: see history",
  rollbackWhy: "the reason, recorded in the audit trail",
  wantsVersion: "Give a version's number, such as 3.",

  declare:
    "declares a register or changes its declaration. If ClearDial knows the register, no options are needed",
  declareId: "its id, such as ndd",
  declareRegion:
    "the countries whose numbers are screened against it; its files contain numbers of the first",
  declareMaxAge: "how old a copy may be before ClearDial no longer relies on it",
  declareWait: "the longest time that the policy may wait before a new listing counts",
  declareSource: "who maintains it, and where it comes from",
  wantsDays: "Give a number of days, such as 28.",

  listed: "whether a number was listed in the version in force at the end of a day",
  listedAt: "the day; by default today",
  rules: "what ClearDial knows about each region's rules, with the sources",
};
