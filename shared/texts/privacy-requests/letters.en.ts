/**
 * The letters to requesters, the authority and recipients, as they are drafted. English (UK). A company may replace the
 * templates, and an officer edits each letter before it is sent. Placeholders are in braces. Data subjects read these
 * letters: keep them correct, kind and short, and keep each statement that UK GDPR arts 12, 15 and 19 require.
 */
import type * as z from "zod";
import type { letterHow, LetterKind, RequestItem } from "../../privacy-requests/api.ts";
import type { LetterPlaceholder } from "../../privacy-requests/letter-placeholders.ts";
import type { RequestPromise } from "../../privacy-requests/duties.ts";
import type { RequestKind } from "../../privacy-requests/steps.ts";
import type { Forms } from "../language.ts";

export const lettersEn: Record<LetterKind, string> = {
  acknowledgement: `Dear {name},

Thank you for your complaint of {received}. Its reference is {reference}. We will look into it. {promise}

{company}
{contact}`,
  identity: `Dear {name},

On {received} you asked us for {what} (reference {reference}). Before we act on your request, we must be sure that we give your data to no one else. Please send us something that shows who you are and that the telephone number is yours, such as a telephone bill. You may black out what we do not need. We erase it {proof} after we have checked it.

{waits}

{company}
{contact}`,
  clarification: `Dear {name},

On {received} you asked us for {what} (reference {reference}). So that we look for the right data, please tell us more:

[Which calls, recordings or uses of your data do you mean?]

{waits}

{company}
{contact}`,
  extension: `Dear {name},

On {received} you asked us for {what} (reference {reference}). We need more time to answer: {why}

We will decide by {until}. If you disagree, you may complain to the Information Commissioner (https://ico.org.uk/make-a-complaint/) or go to court.

{company}
{contact}`,
  decision: `Dear {name},

On {received} you asked us for {what} (reference {reference}).

{decided}

If you are not satisfied with our answer, please tell us. You may also complain to the Information Commissioner (https://ico.org.uk/make-a-complaint/, telephone 0303 123 1113), or go to court.

{company}
{contact}`,
  authority: `To the Information Commissioner

{company} informs you that it has refused a request by a data subject, as its calling policy promises. We do not name the requester here; our file has the reference {reference}.

Kind of request: {what}
Received: {received}
Decided: {decidedOn}
Refused: {part}
{refused}

{company}
{contact}`,
  recipient: `To {recipient},

We passed a person's data on to you. That person has asked us to erase it, and we have erased what we held (reference {reference}). Article 19 of the UK GDPR requires us to tell you. Please erase the data too, unless you are required to keep it.

{company}
{contact}`,
  progress: `Dear {name},

On {received} you complained to us (reference {reference}). We are still looking into it.

[What we have done so far, and what is next.]

We will tell you the outcome by {until}.

{company}
{contact}`,
  outcome: `Dear {name},

On {received} you complained to us (reference {reference}). We have looked into it.

[What we found, and what we do about it.]

If you are not satisfied with this outcome, you may complain to the Information Commissioner (https://ico.org.uk/make-a-complaint/, telephone 0303 123 1113).

{company}
{contact}`,
};

