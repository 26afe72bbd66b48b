/** What the desk is told of requests. English (United Kingdom). */
import type { Need } from "../../privacy-requests/steps.ts";

export const requestsEn = {
  /** Where the policy names no company. */
  nameless: "Our company",
  grounds: {
    "legal-obligation": "the law obliges us to keep it",
    contract: "it is needed for a contract with you",
    protection: "it is needed to establish, exercise or defend a legal claim, or to protect somebody",
    unfounded: "the request is manifestly unfounded or excessive",
    other: "another ground",
  },

  /** What must be there first. */
  needs: {
    verified: "First show who the requester is.",
    searched: "First search for what is held of the requester.",
    judged: "First confirm or reject each thing that was found.",
    free: "A hold keeps a recording: refuse that part, with its reasons, or close the access request that holds it first.",
    extensions: "Policy does not extend requests.",
    once: "It was extended already.",
    "first-month": "The first month is over: it is too late for an extension.",
    refusal: "Nothing of it was refused.",
    complied: "Nothing of it was complied with.",
    settled: "Something that was found since is not decided yet: judge it, and decide again.",
    reasoned: "Each part that is refused needs its ground and reasons.",
    told: "First send the letter to the requester.",
    noticed: "First tell the supervisory authority of the refusal.",
    exported: "First make the requester's copy.",
    copy: "There is no copy, or its link has ended.",
    erased: "Not all that is to be erased is gone yet.",
    recipients: "First say who else had the data, and tell each of them.",
  } satisfies Record<Need, string>,
  refusals: {
    "not-yours": "That is not for you to do.",
    "other-kind": "That is for another kind of request.",
    "not-now": "The request is not at that point.",
  },
  advice: {
    oral: "By law a request for erasure may be made by word of mouth (the ICO’s guidance on erasure), and its time runs from that day. Policy asks for it in writing: ask for that, but do not let the day pass.",
    identity:
      "Ask for proof only where there is a reasonable doubt (UK GDPR art 12(6)). While it is out, policy's days stand still; the law's month (art 12A) begins when it comes.",
    late: "Proof was asked for when the day had passed: the time does not stand still.",
    unverified: "It came from the public page and nobody has checked it. The number is held meanwhile.",
  },
  /** The reason that stands on the do-not-call list. It names nobody. */
  reason: {
    objection: "Objection {reference}",
    access: "Access request {reference}",
    kept: "Kept after an erasure, so that the number is not called again",
    erased: "Request {reference}",
    takenBack: "Taken back: {reason}",
  },
};
