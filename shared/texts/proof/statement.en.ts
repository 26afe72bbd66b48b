import type { Statement } from "../../proof/statement.ts";

/** `cleardial statement` and `cleardial verify FILE`: what they say about a daily statement. English (UK). */
export const statementCheckEn = {
  about: "The statement of {day} ({zone}, {from} to {to}), made {at} UTC for {company}.",
  later: "It was made later than on the day after: what was erased meanwhile is not counted.",
  figures: {
    held: "Held: {dials} calls, to {numbers} numbers.",
    screened:
      "Screened: {numbers} numbers ({clear} clear, {caution} caution, {blocked} blocked, {unknown} unknown).",
    letThrough: "Let through: {dials} calls, to {numbers} numbers.",
    over28Days:
      "Let through by a register's copy of more than 28 days, or by none: {dials} without a ground. By ground: {grounds}.",
    barred: "Let through with a bar: {dials} without a ground. By ground: {grounds}.",
    canary:
      "The hold, tried by {layer}: {held} browsers held, {passed} passed, {missing} of {browsers} in use reported nothing.",
    late: "Reported late, of an earlier day: {late} calls.",
    erasures:
      "Recordings to be erased: {due}. Erased: {done}. Left at the end of the day: {waiting}. Late: {late}.",
    oldestErasure: "The oldest that was left was due on {oldest}.",
  },
  lost: {
    some: "ROWS ARE MISSING from the end of the audit trail, as it was then: {rows}. See docs/audit.md.",
    none: "No row was missing from the end of the audit trail.",
    unread:
      "Whether rows were missing from the end of the audit trail could not be told: an archive could not be read.",
  },
  noGround: "none",
  notAStatement: "{file} is not a statement made by ClearDial, or a newer version made it.",
  trail: {
    holds: "The audit trail names it by its hash (row {seq}).",
    fails: "The audit trail does not name it by its hash: it is not what was made that day.",
  },
  written: "Written to {file}.",
};

/** Which rows were missing, in a few words. */
export const sayLost = (lost: Statement["lost"]): string =>
  lost?.map(({ first, last }) => `${first} to ${last}`).join(", ") || (lost ? "none" : "not known");

export const statementHelpEn = {
  statement:
    "fetches the daily statement of a day, and checks it: signature, figures, and the audit trail's row",
  output: "a file to keep it in, for the company's file",
};