export const letterWords = {
  what: {
    access: "a copy of your data",
    erasure: "the erasure of your data",
    objection: "no more calls",
    complaint: "a complaint",
  } satisfies Record<RequestKind, string>,
  complied: {
    access: "We have put together a copy of your data. {copy}",
    erasure:
      "{erased} We keep your number as one entry on our do-not-call list, so that we do not call you again. If we compared it with registers of people who do not want sales calls, we also keep the proof of that, for at most {screened}. We keep the file of this request, and of any other that you made, for {file} after it is closed. Our audit trail, which proves what we did, loses within a day what it quotes of the erased data, and keeps what it says of this request for at most {trail}.",
    objection:
      "We have put your number on our do-not-call list, and call it no more to sell anything. Nothing needs to be renewed. We keep the file of this request for {file} after it is closed.",
  } as Record<string, string>,
  /** What records of other people say of the requester, which stays. */
  named: {
    /** Where nobody has looked yet, or a look from before does not count. */
    open: "Our records of other people may name you, too, as the person who spoke for one of them, for example. These stay as long as we keep them, as they show why we may or may not call those people (UK GDPR art 17(3)(b) and (e)).",
    looked:
      "On {day} we looked for {by} in our records of other people: do-not-call entries, consents, whose line a number is, legal holds of recordings, and those agents in logs of calls whom we matched to one of our people.",
    none: "Nothing there has it in this spelling.",
    some: {
      one: "{n} of these records has it. It stays as long as we keep it, as it shows why we may or may not call that person, who called, or for legal claims (UK GDPR art 17(3)(b) and (e)).",
      other:
        "{n} of these records have it. They stay as long as we keep them, as they show why we may or may not call those people, who called, or for legal claims (UK GDPR art 17(3)(b) and (e)).",
    } satisfies Forms,
    by: { name: "your name, “{name}”", email: "your e-mail address", number: "the end of your number" },
    noName: "We did not look for your name, as a single word may be anybody's.",
    rest: "We looked nowhere else: not in what was noted of single calls with other people, such as who made them, nor in their own requests to us, nor in the names of lists that we compared or in what our people proposed. If you are named there, or in another spelling, that stays as long as those records do, for the same reasons.",
  },
  erased: {
    comply: "We have erased your data.",
    narrowed: "We have erased the data that you named.",
    partial: "We have erased your data, except for what is named below.",
  } as Record<string, string>,
  /** Recordings that are still to go, when the letter is written. */
  erasing: {
    one: "{n} recording of a call is not erased yet: its erasure goes on by itself.",
    other: "{n} recordings of calls are not erased yet: their erasure goes on by itself.",
  } satisfies Forms,
  /** How the requester gets the copy, by how the letter is sent. A mail contains only the link to the letter's page. */
  copy: {
    mail: "You can download it from the page on which you are reading this letter.",
    "own-mailbox": "It is attached to this e-mail, or you can download it from a link that we give you.",
    post: "It is enclosed with this letter, or you can download it from a link that we give you.",
    telephone: "We will send it to you, or give you a link to it.",
    form: "",
  } satisfies Record<z.infer<typeof letterHow>, string>,
  /** While we wait for what was asked for, by policy's `requests.pauses` when the request came. */
  waits: {
    law: "Until we receive it, the time limit for our decision is paused.",
    none: "Our time runs on meanwhile: we decide by {until}.",
  } satisfies Record<RequestPromise["pauses"], string>,
  promise: "We tell you how it is going within {progress} of receiving it, and the outcome within {outcome}.",
  /** What an erasure keeps as proof, by its ground: until when, and for what alone. */
  kept: {
    protection:
      "We keep {parts} until {date}, to be able to prove that our calls were lawful (UK GDPR art 17(3)(e)). It is locked away meanwhile: we use it for nothing else, and erase it after that day.",
    "legal-obligation":
      "We keep {parts} until {date}, as the law obliges us to keep the proof that our calls were lawful (UK GDPR art 17(3)(b)). It is locked away meanwhile: we use it for nothing else, and erase it after that day.",
  } as Record<string, string>,
  /** Not all that is held, as the requester narrowed it: in their words, or to the call that they named. */
  narrowed: {
    access:
      "The copy is not of all that we hold of your number, as you asked for less, in these words: “{said}”.",
    erasure:
      "We have not looked for all that we hold of your number, as you asked for less, in these words: “{said}”. What you did not name stays, and so does what our audit trail says of it.",
  },
  narrowedCall: {
    access:
      "The copy is of the call that you named, as you asked for that call only, and not of all that we hold of your number.",
    erasure:
      "We have looked for the call that you named, as you asked for that call only, and not for all that we hold of your number. The rest stays, and so does what our audit trail says of it.",
  },
  narrowedAsk: {
    access: "If you did not mean that, tell us, and you get the rest.",
    erasure: "If you did not mean that, tell us, and we erase the rest too.",
  },
  /** What was found and left out, as it is about someone else, such as on a line that several people share. */
  others: {
    access: {
      one: "We found {n} item under the number that is about someone else, and have not put it into the copy.",
      other:
        "We found {n} items under the number that are about someone else, and have not put them into the copy.",
    },
    erasure: {
      one: "We found {n} item under the number that is about someone else, and have not erased it.",
      other: "We found {n} items under the number that are about someone else, and have not erased them.",
    },
  } satisfies Partial<Record<RequestKind, Forms>>,
  /** How much of the recordings in the copy is silenced, here and in the copy itself. */
  silence: {
    parts: "about {seconds} in {recordings}",
    seconds: { one: "{n} second", other: "{n} seconds" } satisfies Forms,
    said: "We have silenced {silence}, as other people's data is heard there.",
  },
  /** Recordings without their audio. */
  lost: "The copy has no sound of some recordings, only the data about them: {lost}",
  /** Recordings that their store cannot erase yet. */
  locked:
    "The store of some recordings is locked, so that their audio cannot be erased yet. Nobody can open it meanwhile, and we erase it on the day on which the lock ends. The calls: {locked}",
  /** Records of calls in a file of the archive that is lost. */
  unread: {
    access: {
      one: "The copy lacks {n} record of a call, as the file of our archive that has it is lost or damaged.",
      other:
        "The copy lacks {n} records of calls, as the file of our archive that has them is lost or damaged.",
    },
    erasure: {
      one: "{n} record of a call is in a file of our archive that is lost or damaged. We have erased what leads to it, and if the file is found, we erase the record too.",
      other:
        "{n} records of calls are in a file of our archive that is lost or damaged. We have erased what leads to them, and if the file is found, we erase the records too.",
    },
  } satisfies Partial<Record<RequestKind, Forms>>,
  /** Recordings to be erased whose entries are in such a file: nothing else says where their audio is. */
  unfound: {
    one: "We could not erase {n} recording of a call, as the file of our archive that says where it is kept is lost or damaged. If the file is found, we erase the recording too.",
    other:
      "We could not erase {n} recordings of calls, as the file of our archive that says where they are kept is lost or damaged. If the file is found, we erase the recordings too.",
  } satisfies Forms,
  /** A copy in several files. */
  parts: {
    lead: "The copy is in {n} files:",
    first: "Part {n} of {of}: all that is in writing, and {recordings}, {from} to {to}",
    other: "Part {n} of {of}: {recordings}, {from} to {to}",
  },
  othersAsk: "If you think that this is wrong, tell us.",
  denied: "We have refused your request, because {ground}. Our reasons:",
  partial: "We have refused it for {parts}, because {ground}. Our reasons:",
  part: { deny: "the whole request", partial: "part of the request" } as Record<string, string>,
  kinds: {
    recording: { one: "{n} recording", other: "{n} recordings" },
    dial: { one: "{n} record of a call", other: "{n} records of calls" },
    call: {
      one: "{n} call in our telephone systems' logs",
      other: "{n} calls in our telephone systems' logs",
    },
    consent: { one: "{n} consent", other: "{n} consents" },
    suppression: { one: "{n} entry on the do-not-call list", other: "{n} entries on the do-not-call list" },
  } satisfies Record<RequestItem["kind"], Forms>,
  /** What each placeholder means. */
  places: {
    name: "the requester's name",
    company: "your company's name, from the policy",
    contact: "your address and freephone number, from the policy",
    reference: "the request's reference",
    received: "the day on which it was received",
    what: "what was asked for, such as “a copy of your data”",
    proof: "how long a proof of identity is kept",
    waits: "that the time limit is paused meanwhile, or else by when it is decided",
    promise: "by when a complainant hears how it is going, and the outcome",
    why: "why more time is needed",
    until: "the day by which it is decided, or a complaint's outcome told",
    decided: "what was decided, with the grounds and reasons for any refusal",
    decidedOn: "the day of the decision",
    part: "whether the whole request or part of it was refused",
    refused: "what was refused, with the grounds and reasons",
    recipient: "to whom the data was passed",
  } satisfies Record<LetterPlaceholder, string>,
  /** Fills the preview of a company's own template. */
  example: {
    name: "Dora Data",
    reference: "AB12-CD34",
    received: "2 November 2026",
    why: "There are very many calls.",
    until: "1 February 2027",
    decidedOn: "20 November 2026",
    recipient: "Mail House Ltd",
    reasons: "The regulator has asked us to keep it.",
  },
  requester: "[the requester]",
  mail: "an e-mail to the confirmed address",
};
