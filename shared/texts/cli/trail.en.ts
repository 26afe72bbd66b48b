/** `cleardial verify` and `cleardial audit`: what they say, and their help. English (UK). */
import { counted } from "../language.ts";

export const trailCliEn = {
  verifying: "Verified up to row {n}",
  verified: counted("The audit trail is intact: {n} row.", "The audit trail is intact: {n} rows."),
  broken: "The audit trail is broken at row {n}. {why}",
  comparing: "Compared with the trail: {table}, {n} (to go on from here: --from {place})",
  badPlace: "{place} is no place to go on from: give the last one that was said.",
  deep: "The stored rows are what the trail says.",
  deepFaults: counted(
    "{n} stored row is not what the trail says:",
    "{n} stored rows are not what the trail says:",
  ),
  finding: {
    altered: "{table} {key}: altered ({columns})",
    missing: "{table} {key}: missing, and nothing on record erased it",
    extra: "{table} {key}: the trail does not know it",
    unreadable: "{key}: an archive that is missing or was altered: {table} of its time are not compared",
  },
  anyColumn: "any column",
  boundEvery: counted("{n} row is bound in every field.", "{n} rows are bound in every field."),
  boundSome: counted(
    "{n} older row is bound in part: number, verdicts and what was dialled.",
    "{n} older rows are bound in part: number, verdicts and what was dialled.",
  ),
  boundNone: counted(
    "{n} row is from before rows were bound at all.",
    "{n} rows are from before rows were bound at all.",
  ),
  headHolds: "The trail passes through the head of {day} (row {seq}).",
  headBroken: "The trail does not pass through the head of {day} (row {seq}): it has been changed since.",
  headSigned: {
    own: "The head is signed with the deployment's key, {key}.",
    other:
      "The head is signed with a key that the deployment does not use now, {key}: compare it with the key that you know.",
    none: "The head is not signed.",
    wrong: "The head's signature is wrong.",
  },
  notRead: "{file} cannot be read.",
  notWritten: "{file} cannot be written.",
  notAHead: "{file} is not a head that ClearDial published, or it was changed.",
  rows: counted("{n} row", "{n} rows"),
  exported: "{rows} written to {file}.",
  interrupted: "The export was interrupted, and no file was written. Verify the trail, or try again.",
  auditKey:
    "Store it as a secret of the Worker: wrangler secret put AUDIT_KEY. To compare heads with it, keep the public key's thumbprint: {key}",
};

export const trailHelpEn = {
  verify:
    "verifies the audit trail with its archived months, and names the first broken row; or checks a proof or a daily statement, offline",
  proof: "a downloaded proof or daily statement: it is checked offline, without a server",
  key: "the public key that must have signed the document (JWK, PEM, a head, or a thumbprint); may be repeated",
  head: "a published head that the trail must pass through; may be repeated",
  fromPlace: "with --deep: goes on from a place that an earlier run said",
  deep: "also compares the stored rows with the trail, and names altered, missing and unknown ones",
  audit: "the audit trail as a file, and the key that signs its heads",
  export: "writes the complete trail as NDJSON, with the payloads that are still kept",
  from: "the first day",
  to: "the last day",
  auditKey: "prints a new key for signing the trail's heads, once",
};
