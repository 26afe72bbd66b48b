/** `cleardial backup` and `cleardial restore`: what they say, and their help. English (UK). */
import { counted } from "../language.ts";

export const backupEn = {
  reading: "Reading {name}",
  writing: "Writing {name}",
  checking: "Checking {name}",
  moved: "The database changed during the backup. Starting again.",
  lost: "{name}, a file of closed dials, recordings or certificates, is lost or was altered: the backup has its row, not what was in it. Keep an earlier backup that has it.",
  busy: "The database changed during each of {n} attempts. Back up at a quiet time, or stop the Worker.",
  taken: "{tables}, {rows} and {objects} are in {folder}. The trail's head is row {seq}.",
  tables: counted("{n} table", "{n} tables"),
  rows: counted("{n} row", "{n} rows"),
  objects: counted("{n} object", "{n} objects"),
  id: "Write down the backup's SHA-256; restore compares it with --sha256: {sha256}",
  notEmptyFolder: "{folder} is not empty. Name a new or empty folder.",
  noCloud: "The deployment cannot be reached: {why}",
  noTrail: "This is not a ClearDial database: it has no audit trail.",
  notABackup: "{folder} is not a backup, or its manifest.json was changed.",
  otherBackup: "This is a different backup: its manifest.json has the SHA-256 {sha256}.",
  altered: "{file} is missing or was changed after the backup. Nothing was restored.",
  notEmpty: "The database is not empty: it has {n} tables. A backup can only be restored into an empty one.",
  bucketNotEmpty: "The bucket {bucket} contains {key}, which is not in this backup. Nothing was restored.",
  notAsWritten: "{name} reads differently from what was written. Create the database again, and retry.",
  restored:
    "{tables}, {rows} and {objects} are restored and checked. Deploy, then verify the trail: cleardial verify",
};

export const backupHelpEn = {
  backup:
    "writes the complete deployment, D1 and R2, into a folder: as the account's owner, signed in with wrangler. It contains personal data: encrypt it (docs/backup.md)",
  restore: "restores a backup into an empty database and its buckets, and checks it",
  folder: "the backup's folder",
  config: "the deployment's wrangler configuration",
  local: "the state of a stopped local Worker (its --persist-to), instead of an account's",
  sha256: "the SHA-256 that the backup printed",
};
