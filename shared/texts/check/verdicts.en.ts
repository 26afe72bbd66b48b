/** Verdicts and reasons, in English (United Kingdom). */
export interface Texts {
  language: string;
  verdicts: Record<"clear" | "caution" | "blocked" | "unknown", string>;
  /** Said of a clear number: names the lists and their date. */
  clearAsOf: string;
  reasons: Record<
    | "canary"
    | "objection"
    | "house"
    | "needs-consent"
    | "message-needs-consent"
    | "withheld-caller-id"
    | "not-our-number"
    | "nobody-to-ask"
    | "not-screened"
    | "stale-list"
    | "not-asked"
    | "being-asked"
    | "lookup-failed"
    | "lookup-budget"
    | "stale-answer"
    | "no-register"
    | "register-missing"
    | "country-unclear"
    | "offline"
    | "signed-out"
    | "not-a-number"
    | "not-judged"
    | "number-lost"
    | "two-numbers"
    | "out-of-hours"
    | "holiday"
    | "consent"
    | "consent-over"
    | "soft-opt-in"
    | "grace"
    | "emergency"
    | "internal"
    | "not-listed"
    | "listed"
    | "person-objected"
    | "scope-unsaid"
    | "not-authorised"
    | "cap"
    | "rest"
    | "law-hours"
    | "law-holiday"
    | "holidays-unknown"
    | "no-rules"
    | "unconfirmed"
    | "presentation"
    | "outage"
    | "ground"
    | "agreed"
    | "call-back"
    | "product"
    | "sector"
    | "open-by-law",
    string
  >;
}

export const en: Texts = {
  language: "en-GB",
  verdicts: {
    clear: "No bar found",
    caution: "Read before you call",
    blocked: "Do not call",
    unknown: "Not known: do not call yet",
  },
  clearAsOf: "No bar found: {lists} as of {date}",
  reasons: {
    canary: "ClearDial's own test number. It is never called.",
    objection: "They told us not to call ({date}).",
    house: "On our do-not-call list since {date}.",
    "needs-consent": "This kind of call needs consent first, and none is on record.",
    "message-needs-consent":
      "A marketing message needs consent, or a customer who was offered to opt out. Neither is on record.",
    "withheld-caller-id": "This dial would hide our number. That is not allowed.",
    "not-our-number": "The number that this call shows is not one of ours.",
    "nobody-to-ask": "Somebody must read this first, and a telephone system has nobody to ask.",
    "not-screened": "{list} has never been loaded, so the number was not screened.",
    "stale-list": "Our copy of {list} is from {date}: too old to rely on.",
    "not-asked": "{list} has not been asked about this number.",
    "being-asked": "{list} is being asked about this number.",
    "lookup-failed": "{list} did not answer about this number. It is asked again.",
    "lookup-budget": "{list} was not asked: policy's lookups of today are used up.",
    "stale-answer": "What {list} said of this number is from {date}: too old to rely on.",
    "no-register": "Policy relies on no register here.",
    "register-missing": "{list} is not set up here, and the law wants it asked.",
    "country-unclear": "The number has no country code and could belong to more than one country.",
    offline: "ClearDial's server cannot be reached, so the number was not checked.",
    "signed-out": "You are not signed in to ClearDial, so the number was not checked.",
    "not-a-number": "This is not a telephone number.",
    "not-judged": "It came with more numbers than policy lets its sender ask about, so it was not judged.",
    "number-lost": "A spreadsheet turned the number into 1.6E+09: its digits are lost for good.",
    "two-numbers": "These digits would not ring the number that is meant here.",
    "out-of-hours": "It is outside calling hours where they are.",
    holiday: "It is a public holiday where they may be ({date}).",
    consent: "Consent is on record.",
    "consent-over": "Consent is on record, and counts over {list} (list of {date}).",
    "soft-opt-in": "A customer who was offered to opt out of messages, and did not.",
    grace: "Newly on {list}: it counts from {date}.",
    emergency: "A number for emergencies or help: such a call is never held.",
    internal: "An extension of your own exchange, not an outside number.",
    "not-listed": "Not on {list} as of {date}.",
    listed: "On {list} (list of {date}).",
    "person-objected": "One person on this line told us not to call ({date}): do not ask for them.",
    "scope-unsaid":
      "Somebody in the same CRM record objected on another number ({date}). Compliance is asked whether this one is meant, too.",
    "not-authorised":
      "Only an authorised firm may make pensions calls, and policy does not say that we are one.",
    cap: "As many calls as the law allows were made: the next from {date}.",
    rest: "They refused. The law gives them rest until {date}.",
    "law-hours": "The law allows no sales call at this time where they are.",
    "law-holiday": "A public holiday where they may be ({date}): the law allows no sales call.",
    "holidays-unknown":
      "The law allows no sales calls on public holidays, and this year’s are not known here.",
    "no-rules": "ClearDial does not know the law of this country.",
    unconfirmed: "The law here is not fully confirmed: ask before you call.",
    presentation: "The law wants another number to be shown for this call.",
    outage: "Checked before the server went away, and judged again when it is back.",
    ground: "On {list}, and called on the ground that our policy declares: read it before you call.",
    product: "Consent is on record for a certain product: read it before you call.",
    sector: "Some goods may not be sold by telephone here, even with consent.",
    agreed: "Consent is on record, with its evidence.",
    "call-back": "An agent wrote down that they may be called: one call back, and it is reviewed.",
    "open-by-law": "The law asks for no consent here.",
  },
};
