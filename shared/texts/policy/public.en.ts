/** The calling policy as the public reads it, in the words of the company that publishes it. English (UK). */
export const publicPolicyEn = {
  title: "How we call",
  lead: "The outbound calling policy of {company}.",
  nameless: "this company",
  version: "Version",
  versionText: "{n}, in force since {date}",
  earlier: "Earlier versions",
  toEarlier: "earlier versions",
  past: "This is an earlier version. It was in force until {date}. It is shown as it is read today: no looser than a policy may be saved now, and with the registers' names of today. Reviewers, postal addresses, telephone numbers, announcements, recipients and reasons that are no longer in force are left out.",
  groundGone: "one that is no longer in force, and is left out here.",
  current: "Read the one in force now.",
  defaults: "the strict one that ClearDial begins with",
  reviewed: "Last reviewed",
  reviewedBy: "{date}, by {by}",
  reviewedPlain: "{date}",
  neverReviewed: "not yet",
  next: "Next review",
  nextText: "by {date}",

  screening: "Numbers we do not call",
  held: "Before we call, every number is checked against {lists}. We make no unsolicited sales or marketing call to a number that is registered there, unless its subscriber has told us that we may.",
  warned:
    "Our agents are also warned of a number that is registered with {lists} before they decide to call.",
  ground:
    "We also check numbers against {list}. We call one that is registered there only for this reason: {ground}",
  noRegisters: "We do not check numbers against a public register.",
  fresh: "We rely on no copy of a register that is older than {days}.",
  grace: "A number that has only just been registered is left alone after {days} at the latest.",
  inHouse:
    "If you tell us not to call you, we do not call you again. It needs no form and it has no end date: it counts until you tell us yourself that we may call.",

  identity: "Who is calling",
  identityText: "We say who we are and for whom we call. We never hide our number.",
  number: "You will see {number}, and you can call it back at no more than the usual cost.",
  contact: "If you ask, we tell you how to reach us:",

  hours: "When we call",
  /** By what is done with a call outside calling hours. */
  hoursText: {
    hold: "We make sales calls only at these times, by the clock where you are, unless you have agreed to another:",
    warn: "These are our calling hours, by the clock where you are. Our agents are warned before they call at another time:",
  },
  hoursIn: "{region}: {hours}",
  holidays: {
    hold: "We make no sales calls on public holidays of {parts}, unless you have agreed to it.",
    warn: "Our agents are warned before they call on public holidays of {parts}.",
  },

  recording: "Recordings",
  recordingText: "{announcement} A recording may be listened to for {purposes}, and for nothing else.",
  /** Countries that a sentence names otherwise than a list. */
  countries: { GB: "the United Kingdom" } as Record<string, string>,
  stored: "Recordings are stored in {regions} only.",
  kept: "They are kept for {months} and then completely erased.",
  never: "We never share, rent or sell recordings or data about calls.",

  openedFrom:
    "They may be opened from {regions} only, with one exception: who asked us for a copy of their own data has a right to it " +
    "wherever they are. By the link that was mailed to them, it opens from anywhere, and we record the country.",

  recipients: "Who receives data",
  recipientsText: "We hand data to these, for what is named here alone:",
  undescribedText: "These receive data, or may, and nobody has described them here so far:",
  undescribed: "{kind}: not described yet",
  /** Where Cloudflare keeps or sends it; and what is taken out. */
  own: "{kind} (Cloudflare)",
  exports: "what our staff take out, such as proofs and the audit trail",
  recipient: "{name}: {kind}, {role}, {country}. {contract} Data: {fields}.",

  requests: "Your data",
  requestsText:
    "You may ask for a copy of the recordings and data of calls with you, or that they be erased, and you may object to calls or complain about one. Tell us your number, the date and the approximate time of the call. We may first ask who you are, so that nobody else gets your data.",
  requestsLink: "Ask here.",
  decided: "We decide within {days}.",
  pauses: {
    none: "That time is not paused while we wait for you.",
    law: "It is paused while we wait for you to show who you are, if we have asked; and, where you want a copy and we must ask what you mean, until you tell us (UK GDPR art 12A).",
  },
  complaints:
    "We acknowledge a complaint within {acknowledge}, counted with the day on which it reaches us, tell you how it is going within {progress}, and the outcome within {outcome}.",
  extended:
    "The law allows two further months for a complex request, or many (UK GDPR arts 12(3), 12A). If we need them, we tell you so, and why, within the first month.",
  writing:
    "Please ask for erasure in writing. If you tell us in another way, we write it down and ask you to confirm.",
  authority:
    "If you are not content with our answer, you may complain to the Information Commissioner, or go to court.",
  authorityLink: "ico.org.uk/make-a-complaint",
};
