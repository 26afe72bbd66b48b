/** What comparing the stored rows with the trail found, as the command line and the desk say it. English (UK). */
import { counted } from "../language.ts";

export const deepEn = {
  holds: "The stored rows are what the trail says.",
  faults: counted(
    "{n} stored row is not what the trail says:",
    "{n} stored rows are not what the trail says:",
  ),
  finding: {
    altered: "{table} {key}: altered ({columns})",
    missing: "{table} {key}: missing, and nothing on record erased it",
    extra: "{table} {key}: the trail does not know it",
    back: "{table} {key}: row {seq} of the trail says that it was erased, and it is there again",
    forged: "{table} {key}: row {seq} of the trail, which tells of it, was not written by the Worker",
    unreadable: "{key}: an archive that is missing or was altered: {table} of its time are not compared",
  },
  anyColumn: "any column",
  every: counted("{n} row is bound in every field.", "{n} rows are bound in every field."),
  some: counted(
    "{n} older row is bound in part: its number and verdicts, and not every other field.",
    "{n} older rows are bound in part: their numbers and verdicts, and not every other field.",
  ),
  none: counted(
    "{n} row is from before rows were bound at all.",
    "{n} rows are from before rows were bound at all.",
  ),
  excused: {
    request: counted(
      "{n} row is gone, as a request had it erased.",
      "{n} rows are gone, as requests had them erased.",
    ),
    retention: counted(
      "{n} row is gone, as its time was over.",
      "{n} rows are gone, as their time was over.",
    ),
    returned: counted(
      "{n} row was written, changed or erased by an older Worker, as an officer said.",
      "{n} rows were written, changed or erased by an older Worker, as an officer said.",
    ),
  },
  /** How a finding ends, once an officer has said that an older Worker is why. */
  ends: {
    bound: "{table} {key}: is taken as it is now, and any later change of it is found",
    gone: "{table} {key}: counts as erased by the older Worker",
    counted: "{table} {key}: counts as the older Worker’s",
    stays: "{table} {key}: stays a finding, as no older Worker does this",
  },
  unnamed: "(no row of the trail of that time names it: look at it first)",
  /** Of rows of the trail. */
  origin: {
    before: counted(
      "{n} row of the trail is from before its rows had a code under the Worker's key.",
      "{n} rows of the trail are from before its rows had a code under the Worker's key.",
    ),
    returned: counted(
      "{n} row of the trail was written by an older Worker, as an officer said.",
      "{n} rows of the trail were written by an older Worker, as an officer said.",
    ),
    lost: counted(
      "{n} row of the trail has its code under a key that this Worker does not have: nobody can tell who wrote it.",
      "{n} rows of the trail have their codes under a key that this Worker does not have: nobody can tell who wrote them.",
    ),
  },
};
