/** Connected systems of a request: what officers read of them on the desk, and requesters in letters. English (UK). */
import type { HeldProblem, HeldWhat, RequestSystem } from "../../privacy-requests/api-systems.ts";
import { counted } from "../language.ts";

type Outcome = NonNullable<RequestSystem["outcome"]>;

export const systemsEn = {
  title: "Systems",
  lead: "The connected CRMs, and what each holds of the requester. What ClearDial finds there is by the numbers of this request, and by their address once that is confirmed; look there yourself for anything else, such as notes and e-mails.",
  none: "Nobody has looked there yet. ClearDial can look in each connected CRM.",
  noneConnected: "No CRM was connected.",
  noneRecorded:
    "It was decided before ClearDial kept a record of connected CRMs: none is listed here, and that does not say that none was connected.",
  look: "Look there now",
  again: "Look again",
  looked: "looked {at}",
  notLooked: "not looked yet",
  task: "To do",
  where: "data in {region}",
  whereUnknown: "nobody has said where its data is",
  records: counted("{n} record", "{n} records"),
  what: {
    record: "record",
    call: "call",
    recording: "recording",
    transcript: "transcript",
  } satisfies Record<HeldWhat, string>,
  open: "Open {object} {id}",
  erasedOn: "erased there on {date}",
  goneOn: "not there any more on {date}",
  stays: "not erased: {why}",
  byHand: "its API cannot erase it: erase it there",
  problems: {
    more: "There are more than 100 records of one kind: look there yourself.",
    "no-search": "ClearDial cannot search this system: look there yourself.",
    removed:
      "This system is not connected any more, or nothing tells that it is connected to the same account: look there yourself.",
    before: "The last look was before the decision: look again.",
    forgotten:
      "It was connected after the decision, and numbers that the erasure named are erased here: look there yourself.",
  } satisfies Record<HeldProblem, string> as Record<string, string>,
  unread: "It could not be read, or not all of it: {why}",
  unseen:
    "Let ClearDial's user there read all records (docs/requests.md has the right), and look again; or look there yourself and say what was done.",
  outcomes: {
    erased: "Erased there",
    given: "Given to the requester",
    nothing: "Holds nothing of them",
    kept: "Kept, as that part was refused",
  } satisfies Record<Outcome, string>,
  on: "on {date}",
  backups: "its backups keep it until {date}",
  backupsUnsaid: "nobody has said until when its backups keep it",
  settle: "Say what was done…",
  settleName: "Say what was done: {name}",
  settleText:
    "Say it for all that this system holds of the requester: its records, and the calls, recordings and transcripts with them.",
  outcome: "What became of it",
  date: "On which day",
  how: "Who did it, or how it was found out",
  file: "File with what was given",
  fileNone: "none: it was given in another way",
  backupsUntil: "Until when its backups keep it",
  backupsNote: "Empty: as the policy's recipient says, if it does.",
  save: "Save",
  erase: "Erase there…",
  eraseName: "Erase there: {name}",
  eraseText:
    "The records that you tick are erased in {name}, at most 100 at a time. Tick only what is the requester's: another person's record, or a company's, may have the same number.",
  eraseYes: "Erase there",
  /** By kind: what an erasure leaves there at first. */
  leaves: {
    hubspot:
      "HubSpot first archives all but contacts that were deleted there permanently, until its time to restore them is over.",
    salesforce: "Salesforce first keeps it in its recycle bin, until that is emptied or its time is over.",
    pipedrive: "Pipedrive first marks it as deleted, and erases it after 30 days.",
    zoho: "Zoho CRM first keeps it in its recycle bin, until that is emptied or its time is over.",
    espocrm: "EspoCRM first marks it as deleted, until its own clean-up removes it.",
  } as Record<string, string>,
  certificate: "Certificate of erasure",
  certificateText: "What was erased, where, and until when backups keep it. It names no person.",

  /** After the end of retention. */
  tasks: {
    title: "To erase in connected CRMs",
    text: "The last recordings of some people were erased on their day, and their numbers are in records of a connected CRM. Erase there what is not needed any more, with the calls, recordings and transcripts, or note why it is kept.",
    line: "{name}: {records}, since {date}",
    more: "There are more tasks: these are the oldest 20.",
    show: "Which records",
    unread: "its records cannot be read: somebody altered them in the database",
    download: "Download as CSV",
    downloadName: "Download as CSV: {name}",
    columns: {
      ...{ object: "Kind", id: "ID", link: "Address", what: "What it is" },
      ...{ region: "Where its data is", problem: "What was not read" },
    },
    gone: "not there any more",
    next: "Look at the next records",
    usual: "Erased there, with calls, recordings and transcripts",
    receipt: "Receipt",
    receiptName: "Receipt: {name}, {date}",
    done: {
      title: "Done",
      system: "ClearDial",
      none: "Nothing was done yet",
      noneText:
        "What the end of retention leaves in connected CRMs is listed here once an officer has said what was done. It is kept for 24 months.",
      columns: {
        doneOn: "Done on",
        by: "By",
        name: "CRM",
        day: "Erased here on",
        records: "Records",
        how: "What was done",
      },
    },
  },
  /** What was done for a task. */
  receipt: {
    head: "{company}\nReceipt: what the end of retention left in a connected system",
    of: "{system}: {records} of people whose last recordings were erased on {day}.",
    done: "Done on {date}: {how}.",
    how: { joined: "it is in another task, of the whole day" } as Record<string, string>,
  },

  /** Refusals. */
  refused: {
    outcome:
      "This does not fit the request: only an erasure is erased, only a copy is given, and kept is what was refused.",
    file: "This request has no such file.",
    whole:
      "Only where all of an erasure was complied with: erase there yourself what was decided, and say so.",
    records: "Name records that ClearDial found there, and that are not erased yet.",
    erases:
      "The policy's recipient does not let records be erased there from here, or the system is not connected any more.",
    taskOther: "Name open tasks of the same system.",
    taskBefore: "That is before the task was made.",
    backups: "Backups keep what was erased until that day or later.",
    taskDone: "Somebody has already said what was done.",
    certificate: "Not everything that was decided is erased yet.",
  },

  /** In the letter with the decision. */
  letter: {
    erasure: "Our other systems that may hold your data:",
    access: "What our other systems hold of you:",
    erased: "{name}: erased there on {date}.",
    erasedBackups: "{name}: erased there on {date}; its backups keep it until {backups}.",
    given: "{name}: we give it to you with this letter, or have given it to you before.",
    nothing: "{name}: we found nothing of you there.",
    kept: "{name}: it keeps only what we refused, as named in this letter.",
    /** Where one of them may still hold something. */
    reread:
      "We have erased our own copy of what these systems say of where they have your number from, since when, and what you were told of it. While one of them holds your data we may read that there again; it goes once it is erased there.",
    open: "{name}: we are erasing what it holds of you, and will have done so by {until}.",
    openBackups:
      "{name}: we are erasing what it holds of you, and will have done so by {until}; its backups keep it until {backups} at the latest.",
  },
  cert: {
    head: "{company}\nCertificate of erasure\n\nRequest {reference}, decided on {decided}.",
    own: counted(
      "In ClearDial: {n} recording erased, on {date}.",
      "In ClearDial: {n} recordings erased, the last on {date}.",
    ),
    ownNone: "In ClearDial: no recording was to be erased.",
    rest: "Calls, consents and other records of the request were deleted with the decision.",
    restPartial:
      "Calls, consents and other records of the request were deleted with the decision, but for those that were refused, which the letter with the decision names.",
    ownBackups: "Backups of ClearDial's own database are overwritten in their turn.",
    systems: "In connected systems:",
    noSystems: "No system was connected.",
    notRecorded: "Which systems were connected was not recorded when this request was decided.",
    region: "{name} ({host}, data in {region})",
    noRegion: "{name} ({host})",
    erased: "{system}: erased on {date}, {records}. {backups}",
    backups: "Its backups keep it until {date}.",
    backupsUnsaid: "It is not on record until when its backups keep it.",
    nothing: "{system}: nothing of the requester was found there, on {date}.",
    kept: "{system}: what it keeps is what was refused, on {date}.",
    made: "Made from ClearDial's records on {date}.",
  },
};
