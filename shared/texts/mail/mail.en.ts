/**
 * The mails, in English (United Kingdom). Nothing personal stands in a subject: no name, number or address. A paragraph
 * that is `{link}` alone becomes a link, one that is `{document}` alone is shown as it is.
 */
export interface Letter {
  subject: string;
  paragraphs: string[];
}

/** What fills each template. `stage` picks among the wordings of one. */
export interface MailValues {
  invite: { name: string; company: string; link: string };
  "list-age": {
    stage: "soon" | "late" | "last" | "old" | "never";
    list: string;
    date: string;
    days: number;
    max: number;
  };
  "review-due": { stage: "soon" | "due" | "never"; date: string };
  sync: { stage: "failed" | "quiet"; list: string; detail: string };
  budget: { name: string; most: number };
  lookup: { stage: "budget" | "failed"; source: string; most: number; error: string };
  "calls-blocked": { calls: string; agents: string };
  "recording-outside": { provider: string; region: string };
  "erasure-failed": { store: string; error: string };
  "hold-review": { reviewOn: string };
  "request-received": { reference: string; company: string; link: string };
  "request-news": { reference: string; link: string };
  "request-due": { stage: "soon" | "overdue" | "waiting"; reference: string; date: string; days: number };
  "files-left": { references: string };
  "connector-failed": { stage: "again" | "over" | "mark"; name: string; error: string };
  head: { day: string; seq: number; document: string };
  turned: { what: string; why: string };
  "webhook-off": { host: string; why: string };
}
export type Template = keyof MailValues;

