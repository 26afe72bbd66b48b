/** The dialog that holds a dial, and the popup's warnings about dials, in English (United Kingdom). */
import { counted } from "../language.ts";

export const askEn = {
  /** The first thing that is read. */
  call: {
    verdicts: {
      clear: "Nothing against this call",
      caution: "Read before you call",
      blocked: "Do not call",
      unknown: "Not known: do not call yet",
    },
    unknownWarned: "Not known: call only if you are sure",
    hidden: "This would hide our number",
    bases: { service: "It is a service call to a customer, not marketing" },
    stop: "Don’t call",
    go: "Call",
    without: "Dial without {prefix}",
    number: "Dial {number}",
    other: "Call for another reason…",
    otherTitle: "Why may this call be made?",
    overrideGo: "Call for this reason",
    agreed: "They agreed, or asked for it…",
    kinds: {
      solicited: "They asked us to call them",
      notification: "They told us that we may call, although they are on a register",
      prior: "They agreed to this kind of call beforehand",
    },
  },
  /** The same of a text message or a chat. */
  message: {
    verdicts: {
      clear: "Nothing against this message",
      caution: "Read before you send",
      blocked: "Do not send a message",
      unknown: "Not known: do not send yet",
    },
    unknownWarned: "Not known: send only if you are sure",
    hidden: "This would hide our number",
    bases: { service: "It is a service message to a customer, not marketing" },
    stop: "Don’t send",
    go: "Write the message",
    without: "Write without {prefix}",
    number: "Write to {number}",
    other: "Write for another reason…",
    otherTitle: "Why may this message be sent?",
    overrideGo: "Write for this reason",
    agreed: "They agreed, or asked for it…",
    kinds: {
      solicited: "They asked us to write to them",
      notification: "They told us that we may write",
      prior: "They agreed to our messages beforehand",
    },
  },
  /** Where the digits would ring another number than the one that is meant. */
  two: {
    rings: "As they are, the digits would ring {numbers}.",
    record: "The record says {country}: {number}.",
    /** Of a number of no country. */
    recordBare: "The record says {number}.",
  },
  /** A softphone's call, which cannot wait for an answer here. */
  softphone: {
    ended: "The call in your softphone was ended. If you allow it here, call again within a minute.",
    on: "The call in your softphone goes on.",
    close: "Close",
  },
  hiddenWhy: "{prefix} hides the number of who calls. We never do that.",
  behind: "Of the number itself:",
  check: "Check again",
  checking: "Checking…",
  opening: "One moment…",
  back: "Back",
  reason: "What is it about?",
  reasonExample: "Asked on Monday for a call about their order",
  reasonNeeded: "Write what it is about.",
  reasonHint: "It is kept with the record of this call.",
  consent: {
    kind: "What did they say?",
    kindNeeded: "Choose what they said.",
    givenBy: "Who said so?",
    givenByExample: "Name of the subscriber",
    givenAt: "When?",
    how: "How?",
    hows: {
      telephone: "On the telephone",
      email: "By e-mail",
      web: "On a form or a website",
      post: "By letter",
      person: "In person",
      message: "By text or chat",
    },
    words: "In which words?",
    wordsExample: "What they said or wrote",
    proof: "Where is the proof of it?",
    proofExample: "A link, a recording, a file",
    day: "Which day did they name?",
    until: "Until (if they named an end)",
    givenByNeeded: "Write who said so.",
    givenAtNeeded: "Say when: a time that has passed, such as 26/11/2026 14:30.",
    wordsNeeded: "Write what they said.",
    proofNeeded: "Write where the proof can be found.",
    untilNeeded: "Write a day from today on, such as 26/11/2026.",
    save: "Record it, and check again",
    /** Of somebody whose entries are reviewed. */
    review: "Your entry counts for one call back. Then somebody reviews it.",
    reviewFirst: "Somebody reviews your entry first. Until then it allows nothing here.",
    /** Of an agreement after an objection. */
    later: "Only what they agreed to after they told us not to call counts.",
  },
  objection: {
    agent: "Nobody may call over this. If they have agreed to a call since, a manager can record it.",
    manager: "They have agreed since…",
  },
  noOverride: "Our policy allows no exception here.",
  problems: {
    refused: "This is not allowed: {detail}",
    "not-recorded": "It could not be recorded, so it was not dialled. Reload the page and try again.",
    changed: "More is known now than a moment ago. Read again.",
  },
  popup: {
    waiting: counted(
      "{n} record of a call waits for the server.",
      "{n} records of calls wait for the server.",
    ),
    lost: counted(
      "{n} record of a call was lost: too many were waiting.",
      "{n} records of calls were lost: too many were waiting.",
    ),
    blocked: "{number} was called at {time}, but it must not be called: the server knew more than the page.",
    refused: "{number} was called at {time} for a reason that is not allowed: {detail}",
    "not-taken": "The server did not take the record of the call to {number} at {time}: {detail}",
    objection: "The server refused what “Do not call” was to record for {number} at {time}: {detail}",
    heardMine:
      "“Do not call” for {number}, heard at {time}, is not recorded yet. This browser holds the number.",
    heardBy:
      "“Do not call” for {number}, heard by {name} at {time}, is not recorded yet. Only this browser holds the number; the next person who signs in here sends it.",
    read: "I have read this",
  },
};
