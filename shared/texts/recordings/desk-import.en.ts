/** What people read where a provider's list of recordings is imported, beside texts/call-logs/import.en.ts. English (UK). */
import { counted } from "../language.ts";

export const recordingsImportEn = {
  button: "Import a list…",
  title: "Import a provider's list",
  lead: "A CSV file of what a provider, or a store of yours, keeps already. First it is tried: you see of each line what would happen, and nothing is changed.",
  tooMany: "The file has {n} lines. At most {most} can be imported at once: split it.",
  found: counted("{file}: {n} recording.", "{file}: {n} recordings."),
  provider: "Provider",
  providerNote: "Its short name, such as dialler.",
  store: "Where the audio lies",
  storeNote: "In {region}.",
  announced: "Announced, where the file says nothing",
  purpose: "Recorded for, where the file says nothing",
  fields: {
    providerId: "Provider's id of the recording",
    number: "Number of the other party",
    startedAt: "When the call began",
    seconds: "Length",
    direction: "Direction",
    agent: "Agent",
    key: "Place in the store (key)",
    announced: "Announced",
    purpose: "Recorded for",
    bytes: "Size in bytes",
    sha256: "SHA-256",
  },
  go: counted("Import {n} recording", "Import {n} recordings"),
  eraseAfter: "To be erased on",
  notes: {
    due: {
      say: counted(
        "Of {n} the time is over: it is erased a day after the import.",
        "Of {n} the time is over: they are erased a day after the import.",
      ),
      show: "Time is over ({n})",
      note: "time is over",
    },
    flagged: {
      say: counted("{n} number was blocked at that time.", "{n} numbers were blocked at that time."),
      show: "Blocked at that time ({n})",
      note: "blocked at that time",
    },
    quarantined: {
      say: counted("{n} lies outside the policy's regions.", "{n} lie outside the policy's regions."),
      show: "Quarantined ({n})",
      note: "quarantined",
    },
  },
  done: "See the recordings",
};
