/**
 * The letters of the request desk as they are drafted, in English (United Kingdom). A company may put its own words in
 * their place, and an officer edits each one before it goes out. Places in braces are filled.
 */
import type * as z from "zod";
import type { letterHow, LetterKind, RequestItem } from "../../privacy-requests/api.ts";
import type { LetterPlace } from "../../privacy-requests/letters.ts";
import type { RequestKind } from "../../privacy-requests/steps.ts";
import type { Forms } from "../language.ts";

export const lettersEn: Record<LetterKind, string> = {
  acknowledgement: `Dear {name},

We received your complaint of {received}. Its reference is {reference}. We will look into it, and tell you what came of it.

{company}
{contact}`,
  identity: `Dear {name},

On {received} you asked us for {what} (reference {reference}). Before we do anything with your data we must be sure that it goes to nobody else. Please send us something that shows who you are and that the number is yours, such as a telephone bill. Cover what we do not need. We erase it {proof} after we have looked at it.

Until then the time in which we decide stands still.

{company}
{contact}`,
  extension: `Dear {name},

On {received} you asked us for {what} (reference {reference}). We need more time for it: {why}

We decide by {until}. If you do not agree, you may complain to the Information Commissioner (https://ico.org.uk/make-a-complaint/) or go to court.

{company}
{contact}`,
  decision: `Dear {name},

On {received} you asked us for {what} (reference {reference}).

{decided}

If you are not content with our answer, tell us. You may also complain to the Information Commissioner (https://ico.org.uk/make-a-complaint/, telephone 0303 123 1113), or go to court.

{company}
{contact}`,
  authority: `To the Information Commissioner

{company} tells you of the refusal of a request by a data subject, as its calling policy promises. The requester is not named; we hold the file under the reference {reference}.

Kind of request: {what}
Received: {received}
Decided: {decidedOn}
Refused: {part}
{refused}

{company}
{contact}`,
  recipient: `To {recipient},

We passed data about a person to you. That person has asked us for erasure, and we have erased what we held (reference {reference}). By article 19 of the UK GDPR we tell you so: please erase it too, unless you must keep it.

{company}
{contact}`,
  outcome: `Dear {name},

On {received} you complained to us (reference {reference}). We have looked into it.

[What we found, and what we do about it.]

If you are not content with that, you may complain to the Information Commissioner (https://ico.org.uk/make-a-complaint/, telephone 0303 123 1113).

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
    access: "We have put a copy of your data together. {copy}",
    erasure:
      "{erased} What we keep of your number is one entry on our do-not-call list, as we would call you again without it, and, where we compared it with registers of people who do not want sales calls, the proof that we did, for {screened} at the most. The file of this request we keep for {file} after it is closed. Our audit trail, which proves what was done, keeps its details for {trail} at the most and then loses them too.",
  } as Record<string, string>,
  erased: {
    comply: "We have erased your data.",
    partial: "We have erased your data, but for what is named below.",
  } as Record<string, string>,
  /** How the requester comes to the copy, by how the letter goes out. A mail bears only the link to the letter's page. */
  copy: {
    mail: "You can download it on the page on which you read this.",
    post: "It comes with this letter, or by a link that we give to you.",
    telephone: "We send it to you, or give you a link to it.",
    form: "",
  } satisfies Record<z.infer<typeof letterHow>, string>,
  denied: "We will not do what you asked, because {ground}. Our reasons:",
  partial: "We will not do it for {parts}, because {ground}. Our reasons:",
  part: { deny: "the whole", partial: "a part" } as Record<string, string>,
  kinds: {
    recording: { one: "{n} recording", other: "{n} recordings" },
    dial: { one: "{n} record of a call", other: "{n} records of calls" },
    call: {
      one: "{n} call in our telephone systems' logs",
      other: "{n} calls in our telephone systems' logs",
    },
    consent: { one: "{n} consent", other: "{n} consents" },
    suppression: { one: "{n} entry of the do-not-call list", other: "{n} entries of the do-not-call list" },
  } satisfies Record<RequestItem["kind"], Forms>,
  /** What each place in braces is filled with. */
  places: {
    name: "the requester's name",
    company: "your company's name, from the policy",
    contact: "your address and freephone number, from the policy",
    reference: "the request's reference",
    received: "the day on which it was received",
    what: "what was asked for, such as “a copy of your data”",
    proof: "how long a proof of identity is kept",
    why: "why more time is needed",
    until: "the day by which it is decided then",
    decided: "what was decided, with grounds and reasons of what was refused",
    decidedOn: "the day of the decision",
    part: "whether the whole was refused or a part",
    refused: "what was refused, with grounds and reasons",
    recipient: "who had the data",
  } satisfies Record<LetterPlace, string>,
  /** What the preview of the company's own words is filled with. */
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
  mail: "an e-mail to the address that was confirmed",
};
