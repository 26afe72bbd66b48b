/** What the Worker says about requests: steps that must come first, refused steps, advice, grounds. English (UK). */
import type { DutyKind } from "../../privacy-requests/duty-kinds.ts";
import type { Need } from "../../privacy-requests/steps.ts";
import { counted, type Forms } from "../language.ts";

export const requestsEn = {
  /** Used if the policy does not name the company. */
  nameless: "Our company",
  /** The requester of an objection by letter that was put on the list without a name. */
  writer: "The writer of the letter",
  grounds: {
    "legal-obligation": "the law obliges us to keep it",
    contract: "it is needed for a contract with you",
    protection: "it is needed to establish, exercise or defend a legal claim, or to protect somebody",
    unfounded: "the request is manifestly unfounded or excessive",
    other: "another ground",
  },

  /** What must come before a step. */
  needs: {
    verified: "First verify the requester's identity.",
    searched: "First search for all of the requester's data, or as the requester narrowed it.",
    judged: "First confirm or reject each item found.",
    free: "A recording is held. Refuse that part, with reasons, or first close the access request that holds it.",
    extensions: "The policy does not allow extensions.",
    once: "The request has already been extended, or the letter that does so is in the post.",
    unasked: "Proof has been asked for already.",
    "first-month": "The first month is over, so the request can no longer be extended.",
    refusal: "No part of the request was refused.",
    complied: "The request was refused as a whole.",
    gone: "Nothing was erased that a recipient would have to hear about.",
    whole: "An officer narrowed the search: search for all of the requester's data, then decide again.",
    settled: "An item found since the decision is not decided yet: confirm or reject it, and decide again.",
    reasoned: "Each refused part needs a ground and reasons.",
    told: "First send the requester the letter. One by mail counts once its mail was sent.",
    noticed: "First notify the supervisory authority of the refusal.",
    systems: "First say for each connected system what became of the data there.",
    given: "First say for each connected system what was given of the data there, or that it holds nothing.",
    exported: "First make the requester's copy.",
    copy: "There is no copy, or its link has expired.",
    parts:
      "The copy went to nobody yet, or a part of it is still being made: send the letter by mail, hand over a link, or download it (each part) and give it to the requester.",
    erased: "Some data is still being erased.",
    recipients: "First list the recipients of the data, and inform each of them.",
    answered: "The requester has not answered the last question yet.",
    unclear: "Nothing was asked that waits for an answer.",
    pending: "The outcome has been told already.",
    met: "A duty is not met yet.",
    unproved: "There is no e-mail address to confirm.",
    withdrawal:
      "First add the requester's own words to the request: their letter or e-mail. Or they withdraw on their page.",
  } satisfies Record<Need, string>,
  refusals: {
    "not-yours": "Your role does not allow this step.",
    "other-kind": "This kind of request does not have this step.",
    "not-now": "The request is not in the right state for this step.",
  },
  /** What is owed, as officers read it. */
  duties: {
    acknowledge: "acknowledge the complaint",
    progress: "tell how the complaint is going",
    outcome: "tell the complaint's outcome",
    review: "review the objection",
    proof: "chase the proof of identity, or decide without it",
    clarification: "chase the answer, or decide without it",
    decide: "decide",
    tell: "tell the requester the decision",
    "tell-authority": "tell the supervisory authority of the refusal",
    erase: "erase what was decided",
    receipts: "tell the recipients of the erased data",
  } satisfies Record<DutyKind, string>,
  /** The daily mail about what is overdue. */
  overdue: {
    count: counted("{n} duty", "{n} duties"),
    line: "{reference}: {duty}, by {date} ({days})",
    days: counted("{n} day over", "{n} days over"),
    more: { one: "and {n} more", other: "and {n} more" } as Forms,
  },
  advice: {
    unasked:
      "No mail has asked for the confirmation of this address: three had gone there within a day. Send it from {date} on (Send the link again). Until it is confirmed, tell the requester by post, by telephone or from your own mailbox; all time limits run.",
    oral: "By law a request for erasure may be made orally (the ICO’s guidance on erasure), and its time limit runs from that day. The policy wants it in writing: ask for that, but keep the deadline.",
    identity:
      "Ask for proof only if you have reasonable doubts (UK GDPR art 12(6)). Until it arrives, the policy's time limit is paused; the law's month (art 12A) begins when it arrives.",
    unpaused:
      "Ask for proof only if you have reasonable doubts (UK GDPR art 12(6)). The policy promises a decision without pauses: its time runs on.",
    unsent:
      "The letter that asks for proof has not been sent yet, or could not be: until then, all time limits run.",
    objection:
      "The number is on the do-not-call list. They are to be told so within a month (UK GDPR art 12(3)). Where you told them as they asked, on the telephone or in person, say so by a letter of that day (“By telephone”).",
    late: "You asked for proof after the deadline, so the time limit is not paused.",
    lodged:
      "The complaint is acknowledged once its complainant clicks the link that was mailed to them. Send it again, or acknowledge by post, by telephone or from your own mailbox.",
    unverified:
      "It came from the public page and has not been checked yet. Calls to the number are held meanwhile.",
  },
  /** The reason of the do-not-call entry. It identifies no person. */
  reason: {
    objection: "Objection {reference}",
    access: "Access request {reference}",
    kept: "Kept after an erasure, so that the number is not called again",
    erased: "Request {reference}",
    /** Of a certificate: why a recording was erased late. */
    putOff: "its store put it off until {until}",
    takenBack: "Taken back: {reason}",
  },
};
