/** What `cleardial backup` and `cleardial restore` say, in English (United Kingdom). */
export const backupEn = {
  reading: "Reading {name}",
  writing: "Writing {name}",
  checking: "Checking {name}",
  moved: "Something was written meanwhile. Beginning again.",
  busy: "Something was written during each of {n} tries. Back up when calls rest, or stop the Worker.",
  taken: "{tables}, {rows} and {objects} are in {folder}. The trail's head is row {seq}.",
  tables: { one: "{n} table", other: "{n} tables" },
  objects: { one: "{n} object", other: "{n} objects" },
  id: "Write down what it is known by; restore compares it with --sha256: {sha256}",
  notEmptyFolder: "{folder} is not empty. Name a folder that is, or that is not there.",
  noCloud: "The deployment cannot be reached: {why}",
  noTrail: "There is no ClearDial database here: the trail is missing.",
  notABackup: "{folder} is no backup, or its manifest.json was changed.",
  otherBackup:
    "This is another backup than the one that is meant: its manifest.json has the SHA-256 {sha256}.",
  altered: "{file} is missing or was changed since the backup. Nothing was restored.",
  notEmpty: "The database is not empty: it has {n} tables. A backup is restored into an empty one only.",
  bucketNotEmpty: "The bucket {bucket} holds {key}, which is not of this backup. Nothing was restored.",
  notAsWritten: "{name} does not read as it was written. Make the database anew, and try again.",
  restored:
    "{tables}, {rows} and {objects} are restored, and were read back. Deploy, then walk the trail: cleardial verify",
};

export const backupHelpEn = {
  backup:
    "writes the whole deployment, D1 and R2, into a folder: as the account's owner, by wrangler's sign-in. It holds personal data: encrypt it (docs/backup.md)",
  restore: "puts a backup into an empty database and its buckets, and reads it back",
  folder: "the backup's folder",
  config: "the deployment's wrangler configuration",
  local: "the state of a local Worker that is stopped (its --persist-to), in place of an account's",
  sha256: "what the backup said that it is known by",
};
