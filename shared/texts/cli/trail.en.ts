/** `cleardial verify` and `cleardial audit`: what they say, and their help. English (UK). */
import { counted } from "../language.ts";

export const trailCliEn = {
  verifying: "Verified up to row {n}",
  verified: counted("The audit trail is intact: {n} row.", "The audit trail is intact: {n} rows."),
  broken: "The audit trail is broken at row {n}. {why}",
  comparing: "Compared with the trail: {table}, {n} (to go on from here: --from {place})",
  badPlace: "{place} is no place to go on from: give the last one that was said.",
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
  returned:
    "Rows {first} to {last} of the trail are counted as an older Worker's from now on, where they have no code.",
  wouldReturn: "Rows {first} to {last} of the trail are of that time. Nothing was written.",
  noFindings: "{file} is not what `cleardial --json verify --deep` prints.",
  restored: "Rows {first} to {last} of the trail are missed no longer, with what you say.",
  reopening: "Put back. Files left: {left}",
  reopenLost:
    "{key} is lost or was altered: what it had does not come back. Restore it from a backup, and run this again.",
  reopened:
    "{dials} dials, {recordings} recordings, {certificates} certificates and {screened} rows of screenings, of {files} files, are in the database again.",
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
  returned: "says that an older Worker wrote for a time, as after a roll-back: its rows are counted apart",
  returnedFrom: "when it began, such as 2026-12-01T09:00:00Z",
  returnedTo: "when it ended",
  returnedWhy: "what happened; name nobody",
  returnedFindings:
    "what `cleardial --json verify --deep` printed: rows that it changed or erased, to be taken as they are now",
  returnedDryRun: "says which findings that would end, and writes nothing",
  restored:
    "says why rows are gone from the end of the trail, as after the database was put back to an earlier moment",
  reopen:
    "puts closed months of dials, recordings and certificates back into the database, before an older Worker is deployed",
  reopenIndex:
    "only what is packed of their index, before a Worker that reads closed months and no packed index",
  auditKey: "prints a new key for signing the trail's heads, once",
};