export const mailEn: {
  [T in Template]: MailValues[T] extends { stage: infer S extends string } ? Record<S, Letter> : Letter;
} = {
  invite: {
    subject: "Your invitation to ClearDial",
    paragraphs: [
      "Hello {name},",
      "{company} invites you to ClearDial. It shows on each page whether a telephone number may be called.",
      "Open this link and follow the steps on the page:",
      "{link}",
      "The link works once and for 24 hours. Do not pass it on. If you did not expect this mail, ignore it.",
    ],
  },
  "list-age": {
    soon: {
      subject: "{list} needs an update soon",
      paragraphs: [
        "Our copy of {list} is from {date} and {days} days old.",
        "After {max} days it is too old to rely on, and its numbers will show as not known. Please load the newest file.",
      ],
    },
    late: {
      subject: "{list} still needs an update",
      paragraphs: [
        "Our copy of {list} is from {date} and {days} days old. We told you before.",
        "After {max} days its numbers will show as not known. Please load the newest file, or ask the register for it.",
      ],
    },
    last: {
      subject: "{list} can be relied on today for the last time",
      paragraphs: [
        "Our copy of {list} is from {date} and {days} days old: as old as it may be.",
        "From tomorrow its numbers show as not known, for everybody. Please load the newest file today.",
      ],
    },
    old: {
      subject: "{list} is too old to rely on",
      paragraphs: [
        "Our copy of {list} is from {date}. A copy may be {max} days old at most.",
        "Numbers that it should screen are shown as not known until the newest file is loaded.",
      ],
    },
    never: {
      subject: "{list} was never loaded",
      paragraphs: [
        "Policy screens against {list}, and no file of it was ever loaded.",
        "Numbers that it should screen are shown as not known. Load its file, or turn the register off in the policy.",
      ],
    },
  },
  "review-due": {
    soon: {
      subject: "The calling policy is due for review soon",
      paragraphs: [
        "The next review of the calling policy is due on {date}.",
        "Read it through, and save it with the day of the review and who reviewed it.",
      ],
    },
    due: {
      subject: "The calling policy is due for review",
      paragraphs: [
        "The review of the calling policy was due on {date}.",
        "Read it through, and save it with the day of the review and who reviewed it.",
      ],
    },
    never: {
      subject: "The calling policy was never reviewed",
      paragraphs: [
        "The calling policy has no day of a review yet.",
        "Read it through, and save it with the day of the review and who reviewed it.",
      ],
    },
  },
  sync: {
    failed: {
      subject: "{list} could not be brought up to date",
      paragraphs: [
        "The unattended run that fetches {list} has failed. The copy in force is as it was.",
        "{detail}",
        "Look at the machine that runs cleardial sync. Once the copy is too old, its numbers show as not known.",
      ],
    },
    quiet: {
      subject: "Nothing new of {list} has come",
      paragraphs: [
        "The unattended run that fetches {list} works, but finds nothing new.",
        "{detail}",
        "Look whether the register still delivers to where the files are fetched from.",
      ],
    },
  },
  budget: {
    subject: "Somebody looks up unusually many numbers",
    paragraphs: [
      "{name} asked about more than {most} numbers within an hour, as many as policy allows an agent. What goes beyond is refused.",
      "Ask what it was for. If it was work, allow more in the policy; if not, take the access away under People.",
    ],
  },
  lookup: {
    budget: {
      subject: "Today's lookups are used up",
      paragraphs: [
        "{source} was asked about {most} numbers today, as many as policy allows. Further numbers are not asked about before tomorrow (UTC): they are shown as not known.",
        "If that is too few for the work that is done, allow more in the policy. If not, look who screens so many numbers, and why.",
      ],
    },
    failed: {
      subject: "A register cannot be asked",
      paragraphs: [
        "Many questions to {source} have failed today. The last one: {error}",
        "Its numbers are shown as not known until it answers again. Look whether the account is in order and its key still right.",
      ],
    },
  },
  "calls-blocked": {
    subject: "Blocked numbers were called",
    paragraphs: [
      "{calls} made to numbers that were blocked at that moment, and no override is on record. They came in with the logs of calls since the last mail of this kind.",
      "{agents}",
      "Look at them on the desk under Calls: what barred each number, and whether ClearDial was in use.",
    ],
  },
  "recording-outside": {
    subject: "A recording lies outside the policy's regions",
    paragraphs: [
      "{provider} has reported a recording that is kept in {region}, where policy lets none be kept (ZZ: it cannot be told where).",
      "Nobody can open it. Look at the recordings in quarantine, and at where the provider keeps what it records from now on.",
    ],
  },
  "erasure-failed": {
    subject: "A recording could not be erased",
    paragraphs: [
      "The time of a recording in the store {store} is over, and erasing it has failed three times or more. The store says: {error}",
      "It is tried again, once a day at the least. Look at the recordings that failed, and at the store's set-up.",
    ],
  },
  "hold-review": {
    subject: "Legal holds are to be looked at again",
    paragraphs: [
      "Holds keep recordings beyond their day. Some were to be looked at again on {reviewOn}; the desk lists them under Recordings, Holds.",
      "Release a hold where its reason is gone; the recording is erased once its day has come. Otherwise keep holding it, with a later day.",
    ],
  },
  "files-left": {
    subject: "Files of requests could not be erased",
    paragraphs: [
      "The time of files of these requests is over, and their store has not erased them for a day or more: {references}",
      "They may be proofs of identity, scans, or a requester's copy. It is tried again every few minutes. Look at the store's set-up, and at the Worker's log for what the store says.",
      "This mail comes every day until they are gone.",
    ],
  },
  "connector-failed": {
    again: {
      subject: "A CRM cannot be screened",
      paragraphs: [
        "{name} could not be read or written three times in a row. It said: {error}.",
        "ClearDial goes on trying, with longer pauses. The desk shows under Connectors where it stands.",
      ],
    },
    over: {
      subject: "The screening of a CRM was given up",
      paragraphs: [
        "{name} could not be read or written ten times in a row. It said: {error}.",
        "Its screening begins again tomorrow. Until then its contacts show what was found before.",
      ],
    },
    mark: {
      subject: "Numbers in a CRM could not be marked",
      paragraphs: [
        "Numbers in {name} have turned, and the CRM did not take it three times in a row. It said: {error}.",
        "On its pages the numbers are marked all the same. ClearDial goes on trying.",
      ],
    },
  },
  "request-received": {
    subject: "Please confirm your address: {reference}",
    paragraphs: [
      "{company} has received a request under the reference {reference}, with this address to answer to.",
      "If it was you, open this link and confirm the address. There you also see how far the request is:",
      "{link}",
      "If it was not you, ignore this mail: nothing else is sent to this address.",
    ],
  },
  "request-news": {
    subject: "News of your request {reference}",
    paragraphs: [
      "There is news of your request {reference}. Read it here:",
      "{link}",
      "The link is for you alone. Do not pass it on.",
    ],
  },
  "request-due": {
    soon: {
      subject: "A request is to be answered soon: {reference}",
      paragraphs: ["The request {reference} is to be decided, and answered, by {date}. Days left: {days}."],
    },
    overdue: {
      subject: "A request is overdue: {reference}",
      paragraphs: [
        "The request {reference} was to be decided, and answered, by {date}. Every day counts: the law's month (UK GDPR arts 12(3), 12A) may be over too.",
        "This mail comes every day until that is done.",
      ],
    },
    waiting: {
      subject: "A request waits for proof of identity: {reference}",
      paragraphs: [
        "For the request {reference} proof of identity was asked for on {date}, {days} days ago, and none has come. The clock stands still meanwhile, and recordings that were found for an access request are kept past their day.",
        "Ask once more, or decide. This mail comes every 30 days.",
      ],
    },
  },
  head: {
    subject: "Head of the audit trail, {day}",
    paragraphs: [
      "This is the newest row of ClearDial's audit trail, as it stood on {day}. Keep this mail.",
      "Whoever changed an earlier row later on could not make the trail pass through this one again. To check it, save the text below as a file and run: cleardial verify --head FILE",
      "{document}",
    ],
  },
  turned: {
    subject: "Watched numbers have turned",
    paragraphs: [
      "{what}",
      "{why}",
      "They are named on ClearDial's desk, under Watching. Pages hold them already; take them out of dial lists and diallers that no page sees.",
    ],
  },
  "webhook-off": {
    subject: "A webhook was turned off",
    paragraphs: [
      "ClearDial no longer tells {host} which watched numbers turned: {why}",
      "Nothing is lost: once the address answers again, turn it on under Watching, and it is told of everything since.",
    ],
  },
};

/** Where the policy names no company. */
export const someCompany = "Your company";
