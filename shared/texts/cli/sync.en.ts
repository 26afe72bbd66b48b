/** `cleardial sync`: what it says, and its help. English (UK). */
import { counted } from "../language.ts";

export const syncEn = {
  config: "The configuration {file} cannot be used. {why}",
  whole: "the file",
  state: "The state file {file} cannot be read. Repair it, or delete it: sync then looks at all files again.",
  noSecret: "The environment variable {name} is not set.",
  noSource: "{where} cannot be reached or read: {why}",
  hostKey:
    "{where} has a different host key than the configured one: {key}. No password or key was sent to it.",
  status: "{file} cannot be fetched: status {status}.",
  noWhole:
    "No complete file of the register has been uploaded yet, and the source has none: changes need a complete file first.",
  late: "{file} arrived after later changes had been uploaded, so its changes are missing from the register. Upload a complete file, or upload this file by hand with the date of the version in force.",
  file: "{file}: {why}",
  nothingNew: "{list}: nothing new.",
  quiet: counted("No new file has arrived for {n} day.", "No new file has arrived for {n} days."),
  failed: "{list}: {why}",
  notReported: "The failure could not be reported to the Worker, so no mail is sent: {why}",
};

export const syncHelpEn = {
  sync: "fetches each register's new files by SFTP, HTTPS or from a folder, and uploads them; made for cron",
  config: "a JSON file: see docs/lists.md",
};
