/**
 * The mails. English (UK). No personal data in a subject: no name, number or address. A paragraph that is only `{link}`
 * becomes a link; one that is only `{document}` is shown verbatim.
 */
import { clockJobsEn, databaseSizeEn, workLateEn } from "./clock-jobs.en.ts";
import { connectorFailedEn } from "./connector-failed.en.ts";
import { requestFlood, requestMany, requestSlowed } from "./flood.en.ts";
import { listAgeEn } from "./list-age.en.ts";
import { recordingsRefusedEn } from "./recordings-refused.en.ts";
import { registerFreedEn } from "./register-freed.en.ts";
import { requestCodeEn, requestWithdrawnEn } from "./request.en.ts";
import { mailServiceEn, setUpAgainEn, trialEn } from "./set-up.en.ts";
import { rowsCut, rowsFound, erasuresUnread, recordingsLost, rowsKeptBack, rowsUnlike } from "./trail.en.ts";
import type { MailValues } from "./values.ts";

export interface Letter {
  subject: string;
  paragraphs: string[];
}

export type { MailValues };
export type Template = keyof MailValues;

export const mailEn: {
  [T in Template]: MailValues[T] extends { stage: infer S extends string } ? Record<S, Letter> : Letter;
} = {
  invite: {
    subject: "Your invitation to ClearDial",
    paragraphs: [
      "Hello {name},",
      "{company} invites you to ClearDial. It shows on every page which telephone numbers you may call.",
      "Open this link and follow the steps on the page:",
      "{link}",
      "The link works once, within 24 hours. Do not pass it on. If you did not expect this mail, ignore it.",
    ],
  },
  trial: trialEn,
  "mail-service": mailServiceEn,
  "list-age": listAgeEn,
  "register-freed": registerFreedEn,
  "review-due": {
    soon: {
      subject: "The calling policy is due for review soon",
      paragraphs: [
        "The next review of the calling policy is due on {date}.",
        "Read it through, and save it with the day of the review and the reviewer's name.",
      ],
    },
    due: {
      subject: "The calling policy is due for review",
      paragraphs: [
        "The review of the calling policy was due on {date}.",
        "Read it through, and save it with the day of the review and the reviewer's name.",
      ],
    },
    never: {
      subject: "The calling policy has never been reviewed",
      paragraphs: [
        "The calling policy does not have a review date yet.",
        "Read it through, and save it with the day of the review and the reviewer's name.",
      ],
    },
  },
  sync: {
    failed: {
      subject: "{list} could not be updated",
      paragraphs: [
        "The scheduled run that fetches {list} has failed. The version in force has not changed.",
        "{detail}",
        "Check the machine that runs cleardial sync. Once the copy is too old, its numbers show as not known.",
      ],
    },
    quiet: {
      subject: "No new file of {list} has arrived",
      paragraphs: [
        "The scheduled run that fetches {list} works, but finds no new file.",
        "{detail}",
        "Check whether the register still delivers its files there.",
      ],
    },
  },
  budget: {
    subject: "Someone is looking up unusually many numbers",
    paragraphs: [
      "{name} asked about more than {most} numbers, the most that the policy allows them within an hour, or to screen within a day. ClearDial refuses any more than that.",
      "Ask what the numbers were for. If it was work, raise the limit in the policy; if not, take away their access under People.",
    ],
  },
  "much-told": {
    subject: "ClearDial told of very many numbers",
    paragraphs: [
      "Within {days} days people and systems of your company were told of {n} numbers, whether they are barred: {most} or more, half of your largest register. Nobody needs to have asked about more than their own limit.",
      "Numbers that are asked for again count again, so that many agents may be the reason. If it is another one, look in the trail who screened, who added systems, and which connectors ran.",
    ],
  },
  lookup: {
    budget: {
      subject: "Today's lookups are used up",
      paragraphs: [
        "ClearDial has asked {source} about {most} numbers today, the most that the policy allows. Further numbers show as not known until tomorrow (UTC).",
        "If your work needs more lookups, raise the limit in the policy. If not, find out who screens so many numbers, and why.",
      ],
    },
    failed: {
      subject: "A lookup service does not answer",
      paragraphs: [
        "Many lookups at {source} have failed today. The last error: {error}",
        "The numbers show as not known until it answers again. Check your account with the service and its key.",
      ],
    },
  },
  "calls-blocked": {
    subject: "Blocked numbers were called",
    paragraphs: [
      "{calls} made to numbers that were blocked at that moment, and no override is on record. The call logs that arrived since the last such mail show them.",
      "{agents}",
      "The desk lists them under Calls, with the reason why each number was blocked, and whether ClearDial was in use.",
    ],
  },
  "recording-outside": {
    subject: "A recording is outside the policy's regions",
    paragraphs: [
      "{provider} has reported a recording that is stored in {region}, where the policy allows none (ZZ: the region is unknown).",
      "No one can open it. Look at the recordings in quarantine, and change where the provider stores new recordings.",
    ],
  },
  "erasure-failed": {
    subject: "A recording or a file could not be erased",
    paragraphs: [
      "A recording, or a file of a request, in the store {store} is past its retention. Erasing it has failed three times or more, or the store has erased nothing for half an hour. The store says: {error}",
      "ClearDial tries again, at least once a day. The desk's page Work names what failed, and why. Check the store's settings.",
    ],
  },
  "request-flood": requestFlood,
  "request-many": requestMany,
  "request-slowed": requestSlowed,
  "canary-passed": {
    subject: "A browser no longer holds barred calls",
    paragraphs: [
      "ClearDial's own test was not held: by {layer}, a call to a barred number would have been made. It was in the browser of {name} ({device}), with version {version} of the extension. The call was stopped just before the telephone.",
      "Stop calling in this browser, and in others with this version, until the cause is known. The desk's overview names each browser that reports it today; this mail comes once a day for each way to dial.",
    ],
  },
  "canary-probed": {
    subject: "A page dials ClearDial's test number",
    paragraphs: [
      "In the browser of {name} ({device}), ClearDial's own test number was dialled {n} times today, last by a page of {host}, and not by ClearDial's test. Nobody has this number, and no call was made.",
      "A page that does so may be finding out whether calls are held, to make others only where they are not. Ask who makes the page, and look in the desk under Calls at what was dialled there.",
    ],
  },
  "canary-missing": {
    subject: "Browsers were not tested on {day}",
    paragraphs: [
      "On {day}, {n} of {browsers} browsers in use did not report ClearDial's own test of what holds calls. Nobody knows whether calls were held there.",
      "The desk's overview names them. Look whether ClearDial is up to date in these browsers, and whether something else stops it; where the browser's gate is on, also whether any page in use lets it be tried (docs/canary.md). A browser that was used for the desk alone, and for a CRM in the week before, is counted too.",
    ],
  },
  "trail-cut": rowsCut,
  "trail-found": rowsFound,
  "set-up-again": setUpAgainEn,
  "clock-jobs": clockJobsEn,
  "database-size": databaseSizeEn,
  "work-late": workLateEn,
  "recording-missing": {
    subject: "A recording was gone before it was erased",
    paragraphs: [
      "The store {store} no longer had a recording when its day came, though it was there when it was registered. Its certificate says so, as ClearDial did not erase it.",
      "Find out who took it away: the store's own log, its rules of expiry, or a bucket that was changed in the settings. Copies may lie elsewhere.",
    ],
  },
  "erasures-unread": erasuresUnread,
  "recordings-lost": recordingsLost,
  "rows-kept-back": rowsKeptBack,
  "rows-unlike": rowsUnlike,
  "hold-review": {
    subject: "Legal holds are due for review",
    paragraphs: [
      "Legal holds keep some recordings beyond their retention. Some holds were due for review on {reviewOn}; the desk lists them under Recordings, Holds.",
      "Release a hold if its reason is gone; the recording is then erased when it is due. Otherwise extend the hold to a later review date.",
    ],
  },
  "files-left": {
    subject: "Files of requests could not be erased",
    paragraphs: [
      "Files of these requests are past their retention, and their store has not erased them for a day or more: {references}",
      "They may be proofs of identity, scans, or a requester's copy. ClearDial tries again, at least once a day. The desk's page Work says why it failed: correct the cause, and send it again.",
      "This mail comes every day until the files are gone.",
    ],
  },
  "free-keys": {
    subject: "From {date} on, systems without a prefix register no recordings by a key",
    paragraphs: [
      "Integrations or webhooks that register recordings by keys and have no prefix for them: {n}.",
      "From {date} on ClearDial refuses what they register. An administrator gives an integration a prefix on its page in the desk, and a webhook by PUT /v1/hooks/PROVIDER/prefix.",
      "What was refused meanwhile is imported afterwards.",
    ],
  },
  "recordings-refused": recordingsRefusedEn,
  "connector-failed": connectorFailedEn,
  "request-received": {
    subject: "Please confirm your address: {reference}",
    paragraphs: [
      "{company} has received a request with the reference {reference} and your e-mail address.",
      "If you made this request, open this link and confirm your address. The page also shows the progress of your request:",
      "{link}",
      "If you did not, ignore this mail: we will send nothing else to this address.",
    ],
  },
  "request-code": requestCodeEn,
  "request-news": {
    subject: "News about your request {reference}",
    paragraphs: [
      "There is news about your request {reference}. Read it here:",
      "{link}",
      "The link is for you alone. Do not pass it on.",
    ],
  },
  "request-withdrawn": requestWithdrawnEn,
  "request-due": {
    subject: "A request has a day to keep: {reference}",
    paragraphs: ["The request {reference} has this to be done by {date}: {duty}. Days left: {days}."],
  },
  head: {
    subject: "Head of the audit trail, {day}",
    paragraphs: [
      "This is the newest row of ClearDial's audit trail on {day}. Keep this mail.",
      "If anyone changes an earlier row later, the trail no longer passes through this one. To check, save the text below as a file and run: cleardial verify --head FILE",
      "{document}",
    ],
  },
  statement: {
    subject: "Daily statement, {day}",
    paragraphs: [
      "This is ClearDial's statement of {day}, for the company's file. Calls let through with a bar and without a ground: {barred}. Calls let through by a register's copy of more than 28 days, or by none: {over28Days}. Recordings that were to be erased and were not: {unerased}. Rows missing from the end of the audit trail: {lost}.",
      "To check it, save the text below as a file, without anything before or after it, and run: cleardial verify FILE",
      "{document}",
    ],
  },
  turned: {
    subject: "The status of watched numbers has changed",
    paragraphs: [
      "{what}",
      "{why}",
      "ClearDial's desk lists them under Watching. Pages already hold calls to them; remove blocked numbers from dial lists and from diallers that no page controls.",
    ],
  },
  "webhook-off": {
    subject: "A webhook was turned off",
    paragraphs: [
      "ClearDial no longer tells {host} about status changes of watched numbers: {why}",
      "Nothing is lost: once the address answers again, turn the webhook on under Watching, and ClearDial sends everything since.",
    ],
  },
  proposal: {
    subject: "A change of the policy or of a role waits for you",
    paragraphs: [
      "{by} proposes: {what}.",
      "Why: {why}",
      "Somebody with your role must approve or refuse it by {date}, or it expires. Open Policy, Proposals in the desk, and read what it does first.",
    ],
  },
  "proposal-alone": {
    subject: "A change of the policy or of a role will count without a second person",
    paragraphs: [
      "{by} proposes: {what}.",
      "Why: {why}",
      "Nobody else holds the role that would approve it, so it counts a day after somebody was told of it, on {date} at the earliest, unless somebody refuses it in the desk before then (Policy, Proposals).",
    ],
  },
  "proposal-settled": {
    subject: "A proposed change of the policy or of a role is settled",
    paragraphs: ["{what}.", "{how}"],
  },
  "set-up-day": {
    subject: "The policy or a register was loosened on the day of set-up",
    paragraphs: [
      "{by} changed: {what}.",
      "Why: {why}",
      "It counts already: ClearDial was set up within a day, and nobody else holds the role that would approve it. If you did not expect it, open Policy in the desk and change it back. The audit trail says that it was made so.",
    ],
  },
  "consents-review": {
    subject: "Consents wait for review",
    paragraphs: [
      "{n} consents that agents recorded hold for one call back, and wait for a review.",
      "Open Do not call in the desk, look at the evidence of each, and accept or refuse it.",
    ],
  },
  "objections-scope": {
    subject: "Objections wait for their scope",
    paragraphs: [
      "{n} objections do not say whether they are meant for the number, the person or the company.",
      "Each number is closed already. Open Do not call in the desk and say whom each objection closes.",
    ],
  },
  "objection-ended": {
    subject: "An objection was ended",
    paragraphs: [
      "{by} ended an objection on the do-not-call list, and what spread from it. The number may be called again. Reason given: {why}",
      "If the subscriber still objects, enter it again today. The trail in the desk names the number.",
    ],
  },
  "objections-taken-back": {
    subject: "Objections of the public page taken back: {n}",
    paragraphs: [
      "{by} took back objections that came by the public page ({n}), and what spread from them. Numbers that no other objection closes may be called again. Reason given: {why}",
      "If a subscriber did object, enter it again today. The trail in the desk names the requests.",
    ],
  },
  "objection-scoped": {
    subject: "Somebody said whom an objection closes",
    paragraphs: [
      "{by} said whom an objection on the do-not-call list closes: {what}. How they know: {why}",
      "If the subscriber meant more, say so today: open Do not call in the desk. The trail names the number.",
    ],
  },
  "duties-due": {
    subject: "Requests are overdue: {count}",
    paragraphs: [
      "These days have passed, and what was owed has not been done. Act today.",
      "{document}",
      "This mail comes every day until nothing is overdue. The desk lists it under Requests.",
    ],
  },
};

/** Used if the policy does not name the company. */
export const someCompany = "Your company";
